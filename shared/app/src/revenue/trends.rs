//! Revenue by month, beside as much time right before.

use std::collections::BTreeMap;

use clearmargin_domain::{
    access::Action,
    metrics::Profitability,
    money::Currency,
    period::{Month, Period},
    rollup::{Measures, Subject},
};

use super::MONTHS;
use crate::{
    Ctx, Error, organizations,
    profitability::{self, AsOf},
};

/// Revenue by month.
#[derive(Debug)]
pub struct Trends {
    /// The currency of every amount.
    pub currency: Currency,
    /// The months covered.
    pub period: Period,
    /// Each month.
    pub months: Vec<(Month, Profitability)>,
    /// The whole period.
    pub total: Profitability,
    /// As many months right before, and what they come to.
    pub previous: (Period, Profitability),
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// The revenue of each month of a period of at most [`MONTHS`].
pub async fn trends(ctx: &Ctx, period: Period) -> Result<Trends, Error> {
    ctx.require(Action::InvoicesRead)?;
    let currency = organizations::own(ctx, ctx.org).await?.currency;
    let before = before(period)?;
    let both = Period::new(before.from(), period.to(), 2 * MONTHS).map_err(Error::internal)?;
    let sums = ctx.tenant().rollups(Subject::Organization, both).await?;
    let figures = |measures| Profitability::new(measures, currency);
    let month = |month| (month, figures(sums.get(&month).copied().unwrap_or_default()));
    Ok(Trends {
        currency,
        period,
        months: period.months().map(month).collect(),
        total: figures(within(&sums, period)),
        previous: (before, figures(within(&sums, before))),
        as_of: profitability::as_of(ctx).await?,
    })
}

/// As many months right before.
fn before(period: Period) -> Result<Period, Error> {
    let months = i32::try_from(period.len()).map_err(Error::internal)?;
    let (from, to) = (period.from().plus(-months), period.from().plus(-1));
    Period::new(from, to, MONTHS).map_err(Error::internal)
}

fn within(sums: &BTreeMap<Month, Measures>, period: Period) -> Measures {
    let inside = sums.iter().filter(|(month, _)| period.contains(**month));
    inside.fold(Measures::default(), |sum, (_, part)| sum.plus(*part))
}
