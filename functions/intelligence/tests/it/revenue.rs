//! How revenue goes on, of the organisation and of each client.

use serde_json::{Value, json};

use crate::{office::Office, wire::cents};

#[tokio::test]
async fn clients_and_nobody_make_up_what_is_expected_to_the_cent() {
    let office = Office::new().await;
    let steady = office.client(1).await;
    let growing = office.client(2).await;
    let young = office.client(3).await;
    office.charged(steady, &[123_457; 30]).await;
    let rising: Vec<i64> = (0..30).map(|month| 40_001 + month * 777).collect();
    office.charged(growing, &rising).await;
    office.charged(young, &[10_000, 11_000]).await;
    office.analysed().await;
    let answer = office.get("/predictions/revenue").await;
    assert_eq!((&answer["reason"], &answer["currency"]), (&Value::Null, &json!("USD")));
    // Nothing was read from a source here, and the answer says so.
    assert_eq!(answer["analysis"]["asOf"], json!({"superops": null, "quickbooks": null}));
    let forecast = &answer["forecast"];
    assert_eq!(forecast["usedMonths"], 30);
    let clients = forecast["clients"].as_array().unwrap();
    let bases: Vec<_> = clients.iter().map(|client| (&client["name"], &client["basis"])).collect();
    let named = |name, basis| (Value::from(name), Value::from(basis));
    let expected = [
        named("Client 1", "forecast"),
        named("Client 2", "forecast"),
        named("Client 3", "mean_of_few"),
    ];
    assert_eq!(bases, expected.iter().map(|(name, basis)| (name, basis)).collect::<Vec<_>>());
    let months = forecast["months"].as_array().unwrap();
    assert_eq!((months.len(), &months[0]["month"]), (12, &json!("2026-07")));
    for (at, month) in months.iter().enumerate() {
        let parts = clients.iter().map(|client| cents(&client["months"][at]["expected"]));
        let sum = parts.sum::<i64>() + cents(&forecast["nobody"][at]);
        assert_eq!(sum, cents(&month["expected"]), "{month}");
        let levels: Vec<_> =
            month["bands"].as_array().unwrap().iter().map(|it| &it["level"]).collect();
        assert_eq!(levels, [50, 80, 95]);
    }
    let backtest = &forecast["backtest"];
    assert!(backtest["origins"].as_u64().unwrap() >= 6, "{backtest}");
    assert!(cents(&backtest["meanAbsoluteError"]) < cents(&backtest["naiveMeanAbsoluteError"]));
}

#[tokio::test]
async fn too_little_history_is_told_with_what_is_needed() {
    let office = Office::new().await;
    let client = office.client(1).await;
    let before = office.get("/predictions/revenue").await;
    assert_eq!((&before["reason"], &before["analysis"]), (&json!("not_analysed"), &Value::Null));
    office.charged(client, &[50_000; 11]).await;
    office.analysed().await;
    let answer = office.get("/predictions/revenue").await;
    assert_eq!((&answer["reason"], &answer["forecast"]), (&json!("not_enough_data"), &Value::Null));
    assert_eq!((&answer["months"], &answer["monthsNeeded"]), (&json!(11), &json!(12)));
    assert_eq!(answer["contracted"].as_array().unwrap().len(), 12);
}
