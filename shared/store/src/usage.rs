//! How an organisation uses the API: one small item per day and route, to which every process adds.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use clearmargin_domain::usage::Usage;
use jiff::{Timestamp, civil::Date};

use crate::{
    consumption::tenths,
    error::{StoreError, translate},
    item::{self, Item},
    key,
    table::{Sort, Span},
    tenant::Tenant,
};

/// How long a day is kept after its last request, in seconds.
const LIFETIME: i64 = 90 * 86_400;
/// How many items are read at a time: the largest take 4.5 units, at half price.
const PAGE: i32 = 60;
/// Once so many tenths of units are consumed nothing more is read.
const ENOUGH: u64 = 150;

/// What a route was asked on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteDay {
    /// The day, in UTC.
    pub day: Date,
    /// Method and path, as in `GET /api/clients/{id}`.
    pub route: String,
    /// The counts.
    pub usage: Usage,
    /// When the last of them arrived.
    pub at: Option<Timestamp>,
}

/// What routes were asked over some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageOfDays {
    /// Each route on each day, from the last day back.
    pub rows: Vec<RouteDay>,
    /// The first day that was read: later than asked for when there was too much to read.
    pub from: Date,
}

impl Tenant<'_> {
    /// Adds to a route's day. A repeated write whose first answer was lost counts twice: what is
    /// counted here is a statistic, and a transaction would cost twice as much.
    pub async fn add_usage(
        &self,
        day: Date,
        route: &str,
        usage: &Usage,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let number = |value: String| AttributeValue::N(value);
        let end = now.as_second() + LIFETIME;
        let mut request = self
            .store
            .client
            .update_item()
            .table_name(&self.store.table)
            .set_key(Some(Item::from(key::usage(self.org, day, route).attributes())))
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":at", number(now.as_second().to_string()))
            .expression_attribute_values(":end", number(end.to_string()));
        let mut terms = Vec::new();
        for (name, value) in attributes(usage) {
            terms.push(format!("#{name} :{name}"));
            request = request
                .expression_attribute_names(format!("#{name}"), &name)
                .expression_attribute_values(format!(":{name}"), number(value.to_string()));
        }
        let add = terms.join(", ");
        let request =
            request.update_expression(format!("SET #at = :at, expiresAt = :end ADD {add}"));
        request.send().await.map(|_| ()).map_err(translate)
    }

    /// What routes were asked on the days `from` to `to`; reads at most 20 units.
    pub async fn usage(&self, from: Date, to: Date) -> Result<UsageOfDays, StoreError> {
        let (first, last) = key::usage_days(from, to);
        let pk = key::collection(self.org, key::USAGE);
        let span = Span { pk, sort: Sort::Between(first, last), index: None };
        let (mut rows, mut start, mut consumed) = (Vec::new(), None, 0);
        loop {
            let query = self.store.query(&span).consistent_read(false).scan_index_forward(false);
            let query = query.limit(PAGE).set_exclusive_start_key(start);
            let page = query.send().await.map_err(translate)?;
            consumed += tenths(page.consumed_capacity());
            rows.extend(page.items().iter().filter_map(row));
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(UsageOfDays { rows, from });
            }
            if consumed > ENOUGH {
                return Ok(without_last_day(rows, from));
            }
        }
    }
}

/// A day of which not all may have been read is not told.
fn without_last_day(mut rows: Vec<RouteDay>, from: Date) -> UsageOfDays {
    let begun = rows.last().map_or(from, |row| row.day);
    rows.retain(|row| row.day > begun);
    UsageOfDays { rows, from: begun.tomorrow().unwrap_or(begun) }
}

/// What there is to add, by short names.
fn attributes(usage: &Usage) -> BTreeMap<String, u64> {
    let counts = [
        ("n", usage.requests),
        ("c", usage.client_errors),
        ("s", usage.server_errors),
        ("r", usage.read_tenths),
        ("w", usage.write_tenths),
    ];
    let counts = counts.into_iter().map(|(name, count)| (name.to_owned(), count));
    let buckets = usage.latencies.buckets();
    let buckets = buckets.map(|(bucket, count)| (format!("h{bucket}"), count));
    counts.chain(buckets).filter(|(_, count)| *count > 0).collect()
}

fn row(item: &Item) -> Option<RouteDay> {
    let (day, route) = item::text(item, "sk")?.split_once('#')?;
    let count = |name| item::number(item, name).unwrap_or(0);
    let mut usage = Usage {
        requests: count("n"),
        client_errors: count("c"),
        server_errors: count("s"),
        read_tenths: count("r"),
        write_tenths: count("w"),
        ..Usage::default()
    };
    for name in item.keys() {
        let bucket = name.strip_prefix('h').and_then(|bucket| bucket.parse().ok());
        if let (Some(bucket), Some(count)) = (bucket, item::number(item, name)) {
            usage.latencies.add(bucket, count);
        }
    }
    let at = item::number(item, "at").and_then(|at| Timestamp::from_second(at).ok());
    Some(RouteDay { day: day.parse().ok()?, route: route.to_owned(), usage, at })
}
