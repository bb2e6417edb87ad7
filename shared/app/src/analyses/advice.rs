//! What the last analysis recommends.

use clearmargin_domain::{
    access::Action,
    analysis::{AnalysisRun, Part},
    money::Currency,
};
use clearmargin_insight::{
    growth::Growth,
    leaks::Findings,
    pricing::PriceBook,
    recommendations::{Recommendation, recommendations},
};

use super::shown::{done, of_run};
use crate::{Ctx, Error, organizations};

/// What an analysis recommends.
#[derive(Debug)]
pub struct Advice {
    /// The analysis.
    pub run: AnalysisRun,
    /// The currency of every amount.
    pub currency: Currency,
    /// What is to be done, the most dollars first.
    pub recommendations: Vec<Recommendation>,
}

/// What the last analysis that was done recommends; `None` as long as there was none.
pub async fn advice(ctx: &Ctx) -> Result<Option<Advice>, Error> {
    ctx.require(Action::MarginsRead)?;
    let Some(run) = done(ctx).await? else { return Ok(None) };
    let (own, leaks, prices, growth) = tokio::try_join!(
        organizations::own(ctx, ctx.org),
        of_run::<Findings>(ctx, Some(&run), Part::Leaks),
        of_run::<PriceBook>(ctx, Some(&run), Part::Pricing),
        of_run::<Growth>(ctx, Some(&run), Part::Growth),
    )?;
    let currency = own.currency;
    let recommendations = recommendations(
        leaks.as_ref().map(|shown| &shown.result),
        prices.as_ref().map(|shown| &shown.result),
        growth.as_ref().map(|shown| &shown.result),
    );
    Ok(Some(Advice { run, currency, recommendations }))
}
