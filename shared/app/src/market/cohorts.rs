//! Giving a share of one's figures away, and learning what those of others come to.
//!
//! An organisation's own runs do both, so no process ever holds two organisations: each run puts the share of
//! the month that is over with those of others, once, and from the eighth of the month after it on works out
//! what they come to, if nobody did, and where the organisation stands. Both are kept and never worked out
//! again, so that two answers never differ by somebody who came or left.

use clearmargin_domain::{
    access::Action,
    market::{self, Cohort, Contributor, Participation, Place, Share, Standing},
    money::Currency,
    period::Month,
};
use clearmargin_insight::market::Market;
use clearmargin_store::Stored;
use jiff::civil::Date;
use serde_json::json;

use super::TRIES;
use crate::{
    Ctx, Error,
    analyses::{self, Shown},
    organizations,
    tries::Tries,
};

/// The own figures, and what is known of others.
#[derive(Debug)]
pub struct Comparison {
    /// The currency of what is money.
    pub currency: Currency,
    /// The own figures; none as long as nothing was analysed.
    pub shown: Option<Shown<Market>>,
    /// Whether the organisation takes part, and how it stood.
    pub participation: Participation,
}

/// The own figures, and what is known of others.
pub async fn compared(ctx: &Ctx) -> Result<Comparison, Error> {
    ctx.require(Action::MarginsRead)?;
    Ok(Comparison {
        currency: organizations::own(ctx, ctx.org).await?.currency,
        shown: analyses::market(ctx).await?,
        participation: known(ctx).await?.0,
    })
}

async fn known(ctx: &Ctx) -> Result<(Participation, Option<Stored<Participation>>), Error> {
    let stored = ctx.tenant().get::<Participation>(()).await?;
    Ok((stored.as_ref().map_or_else(Participation::default, |it| it.value.clone()), stored))
}

/// Begins to take part, or ends it. Whoever ends it has every share taken back in the same moment, and forgets
/// what it learned. Saying again what is so changes nothing.
pub async fn participate(ctx: &Ctx, participates: bool) -> Result<bool, Error> {
    ctx.require(Action::CohortsJoin)?;
    if let Some(was) = ctx.replay().await? {
        return Ok(was);
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match participate_once(ctx, participates).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn participate_once(ctx: &Ctx, participates: bool) -> Result<bool, Error> {
    let (before, stored) = known(ctx).await?;
    if before.takes_part() == participates {
        return Ok(participates);
    }
    let action = if participates { "market.joined" } else { "market.left" };
    let mut change = ctx.tenant().change(ctx.audit(action, ctx.org, json!({})));
    let drawn = participates.then(|| Contributor::of(ctx.app.random()));
    let after = Participation { contributor: drawn, ..Participation::default() };
    change.set(stored.as_ref(), &after)?;
    if let Some(contributor) = before.contributor {
        for month in &before.shared {
            change.take_back(contributor, *month)?;
        }
    }
    ctx.commit(change, participates).await
}

/// What a run does for the comparison, on its day: nothing unless the organisation takes part.
pub(crate) async fn contribute(ctx: &Ctx, market: &Market, day: Date) -> Result<(), Error> {
    let mut tries = Tries::most(TRIES);
    loop {
        match contribute_once(ctx, market, day).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn contribute_once(ctx: &Ctx, market: &Market, day: Date) -> Result<(), Error> {
    let (participation, Some(stored)) = known(ctx).await? else { return Ok(()) };
    let Some(contributor) = participation.contributor else { return Ok(()) };
    let month = market.month;
    let new = !participation.shared.contains(&month);
    if new && ctx.app.store.commons().cohort(month).await?.is_none() {
        give(ctx, &stored, contributor, market).await?;
    }
    settle(ctx, day).await
}

/// Puts the share of a month with those of others. A month of which a cohort is worked out takes no more.
async fn give(
    ctx: &Ctx,
    stored: &Stored<Participation>,
    contributor: Contributor,
    market: &Market,
) -> Result<(), Error> {
    let share = market.share(organizations::own(ctx, ctx.org).await?.currency);
    let (after, gone) = stored.sharing(share.month);
    let detail = json!({"month": share.month});
    let mut change = ctx.tenant().change(ctx.audit("market.shared", ctx.org, detail));
    change.update(stored, &after)?;
    change.give(contributor, &share)?;
    if let Some(month) = gone {
        change.take_back(contributor, month)?;
    }
    Ok(change.commit().await?)
}

/// Works out what is due: each month once.
async fn settle(ctx: &Ctx, day: Date) -> Result<(), Error> {
    let (_, Some(stored)) = known(ctx).await? else { return Ok(()) };
    let Some(contributor) = stored.contributor else { return Ok(()) };
    let due: Vec<_> = stored.unsettled().filter(|month| market::due(*month, day)).collect();
    let mut after = stored.value.clone();
    for month in &due {
        after = after.standing(standing(ctx, contributor, *month).await?);
    }
    if due.is_empty() {
        return Ok(());
    }
    let detail = json!({"months": due});
    let mut change = ctx.tenant().change(ctx.audit("market.compared", ctx.org, detail));
    change.update(&stored, &after)?;
    Ok(change.commit().await?)
}

/// What a month's shares come to, and where the organisation stands among the others.
async fn standing(ctx: &Ctx, own: Contributor, month: Month) -> Result<Standing, Error> {
    let commons = ctx.app.store.commons();
    let shares = commons.shares(month).await?;
    let cohort = if let Some(known) = commons.cohort(month).await? {
        known
    } else {
        let all: Vec<_> = shares.iter().map(|(_, share)| share.clone()).collect();
        commons.settle(Cohort::of(month, &all)).await?
    };
    let digits = own.digits();
    let mine = shares.iter().find(|(of, _)| *of == digits).map(|(_, share)| share);
    let others = shares.iter().filter(|(of, _)| *of != digits).map(|(_, share)| share);
    let others: Vec<&Share> = others.collect();
    let places = mine.map(|mine| places(&cohort, mine, &others)).unwrap_or_default();
    Ok(Standing { month, places })
}

fn places(cohort: &Cohort, mine: &Share, others: &[&Share]) -> Vec<Place> {
    let place = |metric| {
        let cell = cohort.cell(metric, mine.currency, mine.size)?;
        let value = mine.values.get(&metric);
        let among = cell.values(others.iter().copied());
        let percentile = value.and_then(|value| market::percentile(*value, &among));
        Some(Place { metric, size: cell.size, quartiles: cell.quartiles, percentile })
    };
    market::Metric::ALL.into_iter().filter_map(place).collect()
}
