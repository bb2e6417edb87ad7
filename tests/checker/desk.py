"""The rules of the service desk: what worked time costs and what of it is not billed; whose assets are."""

from bisect import bisect_right
from collections import Counter, defaultdict
from datetime import datetime, timezone

import exact
from figures import Sums
from ledger import Record, Refused, Row

OPEN_STATUSES = {"PENDING", "APPROVED"}


class RateCard:
    """Hourly costs in cents: `(technician's external id or None for everybody, day, cents)`."""

    def __init__(self, rates):
        self._scopes = defaultdict(list)
        for technician, day, hourly in sorted(rates, key=lambda rate: rate[1]):
            self._scopes[technician].append((day, hourly))

    def hourly(self, technician, day):
        """The technician's own rate on the day, else everybody's, else None."""
        own = self._latest(technician, day)
        return own if own is not None else self._latest(None, day)

    def _latest(self, scope, day):
        rates = self._scopes.get(scope, [])
        place = bisect_right([first for first, _ in rates], day)
        return rates[place - 1][1] if place else None


def read(raw, rates):
    """The rows of the service desk, and the worklogs that are refused."""
    clients = {str(ticket["ticketId"]): client_of(ticket) for ticket in raw["tickets"]}
    list_prices = {str(item["itemId"]): item.get("unitPrice") for item in raw["serviceItems"]}
    rows, refused = [], []
    for worklog in raw["worklogs"]:
        try:
            rows.append(worked(worklog, clients, list_prices, rates))
        except (KeyError, TypeError, ValueError) as error:
            refused.append(Refused("WorklogEntry", str(worklog.get("itemId")), f"{type(error).__name__}: {error}"))
    return rows, refused


def client_of(ticket):
    account = (ticket.get("client") or {}).get("accountId")
    return Record("superops", str(account)) if account else None


def worked(worklog, clients, list_prices, rates):
    day = utc_day(worklog["billDateTime"])
    time = exact.seconds(worklog["qty"])
    hourly_cost = rates.hourly(str((worklog.get("technician") or {}).get("userId")), day)
    price = price_of(worklog, list_prices)
    is_open = worklog.get("billable") is True and worklog["status"] in OPEN_STATUSES
    unbilled = exact.worth(time, price) if is_open and price is not None else 0
    sums = Sums(
        labour_cost=exact.worth(time, exact.money(hourly_cost)) if hourly_cost is not None else 0,
        worked=time,
        uncosted=time if hourly_cost is None else 0,
        unbilled=unbilled,
        unapproved=unbilled if worklog["status"] == "PENDING" else 0,
        unpriced=time if is_open and price is None else 0,
        worklogs=1,
    )
    record = worked_for(worklog, clients)
    priced = is_open and price is not None
    return Row("labour", "WorklogEntry", str(worklog["itemId"]), day, record, sums, priced=priced)


def utc_day(moment):
    """The day of a time that is UTC unless it names another offset."""
    parsed = datetime.fromisoformat(moment)
    if parsed.tzinfo is not None:
        parsed = parsed.astimezone(timezone.utc)
    return parsed.date().isoformat()


def endpoints(desk):
    """How many assets each client has; those of nobody are left out."""
    owners = [(asset.get("client") or {}).get("accountId") for asset in desk["assets"]]
    return Counter(Record("superops", str(owner)) for owner in owners if owner)


def worked_for(worklog, clients):
    """The client of the ticket; projects do not say theirs."""
    item = worklog.get("workItem") or {}
    return clients.get(str(item.get("workId"))) if item.get("module") == "TICKET" else None


def price_of(worklog, list_prices):
    """The worklog's own price per hour, else its service item's, else None."""
    item = str((worklog.get("serviceItem") or {}).get("itemId"))
    prices = (worklog.get("unitPrice"), list_prices.get(item))
    return next((price for price in prices if price not in (None, "")), None)
