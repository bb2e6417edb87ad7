"""Every operation of the document against the running server, by schemathesis with all its checks.

    run.py PROGRAMS WORK

PROGRAMS is the folder of the built `clearmargin` and `simulators`; WORK gets logs and reports.
"""

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
SEED = 20261101
# At least so many requests of each operation; of one that takes nothing at all, every method and
# header that there is to vary.
ENOUGH = 50
ENOUGH_WITHOUT_INPUT = 10
ID = re.compile(r"[a-z]{3}_[0-9A-Z]{26}")


def main(programs, work):
    work.mkdir(parents=True, exist_ok=True)
    counts = work / "counts.json"
    counts.unlink(missing_ok=True)
    with world.server(programs, work) as (base, sources):
        token = world.register(base, EMAIL)
        world.read_in(base, sources, token)
        begin = time.monotonic()
        outcome = schemathesis(base, known_ids(base, token), counts)
        took = time.monotonic() - begin
    document = json.loads((HERE.parents[1] / "openapi.json").read_text())
    faults = report(document, json.loads(counts.read_text()), took)
    if outcome or faults:
        raise SystemExit("\n".join(["the API and its document differ", *faults]))


def known_ids(base, token):
    """Ids that exist, by their prefix: whatever the answers to GET requests name."""
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
                if known not in ids:
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


def schemathesis(base, ids, counts):
    environment = {
        **os.environ,
        "CONTRACT_BASE": base,
        "CONTRACT_EMAIL": EMAIL,
        "CONTRACT_IDS": json.dumps(ids),
        "CONTRACT_COUNTS": str(counts),
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
    }
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        f"--config-file={HERE / 'schemathesis.toml'}",
        "run", str(HERE.parents[1] / "openapi.json"), f"--url={base}", f"--seed={SEED}",
        "--checks=all", "--mode=all", "--phases=examples,coverage,fuzzing,stateful",
        f"--max-examples={ENOUGH}", "--workers=2", "--continue-on-failure", "--no-color",
    ]
    return subprocess.run(command, env=environment, cwd=counts.parent).returncode


def report(document, counts, took):
    """Prints what was asked and answered; what is missing."""
    faults, requests, broken = [], 0, 0
    print(f"\n{'operation':<62} {'requests':>8}  answers")
    for path, operations in sorted(document["paths"].items()):
        for method, operation in operations.items():
            label = f"{method.upper()} {path}"
            answers = counts.get(label, {})
            asked = sum(answers.values())
            requests += asked
            broken += sum(count for status, count in answers.items() if status >= "500")
            said = " ".join(f"{status}:{count}" for status, count in sorted(answers.items()))
            print(f"{label:<62} {asked:>8}  {said}")
            takes = operation.get("parameters") or "requestBody" in operation
            public = operation.get("security") == [{}]
            enough = ENOUGH if takes or not public else ENOUGH_WITHOUT_INPUT
            if asked < enough:
                faults.append(f"{label}: {asked} requests, fewer than {enough}")
            if not any(status.startswith("2") for status in answers):
                faults.append(f"{label}: never succeeded")
    total = sum(len(operations) for operations in document["paths"].values())
    print(f"\ncontract: {total} operations, {requests} requests, {broken} answers of 5xx, {took:.0f} s")
    return faults


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
