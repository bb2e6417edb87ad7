"""The checker agrees with figures worked out by hand, and with nothing else."""

import copy
import json
import subprocess
import sys
import tempfile
import threading
import unittest
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import access
import books
import checks
import desk
import exact
import grouping
import scenario
from figures import Sums
from ledger import Ledger, Record, Row, months_between

CHECK = Path(__file__).with_name("check.py")
CENT = Decimal("0.01")


def answering(answers):
    """`get` of a server that has these answers."""

    def get(path, default=None):
        if path not in answers and default is not None:
            return default
        return copy.deepcopy(answers[path])

    return get


def checked(api=None, superops=None, quickbooks=None):
    """The outcome of a check against the scenario with some answers replaced."""
    product = access.Api(answering(api or scenario.api()))
    simulators = access.Simulators(
        answering(superops or scenario.superops()), answering(quickbooks or scenario.quickbooks())
    )
    return checks.run(product, simulators)


def found(outcome):
    return {(difference.where, difference.figure) for difference in outcome.tally.differences}


def leaves(value, path=()):
    """Every place in a JSON value that holds no object or list."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if children is None:
        yield path, value
        return
    for name, child in children:
        yield from leaves(child, (*path, name))


def replaced(value, path, new):
    """The value with another leaf at the path."""
    changed = copy.deepcopy(value)
    holder = changed
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = new
    return changed


class HandmadeFigures(unittest.TestCase):
    def test_the_answers_worked_out_by_hand_differ_nowhere(self):
        outcome = checked()
        self.assertEqual(outcome.tally.differences, [])
        self.assertEqual(outcome.ledger.months(), ["2026-02", "2026-03"])
        self.assertEqual(len(outcome.sample), 5)
        self.assertGreater(outcome.tally.total, 600)

    def test_rows_that_contradict_themselves_or_are_in_foreign_money_count_nowhere(self):
        reasons = {row.external_id: row.reason for row in checked().refused}
        self.assertEqual(set(reasons), {"105", "106"})
        self.assertIn("100.00", reasons["105"])
        self.assertIn("EUR", reasons["106"])


class Mutations(unittest.TestCase):
    """Whatever is off in an answer by the least amount is found."""

    def setUp(self):
        self.assertEqual(checked().tally.differences, [])

    # Places whose values no figure rests on.
    FREE = {"limit", "name", "id", "nextCursor"}

    def each_figure(self):
        for path, answer in scenario.api().items():
            for place, leaf in leaves(answer):
                if place[-1] not in self.FREE:
                    yield path, answer, place, leaf

    def assert_found(self, path, place, changed):
        with self.subTest(path=path, place=place, changed=repr(changed)):
            answers = scenario.api()
            answers[path] = replaced(answers[path], place, changed)
            try:
                self.assertNotEqual(checked(api=answers).tally.differences, [])
            except (KeyError, TypeError, ValueError, AttributeError):
                pass  # No answer at all: the program ends with 2.

    def test_one_cent_more_in_any_number_is_found(self):
        numbers = 0
        for path, _, place, leaf in self.each_figure():
            if isinstance(leaf, (int, Decimal)) and not isinstance(leaf, bool):
                numbers += 1
                self.assert_found(path, place, leaf + CENT)
        self.assertGreater(numbers, 300)

    def test_a_number_in_place_of_a_null_and_a_null_in_place_of_a_number_are_found(self):
        for path, _, place, leaf in self.each_figure():
            if leaf is None:
                self.assert_found(path, place, Decimal("0.00"))
            elif isinstance(leaf, Decimal) and leaf == 0:
                self.assert_found(path, place, None)

    def test_a_wrong_word_is_found(self):
        for path, _, place, leaf in self.each_figure():
            # That a row is suspected without need is allowed.
            if isinstance(leaf, bool) and not (place[-1] == "suspectedDuplicate" and leaf is False):
                self.assert_found(path, place, not leaf)
            elif isinstance(leaf, str) and place[-1] not in ("clientId", "revenue", "labour", "products"):
                self.assert_found(path, place, leaf + "1")

    def test_a_number_in_quotes_is_no_number(self):
        answers = scenario.api()
        path = "/api/clients/cli_a/profitability?from=2026-02&to=2026-03"
        answers[path]["data"]["total"]["revenue"] = "1340.00"
        self.assertIn(("Acme 2026-02 to 2026-03", "revenue"), found(checked(api=answers)))

    def test_a_figure_that_is_not_shown_is_found(self):
        answers = scenario.api()
        path = "/api/clients/cli_b/profitability?from=2026-02&to=2026-03"
        del answers[path]["data"]["months"][1]["unbilled"]
        del answers[path]["data"]["months"][0]["effectiveHourlyRate"]["labour"]
        differences = found(checked(api=answers))
        self.assertIn(("Bolt 2026-03", "unbilled"), differences)
        self.assertIn(("Bolt 2026-02", "effectiveHourlyRate.labour"), differences)

    def test_a_month_that_is_left_out_is_found(self):
        answers = scenario.api()
        del answers["/api/clients/cli_c/profitability?from=2026-02&to=2026-03"]["data"]["months"][0]
        self.assertIn(("Cedar 2026-02 to 2026-03", "months"), found(checked(api=answers)))

    def test_a_listed_row_too_few_or_too_many_is_found(self):
        path = "/api/clients/cli_a/profitability/rows?month=2026-03&component=labour&limit=100"
        for change in (lambda rows: rows.pop(), lambda rows: rows.append(rows[0])):
            answers = scenario.api()
            change(answers[path]["data"])
            names = {figure for _, figure in found(checked(api=answers))}
            self.assertLessEqual({"documents listed", "sum of listed amount", "sum of listed minutes"}, names)

    def test_clients_in_the_wrong_order_are_found(self):
        answers = scenario.api()
        entries = answers["/api/ai/analytics/profitability-scores?from=2026-02&to=2026-03"]["data"]["clients"]
        entries[0], entries[1] = entries[1], entries[0]
        entries[0]["rank"], entries[1]["rank"] = 1, 2
        self.assertIn("margin at this rank", {figure for _, figure in found(checked(api=answers))})

    def test_one_cent_more_in_any_counted_source_line_is_found(self):
        raw = scenario.books()
        for place, leaf in leaves(raw):
            counted = isinstance(leaf, Decimal) and place[-1] in ("Amount", "TotalAmt", "TotalTax")
            repeats = place[0] in ("Bill", "Purchase") and place[-1] == "TotalAmt"
            refused = place[0] == "Invoice" and place[1] in (5, 6)
            line = raw[place[0]][place[1]]
            for name in place[2:-1]:
                line = line[name]
            repeats = repeats or line.get("DetailType") in ("SubTotalLineDetail", "GroupLineDetail")
            if counted and not repeats and not refused:
                with self.subTest(place=place):
                    changed = {"/_raw": replaced(raw, place, leaf + CENT)}
                    self.assertNotEqual(checked(quickbooks=changed).tally.differences, [])


class Rates(unittest.TestCase):
    def test_a_rate_that_was_set_and_is_not_held_is_found_and_so_is_the_reverse(self):
        answers = scenario.api()
        answers["/api/cost-rates?limit=100"]["page"]["nextCursor"] = None
        self.assertIn((f"rate of {scenario.ANN} from 2026-03-16", "cost rate in cents"), found(checked(api=answers)))
        fewer = scenario.superops() | {"/_raw/cost-rates": scenario.set_rates()[:1]}
        self.assertIn((f"rate of {scenario.ANN} from 2026-03-16", "cost rate in cents"), found(checked(superops=fewer)))

    def test_the_own_rate_wins_over_the_default_and_before_the_first_there_is_none(self):
        card = desk.RateCard([("ann", "2026-03-16", 5000), (None, "2026-01-01", 3000), ("ann", "2026-02-01", 4000)])
        days = ("2025-12-31", "2026-01-31", "2026-02-01", "2026-03-15", "2026-03-16")
        self.assertEqual([card.hourly("ann", day) for day in days], [None, 3000, 4000, 4000, 5000])
        self.assertEqual(card.hourly("ben", "2026-03-16"), 3000)

    def test_a_rate_of_nothing_is_a_rate(self):
        card = desk.RateCard([("ann", "2026-01-01", 0), (None, "2026-01-01", 3000)])
        self.assertEqual(card.hourly("ann", "2026-01-01"), 0)


class Endpoints(unittest.TestCase):
    def test_a_count_that_is_not_there_or_is_there_without_an_asset_is_found(self):
        path = "/api/usage-counts/latest?clientId="
        answers = scenario.api()
        answers[f"{path}cli_a"]["data"] = []
        answers[f"{path}cli_c"]["data"] = [scenario.endpoints(3)]
        differences = found(checked(api=answers))
        self.assertLessEqual({("Acme", "counts of endpoints"), ("Cedar", "total")}, differences)

    def test_a_count_of_none_and_other_counts_differ_in_nothing(self):
        answers = scenario.api()
        licences = scenario.endpoints(9) | {"kind": "licences", "product": "Business Premium"}
        answers["/api/usage-counts/latest?clientId=cli_c"]["data"] = [licences, scenario.endpoints(0)]
        self.assertEqual(found(checked(api=answers)), set())


class Rounding(unittest.TestCase):
    def test_halves_go_to_the_even_neighbour_on_both_sides_of_zero(self):
        halves = [(-5, 2), (-3, 2), (-1, 2), (1, 2), (3, 2), (5, 2), (7, -2)]
        self.assertEqual([exact.half_even(*half) for half in halves], [-2, -2, 0, 0, 2, 2, -4])
        self.assertEqual([exact.half_even(n, 10) for n in (14, 15, 16, -14, -16)], [1, 2, 2, -1, -2])

    def test_labour_is_rounded_for_each_worklog_and_not_for_the_sum(self):
        worklogs = [scenario.worklog(str(n), "71", "t", "2026-02-01T00:00:00", "0.5", "INVOICED") for n in range(4)]
        rows, refused = desk.read(scenario.desk() | {"worklogs": worklogs}, desk.RateCard([("t", "2026-01-01", 5001)]))
        # Four times 25.005 is 100.02; rounded each, 100.00.
        self.assertEqual((sum(row.sums.labour_cost for row in rows), refused), (10_000, []))

    def test_time_is_whole_seconds(self):
        self.assertEqual([exact.seconds(hours) for hours in ("0.33", 2, Decimal("0.25"), "0.3333")], [1188, 7200, 900, 1200])
        self.assertEqual([exact.minutes(seconds) for seconds in (1188, 1, 0)], [Decimal("19.80"), Decimal("0.02"), 0])

    def test_floats_and_parts_of_a_cent_are_refused(self):
        for value in (0.1, "1.005", True, None, "ten", "NaN", []):
            with self.subTest(value=value), self.assertRaises(exact.NotExact):
                exact.cents(value)
        self.assertEqual([exact.cents(value) for value in ("12.5", Decimal("100.0"), -3, "1.2300")], [1250, 10_000, -300, 123])


class Books(unittest.TestCase):
    def read(self, currency="USD", **entities):
        return books.read({"Item": scenario.books()["Item"], **entities}, currency)

    def test_a_credit_memo_takes_back_service_and_products(self):
        lines = [scenario.item("70.00", "10"), scenario.item("30.00", "12")]
        memo = scenario.document("1", "5", "2026-02-01", "110.00", lines, tax="10.00")
        [row], _ = self.read(CreditMemo=[memo])
        self.assertEqual((row.sums.service_revenue, row.sums.product_revenue), (-7000, -3000))

    def test_a_bill_is_parted_among_the_customers_its_lines_name(self):
        lines = [
            scenario.cost(scenario.ITEM_COST, "1.00", "1"),
            scenario.cost(scenario.ACCOUNT_COST, "2.00", "2"),
            scenario.cost(scenario.ACCOUNT_COST, "4.00"),
            scenario.cost(scenario.ITEM_COST, "8.00", "1"),
        ]
        rows, _ = self.read(Bill=[scenario.document("1", None, "2026-02-01", "15.00", lines)])
        parts = {row.record and row.record.external_id: row.sums for row in rows}
        self.assertEqual({name: sums.product_cost for name, sums in parts.items()}, {"1": 900, "2": 200, None: 400})
        self.assertEqual(parts["1"].expense_lines, 2)

    def test_only_the_same_number_customer_day_and_total_make_a_twin(self):
        def invoice(number, customer="1", day="2026-02-01", total="5.00", **more):
            return scenario.document(number, customer, day, total, [scenario.item(total, "10")], **more)

        invoices = [
            invoice("1", DocNumber="A"),
            invoice("2", DocNumber="A", total="5.000"),
            invoice("3", DocNumber="A", customer="2"),
            invoice("4", DocNumber="A", day="2026-02-02"),
            invoice("5", DocNumber="A", total="6.00"),
            invoice("6"),
            invoice("7"),
        ]
        rows, _ = self.read(Invoice=invoices)
        self.assertEqual([row.external_id for row in rows if row.twin], ["1", "2"])
        self.assertEqual(len(rows), 7)

    def test_a_document_without_what_it_needs_is_refused_with_the_reason(self):
        good = scenario.document("1", "5", "2026-02-01", "1.00", [scenario.item("1.00", "10")])
        for field in ("CustomerRef", "TxnDate", "TotalAmt"):
            with self.subTest(field=field):
                rows, refused = self.read(Invoice=[{name: value for name, value in good.items() if name != field}])
                self.assertEqual((rows, len(refused)), ([], 1))
        rows, refused = self.read(Invoice=[{**good, "Line": [{"DetailType": "Riddle"}]}])
        self.assertIn("Riddle", refused[0].reason)

    def test_the_currency_of_the_books_is_the_organisations(self):
        invoice = scenario.document("1", "5", "2026-02-01", "1.00", [scenario.item("1.00", "10")], CurrencyRef={"value": "CAD"})
        self.assertEqual([len(part) for part in self.read(Invoice=[invoice], currency="CAD")], [1, 0])
        self.assertEqual([len(part) for part in self.read(Invoice=[invoice])], [0, 1])


class Desk(unittest.TestCase):
    def read(self, **changes):
        worklog = scenario.worklog("1", "71", "t", "2026-02-01T00:00:00", "1", "APPROVED", "100.00") | changes
        rows, refused = desk.read(scenario.desk() | {"worklogs": [worklog]}, desk.RateCard([]))
        return rows[0] if rows else refused[0]

    def test_open_time_is_priced_by_the_worklog_else_by_its_item_else_not_at_all(self):
        self.assertEqual(self.read().sums.unbilled, 10_000)
        self.assertEqual(self.read(unitPrice=None, serviceItem={"itemId": "S2"}).sums.unbilled, 8_000)
        self.assertEqual(self.read(unitPrice="0.00", serviceItem={"itemId": "S2"}).sums.unbilled, 0)
        unpriced = self.read(unitPrice=None).sums
        self.assertEqual((unpriced.unbilled, unpriced.unpriced), (0, 3600))

    def test_only_billable_time_that_is_pending_or_approved_is_open(self):
        statuses = ("PENDING", "APPROVED", "IGNORED", "INVOICED", "UNDER_CONTRACT")
        self.assertEqual([self.read(status=status).sums.unbilled for status in statuses], [10_000, 10_000, 0, 0, 0])
        self.assertEqual([self.read(status=status).sums.unapproved for status in statuses], [10_000, 0, 0, 0, 0])
        self.assertEqual(self.read(billable=False).sums.unbilled, 0)

    def test_the_day_is_the_one_in_utc(self):
        moments = ("2026-03-01T06:30:00", "2026-02-28T23:30:00-08:00", "2026-02-28T23:59:59Z", "2026-02-28T23:00:00.5")
        days = [self.read(billDateTime=moment).day for moment in moments]
        self.assertEqual(days, ["2026-03-01", "2026-03-01", "2026-02-28", "2026-02-28"])

    def test_only_a_ticket_says_whose_time_it_is(self):
        def record(module, ticket):
            return self.read(workItem={"workId": ticket, "module": module}).record

        self.assertEqual(record("TICKET", 71), Record("superops", "4610000000000000001"))
        self.assertEqual([record("PROJECT", "71"), record("TICKET", "73"), record("TICKET", "99")], [None, None, None])

    def test_a_worklog_that_cannot_be_read_is_refused(self):
        for change in ({"qty": None}, {"qty": "much"}, {"billDateTime": None}, {"billDateTime": "soon"}):
            with self.subTest(change=change):
                self.assertEqual(self.read(**change).kind, "WorklogEntry")
                self.assertTrue(self.read(**change).reason)


class Grouping(unittest.TestCase):
    def clients(self, **records):
        return [
            access.Client(name, name, {f"{name}{number}": record for number, record in enumerate(there)})
            for name, there in records.items()
        ]

    def differences(self, clients):
        tally = checks.Tally()
        known = grouping.known_records(scenario.desk(), scenario.books())
        grouping.compare(tally, known, clients, grouping.truth(scenario.desk()["links"]))
        return {(difference.where, difference.figure) for difference in tally.differences}

    A, B = Record("superops", "4610000000000000001"), Record("superops", "4610000000000000002")
    ONE, TWO, THREE = (Record("quickbooks", number) for number in "123")

    def test_the_true_grouping_and_a_cautious_one_are_both_right(self):
        self.assertEqual(self.differences(self.clients(a=[self.A, self.ONE, self.TWO], b=[self.B], c=[self.THREE])), set())
        cautious = self.clients(a=[self.A], b=[self.B], c=[self.THREE], d=[self.ONE, self.TWO])
        self.assertEqual(self.differences(cautious), set())

    def test_records_of_two_clients_in_one_are_found(self):
        wrong = self.clients(a=[self.A, self.ONE, self.TWO, self.B], c=[self.THREE])
        self.assertEqual(self.differences(wrong), {("a", "records wrongly joined")})

    def test_a_record_in_no_client_or_in_two_or_of_no_system_is_found(self):
        clients = self.clients(a=[self.A, self.ONE], b=[self.B, Record("superops", "9")], c=[self.THREE], d=[self.THREE])
        places = {where for where, figure in self.differences(clients) if figure == "clients of a record"}
        self.assertEqual(places, {"quickbooks 2", "quickbooks 3", "superops 9"})

    def test_clients_shown_apart_are_told_with_whether_somebody_is_asked(self):
        clients = self.clients(a=[self.A], b=[self.B], c=[self.THREE], d=[self.ONE, self.TWO])
        true_client = grouping.truth(scenario.desk()["links"])
        self.assertEqual(list(grouping.apart(clients, true_client, [])), [("a", "d", False)])
        self.assertEqual(list(grouping.apart(clients, true_client, [("d1", "a0")])), [("a", "d", True)])

    def test_money_that_no_client_has_is_found(self):
        answers = scenario.api()
        answers["/api/clients/cli_a"]["data"]["records"].pop()
        names = {figure for _, figure in found(checked(api=answers))}
        self.assertIn("clients of a record", names)
        # The figures shown still hold the record's money, so that the client's own figures differ.
        self.assertIn("productCost", names)
        answers["/api/clients/cli_a/profitability?from=2026-02&to=2026-03"]["data"]["total"]["productCost"] -= Decimal("30.25")
        self.assertIn("sum of productCost", {figure for _, figure in found(checked(api=answers))})

    def test_links_may_stand_at_an_address_of_their_own(self):
        answers = scenario.superops()
        links = answers["/_raw"].pop("links")
        self.assertEqual(checked(superops=answers).tally.compared["records wrongly joined"], 0)
        outcome = checked(superops=answers | {"/_raw/links": links})
        self.assertEqual((outcome.tally.compared["records wrongly joined"], outcome.tally.differences), (3, []))


class Spans(unittest.TestCase):
    def test_months_cross_the_year(self):
        self.assertEqual(list(months_between("2025-11", "2026-02")), ["2025-11", "2025-12", "2026-01", "2026-02"])

    def test_every_month_between_the_first_and_the_last_row_counts(self):
        rows = [Row("revenue", "Invoice", day, day, None, Sums()) for day in ("2026-03-31", "2026-01-01")]
        self.assertEqual(Ledger(rows).months(), ["2026-01", "2026-02", "2026-03"])

    def test_no_call_asks_for_more_months_than_are_allowed(self):
        self.assertEqual([len(chunk) for chunk in checks.chunks(list(range(37)), 36)], [36, 1])

    def test_the_sample_is_the_same_each_time_and_begins_with_invoices_entered_twice(self):
        samples = [checked().sample for _ in range(2)]
        self.assertEqual(samples[0], samples[1])
        client, month = samples[0][0]
        self.assertEqual((client.name, month), ("Cedar", "2026-03"))

    def test_without_rows_nothing_is_checked(self):
        with self.assertRaises(access.Unanswered):
            checked(superops=scenario.superops() | {"/_raw": scenario.desk() | {"worklogs": []}}, quickbooks={"/_raw": {}})


class Server(ThreadingHTTPServer):
    """Serves answers as JSON; may demand a token, close connections, or be busy at first."""

    daemon_threads = True

    def __init__(self, answers, token=None, busy=0, closing=False):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.token, self.busy, self.closing = answers, token, busy, closing
        self.connections = 0
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_port}"

    def get_request(self):
        self.connections += 1
        return super().get_request()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        server = self.server
        if server.busy > 0:
            server.busy -= 1
            return self.answer(429, "{}", {"Retry-After": "0"})
        if server.token and self.headers["Authorization"] != f"Bearer {server.token}":
            return self.answer(401, '{"status": 401}')
        if self.path not in server.answers:
            return self.answer(404, '{"status": 404}')
        self.answer(200, written(server.answers[self.path]))
        # Without a word to the client, as servers do with connections that were idle.
        self.close_connection = server.closing
        return None

    def answer(self, status, text, headers=()):
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **dict(headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def written(value):
    """JSON with Decimals written digit by digit."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{written(child)}" for name, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


class Program(unittest.TestCase):
    """The program itself, over HTTP."""

    def start(self, answers, **options):
        server = Server(answers, **options)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def check(self, api=None, token="secret", **options):
        self.api = self.start(api or scenario.api(), token="secret", **options)
        superops, quickbooks = self.start(scenario.superops()), self.start(scenario.quickbooks())
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "report.json")
            origins = ["--superops", superops.origin, "--quickbooks", quickbooks.origin]
            command = [sys.executable, str(CHECK), "--api", self.api.origin, "--token", token, *origins, "--json", str(file)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            self.report = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
        return done

    def test_agreement_ends_with_0_over_one_connection(self):
        done = self.check()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout.splitlines()[-1], r"^\d+ figures compared, 0 differences$")
        self.assertEqual(self.api.connections, 1)
        self.assertEqual((self.report["differences"], self.report["clients"]), ([], 3))

    def test_one_cent_ends_with_1_and_is_told(self):
        answers = scenario.api()
        total = answers["/api/clients/cli_a/profitability?from=2026-02&to=2026-03"]["data"]["total"]
        total["effectiveHourlyRate"]["netOfCost"] += CENT
        done = self.check(answers)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stdout.endswith(" figures compared, 1 differences\n"))
        self.assertIn("effectiveHourlyRate.netOfCost should be 245.31, is 245.32", done.stdout)
        self.assertEqual(self.report["differences"][0]["shown"], "245.32")

    def test_of_many_differences_twenty_are_told_and_all_are_counted(self):
        answers = scenario.api()
        for path, answer in answers.items():
            if "/profitability?" in path:
                answer["data"]["total"] = {}
        done = self.check(answers)
        self.assertEqual(done.stdout.count(" should be "), 20)
        self.assertRegex(done.stdout, r"\n\d+ figures compared, 68 differences\n$")

    def test_a_server_that_is_busy_or_closes_connections_is_asked_again(self):
        self.assertEqual(self.check(busy=3).returncode, 0)
        self.assertEqual(self.check(closing=True).returncode, 0)
        self.assertGreater(self.api.connections, 1)

    def test_what_is_not_delivered_ends_with_2(self):
        refused = self.check(token="wrong")
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("401", refused.stderr)
        misshapen = self.check(scenario.api() | {"/api/technicians": {"data": [{"id": 1}]}})
        self.assertEqual(misshapen.returncode, 2)
        self.assertIn("unexpected shape", misshapen.stderr)


if __name__ == "__main__":
    unittest.main()
