//! How much of the billable work is on invoices.

use std::collections::BTreeMap;

use clearmargin_domain::{
    access::Action,
    metrics::billing_efficiency::BillingEfficiency,
    money::Currency,
    period::{Month, Period},
    standing::{Standing, StandingOf},
};
use jiff::civil::Date;

use super::MONTHS;
use crate::{
    Ctx, Error, books, organizations,
    profitability::{self, AsOf},
};

/// What became of the billable work of some months.
#[derive(Debug)]
pub struct EfficiencyAnswer {
    /// The day from which its age is counted: today on the organisation's clocks.
    pub day: Date,
    /// The currency of every amount: the organisation's.
    pub currency: Currency,
    /// The months covered.
    pub period: Period,
    /// The work of each month.
    pub months: Vec<(Month, BillingEfficiency)>,
    /// All of it.
    pub total: BillingEfficiency,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// Sums of a month, each with the day on which what waits was done.
type Sums = Vec<(Option<Date>, Standing)>;

/// What became of the billable work of each month asked for, as it stands today. It costs the same
/// however much there is.
pub async fn billing_efficiency(
    ctx: &Ctx,
    from: Option<Month>,
    to: Option<Month>,
) -> Result<EfficiencyAnswer, Error> {
    ctx.require(Action::InvoicesRead)?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let day = books::today_in(ctx, &organization)?;
    let period = profitability::period_until(Month::of(day), from, to, MONTHS)?;
    let mut sums: BTreeMap<Month, Sums> = BTreeMap::new();
    for (bucket, standing) in ctx.tenant().standing(StandingOf::Work, period).await? {
        sums.entry(bucket.month).or_default().push((bucket.day, standing));
    }
    let of_month = |month| {
        let sums = sums.get(&month).cloned().unwrap_or_default();
        (month, BillingEfficiency::on(day, sums))
    };
    Ok(EfficiencyAnswer {
        day,
        currency: organization.currency,
        period,
        months: period.months().map(of_month).collect(),
        total: BillingEfficiency::on(day, sums.values().flatten().copied()),
        as_of: profitability::as_of(ctx).await?,
    })
}
