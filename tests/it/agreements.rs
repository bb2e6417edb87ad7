//! What is agreed with clients: terms, lines, what they come to, and what is used of them.

use reqwest::{Method, StatusCode};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::bench::{Answer, Bench};

async fn put(bench: &Bench, token: &str, path: &str, body: &Value) -> Answer {
    bench.ask(Method::PUT, path, token, body).await
}

async fn delete(bench: &Bench, token: &str, path: &str) -> Answer {
    bench.ask(Method::DELETE, path, token, &Value::Null).await
}

async fn first_client(bench: &Bench, token: &str) -> String {
    let clients = bench.get("/api/clients", token).await.data();
    clients[0]["id"].as_str().unwrap().to_owned()
}

fn agreement(client: &str) -> Value {
    json!({
        "clientId": client, "name": "Everything managed", "kind": "service", "status": "active",
        "start": "2026-01-01", "end": "2030-12-31",
        "terms": {
            "frequency": "monthly", "afterHoursMultiplier": 1.5,
            "allowance": {"kind": "monthly", "minutes": 600, "rollOver": {"capMinutes": 300}},
            "rounding": {"incrementMinutes": 15, "minimumMinutes": 30, "direction": "up"},
            "escalator": {"percent": 3, "firstOn": "2027-01-01"},
            "exclusions": [{"by": "category", "value": "Projects"}],
            "renewal": {"on": "2031-01-01", "automatic": true, "noticeDays": 60},
        },
    })
}

fn line(unit: &str, quantity: u32, price: &str, frequency: &str) -> Value {
    json!({
        "description": unit, "unit": unit, "quantity": quantity, "unitPrice": price,
        "currency": "USD", "frequency": frequency, "start": "2026-01-01",
    })
}

async fn made(bench: &Bench, token: &str, body: &Value) -> String {
    let answer = bench.post("/api/agreements", token, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    format!("/api/agreements/{}", answer.data()["id"].as_str().unwrap())
}

fn number(value: &Value) -> Decimal {
    value.to_string().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_comes_to_what_its_lines_say() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let client = first_client(&bench, &token).await;
    let path = made(&bench, &token, &agreement(&client)).await;
    let plain = bench.get(&path, &token).await.data();
    assert_eq!((&plain["mrr"], &plain["currency"]), (&Value::Null, &Value::Null));
    assert_eq!(plain["renewalDate"], "2031-01-01");
    assert_eq!(plain["terms"]["escalator"]["everyMonths"], 12);
    let lines = format!("{path}/lines");
    let mut ids = Vec::new();
    for body in [
        line("device", 25, "75.00", "monthly"),
        line("flat", 1, "300.00", "quarterly"),
        line("flat", 1, "1200.00", "annual"),
        line("hour", 10, "150.00", "monthly"),
        line("flat", 1, "999.99", "one_time"),
    ] {
        let answer = bench.post(&lines, &token, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        ids.push(answer.data()["id"].as_str().unwrap().to_owned());
    }
    let whole = bench.get(&path, &token).await.data();
    // 25 × 75 + 300 ÷ 3 + 1200 ÷ 12.
    assert_eq!(whole["mrr"].to_string(), "2075.00");
    assert_eq!(whole["lines"].as_array().unwrap().len(), 5);
    for (days, status) in [("3660", 200), ("3661", 422)] {
        let within = format!("/api/agreements?renewingWithinDays={days}");
        assert_eq!(bench.get(&within, &token).await.status.as_u16(), status, "{days}");
    }
    let listed = bench.get("/api/agreements?q=everything", &token).await.data();
    assert_eq!((&listed[0]["mrr"], listed.as_array().unwrap().len()), (&whole["mrr"], 1));
    let sold = bench.get(&format!("/api/clients/{client}/services"), &token).await.data();
    let sum: Decimal = sold.as_array().unwrap().iter().map(|it| number(&it["mrr"])).sum();
    assert_eq!(sum, number(&whole["mrr"]));
    let shares: Decimal = sold.as_array().unwrap().iter().map(|it| number(&it["mrrShare"])).sum();
    assert!((shares - Decimal::ONE).abs() < Decimal::new(1, 3), "{shares}");
    // More of them, for another price that begins later: today's is what it was.
    let device = format!("{lines}/{}", ids[0]);
    let mut more = line("device", 30, "80.00", "monthly");
    more["priceFrom"] = json!("2099-01-01");
    let changed = put(&bench, &token, &device, &more).await.data();
    assert_eq!(changed["prices"].as_array().unwrap().len(), 2, "{changed}");
    assert_eq!(bench.get(&path, &token).await.data()["mrr"].to_string(), "2450.00");
    let ended = delete(&bench, &token, &device).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{ended:?}");
    assert_eq!(bench.get(&path, &token).await.data()["mrr"].to_string(), "200.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_does_not_change_what_a_closed_month_was_charged() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let client = first_client(&bench, &token).await;
    let path = made(&bench, &token, &agreement(&client)).await;
    let body = line("user", 10, "50.00", "monthly");
    let line = bench.post(&format!("{path}/lines"), &token, &body).await.data();
    let line = format!("{path}/lines/{}", line["id"].as_str().unwrap());
    bench.post("/api/books/close", &token, &json!({"through": "2026-09"})).await.data();
    let before = bench.get(&line, &token).await.data();
    let mut other = body.clone();
    other["unitPrice"] = json!(60);
    other["priceFrom"] = json!("2026-09-30");
    let refused = put(&bench, &token, &line, &other).await;
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (StatusCode::CONFLICT, &json!("closed_period"))
    );
    assert_eq!(bench.get(&line, &token).await.data(), before);
    other["priceFrom"] = json!("2026-10-01");
    let after = put(&bench, &token, &line, &other).await.data();
    let prices = after["prices"].as_array().unwrap();
    assert_eq!(prices[0], before["prices"][0]);
    assert_eq!(prices[1]["unitPrice"].to_string(), "60.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_sold_to_a_client_and_then_not_archived_by_mistake() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let client = first_client(&bench, &token).await;
    let service = json!({
        "name": "Backup", "offering": "product",
        "price": {"unitPrice": 12, "unitCost": 7, "currency": "USD", "effectiveFrom": "2026-01-01"},
    });
    let service = bench.post("/api/services", &token, &service).await.data();
    let service = format!("/api/services/{}", service["id"].as_str().unwrap());
    let assign = format!("{service}/assign");
    let body = json!({
        "clientId": client, "agreementName": "Backups", "unit": "device", "quantity": 40,
        "currency": "USD", "start": "2026-02-01",
    });
    let answer = bench.post(&assign, &token, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let line = answer.data();
    assert_eq!((&line["offering"], &line["frequency"]), (&json!("product"), &json!("monthly")));
    assert_eq!(line["prices"][0]["unitPrice"].to_string(), "12.00");
    let agreement = format!("/api/agreements/{}", line["agreementId"].as_str().unwrap());
    assert_eq!(bench.get(&agreement, &token).await.data()["mrr"].to_string(), "480.00");
    let mut into = body.clone();
    into["agreementName"] = Value::Null;
    into["agreementId"] = line["agreementId"].clone();
    bench.post(&assign, &token, &into).await.data();
    assert_eq!(bench.get(&agreement, &token).await.data()["mrr"].to_string(), "960.00");
    let both = json!({"agreementName": "x"});
    into.as_object_mut().unwrap().extend(both.as_object().unwrap().clone());
    let refused = bench.post(&assign, &token, &into).await;
    assert_eq!(refused.body["errors"][0]["path"], "agreementId");
    for (path, code) in [(&service, "service_in_use"), (&agreement, "agreement_in_force")] {
        let refused = delete(&bench, &token, path).await;
        assert_eq!((refused.status, &refused.body["code"]), (StatusCode::CONFLICT, &json!(code)));
        let forced = delete(&bench, &token, &format!("{path}?force=true")).await;
        assert_eq!(forced.status, StatusCode::NO_CONTENT, "{forced:?}");
    }
    let late = bench.post(&assign, &token, &body).await;
    assert_eq!(late.body["code"], "service_archived");
    let ended = bench.get(&agreement, &token).await.data();
    assert_eq!((&ended["status"], ended["mrr"].to_string()), (&json!("inactive"), "0.00".into()));
    let sold = bench.get(&format!("/api/clients/{client}/services"), &token).await.data();
    assert!(sold.as_array().unwrap().iter().all(|it| it["agreementId"] != line["agreementId"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_agreement_gets_terms_and_lines_and_outlives_reading_again() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let imported = bench.get("/api/agreements?status=active", &token).await.data();
    let imported = imported.as_array().unwrap().iter().find(|it| it["source"] == "superops");
    let imported = imported.unwrap().clone();
    let path = format!("/api/agreements/{}", imported["id"].as_str().unwrap());
    let body = json!({
        "name": "Named here", "kind": imported["kind"], "status": "active",
        "start": imported["start"], "end": "2031-06-30",
        "terms": {"frequency": "annual", "allowance": {"kind": "block", "minutes": 3_000}},
    });
    let changed = put(&bench, &token, &path, &body).await.data();
    assert_eq!((&changed["edited"], &changed["name"]), (&json!(true), &json!("Named here")));
    let start = json!({"start": imported["start"]});
    let mut added = line("flat", 1, "1200.00", "annual");
    added.as_object_mut().unwrap().extend(start.as_object().unwrap().clone());
    bench.post(&format!("{path}/lines"), &token, &added).await.data();
    let before = (bench.get(&path, &token).await.data(), bench.state_hash().await);
    assert_eq!(before.0["mrr"].to_string(), "100.00");
    for _ in 0..2 {
        bench.start_sync(&token, "full").await;
        bench.synced(&token).await;
    }
    assert_eq!((bench.get(&path, &token).await.data(), bench.state_hash().await), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_allowance_is_used_by_the_time_that_billing_says_is_covered() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let raw = bench.raw("superops").await;
    let clients = bench.get("/api/clients?limit=100", &token).await.data();
    let mut compared = 0;
    for client in clients.as_array().unwrap() {
        if client["source"] != "superops" {
            continue;
        }
        let mut body = agreement(client["id"].as_str().unwrap());
        body["terms"] = json!({
            "frequency": "monthly", "allowance": {"kind": "monthly", "minutes": 60},
        });
        let path = made(&bench, &token, &body).await;
        let answer = bench.get(&format!("{path}/allowance?from=2026-08&to=2026-10"), &token).await;
        let months = answer.data()["months"].as_array().unwrap().clone();
        assert_eq!(months.len(), 3);
        let records = format!("/api/clients/{}", client["id"].as_str().unwrap());
        let records = bench.get(&records, &token).await.data()["records"].clone();
        for month in &months {
            let used = covered(&raw, &records, month["month"].as_str().unwrap());
            assert_eq!(number(&month["usedMinutes"]), used, "{client} {month}");
            let granted = Decimal::from(60);
            assert_eq!(number(&month["coveredMinutes"]), used.min(granted), "{month}");
            assert_eq!(number(&month["overageMinutes"]), (used - granted).max(Decimal::ZERO));
            compared += usize::from(!used.is_zero());
        }
    }
    assert!(compared > 0, "no client has covered time");
}

/// Minutes of a client's worklogs of a month that its source says are under contract.
fn covered(raw: &Value, records: &Value, month: &str) -> Decimal {
    let text = |value: &Value| value.to_string().trim_matches('"').to_owned();
    let accounts: Vec<_> = records.as_array().unwrap().iter().map(|it| &it["externalId"]).collect();
    let tickets = raw["tickets"].as_array().unwrap().iter();
    let own = tickets.filter(|ticket| accounts.contains(&&ticket["client"]["accountId"]));
    let own: Vec<_> = own.map(|ticket| text(&ticket["ticketId"])).collect();
    let entries = raw["worklogs"].as_array().unwrap().iter().filter(|entry| {
        entry["status"] == "UNDER_CONTRACT"
            && entry["billDateTime"].as_str().unwrap().starts_with(month)
            && entry["workItem"]["module"] == "TICKET"
            && own.contains(&text(&entry["workItem"]["workId"]))
    });
    let hours = entries.map(|entry| text(&entry["qty"]).parse::<Decimal>().unwrap());
    (hours.sum::<Decimal>() * Decimal::from(60)).normalize()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_revenue_sees_no_amounts() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let client = first_client(&bench, &token).await;
    let path = made(&bench, &token, &agreement(&client)).await;
    let mut sold = line("user", 10, "50.00", "monthly");
    sold["unitCost"] = json!(20);
    bench.post(&format!("{path}/lines"), &token, &sold).await.data();
    let me = bench.get("/api/users/me", &token).await.data();
    let keys = format!("/api/organizations/{}/api-keys", me["organizationId"].as_str().unwrap());
    let scopes = json!({"name": "Desk", "scopes": ["agreements.read", "clients.read"]});
    let key = bench.post(&keys, &token, &scopes).await.data();
    let key = key["key"].as_str().unwrap();
    let own = bench.get(&path, &token).await.data();
    assert_eq!(own["lines"][0]["prices"][0]["unitCost"].to_string(), "20.00");
    let seen = bench.get(&path, key).await.data();
    for name in ["mrr", "contractValue", "currency"] {
        assert!(seen[name].is_null() && !own[name].is_null(), "{name}");
    }
    assert_eq!((&seen["lines"][0]["prices"], &seen["name"]), (&Value::Null, &own["name"]));
    let sold = bench.get(&format!("/api/clients/{client}/services"), key).await.data();
    let sold = sold.as_array().unwrap();
    assert!(!sold.is_empty());
    for name in ["prices", "unitPrice", "mrr", "mrrShare"] {
        assert!(sold.iter().all(|it| it[name].is_null()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_terms_are_refused_and_named() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let client = first_client(&bench, &token).await;
    let path = made(&bench, &token, &agreement(&client)).await;
    let nobody = "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";
    let mut cases = vec![(agreement(nobody), "clientId")];
    for (pointer, value, refused) in [
        ("/end", json!("2025-12-31"), "end"),
        ("/start", json!("1989-12-31"), "start"),
        ("/terms/afterHoursMultiplier", json!(0.5), "terms.afterHoursMultiplier"),
        ("/terms/afterHoursMultiplier", json!(1.555), "terms.afterHoursMultiplier"),
        ("/terms/escalator/percent", json!(101), "terms.escalator.percent"),
        ("/terms/allowance/minutes", json!(0), "terms.allowance.minutes"),
        ("/terms/allowance/kind", json!("block"), "terms.allowance.rollOver"),
        ("/terms/exclusions/0/by", json!("service"), "terms.exclusions[0].value"),
        ("/terms/renewal/termMonths", json!(121), "terms.renewal.termMonths"),
        ("/terms/rounding/incrementMinutes", json!(0), "terms.rounding.incrementMinutes"),
        ("/terms/rounding/direction", json!("down"), "terms.rounding.direction"),
    ] {
        let mut body = agreement(&client);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value;
        cases.push((body, refused));
    }
    let before = bench.state_hash().await;
    for (body, refused) in cases {
        let answer = bench.post("/api/agreements", &token, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused} {answer:?}");
        assert_eq!(answer.body["errors"][0]["path"], refused, "{answer:?}");
    }
    for (name, value, refused) in [
        ("quantity", json!(-1), "quantity"),
        ("quantity", json!("0.005"), "quantity"),
        ("unitPrice", json!(-1), "unitPrice"),
        ("currency", json!("EUR"), "currency"),
        ("unit", json!("dozen"), "unit"),
        ("end", json!("2020-01-01"), "end"),
        ("serviceId", json!("svc_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"), "serviceId"),
        ("description", json!("x".repeat(501)), "description"),
        ("includedMinutes", json!(1_000_001), "includedMinutes"),
    ] {
        let mut body = line("user", 1, "1.00", "monthly");
        body[name] = value;
        let answer = bench.post(&format!("{path}/lines"), &token, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {answer:?}");
        assert_eq!(answer.body["errors"][0]["path"], refused, "{answer:?}");
    }
    assert_eq!(bench.state_hash().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tax_code_of_which_there_is_none_is_refused_by_its_field() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let client = first_client(&bench, &token).await;
    let unknown = "tax_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";
    let mut body = agreement(&client);
    body["terms"]["taxCodeId"] = json!(unknown);
    let answer = bench.post("/api/agreements", &token, &body).await;
    assert_eq!(answer.body["errors"][0]["path"], "terms.taxCodeId");
    let code = json!({"name": "State", "rates": [{"name": "State sales tax", "percent": 4}]});
    let code = bench.post("/api/tax-codes", &token, &code).await.data()["id"].take();
    body["terms"]["taxCodeId"] = code.clone();
    let path = made(&bench, &token, &body).await;
    assert_eq!(bench.get(&path, &token).await.data()["terms"]["taxCodeId"], code);
    let lines = format!("{path}/lines");
    let mut body = line("device", 25, "75.00", "monthly");
    body["taxCodeId"] = json!(unknown);
    let answer = bench.post(&lines, &token, &body).await;
    assert_eq!(answer.body["errors"][0]["path"], "taxCodeId");
    body["taxCodeId"] = code.clone();
    let answer = bench.post(&lines, &token, &body).await;
    assert_eq!(answer.data()["taxCodeId"], code);
}
