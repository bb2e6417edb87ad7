"""What schemathesis has to know of this API: how to sign in, and which ids exist.

The operations come from the document; none is named here, so that a new one is covered as it is.
"""

import atexit
import collections
import contextlib
import json
import os
import threading
import uuid

import schemathesis

import world

BASE = os.environ["CONTRACT_BASE"]
EMAIL = os.environ["CONTRACT_EMAIL"]
IDS = json.loads(os.environ["CONTRACT_IDS"])
SHARED_EMAIL = os.environ["CONTRACT_SHARED_EMAIL"]
SHARED_IDS = json.loads(os.environ["CONTRACT_SHARED_IDS"])

# Writes here may end the caller's session: each such operation has an organisation of its own, and
# another one as soon as that one is of no use.
SPOILING = "/api/auth/"
# What is done here may end the organisation: all of it is done in one, and then in another one.
SHARED = ("/api/users", "/api/organizations", "/api/invitations", "/api/api-keys")

# What no schema can say: these values are refused for what is true at the time, not for their form.
DEPENDENT = {
    "query.cursor": "is signed, and bound to its list",
    "query.from": "must not lie after `to`, nor too far before",
    "query.to": "must not lie after the current month",
    "query.code": "is required unless there is an error",
    "query.realmId": "is required unless there is an error",
    "query.state": "must have been given out",
    "header.If-Match": "is sent empty now and then, in spite of its schema",
    "query.name": "must be the organisation's",
    "password": "must be the account's, or none of the common ones",
    "currentPassword": "must be the account's",
    "newPassword": "must be none of the common ones",
    "token": "must have been mailed, and not used",
    "code": "must be the app's",
    "expiresAt": "must lie ahead",
    "businessHours": "must not overlap",
    "holidays": "must name each day once",
    "timeZone": "must be in the IANA database",
    "technicianId": "must be one of the organisation's",
    "currency": "must be that of the organisation's books",
    "hourlyCost": "has no more decimals than its currency",
    "effectiveFrom": "must be a day of the calendar",
    "apiToken": "must be one that the source accepts",
    "subdomain": "must be one that the source knows",
}
# Refusals of a valid request for what was asked before.
REPEATED = {"idempotency_key_reused"}

SPARE_LOCK = threading.Lock()
COUNTS_LOCK = threading.Lock()
COUNTS = collections.defaultdict(collections.Counter)


OWNER = "owner"


def identity(case, _context):
    """Who asks: the owner of the organisation whose books were read in, or of a spare one."""
    operation = case.operation
    if operation.path.startswith(SHARED):
        return "shared"
    writes = operation.method.upper() != "GET"
    return operation.label if writes and operation.path.startswith(SPOILING) else OWNER


@schemathesis.auth(refresh_interval=600, cache_by_key=identity)
class Caller:
    """After a 401 schemathesis asks for another token and repeats the request."""

    def get(self, case, context):
        if identity(case, context) == OWNER:
            return world.login(BASE, EMAIL)
        if identity(case, context) == "shared":
            with contextlib.suppress(OSError):  # Its password may have been changed.
                return world.login(BASE, SHARED_EMAIL)
        with SPARE_LOCK:
            return world.register(BASE, f"{uuid.uuid4()}@example.com")["accessToken"]

    def set(self, case, token, _context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_load_schema(_context, document):
    """Puts ids that exist among the examples of each path parameter."""
    for path, operations in document["paths"].items():
        ids = SHARED_IDS if path.startswith(SHARED) else IDS
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                known = world.values(parameter, ids) if parameter["in"] == "path" else []
                if known:
                    parameter.pop("example", None)
                    parameter["examples"] = {value: {"value": value} for value in known}


@schemathesis.hook
def filter_failure(_context, failure, _case, response):
    """Keeps a failure, unless a valid request was refused for nothing but dependent values."""
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != 422:
        return True
    problem = response.json()
    refused = {error["path"].partition("[")[0] for error in problem["errors"]}
    return problem["code"] not in REPEATED and not (refused and refused <= DEPENDENT.keys())


@schemathesis.hook
def after_call(_context, case, response):
    with COUNTS_LOCK:
        COUNTS[case.operation.label][response.status_code] += 1


@atexit.register
def write_counts():
    with open(os.environ["CONTRACT_COUNTS"], "w") as file:
        json.dump(COUNTS, file)
