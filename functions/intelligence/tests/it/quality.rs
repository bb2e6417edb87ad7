//! How good the models were, as a caller sees it.

use clearmargin_domain::payment::PaymentKind::Received;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    office::{Office, after},
    wire::exact,
};

const QUALITY: &str = "/analytics/quality";
const TODAY: Date = date(2026, 7, 1);

/// A client that is charged every six days and pays after about so many.
async fn payer(office: &Office, number: u128, days: i64) {
    let client = office.client(number).await;
    for at in 0..90 {
        let day = after(TODAY, -20 - at * 6);
        let took = (days + at * 7 % 5, Received);
        if 20 + at * 6 > took.0 {
            office.settled(client, day, 50_003 + at, took).await;
        } else {
            office.billed(client, day, 50_003 + at, 50_003 + at).await;
        }
    }
}

fn model<'a>(of: &'a Value, part: &str) -> &'a Value {
    of["models"].as_array().unwrap().iter().find(|it| it["part"] == part).unwrap()
}

fn score<'a>(of: &'a Value, thing: &str, measure: &str) -> &'a Value {
    let mut scores = of["scores"].as_array().unwrap().iter();
    scores.find(|it| it["of"] == thing && it["measure"] == measure).unwrap()
}

#[tokio::test]
async fn what_was_measured_is_told_with_what_it_came_to_before() {
    let office = Office::new().await;
    let before = office.get(QUALITY).await;
    let models = before["models"].as_array().unwrap();
    assert!(models.iter().all(|it| it["reason"] == "not_analysed" && it["model"].is_null()));
    let client = office.client(1).await;
    // A year that repeats itself, with a little chance.
    let months: Vec<i64> =
        (0..48).map(|at| 900_000 + 60_000 * (at % 12) + 7_000 * (at * 7 % 5)).collect();
    office.charged(client, &months).await;
    // Not the same on each weekday, so that seasonal naive is off.
    let days = (1..=200).filter(|days| days % 5 != 0);
    let days: Vec<Date> = days.map(|days| after(TODAY, -days)).collect();
    office.opened((Some(client), None), 1_000, &days).await;
    for _ in 0..7 {
        office.analysed().await;
    }
    let told = office.get(QUALITY).await;
    let revenue = model(&told, "revenue");
    assert_eq!((&revenue["reason"], &revenue["model"]), (&Value::Null, &json!("revenue/2")));
    let scaled = score(revenue, "months", "scaled_error");
    let forecast = office.get("/predictions/revenue").await["forecast"]["backtest"].take();
    let ratio = exact(&forecast["meanAbsoluteError"]) / exact(&forecast["naiveMeanAbsoluteError"]);
    assert!((exact(&scaled["value"]) - ratio).abs() < Decimal::new(1, 5), "{scaled}");
    assert_eq!(scaled["cases"], forecast["tested"]);
    assert_eq!(score(revenue, "months", "coverage_80")["wanted"], json!(0.8));
    assert_eq!(score(revenue, "months", "coverage_95")["value"], forecast["coverage"][2]);
    // Nothing has changed, so nothing has drifted.
    assert_eq!((scaled["earlier"].as_array().unwrap().len(), &scaled["drift"]), (6, &json!(0)));
    assert!(score(model(&told, "demand"), "days", "scaled_error")["cases"].as_u64().unwrap() > 0);
    for part in ["genome", "leaks", "receivables", "churn"] {
        assert_eq!(model(&told, part)["reason"], "not_measured", "{part}");
    }
    let eve = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    let other = office.world.get("/api/ai/analytics/quality", Some(&eve)).await.json();
    assert_eq!(model(&other["data"], "revenue")["reason"], "not_analysed");
}

#[tokio::test]
async fn when_invoices_were_paid_is_held_against_what_was_told_while_they_were_open() {
    let office = Office::new().await;
    for (number, days) in [(1, 12), (2, 22), (3, 45)] {
        payer(&office, number, days).await;
    }
    office.analysed().await;
    let told = office.get(QUALITY).await;
    let receivables = model(&told, "receivables");
    assert_eq!(receivables["reason"], Value::Null);
    for measure in ["brier", "log_loss"] {
        let it = score(receivables, "late", measure);
        assert!(exact(&it["value"]) < exact(&it["plain"]), "{it}");
        assert!(it["cases"].as_u64().unwrap() >= 40, "{it}");
    }
    assert!(exact(&score(receivables, "late", "auc")["value"]) > Decimal::new(9, 1));
    assert!(exact(&score(receivables, "late", "calibration_error")["value"]) < Decimal::new(1, 1));
    let scaled = score(receivables, "days_to_pay", "scaled_error");
    assert!(exact(&scaled["value"]) < Decimal::ONE, "{scaled}");
    for (measure, wanted) in [("coverage_80", json!(0.8)), ("coverage_95", json!(0.95))] {
        let coverage = score(receivables, "days_to_pay", measure);
        assert_eq!((&coverage["wanted"], &coverage["plain"]), (&wanted, &Value::Null));
        assert!(exact(&coverage["value"]) > Decimal::new(7, 1), "{coverage}");
    }
}
