//! The layout of budgets, of their approved plans, and of what was spent of them.

use clearmargin_domain::{
    budget::{Budget, BudgetExpense, BudgetRevision},
    id::{BudgetExpenseId, BudgetId, OrgId, SHARDS},
    rollup::Delta,
};

use super::{large, small};
use crate::{
    entity::{Entity, Listed, Walked},
    key::{self, Index, IndexKey, Key},
};

small! {
    // Records of shape 1 know of no accounts.
    Budget: BudgetId = "BUDGET", shape 2;
}

impl Entity for BudgetRevision {
    const KIND: &'static str = "BUDGETPLAN";
    /// Records of shape 1 know of no accounts.
    const SHAPE: u16 = 2;
    type Id = (BudgetId, u32);

    fn id(&self) -> Self::Id {
        (self.budget, self.number)
    }

    fn key(org: OrgId, (budget, number): Self::Id) -> Key {
        key::of_budget(org, Self::KIND, budget, &format!("{number:06}"))
    }
}

impl Walked for BudgetRevision {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for BudgetExpense {
    const KIND: &'static str = "SPENDING";
    type Id = BudgetExpenseId;

    fn id(&self) -> BudgetExpenseId {
        self.id
    }

    fn key(org: OrgId, id: BudgetExpenseId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn indexes(&self, org: OrgId) -> Vec<IndexKey> {
        let pk = key::owned(org, &self.budget.to_string());
        let sk = key::by_day("X", self.day, &self.id.to_string());
        vec![IndexKey { index: Index::Owner, pk, sk }]
    }

    fn contribution(&self) -> Delta {
        Delta::of_budget_expense(self)
    }
}

large!(BudgetExpense);
