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
SHARED_EMAIL = os.environ["CONTRACT_SHARED_EMAIL"]
# Those of the owner's organisation, those of the shared one, and those that are kept for an operation.
IDS = json.loads(os.environ["CONTRACT_IDS"])

# Writes here may end the caller's session, or what others need: each such operation has an organisation of its
# own, and another one as soon as that one is of no use.
SPOILING = ("/api/auth/", "/api/integrations/{source}/disconnect")
# What is done here may end the organisation: all of it is done in one, and then in another one.
SHARED = ("/api/users", "/api/organizations", "/api/invitations", "/api/api-keys")

# What no schema can say: these values are refused for what is true at the time, not for their form.
DEPENDENT = {
    "query.cursor": "is signed, and bound to its list",
    "cursor": "is signed, and bound to its order",
    "month": "must be one of 1990 to 2100",
    "query.month": "must be one of 1990 to 2100, or one that is over",
    "agreementIds": "must be some of the organisation's",
    "kind": "must stay, once it is that of an agreement's invoice",
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
    "endDate": "must not lie before startDate",
    "startDate": "must be a day of the calendar",
    "ownerId": "must be a person of the organisation",
    "tags": "are short",
    "siteId": "must be the client's",
    "templateId": "must be one of the organisation's",
    "subject": "is required unless a template has one",
    "technicianIds": "must be some of the organisation's, or stand aside for a skill",
    "skill": "must stand alone, without technicians",
    "conditions.clientIds": "must be some of the organisation's",
    "targets": "must name each priority once",
    "weeklyHours": "must be hours of a day, and go with hours that are weekly",
    "ticketIds": "must stand alone, without a filter",
    "filter": "must mean no more tickets than may be changed at once",
    "filter.clientId": "must be one of the organisation's",
    "filter.to": "must not lie before `from`",
    "filter.from": "must be a day of the calendar",
    "minutes": "must stand alone, without two moments",
    "day": "must not lie ahead",
    "startedAt": "must not lie ahead",
    "endedAt": "must lie at most a day after the beginning",
    "score": "must be from 1 to 5",
    "domains": "are domain names, and the source's own for what a source brought",
    "name": "is required of a client that was made here",
    "technicianId": "must be one of the organisation's",
    "currency": "must be that of the organisation's books",
    "hourlyCost": "has no more decimals than its currency",
    "effectiveFrom": "must be a day of the calendar",
    "role": "must stand alone, without a technician",
    "through": "must be over",
    "price.currency": "must be that of the organisation's books",
    "price.effectiveFrom": "must be a day of the calendar",
    "price.unitPrice": "has no more decimals than its currency",
    "price.unitCost": "has no more decimals than its currency",
    "unitPrice": "has no more decimals than its currency",
    "unitCost": "has no more decimals than its currency",
    "clientId": "must be one of the organisation's",
    "query.clientId": "must be one of the organisation's",
    "agreementId": "must be one of the client's, and stand without agreementName",
    "serviceId": "must be one of the organisation's",
    "start": "must be a day of the calendar",
    "end": "must not lie before the first day",
    "priceFrom": "must be a day of the calendar",
    "quantity": "has at most two decimals",
    "quotedOn": "must not lie ahead",
    "taxCodeId": "must be one of the organisation's",
    "terms.hoursCap": "is not negative, with at most six decimals",
    "terms.taxCodeId": "must be one of the organisation's",
    "terms.exclusions": "must name the organisation's services",
    "terms.allowance.rollOver": "is for monthly allowances",
    "terms.allowance.expiresAfterMonths": "is for blocks",
    "terms.afterHoursMultiplier": "is 1 to 10 with at most two decimals",
    "terms.escalator.percent": "is 0 to 100 with at most two decimals",
    "terms.escalator.firstOn": "must be a day of the calendar",
    "terms.renewal.on": "must be a day of the calendar",
    "lines": "have at most six decimals, and name what is the organisation's, or the document's, each once; \
of a budget to divide, bring less and less, or have a wish",
    "discount": "is a share or an amount, and no more than there is",
    "discount.percent": "is 0 to 100 with at most four decimals",
    "discount.amount": "has no more decimals than its currency",
    "due": "must not lie before the day",
    "exchangeRate": "is for another currency than the organisation's, and only then",
    "correctsId": "must be an invoice of the client's",
    "rates": "are 0 to 100 percent with at most four decimals",
    "amount": "is more than nothing, with no more decimals than its currency",
    "invoices": "are drafts for `create` alone, or what is the client's, each once",
    "invoiceIds": "are for every action but `create`",
    "query.sort": "by due day, is for what is open alone",
    "query.currency": "must be named where totals are compared",
    "query.minTotal": "has no more decimals than its currency",
    "query.maxTotal": "has no more decimals than its currency",
    "leaving": "must be some of the organisation's clients, from a month of 1990 to 2100",
    "rises": "are -50 to 100 percent with at most two decimals, of the organisation's clients",
    "hires": "cost nothing or more, with no more decimals than the organisation's currency",
    "recommendationId": "must be one of the organisation's, as long as it is made",
    "leakIds": "must be some of the organisation's",
    "decision.ownerId": "must be a person of the organisation",
    "decision.until": "must be a day of the calendar that is not over",
    "invoiceId": "must be an issued invoice of the client's",
    "query.floorMargin": "must not lie above targetMargin",
    "steps": "have more days one after the other, none after maxDaysOverdue, and known placeholders",
    "maxDaysOverdue": "is not before the last step",
    "minimumOpen": "is nothing or more, with no more decimals than the organisation's currency",
    "leftOut": "are the organisation's clients, each once",
    "csv": "must be a table that names the organisation's clients, or the budget's categories",
    "from": "must be a month of a year that plans are made for",
    "to": "must not lie before `from`, nor two years after it",
    "accountIds": "must be accounts that something was bought on, each in one category",
    "categoryId": "must be one of the budget's, or stand aside for a table",
    "groups": "have a limit, of lines that there are, each once, and each a name of its own",
    "proportions": "have a limit with at most two decimals, of two lines that there are",
    "likeBudgetId": "must be one of the organisation's, in its currency",
    "total": "is nothing or more, with no more decimals than its currency, or stands aside for months",
    "months": "must be months of the budget, each once, and stand without a total",
    "reason": "must not be blank",
    "apiToken": "must be one that the source accepts",
    "subdomain": "must be one that the source knows",
}
# Refusals of a valid request for what was asked before.
REPEATED = {"idempotency_key_reused"}

# Where ids are asked for, and how those that exist are found.
FIND = {"path": world.values, "query": world.ids_of}

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
    """Puts ids that exist among the examples of each parameter."""
    for path, operations in document["paths"].items():
        ids = IDS["shared" if path.startswith(SHARED) else "own"]
        for method, operation in operations.items():
            kept = IDS["kept"].get(f"{method.upper()} {path}", {})
            for parameter in operation.get("parameters", []):
                find = FIND.get(parameter["in"])
                known = find(parameter, ids) if find else []
                if parameter["in"] == "path":
                    known = kept.get(parameter["name"], known)
                if known:
                    parameter.pop("example", None)
                    parameter["examples"] = {value: {"value": value} for value in known}


@schemathesis.hook
def filter_failure(_context, failure, _case, response):
    """Keeps a failure, unless a valid request was refused for nothing but dependent values."""
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    if response.status_code == 412:
        return False  # Whether an `If-Match` names the version that is there no schema can say.
    if response.status_code != 422:
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
