//! How revenue goes on, from what was invoiced.

use axum::http::Method;
use clearmargin_domain::period::Month;
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

const FORECASTING: &str = "/analytics/revenue-forecasting";

impl Desk {
    /// Issues an invoice over so many dollars on the tenth of a month.
    async fn invoiced_in(&self, month: Month, dollars: i64) {
        let mut draft = self.draft(dollars);
        draft["day"] = json!(format!("{month}-10"));
        let path = path_of(&self.post("/invoices", &draft).await);
        self.post(&format!("{path}/issue"), &Value::Null).await;
    }

    /// Invoices of the months up to June 2026, the last one that is over.
    pub(crate) async fn has_invoiced(&self, dollars: &[i64]) {
        let july: Month = "2026-07".parse().unwrap();
        for (back, dollars) in (1..).zip(dollars.iter().rev()) {
            if *dollars > 0 {
                self.invoiced_in(july.plus(-back), *dollars).await;
            }
        }
        self.world.settle().await;
    }
}

/// Two years that rise by 100 a month, with a quiet summer and a busy December.
pub(crate) fn two_years() -> Vec<i64> {
    let of = |month: i64| {
        let season = match month % 12 {
            0 | 1 => -1_500,
            5 => 2_500,
            _ => 0,
        };
        10_000 + 100 * month + season
    };
    (0..24).map(of).collect()
}

fn texts(rows: &Value, field: &str) -> Vec<String> {
    rows.as_array().unwrap().iter().map(|row| row[field].to_string()).collect()
}

#[tokio::test]
async fn revenue_goes_on_as_it_has_come_with_what_that_was_worth() {
    let desk = Desk::new().await;
    desk.has_invoiced(&two_years()).await;
    let answer = desk.get(&format!("{FORECASTING}?months=6")).await;
    assert_eq!(
        answer["history"],
        json!({
            "period": {"from": "2024-07", "to": "2026-06"},
            "months": 24,
            "monthsWithoutDocuments": 0,
        })
    );
    assert_eq!((&answer["currency"], &answer["formula"]), (&json!("USD"), &json!("forecast/3")));
    let forecast = &answer["forecast"];
    let members = forecast["members"].as_array().unwrap();
    assert_eq!(members.len(), 5, "complex smoothing needs three years: {members:?}");
    assert_eq!(
        texts(&forecast["months"], "month").join(" ").replace('"', ""),
        "2026-07 2026-08 2026-09 2026-10 2026-11 2026-12"
    );
    // The summer is low again, December high; the same month of the last year is 1,200 lower than
    // what is to come.
    assert_eq!(
        texts(&forecast["months"], "seasonalNaive").join(" "),
        "9700.00 9800.00 11400.00 11500.00 11600.00 14200.00"
    );
    assert_eq!(
        texts(&forecast["months"], "expected").join(" "),
        "10581.47 10695.33 12225.08 12225.08 12225.08 14200.00"
    );
    for month in forecast["months"].as_array().unwrap() {
        let number = |value: &Value| value.as_f64().unwrap();
        let bands = month["bands"].as_array().unwrap();
        assert_eq!(texts(&month["bands"], "level"), ["50", "80", "95"]);
        let lows = bands.iter().rev().map(|band| number(&band["low"]));
        let highs = bands.iter().map(|band| number(&band["high"]));
        let ends: Vec<f64> = lows.chain([number(&month["expected"])]).chain(highs).collect();
        assert!(ends.is_sorted(), "{ends:?}");
    }
    // Looked back from the last twelve months: 7 × 6 + 5 + 4 + 3 + 2 + 1 months.
    let backtest = &forecast["backtest"];
    assert_eq!((&backtest["origins"], &backtest["tested"]), (&json!(12), &json!(57)));
    assert_eq!(backtest["seasonalNaiveWasBetter"], json!(false));
    assert_eq!(backtest["seasonalNaive"]["mae"].to_string(), "1200.00");
    assert_eq!(texts(&backtest["coverage"], "level"), ["50", "80", "95"]);

    // What the current month has so far tells nothing of it.
    desk.invoiced_in("2026-07".parse().unwrap(), 1).await;
    desk.world.settle().await;
    assert_eq!(desk.get(FORECASTING).await, answer);
    // All of it is products or work.
    let products = desk.get(&format!("{FORECASTING}?basis=product")).await;
    let work = desk.get(&format!("{FORECASTING}?basis=service")).await;
    let expected = |answer: &Value| answer["forecast"]["months"][0]["expected"].to_string();
    assert!([expected(&products), expected(&work)].contains(&"0.00".to_owned()));
    assert!([expected(&products), expected(&work)].contains(&expected(&answer)));
}

#[tokio::test]
async fn too_few_months_have_no_forecast_and_say_how_many_it_takes() {
    let desk = Desk::new().await;
    let nothing = desk.get(FORECASTING).await;
    assert_eq!((&nothing["history"], &nothing["forecast"]), (&Value::Null, &Value::Null));
    assert_eq!(nothing["noAnswer"], "not_enough_data");
    assert_eq!(texts(&nothing["contracted"], "amount"), ["0.00"; 6]);

    // Eleven months are over, one of them without a document.
    desk.has_invoiced(&[500, 510, 0, 530, 540, 550, 560, 570, 580, 590, 600]).await;
    let eleven = desk.get(FORECASTING).await;
    assert_eq!(
        (&eleven["forecast"], &eleven["noAnswer"]),
        (&Value::Null, &json!("not_enough_data"))
    );
    assert_eq!((&eleven["monthsNeeded"], &eleven["history"]["months"]), (&json!(12), &json!(11)));
    assert_eq!(eleven["history"]["monthsWithoutDocuments"], json!(1));

    desk.invoiced_in("2025-07".parse().unwrap(), 490).await;
    desk.world.settle().await;
    let twelve = desk.get(&format!("{FORECASTING}?months=1")).await;
    assert_eq!((&twelve["noAnswer"], &twelve["history"]["months"]), (&Value::Null, &json!(12)));
    assert_eq!(texts(&twelve["forecast"]["months"], "seasonalNaive"), ["490.00"]);
}

#[tokio::test]
async fn what_cannot_be_asked_is_named_and_others_see_nothing() {
    let desk = Desk::new().await;
    for (query, field) in [("months=0", "query.months"), ("months=13", "query.months")] {
        let path = format!("{FORECASTING}?{query}");
        assert_eq!(desk.ask(Method::GET, &path, &Value::Null).await.refused().0, field);
    }
    for query in ["months=300", "months=x", "basis=profit"] {
        let path = format!("{FORECASTING}?{query}");
        assert_eq!(
            desk.ask(Method::GET, &path, &Value::Null).await.status.as_u16(),
            422,
            "{query}"
        );
    }
    desk.has_invoiced(&[100; 12]).await;
    let other = desk.world.owner("eve@example.com").await;
    let path = format!("/api{FORECASTING}");
    let answer = desk.world.get(&path, Some(other.access_token.expose())).await.json();
    assert_eq!(answer["data"]["history"], Value::Null);
}
