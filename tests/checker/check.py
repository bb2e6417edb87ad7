#!/usr/bin/env python3
"""Recomputes every figure of Clearmargin from the source systems' raw data and compares.

Shares no code with the product. Ends with 0 only when nothing differs, with 1 when something does,
and with 2 when something that the check needs was not delivered.
"""

import argparse
import sys
import time

import checks
import report
from access import Api, Http, Simulators, Unanswered


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--api", required=True, metavar="ORIGIN", help="such as http://127.0.0.1:3000")
    parser.add_argument("--token", required=True, help="access token of somebody who may see margins")
    parser.add_argument("--superops", required=True, metavar="ORIGIN", help="the SuperOps simulator")
    parser.add_argument("--quickbooks", required=True, metavar="ORIGIN", help="the QuickBooks simulator")
    parser.add_argument("--json", metavar="FILE", help="also write everything as JSON")
    return parser.parse_args()


def main():
    given = arguments()
    begin = time.monotonic()
    try:
        api = Api(Http(given.api, given.token).get)
        simulators = Simulators(Http(given.superops).get, Http(given.quickbooks).get)
        outcome = checks.run(api, simulators)
    except Unanswered as error:
        print(f"cannot check: {error}", file=sys.stderr)
        return 2
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        print(f"cannot check: an answer has an unexpected shape ({type(error).__name__}: {error})", file=sys.stderr)
        return 2
    seconds = time.monotonic() - begin
    if given.json:
        report.write(given.json, outcome, seconds)
    report.show(outcome, seconds)
    return 1 if outcome.tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
