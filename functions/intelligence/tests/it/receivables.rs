//! When open invoices will be paid, how likely each is to be late, and what comes in.

use axum::http::Method;
use clearmargin_domain::{
    id::ClientId,
    payment::PaymentKind::{Received, WriteOff},
};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    office::{Office, after},
    wire::{cents, exact, rows},
};

const TODAY: Date = date(2026, 7, 1);
const CASH: &str = "/predictions/cash";
const LATE: &str = "/predictions/late-payments";

/// A client with so many invoices that it paid after about so many days.
async fn payer(office: &Office, number: u128, paid: i64, days: i64) -> ClientId {
    let client = office.client(number).await;
    for at in 0..paid {
        let day = after(TODAY, -60 - at * 15);
        office.settled(client, day, 50_003 + at, (days + at % 3, Received)).await;
    }
    client
}

/// One who pays early and one who pays late, with an open invoice each, and one who never paid a whole one.
pub(crate) async fn portfolio(office: &Office) -> [ClientId; 3] {
    let early = payer(office, 1, 22, 10).await;
    let late = payer(office, 2, 22, 52).await;
    let never = office.client(3).await;
    office.billed(early, after(TODAY, -3), 100_001, 100_001).await;
    office.billed(never, after(TODAY, -200), 5_000, 3_333).await;
    office.billed(late, after(TODAY, -9), 70_000, 70_000).await;
    // So old that nobody reads its month any more, and still open.
    office.billed(never, after(TODAY, -1_500), 40_000, 40_000).await;
    [early, late, never]
}

#[tokio::test]
async fn thirteen_weeks_and_what_comes_later_are_what_is_owed_to_the_cent() {
    let office = Office::new().await;
    let [early, late, never] = portfolio(&office).await;
    office.analysed().await;
    let answer = office.get(CASH).await;
    assert_eq!((&answer["reason"], &answer["currency"]), (&Value::Null, &json!("USD")));
    assert_eq!(answer["analysis"]["model"], "receivables/2");
    let learned = json!({"invoices": 44, "invoicesNeeded": 40, "leftOut": 0});
    assert_eq!(answer["learnedFrom"], learned);
    let forecast = &answer["forecast"];
    assert_eq!(cents(&forecast["open"]), 213_334);
    let clients = rows(forecast, "clients");
    let ids: Vec<_> = clients.iter().map(|client| client["clientId"].clone()).collect();
    assert_eq!(ids, [early, late, never].map(|id| json!(id.to_string())));
    assert_eq!(clients[0]["name"], "Client 1");
    let weeks = rows(forecast, "weeks");
    assert_eq!((weeks.len(), &weeks[0]["from"]), (13, &json!("2026-07-01")));
    assert_eq!(weeks[12]["to"], "2026-09-29");
    for (at, week) in weeks.iter().enumerate() {
        let parts = clients.iter().map(|client| cents(&client["weeks"][at]));
        assert_eq!(parts.sum::<i64>(), cents(&week["expected"]), "{week}");
    }
    for client in clients {
        let weeks: i64 = rows(client, "weeks").iter().map(cents).sum();
        assert_eq!(weeks, cents(&client["expected"]));
        assert_eq!(weeks + cents(&client["later"]), cents(&client["open"]));
    }
    let total: i64 = weeks.iter().map(|week| cents(&week["expected"])).sum();
    assert_eq!(total, cents(&forecast["expected"]));
    assert_eq!(total + cents(&forecast["later"]), cents(&forecast["open"]));
    // Who pays after ten days pays what it got three days ago within two weeks, the other does not.
    let soon = |client: &Value| cents(&client["weeks"][0]) + cents(&client["weeks"][1]);
    assert!(soon(&clients[0]) > 95_000, "{}", clients[0]);
    assert!(soon(&clients[1]) < 40_000, "{}", clients[1]);
}

#[tokio::test]
async fn the_most_expected_to_be_late_comes_first_and_reasons_add_up() {
    let office = Office::new().await;
    let [early, late, never] = portfolio(&office).await;
    office.analysed().await;
    let told = office.get(LATE).await;
    let prediction = &told["prediction"];
    let invoices = rows(prediction, "invoices");
    assert_eq!((invoices.len(), &prediction["count"]), (4, &json!(4)));
    assert_eq!(cents(&prediction["open"]), 213_334);
    assert_eq!(cents(&prediction["alreadyLate"]), 43_333);
    let expected: Vec<i64> = invoices.iter().map(|it| cents(&it["expectedLate"])).collect();
    assert!(expected.is_sorted_by(|a, b| a >= b), "{expected:?}");
    assert_eq!(expected.iter().sum::<i64>(), cents(&prediction["expectedLate"]));
    let of = |client: ClientId, open: i64| {
        let wanted = json!(client.to_string());
        let mut found = invoices.iter();
        found.find(|it| it["clientId"] == wanted && cents(&it["open"]) == open).unwrap()
    };
    for it in [of(never, 3_333), of(never, 40_000)] {
        assert_eq!((&it["alreadyLate"], &it["probability"]), (&json!(true), &json!(1)));
        assert_eq!((&it["odds"], &it["expectedLate"]), (&Value::Null, &it["open"]));
    }
    let (good, bad) = (of(early, 100_001), of(late, 70_000));
    assert!(exact(&good["probability"]) < Decimal::new(5, 2), "{good}");
    assert!(exact(&bad["probability"]) > Decimal::new(95, 2), "{bad}");
    assert_eq!(bad, &invoices[0]);
    for it in [good, bad] {
        let odds = &it["odds"];
        let reasons = rows(odds, "reasons").iter().map(|reason| exact(&reason["logOdds"]));
        assert_eq!(exact(&odds["base"]) + reasons.sum::<Decimal>(), exact(&odds["logOdds"]));
        let [near, far] = rows(it, "bands") else { panic!("two bands: {it}") };
        assert_eq!((&near["level"], &far["level"]), (&json!(80), &json!(95)));
        let day = |of: &Value, name: &str| of[name].as_str().unwrap().parse::<Date>().unwrap();
        assert!(TODAY <= day(far, "from") && day(far, "from") <= day(near, "from"));
        assert!(day(near, "from") <= day(it, "expectedDay"));
        assert!(day(it, "expectedDay") <= day(near, "to") && day(near, "to") <= day(far, "to"));
    }
    let about = bad["expectedDay"].as_str().unwrap().parse::<Date>().unwrap();
    assert!((about - after(TODAY, 44)).get_days().abs() <= 4, "{bad}");
    let fewer = office.get(&format!("{LATE}?limit=1")).await;
    assert_eq!(rows(&fewer["prediction"], "invoices"), &invoices[..1]);
    assert_eq!(fewer["prediction"]["expectedLate"], prediction["expectedLate"]);
    for limit in ["0", "101", "x"] {
        let answer = office.ask(Method::GET, &format!("{LATE}?limit={limit}")).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
}

#[tokio::test]
async fn too_few_paid_invoices_are_told_with_what_is_needed() {
    let office = Office::new().await;
    for path in [CASH, LATE] {
        let before = office.get(path).await;
        assert_eq!(
            (&before["reason"], &before["learnedFrom"]),
            (&json!("not_analysed"), &Value::Null)
        );
    }
    let client = payer(&office, 1, 39, 20).await;
    // What was written off in the end was not paid, nor is it known when this one was.
    office.settled(client, date(2026, 3, 2), 9_000, (40, WriteOff)).await;
    office.billed(client, date(2026, 3, 3), 8_000, 0).await;
    office.billed(client, date(2026, 6, 20), 8_000, 8_000).await;
    office.analysed().await;
    let learned = json!({"invoices": 39, "invoicesNeeded": 40, "leftOut": 2});
    for (path, what) in [(CASH, "forecast"), (LATE, "prediction")] {
        let answer = office.get(path).await;
        assert_eq!((&answer["reason"], &answer[what]), (&json!("not_enough_data"), &Value::Null));
        assert_eq!(answer["learnedFrom"], learned);
    }
    office.settled(client, date(2026, 4, 4), 7_000, (20, Received)).await;
    office.analysed().await;
    assert_eq!(office.get(CASH).await["reason"], Value::Null);
    assert_eq!(office.get(LATE).await["prediction"]["count"], 1);
}
