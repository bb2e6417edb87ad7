//! Bills and other purchases as people read them: the latest first.

use clearmargin_domain::{
    expense::{Expense, ExpenseUse},
    id::ExpenseAccountId,
    period::{Month, Period},
};

use crate::{
    backwards::Backwards,
    entity::{Entity as _, Stored, from_item},
    key::{self, Index},
    tenant::{ListError, Tenant},
};

/// Which purchases; everything that is said has to hold.
#[derive(Debug, Clone, Default)]
pub struct ExpenseFilter {
    /// A part of the vendor's name, in whatever case.
    pub vendor: Option<String>,
    /// For whom they were bought.
    pub used: Option<ExpenseUse>,
    /// The account that something of it was bought on.
    pub account: Option<ExpenseAccountId>,
}

impl ExpenseFilter {
    fn takes_all(&self) -> bool {
        self.vendor.is_none() && self.used.is_none() && self.account.is_none()
    }

    fn takes(&self, expense: &Expense) -> bool {
        let name = expense.vendor.as_deref().unwrap_or_default().to_lowercase();
        let vendor = self.vendor.as_ref();
        vendor.is_none_or(|part| name.contains(&part.to_lowercase()))
            && self.used.is_none_or(|used| expense.is_used(used))
            && self.account.is_none_or(|account| expense.is_on(account))
    }
}

/// Which purchases, and how many.
#[derive(Debug, Clone)]
pub struct ExpenseList {
    /// Of these months.
    pub period: Period,
    /// Those of them that may have any, the latest first.
    pub months: Vec<Month>,
    /// Which of them.
    pub filter: ExpenseFilter,
    /// How many at most.
    pub limit: usize,
    /// How many to look at at most.
    pub look_at: usize,
}

impl Tenant<'_> {
    /// Purchases, the latest day first, and where the next page begins. A page may hold fewer than
    /// wanted, although there are more: it looks at a limited number.
    pub async fn expenses(
        &self,
        list: &ExpenseList,
        cursor: Option<&str>,
    ) -> Result<(Vec<Stored<Expense>>, Option<String>), ListError> {
        let ExpenseList { period, months, filter, limit, look_at } = list;
        let partition = |month: &Month| key::kind_month(self.org, Expense::KIND, *month);
        let backwards = Backwards {
            scope: format!("expenses|{}|{}|{filter:?}", period.from(), period.to()),
            forwards: false,
            months: months.iter().map(partition).collect(),
            // '$' follows '#': every day of the month.
            between: ("E#".to_owned(), "E$".to_owned()),
            index: Some(Index::Time),
            filtered: !filter.takes_all(),
            limit: *limit,
            look_at: *look_at,
        };
        let read = |item| {
            let expense = from_item::<Expense>(item)?;
            Ok(filter.takes(&expense.value).then_some(expense))
        };
        self.page_back(&backwards, cursor, read).await
    }
}
