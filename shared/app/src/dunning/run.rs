//! The reminders of a day: begun once, and made in steps.

use std::{collections::HashMap, time::Duration};

use clearmargin_domain::{
    dunning::{DunningCounts, DunningPolicy, DunningRun, InvoiceDunning, NotReminded, Reminder},
    id::InvoiceId,
    invoice::Invoice,
    job::Job,
};
use clearmargin_store::{InvoiceFilter, InvoiceList, InvoicesOf, ListError, Stored};
use jiff::{SignedDuration, ToSpan as _, civil::Date};
use serde_json::json;

use super::{
    TRIES,
    judge::{Judge, Verdict},
    or_none, stored,
};
use crate::{Ctx, Error, invoices, jobs, organizations, tries::Tries};

/// How many invoices a step looks at.
const STEP: usize = 25;
/// How long a run that does not go on is left alone.
const STALLED: SignedDuration = SignedDuration::from_hours(1);
/// How soon a step comes again that could not reach the store.
const REST: Duration = Duration::from_secs(1);

/// Begins the day's reminders if its hour has come, and sends a run on its way again that stands
/// still. Says whether a day was begun. A day that is missed is not made up for: the next one looks
/// at the same invoices.
pub(crate) async fn begin_due(ctx: &Ctx) -> Result<bool, Error> {
    let Some(policy) = stored(ctx).await?.filter(|policy| policy.enabled) else {
        return Ok(false);
    };
    let organization = organizations::own(ctx, ctx.org).await?;
    let zone = organization.time_zone.zone().map_err(Error::internal)?;
    let now = zone.to_datetime(ctx.now);
    let come = now.hour() >= policy.hour;
    let day = if come { now.date() } else { now.date().saturating_sub(1.day()) };
    match ctx.tenant().get::<DunningRun>(day).await? {
        Some(run) => wake(ctx, run).await.map(|()| false),
        None if come => begin(ctx, &policy, day).await,
        None => Ok(false),
    }
}

async fn begin(ctx: &Ctx, policy: &Stored<DunningPolicy>, day: Date) -> Result<bool, Error> {
    let Some(reach) = policy.reach(day) else { return Ok(false) };
    let detail = json!({"day": day});
    let mut change = ctx.tenant().change(ctx.audit("dunning.begun", ctx.org, detail));
    change.unchanged(policy)?;
    change.insert(&DunningRun::begun(day, reach, ctx.now))?;
    change.send(Job::RemindOfInvoices { day, step: 0 });
    Ok(change.attempt().await?)
}

/// Orders the next step of a run anew that has not gone on for long. An order too many finds its
/// step past.
async fn wake(ctx: &Ctx, run: Stored<DunningRun>) -> Result<(), Error> {
    let still = ctx.now.duration_since(run.touched_at) > STALLED;
    if run.finished_at.is_some() || !still {
        return Ok(());
    }
    let touched = DunningRun { touched_at: ctx.now, ..run.value.clone() };
    let (day, step) = (run.day, run.step);
    let detail = json!({"day": day, "step": step});
    let mut change = ctx.tenant().change(ctx.audit("dunning.woken", ctx.org, detail));
    change.update(&run, &touched)?;
    change.send(Job::RemindOfInvoices { day, step });
    change.attempt().await?;
    Ok(())
}

/// Does a step of a day's run, and orders the next one.
pub(crate) async fn step(ctx: &Ctx, day: Date, step: u32) -> Result<jobs::Outcome, Error> {
    let run = ctx.tenant().get::<DunningRun>(day).await?;
    let Some(run) = run.filter(|run| run.finished_at.is_none() && run.step == step) else {
        return Ok(jobs::Outcome::Done);
    };
    // Switched off meanwhile, it ends here.
    let (counts, next) = match stored(ctx).await?.filter(|policy| policy.enabled) {
        Some(policy) => match go_through(ctx, &policy, &run).await {
            Err(Error::Unavailable(_)) => return Ok(jobs::Outcome::Later(REST)),
            gone => gone?,
        },
        None => (DunningCounts::default(), None),
    };
    let detail = json!({"day": day, "step": step, "counts": counts});
    let mut change = ctx.tenant().change(ctx.audit("dunning.stepped", ctx.org, detail));
    let more = next.is_some();
    change.update(&run, &run.went_on(&counts, next, ctx.now))?;
    if more {
        change.send(Job::RemindOfInvoices { day, step: step.saturating_add(1) });
    }
    let written = change.attempt().await?;
    Ok(if written { jobs::Outcome::Done } else { jobs::Outcome::Later(Duration::ZERO) })
}

/// Reminds of the invoices of the next step: what became of them, and where those after them are.
async fn go_through(
    ctx: &Ctx,
    policy: &DunningPolicy,
    run: &DunningRun,
) -> Result<(DunningCounts, Option<String>), Error> {
    let (found, next) = next_of(ctx, run).await?;
    let ids: Vec<_> = found.iter().map(|invoice| invoice.id).collect();
    let known = ctx.tenant().get_many::<InvoiceDunning>(&ids).await?;
    let known: HashMap<_, _> = known.into_iter().map(|it| (it.invoice, it.value)).collect();
    let mut judge = Judge::new(ctx, run.day);
    let mut counts = DunningCounts::default();
    for invoice in found {
        counts.looked_at += 1;
        let nothing = InvoiceDunning::none(invoice.id);
        let dunning = known.get(&invoice.id).unwrap_or(&nothing);
        let became = match first_look(policy, &invoice, dunning, run.day) {
            Some(became) => Ok(became),
            None => remind(ctx, &mut judge, invoice.id, run.day).await,
        };
        match became {
            Ok(Became::Ordered) => counts.ordered += 1,
            Ok(Became::Left(why)) => counts.leave(why),
            Err(Error::NotFound(_)) => counts.leave(NotReminded::NothingOpen),
            Err(error @ (Error::Unavailable(_) | Error::Internal(_))) => return Err(error),
            // One invoice's trouble is not another's.
            Err(_) => counts.failed += 1,
        }
    }
    Ok((counts, next))
}

/// The invoices of the next step by the day on which they are due, and where those after them are. A
/// place that is not understood any more is the beginning: what is done is done.
async fn next_of(
    ctx: &Ctx,
    run: &DunningRun,
) -> Result<(Vec<Stored<Invoice>>, Option<String>), Error> {
    let list = open_between(run.day, (run.due_from, run.due_to), STEP);
    match ctx.tenant().invoices(&list, run.cursor.as_deref()).await {
        Err(ListError::Cursor(_)) => Ok(ctx.tenant().invoices(&list, None).await?),
        page => Ok(page?),
    }
}

/// Invoices of which something is open that are due between two days, the earliest first.
pub(super) fn open_between(today: Date, (from, to): (Date, Date), limit: usize) -> InvoiceList {
    let filter = InvoiceFilter::all(today);
    InvoiceList { of: InvoicesOf::Owed, ascending: true, from, to, filter, limit, look_at: limit }
}

/// What became of an invoice.
enum Became {
    Ordered,
    Left(NotReminded),
}

/// What is clear of an invoice without asking who is to be reminded.
fn first_look(
    policy: &DunningPolicy,
    invoice: &Invoice,
    dunning: &InvoiceDunning,
    day: Date,
) -> Option<Became> {
    // A step that was done in part before.
    if dunning.was_ordered_on(day) {
        return Some(Became::Ordered);
    }
    policy.step_for(invoice, dunning, day).err().map(Became::Left)
}

async fn remind(
    ctx: &Ctx,
    judge: &mut Judge<'_>,
    id: InvoiceId,
    day: Date,
) -> Result<Became, Error> {
    let mut tries = Tries::most(TRIES);
    loop {
        match remind_once(ctx, judge, id, day).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

/// Notes a reminder and orders its mail, as the invoice, the policy and what was done are now.
async fn remind_once(
    ctx: &Ctx,
    judge: &mut Judge<'_>,
    id: InvoiceId,
    day: Date,
) -> Result<Became, Error> {
    let Some(policy) = stored(ctx).await?.filter(|policy| policy.enabled) else {
        return Ok(Became::Left(NotReminded::SwitchedOff));
    };
    let invoice = invoices::own(ctx, id).await?;
    let old = ctx.tenant().get::<InvoiceDunning>(id).await?;
    let mut dunning = or_none(old.clone(), id).value;
    if dunning.was_ordered_on(day) {
        return Ok(Became::Ordered);
    }
    let due = match judge.verdict(&policy, &invoice, &dunning).await? {
        Verdict::Due(due) => due,
        Verdict::Not(why) => return Ok(Became::Left(why)),
    };
    let reminder = dunning.reminders.len();
    // Whom it goes to is personal, and stays out of the audit trail.
    let detail = json!({"reminder": reminder, "daysAfterDue": due.step});
    dunning.reminders.push(Reminder::ordered(due.step, day, ctx.now, due.to));
    let mut change = ctx.tenant().change(ctx.audit("invoice.reminded", id, detail));
    change.unchanged(&policy)?;
    change.unchanged(&invoice)?;
    change.set(old.as_ref(), &dunning)?;
    change.send(Job::SendReminder { invoice: id, reminder });
    change.commit().await?;
    Ok(Became::Ordered)
}
