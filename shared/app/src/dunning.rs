//! Reminders of what clients owe, by the steps of the organisation's policy.
//!
//! A day is begun by one transaction that writes its run and orders the first step, so it is begun
//! once, however often it is looked. A step goes through some of the open invoices. Each reminder is
//! noted in the transaction that orders its mail, which fails if the invoice, what was done about it
//! or the policy changed since they were read. So an invoice gets each reminder once, wherever a run
//! is killed. The worker looks again at all of that before it hands a mail over.

mod judge;
mod preview;
mod run;
mod send;

use std::collections::BTreeSet;

use clearmargin_domain::{
    access::Action,
    client::Client,
    dunning::{DunningPolicy, DunningRun, Hold, InvoiceDunning, PolicyError},
    id::{ClientId, InvoiceId},
    invoice::DocumentKind,
    money::Currency,
    text::Line,
};
use clearmargin_store::Stored;
use jiff::civil::Date;
use serde_json::json;

use crate::{Ctx, Error, Precondition, invoices, organizations, services, tries::Tries};

pub use preview::{PreviewRow, Told, preview};
pub(crate) use run::{begin_due, step};
pub(crate) use send::hand_over;

/// How often something is tried again that met another change of the same records.
const TRIES: usize = 64;

async fn stored(ctx: &Ctx) -> Result<Option<Stored<DunningPolicy>>, Error> {
    Ok(ctx.tenant().get::<DunningPolicy>(()).await?)
}

/// The policy; version 0 as long as nobody has set one.
pub async fn policy(ctx: &Ctx) -> Result<Stored<DunningPolicy>, Error> {
    ctx.require(Action::InvoicesRead)?;
    let none = Stored { value: DunningPolicy::none(), version: 0 };
    Ok(stored(ctx).await?.unwrap_or(none))
}

/// The currency that amounts of the policy are in: the organisation's.
pub async fn currency(ctx: &Ctx) -> Result<Currency, Error> {
    Ok(organizations::own(ctx, ctx.org).await?.currency)
}

/// Sets the policy. What it says counts at once, also for mails that were ordered and wait.
pub async fn set_policy(
    ctx: &Ctx,
    policy: DunningPolicy,
    seen: &Precondition,
) -> Result<Stored<DunningPolicy>, Error> {
    ctx.require(Action::InvoicesWrite)?;
    let old = stored(ctx).await?;
    let version = old.as_ref().map_or(0, |old| old.version);
    if let Some(value) = ctx.replay::<DunningPolicy>().await? {
        return Ok(Stored { value, version });
    }
    seen.check(version)?;
    policy.check()?;
    if old.as_ref().is_some_and(|old| old.value == policy) {
        return Ok(Stored { value: policy, version });
    }
    check_left_out(ctx, &policy).await?;
    let days: Vec<_> = policy.steps.iter().map(|step| step.days_after_due).collect();
    let left_out = policy.left_out.len();
    let detail = json!({"enabled": policy.enabled, "daysAfterDue": days, "leftOut": left_out});
    let mut change = ctx.tenant().change(ctx.audit("dunning.set", ctx.org, detail));
    change.set(old.as_ref(), &policy)?;
    let value = ctx.commit(change, policy).await?;
    Ok(Stored { value, version: version + 1 })
}

/// Goes on only if every client that is left out exists.
async fn check_left_out(ctx: &Ctx, policy: &DunningPolicy) -> Result<(), Error> {
    let ids: Vec<_> = policy.left_out.iter().map(|left_out| left_out.client).collect();
    let known = ctx.tenant().get_many::<Client>(&ids).await?;
    let known: BTreeSet<ClientId> = known.iter().map(|client| client.id).collect();
    for (place, left_out) in policy.left_out.iter().enumerate() {
        if !known.contains(&left_out.client) {
            let path = format!("leftOut[{place}].clientId");
            return Err(Error::invalid(path, "there is no such client"));
        }
        if let Some(until) = left_out.until {
            services::check_day(until, &format!("leftOut[{place}].until"))?;
        }
    }
    Ok(())
}

impl From<PolicyError> for Error {
    fn from(error: PolicyError) -> Self {
        Self::invalid(error.path(), error.to_string())
    }
}

/// How the reminders of a day were made; none where nobody was to be reminded.
pub async fn run_of(ctx: &Ctx, day: Date) -> Result<Option<DunningRun>, Error> {
    ctx.require(Action::InvoicesRead)?;
    services::check_day(day, "query.day")?;
    let run = ctx.tenant().get::<DunningRun>(day).await?;
    Ok(run.map(|run| run.value))
}

/// What was done about an invoice; version 0 as long as nothing was.
pub async fn of_invoice(ctx: &Ctx, id: InvoiceId) -> Result<Stored<InvoiceDunning>, Error> {
    ctx.require(Action::InvoicesRead)?;
    invoices::own(ctx, id).await?;
    Ok(or_none(ctx.tenant().get::<InvoiceDunning>(id).await?, id))
}

fn or_none(stored: Option<Stored<InvoiceDunning>>, id: InvoiceId) -> Stored<InvoiceDunning> {
    stored.unwrap_or(Stored { value: InvoiceDunning::none(id), version: 0 })
}

/// Holds an invoice: nobody is reminded of it until it is released. What a source system brought
/// can be held, too.
pub async fn hold(
    ctx: &Ctx,
    id: InvoiceId,
    reason: Line<200>,
    seen: &Precondition,
) -> Result<Stored<InvoiceDunning>, Error> {
    let since = ctx.now;
    change_hold(ctx, id, Some(Hold { reason, since }), seen).await
}

/// Releases an invoice that is held.
pub async fn release(
    ctx: &Ctx,
    id: InvoiceId,
    seen: &Precondition,
) -> Result<Stored<InvoiceDunning>, Error> {
    change_hold(ctx, id, None, seen).await
}

async fn change_hold(
    ctx: &Ctx,
    id: InvoiceId,
    hold: Option<Hold>,
    seen: &Precondition,
) -> Result<Stored<InvoiceDunning>, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(value) = ctx.replay::<InvoiceDunning>().await? {
        let version = of_invoice(ctx, id).await?.version;
        return Ok(Stored { value, version });
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match change_hold_once(ctx, id, hold.clone(), seen).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn change_hold_once(
    ctx: &Ctx,
    id: InvoiceId,
    hold: Option<Hold>,
    seen: &Precondition,
) -> Result<Stored<InvoiceDunning>, Error> {
    let invoice = invoices::own(ctx, id).await?;
    let old = ctx.tenant().get::<InvoiceDunning>(id).await?;
    let version = old.as_ref().map_or(0, |old| old.version);
    seen.check(version)?;
    invoice.check_issued()?;
    if invoice.kind != DocumentKind::Invoice {
        return Err(Error::conflict("not_an_invoice", "nobody is reminded of a credit memo"));
    }
    let before = or_none(old.clone(), id).value;
    let (action, detail) = match (&before.hold, &hold) {
        (None, None) => return Err(Error::NotFound("hold")),
        (Some(was), Some(is)) if was.reason == is.reason => {
            return Ok(Stored { value: before, version });
        }
        // Why is said of a client, and stays out of the audit trail.
        (_, Some(_)) => ("invoice.held", json!({})),
        (Some(_), None) => ("invoice.released", json!({})),
    };
    let after = InvoiceDunning { hold, ..before };
    let mut change = ctx.tenant().change(ctx.audit(action, id, detail));
    change.set(old.as_ref(), &after)?;
    let value = ctx.commit(change, after).await?;
    Ok(Stored { value, version: version + 1 })
}
