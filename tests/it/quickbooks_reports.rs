//! What clients owe and what came in is what the books say, on every day and in every month.

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

/// The amounts of a section of a report, column by column, the total last.
pub(crate) fn section(report: &Value, group: &str) -> Row {
    let rows = report["Rows"]["Row"].as_array().unwrap();
    let row = rows.iter().find(|row| row["group"] == group).unwrap();
    let cells = row["Summary"]["ColData"].as_array().unwrap();
    cells.iter().skip(1).map(|cell| cents(cell["value"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_quickbooks_reports_of_24_months_is_what_we_say() {
    let bench = Bench::over(generate(BOOKS, 1)).await;
    let token = bench.techwave().await;
    let compared = owed_at_month_ends(&bench, &token, MONTHS).await;
    assert!(compared > 24 * 20, "{compared}");
    earned_by_month(&bench, &token, MONTHS).await;
    settled_by_month(&bench, &token, MONTHS).await;
    assert_eq!(bench.drift().await, 0);
}

/// Compares what is owed at the ends of the last months, client by client; how many rows there were.
pub(crate) async fn owed_at_month_ends(bench: &Bench, token: &str, months: i32) -> usize {
    let mut compared = 0;
    for day in (0..months).map(last_day) {
        let path = format!("reports/AgedReceivables?report_date={day}&minorversion=75");
        let report = bench.in_quickbooks(Method::GET, &path, &Value::Null).await;
        let path = format!("/api/analytics/outstanding-payments?day={day}");
        let answer = bench.get(&path, token).await.data();
        let ((rows, total), (expected, whole)) = (ours(&answer), theirs(&report));
        assert_eq!(total, whole, "{day}");
        assert_eq!(rows, expected, "{day}");
        compared += rows.len();
    }
    compared
}

/// Compares the revenue of the last months.
pub(crate) async fn earned_by_month(bench: &Bench, token: &str, months: i32) {
    let (from, to) = (last_day(months - 1).first_of_month(), last_day(0));
    let path = format!(
        "reports/ProfitAndLoss?start_date={from}&end_date={to}&summarize_column_by=Month\
         &accounting_method=Accrual&minorversion=75"
    );
    let report = bench.in_quickbooks(Method::GET, &path, &Value::Null).await;
    let months = format!("from={}&to={}", from.strftime("%Y-%m"), to.strftime("%Y-%m"));
    let path = format!("/api/analytics/revenue-trends?{months}");
    let answer = bench.get(&path, token).await.data();
    let revenue = |row: &Value| cents(&row["revenue"].to_string());
    let mut ours: Row = answer["months"].as_array().unwrap().iter().map(revenue).collect();
    assert!(ours.iter().all(|minor| *minor > 0), "{ours:?}");
    ours.push(revenue(&answer["total"]));
    assert_eq!(ours, section(&report, "Income"));
}

/// Of every document that was brought it is known how it was settled, and all money that came in has no
/// method, since QuickBooks tells none.
pub(crate) async fn settled_by_month(bench: &Bench, token: &str, months: i32) {
    let months = format!(
        "from={}&to={}",
        last_day(months - 1).strftime("%Y-%m"),
        last_day(0).strftime("%Y-%m")
    );
    let path = format!("/api/analytics/payment-status?{months}");
    let answer = bench.get(&path, token).await.data();
    let money = |row: &Value, name: &str| cents(&row[name].to_string());
    for month in answer["months"].as_array().unwrap() {
        let settled = ["paid", "credited", "writtenOff", "open"].map(|name| money(month, name));
        assert_eq!(settled.iter().sum::<i64>(), money(month, "charged"), "{month}");
        assert_eq!(money(month, "settledOtherwise"), 0, "{month}");
        assert!(money(month, "charged") > 0, "{month}");
    }
    let total = &answer["total"];
    assert!(money(total, "paid") > 0 && !total["averageDaysToPay"].is_null(), "{total}");
    let path = format!("/api/analytics/payment-methods?{months}");
    let methods = bench.get(&path, token).await.data();
    let names: Vec<_> =
        methods["methods"].as_array().unwrap().iter().map(|row| &row["method"]).collect();
    assert_eq!(names, ["unknown"]);
}
