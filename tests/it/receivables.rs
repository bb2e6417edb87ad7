//! What clients owe is what the books say, on every day that one asks for.

use clearmargin_simulators::techwave::{Scale, generate};
use jiff::civil::{Date, date};
use reqwest::Method;
use serde_json::Value;

use crate::bench::Bench;

/// Every client and more than the two years that are compared; hardly any work.
const BOOKS: Scale = Scale { clients: 50, months: 30, technicians: 3, tickets: 20, worklogs: 20 };
const MONTHS: i32 = 24;
const COLUMNS: [&str; 6] =
    ["current", "days1To30", "days31To60", "days61To90", "daysOver90", "total"];

/// Columns of amounts in cents.
type Row = Vec<i64>;

fn cents(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{}{part:0<2}", if whole.is_empty() { "0" } else { whole });
    digits.parse().unwrap()
}

/// The customers' rows of a report, and its total.
fn theirs(report: &Value) -> (Vec<Row>, Row) {
    let amounts = |cells: &Value| -> Row {
        let cells = cells.as_array().unwrap().iter().skip(1);
        cells.map(|cell| cents(cell["value"].as_str().unwrap())).collect()
    };
    let (mut rows, mut total) = (Vec::new(), Row::new());
    for row in report["Rows"]["Row"].as_array().unwrap() {
        if row["group"] == "GrandTotal" {
            total = amounts(&row["Summary"]["ColData"]);
        } else if row["ColData"].is_array() {
            rows.push(amounts(&row["ColData"]));
        } else {
            rows.push(amounts(&row["Summary"]["ColData"]));
        }
    }
    rows.sort_unstable();
    (rows, total)
}

/// The same of our answer.
fn ours(answer: &Value) -> (Vec<Row>, Row) {
    let amounts = |row: &Value| -> Row {
        COLUMNS.iter().map(|column| cents(&row[column].to_string())).collect()
    };
    let mut rows: Vec<_> = answer["clients"].as_array().unwrap().iter().map(amounts).collect();
    rows.sort_unstable();
    (rows, amounts(&answer["total"]))
}

fn last_day(back: i32) -> Date {
    let month = (2026 * 12 + 9) - back;
    let (year, number) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    date(i16::try_from(year).unwrap(), i8::try_from(number).unwrap(), 1).last_of_month()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_clients_owed_at_the_end_of_24_months_is_what_quickbooks_says() {
    let bench = Bench::over(generate(BOOKS, 1)).await;
    let token = bench.techwave().await;
    let mut compared = 0;
    for day in (0..MONTHS).map(last_day) {
        let path = format!("reports/AgedReceivables?report_date={day}&minorversion=75");
        let report = bench.in_quickbooks(Method::GET, &path, &Value::Null).await;
        let path = format!("/api/analytics/outstanding-payments?day={day}");
        let answer = bench.get(&path, &token).await.data();
        let ((rows, total), (expected, whole)) = (ours(&answer), theirs(&report));
        assert_eq!(total, whole, "{day}");
        assert_eq!(rows, expected, "{day}");
        compared += rows.len();
    }
    assert!(compared > 24 * 20, "{compared}");
    assert_eq!(bench.drift().await, 0);
}
