"""The comparisons: every figure of every client and month, totals, ranking, and rows of a sample."""

import hashlib
from collections import defaultdict, namedtuple

import books
import desk
import exact
import grouping
from access import MONTHS_PER_CLIENT_CALL, MONTHS_PER_RANKING, Unanswered
from figures import AMOUNTS, NOTHING, TIMES, figures, score, total
from ledger import Ledger
from tally import ABSENT, Tally, at, is_number

SAMPLE = 40
COMPONENTS = ("revenue", "labour", "products")

Outcome = namedtuple("Outcome", "tally ledger clients refused apart sample")


def run(api, simulators):
    """Checks everything that the API says against the raw data."""
    tally = Tally()
    raw_desk, raw_books, currency = simulators.desk(), simulators.books(), api.currency()
    rates = compare_rates(tally, api, simulators, raw_desk, currency)
    rows, refused = books.read(raw_books, currency)
    time, refused_time = desk.read(raw_desk, rates)
    ledger = Ledger(rows + time)
    if not ledger.rows:
        raise Unanswered("the source systems hold no rows, so that there is nothing to compare")
    clients = sorted(api.clients(), key=lambda client: sorted(client.records.values()))
    true_client = grouping.truth(simulators.links(raw_desk))
    grouping.compare(tally, grouping.known_records(raw_desk, raw_books), clients, true_client)
    compare_endpoints(tally, api, desk.endpoints(raw_desk), clients)
    shown = compare_clients(tally, api, ledger, clients, currency)
    compare_rankings(tally, api, ledger, clients, currency)
    sample = choose(ledger, clients)
    for client, month in sample:
        compare_rows(tally, api, ledger, client, month, shown[client.id, month])
    parts = list(grouping.apart(clients, true_client, api.waiting_matches()))
    return Outcome(tally, ledger, clients, refused + refused_time, parts, sample)


def compare_rates(tally, api, simulators, raw_desk, currency):
    """The rates that the API holds are those that were set; gives them as a card."""
    external_ids = api.technicians()
    for technician in raw_desk["technicians"]:
        external_id = str(technician["userId"])
        tally.compare(f"technician {external_id}", "technician", True, external_id in external_ids.values())
    held = defaultdict(list)
    for rate in api.cost_rates():
        technician = rate["technicianId"]
        scope = external_ids.get(technician, technician), rate["effectiveFrom"]
        held[scope].append(exact.cents(rate["hourlyCost"]))
        tally.compare(f"cost rate {rate.get('id')}", "currency", currency, rate["currency"])
    card = desk.RateCard((technician, day, hourly) for (technician, day), [*_, hourly] in held.items())
    for rate in simulators.cost_rates():
        scope = rate["technicianExternalId"], rate["effectiveFrom"]
        where = f"rate of {scope[0] or 'everybody'} from {scope[1]}"
        tally.compare(where, "cost rate in cents", [rate["hourlyCostMinor"]], held.pop(scope, []))
    for (technician, day), hourly in held.items():
        tally.compare(f"rate of {technician or 'everybody'} from {day}", "cost rate in cents", [], hourly)
    return card


def compare_endpoints(tally, api, counts, clients):
    """A client's latest count of endpoints is that of its records' assets in the service desk."""
    for client in clients:
        expected = sum(counts[record] for record in client.records.values())
        latest = [count for count in api.latest_counts(client.id) if at(count, "kind") == "endpoints"]
        if not latest and expected == 0:
            continue
        tally.compare(client.name, "counts of endpoints", 1, len(latest))
        figures = {"total": expected, "product": None, "assigned": None, "committed": None, "source": "superops"}
        tally.compare_all(client.name, figures, latest[0] if latest else {})


def chunks(months, size):
    return [months[start : start + size] for start in range(0, len(months), size)]


def compare_clients(tally, api, ledger, clients, currency):
    """Every figure of every client and month, and what all come to; gives what was shown by month."""
    months_shown = {}
    for months in chunks(ledger.months(), MONTHS_PER_CLIENT_CALL):
        totals = []
        for client in clients:
            answer = api.profitability(client.id, months)
            records, span = list(client.records.values()), f"{client.name} {months[0]} to {months[-1]}"
            tally.compare(span, "currency", currency, answer["currency"])
            tally.compare(span, "months", months, [shown["month"] for shown in answer["months"]])
            by_month = {shown["month"]: shown for shown in answer["months"]}
            for month in months:
                shown = by_month.get(month, {})
                tally.compare_all(f"{client.name} {month}", figures(ledger.sums(records, [month])), shown)
                months_shown[client.id, month] = shown
            tally.compare_all(span, figures(ledger.sums(records, months)), answer["total"])
            totals.append(answer["total"])
        compare_sum(tally, ledger, months, totals)
    return months_shown


def compare_sum(tally, ledger, months, totals):
    """No money is lost between the clients: together they have what all rows with a record have."""
    months = set(months)
    parts = (row.sums for row in ledger.rows if row.record and row.month in months)
    expected = figures(total(parts))
    for figure in AMOUNTS:
        tally.compare("all clients together", f"sum of {figure}", expected[figure], added(totals, figure))


def added(answers, figure):
    """The sum of a figure over answers; nothing when one of them has no number there."""
    shown = [at(answer, figure) for answer in answers]
    return sum(shown) if all(map(is_number, shown)) else ABSENT


def compare_rankings(tally, api, ledger, clients, currency):
    """The order of the clients and the organisation's figures, over each year and each month."""
    months = ledger.months()
    periods = chunks(months, MONTHS_PER_RANKING) + [[month] for month in months]
    for period in {tuple(period): None for period in periods}:
        compare_ranking(tally, api.ranking(period), ledger, clients, period, currency)


def compare_ranking(tally, answer, ledger, clients, months, currency):
    where = f"ranking {months[0]} to {months[-1]}"
    sums = {client.id: ledger.sums(client.records.values(), months) for client in clients}
    names = {client.id: client.name for client in clients}
    shown = answer["clients"]
    tally.compare(where, "currency", currency, answer["currency"])
    tally.compare(where, "clients in the ranking", sorted(sums), sorted(entry["clientId"] for entry in shown))
    order = sorted((each.margin for each in sums.values()), reverse=True)
    for place, (margin, entry) in enumerate(zip(order, shown), 1):
        there = sums.get(entry["clientId"], NOTHING)
        spot = f"{where}, {names.get(entry['clientId'], entry['clientId'])}"
        tally.compare(spot, "rank", place, at(entry, "rank"))
        # Clients of equal margin may stand in any order among themselves.
        tally.compare(spot, "margin at this rank", exact.money(margin), exact.money(there.margin))
        tally.compare_all(spot, {**figures(there), **score(there)}, entry)
    compare_organization(tally, answer, ledger, sums, months)


def compare_organization(tally, answer, ledger, sums, months):
    """Everything together, and the part of it that is no client's."""
    where = f"organization {months[0]} to {months[-1]}"
    whole = figures(ledger.organization(months))
    parts = [figures(each) for each in sums.values()]
    tally.compare_all(where, whole, answer["organization"])
    for figure in AMOUNTS + TIMES:
        clients, shown = added(answer["clients"], figure), at(answer["organization"], figure)
        known = is_number(clients) and is_number(shown)
        expected = whole[figure] - sum(part[figure] for part in parts)
        tally.compare(where, f"{figure} of no client", expected, shown - clients if known else ABSENT)


def choose(ledger, clients):
    """Client-months whose rows are looked at: those with an invoice entered twice, then a fixed draw."""
    candidates = []
    for client in clients:
        records = sorted(client.records.values())
        for month in ledger.months():
            rows = ledger.rows_of(records, month)
            if rows:
                draw = hashlib.sha256(f"{records} {month}".encode()).digest()
                candidates.append((not any(row.twin for row in rows), draw, client, month))
    candidates.sort(key=lambda candidate: candidate[:2])
    return [(client, month) for _, _, client, month in candidates[:SAMPLE]]


def compare_rows(tally, api, ledger, client, month, shown_month):
    """The rows behind a month's figures: each of them as it should be, and their sums as shown."""
    expected = defaultdict(list)
    for row in ledger.rows_of(client.records.values(), month):
        expected[row.component].append(row)
    for component in COMPONENTS:
        where = f"{client.name} {month}, {component} rows"
        address = at(shown_month, f"sources.{component}")
        tally.compare(where, "address of the rows", True, isinstance(address, str))
        if not isinstance(address, str):
            continue
        shown = api.rows(address)
        compare_each(tally, where, merged(expected[component]), shown)
        compare_row_sums(tally, where, component, shown, shown_month)


def merged(rows):
    """Rows by document: one of several records of the same client is listed once."""
    documents = defaultdict(list)
    for row in rows:
        documents[row.kind, row.external_id].append(row)
    return documents


def compare_each(tally, where, documents, shown):
    names = [(at(row, "kind"), at(row, "externalId")) for row in shown]
    tally.compare(where, "documents listed", sorted(documents, key=str), sorted(names, key=str))
    for name, row in zip(names, shown):
        if name in documents:
            tally.compare_all(f"{where}, {' '.join(name)}", row_figures(documents[name]), row)
            if any(part.twin for part in documents[name]):
                tally.compare(f"{where}, {' '.join(name)}", "suspectedDuplicate", True, at(row, "suspectedDuplicate"))


def row_figures(parts):
    """What a listed row shows."""
    sums, first = total(part.sums for part in parts), parts[0]
    if first.component != "labour":
        amount = sums.revenue if first.component == "revenue" else sums.product_cost
        return {"day": first.day, "amount": exact.money(amount), "minutes": None, "unbilled": None}
    # Time without a rate has no cost, which is not a cost of nothing.
    costed = sums.uncosted == 0
    return {
        "day": first.day,
        "amount": exact.money(sums.labour_cost) if costed else None,
        "minutes": exact.minutes(sums.worked),
        "unbilled": exact.money(sums.unbilled) if first.priced else None,
    }


def compare_row_sums(tally, where, component, shown, shown_month):
    """The listed rows come to the figures that stand beside their address."""
    figure = {"revenue": "revenue", "labour": "labourCost", "products": "productCost"}[component]
    columns = {"amount": figure}
    if component == "labour":
        columns.update(minutes="workedMinutes", unbilled="unbilled")
    for column, figure in columns.items():
        listed = [at(row, column) for row in shown]
        known = all(value is None or is_number(value) for value in listed)
        sums = sum(value for value in listed if value is not None) if known else ABSENT
        tally.compare(where, f"sum of listed {column}", at(shown_month, figure), sums)
