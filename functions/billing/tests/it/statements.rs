//! What a client was charged and paid, from one balance to the next.

use axum::http::Method;
use clearmargin_domain::{client::Client, id::ClientId};
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

impl Desk {
    async fn statement(&self, client: ClientId, from: &str, to: &str) -> Value {
        self.world.settle().await;
        let path = format!("/statements?clientId={client}&from={from}&to={to}");
        let statement = self.get(&path).await;
        // Opening balance and lines make up the closing balance, line by line.
        let mut balance = minor(&statement["openingBalance"]);
        for line in statement["lines"].as_array().unwrap() {
            balance += minor(&line["amount"]);
            assert_eq!(balance, minor(&line["balance"]), "{statement}");
        }
        assert_eq!(balance, minor(&statement["closingBalance"]), "{statement}");
        // And that is what receivables say of the day, by age.
        let owed = self.get(&format!("/analytics/outstanding-payments?day={to}")).await;
        let clients = owed["clients"].as_array().unwrap();
        let lead = &statement["clientId"];
        match clients.iter().find(|it| it["clientId"] == *lead) {
            Some(own) => {
                for (name, amount) in statement["ageing"].as_object().unwrap() {
                    assert_eq!(own[name], *amount, "{name}: {statement}");
                }
            }
            None => assert_eq!(balance, 0, "{statement}"),
        }
        assert_eq!(minor(&statement["ageing"]["total"]), balance);
        statement
    }

    async fn put_day(&self, path: &str, body: Value, day: &str) -> Value {
        let mut body = body;
        body["day"] = json!(day);
        let method = if path.ends_with("/payment") { Method::PUT } else { Method::POST };
        self.done(method, path, &body).await
    }

    async fn document(&self, kind: &str, dollars: i64, day: &str, client: ClientId) -> String {
        let mut draft = self.draft(dollars);
        draft["kind"] = json!(kind);
        draft["day"] = json!(day);
        draft["clientId"] = json!(client);
        let path = path_of(&self.post("/invoices", &draft).await);
        self.post(&format!("{path}/issue"), &Value::Null).await;
        path
    }
}

fn minor(amount: &Value) -> i64 {
    amount.to_string().replace('.', "").parse().unwrap()
}

fn told(statement: &Value) -> Vec<String> {
    let told = |line: &Value| {
        let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {} {}", text("day"), text("kind"), line["amount"], line["balance"])
    };
    statement["lines"].as_array().unwrap().iter().map(told).collect()
}

fn usd(amount: i64) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

#[tokio::test]
async fn a_statement_goes_from_one_balance_to_the_next() {
    let desk = Desk::new().await;
    let own = desk.client;
    let one = desk.document("invoice", 100, "2026-03-10", own).await;
    let two = desk.document("invoice", 60, "2026-04-05", own).await;
    let memo = desk.document("credit_memo", 10, "2026-04-20", own).await;
    let void = desk.document("invoice", 7, "2026-04-21", own).await;
    desk.post(&format!("{void}/void"), &json!({"day": "2026-05-02"})).await;
    // 20 more than is open; half of that goes back, and the rest is used.
    let paid = desk.put_day(&format!("{one}/payment"), usd(120), "2026-04-30").await;
    let payment = format!("/payments/{}", paid["payment"]["id"].as_str().unwrap());
    desk.put_day(&format!("{payment}/refund"), usd(10), "2026-05-03").await;
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let used = json!({"currency": "USD", "invoices": [{"invoiceId": id(&two), "amount": 10}]});
    desk.put_day(&format!("{payment}/apply"), used.clone(), "2026-05-04").await;
    desk.put_day(&format!("{memo}/apply"), used, "2026-05-05").await;
    let reason = json!({"reason": "Insolvent"});
    desk.put_day(&format!("{two}/write-off"), reason, "2026-06-01").await;
    let statement = desk.statement(own, "2026-04-01", "2026-05-31").await;
    assert_eq!(statement["openingBalance"].to_string(), "100.00");
    assert_eq!(
        told(&statement),
        [
            "2026-04-05 invoice 60.00 160.00",
            "2026-04-20 credit_memo -10.00 150.00",
            "2026-04-21 invoice 7.00 157.00",
            "2026-04-30 payment -120.00 37.00",
            "2026-05-02 void -7.00 30.00",
            "2026-05-03 refund 10.00 40.00",
        ]
    );
    assert_eq!(statement["closingBalance"].to_string(), "40.00");
    assert_eq!(statement["ageing"]["days1To30"].to_string(), "40.00");
    let line = &statement["lines"][0];
    assert_eq!(
        (line["invoiceId"].as_str(), &line["reference"], &line["paymentId"]),
        (Some(id(&two).as_str()), &json!("INV-000002"), &Value::Null,)
    );
    // Whatever time is looked at, one ends with what the next begins with.
    let mut before = 0;
    for month in ["03", "04", "05", "06", "07"] {
        let end = if month == "04" || month == "06" { 30 } else { 31 };
        let (from, to) = (format!("2026-{month}-01"), format!("2026-{month}-{end}"));
        let statement = desk.statement(own, &from, &to).await;
        assert_eq!(minor(&statement["openingBalance"]), before, "{month}");
        before = minor(&statement["closingBalance"]);
        // All of it follows from documents and payments, but that of April was taken back in May.
        let other = told(&statement).iter().filter(|line| line.contains("other")).count();
        assert_eq!(other, usize::from(month == "05"), "{month}");
    }
    assert_eq!(before, 0);
    let year = desk.statement(own, "2025-08-01", "2026-08-01").await;
    assert_eq!(told(&year).len(), 8);
}

#[tokio::test]
async fn a_joined_client_has_one_statement_and_another_client_none_of_it() {
    let desk = Desk::new().await;
    let joined = ClientId::new(desk.world.now(), 2);
    desk.record(joined, None).await;
    let stranger = ClientId::new(desk.world.now(), 3);
    desk.record(stranger, None).await;
    desk.document("invoice", 100, "2026-06-01", desk.client).await;
    desk.document("invoice", 30, "2026-06-02", joined).await;
    desk.document("invoice", 5, "2026-06-03", stranger).await;
    let ctx = desk.ctx();
    let record = ctx.tenant().get::<Client>(joined).await.unwrap().unwrap();
    let mut change = ctx.tenant().change(ctx.audit("test.made", desk.org, Value::Null));
    let into = Client { merged_into: Some(desk.client), ..record.value.clone() };
    change.update(&record, &into).unwrap();
    change.commit().await.unwrap();
    for named in [desk.client, joined] {
        let statement = desk.statement(named, "2026-06-01", "2026-06-30").await;
        assert_eq!(statement["clientId"], desk.client.to_string());
        let expected = ["2026-06-01 invoice 100.00 100.00", "2026-06-02 invoice 30.00 130.00"];
        assert_eq!(told(&statement), expected);
    }
    let theirs = desk.statement(stranger, "2026-06-01", "2026-06-30").await;
    assert_eq!(told(&theirs), ["2026-06-03 invoice 5.00 5.00"]);
}

#[tokio::test]
async fn what_a_currency_gained_or_lost_is_told() {
    let desk = Desk::new().await;
    let mut draft = desk.draft(100);
    (draft["currency"], draft["exchangeRate"]) = (json!("EUR"), json!(1.1));
    draft["day"] = json!("2026-06-01");
    let path = path_of(&desk.post("/invoices", &draft).await);
    desk.post(&format!("{path}/issue"), &Value::Null).await;
    let paid = json!({"amount": 100, "currency": "EUR", "exchangeRate": 1.2});
    desk.put_day(&format!("{path}/payment"), paid, "2026-06-10").await;
    let statement = desk.statement(desk.client, "2026-06-01", "2026-06-30").await;
    assert_eq!(
        told(&statement),
        [
            "2026-06-01 invoice 110.00 110.00",
            "2026-06-10 payment -120.00 -10.00",
            "2026-06-10 other 10.00 0.00",
        ]
    );
}

#[tokio::test]
async fn a_statement_is_of_a_time_and_of_a_client() {
    let desk = Desk::new().await;
    let own = desk.client;
    let empty = desk.statement(own, "2026-06-01", "2026-06-30").await;
    assert_eq!((told(&empty).len(), empty["closingBalance"].to_string()), (0, "0.00".to_owned()));
    let nobody = "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";
    for (query, place) in [
        (format!("clientId={own}&from=2026-06-02&to=2026-06-01"), "query.to"),
        (format!("clientId={own}&from=2025-06-01&to=2026-06-02"), "query.to"),
        (format!("clientId={own}&from=2026-02-30&to=2026-06-01"), "query.from"),
        (format!("clientId={own}&from=0001-01-01&to=0001-01-02"), "query.from"),
        (format!("clientId={own}&from=2026-06-01&to=9999-12-31"), "query.to"),
        (format!("clientId={own}&from=2026-06-01"), "query.to"),
        (format!("clientId={nobody}&from=2026-06-01&to=2026-06-02"), "query.clientId"),
        ("from=2026-06-01&to=2026-06-02".to_owned(), "query.clientId"),
    ] {
        let answer = desk.ask(Method::GET, &format!("/statements?{query}"), &Value::Null).await;
        assert_eq!(answer.refused().0, place, "{query}");
    }
}
