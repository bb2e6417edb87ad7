//! The tickets of a snapshot: read from the desk's sums by day, so that it costs clients × months.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use clearmargin_domain::{
    desk::{DeskMeasures, DeskSubject, SubjectKind},
    id::ClientId,
    identity::Holiday,
    period::{Month, Period},
};
use clearmargin_insight::snapshot::{CategoryMonths, Desk, TICKET_CLIENTS, TICKET_MONTHS};
use jiff::civil::Date;

use crate::{
    Ctx, Error,
    clients::{self, ClientGroup},
};

/// The tickets before a day, of the organisation, of the clients with most of them, and by category.
pub(super) async fn desk(
    ctx: &Ctx,
    groups: &[ClientGroup],
    holidays: &[Holiday],
    day: Date,
) -> Result<Desk, Error> {
    let last = day.yesterday().map_err(Error::internal)?;
    let first = Month::of(day).plus(-TICKET_MONTHS);
    let days = (first.first_day(), last);
    let period = Period::new(first, Month::of(last), usize::MAX).map_err(Error::internal)?;
    let all = ctx.tenant().desk_days(&DeskSubject::Organization, days.0, days.1).await?;
    let largest = largest(ctx, groups, period).await?;
    let by_client =
        clients::each(ctx, &largest, move |ctx, records| of_records(ctx, records, days));
    Ok(Desk {
        days: opened(all),
        clients: by_client.await?.into_iter().filter(|(_, days)| !days.is_empty()).collect(),
        categories: categories(ctx, period).await?,
        holidays: holidays.iter().map(|holiday| holiday.date).collect(),
    })
}

/// Days or months on which tickets were opened.
fn opened<T: Ord>(sums: impl IntoIterator<Item = (T, DeskMeasures)>) -> BTreeMap<T, i64> {
    let counts = sums.into_iter().map(|(when, sums)| (when, sums.opened));
    counts.filter(|(_, opened)| *opened != 0).collect()
}

/// The clients with most tickets, of those that have any.
async fn largest<'a>(
    ctx: &Ctx,
    groups: &'a [ClientGroup],
    period: Period,
) -> Result<Vec<&'a ClientGroup>, Error> {
    let mut counts: HashMap<ClientId, i64> = HashMap::new();
    for ((subject, _), sums) in ctx.tenant().desk_months(SubjectKind::Client, period).await? {
        if let DeskSubject::Client(Some(record)) = subject {
            *counts.entry(record).or_default() += sums.opened;
        }
    }
    let of = |group: &ClientGroup| -> i64 {
        group.members().iter().filter_map(|record| counts.get(&record.id)).sum()
    };
    let mut largest: Vec<_> = groups.iter().filter(|group| of(group) != 0).collect();
    largest.sort_by_key(|group| (Reverse(of(group)), group.lead().id));
    largest.truncate(TICKET_CLIENTS);
    Ok(largest)
}

/// The tickets of a client's records by day.
async fn of_records(
    ctx: Ctx,
    records: Vec<ClientId>,
    (first, last): (Date, Date),
) -> Result<BTreeMap<Date, i64>, Error> {
    let mut days: BTreeMap<Date, i64> = BTreeMap::new();
    for record in records {
        let subject = DeskSubject::Client(Some(record));
        for (day, opened) in opened(ctx.tenant().desk_days(&subject, first, last).await?) {
            *days.entry(day).or_default() += opened;
        }
    }
    Ok(days)
}

async fn categories(ctx: &Ctx, period: Period) -> Result<Vec<CategoryMonths>, Error> {
    let mut words: BTreeMap<Option<String>, BTreeMap<Month, i64>> = BTreeMap::new();
    for ((subject, month), sums) in ctx.tenant().desk_months(SubjectKind::Category, period).await? {
        if let (DeskSubject::Category(word), true) = (subject, sums.opened != 0) {
            words.entry(word).or_default().insert(month, sums.opened);
        }
    }
    let categories = words.into_iter();
    Ok(categories.map(|(category, months)| CategoryMonths { category, months }).collect())
}
