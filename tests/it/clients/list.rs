//! Looking for clients: filters, orders and pages, against the rows themselves.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use clearmargin_domain::{access::Role, ticket::Ticket};
use clearmargin_store::Walk;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{all, delete, ids, make, put};
use crate::bench::Bench;

const SORTS: [(&str, &str); 5] = [
    ("name", "name"),
    ("mrr", "mrr"),
    ("margin", "profitability"),
    ("openTickets", "ticketsOpen"),
    ("created", "createdAt"),
];

/// Whether a filter takes a row.
type Takes<'a> = &'a dyn Fn(&Value) -> bool;

/// An organisation with clients of sources and its own, about which something is said.
async fn furnished() -> (Bench, String) {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let rate = json!({"hourlyCost": 40, "currency": "USD", "effectiveFrom": "2020-01-01"});
    bench.post("/api/cost-rates", &token, &rate).await.data();
    bench.server.settle().await.unwrap();
    for name in ["zeta Dental", "Alpha Dental", "alpha dental", "Ünal & Söhne"] {
        make(&bench, &token, name).await;
    }
    let me = bench.get("/api/users/me", &token).await.data()["id"].clone();
    for (place, row) in all(&bench, "/api/clients", &token).await.into_iter().enumerate() {
        let path = format!("/api/clients/{}", row["id"].as_str().unwrap());
        let body = json!({
            "name": row["name"],
            "industry": (!place.is_multiple_of(4)).then_some(["Dental", "dental", "Legal"][place % 3]),
            "contractType": place.is_multiple_of(3).then_some("mixed"),
            "ownerId": place.is_multiple_of(2).then_some(&me),
            "tags": if place.is_multiple_of(2) { json!(["VIP", "Süd"]) } else { json!(["vip"]) },
        });
        put(&bench, &path, &token, &body).await;
        if place % 5 == 4 {
            assert_eq!(delete(&bench, &format!("{path}?force=true"), &token).await.0, 204);
        }
    }
    (bench, token)
}

/// Values in order: numbers and times as such, texts by letter.
fn compare(a: &Value, b: &Value) -> Ordering {
    let number = |value: &Value| value.to_string().parse::<Decimal>();
    let time = |value: &Value| value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    match (number(a), number(b), time(a), time(b)) {
        (Ok(a), Ok(b), ..) => a.cmp(&b),
        (_, _, Some(a), Some(b)) => a.cmp(&b),
        _ => a.as_str().map(str::to_lowercase).cmp(&b.as_str().map(str::to_lowercase)),
    }
}

fn ordered(rows: &[Value], field: &str, descending: bool) -> Vec<String> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| {
        let (own, other) = (&a[field], &b[field]);
        let values = match (own.is_null(), other.is_null()) {
            (false, false) if descending => compare(other, own),
            (false, false) => compare(own, other),
            (own, other) => own.cmp(&other),
        };
        values.then(a["id"].as_str().cmp(&b["id"].as_str()))
    });
    ids(&rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_and_filter_gives_the_rows_that_it_says_on_pages_of_any_size() {
    let (bench, token) = furnished().await;
    let mut rows = all(&bench, "/api/clients?limit=100", &token).await;
    let archived = all(&bench, "/api/clients?status=archived", &token).await;
    assert!(rows.len() > 7 && !archived.is_empty(), "{} {}", rows.len(), archived.len());
    for (sort, field) in SORTS {
        for order in ["asc", "desc"] {
            let expected = ordered(&rows, field, order == "desc");
            for limit in [1, 3, 100] {
                let path = format!("/api/clients?sort={sort}&order={order}&limit={limit}");
                assert_eq!(ids(&all(&bench, &path, &token).await), expected, "{path}");
            }
        }
    }
    rows.extend(archived);
    let has = |row: &Value, field: &str, text: &str| {
        let words = row[field].as_array().unwrap().iter();
        words.map(|word| word.as_str().unwrap().to_lowercase()).any(|word| word == text)
    };
    let me = bench.get("/api/users/me", &token).await.data()["id"].clone();
    let owner = format!("ownerId={}", me.as_str().unwrap());
    let text = |row: &Value, text: &str| {
        let words = json!([row["name"], row["domains"], row["tags"]]).to_string().to_lowercase();
        words.contains(text)
    };
    let tests: [(&str, Takes<'_>); 13] = [
        ("status=active", &|row| row["status"] == "active"),
        ("status=inactive", &|row| row["status"] == "inactive"),
        ("status=archived", &|row| row["status"] == "archived"),
        ("industry=DENTAL", &|row| row["industry"].as_str().is_some_and(|it| it != "Legal")),
        ("contractType=mixed", &|row| row["contractType"] == "mixed"),
        (&owner, &|row| row["ownerId"] == me),
        ("tag=SÜD", &|row| has(row, "tags", "süd")),
        ("tag=VIP", &|row| has(row, "tags", "vip")),
        ("q=DENTAL", &|row| text(row, "dental")),
        ("q=.com", &|row| text(row, ".com")),
        ("marginBand=healthy", &|row| row["marginBand"] == "healthy"),
        ("marginBand=unknown", &|row| row["marginBand"] == "unknown"),
        ("tag=vip&industry=legal&contractType=mixed", &|row| {
            row["industry"] == "Legal" && row["contractType"] == "mixed"
        }),
    ];
    let mut some = 0;
    for (filter, wanted) in tests {
        let shown = |row: &&Value| filter.starts_with("status") || row["status"] != "archived";
        let expected: BTreeSet<_> = rows
            .iter()
            .filter(shown)
            .filter(|row| wanted(row))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect();
        let found = ids(&all(&bench, &format!("/api/clients?limit=2&{filter}"), &token).await);
        assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected, "{filter}");
        assert_eq!(found.len(), expected.len(), "{filter}");
        some += usize::from(!expected.is_empty() && expected.len() < rows.len());
    }
    assert!(some >= 8, "{some} filters tell anything apart");
    let tags = bench.get("/api/client-tags", &token).await.data();
    let count = |tag: &str| {
        let rows = rows.iter().filter(|row| row["status"] != "archived");
        rows.filter(|row| has(row, "tags", tag)).count()
    };
    let found: Vec<_> = tags.as_array().unwrap().iter().map(|it| it["clients"].clone()).collect();
    assert_eq!(found, [json!(count("vip")), json!(count("süd"))], "{tags}");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_those_of_the_tickets_and_of_the_profitability_behind_them() {
    let (bench, token) = furnished().await;
    let store = &bench.server.app.store;
    let org = store.directory().organizations().await.unwrap()[0];
    let (mut open, mut walk) = (BTreeMap::<String, i64>::new(), Some(Walk::default()));
    while let Some(here) = walk {
        let (tickets, next) = store.tenant(org).walk::<Ticket>(&here, 100).await.unwrap();
        for ticket in tickets.iter().filter(|ticket| ticket.status.is_open()) {
            if let Some(client) = ticket.client {
                *open.entry(client.to_string()).or_default() += 1;
            }
        }
        walk = next;
    }
    assert!(open.values().sum::<i64>() > 5, "{open:?}");
    // The server's clock is the machine's: the months are those that an answer without any covers,
    // one earlier.
    let today = bench.get("/api/ai/analytics/profitability-scores", &token).await.data();
    let month = |name: &str| today["period"][name].as_str().unwrap().parse().unwrap();
    let before = |month: clearmargin_domain::period::Month| month.plus(-1);
    let months = format!("from={}&to={}", before(month("from")), before(month("to")));
    let mut margins = 0;
    for row in all(&bench, "/api/clients", &token).await {
        let path = format!("/api/clients/{}", row["id"].as_str().unwrap());
        let detail = bench.get(&path, &token).await.data();
        for (field, value) in row.as_object().unwrap() {
            assert_eq!(&detail[field], value, "{field} of {row}");
        }
        let records = ids(detail["records"].as_array().unwrap());
        let expected: i64 = records.iter().filter_map(|record| open.get(record)).sum();
        assert_eq!(row["ticketsOpen"], expected, "{row}");
        let earned = bench.get(&format!("{path}/profitability?{months}"), &token).await.data();
        let total = &earned["total"];
        let exact = total["completeness"]["labourCostComplete"] == true
            && compare(&total["revenue"], &json!(0)).is_gt();
        let margin = if exact { &total["grossMarginRatio"] } else { &Value::Null };
        assert_eq!(&row["profitability"], margin, "{earned}");
        margins += usize::from(exact);
        let parts = &detail["healthParts"];
        let bad = [&parts["margin"], &parts["payment"]].map(|part| {
            ["at_risk", "watch", "unknown", "good"].iter().position(|word| part == word).unwrap()
        });
        assert_eq!(row["health"], ["at_risk", "watch", "unknown", "good"][bad[0].min(bad[1])]);
    }
    assert!(margins > 3, "{margins}");
    assert_eq!(bench.drift().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_margins_sees_none_and_cannot_ask_by_them() {
    let (bench, _) = furnished().await;
    let token = bench.sign_in_as("admin@techwave.com", Role::Viewer).await;
    let rows = all(&bench, "/api/clients", &token).await;
    assert!(rows.len() > 5);
    for row in &rows {
        for field in ["profitability", "marginBand", "health", "mrr", "contractValue"] {
            assert!(row[field].is_null(), "{field} of {row}");
        }
        let path = format!("/api/clients/{}", row["id"].as_str().unwrap());
        assert!(bench.get(&path, &token).await.data()["healthParts"].is_null());
    }
    for query in ["sort=margin", "sort=mrr", "marginBand=loss"] {
        let answer = bench.get(&format!("/api/clients?{query}"), &token).await;
        assert_eq!(answer.status.as_u16(), 403, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_works_only_for_its_own_filters_order_and_organisation() {
    let bench = Bench::start().await;
    let tokens = [bench.register("a@example.com").await, bench.register("b@example.com").await];
    for token in &tokens {
        for name in ["A", "B", "C"] {
            make(&bench, token, name).await;
        }
    }
    let page = bench.get("/api/clients?limit=1&q=a", &tokens[0]).await;
    assert!(page.body["page"]["nextCursor"].is_null(), "there is only one");
    let page = bench.get("/api/clients?limit=1", &tokens[0]).await;
    let cursor = page.body["page"]["nextCursor"].as_str().unwrap();
    let ask = async |query: &str, token: &str| {
        let answer =
            bench.get(&format!("/api/clients?limit=1{query}&cursor={cursor}"), token).await;
        answer.status.as_u16()
    };
    assert_eq!(ask("", &tokens[0]).await, 200);
    assert_eq!(ask("", &tokens[1]).await, 422);
    for query in ["&order=desc", "&sort=created", "&q=b", "&status=active"] {
        assert_eq!(ask(query, &tokens[0]).await, 422, "{query}");
    }
}

/// The next number of a sequence that looks random and is always the same.
fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 40).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_there_all_the_time_is_on_one_page_whatever_comes_and_goes() {
    let bench = Bench::start().await;
    let mut repeated = 0;
    for case in 0..12_u64 {
        let mut seed = case + 1;
        let token = bench.register(&format!("ada{case}@example.com")).await;
        let mut there = Vec::new();
        for _ in 0..12 {
            // Names come more than once: the order among equals counts as well.
            let name = format!("Client {}", next(&mut seed) % 8);
            there.push(make(&bench, &token, &name).await);
        }
        let (mut gone, mut shown, mut cursor) = (BTreeSet::new(), Vec::new(), String::new());
        let sort = ["name", "created", "openTickets"][next(&mut seed) % 3];
        let order = ["asc", "desc"][next(&mut seed) % 2];
        loop {
            let more = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            let path = format!("/api/clients?limit=3&sort={sort}&order={order}{more}");
            let page = bench.get(&path, &token).await;
            shown.extend(ids(page.body["data"].as_array().unwrap()));
            match page.body["page"]["nextCursor"].as_str() {
                Some(found) => found.clone_into(&mut cursor),
                None => break,
            }
            for _ in 0..next(&mut seed) % 3 {
                make(&bench, &token, &format!("Client {}", next(&mut seed) % 8)).await;
                repeated += 1;
            }
            let victim = there[next(&mut seed) % there.len()].clone();
            assert_eq!(delete(&bench, &format!("/api/clients/{victim}"), &token).await.0, 204);
            gone.insert(victim);
        }
        for id in &there {
            let times = shown.iter().filter(|other| *other == id).count();
            let once = if gone.contains(id) { times <= 1 } else { times == 1 };
            assert!(once, "case {case}: {id} is on {times} pages by {sort} {order}");
        }
        assert_eq!(shown.iter().collect::<BTreeSet<_>>().len(), shown.len(), "case {case}");
    }
    assert!(repeated > 20, "{repeated}");
}
