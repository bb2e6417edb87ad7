//! How a plan comes into force.

use clearmargin_domain::{
    access::Action,
    audit::Actor,
    budget::{Budget, StepError},
    id::{BudgetId, UserId},
    identity::{ApiKey, User},
};
use clearmargin_store::Stored;
use serde_json::json;

use super::own;
use crate::{Ctx, Error, Precondition};

/// What becomes of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It waits to be approved.
    Submit,
    /// It comes into force.
    Approve,
    /// It is worked on again, for that reason.
    SendBack(String),
    /// Another plan is begun, for that reason; until it is approved this one stays in force.
    Revise(String),
}

impl Step {
    const fn action(&self) -> Action {
        match self {
            Self::Submit | Self::Revise(_) => Action::BudgetsWrite,
            Self::Approve | Self::SendBack(_) => Action::BudgetsApprove,
        }
    }

    const fn audited(&self) -> &'static str {
        match self {
            Self::Submit => "budget.submitted",
            Self::Approve => "budget.approved",
            Self::SendBack(_) => "budget.sentBack",
            Self::Revise(_) => "budget.revised",
        }
    }
}

/// Takes a plan where it is to go.
pub async fn advance(
    ctx: &Ctx,
    id: BudgetId,
    step: Step,
    seen: &Precondition,
) -> Result<Stored<Budget>, Error> {
    ctx.require(Action::BudgetsWrite)?;
    ctx.require(step.action())?;
    if let Some(value) = ctx.replay::<Budget>().await? {
        let version = own(ctx, id).await?.version;
        return Ok(Stored { value, version });
    }
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    let detail = json!({"revision": old.revision});
    let mut change = ctx.tenant().change(ctx.audit(step.audited(), id, detail));
    let budget = match step {
        Step::Submit => old.submitted(ctx.actor, ctx.now)?,
        Step::SendBack(reason) => old.sent_back(reason)?,
        Step::Revise(reason) => old.revised(reason)?,
        Step::Approve => {
            check_four_eyes(ctx, &old).await?;
            let (budget, plan) = old.approved(ctx.actor, ctx.now)?;
            change.insert(&plan)?;
            budget
        }
    };
    change.update(&old, &budget)?;
    let value = ctx.commit(change, budget).await?;
    Ok(Stored { value, version: old.version + 1 })
}

/// Goes on only if somebody else submitted the plan, unless there is nobody else who may approve it.
/// What a key does, whoever made it does.
async fn check_four_eyes(ctx: &Ctx, budget: &Budget) -> Result<(), Error> {
    let Some(submitter) = budget.submitter() else { return Ok(()) };
    let approver = person(ctx, ctx.actor).await?;
    if approver.is_none() || person(ctx, submitter).await? != approver {
        return Ok(());
    }
    let others = ctx.tenant().all::<User>().await?.into_iter().filter(|user| {
        user.active && Some(user.id) != approver && user.role.may(Action::BudgetsApprove)
    });
    if others.count() == 0 { Ok(()) } else { Err(StepError::OwnSubmission.into()) }
}

/// The person behind an actor; none behind a schedule.
async fn person(ctx: &Ctx, actor: Actor) -> Result<Option<UserId>, Error> {
    match actor {
        Actor::User(id) => Ok(Some(id)),
        Actor::Key(id) => {
            let key = ctx.tenant().get::<ApiKey>(id).await?;
            Ok(key.map(|key| key.created_by))
        }
        Actor::System => Ok(None),
    }
}
