//! What was spent, as it is stored, read and moved: a sheet for each month of a category or of an
//! account, with the sums of its days, that add up by themselves.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::Update;
use clearmargin_domain::{
    budget::{Spending, Spent, SpentBucket, SpentDelta, SpentOn},
    id::{BudgetId, ExpenseAccountId, OrgId},
    period::{Month, Period},
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

/// What stands for no account, in keys.
const NOWHERE: &str = "-";

/// The item with the sums of a month's days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sheet {
    on: SpentOn,
    month: Month,
}

impl Sheet {
    /// The sheet that a sum is in.
    pub(crate) fn of(SpentBucket { on, day }: SpentBucket) -> Self {
        Self { on, month: Month::of(day) }
    }

    fn named(sk: &str) -> Option<Self> {
        let (on, month) = sk.rsplit_once('#')?;
        let on = match on.split_once('#') {
            Some((budget, category)) => {
                SpentOn::Category { budget: budget.parse().ok()?, category: category.parse().ok()? }
            }
            None if on == NOWHERE => SpentOn::Account { account: None },
            None => SpentOn::Account { account: Some(on.parse().ok()?) },
        };
        Some(Self { on, month: month.parse().ok()? })
    }

    fn key(self, org: OrgId) -> Key {
        match self.on {
            SpentOn::Category { budget, category } => {
                key::of_budget(org, SPENT, budget, &format!("{category}#{}", self.month))
            }
            SpentOn::Account { account } => {
                Key { pk: key::collection(org, SPENT), sk: on_account(account, self.month) }
            }
        }
    }

    /// The sum that an attribute of it is part of, and which part.
    fn part(self, attribute: &str) -> Option<(SpentBucket, &str)> {
        let (slot, name) = Slot::split(attribute)?;
        Some((SpentBucket { on: self.on, day: self.month.day(slot.number())? }, name))
    }
}

/// The sort key of a month's sheet of an account.
fn on_account(account: Option<ExpenseAccountId>, month: Month) -> String {
    match account {
        Some(account) => format!("{account}#{month}"),
        None => format!("{NOWHERE}#{month}"),
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
    /// What was recorded of a budget, by category and day; what is waiting in the outbox is not in it
    /// yet. Its cost is categories × months, never expenses.
    pub async fn spent_of(&self, budget: BudgetId) -> Result<Spending, StoreError> {
        self.spending(Sort::Prefix(&key::budget_prefix(budget))).await
    }

    /// What was bought in some months on an account, or on none that is known, by day. Its cost is
    /// the number of months, never of purchases.
    pub async fn bought_on(
        &self,
        account: Option<ExpenseAccountId>,
        period: Period,
    ) -> Result<Spending, StoreError> {
        let (from, to) = (on_account(account, period.from()), on_account(account, period.to()));
        self.spending(Sort::Between(from, to)).await
    }

    async fn spending(&self, sort: Sort<'_>) -> Result<Spending, StoreError> {
        let span = Span { pk: key::collection(self.org, SPENT), sort, index: None };
        let mut spending = Spending::new();
        for (bucket, spent) in self.store.query_all_lately(span).await?.iter().flat_map(sums) {
            if !spent.is_zero() {
                spending.entry(bucket.on).or_default().insert(bucket.day, spent);
            }
        }
        Ok(spending)
    }

    /// Every stored sum of what was spent.
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
