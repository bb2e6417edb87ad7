//! Recurring invoices that are made every month without anybody asking.
//!
//! A month is begun by one transaction that moves the schedule on, writes the month's run and orders
//! its first step, so it is begun once, however often it is looked. Each step bills some agreements,
//! which can be repeated, and then writes how far the run has come together with the order for the
//! next step: whoever is killed in between does the same step again, and drafts nothing twice.

use std::time::Duration;

use clearmargin_domain::{
    access::Action,
    agreement::Agreement,
    id::{AgreementId, InvoiceId},
    identity::Organization,
    job::Job,
    period::Month,
    recurring::{
        LeftOut, LeftOutAs, RecurringRun, RecurringSchedule, RunCounts, ScheduleTerms, Unbilled,
    },
};
use clearmargin_store::Stored;
use jiff::SignedDuration;
use serde_json::json;

use super::{
    MOST, Outcome, billed, concerns,
    generate::{Wanted, bill},
};
use crate::{Ctx, Error, Precondition, books, invoices, jobs, organizations};

/// How long a run that does not go on is left alone.
const STALLED: SignedDuration = SignedDuration::from_hours(1);
/// How soon a step comes again that could not reach the store.
const REST: Duration = Duration::from_secs(1);

/// The schedule; version 0 as long as nobody has set one.
pub async fn schedule(ctx: &Ctx) -> Result<Stored<RecurringSchedule>, Error> {
    ctx.require(Action::InvoicesRead)?;
    let stored = stored(ctx).await?;
    let today = books::today(ctx).await?;
    Ok(stored.unwrap_or(Stored { value: RecurringSchedule::none(today), version: 0 }))
}

async fn stored(ctx: &Ctx) -> Result<Option<Stored<RecurringSchedule>>, Error> {
    Ok(ctx.tenant().get::<RecurringSchedule>(()).await?)
}

/// Sets the schedule. A run that has begun ends as it began.
pub async fn set_schedule(
    ctx: &Ctx,
    terms: ScheduleTerms,
    seen: &Precondition,
) -> Result<Stored<RecurringSchedule>, Error> {
    ctx.require(Action::InvoicesWrite)?;
    let old = stored(ctx).await?;
    let version = old.as_ref().map_or(0, |old| old.version);
    seen.check(version)?;
    let today = books::today(ctx).await?;
    let before = old.as_ref().map_or_else(|| RecurringSchedule::none(today), |old| old.value);
    let value = before.with(terms, today);
    if old.as_ref().is_some_and(|old| old.value == value) {
        return Ok(Stored { value, version });
    }
    let detail = json!({"terms": terms, "next": value.next});
    let mut change = ctx.tenant().change(ctx.audit("recurring.scheduled", ctx.org, detail));
    change.set(old.as_ref(), &value)?;
    change.commit().await?;
    Ok(Stored { value, version: version + 1 })
}

/// How the schedule made the invoices of a month; none where it did not.
pub async fn scheduled_run(ctx: &Ctx, month: Month) -> Result<Option<RecurringRun>, Error> {
    ctx.require(Action::InvoicesRead)?;
    let run = ctx.tenant().get::<RecurringRun>(month).await?;
    Ok(run.map(|run| run.value))
}

/// Begins the month whose day has come, if there is one, and sends the run before it on its way
/// again if that stands still. Says whether a month was begun.
pub(crate) async fn begin_due(ctx: &Ctx) -> Result<bool, Error> {
    let Some(schedule) = stored(ctx).await? else { return Ok(false) };
    wake(ctx, schedule.next.plus(-1)).await?;
    let Some(month) = schedule.due(books::today(ctx).await?) else { return Ok(false) };
    let run = RecurringRun::begun(month, schedule.terms, ctx.now);
    let detail = json!({"month": month});
    let mut change = ctx.tenant().change(ctx.audit("recurring.begun", ctx.org, detail));
    change.update(&schedule, &schedule.begun())?;
    change.insert(&run)?;
    change.send(Job::BillRecurring { month, step: 0 });
    Ok(change.attempt().await?)
}

/// Orders the next step of a run anew that has not gone on for long. An order too many finds its
/// step past.
async fn wake(ctx: &Ctx, month: Month) -> Result<(), Error> {
    let Some(run) = ctx.tenant().get::<RecurringRun>(month).await? else { return Ok(()) };
    let still = ctx.now.duration_since(run.touched_at) > STALLED;
    if run.finished_at.is_some() || !still {
        return Ok(());
    }
    let touched = RecurringRun { touched_at: ctx.now, ..run.value.clone() };
    let detail = json!({"month": month, "step": run.step});
    let mut change = ctx.tenant().change(ctx.audit("recurring.woken", ctx.org, detail));
    change.update(&run, &touched)?;
    change.send(Job::BillRecurring { month, step: run.step });
    change.attempt().await?;
    Ok(())
}

/// Does a step of a month's run, and orders the next one.
pub(crate) async fn step(ctx: &Ctx, month: Month, step: u32) -> Result<jobs::Outcome, Error> {
    let run = ctx.tenant().get::<RecurringRun>(month).await?;
    let Some(run) = run.filter(|run| run.finished_at.is_none() && run.step == step) else {
        return Ok(jobs::Outcome::Done);
    };
    let (ids, more) = next_of(ctx, &run).await?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let mut done = Done::default();
    for id in &ids {
        match agreement(ctx, &organization, &run, *id, &mut done).await {
            Ok(()) => {}
            // It is gone.
            Err(Error::NotFound(_)) => done.counts.nothing += 1,
            Err(Error::Unavailable(_)) => return Ok(jobs::Outcome::Later(REST)),
            Err(error @ Error::Internal(_)) => return Err(error),
            // One agreement's trouble is not another's.
            Err(error) => done.leave_out(*id, LeftOutAs::Failed, &error.to_string()),
        }
    }
    let after = ids.last().copied().filter(|_| more);
    let detail = json!({"month": month, "step": step, "counts": done.counts});
    let mut change = ctx.tenant().change(ctx.audit("recurring.stepped", ctx.org, detail));
    change.update(&run, &run.went_on(&done.counts, done.left_out, after, ctx.now))?;
    if after.is_some() {
        change.send(Job::BillRecurring { month, step: step.saturating_add(1) });
    }
    let written = change.attempt().await?;
    Ok(if written { jobs::Outcome::Done } else { jobs::Outcome::Later(Duration::ZERO) })
}

/// The agreements of the next step, by id, and whether there are more.
async fn next_of(ctx: &Ctx, run: &RecurringRun) -> Result<(Vec<AgreementId>, bool), Error> {
    let all = ctx.tenant().all::<Agreement>().await?;
    let all = all.into_iter().filter(|agreement| concerns(agreement, run.month));
    let mut ids: Vec<_> = all.map(|agreement| agreement.id).collect();
    ids.retain(|id| run.after.is_none_or(|after| *id > after));
    ids.sort_unstable();
    let more = ids.len() > MOST;
    ids.truncate(MOST);
    Ok((ids, more))
}

/// What a step did.
#[derive(Default)]
struct Done {
    counts: RunCounts,
    left_out: Vec<LeftOut>,
}

impl Done {
    fn leave_out(&mut self, id: AgreementId, outcome: LeftOutAs, why: &str) {
        self.counts.left_out += 1;
        self.left_out.push(LeftOut::new(id, outcome, why));
    }
}

/// Bills an agreement, and issues its invoice where that is wanted.
async fn agreement(
    ctx: &Ctx,
    organization: &Organization,
    run: &RecurringRun,
    id: AgreementId,
    done: &mut Done,
) -> Result<(), Error> {
    let incomplete = run.terms.include_incomplete;
    let wanted = Wanted { month: run.month, incomplete, scheduled: true };
    let outcome = bill(ctx, organization, id, wanted).await?;
    done.counts.agreements += 1;
    match outcome {
        Outcome::Created(invoice) => drafted(ctx, run, id, invoice, done).await?,
        Outcome::AlreadyThere(invoice) => {
            // A step that was done in part before: the draft is the run's own.
            if billed(ctx, run.month, id).await?.is_some_and(|billed| billed.scheduled) {
                drafted(ctx, run, id, invoice, done).await?;
            } else {
                done.counts.already_there += 1;
            }
        }
        Outcome::Nothing => done.counts.nothing += 1,
        Outcome::Incomplete(unbilled) => {
            done.leave_out(id, LeftOutAs::Incomplete, &reasons(&unbilled));
        }
        Outcome::Refused(message) => done.leave_out(id, LeftOutAs::Refused, &message),
    }
    Ok(())
}

/// Every reason once, in the order in which they come.
fn reasons(unbilled: &[Unbilled]) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for gap in unbilled.iter().filter(|unbilled| unbilled.why.is_gap()) {
        let reason = gap.why.to_string();
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons.join("; ")
}

async fn drafted(
    ctx: &Ctx,
    run: &RecurringRun,
    id: AgreementId,
    invoice: InvoiceId,
    done: &mut Done,
) -> Result<(), Error> {
    done.counts.drafted += 1;
    if !run.terms.issue {
        return Ok(());
    }
    match invoices::issue(ctx, invoice, &Precondition::None).await {
        Ok(_) | Err(Error::Conflict { code: "issued", .. }) => done.counts.issued += 1,
        Err(error @ Error::Conflict { .. }) => {
            done.leave_out(id, LeftOutAs::NotIssued, &error.to_string());
        }
        Err(error) => return Err(error),
    }
    Ok(())
}
