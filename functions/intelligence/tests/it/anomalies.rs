//! Months that are unlike those before them.

use std::iter;

use axum::http::Method;
use clearmargin_app::{Ctx, Error, analyses, usage_counts};
use clearmargin_domain::{
    access::{Grant, Role},
    id::ClientId,
    period::Month,
};
use serde_json::{Value, json};

use crate::{
    office::Office,
    wire::{exact, rows},
};

const PATH: &str = "/insights/anomalies";

/// Five clients of two years, the first of which was charged for half in the last month, and a young one.
async fn portfolio(office: &Office) -> Vec<ClientId> {
    let mut clients = Vec::new();
    for number in 1..=5 {
        let client = office.client(number).await;
        let mut months = [i64::try_from(number).unwrap() * 100_000 + 300_000; 24];
        if number == 1 {
            months[23] = 200_000;
        }
        office.charged(client, &months).await;
        clients.push(client);
    }
    let young = office.client(6).await;
    office.charged(young, &[100_000; 6]).await;
    clients.push(young);
    clients
}

#[tokio::test]
async fn a_month_is_told_with_what_was_to_come_and_what_that_rests_on() {
    let office = Office::new().await;
    let before = office.get(PATH).await;
    assert_eq!(
        [&before["reason"], &before["tested"], &before["count"], &before["anomalies"]],
        [&json!("not_analysed"), &Value::Null, &Value::Null, &json!([])]
    );
    let clients = portfolio(&office).await;
    office.analysed().await;
    let answer = office.get(PATH).await;
    assert_eq!((&answer["reason"], &answer["count"]), (&Value::Null, &json!(1)));
    assert_eq!(answer["analysis"]["model"], "anomalies/2");
    let told = &rows(&answer, "anomalies")[0];
    let same = [
        ("clientId", json!(clients[0].to_string())),
        ("name", json!("Client 1")),
        ("series", json!("revenue")),
        ("unit", json!("money")),
        ("month", json!("2026-06")),
        ("value", json!(2000)),
        ("expected", json!(4000)),
        ("difference", json!(-2000)),
        ("direction", json!("below")),
    ];
    for (field, wanted) in same {
        assert_eq!(told[field], wanted, "{told}");
    }
    let (band, evidence) = (&told["band"], &told["evidence"]);
    assert!(exact(&band["low"]) > exact(&told["value"]), "{told}");
    assert!(exact(&told["p"]) <= exact(&told["q"]) && exact(&told["q"]) <= exact(&json!(0.1)));
    let used = json!({
        "basis": "level", "period": {"from": "2024-07", "to": "2026-05"}, "months": 17, "needed": 18,
    });
    assert_eq!(evidence, &used);
    let tested = &answer["tested"];
    assert_eq!(
        (&tested["recent"], &tested["falseShare"], &tested["monthsNeeded"]),
        (&json!({"from": "2026-04", "to": "2026-06"}), &json!(0.1), &json!(18))
    );
    let revenue = json!({
        "series": "revenue", "monthsNeeded": 18, "tested": 6,
        "untested": {
            "silent": 0, "few": 1, "sparse": 0, "uncosted": 0, "inactive": 0, "uncounted": 0,
        },
    });
    assert_eq!(rows(tested, "series")[0], revenue);
    // Nobody worked or opened a ticket: that is silence, and not told as usual.
    assert_eq!(rows(tested, "series")[3]["untested"]["silent"], 7);
    // The same snapshot gives the same.
    office.analysed().await;
    let again = office.get(PATH).await;
    assert_eq!(again["analysis"]["fingerprint"], answer["analysis"]["fingerprint"]);
    assert_eq!((&again["anomalies"], &again["tested"]), (&answer["anomalies"], &answer["tested"]));
}

#[tokio::test]
async fn devices_that_somebody_counted_are_held_against_the_month_before() {
    let office = Office::new().await;
    let (jumped, steady) = (office.client(1).await, office.client(2).await);
    let uncounted = office.client(3).await;
    let first: Month = "2025-05".parse().unwrap();
    let rows_of = |at: i32| {
        let (month, devices) = (first.plus(at), if at == 13 { 120 } else { 80 });
        [
            format!("{jumped},endpoints,{month}-03,70"),
            format!("{jumped},endpoints,{month}-28,{devices}"),
            format!("{steady},endpoints,{month}-20,{}", 60 + at % 2),
        ]
    };
    let csv: Vec<String> =
        iter::once("client,kind,day,total".to_owned()).chain((0..14).flat_map(rows_of)).collect();
    let csv = csv.join("\n");
    usage_counts::upload(&office.ctx(), &csv).await.unwrap();
    office.analysed().await;
    let answer = office.get(&format!("{PATH}?series=endpoints")).await;
    let [told] = rows(&answer, "anomalies") else { panic!("one month: {answer}") };
    let same = [
        ("clientId", json!(jumped.to_string())),
        ("series", json!("endpoints")),
        ("unit", json!("endpoints")),
        ("month", json!("2026-06")),
        ("value", json!(120)),
        ("expected", json!(80)),
        ("difference", json!(40)),
        ("direction", json!("above")),
    ];
    for (field, wanted) in same {
        assert_eq!(told[field], wanted, "{told}");
    }
    let used = json!({
        "basis": "month_before", "period": {"from": "2025-05", "to": "2026-05"}, "months": 12,
        "needed": 7,
    });
    assert_eq!(told["evidence"], used);
    let series = rows(&answer["tested"], "series");
    assert_eq!((series.len(), &series[0]["monthsNeeded"]), (1, &json!(7)));
    assert_eq!((&series[0]["tested"], &series[0]["untested"]["uncounted"]), (&json!(2), &json!(1)));
    let of = format!("{PATH}?series=endpoints&clientId={uncounted}");
    assert_eq!(office.get(&of).await["count"], 0);
}

#[tokio::test]
async fn one_client_and_one_series_may_be_asked_for() {
    let office = Office::new().await;
    let clients = portfolio(&office).await;
    office.analysed().await;
    let late = office.client(7).await;
    let count = async |query: String| office.get(&format!("{PATH}?{query}")).await["count"].take();
    assert_eq!(count(format!("clientId={}", clients[0])).await, 1);
    assert_eq!(count(format!("clientId={}", clients[1])).await, 0);
    assert_eq!(count("series=revenue".to_owned()).await, 1);
    assert_eq!(count("series=hours".to_owned()).await, 0);
    let few = office.get(&format!("{PATH}?clientId={}&series=revenue", clients[5])).await;
    let series = rows(&few["tested"], "series");
    assert_eq!((series.len(), &series[0]["untested"]["few"]), (1, &json!(1)));
    let unknown = office.get(&format!("{PATH}?clientId={late}")).await;
    assert_eq!((&unknown["reason"], &unknown["count"]), (&json!("not_analysed"), &Value::Null));
    let nobody = ClientId::new(office.world.now(), 99);
    let wrong = [
        (format!("clientId={nobody}"), "query.clientId"),
        ("series=profit".to_owned(), "query.series"),
        ("limit=0".to_owned(), "query.limit"),
    ];
    for (query, field) in wrong {
        let answer = office.ask(Method::GET, &format!("{PATH}?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
        assert!(answer.text.contains(field), "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn who_may_not_read_margins_sees_nothing_of_it() {
    let office = Office::new().await;
    let clients = portfolio(&office).await;
    office.analysed().await;
    for role in [Role::Viewer, Role::Operations] {
        let ctx = Ctx { grant: Grant::Role(role), ..office.ctx() };
        assert!(matches!(analyses::anomalies(&ctx, None).await, Err(Error::Forbidden)));
    }
    let other = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    let path = format!("/api/ai{PATH}");
    let theirs = office.world.ask(Method::GET, &path, &other, None).await.json();
    assert_eq!(theirs["data"]["reason"], "not_analysed");
    let path = format!("{path}?clientId={}", clients[0]);
    assert_eq!(office.world.ask(Method::GET, &path, &other, None).await.status, 422);
}
