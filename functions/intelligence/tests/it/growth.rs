//! What clients do not have that their like have.

use axum::http::Method;
use clearmargin_domain::service::Offering::Service;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    office::Office,
    wire::{cents, rows},
};

const PATH: &str = "/predictions/growth";

/// Eleven clients of a size that have the first service; six of them have the second one, too.
async fn portfolio(office: &Office) {
    let (first, second) = (office.service(1, Service).await, office.service(2, Service).await);
    for number in 1..=11 {
        let client = office.client(number).await;
        office.charged(client, &[100_000; 3]).await;
        let lines = [(first, Service, 1, 50_000), (second, Service, 1, 10_000)];
        let count = if number <= 5 { 1 } else { 2 };
        office.agreed(number, client, &lines[..count]).await;
    }
}

#[tokio::test]
async fn chances_make_up_what_is_expected_and_say_what_they_rest_on() {
    let office = Office::new().await;
    portfolio(&office).await;
    office.analysed().await;
    let answer = office.get(&format!("{PATH}?limit=2")).await;
    assert_eq!(
        (&answer["reason"], &answer["analysis"]["model"]),
        (&Value::Null, &json!("growth/1"))
    );
    let basis = json!({"clients": 11, "clientsNeeded": 6, "leftOut": 0, "services": 2});
    assert_eq!(answer["comparedWith"], basis);
    let space = &answer["whiteSpace"];
    // (6 + 5 × 7/12) ÷ 15 of ten like each of the five, at $100 a month.
    assert_eq!((&space["count"], cents(&space["expected"])), (&json!(5), 5 * 71_333));
    let services = rows(space, "services");
    assert_eq!((services.len(), &services[0]["name"]), (1, &json!("Service 2")));
    assert_eq!((cents(&services[0]["expected"]), &services[0]["count"]), (5 * 71_333, &json!(5)));
    let chances = rows(space, "chances");
    assert_eq!(chances.len(), 2);
    let chance = &chances[0];
    assert_eq!((&chance["client"], &chance["service"]), (&json!("Client 1"), &json!("Service 2")));
    assert_eq!(
        [&chance["with"], &chance["lookAlikes"], &chance["everybodyWith"], &chance["everybody"]],
        [6, 10, 6, 10]
    );
    assert_eq!(chance["probability"].to_string(), "0.594444");
    assert_eq!((cents(&chance["monthly"]), cents(&chance["expected"])), (10_000, 71_333));
    let ends =
        ["low", "high"].map(|end| chance["band"][end].to_string().parse::<Decimal>().unwrap());
    assert!(ends[0] > Decimal::new(4, 1) && ends[1] < Decimal::new(8, 1), "{ends:?}");
    // Twelve things of six clients who have two are too few to test with.
    assert_eq!(
        [&space["heldOut"], &space["heldOutReason"], &space["cases"], &space["casesNeeded"]],
        [&Value::Null, &json!("not_enough_data"), &json!(12), &json!(20)]
    );
}

#[tokio::test]
async fn what_was_hidden_is_looked_for_beside_what_is_popular() {
    let office = Office::new().await;
    let mut services = Vec::new();
    for number in 1..=8 {
        services.push(office.service(number, Service).await);
    }
    // Two kinds of clients, each with three of four services.
    for at in 0..16_usize {
        let number = u128::try_from(at).unwrap() + 1;
        let client = office.client(number).await;
        office.charged(client, &[100_000; 3]).await;
        let (kind, without) = (at % 2 * 4, at / 2 % 4);
        let lines: Vec<_> = (0..4)
            .filter(|place| *place != without)
            .map(|place| (services[kind + place], Service, 1, 10_000))
            .collect();
        office.agreed(number, client, &lines).await;
    }
    office.analysed().await;
    let space = office.get(PATH).await["whiteSpace"].take();
    let held_out = &space["heldOut"];
    assert_eq!((&held_out["hidden"], &held_out["first"]), (&json!(48), &json!(5)));
    let precision =
        |of: &str| -> Decimal { held_out[of]["averagePrecision"].to_string().parse().unwrap() };
    assert!(precision("alike") > precision("popular"), "{held_out}");
}

#[tokio::test]
async fn too_few_clients_are_told_and_wrong_words_refused() {
    let office = Office::new().await;
    let before = office.get(PATH).await;
    assert_eq!(
        [&before["reason"], &before["comparedWith"], &before["whiteSpace"]],
        [&json!("not_analysed"), &Value::Null, &Value::Null]
    );
    let service = office.service(1, Service).await;
    for number in 1..=5 {
        let client = office.client(number).await;
        office.charged(client, &[100_000; 3]).await;
        office.agreed(number, client, &[(service, Service, 1, 50_000)]).await;
    }
    office.client(6).await;
    office.analysed().await;
    let answer = office.get(PATH).await;
    assert_eq!(
        (&answer["reason"], &answer["whiteSpace"]),
        (&json!("not_enough_data"), &Value::Null)
    );
    let basis = json!({"clients": 5, "clientsNeeded": 6, "leftOut": 1, "services": 1});
    assert_eq!(answer["comparedWith"], basis);
    let refused = office.ask(Method::GET, &format!("{PATH}?limit=101")).await;
    assert!(refused.status == 422 && refused.text.contains("query.limit"), "{}", refused.text);
}
