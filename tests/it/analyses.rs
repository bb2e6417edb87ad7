//! TechWave is analysed by itself after each reading, and what comes of it ties to the other answers.

use clearmargin_domain::period::Month;
use clearmargin_simulators::techwave::{Scale, generate};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::Bench;

/// Every client and as many months as a forecast takes with a season; hardly any work.
const BOOKS: Scale = Scale { clients: 50, months: 30, technicians: 3, tickets: 20, worklogs: 20 };

fn cents(amount: &Value) -> i64 {
    amount.to_string().replace('.', "").parse().unwrap()
}

async fn runs(bench: &Bench, token: &str) -> Vec<Value> {
    bench.get("/api/ai/analytics/runs?limit=100", token).await.data().as_array().unwrap().clone()
}

/// What comes in and what is late are what billing says of the same invoices.
async fn what_is_expected_to_be_paid_is_what_is_open(bench: &Bench, token: &str) {
    let cash = bench.get("/api/ai/predictions/cash", token).await.data();
    let late = bench.get("/api/ai/predictions/late-payments", token).await.data();
    assert_eq!((&cash["reason"], &late["reason"]), (&Value::Null, &Value::Null), "{cash}");
    let day = cash["analysis"]["day"].as_str().unwrap();
    let to: Month = day[..7].parse().unwrap();
    let path = format!("/api/analytics/payment-status?from={}&to={to}", to.plus(-35));
    let standing = bench.get(&path, token).await.data()["total"].take();
    let (forecast, prediction) = (&cash["forecast"], &late["prediction"]);
    assert!(cents(&standing["open"]) > 0, "{standing}");
    assert_eq!((&forecast["open"], &prediction["open"]), (&standing["open"], &standing["open"]));
    assert_eq!(prediction["alreadyLate"], standing["overdueOpen"]);
    let weeks = forecast["weeks"].as_array().unwrap().iter().map(|week| cents(&week["expected"]));
    assert_eq!(weeks.sum::<i64>() + cents(&forecast["later"]), cents(&standing["open"]));
}

/// What is at risk is the sum of the clients, whose probabilities rise with the days.
async fn clients_make_up_what_is_at_risk(bench: &Bench, token: &str) {
    let churn = bench.get("/api/ai/predictions/churn?limit=100", token).await.data();
    assert_eq!(churn["reason"], Value::Null, "{churn}");
    let prediction = &churn["prediction"];
    let clients = prediction["clients"].as_array().unwrap();
    assert_eq!(prediction["count"], clients.len());
    assert!(clients.len() > 10, "{prediction}");
    for at in 0..3 {
        let parts = clients.iter().map(|client| cents(&client["horizons"][at]["atRisk"]));
        assert_eq!(parts.sum::<i64>(), cents(&prediction["atRisk"][at]["amount"]));
    }
    let said = |client: &Value, at: usize| client["horizons"][at]["probability"].as_f64().unwrap();
    assert!(clients.iter().all(|it| said(it, 0) <= said(it, 1) && said(it, 1) <= said(it, 2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_is_analysed_and_clients_make_up_the_forecast() {
    let bench = Bench::over(generate(BOOKS, 1)).await;
    let token = bench.techwave().await;
    bench.server.settle().await.unwrap();
    let first = runs(&bench, &token).await;
    assert!(!first.is_empty() && first.iter().all(|run| run["status"] == "done"), "{first:?}");
    assert!(first.iter().all(|run| run["cause"] == "synced"), "{first:?}");

    let answer = bench.get("/api/ai/predictions/revenue", &token).await.data();
    let as_of = &answer["analysis"]["asOf"];
    assert!(as_of["superops"].is_string() && as_of["quickbooks"].is_string(), "{as_of}");
    let forecast = &answer["forecast"];
    let clients = forecast["clients"].as_array().unwrap();
    assert!(clients.len() > 10, "{}", clients.len());
    for (at, month) in forecast["months"].as_array().unwrap().iter().enumerate() {
        let parts = clients.iter().map(|client| cents(&client["months"][at]["expected"]));
        let sum = parts.sum::<i64>() + cents(&forecast["nobody"][at]);
        assert_eq!(sum, cents(&month["expected"]), "{month}");
    }
    // The organisation's forecast is the one that billing tells, by the same months.
    let path = "/api/analytics/revenue-forecasting?months=12";
    let billing = bench.get(path, &token).await.data();
    let told = |answer: &Value, months: &str| -> Vec<String> {
        let months = answer[months].as_array().unwrap().iter();
        months.map(|month| format!("{} {}", month["month"], month["expected"])).collect()
    };
    assert_eq!(told(forecast, "months"), told(&billing["forecast"], "months"));

    what_is_expected_to_be_paid_is_what_is_open(&bench, &token).await;
    clients_make_up_what_is_at_risk(&bench, &token).await;

    // Reading again changes nothing, so nothing is analysed anew; asking for it finds the same.
    bench.start_sync(&token, "incremental").await;
    bench.synced(&token).await;
    bench.server.settle().await.unwrap();
    assert_eq!(runs(&bench, &token).await.len(), first.len());
    bench.ask(Method::POST, "/api/ai/analytics/run-analysis", &token, &json!(null)).await.data();
    bench.server.settle().await.unwrap();
    let asked = runs(&bench, &token).await;
    assert_eq!(asked.len(), first.len() + 1);
    assert_eq!(asked[0]["snapshot"]["fingerprint"], asked[1]["snapshot"]["fingerprint"]);
    assert_eq!(asked[0]["parts"], asked[1]["parts"]);
}
