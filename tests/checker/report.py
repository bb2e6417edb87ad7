"""The outcome for people and for programs."""

import json
from collections import Counter

SHOWN_DIFFERENCES = 20
SHOWN_NOTES = 10


def show(outcome, seconds):
    """Prints a table by figure, what is worth knowing, the first differences and the count."""
    tally, ledger, months = outcome.tally, outcome.ledger, outcome.ledger.months()
    span = f"{months[0]} to {months[-1]}"
    print(f"{len(outcome.clients)} clients, {len(months)} months ({span}), {len(ledger.rows)} rows, ", end="")
    print(f"rows of {len(outcome.sample)} client-months listed, {seconds:.1f} s")
    wrong = Counter(difference.figure for difference in tally.differences)
    print(f"\n{'figure':<36} {'compared':>9} {'differ':>7}")
    for figure, compared in tally.compared.items():
        print(f"{figure:<36} {compared:>9} {wrong[figure]:>7}")
    notes(f"{len(outcome.refused)} rows count nowhere", [describe_refused(row) for row in outcome.refused])
    notes(f"{len(outcome.apart)} pairs of clients are one and shown apart", [describe_apart(*pair) for pair in outcome.apart])
    if tally.differences:
        print(f"\nThe first {min(SHOWN_DIFFERENCES, len(tally.differences))} differences:")
    for difference in tally.differences[:SHOWN_DIFFERENCES]:
        print(f"  {describe(difference)}")
    print(f"\n{tally.total} figures compared, {len(tally.differences)} differences")


def notes(title, lines):
    if not lines:
        return
    print(f"\n{title}:")
    for line in lines[:SHOWN_NOTES]:
        print(f"  {line}")
    if len(lines) > SHOWN_NOTES:
        print(f"  and {len(lines) - SHOWN_NOTES} more")


def describe(difference):
    return f"{difference.where}: {difference.figure} should be {text(difference.expected)}, is {text(difference.shown)}"


def describe_refused(row):
    return f"{row.kind} {row.external_id}: {row.reason}"


def describe_apart(one, other, waits):
    return f"{one} / {other}: {'waits for a decision' if waits else 'nobody is asked'}"


def text(value):
    """Lists can be long: one is told by its beginning."""
    whole = str(value) if value is not None else "null"
    return whole if len(whole) <= 200 else f"{whole[:200]}…"


def write(path, outcome, seconds):
    """Writes everything; numbers as text, so that no reader turns them into floats."""
    tally = outcome.tally
    content = {
        "compared": tally.total,
        "differences": [difference._asdict() for difference in tally.differences],
        "byFigure": tally.compared,
        "clients": len(outcome.clients),
        "months": outcome.ledger.months(),
        "rows": len(outcome.ledger.rows),
        "sample": [{"client": client.name, "month": month} for client, month in outcome.sample],
        "refused": [vars(row) for row in outcome.refused],
        "apart": [{"one": one, "other": other, "waits": waits} for one, other, waits in outcome.apart],
        "seconds": f"{seconds:.1f}",
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, default=str, ensure_ascii=False)
        file.write("\n")
