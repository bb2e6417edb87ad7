//! Recommendations are accepted, or dismissed.

use clearmargin_domain::{
    access::Action,
    id::RecommendationId,
    recommendation::{Decided, DismissReason, RecommendationCase, Verdict},
};
use clearmargin_insight::recommendations::Recommendation;
use clearmargin_store::Stored;
use serde_json::json;

use super::{
    TRIES,
    list::Offered,
    plan::{Plan, basis_changed},
};
use crate::{
    Ctx, Error,
    analyses::{self, Advice},
    books,
    tries::Tries,
};

/// What accepting a recommendation changes.
pub enum Acceptance {
    /// What it would change.
    DryRun(Plan),
    /// What it changed.
    Done(RecommendationCase),
}

/// Accepts a recommendation, and does what it says in the same transaction: once, whoever asks how often.
/// `basis` is what was looked at; if anything of it is otherwise by now, nothing is done. A dry run only
/// says what would be done.
pub async fn accept(
    ctx: &Ctx,
    id: RecommendationId,
    basis: &str,
    dry_run: bool,
) -> Result<Acceptance, Error> {
    ctx.require(Action::RecommendationsDecide)?;
    if dry_run {
        let (_, advice, offered) = open(ctx, id, basis).await?;
        return Ok(Acceptance::DryRun(Plan::of(ctx, &advice, &offered).await?));
    }
    if let Some(case) = ctx.replay().await? {
        return Ok(Acceptance::Done(case));
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match accept_once(ctx, id, basis).await {
            Err(met) if tries.again(&met) => {}
            done => return done.map(Acceptance::Done),
        }
    }
}

async fn accept_once(
    ctx: &Ctx,
    id: RecommendationId,
    basis: &str,
) -> Result<RecommendationCase, Error> {
    let (known, advice, offered) = open(ctx, id, basis).await?;
    let plan = Plan::of(ctx, &advice, &offered).await?;
    let detail = json!({"key": offered.key, "basis": basis});
    let mut change = ctx.tenant().change(ctx.audit("recommendation.accepted", id, detail));
    let done = plan.put(&mut change)?;
    let case = decided(ctx, &advice, &offered, Verdict::Accepted { done });
    change.set(known.as_ref(), &case)?;
    ctx.commit(change, case).await
}

/// Dismisses a recommendation.
pub async fn dismiss(
    ctx: &Ctx,
    id: RecommendationId,
    reason: DismissReason,
) -> Result<RecommendationCase, Error> {
    ctx.require(Action::RecommendationsDecide)?;
    if let Some(case) = ctx.replay().await? {
        return Ok(case);
    }
    let known = known(ctx, id).await?;
    let (advice, offered) = offered(ctx, id).await?;
    let detail = json!({"key": offered.key});
    let mut change = ctx.tenant().change(ctx.audit("recommendation.dismissed", id, detail));
    let case = decided(ctx, &advice, &offered, Verdict::Dismissed { reason });
    change.set(known.as_ref(), &case)?;
    ctx.commit(change, case).await
}

/// What is known of a recommendation that was not accepted.
async fn known(
    ctx: &Ctx,
    id: RecommendationId,
) -> Result<Option<Stored<RecommendationCase>>, Error> {
    let known = ctx.tenant().get::<RecommendationCase>(id).await?;
    if known.as_ref().is_some_and(|case| case.verdict.decided() == Decided::Accepted) {
        let message = "the recommendation was accepted already";
        return Err(Error::conflict("recommendation_accepted", message));
    }
    Ok(known)
}

/// The recommendation as the last analysis has it.
async fn offered(ctx: &Ctx, id: RecommendationId) -> Result<(Advice, Recommendation), Error> {
    let none = || Error::invalid("recommendationId", "there is no such recommendation");
    let advice = analyses::advice(ctx).await?.ok_or_else(none)?;
    let is_it = |it: &&Recommendation| RecommendationCase::id_of(ctx.org, &it.key) == id;
    let offered = advice.recommendations.iter().find(is_it).cloned().ok_or_else(none)?;
    Ok((advice, offered))
}

type Open = (Option<Stored<RecommendationCase>>, Advice, Recommendation);

/// The recommendation, if it can be accepted.
async fn open(ctx: &Ctx, id: RecommendationId, basis: &str) -> Result<Open, Error> {
    let known = known(ctx, id).await?;
    let (advice, recommendation) = offered(ctx, id).await?;
    if recommendation.basis != basis {
        return Err(basis_changed());
    }
    let offer = Offered::new(ctx.org, recommendation, advice.run.day);
    if offer.good_through < books::today(ctx).await? {
        let message = "the analysis is too old; have everything analysed anew";
        return Err(Error::conflict("recommendation_expired", message));
    }
    Ok((known, advice, offer.recommendation))
}

fn decided(
    ctx: &Ctx,
    advice: &Advice,
    recommendation: &Recommendation,
    verdict: Verdict,
) -> RecommendationCase {
    RecommendationCase {
        id: RecommendationCase::id_of(ctx.org, &recommendation.key),
        key: recommendation.key.clone(),
        kind: recommendation.act.kind(),
        client: recommendation.client,
        basis: recommendation.basis.clone(),
        currency: advice.currency,
        expected_minor: recommendation.expected,
        run: advice.run.id,
        verdict,
        by: ctx.actor,
        at: ctx.now,
    }
}
