//! Where things stand, as it is stored, read and moved: for each month a sheet with its sums, and one for
//! each month that something waits from, with those of its days, which add up by themselves.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::Update;
use clearmargin_domain::{
    id::OrgId,
    period::{Month, Period},
    standing::{Standing, StandingBucket, StandingDelta, StandingOf},
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

/// The letters of what is summed, in keys.
const LETTERS: [char; 3] = ['I', 'J', 'W'];
/// What stands for the sums of the month itself, in keys.
const WHOLE: &str = "-";

/// The item with the sums of a month or, of what waits from the days of a month, with those.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sheet {
    of: StandingOf,
    month: Month,
    days: Option<Month>,
}

impl Sheet {
    /// The sheet that a sum is in.
    pub(crate) fn of(bucket: StandingBucket) -> Self {
        Self { of: bucket.of, month: bucket.month, days: bucket.day.map(Month::of) }
    }

    fn named(letter: char, sk: &str) -> Option<Self> {
        let (rest, days) = sk.rsplit_once('#')?;
        let (of, month) = match letter {
            'I' => (StandingOf::Invoices, rest),
            'W' => (StandingOf::Work, rest),
            'J' => {
                let (client, month) = rest.split_once('#')?;
                (StandingOf::InvoicesOf(client.parse().ok()?), month)
            }
            _ => return None,
        };
        let days = if days == WHOLE { None } else { Some(days.parse().ok()?) };
        Some(Self { of, month: month.parse().ok()?, days })
    }

    fn key(self, org: OrgId) -> Key {
        let days = self.days.map_or_else(|| WHOLE.to_owned(), |month| month.to_string());
        let sk = format!("{}#{days}", sort_key(self.of, self.month));
        Key { pk: partition(org, letter(self.of)), sk }
    }

    /// The sum that an attribute of it is part of, and which part.
    fn part(self, attribute: &str) -> Option<(StandingBucket, &str)> {
        let Self { of, month, days } = self;
        let Some(days) = days else {
            return Some((StandingBucket { of, month, day: None }, attribute));
        };
        let (slot, name) = Slot::split(attribute)?;
        let day = Some(days.day(slot.number())?);
        Some((StandingBucket { of, month, day }, name))
    }
}

fn letter(of: StandingOf) -> char {
    match of {
        StandingOf::Invoices => 'I',
        StandingOf::InvoicesOf(_) => 'J',
        StandingOf::Work => 'W',
    }
}

/// The sort keys of a month's sheets begin with this.
fn sort_key(of: StandingOf, month: Month) -> String {
    match of {
        StandingOf::Invoices | StandingOf::Work => month.to_string(),
        StandingOf::InvoicesOf(client) => format!("{client}#{month}"),
    }
}

fn partition(org: OrgId, letter: char) -> String {
    format!("{org}#U#{letter}")
}

/// Every partition of an organisation's sheets.
pub(crate) fn partitions(org: OrgId) -> impl Iterator<Item = String> {
    LETTERS.into_iter().map(move |letter| partition(org, letter))
}

/// What a part of a sum is called in its sheet.
fn attribute(day: Option<Date>, name: &str) -> String {
    day.map_or_else(|| name.to_owned(), |day| Slot::of_day(day).attribute(name))
}

/// The updates that add to sums, one for each sheet.
pub(crate) fn actions(
    table: &str,
    org: OrgId,
    delta: &StandingDelta,
) -> Result<Vec<Update>, StoreError> {
    let mut sheets: BTreeMap<Sheet, Vec<(String, i64)>> = BTreeMap::new();
    for (bucket, standing) in delta.changes() {
        let named = standing.non_zero().map(|(name, value)| (attribute(bucket.day, name), value));
        sheets.entry(Sheet::of(bucket)).or_default().extend(named);
    }
    let sheets = sheets.into_iter();
    sheets.map(|(sheet, sums)| add_action(table, &sheet.key(org), sums)).collect()
}

/// The sums of a sheet.
fn sums(letter: char, item: &Item) -> BTreeMap<StandingBucket, Standing> {
    let Some(sheet) = item::text(item, "sk").and_then(|sk| Sheet::named(letter, sk)) else {
        return BTreeMap::new();
    };
    let mut named: BTreeMap<StandingBucket, Vec<(&str, i64)>> = BTreeMap::new();
    for attribute in item.keys().filter(|name| *name != "pk" && *name != "sk") {
        let part = sheet.part(attribute);
        if let (Some((bucket, name)), Some(value)) = (part, item::number(item, attribute)) {
            named.entry(bucket).or_default().push((name, value));
        }
    }
    let sums = named.into_iter();
    sums.map(|(bucket, named)| (bucket, Standing::from_named(named.into_iter()))).collect()
}

impl Tenant<'_> {
    /// Where the things of some months stand, by month and by the day that they wait from. Its cost
    /// is the number of months, never of records.
    pub async fn standing(
        &self,
        of: StandingOf,
        period: Period,
    ) -> Result<BTreeMap<StandingBucket, Standing>, StoreError> {
        let letter = letter(of);
        // '$' follows '#': the last month's sheets all come before it.
        let behind = format!("{}$", sort_key(of, period.to()));
        let sort = Sort::Between(sort_key(of, period.from()), behind);
        let span = Span { pk: partition(self.org, letter), sort, index: None };
        let items = self.store.query_all_lately(span).await?;
        let sums = items.iter().flat_map(|item| sums(letter, item));
        Ok(sums.filter(|(_, standing)| !standing.is_zero()).collect())
    }

    /// Every stored sum of where things stand.
    pub(crate) async fn every_standing(&self) -> Result<StandingDelta, StoreError> {
        let mut all = StandingDelta::default();
        for letter in LETTERS {
            let pk = partition(self.org, letter);
            for item in self.store.query_all(Span { pk, sort: Sort::All, index: None }).await? {
                for (bucket, sum) in sums(letter, &item) {
                    all.add(bucket, sum);
                }
            }
        }
        Ok(all)
    }
}
