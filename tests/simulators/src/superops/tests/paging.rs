//! Pages, order, and readers that meet changing records.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::app::App;
use crate::faults::{FaultKind, FaultPlan};

const TICKETS: &str = "query($in: ListInfoInput!) { getTicketList(input: $in) {
    tickets { ticketId updatedTime priority } listInfo { page pageSize hasMore totalCount sort { attribute order } condition } } }";

async fn page(app: &App, list_info: Value) -> (Vec<Value>, Value) {
    let data = app.data(TICKETS, json!({ "in": list_info })).await;
    let list = &data["getTicketList"];
    (list["tickets"].as_array().unwrap().clone(), list["listInfo"].clone())
}

fn sorted(order: &str) -> Value {
    json!([{ "attribute": "updatedTime", "order": order }])
}

#[tokio::test]
async fn pages_cover_the_list_and_only_the_last_has_no_more() {
    let app = App::new();
    let mut seen = Vec::new();
    for number in 1..=5 {
        let (rows, info) = page(&app, json!({ "page": number, "pageSize": 100 })).await;
        let more = if number < 5 { json!(true) } else { Value::Null };
        assert_eq!((&info["hasMore"], &info["totalCount"]), (&more, &json!(450)));
        assert_eq!(info["page"], number);
        seen.extend(rows.into_iter().map(|row| row["ticketId"].clone()));
    }
    let inserted: Vec<_> = app.seed.tickets.iter().map(|row| row["ticketId"].clone()).collect();
    assert_eq!(seen, inserted);
    let (rows, info) = page(&app, json!({ "page": 6, "pageSize": 100 })).await;
    assert_eq!((rows.len(), &info["hasMore"]), (0, &Value::Null));
}

#[tokio::test]
async fn lists_are_sorted_both_ways_and_the_input_is_echoed() {
    let app = App::new();
    let times = async |order: &str| {
        let (rows, info) = page(&app, json!({ "sort": sorted(order) })).await;
        assert_eq!(info["sort"], sorted(order));
        let times = rows.into_iter().map(|row| row["updatedTime"].as_str().unwrap().to_owned());
        times.collect::<Vec<_>>()
    };
    assert!(times("ASC").await.is_sorted());
    assert!(times("DESC").await.is_sorted_by(|left, right| left >= right));
}

#[tokio::test]
async fn impossible_pages_and_sorts_are_refused() {
    let app = App::new();
    for list_info in [
        json!({ "pageSize": 101 }),
        json!({ "pageSize": 0 }),
        json!({ "page": 0 }),
        json!({ "sort": [{ "attribute": "colour", "order": "ASC" }] }),
    ] {
        let code = app.code(TICKETS, json!({ "in": list_info })).await;
        assert_eq!(code, "type_validation_failed", "{list_info}");
    }
}

fn changing(touched_per_page: u32) -> FaultPlan {
    let kinds = vec![FaultKind::RecordsChangedBetweenPages];
    FaultPlan { per_mille: 1000, kinds, touched_per_page, ..FaultPlan::default() }
}

/// Reads along the time of the last change, with an overlap of one second, and keeps the newest of
/// what it meets more than once.
async fn read_along(app: &App) -> BTreeMap<String, Value> {
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    let mut from: Option<String> = None;
    loop {
        let condition = from
            .as_ref()
            .map(|from| json!({ "attribute": "updatedTime", "operator": "after", "value": from }));
        let list_info = json!({ "pageSize": 50, "sort": sorted("ASC"), "condition": condition });
        let (rows, info) = page(app, list_info).await;
        let last = rows.last().map(|row| row["updatedTime"].as_str().unwrap().to_owned());
        for row in rows {
            known.insert(row["ticketId"].as_str().unwrap().to_owned(), row);
        }
        if info["hasMore"].is_null() {
            return known;
        }
        let before: jiff::civil::DateTime = last.unwrap().parse().unwrap();
        from = Some((before - jiff::Span::new().seconds(1)).to_string());
    }
}

#[tokio::test]
async fn a_reader_along_the_change_time_ends_with_every_record_as_it_is() {
    let app = App::with(|_| {}, changing(3));
    let known = read_along(&app).await;
    let raw = app.get("/_raw").await;
    let tickets = raw["tickets"].as_array().unwrap();
    assert!(tickets.len() > app.seed.tickets.len(), "no record was added");
    assert_eq!(known.len(), tickets.len());
    let mut changed = 0;
    for ticket in tickets {
        let read = &known[ticket["ticketId"].as_str().unwrap()];
        assert_eq!(read["priority"], ticket["priority"]);
        assert_eq!(read["updatedTime"], ticket["updatedTime"]);
        changed += u32::from(!app.seed.tickets.contains(ticket));
    }
    assert!(changed > 10, "{changed} records changed");
}

#[tokio::test]
async fn a_reader_by_page_numbers_misses_records_that_move() {
    let app = App::with(|_| {}, changing(5));
    let mut seen = std::collections::BTreeSet::new();
    for number in 1.. {
        let list_info = json!({ "page": number, "pageSize": 50, "sort": sorted("ASC") });
        let (rows, info) = page(&app, list_info).await;
        seen.extend(rows.into_iter().map(|row| row["ticketId"].to_string()));
        if info["hasMore"].is_null() {
            break;
        }
    }
    let raw = app.get("/_raw").await;
    assert!(seen.len() < raw["tickets"].as_array().unwrap().len());
}

#[tokio::test]
async fn changes_touch_no_money() {
    let app = App::with(|_| {}, changing(10));
    let query = "query($in: GetWorklogEntriesInput!) {
        getWorklogEntries(input: $in) { entries { itemId } listInfo { hasMore } } }";
    for number in 1..=5 {
        let list_info = json!({ "page": number, "pageSize": 100 });
        app.data(query, json!({ "in": { "module": "TICKET", "listInfo": list_info } })).await;
    }
    let worth = |rows: &[Value]| {
        let of = |row: &Value| crate::money::cents(&row["qty"]).unwrap();
        let billable = rows.iter().filter(|row| row["billable"] == true).count();
        (rows.iter().map(of).sum::<i64>(), billable)
    };
    let raw = app.get("/_raw").await;
    let after = raw["worklogs"].as_array().unwrap();
    assert_ne!(after.as_slice(), app.seed.worklogs.as_slice());
    assert_eq!(worth(after), worth(&app.seed.worklogs));
}
