//! What clients owe, as it is stored, read and moved: sheets of a client's years, of a year's months
//! and of a month's days, in each of which the steps add up by themselves.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::Update;
use clearmargin_domain::{
    id::{ClientId, OrgId},
    period::Month,
    receivable::{Ageing, AgeingBucket, AgeingDelta, Span as Time, open_on},
};
use jiff::civil::Date;

use crate::{
    error::StoreError,
    item::{self, Item},
    key::Key,
    slot::Slot,
    sums::add_action,
    table::{Sort, Span},
    tenant::Tenant,
};

/// How finely time is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grain {
    Day,
    Month,
    Year,
}

impl Grain {
    const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    fn partition(self, org: OrgId) -> String {
        let letter = match self {
            Self::Day => 'D',
            Self::Month => 'M',
            Self::Year => 'Y',
        };
        format!("{org}#B#{letter}")
    }
}

/// The item with a client's sums of a month's days, of a year's months, or of all years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sheet {
    Days(Month, ClientId),
    Months(i16, ClientId),
    Years(ClientId),
}

impl Sheet {
    /// The sheet that a sum is in.
    pub(crate) fn of(bucket: AgeingBucket) -> Self {
        match bucket.span {
            Time::Day(day) => Self::Days(Month::of(day), bucket.client),
            Time::Month(month) => Self::Months(month.year(), bucket.client),
            Time::Year(_) => Self::Years(bucket.client),
        }
    }

    fn named(grain: Grain, sk: &str) -> Option<Self> {
        Some(match grain {
            Grain::Day => {
                let (month, client) = sk.split_once('#')?;
                Self::Days(month.parse().ok()?, client.parse().ok()?)
            }
            Grain::Month => {
                let (year, client) = sk.split_once('#')?;
                Self::Months(year.parse().ok()?, client.parse().ok()?)
            }
            Grain::Year => Self::Years(sk.parse().ok()?),
        })
    }

    fn key(self, org: OrgId) -> Key {
        let (grain, sk) = match self {
            Self::Days(month, client) => (Grain::Day, format!("{month}#{client}")),
            Self::Months(year, client) => (Grain::Month, format!("{year:04}#{client}")),
            Self::Years(client) => (Grain::Year, client.to_string()),
        };
        Key { pk: grain.partition(org), sk }
    }

    /// The sum that an attribute of it is part of, and which part.
    fn part(self, attribute: &str) -> Option<(AgeingBucket, &str)> {
        let (client, span, name) = match self {
            Self::Days(month, client) => {
                let (slot, name) = Slot::split(attribute)?;
                (client, Time::Day(month.day(slot.number())?), name)
            }
            Self::Months(year, client) => {
                let (slot, name) = Slot::split(attribute)?;
                (client, Time::Month(Month::in_year(year, slot.number())?), name)
            }
            Self::Years(client) => {
                let (year, name) = attribute.split_at_checked(YEAR_DIGITS)?;
                (client, Time::Year(year.parse().ok()?), name)
            }
        };
        Some((AgeingBucket { client, span }, name))
    }
}

const YEAR_DIGITS: usize = 4;

/// What a part of a sum is called in its sheet.
fn attribute(span: Time, name: &str) -> String {
    match span {
        Time::Day(day) => Slot::of_day(day).attribute(name),
        Time::Month(month) => Slot::of_month(month).attribute(name),
        Time::Year(year) => format!("{year:04}{name}"),
    }
}

/// Every partition of an organisation's sheets.
pub(crate) fn partitions(org: OrgId) -> impl Iterator<Item = String> {
    Grain::ALL.into_iter().map(move |grain| grain.partition(org))
}

/// The updates that add to sums, one for each sheet.
pub(crate) fn actions(
    table: &str,
    org: OrgId,
    delta: &AgeingDelta,
) -> Result<Vec<Update>, StoreError> {
    let mut sheets: BTreeMap<Sheet, Vec<(String, i64)>> = BTreeMap::new();
    for (bucket, ageing) in delta.changes() {
        let named = ageing.non_zero().map(|(name, value)| (attribute(bucket.span, name), value));
        sheets.entry(Sheet::of(bucket)).or_default().extend(named);
    }
    let sheets = sheets.into_iter();
    sheets.map(|(sheet, sums)| add_action(table, &sheet.key(org), sums)).collect()
}

/// The sums of a sheet.
fn sums(grain: Grain, item: &Item) -> BTreeMap<AgeingBucket, Ageing> {
    let sheet = item::text(item, "sk").and_then(|sk| Sheet::named(grain, sk));
    let mut named: BTreeMap<AgeingBucket, Vec<(&str, i64)>> = BTreeMap::new();
    for attribute in item.keys() {
        let part = sheet.and_then(|sheet| sheet.part(attribute));
        if let (Some((bucket, name)), Some(value)) = (part, item::number(item, attribute)) {
            named.entry(bucket).or_default().push((name, value));
        }
    }
    let sums = named.into_iter();
    sums.map(|(bucket, named)| (bucket, Ageing::from_named(named.into_iter()))).collect()
}

impl Tenant<'_> {
    /// What each client record owes at the end of a day, by age; what owes nothing is absent. Its
    /// cost is the number of clients, never of documents.
    pub async fn owed_on(&self, day: Date) -> Result<BTreeMap<ClientId, Ageing>, StoreError> {
        let month = Month::of(day);
        let mut all = self.ageing_sheets(Grain::Year, Sort::All).await?;
        let (months, days) = (format!("{:04}#", month.year()), format!("{month}#"));
        all.extend(self.ageing_sheets(Grain::Month, Sort::Prefix(&months)).await?);
        all.extend(self.ageing_sheets(Grain::Day, Sort::Prefix(&days)).await?);
        Ok(open_on(day, all))
    }

    /// Every sum that leads up to any of these days for a client's record: what it owed at the end of
    /// each, and how that changed from one to the next. Its cost is the number of months.
    pub async fn owed_course(
        &self,
        client: ClientId,
        first: Date,
        last: Date,
    ) -> Result<BTreeMap<AgeingBucket, Ageing>, StoreError> {
        let (from, to) = (Month::of(first), Month::of(last));
        let years = (from.year()..=to.year()).map(|year| Sheet::Months(year, client));
        let months = (0..=to.since(from)).map(|later| Sheet::Days(from.plus(later), client));
        let sheets = std::iter::once(Sheet::Years(client)).chain(years).chain(months);
        let keys = sheets.map(|it| Item::from(it.key(self.org).attributes())).collect();
        let mut all = BTreeMap::new();
        for item in self.read_batch_lately(keys).await? {
            let partition = item::text(&item, "pk").unwrap_or_default();
            let of = |grain: &Grain| grain.partition(self.org) == partition;
            let grain = Grain::ALL.into_iter().find(of);
            all.extend(grain.into_iter().flat_map(|grain| sums(grain, &item)));
        }
        Ok(all)
    }

    async fn ageing_sheets(
        &self,
        grain: Grain,
        sort: Sort<'_>,
    ) -> Result<BTreeMap<AgeingBucket, Ageing>, StoreError> {
        let span = Span { pk: grain.partition(self.org), sort, index: None };
        let items = self.store.query_all_lately(span).await?;
        Ok(items.iter().flat_map(|item| sums(grain, item)).collect())
    }

    /// Every stored sum of what clients owe.
    pub(crate) async fn every_ageing(&self) -> Result<AgeingDelta, StoreError> {
        let mut all = AgeingDelta::default();
        for grain in Grain::ALL {
            let span = Span { pk: grain.partition(self.org), sort: Sort::All, index: None };
            for item in self.store.query_all(span).await? {
                for (bucket, sum) in sums(grain, &item) {
                    all.add(bucket, sum);
                }
            }
        }
        Ok(all)
    }
}
