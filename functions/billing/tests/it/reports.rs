//! A report says the same on the screen, as comma-separated values and as a workbook. The files are
//! read by programs that know nothing of how they were written.

use std::io::Cursor;

use axum::http::Method;
use calamine::{Data, Reader as _, Xlsx};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{desk::Desk, forecast::two_years};

/// Every report, the rows of its leading table, and its row of totals.
const REPORTS: [(&str, &str, &str); 10] = [
    ("statements?clientId={client}&from=2026-04-01&to=2026-07-01", "lines", ""),
    ("analytics/outstanding-payments?day=2026-07-01", "clients", "total"),
    ("analytics/revenue-trends?from=2026-05&to=2026-07", "months", "total"),
    ("analytics/recurring-revenue?from=2026-01&to=2026-07", "months", ""),
    ("analytics/recurring-revenue?basis=invoice&from=2026-01&to=2026-07", "months", ""),
    ("analytics/payment-status?from=2026-04&to=2026-07", "months", "total"),
    ("analytics/payment-methods?from=2026-04&to=2026-07", "months", ""),
    ("analytics/billing-efficiency?from=2026-04&to=2026-07", "months", "total"),
    ("analytics/revenue-forecasting?months=3", "forecast.months", ""),
    ("analytics/days-sales-outstanding?month=2026-06", "", ""),
];

/// A desk where something is owed, paid and recurring.
async fn busy() -> Desk {
    let desk = Desk::new().await;
    desk.flat(1).await;
    for (price, day) in [("100.07", "2026-04-02"), ("250.70", "2026-06-20"), ("75", "2026-07-01")] {
        let mut draft = desk.draft(0);
        draft["day"] = json!(day);
        draft["lines"][0]["unitPrice"] = json!(price);
        let draft = desk.post("/invoices", &draft).await;
        let path = crate::desk::path_of(&draft);
        desk.post(&format!("{path}/issue"), &Value::Null).await;
        let part = json!({"amount": "30.01", "currency": "USD"});
        desk.done(Method::PUT, &format!("{path}/payment"), &part).await;
    }
    desk.has_invoiced(&two_years()).await;
    desk
}

#[tokio::test]
async fn every_format_of_a_report_carries_the_same_numbers() {
    let desk = Box::pin(busy()).await;
    for (report, rows, total) in REPORTS {
        let path = format!("/{report}").replace("{client}", &desk.client.to_string());
        let shown = desk.get(&path).await;
        let ask = async |format: &str| {
            desk.ask(Method::GET, &format!("{path}&format={format}"), &Value::Null).await
        };
        let csv = ask("csv").await;
        assert_eq!(csv.header("content-type"), "text/csv");
        assert!(csv.header("content-disposition").ends_with(".csv\""), "{csv:?}");
        compare_lines(&csv.bytes, &shown, rows, total);
        let book = ask("xlsx").await;
        assert!(book.header("content-type").ends_with("spreadsheetml.sheet"), "{book:?}");
        assert_eq!(in_workbook(&book.bytes), numbers(&shown), "{report}");
        assert_eq!(ask("xlsx").await.bytes, book.bytes);
        assert_eq!(
            desk.refused(Method::GET, &format!("{path}&format=pdf"), &Value::Null).await,
            "422 invalid"
        );
    }
}

/// Each line says what its row of the answer does, under the same names.
fn compare_lines(csv: &[u8], shown: &Value, rows: &str, total: &str) {
    let mut reader = csv::Reader::from_reader(csv);
    let headings = reader.headers().unwrap().clone();
    let lines: Vec<_> = reader.records().map(Result::unwrap).collect();
    if rows.is_empty() {
        for line in &lines {
            assert_eq!(said(shown, &line[0]), line[1], "{line:?}");
        }
        assert!(!lines.is_empty());
        return;
    }
    let rows = part(shown, rows).as_array().unwrap();
    let total = shown.get(total);
    assert!(!rows.is_empty());
    assert_eq!(lines.len(), rows.len() + usize::from(total.is_some()));
    for (line, row) in lines.iter().zip(rows.iter().chain(total)) {
        for (heading, cell) in headings.iter().zip(line) {
            let whole = heading.starts_with("asOf.")
                || shown
                    .get(heading)
                    .is_some_and(|it| !it.is_object() && row.get(heading).is_none());
            let expected = said(if whole { shown } else { row }, heading);
            let titled = cell == "Total" && Some(row) == total;
            assert!(titled || cell == expected, "{heading} of {row}: {cell}");
        }
    }
}

/// A part of an answer; those of a list are numbered from one.
fn part<'a>(value: &'a Value, at: &str) -> &'a Value {
    at.split('.').fold(value, |value, member| match member.parse::<usize>() {
        Ok(number) if value.is_array() => &value[number - 1],
        _ => &value[member],
    })
}

/// A part of an answer in words; nothing where it has none.
fn said(value: &Value, at: &str) -> String {
    match part(value, at) {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// All numbers of an answer, in order.
fn numbers(value: &Value) -> Vec<Decimal> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found.sort();
    found
}

fn collect(value: &Value, found: &mut Vec<Decimal>) {
    match value {
        Value::Number(number) => {
            found.push(number.to_string().parse::<Decimal>().unwrap().normalize());
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(members) => {
            // The level of a band is said by the titles of its columns.
            let titled = |name: &str| name == "level" && members.contains_key("low");
            let members = members.iter().filter(|(name, _)| !titled(name));
            members.for_each(|(_, value)| collect(value, found));
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// All numbers of a workbook, in order.
fn in_workbook(bytes: &[u8]) -> Vec<Decimal> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    let sheets = book.worksheets();
    let cells = sheets.iter().flat_map(|(_, range)| range.used_cells());
    let number = |(_, _, cell): (usize, usize, &Data)| match cell {
        Data::Float(number) => Some(number.to_string().parse::<Decimal>().unwrap().normalize()),
        Data::Int(number) => Some(Decimal::from(*number)),
        _ => None,
    };
    let mut found: Vec<_> = cells.filter_map(number).collect();
    found.sort();
    found
}
