"""Every operation of the document against the running server, by schemathesis with all its checks.

    run.py PROGRAMS WORK

PROGRAMS is the folder of the built `clearmargin` and `simulators`; WORK gets logs and reports.
"""

import collections
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import world

HERE = Path(__file__).parent
EMAIL = "admin@techwave.com"
SHARED_EMAIL = "shared@example.com"
SEED = 20261101
# How often the operations that were asked too seldom are asked again at most.
ROUNDS = 4
# At least so many requests of each operation; of one that takes nothing at all, every method and
# header that there is to vary.
ENOUGH = 50
ENOUGH_WITHOUT_INPUT = 10
# What cannot succeed here, and why.
NEVER = {
    "PUT /api/clients/{id}/sites/{siteId}": "the first sites that are known are a source's",
    "DELETE /api/clients/{id}/sites/{siteId}": "the first sites that are known are a source's",
    "DELETE /api/users/{id}": "an organisation's only owner stays",
    "DELETE /api/organizations/{id}/members/{userId}": "an organisation's only owner stays",
    "DELETE /api/tickets/{id}": "the first tickets that are known are a source's",
    "POST /api/tickets/{id}/time": "takes a technician that exists",
    "POST /api/tickets/ratings": "takes a token that was handed out",
    "POST /api/usage-counts": "takes a table that names clients",
    "POST /api/budgets/{id}/expenses": "takes a category of the budget",
    "POST /api/ai/analytics/status/{id}/cancel": "an analysis is over before it is stopped",
    "POST /api/ai/analytics/revenue-leaks/cases/{id}/charges": "takes an invoice of the same client",
    "POST /api/ai/analytics/revenue-leaks/decisions": "takes leaks that exist",
    "POST /api/ai/insights/accept-recommendation": "takes a recommendation that exists",
    "POST /api/ai/insights/dismiss-recommendation": "takes a recommendation that exists",
    "POST /api/integrations/{source}/disconnect": "takes a connection, and others need those that there are",
    "POST /api/invoices/{id}/apply": "takes an invoice of the same client",
    "POST /api/payments/{id}/apply": "takes an invoice of the same client",
    "POST /api/books/reopen": "opens what is closed",
    "POST /api/auth/accept-invitation": "takes a token that was mailed",
    "POST /api/auth/refresh": "takes a token that counts once",
    "POST /api/auth/reset-password": "takes a token that was mailed",
    "POST /api/auth/verify-email": "takes a token that was mailed",
    "POST /api/auth/second-factor/confirm": "takes a code of an app",
    "POST /api/auth/second-factor/turn-off": "takes a second factor that is on",
}
ID = re.compile(r"[a-z]{3}_[0-9A-Z]{26}")


def main(programs, work):
    work.mkdir(parents=True, exist_ok=True)
    counts = work / "counts.json"
    document = json.loads((HERE.parents[1] / "openapi.json").read_text())
    with world.server(programs, work) as (base, sources):
        token = world.register(base, EMAIL)["accessToken"]
        world.read_in(base, sources, token)
        shared = world.register(base, SHARED_EMAIL)
        world.furnish(base, shared)
        kept = world.furnish(base, world.signed_in(base, EMAIL))
        reserved = {known for ids in kept.values() for values in ids.values() for known in values}
        ids = {
            "own": known_ids(base, token, reserved),
            "shared": known_ids(base, shared["accessToken"], set()),
            "kept": kept,
        }
        begin = time.monotonic()
        failed, asked = ask_all(document, base, ids, counts)
        took = time.monotonic() - begin
    faults = report(document, asked, took)
    if failed or faults:
        raise SystemExit("\n".join(["the API and its document differ", *faults]))


def ask_all(document, base, ids, counts):
    """Asks every operation, and again those that were not asked often enough; whether one failed,
    and how often each was answered with what."""
    failed, asked, only = False, collections.defaultdict(collections.Counter), []
    for seed in range(SEED, SEED + ROUNDS):
        counts.unlink(missing_ok=True)
        failed |= schemathesis(base, ids, counts, seed, only) != 0
        for label, answers in json.loads(counts.read_text()).items():
            asked[label].update(answers)
        only = [operation["operationId"] for label, operation in operations(document)
                if sum(asked[label].values()) < enough(operation)]
        if not only:
            break
    return failed, asked


def operations(document):
    """Every operation with its label."""
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def enough(operation):
    """How often an operation is to be asked at least."""
    takes = operation.get("parameters") or "requestBody" in operation
    public = operation.get("security") == [{}]
    return ENOUGH if takes or not public else ENOUGH_WITHOUT_INPUT


def known_ids(base, token, kept):
    """Ids that exist, by their prefix: whatever the answers to GET requests name, but those that
    are kept."""
    document = json.loads((HERE.parents[1] / "openapi.json").read_text())
    gets = [path for path, operations in document["paths"].items() if "get" in operations]
    found = {}
    for path in sorted(gets, key=lambda path: path.count("{")):
        parameters = document["paths"][path]["get"].get("parameters", [])
        for filled in fill(path, parameters, found):
            try:
                answer = json.dumps(world.call(base, "GET", filled, token))
            except (OSError, ValueError, KeyError, TypeError):
                continue  # Not a resource: a page, or one that wants a query.
            for known in ID.findall(answer):
                ids = found.setdefault(known[:3], [])
                if known not in ids and known not in kept:
                    ids.append(known)
    return {prefix: ids[:3] for prefix, ids in found.items()}


def fill(path, parameters, found):
    """The path with what is known in the place of its parameters."""
    paths = [path]
    for parameter in parameters:
        if parameter["in"] == "path":
            values = world.values(parameter, found)
            place = "{" + parameter["name"] + "}"
            paths = [path.replace(place, value) for path in paths for value in values]
    return paths


def schemathesis(base, ids, counts, seed, only):
    """Runs schemathesis, on these operations alone if any are given."""
    environment = {
        **os.environ,
        "CONTRACT_BASE": base,
        "CONTRACT_EMAIL": EMAIL,
        "CONTRACT_SHARED_EMAIL": SHARED_EMAIL,
        "CONTRACT_IDS": json.dumps(ids),
        "CONTRACT_COUNTS": str(counts),
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
    }
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        f"--config-file={HERE / 'schemathesis.toml'}",
        "run", str(HERE.parents[1] / "openapi.json"), f"--url={base}", f"--seed={seed}",
        "--checks=all", "--mode=all", "--phases=examples,coverage,fuzzing,stateful",
        f"--max-examples={ENOUGH}", "--workers=2", "--continue-on-failure", "--no-color",
        # How much the generator throws away is no property of the API; too few requests are counted.
        "--suppress-health-check=filter_too_much,too_slow",
        *(f"--include-operation-id={name}" for name in only),
    ]
    return subprocess.run(command, env=environment, cwd=counts.parent).returncode


def report(document, counts, took):
    """Prints what was asked and answered; what is missing."""
    faults, requests, broken = [], 0, 0
    print(f"\n{'operation':<62} {'requests':>8}  answers")
    for label, operation in operations(document):
        answers = counts[label]
        asked = sum(answers.values())
        requests += asked
        broken += sum(count for status, count in answers.items() if status >= "500")
        said = " ".join(f"{status}:{count}" for status, count in sorted(answers.items()))
        print(f"{label:<62} {asked:>8}  {said}")
        if asked < enough(operation):
            faults.append(f"{label}: {asked} requests, fewer than {enough(operation)}")
        if label not in NEVER and not any(status.startswith("2") for status in answers):
            faults.append(f"{label}: never succeeded")
    total = len(list(operations(document)))
    print(f"\ncontract: {total} operations, {requests} requests, {broken} answers of 5xx, {took:.0f} s")
    return faults


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
