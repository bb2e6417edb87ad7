//! What was counted of clients, for a snapshot.

use std::collections::BTreeMap;

use clearmargin_domain::{
    period::Month,
    usage_count::{UsageCount, UsageKind},
};
use clearmargin_insight::snapshot::Counted;

use crate::usage_counts;

/// What the latest counts of each kind and product come to.
pub(super) fn counted(latest: &[UsageCount]) -> Counted {
    let whole = |kind| usage_counts::whole(latest, kind).map(i64::from);
    let licences = latest.iter().filter(|count| count.kind == UsageKind::Licences);
    let licences: Vec<i64> =
        licences.filter_map(|count| count.assigned.or(count.total)).map(i64::from).collect();
    Counted {
        users: whole(UsageKind::Users),
        endpoints: whole(UsageKind::Endpoints),
        licences: (!licences.is_empty()).then(|| licences.iter().sum()),
    }
}

/// What a client's counts say of each month up to the last: each kind and product as it was last counted in
/// the month or the one before it. Months of which nothing was counted are absent.
pub(in crate::analyses) fn by_month(
    counts: &[UsageCount],
    (from, last): (Month, Month),
) -> BTreeMap<Month, Counted> {
    let months = (0..=last.since(from)).map(|later| from.plus(later));
    let of_month = |month| (month, counted(&latest(counts, month)));
    months.map(of_month).filter(|(_, counted)| *counted != Counted::default()).collect()
}

/// The latest count of each kind and product that is of a month; of a day there is one of each.
fn latest(counts: &[UsageCount], month: Month) -> Vec<UsageCount> {
    let (first, last) = usage_counts::days_of(month);
    let mut latest: BTreeMap<(UsageKind, Option<String>), &UsageCount> = BTreeMap::new();
    for count in counts.iter().filter(|count| (first..=last).contains(&count.day)) {
        let product = count.product.as_ref().map(|product| product.to_lowercase());
        let known = latest.entry((count.kind, product)).or_insert(count);
        if known.day < count.day {
            *known = count;
        }
    }
    latest.into_values().cloned().collect()
}

#[cfg(test)]
mod tests {
    use clearmargin_domain::id::{ClientId, OrgId};
    use jiff::{
        Timestamp,
        civil::{Date, date},
    };

    use super::*;

    fn count(kind: UsageKind, product: Option<&str>, day: Date, total: u32) -> UsageCount {
        let client = ClientId::new(Timestamp::UNIX_EPOCH, 1);
        UsageCount {
            id: UsageCount::id_of(OrgId::new(Timestamp::UNIX_EPOCH, 1), client, kind, product, day),
            client,
            kind,
            product: product.map(str::to_owned),
            day,
            assigned: None,
            total: Some(total),
            committed: None,
            source: None,
        }
    }

    #[test]
    fn a_month_is_what_was_last_counted_in_it_or_the_one_before() {
        let (endpoints, licences) = (UsageKind::Endpoints, UsageKind::Licences);
        let counts = [
            count(endpoints, None, date(2026, 6, 30), 20),
            count(endpoints, None, date(2026, 6, 2), 11),
            count(licences, Some("Premium"), date(2026, 6, 5), 7),
            count(licences, Some("premium"), date(2026, 7, 5), 8),
            count(licences, Some("Basic"), date(2026, 6, 5), 30),
            count(endpoints, None, date(2026, 10, 1), 25),
        ];
        let month = |month: &str| month.parse::<Month>().unwrap();
        let found = by_month(&counts, (month("2026-06"), month("2026-10")));
        let told: Vec<_> = found
            .iter()
            .map(|(month, it)| (month.to_string(), it.endpoints, it.licences))
            .collect();
        let expected = [
            ("2026-06", Some(20), Some(37)),
            ("2026-07", Some(20), Some(38)),
            ("2026-08", None, Some(8)),
            ("2026-10", Some(25), None),
        ];
        assert_eq!(told, expected.map(|(month, one, other)| (month.to_owned(), one, other)));
    }
}
