//! What comes in by month, what recurs of it, and how long clients take to pay.

use axum::http::Method;
use clearmargin_domain::{
    agreement::{
        Agreement, AgreementKind, AgreementLine, AgreementStatus, DatedPrice, Frequency, Prices,
        PricingUnit,
    },
    id::{AgreementId, AgreementLineId, ClientId},
    money::{Currency, Money},
    service::Offering,
};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

/// An agreement over so many dollars a month, from when and until when, with later prices.
struct Promise {
    client: ClientId,
    status: AgreementStatus,
    start: Date,
    end: Option<Date>,
    dollars: Vec<(Date, i64)>,
}

impl Desk {
    async fn other_client(&self, number: u128) -> ClientId {
        let id = ClientId::new(self.world.now(), number);
        self.record(id, None).await;
        id
    }

    async fn promised(&self, number: u128, promise: Promise) {
        let Promise { client, status, start, end, dollars } = promise;
        let price = |(day, dollars): &(Date, i64)| DatedPrice {
            effective_from: *day,
            unit_price: Money::new(dollars * 100, Currency::USD),
            unit_cost: None,
        };
        let agreement = Agreement {
            id: AgreementId::new(self.world.now(), number),
            client,
            name: "Managed".to_owned(),
            kind: AgreementKind::Service,
            status,
            start,
            end,
            origin: None,
            said: None,
        };
        let line = AgreementLine {
            id: AgreementLineId::new(self.world.now(), number),
            agreement: agreement.id,
            client,
            service: None,
            description: "Everything".to_owned(),
            offering: Offering::Service,
            unit: PricingUnit::Flat,
            quantity: Decimal::ONE.try_into().unwrap(),
            prices: Prices::new(dollars.iter().map(price).collect()).unwrap(),
            frequency: Frequency::Monthly,
            start,
            end: None,
            included_minutes: None,
            tax_code: None,
        };
        let ctx = self.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        change.insert(&agreement).unwrap();
        change.insert(&line).unwrap();
        change.commit().await.unwrap();
    }

    async fn recurring(&self, months: &str) -> Value {
        self.get(&format!("/analytics/recurring-revenue?{months}")).await
    }

    /// Issues a document over so many dollars and a tax of a tenth; its path.
    async fn taxed(&self, tax: &Value, kind: &str, dollars: i64, day: &str) -> String {
        let mut draft = self.draft(dollars);
        draft["kind"] = json!(kind);
        draft["day"] = json!(day);
        draft["lines"][0]["taxCodeId"] = tax["id"].clone();
        let path = path_of(&self.post("/invoices", &draft).await);
        self.post(&format!("{path}/issue"), &Value::Null).await;
        path
    }
}

const MOVEMENTS: [&str; 5] = ["new", "expansion", "contraction", "churn", "reactivation"];

/// `start kind amount*clients … end`, kinds in which nothing moved left out.
fn movements(row: &Value) -> String {
    let mut said = vec![row["start"].to_string()];
    for kind in MOVEMENTS {
        let (amount, clients) = (&row[kind]["amount"], &row[kind]["clients"]);
        if *clients != json!(0) {
            said.push(format!("{kind} {amount}*{clients}"));
        }
    }
    said.push(row["end"].to_string());
    said.join(", ")
}

#[tokio::test]
async fn recurring_revenue_moves_by_what_was_agreed_and_adds_up() {
    let desk = Desk::new().await;
    let (acme, beta) = (desk.client, desk.other_client(2).await);
    let gamma = desk.other_client(3).await;
    let active = AgreementStatus::Active;
    // Acme pays more from March on, and less from June on.
    let start = date(2025, 3, 1);
    let dollars =
        vec![(date(2025, 3, 1), 1_000), (date(2026, 3, 1), 1_200), (date(2026, 6, 1), 900)];
    desk.promised(1, Promise { client: acme, status: active, start, end: None, dollars }).await;
    // Beta left in February, and came back in May.
    let (status, end) = (AgreementStatus::Inactive, Some(date(2026, 2, 20)));
    let dollars = vec![(date(2025, 3, 1), 500)];
    desk.promised(2, Promise { client: beta, status, start, end, dollars }).await;
    let start = date(2026, 5, 10);
    let dollars = vec![(date(2026, 5, 10), 600)];
    desk.promised(3, Promise { client: beta, status: active, start, end: None, dollars }).await;
    // Gamma is new in April, and its first price is of May.
    let start = date(2026, 4, 1);
    let dollars = vec![(date(2026, 5, 1), 300)];
    desk.promised(4, Promise { client: gamma, status: active, start, end: None, dollars }).await;

    let answer = desk.recurring("from=2026-02&to=2026-06").await;
    let months: Vec<_> = answer["months"].as_array().unwrap().iter().map(movements).collect();
    assert_eq!(
        months,
        [
            "1500.00, churn 500.00*1, 1000.00",
            "1000.00, expansion 200.00*1, 1200.00",
            "1200.00, 1200.00",
            "1200.00, new 300.00*1, reactivation 600.00*1, 2100.00",
            "2100.00, contraction 300.00*1, 1800.00",
        ]
    );
    let (april, june) = (&answer["months"][2], &answer["months"][4]);
    assert_eq!((&april["unpricedLines"], &june["unpricedLines"]), (&json!(1), &json!(0)));
    assert_eq!((june["arpa"].to_string(), &june["clients"]), ("600.00".to_owned(), &json!(3)));
    // Of the 1,500 of June 2025, 900 + 600 are there again; who left and came back has stayed.
    let year = &june["yearlyRetention"];
    assert_eq!((year["net"].to_string(), year["gross"].to_string()), ("1".into(), "0.9333".into()));
    assert_eq!(june["retention"]["gross"].to_string(), "0.8571");

    assert_eq!(
        movements(&answer["whole"]),
        "1500.00, new 300.00*1, expansion 100.00*1, contraction 100.00*1, 1800.00"
    );
    let moved = |index: usize| &answer["clients"][index];
    assert_eq!(moved(0)["clientId"], gamma.to_string());
    let kinds = [0, 1, 2].map(|index| moved(index)["movement"].as_str().unwrap());
    assert_eq!(kinds[0], "new");
    assert!(kinds.contains(&"contraction") && kinds.contains(&"expansion"), "{kinds:?}");
    let concentration = &answer["concentration"];
    assert_eq!(concentration["largestClientId"], acme.to_string());
    // ½, ⅓ and ⅙ of 1,800.
    assert_eq!(concentration["largest"].to_string(), "0.5");
    assert_eq!(concentration["herfindahl"].to_string(), "0.3889");
}

#[tokio::test]
async fn what_is_contracted_ahead_follows_known_ends_and_prices() {
    let desk = Desk::new().await;
    let (active, start) = (AgreementStatus::Active, date(2026, 1, 1));
    // One ends in September and costs more from August on; another begins in October.
    let (end, dollars) =
        (Some(date(2026, 9, 15)), vec![(date(2026, 1, 1), 500), (date(2026, 8, 1), 600)]);
    desk.promised(1, Promise { client: desk.client, status: active, start, end, dollars }).await;
    let (start, dollars) = (date(2026, 10, 1), vec![(date(2026, 10, 1), 250)]);
    desk.promised(2, Promise { client: desk.client, status: active, start, end: None, dollars })
        .await;
    let answer = desk.get("/analytics/revenue-forecasting?months=4").await;
    let contracted = answer["contracted"].as_array().unwrap();
    let said: Vec<_> =
        contracted.iter().map(|row| format!("{} {}", row["month"], row["amount"])).collect();
    assert_eq!(
        said.join(", ").replace('"', ""),
        "2026-07 500.00, 2026-08 600.00, 2026-09 0.00, 2026-10 250.00"
    );
    assert_eq!(answer["unpricedLines"], json!(0));
}

#[tokio::test]
async fn what_ended_on_a_day_that_nobody_says_is_told_and_not_guessed() {
    let desk = Desk::new().await;
    let (status, start) = (AgreementStatus::Inactive, date(2026, 1, 1));
    let dollars = vec![(date(2026, 1, 1), 500)];
    let promise = Promise { client: desk.client, status, start, end: None, dollars };
    desk.promised(1, promise).await;
    let answer = desk.recurring("from=2026-05&to=2026-06").await;
    assert_eq!(answer["undatedEnds"], json!(1));
    assert_eq!(answer["concentration"], Value::Null);
    let may = &answer["months"][0];
    assert_eq!((movements(may).as_str(), &may["arpa"]), ("0.00, 0.00", &Value::Null));
    assert_eq!(may["retention"]["net"], Value::Null);
    // Up to the current month, from whichever it is.
    let months = |answer: &Value| answer["months"].as_array().unwrap().len();
    assert_eq!(months(&desk.recurring("from=2026-05").await), 3);
    assert_eq!(months(&desk.recurring("").await), 12);
    let path = "/analytics/recurring-revenue?to=2026-08";
    assert_eq!(desk.ask(Method::GET, path, &Value::Null).await.refused().0, "query.to");
}

#[tokio::test]
async fn revenue_is_without_tax_and_days_outstanding_are_with_it() {
    let desk = Desk::new().await;
    let rates = json!({"name": "Sales tax", "rates": [{"name": "State", "percent": 10}]});
    let tax = desk.post("/tax-codes", &rates).await;
    let march = desk.taxed(&tax, "invoice", 1_000, "2026-03-15").await;
    desk.taxed(&tax, "invoice", 9_000, "2026-04-10").await;
    let may = desk.taxed(&tax, "invoice", 6_100, "2026-05-10").await;
    desk.taxed(&tax, "invoice", 4_000, "2026-06-10").await;
    desk.taxed(&tax, "credit_memo", 1_000, "2026-06-20").await;
    // March, what April comes to as credit, and half of May.
    for (invoice, dollars) in [(march, 11_000), (may, 3_355)] {
        let body = json!({"amount": dollars, "currency": "USD", "day": "2026-06-01"});
        desk.done(Method::PUT, &format!("{invoice}/payment"), &body).await;
    }
    desk.world.settle().await;

    let trends = desk.get("/analytics/revenue-trends?from=2026-05&to=2026-06").await;
    let revenue = |row: &Value| row["revenue"].to_string();
    assert_eq!(
        [&trends["months"][0], &trends["months"][1], &trends["total"]].map(revenue),
        ["6100.00", "3000.00", "9100.00"]
    );
    assert_eq!(trends["total"]["documents"], json!(3));
    assert_eq!(trends["previous"]["period"], json!({"from": "2026-03", "to": "2026-04"}));
    assert_eq!(revenue(&trends["previous"]), "10000.00");
    assert_eq!(trends["change"].to_string(), "-0.09");
    for months in ["from=2026-05&to=2026-04", "from=2023-01&to=2026-01"] {
        let path = format!("/analytics/revenue-trends?{months}");
        assert_eq!(desk.ask(Method::GET, &path, &Value::Null).await.refused().0, "query.from");
    }
    let earlier = desk.get("/analytics/revenue-trends?from=2026-01&to=2026-02").await;
    assert_eq!((revenue(&earlier["total"]), &earlier["change"]), ("0.00".into(), &Value::Null));

    // Owed at the end of June are June and half of May, with tax: 3,300 + 3,355 of 19,910 in 91 days;
    // counted back, 30 days and half of 31.
    let dso = desk.get("/analytics/days-sales-outstanding?month=2026-06").await;
    assert_eq!(dso["receivables"].to_string(), "6655.00");
    let simple = &dso["simple"];
    assert_eq!((simple["sales"].to_string(), &simple["documents"]), ("19910.00".into(), &json!(4)));
    assert_eq!(simple["period"], json!({"from": "2026-04", "to": "2026-06"}));
    assert_eq!(simple["days"].to_string(), "30.4");
    assert_eq!(dso["countBack"]["days"].to_string(), "45.5");
    assert_eq!(dso["countBack"]["noAnswer"], Value::Null);
    // Without a month it is the last one that is over; one that goes on has no answer yet.
    assert_eq!(desk.get("/analytics/days-sales-outstanding").await, dso);
    let path = "/analytics/days-sales-outstanding?month=2026-07";
    assert_eq!(desk.ask(Method::GET, path, &Value::Null).await.refused().0, "query.month");
}

#[tokio::test]
async fn without_sales_there_are_no_days_and_another_organisation_sees_nothing() {
    let desk = Desk::new().await;
    desk.issued(100).await;
    desk.world.settle().await;
    let other = desk.world.owner("eve@example.com").await;
    let get = async |path: &str| {
        let path = format!("/api/analytics/{path}");
        desk.world.get(&path, Some(other.access_token.expose())).await.json()["data"].take()
    };
    let dso = get("days-sales-outstanding").await;
    assert_eq!(dso["simple"]["days"], Value::Null);
    // Nothing is owed, so that no days of sales are.
    assert_eq!(dso["countBack"]["days"].to_string(), "0");
    assert_eq!(get("revenue-trends").await["total"]["documents"], json!(0));
    assert_eq!(get("recurring-revenue").await["clients"], json!([]));
}

impl Desk {
    /// Issues a document of that kind and client with a line for those days, and one over ten dollars
    /// that does not recur.
    async fn recurs(
        &self,
        kind: &str,
        client: ClientId,
        dollars: i64,
        (from, to): (&str, &str),
    ) -> String {
        let mut draft = self.draft(dollars);
        draft["kind"] = json!(kind);
        draft["clientId"] = json!(client);
        draft["day"] = json!(from);
        draft["lines"][0]["recurs"] = json!({"from": from, "to": to});
        let once = json!({"description": "Cable", "quantity": 1, "unitPrice": 10});
        draft["lines"].as_array_mut().unwrap().push(once);
        let made = self.post("/invoices", &draft).await;
        assert_eq!(made["lines"][0]["recurs"], json!({"from": from, "to": to}));
        let path = path_of(&made);
        self.post(&format!("{path}/issue"), &Value::Null).await;
        path
    }
}

#[tokio::test]
async fn revenue_by_invoice_is_what_recurring_lines_charge_for_each_month() {
    let desk = Desk::new().await;
    let (acme, beta) = (desk.client, desk.other_client(2).await);
    // 1,200 a year from January on, 300 for a quarter from May on, and 50 a month of another client.
    desk.recurs("invoice", acme, 1_200, ("2026-01-01", "2026-12-31")).await;
    desk.recurs("invoice", acme, 300, ("2026-05-15", "2026-08-14")).await;
    desk.recurs("invoice", beta, 50, ("2026-05-01", "2026-05-31")).await;
    desk.recurs("invoice", beta, 20, ("2026-07-01", "2026-07-31")).await;
    // A credit memo takes from it; what was taken back never was.
    desk.recurs("credit_memo", acme, 30, ("2026-06-01", "2026-06-30")).await;
    let void = desk.recurs("invoice", acme, 77, ("2026-06-01", "2026-06-30")).await;
    desk.post(&format!("{void}/void"), &json!({"day": "2026-07-01"})).await;
    desk.world.settle().await;
    let found = desk.recurring("basis=invoice&from=2026-04&to=2026-07").await;
    let months: Vec<_> = found["months"].as_array().unwrap().iter().map(movements).collect();
    assert_eq!(
        months,
        [
            "100.00, 100.00",
            "100.00, new 50.00*1, expansion 100.00*1, 250.00",
            "250.00, contraction 30.00*1, churn 50.00*1, 170.00",
            "170.00, expansion 30.00*1, reactivation 20.00*1, 220.00",
        ]
    );
    assert_eq!(movements(&found["whole"]), "100.00, new 20.00*1, expansion 100.00*1, 220.00");
    assert_eq!((&found["basis"], &found["undatedEnds"]), (&json!("invoice"), &Value::Null));
    assert_eq!(found["months"][0]["unpricedLines"], Value::Null);
    // Two cables in May; in June one that is taken back in July, less one that is given back.
    let other: Vec<_> = (0..4).map(|at| found["months"][at]["otherRevenue"].to_string()).collect();
    assert_eq!(other, ["0.00", "20.00", "0.00", "0.00"]);
    // Neither basis knows of the other's.
    let contracted = desk.recurring("basis=contract&from=2026-04&to=2026-07").await;
    assert_eq!((&contracted["basis"], &contracted["clients"]), (&json!("contract"), &json!([])));
    assert_eq!(contracted["months"][0]["otherRevenue"], Value::Null);
    let report = desk.ctx().tenant().drift().await.unwrap().unwrap();
    assert_eq!(report.drifted(), 0, "{report:?}");
}

#[tokio::test]
async fn days_that_recur_are_days_and_no_more_than_five_years() {
    let desk = Desk::new().await;
    for (from, to, field) in [
        ("2026-01-02", "2026-01-01", "lines[0].recurs.to"),
        ("2026-01-01", "2031-01-01", "lines[0].recurs.to"),
        ("1812-01-01", "2026-01-01", "lines[0].recurs.from"),
        ("2026-01-01", "9999-12-31", "lines[0].recurs.to"),
    ] {
        let mut draft = desk.draft(10);
        draft["lines"][0]["recurs"] = json!({"from": from, "to": to});
        let answer = desk.ask(Method::POST, "/invoices", &draft).await;
        assert_eq!(answer.refused().0, field, "{from} {to}");
    }
    let path = "/analytics/recurring-revenue?basis=hope";
    assert_eq!(desk.ask(Method::GET, path, &Value::Null).await.refused().0, "query.basis");
}
