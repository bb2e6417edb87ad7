//! What people decide about leaks, and what came of it.

mod charge;
mod ledger;
mod list;
mod settle;

use std::collections::{HashMap, HashSet};

use clearmargin_domain::{
    access::Action,
    id::{LeakId, UserId},
    identity::User,
    leak::{CaseError, LeakCase, MuteReason},
};
use clearmargin_store::Stored;
use jiff::civil::Date;
use serde_json::json;

use crate::{Ctx, Error, books, tries::Tries};

pub use charge::charge;
pub use ledger::{Recovered, RecoveredKind, recovered};
pub(crate) use ledger::{charged_by, settled};
pub use list::{CasesPage, WantedCases, case, cases};
pub(crate) use settle::settle;

/// How often something is tried again that met another change.
const TRIES: usize = 16;
/// How many leaks are decided at once, at most.
pub const MOST_DECIDED: usize = 50;

/// What is decided about leaks.
#[derive(Debug, Clone)]
pub enum Decision {
    /// They are to be charged.
    Approve,
    /// They are not to be told of, perhaps until the end of a day.
    Mute(MuteReason, Option<Date>),
    /// They are to be told of again.
    Open,
    /// Somebody takes care of them, or nobody any more.
    Assign(Option<UserId>),
}

impl Decision {
    /// The name in the audit trail.
    const fn name(&self) -> &'static str {
        match self {
            Self::Approve => "leaks.approved",
            Self::Mute(..) => "leaks.muted",
            Self::Open => "leaks.opened",
            Self::Assign(_) => "leaks.assigned",
        }
    }

    fn of(&self, ctx: &Ctx, case: &LeakCase) -> Result<LeakCase, CaseError> {
        match self {
            Self::Approve => case.approved(ctx.actor, ctx.now),
            Self::Mute(reason, until) => case.muted(reason.clone(), *until),
            Self::Open => case.opened(),
            Self::Assign(owner) => Ok(LeakCase { owner: *owner, ..case.clone() }),
        }
    }
}

/// Decides about leaks: about all of them, or, if that cannot be done with one of them, about none.
pub async fn decide(
    ctx: &Ctx,
    ids: &[LeakId],
    decision: &Decision,
) -> Result<Vec<LeakCase>, Error> {
    ctx.require(Action::LeaksDecide)?;
    if let Some(cases) = ctx.replay().await? {
        return Ok(cases);
    }
    if !(1..=MOST_DECIDED).contains(&ids.len()) {
        return Err(Error::invalid("leakIds", format!("expected 1 to {MOST_DECIDED}")));
    }
    can_be(ctx, decision).await?;
    let mut tries = Tries::most(TRIES);
    loop {
        match decide_once(ctx, ids, decision).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn can_be(ctx: &Ctx, decision: &Decision) -> Result<(), Error> {
    match decision {
        Decision::Mute(_, Some(until)) if *until < books::today(ctx).await? => {
            Err(Error::invalid("decision.until", "the day is over"))
        }
        Decision::Assign(Some(owner)) => {
            let user = ctx.tenant().get::<User>(*owner).await?.filter(|user| user.active);
            user.map(|_| ()).ok_or_else(|| {
                Error::invalid("decision.ownerId", "nobody of that id works in the organisation")
            })
        }
        _ => Ok(()),
    }
}

async fn decide_once(
    ctx: &Ctx,
    ids: &[LeakId],
    decision: &Decision,
) -> Result<Vec<LeakCase>, Error> {
    let known: HashMap<LeakId, Stored<LeakCase>> = {
        let cases = ctx.tenant().get_many::<LeakCase>(ids).await?;
        cases.into_iter().map(|case| (case.id, case)).collect()
    };
    let audit = ctx.audit(decision.name(), ctx.org, json!({"leaks": ids}));
    let mut change = ctx.tenant().change(audit);
    let (mut after, mut seen) = (Vec::with_capacity(ids.len()), HashSet::new());
    for (place, id) in ids.iter().enumerate() {
        let path = format!("leakIds[{place}]");
        let case = known.get(id).ok_or_else(|| Error::invalid(&path, "there is no such leak"))?;
        let decided = decision.of(ctx, case).map_err(|error| refused(error, &path))?;
        if !seen.insert(*id) {
            continue;
        }
        if decided != case.value {
            change.update(case, &decided)?;
        }
        after.push(decided);
    }
    ctx.commit(change, after).await
}

/// What is told of what cannot be done with a case.
fn refused(error: CaseError, path: &str) -> Error {
    let code = match error {
        CaseError::TooMuch | CaseError::BeyondInvoice => {
            return Error::invalid(path, error.to_string());
        }
        CaseError::Resolved => "leak_resolved",
        CaseError::OverBilling => "leak_over_billing",
        CaseError::NotApproved => "leak_not_approved",
        CaseError::TooMany | CaseError::TooManyLeaks => "leak_invoices",
    };
    Error::conflict(code, format!("{path}: {error}"))
}
