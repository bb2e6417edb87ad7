//! How an organisation uses the API: counted in each process, added up in the table.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use clearmargin_domain::{access::Action, id::OrgId, usage::Usage};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use tokio::task::JoinSet;

use crate::{App, Ctx, Error};

/// How many days one answer may cover.
pub const DAYS: i32 = 31;
/// Counts are written when the last write is so many seconds old…
const SECONDS: i64 = 60;
/// …or when there are so many requests…
const REQUESTS: u64 = 500;
/// …and so many for each item to write, so that a request costs at most 0.02 of a write.
const REQUESTS_PER_ITEM: u64 = 50;
/// How many items are written at the same time.
const WRITES: usize = 25;

/// A day of a route of an organisation.
type Place = (OrgId, Date, String);
/// What is still to be written.
type Counts = BTreeMap<Place, Usage>;

/// What this process has counted and not written yet.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    counts: Counts,
    requests: u64,
    written_at: Option<i64>,
}

impl Counted {
    fn is_due(&self, now: i64) -> bool {
        let items = u64::try_from(self.counts.len()).unwrap_or(u64::MAX);
        let many = self.requests >= REQUESTS.max(items.saturating_mul(REQUESTS_PER_ITEM));
        many || self.written_at.is_none_or(|at| now - at >= SECONDS)
    }

    fn add(&mut self, place: Place, usage: &Usage) {
        self.counts.entry(place).or_default().merge(usage);
        self.requests += usage.requests;
    }

    fn take(&mut self, now: i64) -> Counts {
        (self.requests, self.written_at) = (0, Some(now));
        std::mem::take(&mut self.counts)
    }
}

impl Ledger {
    /// Counts requests, and writes what is counted when it is time: the first request at once, so
    /// that one that nobody follows is not forgotten, and then at most about once a minute. What a
    /// process has counted when it ends is lost.
    pub async fn add(&self, app: &App, org: OrgId, route: &str, usage: &Usage) {
        let now = app.clock.now();
        if let Some(counts) = self.add_up(org, route, usage, now) {
            write(app, counts, now).await;
        }
    }

    fn add_up(&self, org: OrgId, route: &str, usage: &Usage, now: Timestamp) -> Option<Counts> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.add((org, day_of(now), route.to_owned()), usage);
        let now = now.as_second();
        counted.is_due(now).then(|| counted.take(now))
    }
}

fn day_of(now: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(now).date()
}

/// Waits for all writes: a function that has answered may stand still before they are done.
async fn write(app: &App, counts: Counts, now: Timestamp) {
    let mut writes = JoinSet::new();
    for ((org, day, route), usage) in counts {
        if writes.len() >= WRITES {
            writes.join_next().await;
        }
        let store = app.store.clone();
        writes.spawn(async move {
            if let Err(error) = store.tenant(org).add_usage(day, &route, &usage, now).await {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(route, error, "requests were not counted");
            }
        });
    }
    writes.join_all().await;
}

/// How the organisation used the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The first day covered.
    pub from: Date,
    /// The last day covered.
    pub to: Date,
    /// Whether every day that was asked for is covered.
    pub complete: bool,
    /// Each route that was asked anything, such as `GET /api/clients/{id}`.
    pub routes: BTreeMap<String, Usage>,
    /// All routes together.
    pub total: Usage,
    /// When the last counts arrived; `None` when there are none.
    pub as_of: Option<Timestamp>,
}

/// How the organisation used the API on the days `from` to `to`; today unless given.
pub async fn read(ctx: &Ctx, from: Option<Date>, to: Option<Date>) -> Result<Answer, Error> {
    ctx.require(Action::MetricsRead)?;
    let (from, to) = days(day_of(ctx.now), from, to)?;
    let found = ctx.tenant().usage(from, to).await?;
    let (mut routes, mut total) = (BTreeMap::<String, Usage>::new(), Usage::default());
    for row in &found.rows {
        routes.entry(row.route.clone()).or_default().merge(&row.usage);
        total.merge(&row.usage);
    }
    let as_of = found.rows.iter().filter_map(|row| row.at).max();
    let complete = found.from == from;
    Ok(Answer { from: found.from, to, complete, routes, total, as_of })
}

fn days(today: Date, from: Option<Date>, to: Option<Date>) -> Result<(Date, Date), Error> {
    let to = to.unwrap_or(today);
    let from = from.unwrap_or(to);
    if to < from {
        return Err(Error::invalid("query.from", "the period ends before it begins"));
    }
    let longest = to.checked_sub((DAYS - 1).days()).unwrap_or(Date::MIN);
    if from < longest {
        return Err(Error::invalid("query.from", format!("at most {DAYS} days in one answer")));
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn org(number: u128) -> OrgId {
        OrgId::new(Timestamp::UNIX_EPOCH, number)
    }

    fn one() -> Usage {
        Usage::one(200, Duration::from_millis(5), 5, 0)
    }

    /// Requests at a steady pace, over routes in turn: how many items are written, and how many
    /// requests are counted and not written at the end.
    fn written(per_second: i64, seconds: i64, routes: i64) -> (usize, u64) {
        let ledger = Ledger::default();
        let mut items = 0;
        for number in 0..per_second * seconds {
            let now = Timestamp::from_millisecond(number * 1_000 / per_second).unwrap();
            let route = format!("GET /{}", number % routes);
            let counts = ledger.add_up(org(1), &route, &one(), now);
            items += counts.map_or(0, |counts| counts.len());
        }
        (items, ledger.0.into_inner().unwrap().requests)
    }

    #[test]
    fn at_a_hundred_requests_a_second_a_request_costs_a_fiftieth_of_a_write_at_most() {
        for routes in [1, 5, 10, 40, 100] {
            let (items, _) = written(100, 600, routes);
            assert!(items * 50 <= 60_000 + 50, "{routes} routes: {items} writes");
        }
    }

    #[test]
    fn without_haste_counts_are_written_once_a_minute() {
        assert_eq!(written(1, 601, 1), (11, 0));
    }

    #[test]
    fn the_first_request_is_written_at_once_and_what_follows_within_the_minute_waits() {
        assert_eq!(written(1, 1, 1), (1, 0));
        assert_eq!(written(1, 60, 1), (1, 59));
    }

    #[test]
    fn organisations_routes_and_days_are_counted_apart() {
        let ledger = Ledger::default();
        let evening: Timestamp = "2026-07-01T23:59:30Z".parse().unwrap();
        ledger.add_up(org(1), "GET /a", &one(), evening).unwrap();
        for (org, route, after) in [
            (org(1), "GET /a", 1),
            (org(1), "GET /a", 2),
            (org(2), "GET /a", 3),
            (org(1), "GET /b", 4),
            (org(1), "GET /a", 40),
        ] {
            assert_eq!(ledger.add_up(org, route, &one(), evening + after.seconds()), None);
        }
        let end = evening + 60.seconds();
        let counts = ledger.add_up(org(1), "GET /a", &one(), end).unwrap();
        let found: Vec<_> = counts
            .into_iter()
            .map(|((org, day, route), usage)| (org, day.day(), route, usage.requests))
            .collect();
        assert_eq!(
            found,
            [
                (org(1), 1, "GET /a".to_owned(), 2),
                (org(1), 1, "GET /b".to_owned(), 1),
                (org(1), 2, "GET /a".to_owned(), 2),
                (org(2), 1, "GET /a".to_owned(), 1),
            ]
        );
    }

    #[test]
    fn days_are_at_most_a_month_and_today_unless_given() {
        let day = |text: &str| -> Date { text.parse().unwrap() };
        let today = day("2026-07-31");
        assert_eq!(days(today, None, None).unwrap(), (today, today));
        assert_eq!(days(today, Some(day("2026-07-01")), None).unwrap(), (day("2026-07-01"), today));
        days(today, Some(day("2026-06-30")), None).unwrap_err();
        days(today, Some(day("2026-08-01")), None).unwrap_err();
    }
}
