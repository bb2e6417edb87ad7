"""A small world for the tests: raw data of both systems, and the API's answers worked out by hand.

Nothing here is computed by the checker: each figure below was derived on paper from the rows above
it, and the comment beside it says how wherever that is not plain.

Acme is SuperOps A1 and QuickBooks 1 with the sub-customer 2; Bolt is SuperOps A2 alone; Cedar is
QuickBooks 3 alone. Ann (9007199254740993, an id that no float can hold) costs 45.00 an hour from
February and 50.01 from 16 March; Ben has no rate.
"""

from decimal import Decimal

ANN, BEN = "9007199254740993", "9007199254740995"


def item(amount, number, **more):
    detail = {"ItemRef": {"value": number}} if number else {}
    return {"DetailType": "SalesItemLineDetail", "Amount": Decimal(amount), "SalesItemLineDetail": detail, **more}


def document(number, customer, day, total, lines, tax=None, **more):
    found = {"Id": number, "TxnDate": day, "TotalAmt": Decimal(total), "Line": lines, **more}
    if customer:
        found["CustomerRef"] = {"value": customer}
    if tax:
        found["TxnTaxDetail"] = {"TotalTax": Decimal(tax)}
    return found


def cost(kind, amount, customer=None):
    detail = {"CustomerRef": {"value": customer}} if customer else {}
    return {"DetailType": kind, "Amount": Decimal(amount), kind: detail}


ITEM_COST, ACCOUNT_COST = "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"
SUBTOTAL = {"DetailType": "SubTotalLineDetail", "Amount": Decimal("1200.00"), "SubTotalLineDetail": {}}
DISCOUNT = {"DetailType": "DiscountLineDetail", "Amount": Decimal("120.00"), "DiscountLineDetail": {}}
WORDS = {"DetailType": "DescriptionOnly", "Description": "Thank you", "DescriptionLineDetail": {}}
GROUP = {
    "DetailType": "GroupLineDetail",
    "Amount": Decimal("300.00"),
    "GroupLineDetail": {"Line": [item("250.00", "12"), item("50.00", "10")]},
}


def books():
    return {
        "Customer": [{"Id": "1"}, {"Id": "2", "ParentRef": {"value": "1"}}, {"Id": "3", "Active": False}],
        "Item": [
            {"Id": "10", "Type": "Service"},
            {"Id": "11", "Type": "Inventory"},
            {"Id": "12", "Type": "NonInventory"},
            {"Id": "13", "Type": "Group"},
        ],
        "Invoice": [
            # 880.00 of service (1000.00 less the discount), 200.00 of products, 20.60 of tax.
            document(
                "100",
                "1",
                "2026-02-01",
                "1100.60",
                [item("1000.00", "10"), item("200.00", "11"), SUBTOTAL, DISCOUNT],
                tax="20.60",
                DocNumber="1001",
                CurrencyRef={"value": "USD"},
            ),
            # 50.00 of service, 250.00 of products: the group's own amount only repeats them.
            document("101", "2", "2026-02-10", "300.00", [GROUP, WORDS], DocNumber="1002"),
            # Voided.
            document("102", "1", "2026-02-15", "0", [item("0", "10"), SUBTOTAL | {"Amount": 0}], DocNumber="1002V"),
            # Entered twice; no item is service.
            document("103", "3", "2026-03-01", "500.00", [item("500.00", None)], DocNumber="1003"),
            document("104", "3", "2026-03-01", "500.00", [item("500.00", None)], DocNumber="1003"),
            # Refused: the lines do not add up, the currency is foreign.
            document("105", "3", "2026-03-05", "101.00", [item("100.00", "10")], DocNumber="1005"),
            document("106", "3", "2026-03-06", "70.00", [item("70.00", "10")], CurrencyRef={"value": "EUR"}),
        ],
        "CreditMemo": [document("107", "1", "2026-03-03", "44.00", [item("40.00", "11")], tax="4.00")],
        "Bill": [
            document(
                "200",
                None,
                "2026-02-03",
                "820.25",
                [cost(ITEM_COST, "150.00", "1"), cost(ACCOUNT_COST, "30.25", "2"), cost(ACCOUNT_COST, "640.00")],
            )
        ],
        "Purchase": [
            document("201", None, "2026-03-20", "25.10", [cost(ACCOUNT_COST, "25.10", "1")], Credit=True),
            document("202", None, "2026-03-21", "12.34", [cost(ACCOUNT_COST, "12.34", "3")], Credit=False),
        ],
    }


def worklog(number, ticket, technician, moment, qty, status, price=None, billable=True, service="S1", module="TICKET"):
    return {
        "itemId": number,
        "status": status,
        "serviceItem": {"itemId": service},
        "billable": billable,
        "afterHours": False,
        "qty": qty,
        "unitPrice": price,
        "billDateTime": moment,
        "technician": {"userId": technician},
        "workItem": {"workId": ticket, "displayId": "x", "module": module},
    }


def desk():
    return {
        "clients": [{"accountId": "4610000000000000001"}, {"accountId": "4610000000000000002"}],
        "technicians": [{"userId": ANN, "name": "Ann"}, {"userId": BEN, "name": "Ben"}],
        "serviceItems": [
            {"itemId": "S1", "unitPrice": None, "businessHoursUnitPrice": "130.00", "afterHoursUnitPrice": "195.00"},
            {"itemId": "S2", "unitPrice": "80.00", "businessHoursUnitPrice": None, "afterHoursUnitPrice": None},
        ],
        "tickets": [
            {"ticketId": "71", "client": {"accountId": 4610000000000000001}},
            {"ticketId": "72", "client": {"accountId": "4610000000000000002"}},
            {"ticketId": "73", "client": None},
        ],
        "worklogs": [
            # 1.5 × 45.00 = 67.50.
            worklog("1", "71", ANN, "2026-02-10T10:00:00", "1.5", "INVOICED", "120.00"),
            # 0.33 × 45.00 = 14.85, the last second before the new rate; 0.33 × 125.00 = 41.25 unbilled.
            worklog("2", 71, ANN, "2026-03-15T23:59:59", Decimal("0.33"), "APPROVED", "125.00"),
            # 0.5 × 50.01 = 25.005, half to even 25.00; 0.5 × 80.00 = 40.00 from the service item.
            worklog("3", "71", ANN, "2026-03-16T00:00:00", "0.5", "PENDING", None, service="S2"),
            # 1.5 × 50.01 = 75.015, half to even 75.02; covered, so not unbilled.
            worklog("4", "71", int(ANN), "2026-03-17T09:00:00", "1.50", "UNDER_CONTRACT", "125.00"),
            # 1 × 45.00, a month's first hours in UTC.
            worklog("5", "71", ANN, "2026-03-01T06:30:00", 1, "INVOICED", "100.00"),
            # 0.25 × 45.00 = 11.25; 0.25 × 33.30 = 8.325, half to even 8.32.
            worklog("6", "72", ANN, "2026-02-20T12:00:00", "0.25", "PENDING", "33.30"),
            # No rate and no price: two hours uncosted and unpriced.
            worklog("7", "72", BEN, "2026-02-21T12:00:00", "2", "APPROVED", None),
            # Approved and free of charge.
            worklog("8", "72", ANN, "2026-03-10T12:00:00", "1", "APPROVED", "100.00", billable=False),
            # A project: the organisation's alone; 3 × 45.00 = 135.00, 3 × 100.00 unbilled.
            worklog("9", "71", ANN, "2026-02-22T12:00:00", "3", "APPROVED", "100.00", module="PROJECT"),
            # A ticket without a client.
            worklog("10", "73", BEN, "2026-03-02T12:00:00", "1", "IGNORED", "100.00", billable=False),
        ],
        "assets": [
            {"assetId": "91", "client": {"accountId": "4610000000000000001"}},
            {"assetId": "92", "client": {"accountId": 4610000000000000001}},
            {"assetId": "93", "client": {"accountId": "4610000000000000002"}},
            {"assetId": "94", "client": {"accountId": None}},
        ],
        "links": [
            {"accountId": "4610000000000000001", "name": "Acme", "customerIds": ["1", "2"], "booksName": "Acme LLC"},
            {"accountId": "4610000000000000002", "name": "Bolt", "customerIds": [], "booksName": None},
            {"accountId": None, "name": "Cedar", "customerIds": ["3"], "booksName": "Cedar"},
        ],
    }


def set_rates():
    return [
        {"technicianExternalId": ANN, "hourlyCostMinor": 4500, "effectiveFrom": "2026-02-01"},
        {"technicianExternalId": ANN, "hourlyCostMinor": 5001, "effectiveFrom": "2026-03-16"},
    ]


WORDS_OF_JSON = {"null": None, "true": True, "false": False}
PATHS = """
    revenue serviceRevenue productRevenue
    labourCost productCost grossMargin grossMarginRatio
    workedMinutes uncostedMinutes completeness.costedShare completeness.labourCostComplete
    unbilled unapproved unpricedMinutes
    effectiveHourlyRate.gross effectiveHourlyRate.netOfCost effectiveHourlyRate.labour
    rows.revenue rows.labour rows.products
""".split()


def value(text):
    return WORDS_OF_JSON[text] if text in WORDS_OF_JSON else Decimal(text)


def shown(*texts):
    """Figures as the API shows them, from values in the order of the paths above."""
    figures = {}
    for path, text in zip(PATHS, " ".join(texts).split(), strict=True):
        *group, name = path.split(".")
        holder = figures.setdefault(group[0], {}) if group else figures
        holder[name] = value(text)
    return figures


def nothing():
    return shown("0.00 0.00 0.00", "0.00 0.00 0.00 null", "0 0 null true", "0.00 0.00 0", "null null null", "0 0 0")


def acme_february():
    # Margin 1380.00 − 67.50 − 180.25; 1132.25 ÷ 1380 = 0.82047; 1.5 h: 920, 1199.75 ÷ 1.5, 620.
    return shown(
        "1380.00 930.00 450.00",
        "67.50 180.25 1132.25 0.8205",
        "90 0 1 true",
        "0.00 0.00 0",
        "920.00 799.83 620.00",
        "3 1 2",
    )


def acme_march():
    # −174.77 ÷ −40 = 4.36925, half to even 4.3692; 3.33 h: −40 ÷ 3.33, −14.90 ÷ 3.33, 0.
    return shown(
        "-40.00 0.00 -40.00",
        "159.87 -25.10 -174.77 4.3692",
        "199.80 0 1 true",
        "81.25 40.00 0",
        "-12.01 -4.47 0.00",
        "1 4 1",
    )


def acme():
    # 957.48 ÷ 1340 = 0.71454; 4.83 h: 1340 ÷ 4.83, 1184.85 ÷ 4.83, 930 ÷ 4.83.
    return shown(
        "1340.00 930.00 410.00",
        "227.37 155.15 957.48 0.7145",
        "289.80 0 1 true",
        "81.25 40.00 0",
        "277.43 245.31 192.55",
        "4 5 3",
    )


def bolt_february():
    return shown(
        "0.00 0.00 0.00",
        "11.25 0.00 -11.25 null",
        "135 120 0.1111 false",
        "8.32 8.32 120",
        "0.00 0.00 0.00",
        "0 2 0",
    )


def bolt_march():
    return shown(
        "0.00 0.00 0.00",
        "45.00 0.00 -45.00 null",
        "60 0 1 true",
        "0.00 0.00 0",
        "0.00 0.00 0.00",
        "0 1 0",
    )


def bolt():
    return shown(
        "0.00 0.00 0.00",
        "56.25 0.00 -56.25 null",
        "195 120 0.3846 false",
        "8.32 8.32 120",
        "0.00 0.00 0.00",
        "0 3 0",
    )


def cedar():
    # The two entries of one invoice; 987.66 ÷ 1000 = 0.98766.
    return shown(
        "1000.00 1000.00 0.00",
        "0.00 12.34 987.66 0.9877",
        "0 0 null true",
        "0.00 0.00 0",
        "null null null",
        "2 0 1",
    )


def everything_february():
    # Acme, Bolt, the project's 135.00 and the overhead of 640.00; 346 ÷ 1380 = 0.25072; 6.75 h.
    return shown(
        "1380.00 930.00 450.00",
        "213.75 820.25 346.00 0.2507",
        "405 120 0.7037 false",
        "308.32 8.32 120",
        "204.44 82.93 137.78",
        "3 4 3",
    )


def everything_march():
    # With Ben's uncosted hour on a ticket without a client; 767.89 ÷ 960 = 0.79989; 5.33 h.
    return shown(
        "960.00 1000.00 -40.00",
        "204.87 -12.76 767.89 0.7999",
        "319.80 60 0.8124 false",
        "81.25 40.00 0",
        "180.11 182.51 187.62",
        "3 6 2",
    )


def everything():
    # 1113.89 ÷ 2340 = 0.47602; 12.08 h: 2340 ÷ 12.08, 1532.51 ÷ 12.08, 1930 ÷ 12.08.
    return shown(
        "2340.00 1930.00 410.00",
        "418.62 807.49 1113.89 0.4760",
        "724.80 180 0.7517 false",
        "389.57 48.32 120",
        "193.71 126.86 159.77",
        "6 10 5",
    )


def record(number, source, external_id):
    return {"id": number, "source": source, "externalId": external_id, "name": "x"}


CLIENTS = {
    "cli_a": (
        "Acme",
        [record("cli_a", "superops", "4610000000000000001"), record("q1", "quickbooks", "1"), record("q2", "quickbooks", "2")],
    ),
    "cli_b": ("Bolt", [record("cli_b", "superops", "4610000000000000002")]),
    "cli_c": ("Cedar", [record("cli_c", "quickbooks", "3")]),
}


def page(data, cursor=None):
    return {"data": data, "page": {"limit": 100, "nextCursor": cursor}}


def profitability(client, february, march, total):
    def month(name, figures):
        rows = f"/api/clients/{client}/profitability/rows?month={name}&component="
        return {"month": name, **figures, "sources": {part: rows + part for part in ("revenue", "labour", "products")}}

    months = [month("2026-02", february), month("2026-03", march)]
    return {"data": {"clientId": client, "currency": "USD", "months": months, "total": total}}


def ranking(organization, *places):
    def place(rank, client, figures, score):
        parts = dict(zip(("score", "labour", "products"), map(value, score.split()))) if score else None
        return {"rank": rank, "clientId": client, "name": CLIENTS[client][0], "score": parts, **figures}

    clients = [place(rank, *entry) for rank, entry in enumerate(places, 1)]
    return {"data": {"currency": "USD", "organization": organization, "clients": clients}}


def endpoints(total):
    unknown = {"product": None, "assigned": None, "committed": None}
    return {"kind": "endpoints", "total": total, "source": "superops", **unknown}


def paper(kind, number, day, amount, twin=False):
    more = {"minutes": None, "unbilled": None, "suspectedDuplicate": twin}
    return {"kind": kind, "externalId": number, "day": day, "amount": Decimal(amount), **more}


def time(number, day, amount, minutes, unbilled="null"):
    numbers = {"amount": value(amount), "minutes": value(minutes), "unbilled": value(unbilled)}
    return {"kind": "WorklogEntry", "externalId": number, "day": day, **numbers, "suspectedDuplicate": False}


def row_pages():
    rows = {
        "cli_a 2026-02 revenue": [
            paper("Invoice", "100", "2026-02-01", "1080.00"),
            paper("Invoice", "102", "2026-02-15", "0.00"),
            paper("Invoice", "101", "2026-02-10", "300.00"),
        ],
        "cli_a 2026-02 labour": [time("1", "2026-02-10", "67.50", "90")],
        "cli_a 2026-02 products": [paper("Bill", "200", "2026-02-03", "180.25")],
        "cli_a 2026-03 revenue": [paper("CreditMemo", "107", "2026-03-03", "-40.00")],
        "cli_a 2026-03 labour": [
            time("5", "2026-03-01", "45.00", "60"),
            time("2", "2026-03-15", "14.85", "19.80", "41.25"),
            time("3", "2026-03-16", "25.00", "30", "40.00"),
            time("4", "2026-03-17", "75.02", "90"),
        ],
        "cli_a 2026-03 products": [paper("Purchase", "201", "2026-03-20", "-25.10")],
        "cli_b 2026-02 labour": [
            time("6", "2026-02-20", "11.25", "15", "8.32"),
            time("7", "2026-02-21", "null", "120"),
        ],
        "cli_b 2026-03 labour": [time("8", "2026-03-10", "45.00", "60")],
        "cli_c 2026-03 revenue": [
            paper("Invoice", "103", "2026-03-01", "500.00", twin=True),
            paper("Invoice", "104", "2026-03-01", "500.00", twin=True),
        ],
        "cli_c 2026-03 products": [paper("Purchase", "202", "2026-03-21", "12.34")],
    }
    for client in CLIENTS:
        for month in ("2026-02", "2026-03"):
            for component in ("revenue", "labour", "products"):
                path = f"/api/clients/{client}/profitability/rows?month={month}&component={component}&limit=100"
                yield path, page(rows.get(f"{client} {month} {component}", []))


def api():
    """What each path of the API answers."""
    rates = [
        {"id": "r1", "technicianId": "tec_a", "hourlyCost": Decimal("45.00"), "currency": "USD", "effectiveFrom": "2026-02-01"},
        {"id": "r2", "technicianId": "tec_a", "hourlyCost": Decimal("50.01"), "currency": "USD", "effectiveFrom": "2026-03-16"},
    ]
    scores = "/api/ai/analytics/profitability-scores"
    period = "from=2026-02&to=2026-03"
    answers = {
        "/api/technicians": {"data": [{"id": "tec_a", "externalId": ANN}, {"id": "tec_b", "externalId": BEN}]},
        "/api/cost-rates?limit=100": page(rates[:1], "next/=+"),
        "/api/cost-rates?limit=100&cursor=next%2F%3D%2B": page(rates[1:]),
        "/api/clients?limit=100": page([{"id": client} for client in CLIENTS]),
        "/api/integrations/matches?limit=100": page([]),
        "/api/usage-counts/latest?clientId=cli_a": {"data": [endpoints(2)]},
        "/api/usage-counts/latest?clientId=cli_b": {"data": [endpoints(1)]},
        "/api/usage-counts/latest?clientId=cli_c": {"data": []},
        f"/api/clients/cli_a/profitability?{period}": profitability("cli_a", acme_february(), acme_march(), acme()),
        f"/api/clients/cli_b/profitability?{period}": profitability("cli_b", bolt_february(), bolt_march(), bolt()),
        f"/api/clients/cli_c/profitability?{period}": profitability("cli_c", nothing(), cedar(), cedar()),
        scores: {"data": {"currency": "USD"}},
        # Acme's shares of March are none: there is no revenue to share.
        f"{scores}?from=2026-02&to=2026-02": ranking(
            everything_february(),
            ("cli_a", acme_february(), "82.05 4.89 13.06"),
            ("cli_c", nothing(), None),
            ("cli_b", bolt_february(), None),
        ),
        f"{scores}?from=2026-03&to=2026-03": ranking(
            everything_march(),
            ("cli_c", cedar(), "98.77 0.00 1.23"),
            ("cli_b", bolt_march(), None),
            ("cli_a", acme_march(), None),
        ),
        f"{scores}?{period}": ranking(
            everything(),
            ("cli_c", cedar(), "98.77 0.00 1.23"),
            ("cli_a", acme(), "71.45 16.97 11.58"),
            ("cli_b", bolt(), None),
        ),
        **dict(row_pages()),
    }
    for client, (name, records) in CLIENTS.items():
        answers[f"/api/clients/{client}"] = {"data": {"id": client, "name": name, "records": list(records)}}
    return answers


def superops():
    return {"/_raw": desk(), "/_raw/cost-rates": set_rates()}


def quickbooks():
    return {"/_raw": books()}
