//! How likely each client is to leave.

use axum::http::Method;
use clearmargin_domain::id::ClientId;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    office::Office,
    wire::{exact, rows},
};

const PATH: &str = "/predictions/churn";

/// The reason of a factor.
fn reason<'a>(client: &'a Value, factor: &str) -> Option<&'a Value> {
    rows(&client["odds"], "reasons").iter().find(|it| it["factor"] == factor)
}

/// Six clients who stay, one who is charged half as much, one who was not charged last month, and one who has
/// left; eighteen months of each.
async fn portfolio(office: &Office) -> Vec<ClientId> {
    let steady = [100_000; 18];
    let mut months = vec![steady.to_vec(); 9];
    months[6][15..].fill(50_000);
    months[7][17..].fill(0);
    months[8][10..].fill(0);
    let mut clients = Vec::new();
    for (number, amounts) in (1..).zip(&months) {
        let client = office.client(number).await;
        office.charged(client, amounts).await;
        clients.push(client);
    }
    clients
}

#[tokio::test]
async fn probabilities_come_with_reasons_that_add_up_and_what_is_at_risk() {
    let office = Office::new().await;
    let clients = portfolio(&office).await;
    office.analysed().await;
    let answer = office.get(PATH).await;
    assert_eq!((&answer["reason"], &answer["currency"]), (&Value::Null, &json!("USD")));
    assert_eq!(answer["analysis"]["model"], "churn/1");
    // The last three months of nobody are known, nor the first two: thirteen of each, and eight of the one who left.
    let learned = json!({
        "months": 18, "monthsNeeded": 6, "clientMonths": 8 * 13 + 8, "clientMonthsNeeded": 24,
        "leavers": 1, "returned": 0,
    });
    assert_eq!(answer["learnedFrom"], learned);
    let prediction = &answer["prediction"];
    assert_eq!((&prediction["count"], &prediction["through"]), (&json!(8), &json!("2026-06")));
    let told = rows(prediction, "clients");
    assert_eq!(told.len(), 8);
    for client in told {
        let odds = &client["odds"];
        let parts = rows(odds, "reasons").iter().map(|it| exact(&it["logOdds"]));
        assert_eq!(exact(&odds["base"]) + parts.sum::<Decimal>(), exact(&odds["logOdds"]));
        let horizons = rows(client, "horizons");
        let said: Vec<_> = horizons.iter().map(|it| exact(&it["probability"])).collect();
        assert!(said.is_sorted() && said[0] > Decimal::ZERO, "{client}");
        for it in horizons {
            let year = exact(&client["revenueOfYear"]);
            let product = exact(&it["probability"]) * year;
            assert!((product - exact(&it["atRisk"])).abs() <= Decimal::new(5, 3), "{it}");
            let [near, far] = rows(it, "bands") else { panic!("two bands: {it}") };
            let ends = [&far["low"], &near["low"], &it["probability"], &near["high"], &far["high"]];
            assert!(ends.map(exact).is_sorted(), "{it}");
        }
    }
    for (at, days) in [30, 60, 90].into_iter().enumerate() {
        let sum: Decimal = told.iter().map(|it| exact(&it["horizons"][at]["atRisk"])).sum();
        let total = &prediction["atRisk"][at];
        assert_eq!((&total["days"], exact(&total["amount"])), (&json!(days), sum));
    }
    // The one that was not charged is the likeliest to have left, then the one that is charged for less.
    assert_eq!(told[0]["clientId"], clients[7].to_string());
    assert_eq!(
        (&told[0]["play"]["factor"], &told[0]["lastCharged"]),
        (&json!("quiet"), &json!("2026-05"))
    );
    assert_eq!(told[1]["clientId"], clients[6].to_string());
    let evidence = json!({"unit": "money_per_month", "now": 500, "against": 1000});
    assert_eq!(reason(&told[1], "revenue").unwrap()["evidence"], evidence);
    assert_eq!(
        (&told[1]["play"]["factor"], &told[1]["name"]),
        (&json!("revenue"), &json!("Client 7"))
    );
    assert_eq!(exact(&told[1]["revenueOfYear"]), Decimal::from(9 * 1_000 + 3 * 500));
    // Nobody counts tickets here, and that is no silence.
    let unknown = rows(&told[2]["odds"], "notKnown");
    assert!(
        unknown.contains(&json!("tickets")) && unknown.contains(&json!("silence")),
        "{unknown:?}"
    );
    assert_eq!(reason(&told[2], "silence"), None);
    // One leaver is far too few to know how good it was, and most of what is known is the prior.
    assert_eq!(prediction["lookBack"], Value::Null);
    assert_eq!(prediction["noLookBack"]["why"], "leavers");
    let effects = &prediction["effects"];
    assert_eq!(exact(&effects["priorYearly"]), Decimal::new(1, 1));
    assert!(exact(&effects["priorShare"]) > Decimal::new(6, 1), "{effects}");
    assert_eq!(rows(effects, "factors").len(), 9);
    let fewer = office.get(&format!("{PATH}?limit=2")).await;
    assert_eq!(rows(&fewer["prediction"], "clients"), &told[..2]);
    assert_eq!(fewer["prediction"]["atRisk"], prediction["atRisk"]);
}

#[tokio::test]
async fn one_client_is_told_of_or_why_nothing_is() {
    let office = Office::new().await;
    let clients = portfolio(&office).await;
    let few = office.client(20).await;
    office.charged(few, &[70_000, 70_000]).await;
    let never = office.client(21).await;
    office.analysed().await;
    let young = office.client(22).await;
    let all = office.get(PATH).await["prediction"].take();
    for client in [clients[0], clients[7]] {
        let one = office.get(&format!("{PATH}?clientId={client}")).await["prediction"].take();
        let wanted = json!(client.to_string());
        let found = rows(&all, "clients").iter().find(|it| it["clientId"] == wanted).unwrap();
        assert_eq!((&one["clients"], &one["untold"]), (&json!([found]), &Value::Null));
    }
    let why =
        [(clients[8], "gone"), (few, "few"), (never, "never_charged"), (young, "not_analysed")];
    for (client, why) in why {
        let one = office.get(&format!("{PATH}?clientId={client}")).await["prediction"].take();
        assert_eq!((&one["clients"], &one["untold"]), (&json!([]), &json!(why)));
    }
    let counted = json!({"inactive": 0, "neverCharged": 1, "few": 1, "gone": 1});
    assert_eq!(all["untoldClients"], counted);
    let nobody = ClientId::new(office.world.now(), 99);
    for query in [format!("clientId={nobody}"), "clientId=x".to_owned(), "limit=0".to_owned()] {
        let answer = office.ask(Method::GET, &format!("{PATH}?{query}")).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
    // Another organisation sees nothing of it, and cannot ask for its clients.
    let other = office.world.owner("eve@example.com").await;
    let token = other.access_token.expose();
    let ask = async |query: String| {
        office.world.ask(Method::GET, &format!("/api/ai{PATH}{query}"), token, None).await
    };
    let theirs = ask(String::new()).await.json()["data"].take();
    assert_eq!((&theirs["reason"], &theirs["prediction"]), (&json!("not_analysed"), &Value::Null));
    assert_eq!(ask(format!("?clientId={}", clients[0])).await.status, 422);
}

#[tokio::test]
async fn too_little_is_told_with_what_is_needed() {
    let office = Office::new().await;
    let before = office.get(PATH).await;
    assert_eq!((&before["reason"], &before["learnedFrom"]), (&json!("not_analysed"), &Value::Null));
    let mut clients = Vec::new();
    for number in 1..=3 {
        let client = office.client(number).await;
        office.charged(client, &[90_000; 12]).await;
        clients.push(client);
    }
    office.analysed().await;
    let answer = office.get(PATH).await;
    assert_eq!(
        (&answer["reason"], &answer["prediction"]),
        (&json!("not_enough_data"), &Value::Null)
    );
    let learned = &answer["learnedFrom"];
    assert_eq!((&learned["months"], &learned["clientMonths"]), (&json!(12), &json!(21)));
    let fourth = office.client(4).await;
    office.charged(fourth, &[90_000; 8]).await;
    office.analysed().await;
    let answer = office.get(PATH).await;
    assert_eq!(
        (&answer["reason"], &answer["learnedFrom"]["clientMonths"]),
        (&Value::Null, &json!(24))
    );
    assert_eq!(answer["prediction"]["count"], 4);
}
