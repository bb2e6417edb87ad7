//! What prices of agreements would have to be.

use axum::http::Method;
use clearmargin_app::{Ctx, Error, analyses};
use clearmargin_domain::{
    access::{Grant, Role},
    service::Offering,
};
use serde_json::{Value, json};

use crate::{
    office::Office,
    wire::{cents, rows},
};

const PATH: &str = "/insights/pricing";

/// Two clients whose work brings $1,000 a month and costs $600, one of them with a rise agreed; and one who
/// buys something of which nobody knows what it costs.
pub(crate) async fn portfolio(office: &Office) {
    let managed = office.service(1, Offering::Service).await;
    let licences = office.service(2, Offering::Product).await;
    for number in 1..=2 {
        let client = office.client(number).await;
        office.charged(client, &[100_000; 12]).await;
        office.worked(client, 12, Some(60_000)).await;
        let line = (managed, Offering::Service, 10, 10_000);
        let agreement = office.agreed(number, client, &[line]).await;
        if number == 2 {
            office.rises(agreement, client, 3).await;
        }
    }
    let third = office.client(3).await;
    office.agreed(3, third, &[(licences, Offering::Product, 5, 2_000)]).await;
}

#[tokio::test]
async fn a_raise_is_what_the_target_needs_and_totals_are_the_sums_of_rows() {
    let office = Office::new().await;
    portfolio(&office).await;
    office.analysed().await;
    let answer = office.get(PATH).await;
    assert_eq!(
        (&answer["reason"], &answer["analysis"]["model"]),
        (&Value::Null, &json!("pricing/1"))
    );
    let assumed = &answer["assumptions"];
    assert_eq!(
        [&assumed["targetMargin"], &assumed["floorMargin"], &assumed["churnUplift"]],
        [50, 35, 5]
    );
    assert_eq!((&assumed["labourKey"], &assumed["raiseCap"]), (&json!("revenue"), &json!(20)));
    assert_eq!(assumed["published"]["year"], 2024);
    let agreements = rows(&answer, "agreements");
    let called: Vec<_> = agreements.iter().map(|it| (&it["name"], &it["client"])).collect();
    let named =
        |number: u8| (json!(format!("Agreement {number}")), json!(format!("Client {number}")));
    let expected = [named(1), named(2), named(3)];
    assert_eq!(called, expected.iter().map(|(one, two)| (one, two)).collect::<Vec<_>>());
    // $7,200 of labour a year at a margin of half is $14,400: $120 a user instead of $100.
    let first = &agreements[0]["pricing"];
    assert_eq!((&first["advice"], cents(&first["targetRevenue"])), (&json!("raise"), 1_440_000));
    let line = &rows(first, "lines")[0];
    let prices =
        ["unitPrice", "agreedPrice", "costPrice", "floorPrice", "targetPrice", "proposedPrice"];
    let prices = prices.map(|name| cents(&line[name]));
    assert_eq!(prices, [10_000, 10_000, 6_000, 9_231, 12_000, 12_000]);
    let raise = &first["raise"];
    assert_eq!(
        ["gain", "expectedLoss", "expected"].map(|name| cents(&raise[name])),
        [240_000, 72_000, 168_000]
    );
    assert_eq!(raise["breakEvenChurn"].to_string(), "0.333333");
    assert_eq!(agreements[0]["earliest"]["by"], "nothing_agreed");
    // What was agreed to rise in October is not won by the proposal.
    assert_eq!(
        agreements[1]["earliest"],
        json!({"on": "2026-10-01", "by": "agreed_rise", "noticeBy": null})
    );
    assert_eq!(cents(&rows(&agreements[1]["pricing"], "lines")[0]["agreedPrice"]), 10_300);
    // Nobody said what the licences cost.
    let third = &agreements[2];
    assert_eq!(
        (&third["pricing"], &third["reason"], &third["have"]),
        (&Value::Null, &json!("uncosted_lines"), &json!(1))
    );
    let totals = &answer["totals"];
    assert_eq!([&totals["agreements"], &totals["unknown"], &totals["raises"]], [3, 1, 2]);
    for (total, row) in
        [("gain", "gain"), ("expectedLoss", "expectedLoss"), ("expected", "expected")]
    {
        let sum: i64 = agreements[..2].iter().map(|it| cents(&it["pricing"]["raise"][row])).sum();
        assert_eq!(cents(&totals[total]), sum, "{total}");
    }
    for name in ["revenue", "cost"] {
        let sum: i64 = agreements[..2].iter().map(|it| cents(&it["pricing"][name])).sum();
        assert_eq!(cents(&totals[name]), sum, "{name}");
    }
    // One that is not shown is in the sums.
    let one = office.get(&format!("{PATH}?limit=1")).await;
    assert_eq!((rows(&one, "agreements").len(), &one["totals"]), (1, totals));
}

#[tokio::test]
async fn what_is_wanted_is_asked_for_and_wrong_words_are_refused_by_name() {
    let office = Office::new().await;
    portfolio(&office).await;
    office.analysed().await;
    let modest = office.get(&format!("{PATH}?targetMargin=40&floorMargin=40")).await;
    assert_eq!((&modest["totals"]["raises"], cents(&modest["totals"]["gain"])), (&json!(0), 0));
    let first = &rows(&modest, "agreements")[0]["pricing"];
    assert_eq!((&first["advice"], &first["belowFloor"]), (&json!("on_target"), &json!(false)));
    let afraid = office.get(&format!("{PATH}?churnUplift=17")).await;
    let advice: Vec<_> =
        rows(&afraid, "agreements").iter().map(|it| it["pricing"]["advice"].clone()).collect();
    assert!(advice.contains(&json!("not_worth_it")), "{advice:?}");
    let wrong = [
        ("targetMargin=96", "query.targetMargin"),
        ("targetMargin=-1", "query.targetMargin"),
        ("targetMargin=half", "query.targetMargin"),
        ("floorMargin=51", "query.floorMargin"),
        ("targetMargin=20&floorMargin=30", "query.floorMargin"),
        ("churnUplift=101", "query.churnUplift"),
        ("limit=0", "query.limit"),
    ];
    for (query, field) in wrong {
        let answer = office.ask(Method::GET, &format!("{PATH}?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
        assert!(answer.text.contains(field), "{query}: {}", answer.text);
    }
    // A low target takes the floor down with it.
    assert_eq!(
        office.get(&format!("{PATH}?targetMargin=20")).await["assumptions"]["floorMargin"],
        20
    );
}

#[tokio::test]
async fn work_without_a_rate_and_short_histories_have_no_price() {
    let office = Office::new().await;
    let managed = office.service(1, Offering::Service).await;
    let line = (managed, Offering::Service, 10, 10_000);
    let (uncosted, young) = (office.client(1).await, office.client(2).await);
    office.charged(uncosted, &[100_000; 6]).await;
    office.worked(uncosted, 6, None).await;
    office.charged(young, &[100_000; 2]).await;
    office.agreed(1, uncosted, &[line]).await;
    office.agreed(2, young, &[line]).await;
    office.analysed().await;
    let answer = office.get(PATH).await;
    let told: Vec<_> = rows(&answer, "agreements")
        .iter()
        .map(|it| [&it["reason"], &it["have"], &it["needed"], &it["pricing"]].map(Value::clone))
        .collect();
    let seconds = 6 * 36_000;
    assert_eq!(
        told,
        [
            [json!("uncosted_time"), json!(seconds), Value::Null, Value::Null],
            [json!("too_few_months"), json!(2), json!(3), Value::Null],
        ]
    );
}

#[tokio::test]
async fn before_an_analysis_and_for_others_there_is_nothing() {
    let office = Office::new().await;
    let before = office.get(PATH).await;
    assert_eq!((&before["reason"], &before["totals"]), (&json!("not_analysed"), &Value::Null));
    portfolio(&office).await;
    office.analysed().await;
    let viewer = Ctx { grant: Grant::Role(Role::Viewer), ..office.ctx() };
    assert!(matches!(analyses::prices(&viewer).await, Err(Error::Forbidden)));
    assert!(matches!(analyses::white_space(&viewer).await, Err(Error::Forbidden)));
    let other = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    for path in ["/api/ai/insights/pricing", "/api/ai/predictions/growth"] {
        let answer = office.world.ask(Method::GET, path, &other, None).await.json();
        assert_eq!(answer["data"]["reason"], "not_analysed", "{path}");
    }
}
