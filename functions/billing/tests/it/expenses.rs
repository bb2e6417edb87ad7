//! Vendors' bills, and for whom they were bought.

use axum::http::Method;
use clearmargin_domain::{
    agreement::{AgreementKind, AgreementLine, PricingUnit},
    books::Books,
    exchange::{ExchangeRate, RateSource},
    expense::{Expense, ExpenseKind, ExpenseLine, Rebilled},
    id::{ClientId, ExpenseId, ServiceId},
    money::{Currency, Money},
    period::{Month, Period},
    rollup::{Measures, Subject},
    service::{Offering, Service},
    source::{Origin, Source},
    usage_count::{UsageCount, UsageKind},
};
use clearmargin_store::{Record, Stored};
use futures_util::future::join_all;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::desk::Desk;

const NONE: Value = Value::Null;
const DAY: Date = date(2026, 6, 15);
const MANY: usize = 20;

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

pub(crate) fn line(id: &str, minor: i64) -> ExpenseLine {
    ExpenseLine {
        units: None,
        rebilled: Rebilled::No,
        client: None,
        service: None,
        description: "Backup".to_owned(),
        amount: usd(minor),
        source_id: Some(id.to_owned()),
        account: None,
        allocated: None,
    }
}

impl Desk {
    pub(crate) async fn made<T: Record>(&self, record: &T) {
        let ctx = self.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, NONE));
        change.insert(record).unwrap();
        change.commit().await.unwrap();
    }

    /// A client of that number, without any other record.
    async fn client(&self, number: u128) -> ClientId {
        let id = ClientId::new(self.world.now(), number);
        self.record(id, None).await;
        id
    }

    /// So many endpoints and people on the last of May.
    async fn counted(&self, client: ClientId, total: u32) {
        for kind in [UsageKind::Endpoints, UsageKind::Users] {
            let day = date(2026, 5, 31);
            let id = UsageCount::id_of(self.org, client, kind, None, day);
            let (product, assigned, committed, source) = (None, None, None, None);
            let total = Some(total);
            let count =
                UsageCount { id, client, kind, product, day, assigned, total, committed, source };
            self.made(&count).await;
        }
    }

    /// A bill of June with these lines.
    pub(crate) async fn bill(&self, lines: Vec<ExpenseLine>) -> Expense {
        let number = self.world.app.random().to_string();
        let bill = Expense {
            id: ExpenseId::imported(self.org, Source::QuickBooks, &number),
            kind: ExpenseKind::Bill,
            vendor: Some("Datto, Inc.".to_owned()),
            number: Some("B-7".to_owned()),
            day: DAY,
            total: usd(lines.iter().map(|line| line.amount.minor).sum()),
            lines,
            rate: None,
            origin: Origin {
                source: Source::QuickBooks,
                kind: "Bill".to_owned(),
                external_id: number,
                revision: None,
            },
        };
        self.made(&bill).await;
        bill
    }

    async fn stored(&self, bill: &Expense) -> Stored<Expense> {
        self.ctx().tenant().get::<Expense>(bill.id).await.unwrap().unwrap()
    }

    /// What an import does with a bill of which the lines have changed.
    async fn read_again(&self, bill: &Expense, lines: Vec<ExpenseLine>) {
        let ctx = self.ctx();
        loop {
            let stored = self.stored(bill).await;
            let read = Expense { lines: lines.clone(), ..bill.clone() }.read_over(&stored);
            let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, NONE));
            change.update(&stored, &read).unwrap();
            if change.attempt().await.unwrap() {
                return;
            }
        }
    }

    /// What June cost, in cents.
    async fn cost(&self, subject: Subject) -> i64 {
        self.world.settle().await;
        let period = Period::new(Month::of(DAY), Month::of(DAY), 1).unwrap();
        let sums = self.ctx().tenant().rollups(subject, period).await.unwrap();
        sums.into_values().fold(Measures::default(), Measures::plus).product_cost_minor
    }

    async fn costs(&self, clients: &[ClientId]) -> Vec<i64> {
        let mut costs = Vec::new();
        for client in clients {
            costs.push(self.cost(Subject::Client(*client)).await);
        }
        costs
    }

    async fn no_drift(&self) {
        self.world.settle().await;
        let drift = self.ctx().tenant().drift().await.unwrap().unwrap();
        assert_eq!(drift.drifted(), 0, "{drift:?}");
    }

    /// The client that there is has three endpoints, another one five; a bill of 100 dollars.
    async fn divisible(&self) -> (Expense, [ClientId; 2]) {
        let other = self.client(2).await;
        self.counted(self.client, 3).await;
        self.counted(other, 5).await;
        (self.bill(vec![line("1", 10_000), line("2", 333)]).await, [self.client, other])
    }
}

fn path(bill: &Expense) -> String {
    format!("/expenses/{}", bill.id)
}

fn allocation(bill: &Expense) -> String {
    format!("{}/allocation", path(bill))
}

fn by_endpoints() -> Value {
    json!({"lines": [{"key": "endpoints", "month": "2026-06"}]})
}

/// The weights and parts of a line.
fn parts(expense: &Value, line: usize) -> Vec<String> {
    let parts = expense["lines"][line]["allocation"]["parts"].as_array().unwrap();
    parts.iter().map(|part| format!("{} {}", part["weight"], part["amount"])).collect()
}

#[tokio::test]
async fn a_bill_is_divided_by_what_clients_have_and_counts_for_them_until_that_is_taken_back() {
    let desk = Desk::new().await;
    let (bill, clients) = desk.divisible().await;
    assert_eq!(desk.costs(&clients).await, [0, 0]);
    let shown = desk.post(&format!("{}/preview", allocation(&bill)), &by_endpoints()).await;
    assert_eq!(parts(&shown, 0), ["3 37.50", "5 62.50"]);
    assert_eq!(parts(&shown, 1), ["3 1.25", "5 2.08"]);
    assert_eq!(desk.stored(&bill).await.version, 1);
    let done = desk.done(Method::PUT, &allocation(&bill), &by_endpoints()).await;
    assert_eq!((&done["lines"], done["unallocated"].to_string()), (&shown["lines"], "0.00".into()));
    assert_eq!(desk.costs(&clients).await, [3_875, 6_458]);
    assert_eq!(desk.cost(Subject::Organization).await, 10_333);
    desk.no_drift().await;
    let listed = async |filter: &str| {
        let path = format!("/expenses?from=2026-06&to=2026-06&{filter}");
        desk.get(&path).await.as_array().unwrap().len()
    };
    assert_eq!(
        (listed("allocation=allocated").await, listed("allocation=unallocated").await),
        (1, 0)
    );
    assert_eq!((listed("vendor=datto").await, listed("vendor=acronis").await), (1, 0));
    let got = desk.get(&path(&bill)).await;
    assert_eq!(got["lines"][0]["allocation"]["month"], "2026-06");
    desk.ask(Method::DELETE, &allocation(&bill), &NONE).await;
    assert_eq!(desk.costs(&clients).await, [0, 0]);
    assert_eq!(
        (listed("allocation=allocated").await, listed("allocation=unallocated").await),
        (0, 1)
    );
    assert_eq!(desk.cost(Subject::Organization).await, 10_333);
    desk.no_drift().await;
}

/// At 1.25 the bill of 103.33 costs 129.16: 125.00 and 4.16, of which three and five eighths.
#[tokio::test]
async fn a_bill_in_another_currency_costs_clients_what_it_is_worth() {
    let desk = Desk::new().await;
    let (bill, clients) = desk.divisible().await;
    let euro: Currency = "EUR".parse().unwrap();
    let rate = Decimal::new(125, 2);
    let rate = ExchangeRate::new(euro, Currency::USD, rate, RateSource::QuickBooks, DAY).unwrap();
    let euros = |money: Money| Money::new(money.minor, euro);
    let lines =
        bill.lines.iter().map(|line| ExpenseLine { amount: euros(line.amount), ..line.clone() });
    let lines = lines.collect();
    let abroad = Expense { rate: Some(rate), total: euros(bill.total), ..bill };
    desk.read_again(&abroad, lines).await;
    let done = desk.done(Method::PUT, &allocation(&abroad), &by_endpoints()).await;
    assert_eq!(parts(&done, 0), ["3 37.50", "5 62.50"]);
    assert_eq!(
        (done["currency"].as_str(), done["exchangeRate"].to_string()),
        (Some("EUR"), "1.25".into())
    );
    assert_eq!(done["homeTotal"].to_string(), "129.16");
    assert_eq!(desk.costs(&clients).await, [4_688 + 156, 7_812 + 260]);
    assert_eq!(desk.cost(Subject::Organization).await, 12_916);
    desk.no_drift().await;
}

#[tokio::test]
async fn whom_nobody_counted_is_named_and_left_out_only_if_that_is_said() {
    let desk = Desk::new().await;
    let (bill, [acme, _]) = desk.divisible().await;
    let unknown = desk.client(3).await;
    let answer = desk.ask(Method::PUT, &allocation(&bill), &by_endpoints()).await.json();
    let error = &answer["errors"][0];
    assert_eq!(
        (&error["path"], &error["code"]),
        (&json!("lines[0].clientIds"), &json!("missing_weight"))
    );
    assert!(error["message"].as_str().unwrap().contains(&unknown.to_string()), "{answer}");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
    // Nobody asks for those who are not meant.
    let some = json!({"lines": [{"line": 1, "key": "seats", "clientIds": [acme]}]});
    let done = desk.done(Method::PUT, &allocation(&bill), &some).await;
    assert_eq!(
        (parts(&done, 0), done["unallocated"].to_string()),
        (vec!["3 100.00".to_owned()], "3.33".to_owned())
    );
    let without = json!({"lines": [{"key": "endpoints", "leaveOutUnknown": true}]});
    let done = desk.done(Method::PUT, &allocation(&bill), &without).await;
    assert_eq!(parts(&done, 0), ["3 37.50", "5 62.50"]);
    assert_eq!(done["lines"][0]["allocation"]["leftOutClientIds"], json!([unknown]));
    // Nobody worked, and nothing was invoiced.
    for key in ["hours", "revenue"] {
        let body = json!({"lines": [{"key": key}]});
        let (status, code) = desk.ask(Method::PUT, &allocation(&bill), &body).await.problem();
        assert_eq!((status, code.as_str()), (422, "invalid"), "{key}");
    }
    let stale = json!({"lines": [{"key": "endpoints", "month": "2026-03"}]});
    let answer = desk.ask(Method::PUT, &allocation(&bill), &stale).await.json();
    assert_eq!(answer["errors"].as_array().unwrap().len(), 3, "{answer}");
}

#[tokio::test]
async fn stated_parts_leave_the_rest_to_nobody_and_are_refused_where_they_do_not_fit() {
    let desk = Desk::new().await;
    let other = desk.client(2).await;
    let joined = ClientId::new(desk.world.now(), 3);
    desk.record(joined, Some(desk.client)).await;
    let bill = desk.bill(vec![line("1", 10_000), line("2", -500)]).await;
    let acme = desk.client;
    let part = |client: ClientId, amount: &str| json!({"clientId": client, "amount": amount, "currency": "USD"});
    let body = |number: u8, parts: Value| json!({"lines": [{"line": number, "parts": parts}]});
    let good = json!({"lines": [
        {"line": 1, "parts": [part(joined, "60.01"), part(other, "30")]},
        {"line": 2, "parts": [part(other, "-5")]},
    ]});
    let done = desk.done(Method::PUT, &allocation(&bill), &good).await;
    assert_eq!(done["unallocated"].to_string(), "9.99");
    assert_eq!(done["lines"][0]["allocation"]["parts"][0]["clientId"], json!(acme));
    assert_eq!(desk.costs(&[acme, other]).await, [6_001, 2_500]);
    let euros = json!({"clientId": acme, "amount": 1, "currency": "EUR"});
    let twice = [part(acme, "1"), part(joined, "1")];
    for (body, field) in [
        (body(1, json!([part(acme, "100.01")])), "lines[0].parts"),
        (body(1, json!([part(acme, "-1")])), "lines[0].parts"),
        (body(1, json!(twice)), "lines[0].parts"),
        (body(1, json!([part(acme, "0")])), "lines[0].parts[0].amount"),
        (body(1, json!([part(acme, "0.001")])), "lines[0].parts[0].amount"),
        (body(1, json!([euros])), "lines[0].parts[0].amount"),
        (
            body(1, json!([part(ClientId::new(desk.world.now(), 9), "1")])),
            "lines[0].parts[0].clientId",
        ),
        (body(1, json!([{"amount": 1, "currency": "USD"}])), "lines[0].parts[0].clientId"),
        (body(3, json!([part(acme, "1")])), "lines[0].line"),
        (
            json!({"lines": [{"line": 1, "key": "hours", "parts": [part(acme, "1")]}]}),
            "lines[0].parts",
        ),
        (json!({"lines": [{"line": 1}]}), "lines[0].parts"),
        (json!({"lines": []}), "lines"),
    ] {
        let answer = desk.ask(Method::PUT, &allocation(&bill), &body).await;
        assert_eq!(answer.json()["errors"][0]["path"], field, "{body} {answer:?}");
    }
    assert_eq!(desk.costs(&[acme, other]).await, [6_001, 2_500]);
    desk.no_drift().await;
}

#[tokio::test]
async fn what_the_source_names_what_is_closed_and_what_has_changed_is_refused() {
    let desk = Desk::new().await;
    let (bill, clients) = desk.divisible().await;
    let named = ExpenseLine { client: Some(clients[1]), ..line("2", 333) };
    desk.read_again(&bill, vec![line("1", 10_000), named]).await;
    let second = json!({"lines": [{"line": 2, "key": "endpoints"}]});
    assert_eq!(desk.refused(Method::PUT, &allocation(&bill), &second).await, "409 names_client");
    // Without a line, all that are free are meant.
    let answer = desk.ask_if(Method::PUT, &allocation(&bill), "\"v1-0\"", &by_endpoints()).await;
    assert_eq!(answer.problem().0, 412);
    desk.done(Method::PUT, &allocation(&bill), &by_endpoints()).await;
    assert_eq!(desk.costs(&clients).await, [3_750, 6_250 + 333]);
    let books = Books { closed_through: Some(Month::of(DAY)) };
    desk.made(&books).await;
    for (method, path) in [
        (Method::PUT, allocation(&bill)),
        (Method::DELETE, allocation(&bill)),
        (Method::POST, format!("{}/preview", allocation(&bill))),
    ] {
        let body = if method == Method::DELETE { NONE } else { by_endpoints() };
        assert_eq!(desk.refused(method, &path, &body).await, "409 closed_period", "{path}");
    }
    // What the source says of a closed month is followed: by the weights of then.
    desk.read_again(&bill, vec![line("1", 800), line("2", 100)]).await;
    assert_eq!(desk.costs(&clients).await, [300, 500]);
    desk.no_drift().await;
}

#[tokio::test]
async fn a_bill_that_is_read_again_keeps_what_was_decided_and_tells_what_does_not_hold() {
    let desk = Desk::new().await;
    let (bill, clients) = desk.divisible().await;
    let part = json!({"clientId": clients[0], "amount": 3, "currency": "USD"});
    let both = json!({"lines": [{"line": 1, "key": "endpoints"}, {"line": 2, "parts": [part]}]});
    desk.done(Method::PUT, &allocation(&bill), &both).await;
    assert_eq!(desk.costs(&clients).await, [3_750 + 300, 6_250]);
    // Later counts change nothing of what was decided.
    let count = UsageCount::id_of(desk.org, clients[0], UsageKind::Endpoints, None, DAY);
    let counted = UsageCount {
        id: count,
        client: clients[0],
        kind: UsageKind::Endpoints,
        product: None,
        day: DAY,
        assigned: None,
        total: Some(999),
        committed: None,
        source: None,
    };
    desk.made(&counted).await;
    desk.read_again(&bill, vec![line("2", 299), line("1", 8_000)]).await;
    assert_eq!(desk.costs(&clients).await, [3_000, 5_000]);
    let got = desk.get(&path(&bill)).await;
    assert_eq!(got["lines"][0]["allocation"]["lapsed"], "more_than_line");
    assert_eq!(got["unallocated"].to_string(), "2.99");
    let lapsed = desk.get("/expenses?from=2026-06&to=2026-06&allocation=lapsed").await;
    assert_eq!((&lapsed[0]["lapsedLines"], &lapsed[0]["allocatedLines"]), (&json!(1), &json!(1)));
    desk.no_drift().await;
    // What the source deletes costs nobody anything.
    let ctx = desk.ctx();
    let mut change = ctx.tenant().change(ctx.audit("test.made", desk.org, NONE));
    change.delete(&desk.stored(&bill).await).unwrap();
    change.commit().await.unwrap();
    assert_eq!(
        (desk.costs(&clients).await, desk.cost(Subject::Organization).await),
        (vec![0, 0], 0)
    );
    assert_eq!(desk.refused(Method::PUT, &allocation(&bill), &both).await, "404 not_found");
    desk.no_drift().await;
}

#[tokio::test]
async fn a_line_is_divided_among_those_that_have_a_catalogue_entry_in_an_agreement() {
    let desk = Desk::new().await;
    let (bill, [acme, _]) = desk.divisible().await;
    let service = ServiceId::new(desk.world.now(), 1);
    let entry = Service {
        id: service,
        name: "Backup".to_owned(),
        offering: Offering::Product,
        unit_price: None,
        purchase_cost: None,
        bought_on: None,
        active: true,
        origin: None,
        pricing: None,
        said: None,
    };
    desk.made(&entry).await;
    let agreed = desk.agree(1, AgreementKind::Service, PricingUnit::Flat).await;
    let body = json!({"lines": [{"line": 1, "key": "endpoints", "serviceId": service}]});
    let (status, code) = desk.ask(Method::PUT, &allocation(&bill), &body).await.problem();
    assert_eq!((status, code.as_str()), (422, "invalid"), "nobody has it");
    desk.relined(&agreed, AgreementLine { service: Some(service), ..agreed.clone() }).await;
    let done = desk.done(Method::PUT, &allocation(&bill), &body).await;
    let part = &done["lines"][0]["allocation"]["parts"][0];
    assert_eq!((&part["clientId"], &part["serviceId"]), (&json!(acme), &json!(service)));
    assert_eq!(desk.cost(Subject::Service(service)).await, 10_000);
    assert_eq!(desk.costs(&[acme]).await, [10_000]);
    desk.no_drift().await;
}

#[tokio::test]
async fn hours_and_revenue_are_those_of_all_records_of_a_client() {
    let desk = Desk::new().await;
    let bill = desk.bill(vec![line("1", 10_000)]).await;
    let (joined, other) = (ClientId::new(desk.world.now(), 3), desk.client(2).await);
    desk.record(joined, Some(desk.client)).await;
    for (client, amount) in [(desk.client, 10), (joined, 20), (other, 70)] {
        let draft = json!({
            "clientId": client, "currency": "USD", "day": "2026-06-02",
            "lines": [{"description": "Work", "quantity": 1, "unitPrice": amount}],
        });
        let id = desk.post("/invoices", &draft).await;
        desk.post(&format!("/invoices/{}/issue", id["id"].as_str().unwrap()), &NONE).await;
    }
    desk.world.settle().await;
    let body = json!({"lines": [{"key": "revenue"}]});
    let done = desk.done(Method::PUT, &allocation(&bill), &body).await;
    assert_eq!(parts(&done, 0), ["3000 30.00", "7000 70.00"]);
    desk.no_drift().await;
}

#[tokio::test]
async fn people_and_imports_at_the_same_time_lose_no_cent() {
    let desk = Desk::new().await;
    let (bill, clients) = desk.divisible().await;
    let amount = |number: usize| 1_000 + i64::try_from(number).unwrap();
    let work = (0..MANY).map(|number| {
        let (desk, bill) = (&desk, &bill);
        async move {
            match number % 3 {
                0 => desk.read_again(bill, vec![line("1", amount(number)), line("2", 1)]).await,
                1 => drop(desk.done(Method::PUT, &allocation(bill), &by_endpoints()).await),
                _ => drop(desk.ask(Method::DELETE, &allocation(bill), &NONE).await),
            }
        }
    });
    join_all(work).await;
    desk.done(Method::PUT, &allocation(&bill), &by_endpoints()).await;
    let whole = desk.cost(Subject::Organization).await;
    assert_eq!(desk.costs(&clients).await.iter().sum::<i64>(), whole);
    desk.no_drift().await;
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_answered_as_before() {
    let desk = Desk::new().await;
    let (bill, _) = desk.divisible().await;
    let ask =
        async || desk.ask_with(Method::PUT, &allocation(&bill), "the-same", &by_endpoints()).await;
    let (first, again) = (ask().await, ask().await);
    assert_eq!((first.json(), desk.stored(&bill).await.version), (again.json(), 2));
}
