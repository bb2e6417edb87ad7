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

use super::{known, own, shown::of_run};
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
    let Some(id) = known(ctx).await?.0.done else { return Ok(None) };
    let run = own(ctx, id).await?.value;
    let leaks = of_run::<Findings>(ctx, &run, Part::Leaks).await?;
    let prices = of_run::<PriceBook>(ctx, &run, Part::Pricing).await?;
    let growth = of_run::<Growth>(ctx, &run, Part::Growth).await?;
    let currency = organizations::own(ctx, ctx.org).await?.currency;
    let recommendations = recommendations(leaks.as_ref(), prices.as_ref(), growth.as_ref());
    Ok(Some(Advice { run, currency, recommendations }))
}
