"""The money rules of the books: what invoices, credit memos, bills and purchases come to."""

from collections import Counter, defaultdict
from datetime import date

import exact
from figures import NOTHING, Sums
from ledger import Record, Refused, Row

PRODUCT_TYPES = {"Inventory", "NonInventory"}
SILENT_LINES = {"SubTotalLineDetail", "DescriptionOnly", "DescriptionLineDetail", "TaxLineDetail"}
EXPENSE_LINES = {"AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"}


class Refusal(ValueError):
    """Why a document may not count."""


def read(raw, currency):
    """The rows of the books, and the documents that are refused."""
    products = {str(item["Id"]) for item in raw.get("Item", ()) if item.get("Type") in PRODUCT_TYPES}
    twins = duplicated(raw.get("Invoice", ()))
    rows, refused = [], []
    for kind, document in documents(raw):
        try:
            check_currency(document, currency)
            if kind in ("Invoice", "CreditMemo"):
                rows.append(sale(kind, document, products, identity(document) in twins))
            else:
                rows.extend(expense(kind, document))
        except (Refusal, exact.NotExact) as error:
            refused.append(Refused(kind, str(document.get("Id")), str(error)))
    return rows, refused


def documents(raw):
    for kind in ("Invoice", "CreditMemo", "Bill", "Purchase"):
        for document in raw.get(kind, ()):
            yield kind, document


def identity(document):
    """What two entries of one invoice have in common; None for one without a number."""
    if not document.get("DocNumber"):
        return None
    return document["DocNumber"], customer_of(document), document.get("TxnDate"), document.get("TotalAmt")


def duplicated(invoices):
    """The identities that more than one invoice has."""
    counts = Counter(identity(invoice) for invoice in invoices)
    return {found for found, count in counts.items() if found and count > 1}


def check_currency(document, currency):
    found = (document.get("CurrencyRef") or {}).get("value") or currency
    if found != currency:
        raise Refusal(f"it is in {found}, the books are in {currency}")


def day_of(document):
    try:
        return date.fromisoformat(document["TxnDate"][:10]).isoformat()
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal("it has no TxnDate") from error


def customer_of(holder):
    return (holder.get("CustomerRef") or {}).get("value")


def record_of(customer):
    return Record("quickbooks", str(customer)) if customer else None


def sale(kind, document, products, twin):
    """An invoice, or a credit memo with the sign turned: its lines before tax."""
    customer = customer_of(document)
    if not customer:
        raise Refusal("it has no CustomerRef")
    service, product = split(document.get("Line") or (), products)
    tax = (document.get("TxnTaxDetail") or {}).get("TotalTax") or 0
    net = exact.cents(document.get("TotalAmt")) - exact.cents(tax)
    if service + product != net:
        raise Refusal(f"its lines come to {exact.money(service + product)}, its total before tax is {exact.money(net)}")
    sign = -1 if kind == "CreditMemo" else 1
    sums = Sums(service_revenue=sign * service, product_revenue=sign * product, sales_documents=1)
    twin = twin and kind == "Invoice"
    return Row("revenue", kind, str(document["Id"]), day_of(document), record_of(customer), sums, twin)


def split(lines, products):
    """What lines come to in service and in products."""
    service = product = 0
    for line in lines:
        kind = line.get("DetailType")
        amount = exact.cents(line.get("Amount") or 0)
        if kind == "SalesItemLineDetail":
            item = ((line.get(kind) or {}).get("ItemRef") or {}).get("value")
            if str(item) in products:
                product += amount
            else:
                service += amount
        elif kind == "DiscountLineDetail":
            service -= amount
        elif kind == "GroupLineDetail":
            inner_service, inner_product = split((line.get(kind) or {}).get("Line") or (), products)
            service += inner_service
            product += inner_product
        elif kind not in SILENT_LINES:
            raise Refusal(f"it has a line of unknown kind {kind}")
    return service, product


def expense(kind, document):
    """A bill or a purchase: one row for each customer its lines name, one for its overhead."""
    sign = -1 if document.get("Credit") is True else 1
    parts = defaultdict(lambda: NOTHING)
    for line in document.get("Line") or ():
        detail = line.get("DetailType")
        if detail in EXPENSE_LINES:
            record = record_of(customer_of(line.get(detail) or {}))
            parts[record] += Sums(product_cost=sign * exact.cents(line.get("Amount")), expense_lines=1)
        elif detail not in SILENT_LINES:
            raise Refusal(f"it has a line of unknown kind {detail}")
    day, external_id = day_of(document), str(document["Id"])
    return [Row("products", kind, external_id, day, record, sums) for record, sums in parts.items()]
