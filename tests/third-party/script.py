"""Drives the QuickBooks simulator with python-quickbooks and intuit-oauth, independent clients, unpatched.

Environment: BASE (http://127.0.0.1:port), CLIENT_ID, CLIENT_SECRET.
"""

import decimal
import os
import sys
import time
import traceback
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import AuthorizationException, QuickbooksException
from quickbooks.objects import (
    Bill, CompanyInfo, Customer, Invoice, Item, Payment, SalesItemLine, SalesItemLineDetail, Vendor,
)
from quickbooks.objects.payment import PaymentLine

BASE = os.environ["BASE"]
UNIQUE = str(time.time_ns())

# The client refuses plain http unless told otherwise.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
QuickBooks.api_url_v3 = f"{BASE}/v3"

outcomes = []


def check(sentence, holds):
    outcomes.append(bool(holds))
    print(f"{'ok  ' if holds else 'FAIL'} python  {sentence}")


def fault(action):
    """The code of the fault that an action must end with."""
    try:
        action()
    except AuthClientError as error:
        return error.status_code
    except QuickbooksException as error:
        return error.error_code
    return None


def connect():
    auth = AuthClient(
        os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"], "https://app.example.com/callback",
        f"{BASE}/.well-known/openid_sandbox_configuration",
    )
    page = requests.get(auth.get_authorization_url([Scopes.ACCOUNTING], "from-python"), allow_redirects=False)
    back = parse_qs(urlsplit(page.headers["location"]).query)
    check("discovery leads to consent, consent back", page.status_code == 302 and back["state"] == ["from-python"])
    auth.get_bearer_token(back["code"][0], realm_id=back["realmId"][0])
    check("the company comes with the code", auth.realm_id.isdigit())
    check("a code works once", fault(lambda: auth.get_bearer_token(back["code"][0])) == 400)
    return auth


def refresh(auth):
    first = auth.refresh_token
    auth.refresh()
    check("a refresh brings a new refresh token", auth.refresh_token != first)
    check("the replaced refresh token is refused", fault(lambda: auth.refresh(first)) == 400)


def client(auth):
    return QuickBooks(
        auth_client=auth, refresh_token=auth.refresh_token, company_id=auth.realm_id, minorversion=75, use_decimal=True,
    )


def reads(qb):
    company = CompanyInfo.get(qb.company_id, qb=qb)
    check("the company tells its name", company.CompanyName)
    total = Invoice.count(qb=qb)
    seen, start = [], 1
    while page := Invoice.all(order_by="MetaData.LastUpdatedTime", start_position=start, max_results=250, qb=qb):
        seen += page
        start += len(page)
    check(f"paging over all {total} invoices brings each once",
          total > 1000 and len(seen) == total and len({invoice.Id for invoice in seen}) == total)
    stamps = [datetime.fromisoformat(invoice.MetaData.LastUpdatedTime) for invoice in seen]
    check("they come in the order of their changes", stamps == sorted(stamps))
    check("a page holds a hundred objects unless told", len(Invoice.filter(qb=qb)) == 100)
    chosen = Invoice.choose([seen[0].Id, seen[1].Id], qb=qb)
    check("some are chosen by id", {invoice.Id for invoice in chosen} == {seen[0].Id, seen[1].Id})
    check("items are listed with their SKU", Item.all(qb=qb))
    quoted = Customer.filter(DisplayName="O'Nobody", qb=qb)
    check("a quote in a condition does no harm", quoted == [])
    active, everyone = Vendor.count(qb=qb), Vendor.count("Active IN (true, false)", qb=qb)
    check("inactive vendors are hidden until asked for", active <= everyone)
    check("sorting by Id is fault 4001", fault(lambda: Invoice.all(order_by="Id", qb=qb)) == 4001)
    check("a missing object is fault 610", fault(lambda: Bill.get("999999999", qb=qb)) == 610)
    return seen


def customer(qb, name):
    made = Customer()
    made.DisplayName = f"{name} {UNIQUE}"
    return made.save(qb=qb)


def names(qb):
    made = customer(qb, "Köhler's")
    check("a customer is created", made.SyncToken == "0" and made.FullyQualifiedName == made.DisplayName)
    check("its name is taken, for vendors too", fault(lambda: vendor(made.DisplayName).save(qb=qb)) == 6240)
    made.Notes = "first"
    updated = made.save(qb=qb)
    check("an update counts on", updated.SyncToken == "1" and updated.Notes == "first")
    check("a stale update is fault 5010", fault(lambda: made.save(qb=qb)) == 5010)
    updated.Active = False
    check("a deactivated name is marked", updated.save(qb=qb).DisplayName.endswith(" (deleted)"))


def vendor(name):
    made = Vendor()
    made.DisplayName = name
    return made


def invoice(whom, item, amount):
    line = SalesItemLine()
    line.Amount = amount
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = item.to_ref()
    made = Invoice()
    made.CustomerRef = whom.to_ref()
    made.Line.append(line)
    return made


def documents(qb):
    item = next(item for item in Item.all(qb=qb) if item.IncomeAccountRef)
    whom = customer(qb, "Documents")
    cent = decimal.Decimal("0.1")
    first = invoice(whom, item, decimal.Decimal("100.10")).save(qb=qb)
    check("amounts are exact", first.TotalAmt == decimal.Decimal("100.1") and first.Balance == first.TotalAmt)
    twice = [invoice(whom, item, cent).save(qb=qb, request_id=f"py-{UNIQUE}") for _ in range(2)]
    check("a repeated request id makes one invoice", twice[0].Id == twice[1].Id)

    payment = Payment()
    payment.CustomerRef = whom.to_ref()
    payment.TotalAmt = decimal.Decimal("60.05")
    line = PaymentLine()
    line.Amount = payment.TotalAmt
    line.LinkedTxn.append(first.to_linked_txn())
    payment.Line.append(line)
    payment = payment.save(qb=qb)
    first = Invoice.get(first.Id, qb=qb)
    check("a payment settles part of its invoice",
          first.Balance == decimal.Decimal("40.05") and first.LinkedTxn[0].TxnId == payment.Id)
    first.PrivateNote = "changed"
    first = first.save(qb=qb)
    check("an update keeps what was paid", first.Balance == decimal.Decimal("40.05") and first.SyncToken == "1")
    payment.void(qb=qb)
    check("a void payment opens it again", Invoice.get(first.Id, qb=qb).Balance == decimal.Decimal("100.1"))

    voided = Invoice.get(first.Id, qb=qb)
    voided.void(qb=qb)
    check("a void invoice has no amount", Invoice.get(first.Id, qb=qb).TotalAmt == 0)
    check("a stale deletion is fault 5010", fault(lambda: voided.delete(qb=qb)) == 5010)
    deleted = twice[0].delete(qb=qb)
    check("a deleted invoice says so", deleted["Invoice"]["status"] == "Deleted")
    check("and is no longer there", fault(lambda: Invoice.get(twice[0].Id, qb=qb)) == 610)
    return first.Id, twice[0].Id


def changes(qb, voided, deleted):
    since = datetime.now(timezone.utc) - timedelta(minutes=10)
    told = change_data_capture([Invoice, Customer, Bill], since.isoformat(timespec="seconds"), qb=qb)
    # The client drops the status, so the raw answer is looked at as well.
    raw = qb.change_data_capture("Invoice", since.isoformat(timespec="seconds"))
    raw = raw["CDCResponse"][0]["QueryResponse"][0]["Invoice"]
    ids = {invoice.Id for invoice in told.Invoice._object_list}
    check("change data tells the void and the deleted invoice", {voided, deleted} <= ids)
    check("the deleted one by its status",
          [row["Id"] for row in raw if row.get("status") == "Deleted"].count(deleted) == 1)
    check("nothing is told of bills that did not change", not hasattr(told, "Bill"))


def batches(qb):
    made = batch_create([vendor(f"Batch {number} {UNIQUE}") for number in range(40)], qb=qb)
    check("forty vendors come in two batches", len(made.successes) == 40 and not made.faults)
    again = batch_create([vendor(f"Batch 1 {UNIQUE}"), vendor(f"Batch x {UNIQUE}")], qb=qb)
    check("one that fails stops no other",
          len(again.successes) == 1 and again.faults[0].Error[0].code == "6240")
    ghost = Invoice()
    ghost.Id, ghost.SyncToken = "999999999", "0"
    check("a batch tells what is not there", batch_delete([ghost], qb=qb).faults[0].Error[0].code == "610")


def money(text):
    return decimal.Decimal(text or "0")


def closing(report, group):
    row = next(row for row in report["Rows"]["Row"] if row.get("group") == group)
    return [money(cell["value"]) for cell in row["Summary"]["ColData"][1:]]


def reports(qb):
    year = {"start_date": "2026-01-01", "end_date": "2026-12-31"}
    for basis in ("Accrual", "Cash"):
        monthly = qb.get_report("ProfitAndLoss", dict(year, summarize_column_by="Month", accounting_method=basis))
        net = closing(monthly, "NetIncome")
        check(f"months of {basis.lower()} profit add up to the total", net[-1] != 0 and sum(net[:-1]) == net[-1])
    by_customer = qb.get_report("ProfitAndLoss", dict(year, summarize_column_by="Customers"))
    net = closing(by_customer, "NetIncome")
    check("so do customers", sum(net[:-1]) == net[-1])
    income, spent, left = closing(qb.get_report("CustomerIncome", year), "GrandTotal")
    check("income by customer less expenses is what is left", income - spent == left)
    aged = closing(qb.get_report("AgedReceivables"), "GrandTotal")
    owed = sum(money(str(customer.Balance)) for customer in everyone(qb))
    check("receivables are what customers owe", aged[-1] == owed)


def everyone(qb):
    return Customer.where("Active IN (true, false)", max_results=1000, qb=qb)


def leaving(auth, qb):
    token = auth.access_token
    auth.revoke(token=auth.refresh_token)
    refused = False
    try:
        qb.session.token = {"access_token": token}
        CompanyInfo.get(qb.company_id, qb=qb)
    except AuthorizationException:
        refused = True
    check("after revocation the access token is refused", refused)
    check("and the refresh token too", fault(auth.refresh) == 400)


def main():
    auth = connect()
    refresh(auth)
    qb = client(auth)
    reads(qb)
    names(qb)
    changes(qb, *documents(qb))
    batches(qb)
    reports(qb)
    leaving(auth, qb)


try:
    main()
except Exception:  # whatever the clients throw at us is a failed check
    check(f"no surprise: {traceback.format_exc()}", False)
print(f"{outcomes.count(True)} passed, {outcomes.count(False)} failed")
sys.exit(0 if outcomes and all(outcomes) else 1)
