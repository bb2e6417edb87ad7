"""The only place that knows where the answers are and how they are wrapped."""

import http.client
import json
import time
from collections import namedtuple
from decimal import Decimal
from urllib.parse import quote, urlsplit

from ledger import Record

MONTHS_PER_CLIENT_CALL = 36
MONTHS_PER_RANKING = 12
PAGE = 100
PATIENCE_SECONDS = 60

# `records` are the client's records by their ids.
Client = namedtuple("Client", "id name records")


class Unanswered(Exception):
    """Something that the check needs was not delivered."""


class Http:
    """JSON over one connection that is kept open."""

    def __init__(self, origin, token=None):
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Unanswered(f"{origin} is not an http address")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.netloc, timeout=PATIENCE_SECONDS)
        self._origin, self._prefix = origin, parts.path.rstrip("/")
        self._headers = {"Accept": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def get(self, path, default=None):
        """The body; `default`, if there is one, for what is not found."""
        status, body = self._answer(path)
        if status == 404 and default is not None:
            return default
        if status != 200:
            raise Unanswered(f"{self._origin}{path} answered {status}: {body[:300].decode('utf-8', 'replace')}")
        try:
            return json.loads(body, parse_float=Decimal)
        except ValueError as error:
            raise Unanswered(f"{self._origin}{path} answered no JSON: {error}") from error

    def _answer(self, path):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            status, wait, body = self._request(path)
            if status != 429 or time.monotonic() + wait > deadline:
                return status, body
            time.sleep(wait)

    def _request(self, path):
        for last in (False, True):
            try:
                self._connection.request("GET", self._prefix + path, headers=self._headers)
                response = self._connection.getresponse()
                wait = response.headers.get("Retry-After", "")
                return response.status, int(wait) if wait.isdecimal() else 1, response.read()
            except (http.client.HTTPException, OSError) as error:
                # A server may close an idle connection at any time: that is worth one more attempt.
                self._connection.close()
                if last:
                    raise Unanswered(f"{self._origin}{path}: {type(error).__name__} {error}") from error
        raise AssertionError("unreachable")


class Api:
    """The product's API; `get(path)` gives the JSON body of a path."""

    def __init__(self, get):
        self._get = get

    def _pages(self, path):
        cursor = None
        join = "&" if "?" in path else "?"
        while True:
            more = f"&cursor={quote(cursor, safe='')}" if cursor else ""
            body = self._get(f"{path}{join}limit={PAGE}{more}")
            yield from body["data"]
            cursor = body["page"].get("nextCursor")
            if not cursor:
                return

    def clients(self):
        """Every client with its records."""
        for entry in list(self._pages("/api/clients")):
            detail = self._get(f"/api/clients/{entry['id']}")["data"]
            records = {found["id"]: Record(found["source"], str(found["externalId"])) for found in detail["records"]}
            yield Client(detail["id"], detail["name"], records)

    def waiting_matches(self):
        """Pairs of record ids that wait for a person's decision."""
        matches = self._pages("/api/integrations/matches")
        return [(found["clientId"], found["intoClientId"]) for found in matches if found["status"] == "doubtful"]

    def technicians(self):
        """External ids by id."""
        return {entry["id"]: str(entry["externalId"]) for entry in self._get("/api/technicians")["data"]}

    def cost_rates(self):
        """`{technicianId or null, hourlyCost, currency, effectiveFrom}`."""
        return list(self._pages("/api/cost-rates"))

    def currency(self):
        """The organisation's currency."""
        return self._get("/api/ai/analytics/profitability-scores")["data"]["currency"]

    def profitability(self, client_id, months):
        """A client's `{currency, months: [{month, figures…, sources}], total}`."""
        period = f"from={months[0]}&to={months[-1]}"
        return self._get(f"/api/clients/{client_id}/profitability?{period}")["data"]

    def ranking(self, months):
        """`{organization: figures, clients: [{rank, clientId, figures…}]}`."""
        period = f"from={months[0]}&to={months[-1]}"
        return self._get(f"/api/ai/analytics/profitability-scores?{period}")["data"]

    def latest_counts(self, client_id):
        """A client's latest counts: `[{kind, product, assigned, total, committed, source, …}]`."""
        return self._get(f"/api/usage-counts/latest?clientId={client_id}")["data"]

    def rows(self, source):
        """The rows behind a figure, from the address that stands beside it."""
        return list(self._pages(source))


class Simulators:
    """The raw data of both source systems."""

    def __init__(self, superops, quickbooks):
        self._superops, self._quickbooks = superops, quickbooks

    def books(self):
        """QuickBooks objects by entity name."""
        return self._quickbooks("/_raw")

    def desk(self):
        """SuperOps objects: clients, technicians, serviceItems, tickets, worklogs, assets; maybe links."""
        raw = self._superops("/_raw")
        needed = ("clients", "technicians", "serviceItems", "tickets", "worklogs", "assets")
        missing = [name for name in needed if name not in raw]
        if missing:
            raise Unanswered(f"the raw data of SuperOps lacks {', '.join(missing)}; it has {', '.join(raw)}")
        return raw

    def cost_rates(self):
        """`[{technicianExternalId, hourlyCostMinor, effectiveFrom}]`."""
        return self._superops("/_raw/cost-rates")

    def links(self, raw):
        """Which records are one client in truth: `[{accountId, customerIds, …}]`, if anybody says so."""
        return raw["links"] if "links" in raw else self._superops("/_raw/links", default=[])
