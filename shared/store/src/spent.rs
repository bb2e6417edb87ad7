//! What was spent of budgets, as it is stored, read and moved: a sheet for each category and month,
//! with the sums of its days, that add up by themselves.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::Update;
use clearmargin_domain::{
    budget::{DaySums, Spent, SpentBucket, SpentDelta},
    id::{BudgetCategoryId, BudgetId, OrgId},
    period::Month,
};

use crate::{
    error::StoreError,
    item::{self, Item},
    key::{self, Key},
    slot::Slot,
    sums::add_action,
    table::{Sort, Span},
    tenant::Tenant,
};

/// The partition of all sheets, by name.
pub(crate) const SPENT: &str = "SPENT";

/// The item with a category's sums of a month's days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sheet {
    budget: BudgetId,
    category: BudgetCategoryId,
    month: Month,
}

impl Sheet {
    /// The sheet that a sum is in.
    pub(crate) fn of(bucket: SpentBucket) -> Self {
        let SpentBucket { budget, category, day } = bucket;
        Self { budget, category, month: Month::of(day) }
    }

    fn named(sk: &str) -> Option<Self> {
        let mut parts = sk.splitn(3, '#');
        let budget = parts.next()?.parse().ok()?;
        let category = parts.next()?.parse().ok()?;
        Some(Self { budget, category, month: parts.next()?.parse().ok()? })
    }

    fn key(self, org: OrgId) -> Key {
        key::of_budget(org, SPENT, self.budget, &format!("{}#{}", self.category, self.month))
    }

    /// The sum that an attribute of it is part of, and which part.
    fn part(self, attribute: &str) -> Option<(SpentBucket, &str)> {
        let (slot, name) = Slot::split(attribute)?;
        let Self { budget, category, month } = self;
        Some((SpentBucket { budget, category, day: month.day(slot.number())? }, name))
    }
}

/// The updates that add to sums, one for each sheet.
pub(crate) fn actions(
    table: &str,
    org: OrgId,
    delta: &SpentDelta,
) -> Result<Vec<Update>, StoreError> {
    let mut sheets: BTreeMap<Sheet, Vec<(String, i64)>> = BTreeMap::new();
    for (bucket, spent) in delta.changes() {
        let slot = Slot::of_day(bucket.day);
        let named = spent.non_zero().map(|(name, value)| (slot.attribute(name), value));
        sheets.entry(Sheet::of(bucket)).or_default().extend(named);
    }
    let sheets = sheets.into_iter();
    sheets.map(|(sheet, sums)| add_action(table, &sheet.key(org), sums)).collect()
}

/// The sums of a sheet.
fn sums(item: &Item) -> BTreeMap<SpentBucket, Spent> {
    let sheet = item::text(item, "sk").and_then(Sheet::named);
    let mut named: BTreeMap<SpentBucket, Vec<(&str, i64)>> = BTreeMap::new();
    for attribute in item.keys() {
        let part = sheet.and_then(|sheet| sheet.part(attribute));
        if let (Some((bucket, name)), Some(value)) = (part, item::number(item, attribute)) {
            named.entry(bucket).or_default().push((name, value));
        }
    }
    let sums = named.into_iter();
    sums.map(|(bucket, named)| (bucket, Spent::from_named(named.into_iter()))).collect()
}

impl Tenant<'_> {
    /// What was spent of a budget, by category and day; what is waiting in the outbox is not in it
    /// yet. Its cost is categories × months, never expenses.
    pub async fn spent_of(&self, budget: BudgetId) -> Result<DaySums, StoreError> {
        let (pk, prefix) = (key::collection(self.org, SPENT), key::budget_prefix(budget));
        let span = Span { pk, sort: Sort::Prefix(&prefix), index: None };
        let items = self.store.query_all_lately(span).await?;
        let sums = items.iter().flat_map(sums).filter(|(_, spent)| !spent.is_zero());
        Ok(sums.map(|(bucket, spent)| ((bucket.category, bucket.day), spent)).collect())
    }

    /// Every stored sum of what was spent of budgets.
    pub(crate) async fn every_spending(&self) -> Result<SpentDelta, StoreError> {
        let mut all = SpentDelta::default();
        let pk = key::collection(self.org, SPENT);
        for item in self.store.query_all(Span { pk, sort: Sort::All, index: None }).await? {
            for (bucket, spent) in sums(&item) {
                all.add(bucket, spent);
            }
        }
        Ok(all)
    }
}
