//! Rollups: the monthly sums, as they are stored, read and moved.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::Update;
use clearmargin_domain::{
    id::{ClientId, OrgId},
    period::{Month, Period},
    rollup::{Bucket, Delta, Measures, Subject},
};

use crate::{
    ageing, desk,
    error::StoreError,
    item::{self, Item},
    key,
    slot::Slot,
    spent, standing,
    sums::add_action,
    table::{Sort, Span},
    tenant::Tenant,
};

/// A client record's sums of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientMonth {
    /// The client record.
    pub client: ClientId,
    /// The month.
    pub month: Month,
    /// The sums.
    pub measures: Measures,
}

/// The item with a subject's sums of a year: reading a year costs hardly more than reading a month,
/// since the keys of an item are longer than its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sheet {
    subject: Subject,
    year: i16,
}

impl Sheet {
    /// The item that a bucket is in.
    pub(crate) fn of(bucket: Bucket) -> Self {
        Self { subject: bucket.subject, year: bucket.month.year() }
    }
}

/// The updates that add to buckets, one for each item, which is created when it is new.
fn add_actions(table: &str, org: OrgId, delta: &Delta) -> Result<Vec<Update>, StoreError> {
    let mut sheets: BTreeMap<Sheet, Vec<(Month, Measures)>> = BTreeMap::new();
    for (bucket, measures) in delta.changes() {
        sheets.entry(Sheet::of(bucket)).or_default().push((bucket.month, measures));
    }
    let action = |(sheet, months): (Sheet, Vec<(Month, Measures)>)| {
        let months = months.into_iter();
        let named = |(month, measures): (Month, Measures)| {
            let slot = Slot::of_month(month);
            measures.non_zero().map(move |(name, value)| (slot.attribute(name), value))
        };
        add_action(table, &key::rollup(org, sheet.subject, sheet.year), months.flat_map(named))
    };
    sheets.into_iter().map(action).collect()
}

/// Subject id and year, from a rollup's sort key.
fn subject_and_year(item: &Item) -> Option<(&str, i16)> {
    let (year, id) = item::text(item, "sk")?.split_once('#')?;
    Some((id, year.parse().ok()?))
}

/// The months of an item in which anything is summed.
fn months(item: &Item, year: i16) -> BTreeMap<Month, Measures> {
    let mut named: BTreeMap<Month, Vec<(&str, i64)>> = BTreeMap::new();
    for name in item.keys() {
        let parts = Slot::split(name);
        let month = parts.and_then(|(slot, _)| Month::in_year(year, slot.number()));
        if let (Some(month), Some((_, measure)), Some(value)) =
            (month, parts, item::number(item, name))
        {
            named.entry(month).or_default().push((measure, value));
        }
    }
    let sums = named.into_iter();
    let sums = sums.map(|(month, named)| (month, Measures::from_named(named.into_iter())));
    sums.filter(|(_, measures)| !measures.is_zero()).collect()
}

impl Tenant<'_> {
    /// The updates that add to sums, one for each item.
    pub(crate) async fn sum_actions(&self, delta: &Delta) -> Result<Vec<Update>, StoreError> {
        let table = &self.store.table;
        let mut updates = add_actions(table, self.org, delta)?;
        updates.extend(desk::count_actions(table, self.org, delta.desk())?);
        updates.extend(ageing::actions(table, self.org, delta.ageing())?);
        updates.extend(spent::actions(table, self.org, delta.spent())?);
        updates.extend(standing::actions(table, self.org, delta.standing())?);
        updates.extend(self.sketch_actions(delta.desk()).await?);
        Ok(updates)
    }

    /// A subject's sums, by month; months without any are absent.
    pub async fn rollups(
        &self,
        subject: Subject,
        period: Period,
    ) -> Result<BTreeMap<Month, Measures>, StoreError> {
        let items = match subject {
            // Alone in its partition, it can be read over any number of years.
            Subject::Organization => self.years(subject, period).await?,
            _ => self.sheets(subject, period).await?,
        };
        let sums = items.iter().filter_map(|item| Some(months(item, subject_and_year(item)?.1)));
        let mut sums: BTreeMap<_, _> = sums.flatten().collect();
        sums.retain(|month, _| period.contains(*month));
        Ok(sums)
    }

    async fn sheets(&self, subject: Subject, period: Period) -> Result<Vec<Item>, StoreError> {
        let years = period.from().year()..=period.to().year();
        let keys = years.map(|year| key::rollup(self.org, subject, year).attributes().into());
        self.read_batch_lately(keys.collect()).await
    }

    async fn years(&self, subject: Subject, period: Period) -> Result<Vec<Item>, StoreError> {
        let (from, to) = key::rollup_years(period.from().year(), period.to().year());
        let pk = key::rollups(self.org, key::letter(subject));
        let span = Span { pk, sort: Sort::Between(from, to), index: None };
        self.store.query_all_lately(span).await
    }

    /// What lines that recur charge for each month up to one, by client record; its cost is clients ×
    /// years, never documents.
    pub async fn recurring_rollups(
        &self,
        to: Month,
    ) -> Result<Vec<(Bucket, Measures)>, StoreError> {
        let mut sums = self.rollups_of('R', Month::FIRST.year(), to.year()).await?;
        sums.retain(|(bucket, _)| bucket.month <= to);
        Ok(sums)
    }

    /// What came in and went back by each method over a period, by month.
    pub async fn method_rollups(
        &self,
        period: Period,
    ) -> Result<Vec<(Bucket, Measures)>, StoreError> {
        let mut sums = self.rollups_of('P', period.from().year(), period.to().year()).await?;
        sums.retain(|(bucket, _)| period.contains(bucket.month));
        Ok(sums)
    }

    /// The sums of all subjects of a kind over some years.
    async fn rollups_of(
        &self,
        letter: char,
        from: i16,
        to: i16,
    ) -> Result<Vec<(Bucket, Measures)>, StoreError> {
        let (from, to) = key::rollup_years(from, to);
        let pk = key::rollups(self.org, letter);
        let span = Span { pk, sort: Sort::Between(from, to), index: None };
        let mut sums = Vec::new();
        for item in self.store.query_all_lately(span).await? {
            let Some((id, year)) = subject_and_year(&item) else { continue };
            let Some(subject) = key::subject(letter, id) else { continue };
            let months = months(&item, year).into_iter();
            sums.extend(months.map(|(month, sums)| (Bucket { subject, month }, sums)));
        }
        Ok(sums)
    }

    /// Every client record's sums over a period, by month; its cost is clients × years, never rows.
    pub async fn client_rollups(&self, period: Period) -> Result<Vec<ClientMonth>, StoreError> {
        let (from, to) = key::rollup_years(period.from().year(), period.to().year());
        let pk = key::rollups(self.org, 'C');
        let span = Span { pk, sort: Sort::Between(from, to), index: None };
        let mut sums = Vec::new();
        for item in self.store.query_all_lately(span).await? {
            let Some((id, year)) = subject_and_year(&item) else { continue };
            let Ok(client) = id.parse() else { continue };
            let months = months(&item, year).into_iter();
            sums.extend(months.map(|(month, measures)| ClientMonth { client, month, measures }));
        }
        sums.retain(|sum| period.contains(sum.month));
        sums.sort_by_key(|sum| (sum.month, sum.client));
        Ok(sums)
    }

    /// Every stored sum of every subject.
    pub(crate) async fn every_rollup(&self) -> Result<BTreeMap<Bucket, Measures>, StoreError> {
        let mut all = BTreeMap::new();
        for letter in key::SUBJECTS {
            let pk = key::rollups(self.org, letter);
            let span = Span { pk, sort: Sort::All, index: None };
            for item in self.store.query_all(span).await? {
                let Some((id, year)) = subject_and_year(&item) else { continue };
                let Some(subject) = key::subject(letter, id) else { continue };
                let months = months(&item, year).into_iter();
                all.extend(months.map(|(month, sums)| (Bucket { subject, month }, sums)));
            }
        }
        Ok(all)
    }
}
