//! What the service desk did, as the API tells it and as the source's own tickets say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::bench::Bench;

/// A ticket of the source, as far as it counts.
struct Ticket {
    category: Option<String>,
    priority: Option<String>,
    opened: Date,
    answered: Option<Goal>,
    resolved: Option<Goal>,
}

struct Goal {
    on: Date,
    seconds: i64,
    late: bool,
}

fn tickets(raw: &Value) -> Vec<Ticket> {
    let text = |row: &Value, field: &str| row[field].as_str().map(str::to_owned);
    let at = |row: &Value, field: &str| -> Option<jiff::civil::DateTime> {
        row[field].as_str().map(|text| text.parse().unwrap())
    };
    let read = |row: &Value| {
        let created = at(row, "createdTime").unwrap();
        let goal = |name: &str| {
            let reached = at(row, &format!("{name}Time"))?;
            // What a source says was done before it was asked for took no time.
            let seconds = reached.duration_since(created).as_secs().max(0);
            let late = row[format!("{name}Violated")] == true;
            Some(Goal { on: reached.date(), seconds, late })
        };
        let open = ["Open", "In Progress", "On Hold", "Waiting on customer", "Pending"];
        let status = text(row, "status").unwrap();
        let open = open.iter().any(|word| word.eq_ignore_ascii_case(&status));
        Ticket {
            category: text(row, "category"),
            priority: text(row, "priority"),
            opened: created.date(),
            answered: goal("firstResponse"),
            resolved: goal("resolution").filter(|_| !open),
        }
    };
    raw["tickets"].as_array().unwrap().iter().map(read).collect()
}

fn number(value: &Value) -> Decimal {
    value.to_string().parse().unwrap()
}

/// Checks counts and durations of one goal against what the source says of it.
fn agree(found: &Value, mut seconds: Vec<i64>, what: &str) {
    assert_eq!(found["n"], seconds.len(), "{what}");
    if seconds.is_empty() {
        assert!(found["medianMinutes"].is_null() && found["meanMinutes"].is_null(), "{what}");
        return;
    }
    seconds.sort_unstable();
    let close = |found: &Value, exact: Decimal, share: Decimal| {
        let (found, exact) = (number(found), exact / Decimal::from(60));
        let allowed = exact * share + Decimal::new(6, 2);
        assert!((found - exact).abs() <= allowed, "{what}: {found} for {exact}");
    };
    let sum: i64 = seconds.iter().sum();
    let mean = Decimal::from(sum) / Decimal::from(seconds.len());
    close(&found["meanMinutes"], mean, Decimal::ZERO);
    for (name, percent) in [("medianMinutes", 50), ("p90Minutes", 90)] {
        let rank = (seconds.len() * percent).div_ceil(100);
        close(&found[name], Decimal::from(seconds[rank - 1]), Decimal::new(5, 2));
    }
}

fn on<'a>(
    tickets: &'a [&Ticket],
    goal: fn(&Ticket) -> Option<&Goal>,
    days: [Date; 2],
) -> Vec<&'a Goal> {
    let goals = tickets.iter().filter_map(|ticket| goal(ticket));
    goals.filter(|goal| days[0] <= goal.on && goal.on <= days[1]).collect()
}

/// Compares the figures of some tickets with those tickets.
fn compare(figures: &Value, tickets: &[&Ticket], days: [Date; 2], what: &str) {
    let opened =
        tickets.iter().filter(|one| days[0] <= one.opened && one.opened <= days[1]).count();
    let answered = on(tickets, |ticket| ticket.answered.as_ref(), days);
    let resolved = on(tickets, |ticket| ticket.resolved.as_ref(), days);
    assert_eq!(figures["volume"]["opened"], opened, "{what}");
    assert_eq!(figures["volume"]["resolved"], resolved.len(), "{what}");
    for (name, goals) in [("firstResponse", answered), ("resolution", resolved)] {
        let late = goals.iter().filter(|goal| goal.late).count();
        let sla = &figures["sla"][name];
        assert_eq!((&sla["n"], &sla["late"]), (&goals.len().into(), &late.into()), "{what}");
        agree(&figures["durations"][name], goals.iter().map(|it| it.seconds).collect(), what);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desks_figures_are_what_the_sources_tickets_say() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let raw = bench.raw("superops").await;
    let tickets = tickets(&raw);
    let all: Vec<_> = tickets.iter().collect();
    let last = tickets.iter().map(|ticket| ticket.opened).max().unwrap().last_of_month();
    let first = last.checked_sub(jiff::Span::new().months(2)).unwrap().first_of_month();
    let days = [first, last];
    let path = |name: &str, more: &str| {
        format!("/api/tickets/analytics/{name}?from={first}&to={last}{more}")
    };
    let answer = bench.get(&path("categories", ""), &token).await.data();
    compare(&answer["total"], &all, days, "all");
    let words: BTreeSet<_> = tickets.iter().map(|ticket| ticket.category.clone()).collect();
    let groups = answer["groups"].as_array().unwrap();
    let by_key: BTreeMap<_, _> =
        groups.iter().map(|group| (group["key"].as_str(), &group["figures"])).collect();
    for word in &words {
        let own: Vec<_> = all.iter().copied().filter(|ticket| ticket.category == *word).collect();
        if let Some(figures) = by_key.get(&word.as_deref()) {
            compare(figures, &own, days, &format!("{word:?}"));
        } else {
            assert!(own.iter().all(|ticket| ticket.opened < first || ticket.opened > last));
        }
    }
    // However the tickets are put into groups, together they are all of them.
    for by in ["month", "client", "technician", "priority", "category"] {
        let answer = bench.get(&path("volume", &format!("&groupBy={by}")), &token).await.data();
        for name in ["opened", "resolved", "reopened"] {
            let groups = answer["groups"].as_array().unwrap().iter();
            let sum: i64 = groups.map(|group| group["figures"][name].as_i64().unwrap()).sum();
            assert_eq!(answer["total"][name], sum, "{by} {name}");
        }
        let opened = all.iter().filter(|it| first <= it.opened && it.opened <= last).count();
        assert_eq!(answer["total"]["opened"], opened, "{by}");
    }
    let high: Vec<_> =
        all.iter().copied().filter(|it| it.priority.as_deref() == Some("High")).collect();
    let answer = bench.get(&path("sla-compliance", "&groupBy=priority"), &token).await.data();
    let groups = answer["groups"].as_array().unwrap();
    let found = groups.iter().find(|group| group["key"] == "High").unwrap();
    let resolved = on(&high, |ticket| ticket.resolved.as_ref(), days);
    let late = resolved.iter().filter(|goal| goal.late).count();
    assert_eq!(found["figures"]["resolution"]["late"], late);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clients_own_course_is_its_row_among_all_clients() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let days = "from=2026-09-01&to=2026-09-30";
    let ask = async |query: &str| {
        let path = format!("/api/tickets/analytics/volume?{days}{query}");
        bench.get(&path, &token).await.data()
    };
    let clients = ask("&groupBy=client").await;
    let mut compared = 0;
    for group in clients["groups"].as_array().unwrap().iter().take(8) {
        let Some(id) = group["key"].as_str() else { continue };
        assert!(group["name"].is_string(), "{group}");
        for by in ["day", "week", "month"] {
            let own = ask(&format!("&groupBy={by}&clientId={id}")).await;
            assert_eq!(own["total"], group["figures"], "{by} {id}");
            let whole = format!("/api/clients/{id}/analytics?{days}&groupBy={by}");
            let whole = bench.get(&whole, &token).await.data();
            assert_eq!(whole["total"]["volume"], group["figures"], "{by} {id}");
            assert_eq!(
                whole["groups"].as_array().unwrap().len(),
                own["groups"].as_array().unwrap().len()
            );
        }
        compared += 1;
    }
    assert!(compared > 3, "{clients}");
    let refused = bench
        .get(
            &format!(
                "/api/tickets/analytics/volume?groupBy=client&clientId={}",
                clients["groups"][0]["key"].as_str().unwrap()
            ),
            &token,
        )
        .await;
    assert_eq!(refused.status.as_u16(), 422);
    let partial = "/api/tickets/analytics/categories?from=2026-09-02&to=2026-09-30";
    assert_eq!(bench.get(partial, &token).await.status.as_u16(), 422);
}
