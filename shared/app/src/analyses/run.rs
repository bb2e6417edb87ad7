//! How a run begins, goes on and ends.

use std::time::Duration;

use clearmargin_domain::{
    access::Action,
    analysis::{Analyses, AnalysisRun, Cause, NextStep, PartResult, RunState},
    id::AnalysisRunId,
    job::Job,
};
use clearmargin_store::{Change, Stored};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    file::{self, PORTFOLIO, SNAPSHOT},
    known, leaks, own, part, snapshot,
};
use crate::{Ctx, Error, books, jobs::Outcome, recost, tries::Tries};

/// A run that has not gone on for this long has lost its message: it is given up for the next one.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(1);
/// How often something is tried again that met another change.
const TRIES: usize = 16;

/// Begins a run, unless one goes on.
pub async fn start(ctx: &Ctx) -> Result<AnalysisRun, Error> {
    ctx.require(Action::AnalysesRun)?;
    if let Some(run) = ctx.replay().await? {
        return Ok(run);
    }
    let run = begin(ctx, Cause::Asked).await?;
    run.ok_or_else(|| Error::conflict("analysis_running", "an analysis goes on already"))
}

/// Begins a run; `None` where one goes on.
async fn begin(ctx: &Ctx, cause: Cause) -> Result<Option<AnalysisRun>, Error> {
    let mut tries = Tries::most(TRIES);
    loop {
        match begin_once(ctx, cause).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn begin_once(ctx: &Ctx, cause: Cause) -> Result<Option<AnalysisRun>, Error> {
    let (analyses, stored) = known(ctx).await?;
    let before = match analyses.running {
        Some(id) => ctx.tenant().get::<AnalysisRun>(id).await?,
        None => None,
    };
    let before = before.filter(|run| run.state == RunState::Running);
    if before.as_ref().is_some_and(|run| ctx.now.duration_since(run.touched_at) < GIVE_UP) {
        return Ok(None);
    }
    let id = AnalysisRunId::new(ctx.now, ctx.app.random());
    let run = AnalysisRun::begun(id, cause, ctx.actor, books::today(ctx).await?, ctx.now);
    let detail = json!({"cause": cause});
    let mut change = ctx.tenant().change(ctx.audit("analysis.begun", id, detail));
    if let Some(before) = before {
        change.update(&before, &before.ended(RunState::GivenUp, ctx.now))?;
    }
    change.set(stored.as_ref(), &analyses.begun(id))?;
    change.insert(&run)?;
    change.send(Job::Analyse { run: id, step: 0 });
    ctx.commit(change, Some(run)).await
}

/// Begins a run since a source was read, once that is in every sum; while another goes on, that one is
/// followed by the next.
pub(crate) async fn begin_after_sync(ctx: &Ctx, ordered_at: Timestamp) -> Result<Outcome, Error> {
    if recost::is_early(ctx, ordered_at).await? {
        return Ok(Outcome::Later(recost::WAIT));
    }
    if begin(ctx, Cause::Synced).await?.is_some() {
        return Ok(Outcome::Done);
    }
    match known(ctx).await? {
        (analyses, Some(stored)) if analyses.running.is_some() => want_again(ctx, &stored).await,
        // It came to its end just now.
        _ => Ok(Outcome::Later(recost::WAIT)),
    }
}

/// Has the run that goes on followed by another one.
async fn want_again(ctx: &Ctx, stored: &Stored<Analyses>) -> Result<Outcome, Error> {
    if stored.again {
        return Ok(Outcome::Done);
    }
    let audit = ctx.audit("analysis.wantedAgain", ctx.org, json!({}));
    let mut change = ctx.tenant().change(audit);
    change.update(stored, &Analyses { again: true, ..stored.value })?;
    Ok(if change.attempt().await? { Outcome::Done } else { Outcome::Later(recost::WAIT) })
}

/// Begins the night's run, unless something was analysed on this day already. Says whether it did.
pub(crate) async fn begin_due(ctx: &Ctx) -> Result<bool, Error> {
    let (analyses, _) = known(ctx).await?;
    if let Some(id) = analyses.done {
        let done = ctx.tenant().get::<AnalysisRun>(id).await?;
        let today = books::today(ctx).await?;
        if done.is_some_and(|run| run.day >= today) {
            return Ok(false);
        }
    }
    Ok(begin(ctx, Cause::Nightly).await?.is_some())
}

/// Stops a run that goes on.
pub async fn cancel(ctx: &Ctx, id: AnalysisRunId) -> Result<AnalysisRun, Error> {
    ctx.require(Action::AnalysesRun)?;
    if let Some(run) = ctx.replay().await? {
        return Ok(run);
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match cancel_once(ctx, id).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn cancel_once(ctx: &Ctx, id: AnalysisRunId) -> Result<AnalysisRun, Error> {
    let run = own(ctx, id).await?;
    if run.state != RunState::Running {
        return Err(Error::conflict("analysis_over", "the analysis is over"));
    }
    let cancelled = run.ended(RunState::Cancelled, ctx.now);
    let mut change = ctx.tenant().change(ctx.audit("analysis.cancelled", id, json!({})));
    change.update(&run, &cancelled)?;
    end(ctx, &mut change, &cancelled).await?;
    ctx.commit(change, cancelled).await
}

/// Puts into a change that a run goes on no more, with the order for the next one if something has
/// changed meanwhile.
async fn end(ctx: &Ctx, change: &mut Change<'_>, run: &AnalysisRun) -> Result<(), Error> {
    let (analyses, stored) = known(ctx).await?;
    if analyses.running != Some(run.id) {
        return Ok(());
    }
    change.set(stored.as_ref(), &analyses.ended(run))?;
    if run.state == RunState::Done && analyses.rephrase && ctx.app.rephraser.is_some() {
        change.send(Job::Rephrase { run: run.id });
    }
    if analyses.again {
        change.send(Job::BeginAnalysis);
    }
    Ok(())
}

/// Does a step of a run, and orders the next one.
pub(crate) async fn step(
    ctx: &Ctx,
    id: AnalysisRunId,
    step: usize,
    ordered_at: Timestamp,
) -> Result<Outcome, Error> {
    let run = ctx.tenant().get::<AnalysisRun>(id).await?;
    let due =
        run.filter(|run| run.step() == step).and_then(|run| run.next().map(|next| (run, next)));
    let Some((run, next)) = due else { return Ok(Outcome::Done) };
    let after = match next {
        NextStep::Snapshot if recost::is_early(ctx, ordered_at).await? => {
            return Ok(Outcome::Later(recost::WAIT));
        }
        NextStep::Snapshot => {
            let taken = snapshot::take(ctx, run.day).await?;
            let kept = file::keep(ctx, id, SNAPSHOT, taken.bytes).await?;
            let portfolio = file::keep(ctx, id, PORTFOLIO, taken.portfolio).await?;
            run.with_snapshot(taken.about.note(kept, portfolio), ctx.now)
        }
        NextStep::Part(part) => {
            let note = run.snapshot.as_ref();
            let note = note.ok_or_else(|| Error::internal("a part without a snapshot"))?;
            let worked = part::work(ctx, &run, note, part).await?;
            let kept = file::keep(ctx, id, part.as_str(), worked.bytes).await?;
            let (model, scores) = (worked.model.to_owned(), worked.scores);
            run.with_result(PartResult { part, model, kept, scores }, ctx.now)
        }
    };
    if after.next().is_none() {
        leaks::settle(ctx, &after).await?;
    }
    go_on(ctx, &run, &after).await
}

/// Writes how far a run has come, with the order for its next step or, with the last one, that it is the
/// one that is shown.
async fn go_on(
    ctx: &Ctx,
    run: &Stored<AnalysisRun>,
    after: &AnalysisRun,
) -> Result<Outcome, Error> {
    let detail = json!({"step": after.step(), "of": after.steps()});
    let mut change = ctx.tenant().change(ctx.audit("analysis.stepped", run.id, detail));
    change.update(run, after)?;
    if after.next().is_some() {
        change.send(Job::Analyse { run: run.id, step: after.step() });
    } else {
        end(ctx, &mut change, after).await?;
    }
    // If somebody cancelled it or did the step meanwhile: look again, soon.
    Ok(if change.attempt().await? { Outcome::Done } else { Outcome::Later(Duration::ZERO) })
}
