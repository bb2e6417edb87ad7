//! How a plan comes into force.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Budget, BudgetRevision, BudgetState, Category};
use crate::audit::Actor;

/// Why a plan cannot go there from where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// Only a draft is submitted.
    #[error("only a draft can be submitted")]
    NotADraft,
    /// Nothing is planned.
    #[error("a plan without categories cannot be submitted")]
    Empty,
    /// Only what was submitted is approved or sent back.
    #[error("only a submitted plan can be approved or sent back")]
    NotSubmitted,
    /// Who submits a plan is not who approves it.
    #[error("somebody else than who submitted a plan approves it")]
    OwnSubmission,
    /// Only what was approved is followed by another plan.
    #[error("only an approved plan is followed by a new revision")]
    NotApproved,
}

impl Budget {
    /// The budget with its plan waiting to be approved.
    pub fn submitted(&self, by: Actor, at: Timestamp) -> Result<Self, StepError> {
        self.check_draft().map_err(|_| StepError::NotADraft)?;
        if self.categories.is_empty() {
            return Err(StepError::Empty);
        }
        Ok(Self { state: BudgetState::Submitted { by, at }, ..self.clone() })
    }

    /// The budget with its plan in force, and that plan as it stays.
    pub fn approved(&self, by: Actor, at: Timestamp) -> Result<(Self, BudgetRevision), StepError> {
        self.check_submitted()?;
        let plan = BudgetRevision {
            budget: self.id,
            number: self.revision,
            reason: self.reason.clone(),
            roll_over: self.roll_over,
            categories: self.categories.clone(),
            by,
            at,
        };
        let state = BudgetState::Approved { by, at };
        let in_force = Some(self.revision);
        Ok((Self { state, in_force, sent_back: None, ..self.clone() }, plan))
    }

    /// The budget with its plan being worked on again.
    pub fn sent_back(&self, reason: String) -> Result<Self, StepError> {
        self.check_submitted()?;
        Ok(Self { state: BudgetState::Draft, sent_back: Some(reason), ..self.clone() })
    }

    /// The budget with the next plan begun, which starts from the one in force.
    pub fn revised(&self, reason: String) -> Result<Self, StepError> {
        match self.state {
            BudgetState::Approved { .. } => Ok(Self {
                revision: self.revision + 1,
                reason: Some(reason),
                state: BudgetState::Draft,
                ..self.clone()
            }),
            BudgetState::Draft | BudgetState::Submitted { .. } => Err(StepError::NotApproved),
        }
    }

    /// Who submitted the plan that waits to be approved; none if none does.
    pub fn submitter(&self) -> Option<Actor> {
        match self.state {
            BudgetState::Submitted { by, .. } => Some(by),
            BudgetState::Draft | BudgetState::Approved { .. } => None,
        }
    }

    fn check_submitted(&self) -> Result<(), StepError> {
        match self.state {
            BudgetState::Submitted { .. } => Ok(()),
            BudgetState::Draft | BudgetState::Approved { .. } => Err(StepError::NotSubmitted),
        }
    }

    /// What is in force: whether what is left rolls over, and each category. That is the plan
    /// approved last, which is `approved` where the budget is at another one by now, and the plan that
    /// is worked on as long as none was approved. For a category that is new since, nothing is
    /// planned yet, and nothing is taken from accounts.
    pub fn in_force(&self, approved: Option<&BudgetRevision>) -> (bool, Vec<Category>) {
        let Some(plan) = approved else {
            return (self.roll_over, self.categories.clone());
        };
        let known = |id| plan.categories.iter().any(|category| category.id == id);
        let new = self.categories.iter().filter(|category| !known(category.id));
        let unplanned = new.map(|new| Category {
            planned: vec![0; new.planned.len()],
            accounts: BTreeSet::new(),
            ..new.clone()
        });
        (plan.roll_over, plan.categories.iter().cloned().chain(unplanned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::figures::tests::{account, budget, category, taking};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_plan_is_drafted_submitted_and_approved_or_sent_back() {
        let draft = budget(&[category(1, &[100, 100])]);
        assert_eq!(draft.approved(Actor::System, NOW), Err(StepError::NotSubmitted));
        let submitted = draft.submitted(Actor::System, NOW).unwrap();
        assert_eq!(submitted.submitted(Actor::System, NOW), Err(StepError::NotADraft));
        assert!(submitted.check_draft().is_err());
        let back = submitted.sent_back("Too much".to_owned()).unwrap();
        assert_eq!((back.state, back.sent_back.as_deref()), (BudgetState::Draft, Some("Too much")));
        let (approved, plan) = submitted.approved(Actor::System, NOW).unwrap();
        assert_eq!((approved.in_force, approved.superseded(), plan.number), (Some(1), None, 1));
        assert_eq!(approved.sent_back("No".to_owned()), Err(StepError::NotSubmitted));
        assert_eq!(budget(&[]).submitted(Actor::System, NOW), Err(StepError::Empty));
    }

    #[test]
    fn until_the_next_plan_is_approved_the_last_one_stays_in_force() {
        let draft = budget(&[category(1, &[100, 100])]);
        assert_eq!(draft.revised("No".to_owned()), Err(StepError::NotApproved));
        let submitted = draft.submitted(Actor::System, NOW).unwrap();
        let (approved, first) = submitted.approved(Actor::System, NOW).unwrap();
        let next = approved.revised("Growth".to_owned()).unwrap();
        assert_eq!((next.revision, next.superseded()), (2, Some(1)));
        let more = Category { name: "More".to_owned(), ..category(1, &[500, 500]) };
        let next = next.with_changed(more).unwrap();
        let next = next.with(taking(category(2, &[7, 7]), &[1])).unwrap();
        let (_, plan) = next.in_force(Some(&first));
        assert_eq!(plan, [category(1, &[100, 100]), category(2, &[0, 0])]);
        let again = next.submitted(Actor::System, NOW).unwrap().approved(Actor::System, NOW);
        let (again, second) = again.unwrap();
        assert_eq!((again.superseded(), second.number), (None, 2));
        assert_eq!(second.reason.as_deref(), Some("Growth"));
        assert_eq!(again.in_force(None).1.iter().map(Category::total).sum::<i64>(), 1_014);
    }

    #[test]
    fn what_is_bought_on_an_account_counts_in_one_category() {
        let draft = budget(&[taking(category(1, &[1]), &[1, 2]), category(2, &[1])]);
        let taken = Err(crate::budget::PlanError::AccountTaken(account(2)));
        assert_eq!(draft.with(taking(category(3, &[1]), &[2, 3])), taken);
        assert_eq!(draft.with_changed(taking(category(2, &[1]), &[2])), taken);
        assert!(draft.with_changed(taking(category(1, &[1]), &[2, 3])).is_ok());
        assert!(draft.with(taking(category(3, &[1]), &[3])).is_ok());
        let rest: Vec<_> = (3..=60).collect();
        assert!(draft.with_changed(taking(category(2, &[1]), &rest)).is_ok());
        let many = draft.with_changed(taking(category(2, &[1]), &[&rest[..], &[61]].concat()));
        assert_eq!(many, Err(crate::budget::PlanError::ManyAccounts));
    }

    #[test]
    fn what_expenses_were_recorded_in_stays() {
        let draft = budget(&[category(1, &[100, 100]), category(2, &[5, 5])]);
        let (first, second) = (category(1, &[]).id, category(2, &[]).id);
        assert_eq!(draft.check_removable(), Ok(()));
        let booked = draft.with_booked(&[first]).unwrap();
        assert_eq!(booked.with_booked(&[first]), None);
        assert_eq!(booked.without(first), Err(crate::budget::PlanError::Booked));
        assert_eq!(booked.without(second).unwrap().categories.len(), 1);
        assert!(booked.check_removable().is_err());
        let same = category(3, &[1, 1]);
        let same = Category { name: draft.categories[0].name.to_uppercase(), ..same };
        assert_eq!(draft.with(same), Err(crate::budget::PlanError::NameTaken));
    }
}
