//! What competitors quote.

use axum::http::Method;
use clearmargin_app::{Ctx, Error, market};
use clearmargin_domain::{
    access::{Grant, Role},
    service::Offering,
};
use serde_json::{Value, json};

use crate::{
    office::Office,
    wire::{cents, rows},
    world::Answer,
};

const PATH: &str = "/insights/competitive";
const QUOTES: &str = "/insights/competitive/quotes";

fn quote(price: &Value, outcome: &str) -> Value {
    json!({
        "customer": "Acme Dental", "competitor": "Rival IT", "unit": "user", "unitPrice": price,
        "currency": "USD", "quantity": 40, "quotedOn": "2026-06-20", "outcome": outcome,
    })
}

impl Office {
    async fn with_body(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.world.ask(method, &format!("/api/ai{path}"), &self.token, Some(body)).await
    }

    async fn quoted(&self, body: &Value) -> Value {
        let answer = self.with_body(Method::POST, QUOTES, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["data"].take()
    }
}

#[tokio::test]
async fn without_quotes_there_is_no_data() {
    let answer = Office::new().await.get(PATH).await;
    assert_eq!(
        [&answer["reason"], &answer["quotes"], &answer["services"], &answer["analysis"]],
        [&json!("no_data"), &json!(0), &json!([]), &Value::Null]
    );
    assert_eq!((&answer["since"], &answer["months"]), (&json!("2024-07-01"), &json!(24)));
}

#[tokio::test]
async fn quotes_stand_beside_what_own_clients_pay() {
    let office = Office::new().await;
    let service = office.service(1, Offering::Service).await;
    for (number, price) in [(1, 9_000), (2, 10_000), (3, 12_000)] {
        let client = office.client(number).await;
        office.charged(client, &[100_000; 3]).await;
        office.agreed(number, client, &[(service, Offering::Service, 5, price)]).await;
    }
    office.analysed().await;
    let mut body = quote(&json!(95), "won");
    body["serviceId"] = json!(service.to_string());
    for (price, outcome) in [(95, "won"), (100, "lost"), (110, "lost"), (120, "pending")] {
        body["unitPrice"] = json!(price);
        body["outcome"] = json!(outcome);
        office.quoted(&body).await;
    }
    let few = &rows(&office.get(PATH).await, "services")[0].clone();
    assert_eq!(
        [&few["price"], &few["priceReason"], &few["prices"], &few["pricesNeeded"]],
        [&Value::Null, &json!("not_enough_data"), &json!(4), &json!(5)]
    );
    body["unitPrice"] = json!(130);
    body["competitor"] = json!("Other IT");
    office.quoted(&body).await;
    office.quoted(&quote(&json!(7), "pending")).await;
    let answer = office.get(PATH).await;
    assert_eq!((&answer["reason"], &answer["quotes"]), (&Value::Null, &json!(6)));
    assert_eq!(answer["analysis"]["model"], "market/2");
    let services = rows(&answer, "services");
    let first = &services[0];
    assert_eq!((&first["service"], &first["unit"]), (&json!("Service 1"), &json!("user")));
    assert_eq!([&first["quotes"], &first["competitors"]], [5, 2]);
    assert_eq!((cents(&first["own"]["median"]), &first["own"]["clients"]), (10_000, &json!(3)));
    assert_eq!([&first["aboveOwn"], &first["belowOwn"]], [3, 1]);
    let price = &first["price"];
    let told = ["lowest", "lowerQuartile", "median", "upperQuartile", "highest"];
    let told = told.map(|name| cents(&price[name]));
    assert_eq!(told, [9_500, 10_000, 11_000, 12_000, 13_000]);
    let interval = &price["interval"];
    assert_eq!((cents(&interval["low"]), cents(&interval["high"])), (9_500, 13_000));
    assert_eq!(
        (&interval["level"], interval["coverage"].to_string().as_str()),
        (&json!(90), "0.9375")
    );
    let outcomes = &first["outcomes"];
    assert_eq!([&outcomes["won"], &outcomes["lost"], &outcomes["pending"]], [1, 2, 2]);
    assert_eq!(outcomes["winRate"].to_string(), "0.3333");
    assert_eq!(outcomes["interval"]["level"], 90);
    // What stands against no entry is not one thing.
    let other = &services[1];
    assert_eq!(
        [&other["serviceId"], &other["priceReason"], &other["own"], &other["aboveOwn"]],
        [&Value::Null, &json!("no_service"), &Value::Null, &Value::Null]
    );
    assert_eq!(
        [&other["outcomes"]["winRate"], &other["outcomes"]["interval"]],
        [&Value::Null, &Value::Null]
    );
}

#[tokio::test]
async fn quotes_are_listed_the_last_first_and_removed() {
    let office = Office::new().await;
    let first = office.quoted(&quote(&json!("99.50"), "lost")).await;
    assert_eq!((cents(&first["unitPrice"]), &first["outcome"]), (9_950, &json!("lost")));
    assert_eq!([&first["customer"], &first["competitor"]], ["Acme Dental", "Rival IT"]);
    office.world.clock.advance(1);
    let bare = json!({
        "competitor": "Rival IT", "unit": "flat", "unitPrice": 1, "currency": "USD",
        "quotedOn": "2026-07-01",
    });
    let second = office.quoted(&bare).await;
    assert_eq!(
        [&second["outcome"], &second["customer"], &second["quantity"], &second["serviceId"]],
        [&json!("pending"), &Value::Null, &Value::Null, &Value::Null]
    );
    let page = office.ask(Method::GET, &format!("{QUOTES}?limit=1")).await.json();
    assert_eq!(page["data"], json!([second]));
    let cursor = page["page"]["nextCursor"].as_str().unwrap();
    let next = office.ask(Method::GET, &format!("{QUOTES}?limit=1&cursor={cursor}")).await.json();
    assert_eq!(next["data"], json!([first]));
    let path = format!("{QUOTES}/{}", first["id"].as_str().unwrap());
    let eve = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    let foreign = office.world.ask(Method::DELETE, &format!("/api/ai{path}"), &eve, None).await;
    assert_eq!(foreign.status, 404);
    let listed = office.world.get(&format!("/api/ai{QUOTES}"), Some(&eve)).await.json();
    assert_eq!(listed["data"], json!([]));
    assert_eq!(office.ask(Method::DELETE, &path).await.status, 204);
    assert_eq!(office.ask(Method::DELETE, &path).await.status, 404);
    assert_eq!(office.get(QUOTES).await, json!([second]));
}

#[tokio::test]
async fn what_is_no_quote_is_refused_by_name_and_not_stored() {
    let office = Office::new().await;
    let nobody = "svc_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";
    for (field, value) in [
        ("unitPrice", json!(0)),
        ("unitPrice", json!(-1)),
        ("unitPrice", json!(1_000_001)),
        ("unitPrice", json!(1.005)),
        ("quotedOn", json!("2026-07-02")),
        ("quotedOn", json!("1989-12-31")),
        ("currency", json!("EUR")),
        ("serviceId", json!(nobody)),
        ("quantity", json!(-1)),
        ("competitor", json!("\u{7}")),
        ("competitor", json!("x".repeat(101))),
        ("customer", json!(" ")),
        ("outcome", json!("maybe")),
        ("unit", json!("seat")),
    ] {
        let mut body = quote(&json!(95), "won");
        body[field] = value;
        let answer = office.with_body(Method::POST, QUOTES, &body).await;
        assert!(answer.status.is_client_error(), "{field}: {}", answer.text);
        assert!(answer.text.contains(field), "{field}: {}", answer.text);
    }
    assert_eq!(office.get(QUOTES).await, json!([]));
}

#[tokio::test]
async fn a_repeated_request_records_once() {
    let office = Office::new().await;
    let body = quote(&json!(95), "won").to_string();
    let key = [("idempotency-key", "one")];
    let path = format!("/api/ai{QUOTES}");
    let ask = || office.world.post_with(&path, Some(&office.token), &key, &body);
    let (first, again) = (ask().await.json(), ask().await.json());
    assert_eq!(first["data"], again["data"]);
    assert_eq!(office.get(QUOTES).await, json!([first["data"]]));
}

#[tokio::test]
async fn who_may_not_see_margins_sees_no_quotes_and_nobody_reads_names_in_the_audit() {
    let office = Office::new().await;
    office.quoted(&quote(&json!(95), "won")).await;
    for role in [Role::Viewer, Role::Operations] {
        let ctx = Ctx { grant: Grant::Role(role), ..office.ctx() };
        assert!(matches!(market::quotes(&ctx, 10, None).await, Err(Error::Forbidden)));
        assert!(matches!(market::competition(&ctx).await, Err(Error::Forbidden)));
        assert!(matches!(market::compared(&ctx).await, Err(Error::Forbidden)));
        assert!(matches!(market::participate(&ctx, true).await, Err(Error::Forbidden)));
    }
    let finance = Ctx { grant: Grant::Role(Role::Finance), ..office.ctx() };
    assert_eq!(market::quotes(&finance, 10, None).await.unwrap().items.len(), 1);
    assert!(matches!(market::participate(&finance, true).await, Err(Error::Forbidden)));
    let rows = office.ctx().tenant().audit_since(office.world.now(), office.world.now()).await;
    let rows = format!("{:?}", rows.unwrap());
    assert!(rows.contains("quote.recorded"), "{rows}");
    assert!(!rows.contains("Rival") && !rows.contains("Acme"), "{rows}");
}
