//! Budgets.

use clearmargin_domain::{
    audit::Actor,
    budget::{Budget, BudgetExpense, BudgetRevision, BudgetState, Category, ExpenseSource},
    id::{BudgetCategoryId, BudgetExpenseId, BudgetId, ExpenseAccountId, UserId},
    money::Currency,
    period::{Month, Period},
};

use super::{DAY, usd};
use crate::bench::NOW;

fn category(number: u128) -> Category {
    Category {
        id: BudgetCategoryId::new(NOW, number),
        name: "Trade fairs".to_owned(),
        planned: vec![50_001, 50_000, 0],
        accounts: [ExpenseAccountId::new(NOW, 1)].into(),
        booked: true,
    }
}

pub(crate) fn budget(number: u128) -> Budget {
    let from = Month::of(DAY);
    Budget {
        id: BudgetId::new(NOW, number),
        name: "Marketing".to_owned(),
        currency: Currency::USD,
        period: Period::new(from, from.plus(2), 24).unwrap(),
        roll_over: true,
        thresholds: vec![50, 100].try_into().unwrap(),
        revision: 2,
        reason: Some("Growth".to_owned()),
        state: BudgetState::Submitted { by: Actor::User(UserId::new(NOW, 1)), at: NOW },
        sent_back: Some("Too much".to_owned()),
        in_force: Some(1),
        categories: vec![category(number)],
    }
}

pub(crate) fn budget_revision(number: u128) -> BudgetRevision {
    BudgetRevision {
        budget: budget(number).id,
        number: 2,
        reason: Some("Growth".to_owned()),
        roll_over: true,
        categories: vec![category(number)],
        by: Actor::User(UserId::new(NOW, 1)),
        at: NOW,
    }
}

pub(crate) fn budget_expense(number: u128) -> BudgetExpense {
    BudgetExpense {
        id: BudgetExpenseId::new(NOW, number),
        budget: budget(1).id,
        category: category(1).id,
        day: DAY,
        amount: usd(12_345),
        vendor: Some("Messe Berlin".to_owned()),
        note: Some("Stand".to_owned()),
        source: ExpenseSource::Csv { row: 7 },
    }
}
