"""Simulators and a server of their own, with an organisation whose books have been read in."""

import contextlib
import json
import re
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

PATIENCE_SECONDS = 120
SMALL = ["--clients=8", "--months=3", "--technicians=6", "--tickets=150", "--worklogs=250"]
PASSWORD = "correct horse battery"


def call(base, method, path, token=None, body=None):
    """The data of a success."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


def register(base, email):
    """A new organisation's owner, signed in."""
    body = {
        "organizationName": "TechWave MSP", "firstName": "Terry", "lastName": "Wave",
        "email": email, "password": PASSWORD,
    }
    return call(base, "POST", "/api/auth/register", body=body)


# What the service desk works with: by the path that makes one.
DESK = {
    "/api/tickets/templates": {"name": "New employee", "subject": "Set up a work place"},
    "/api/tickets/routing": {"name": "Printers", "skill": "printers", "method": "round_robin"},
    "/api/tickets/sla-policies": {
        "name": "Gold",
        "targets": [{"priority": None, "responseMinutes": 60, "resolutionMinutes": 480}],
    },
    "/api/tickets/bulk": {"filter": {"q": "no such ticket"}, "action": {"kind": "close"}},
    "/api/tickets": {"subject": "The printer is on fire"},
}
QUOTE = {
    "competitor": "Rival IT", "unit": "user", "unitPrice": 145, "currency": "USD",
    "quotedOn": "2026-01-05",
}
TAXES = {"name": "!", "rates": [{"name": "Value added tax", "percent": 20}]}
# What an invoice takes once: by operation, and whether the invoice is issued before. Each of these
# has invoices of its own, so that no other one gets there first.
ONCE = {
    "DELETE /api/invoices/{id}": False,
    "POST /api/invoices/{id}/issue": False,
    "POST /api/invoices/{id}/send": True,
    "POST /api/invoices/{id}/void": True,
    "POST /api/invoices/{id}/write-off": True,
    "PUT /api/invoices/{id}": False,
    "PUT /api/invoices/{id}/dunning": True,
    "PUT /api/invoices/{id}/payment": True,
}
KEPT = 3
BUDGET = {"name": "Marketing", "from": "2026-01", "to": "2026-12", "thresholds": [80, 100]}


def furnish(base, signed):
    """Makes one of each thing that no source system brings; the ids of what is kept for
    an operation, by operation and parameter."""
    token, org = signed["accessToken"], signed["user"]["organizationId"]
    invited = {"email": "grace@example.com", "role": "viewer"}
    call(base, "POST", "/api/invitations", token, invited)
    key = {"name": "Zapier", "scopes": ["clients.read"]}
    call(base, "POST", f"/api/organizations/{org}/api-keys", token, key)
    for path, body in DESK.items():
        call(base, "POST", path, token, body)
    call(base, "POST", "/api/clients", token, {"name": "Acme Dental LLC"})
    # What is about a client has to be about whichever are found first.
    for client in call(base, "GET", "/api/clients?limit=100", token):
        path = f"/api/clients/{client['id']}"
        call(base, "POST", f"{path}/contacts", token, {"name": "Grace Hopper"})
        call(base, "POST", f"{path}/notes", token, {"text": "Call before noon."})
    call(base, "POST", "/api/services", token, {"name": "Backup", "offering": "product"})
    for client in call(base, "GET", "/api/clients?limit=1", token):
        agreement = {
            "clientId": client["id"], "name": "!", "kind": "service", "status": "active",
            "start": "2026-01-01",
        }
        agreement = call(base, "POST", "/api/agreements", token, agreement)
        line = {
            "unit": "flat", "quantity": 1, "unitPrice": 100, "currency": "USD",
            "start": "2026-01-01",
        }
        call(base, "POST", f"/api/agreements/{agreement['id']}/lines", token, line)
    call(base, "POST", "/api/tax-codes", token, TAXES)
    for _ in range(KEPT):
        call(base, "POST", "/api/ai/insights/competitive/quotes", token, QUOTE)
    client = call(base, "GET", "/api/clients?limit=1", token)[0]["id"]
    for _ in range(8):
        invoice(base, token, client, issued=True)
        invoice(base, token, client, issued=False)
    made, (category, *_) = budget(base, token)
    spend(base, token, made, category)
    analyse(base, token)
    return {
        operation: {"id": [invoice(base, token, client, issued) for _ in range(KEPT)]}
        for operation, issued in ONCE.items()
    } | kept_payments(base, token, client) | kept_budgets(base, token) | kept_bills(base, token) | {
        "DELETE /api/invoices/{id}/dunning": {"id": [held(base, token, client) for _ in range(KEPT)]}
    }


def analyse(base, token):
    """Has everything analysed, once what goes on already is over: the line that was agreed and never
    charged is a leak."""
    until, begun = time.monotonic() + PATIENCE_SECONDS, None
    while time.monotonic() < until:
        runs = call(base, "GET", "/api/ai/analytics/runs?limit=1", token)
        if any(run["status"] == "running" for run in runs):
            time.sleep(0.1)
        elif begun:
            return
        else:
            begun = call(base, "POST", "/api/ai/analytics/run-analysis", token)
    raise SystemExit("the analysis came to no end")


def invoice(base, token, client, issued):
    """The id of a new invoice. What is issued is of a day before those that examples name; a
    draft is of none, so that it can be issued though months have been closed."""
    line = {"description": "Work", "quantity": 1, "unitPrice": 5_000}
    day = {"day": "2026-01-02"} if issued else {}
    draft = {"clientId": client, "currency": "USD", "lines": [line], **day}
    made = call(base, "POST", "/api/invoices", token, draft)["id"]
    if issued:
        call(base, "POST", f"/api/invoices/{made}/issue", token)
    return made


def held(base, token, client):
    """The id of a new invoice that nobody is reminded of."""
    made = invoice(base, token, client, issued=True)
    call(base, "PUT", f"/api/invoices/{made}/dunning", token, {"reason": "disputed"})
    return made


def payment(base, token, client):
    """The id of a new payment of which half is left."""
    path = f"/api/invoices/{invoice(base, token, client, issued=True)}/payment"
    paid = {"amount": 10_000, "currency": "USD", "day": "2026-01-02"}
    return call(base, "PUT", path, token, paid)["payment"]["id"]


def kept_payments(base, token, client):
    """Payments of which each operation has its own."""
    path = "/api/payments/{id}"
    return {
        operation: {"id": [payment(base, token, client) for _ in range(KEPT)]}
        for operation in (f"GET {path}", f"POST {path}/refund", f"POST {path}/apply")
    }


def budget(base, token):
    """The id of a new budget, and those of its categories."""
    made = call(base, "POST", "/api/budgets", token, BUDGET)["id"]
    path = f"/api/budgets/{made}/categories"
    planned = [{"name": f"Part {n}", "currency": "USD", "total": 100} for n in range(KEPT)]
    return made, [call(base, "POST", path, token, category)["id"] for category in planned]


def spend(base, token, made, category):
    """The id of a new expense."""
    expense = {"categoryId": category, "amount": 5, "currency": "USD", "day": "2026-01-05"}
    return call(base, "POST", f"/api/budgets/{made}/expenses", token, expense)["ids"][0]


def kept_budgets(base, token):
    """Budgets of which each operation has its own."""
    path = "/api/budgets/{id}"
    (changed, to_change), (cut, to_cut) = budget(base, token), budget(base, token)
    spent, (category, *_) = budget(base, token)
    expenses = [spend(base, token, spent, category) for _ in range(KEPT)]
    return {
        f"DELETE {path}": {"id": [budget(base, token)[0] for _ in range(KEPT)]},
        f"PUT {path}/categories/{{categoryId}}": {"id": [changed], "categoryId": to_change},
        f"DELETE {path}/categories/{{categoryId}}": {"id": [cut], "categoryId": to_cut},
        f"DELETE {path}/expenses/{{expenseId}}": {"id": [spent], "expenseId": expenses},
    }


def kept_bills(base, token):
    """Bills of which a part is for nobody in particular, the latest first: it can be allocated."""
    bills = call(base, "GET", "/api/expenses?allocation=unallocated&limit=100", token)
    path = "/api/expenses/{id}/allocation"
    return {f"PUT {path}": {"id": [bill["id"] for bill in bills[:KEPT]]}}


def signed_in(base, email):
    """Somebody who has registered, signed in."""
    body = {"email": email, "password": PASSWORD}
    return call(base, "POST", "/api/auth/login", body=body)


def login(base, email):
    """A token of somebody who has registered."""
    return signed_in(base, email)["accessToken"]


@contextlib.contextmanager
def running(command, log, wanted):
    """A program, as soon as a line of its log is as wanted, with the match; ends it afterwards."""
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not (found := re.search(wanted, log.read_text(), re.MULTILINE)):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{command} did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield found
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def server(programs, work):
    """The address of a server over simulators, and what the simulators say of themselves."""
    simulators = [str(programs / "simulators"), *SMALL, "--quickbooks-requests-per-minute=0"]
    with running(simulators, work / "simulators.log", r"^\{.*\}$") as said:
        sources = json.loads(said.group())
        with tempfile.TemporaryDirectory(prefix="clearmargin-contract-") as data:
            command = [*serve(programs / "clearmargin", sources), "--data", data]
            log = work / "server.log"
            with running(command, log, r"listening on (http://[\d.:]+)") as said:
                yield said.group(1), sources


def serve(program, sources):
    """The command that serves; without limits of its own, where it has any."""
    quickbooks = sources["quickbooks"]
    origin = quickbooks["origin"]
    options = {
        "port": 0,
        "superops-url": sources["superops"]["url"],
        "superops-per-minute": 100_000,
        "quickbooks-api-url": origin,
        "quickbooks-authorize-url": f"{origin}/connect/oauth2",
        "quickbooks-token-url": f"{origin}/oauth2/v1/tokens/bearer",
        "quickbooks-per-minute": 100_000,
        "quickbooks-client-id": quickbooks["clientId"],
    }
    offered = subprocess.run([program, "serve", "--help"], capture_output=True, text=True).stdout
    if "--rate-limit-per-minute" in offered:
        options["rate-limit-per-minute"] = 10_000_000
    secret = f"QUICKBOOKS_CLIENT_SECRET={quickbooks['clientSecret']}"
    flags = [f"--{name}={value}" for name, value in options.items()]
    # The log says where the server listens and how each request ended, without colours between.
    log = ["RUST_LOG=warn,clearmargin=info", "NO_COLOR=1"]
    return ["env", secret, *log, str(program), "serve", *flags]


def read_in(base, sources, token):
    """Connects both source systems and waits until their books have been read."""
    superops = sources["superops"]
    account = {"subdomain": superops["subdomain"], "apiToken": superops["token"]}
    call(base, "POST", "/api/integrations/superops/connect", token, account)
    begun = call(base, "POST", "/api/integrations/quickbooks/connect", token, {})
    urllib.request.urlopen(begun["authorizationUrl"], timeout=30).close()
    for source in ("superops", "quickbooks"):
        call(base, "POST", f"/api/integrations/{source}/sync", token, {"mode": "full"})
    for source in ("superops", "quickbooks"):
        finish(base, source, token)


def finish(base, source, token):
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        run = call(base, "GET", f"/api/integrations/{source}/status", token)["run"]
        if run["status"] == "completed":
            return
        if run["status"] == "failed" or time.monotonic() > until:
            raise SystemExit(f"the books of {source} were not read: {run}")
        time.sleep(0.1)


def values(parameter, ids):
    """What a path's parameter can be: words of its list, or ids that exist."""
    return parameter["schema"].get("enum") or ids_of(parameter, ids)


def ids_of(parameter, ids):
    """The ids that exist of the kind that a parameter names."""
    return ids.get(parameter["schema"].get("pattern", "")[1:4], [])
