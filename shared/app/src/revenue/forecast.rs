//! How revenue goes on.

use std::collections::BTreeMap;

use clearmargin_domain::{
    access::Action,
    money::{Currency, Money, MoneyError},
    period::{Month, Period},
    rollup::{Measures, Subject},
};
use clearmargin_insight::forecast::{self, Forecast, NotEnough, Rhythm, Series};
use jiff::civil::Date;

use crate::{
    Ctx, Error,
    agreements::Everything,
    books, organizations,
    profitability::{self, AsOf},
};

/// How many months ahead an answer may look.
pub const FORECAST_MONTHS: u8 = 12;
/// How many months a forecast rests on at most: what was five years ago says little.
const HISTORY: usize = 60;

/// Which part of the revenue is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// All of it.
    Total,
    /// What is work.
    Service,
    /// What is products.
    Product,
}

/// How revenue goes on, with what that rests on.
#[derive(Debug)]
pub struct Forecasting {
    /// The currency of every amount.
    pub currency: Currency,
    /// The months that are over, from the first with a document on; none without any.
    pub history: Option<Period>,
    /// How many of them have no document; they count as months without revenue.
    pub empty_months: usize,
    /// The forecast, or why there is none.
    pub outcome: Result<RevenueForecast, NoForecast>,
    /// What agreements as they are known now come to at the end of each month to come.
    pub contracted: Vec<(Month, Money)>,
    /// How many lines that recur have no price at the end of the last month, and so no part in it.
    pub unpriced_lines: usize,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// A forecast, month by month.
#[derive(Debug)]
pub struct RevenueForecast {
    /// The months ahead, the current one first.
    pub months: Vec<Month>,
    /// What is expected of them, in minor units.
    pub forecast: Forecast,
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoForecast {
    /// Too few months are over.
    NotEnough(NotEnough),
    /// A month's revenue is beyond what can be worked with.
    OutOfRange,
}

/// The forecast of the next months, the current one first: nobody knows yet what that will be.
pub async fn forecasting(ctx: &Ctx, months: u8, basis: Basis) -> Result<Forecasting, Error> {
    ctx.require(Action::InvoicesRead)?;
    ctx.require(Action::AgreementsRead)?;
    if !(1..=FORECAST_MONTHS).contains(&months) {
        let bounds = format!("must be from 1 to {FORECAST_MONTHS}");
        return Err(Error::invalid("query.months", bounds));
    }
    let organization = organizations::own(ctx, ctx.org).await?;
    let currency = organization.currency;
    let today = books::today_in(ctx, &organization)?;
    let current = Month::of(today);
    let ahead: Vec<Month> = (0..i32::from(months)).map(|step| current.plus(step)).collect();
    let sums = sums_before(ctx, current).await?;
    let first = sums.iter().find(|(_, sums)| sums.invoices != 0).map(|(month, _)| *month);
    let history = first
        .map(|first| Period::new(first, current.plus(-1), HISTORY))
        .transpose()
        .map_err(Error::internal)?;
    let past: Vec<Measures> = history
        .iter()
        .flat_map(|period| period.months())
        .map(|month| sums.get(&month).copied().unwrap_or_default())
        .collect();
    let promised = Everything::read(ctx).await?;
    let (contracted, unpriced_lines) = contracted(&promised, &ahead, today, currency)?;
    Ok(Forecasting {
        currency,
        history,
        empty_months: past.iter().filter(|sums| sums.invoices == 0).count(),
        outcome: outcome(&past, basis, ahead),
        contracted,
        unpriced_lines,
        as_of: profitability::as_of(ctx).await?,
    })
}

/// The organisation's sums of the months before one.
async fn sums_before(ctx: &Ctx, month: Month) -> Result<BTreeMap<Month, Measures>, Error> {
    let back = i32::try_from(HISTORY).map_err(Error::internal)?;
    let period = Period::new(month.plus(-back), month.plus(-1), HISTORY);
    let period = period.map_err(Error::internal)?;
    Ok(ctx.tenant().rollups(Subject::Organization, period).await?)
}

fn outcome(
    past: &[Measures],
    basis: Basis,
    months: Vec<Month>,
) -> Result<RevenueForecast, NoForecast> {
    let amount = |sums: &Measures| match basis {
        Basis::Total => sums.revenue_minor(),
        Basis::Service => sums.service_revenue_minor,
        Basis::Product => sums.product_revenue_minor,
    };
    let amounts: Vec<i64> = past.iter().map(amount).collect();
    let series = Series::of_minor(Rhythm::Monthly, &amounts).map_err(|_| NoForecast::OutOfRange)?;
    let forecast = forecast::forecast(&series, months.len()).map_err(NoForecast::NotEnough)?;
    Ok(RevenueForecast { months, forecast })
}

/// What is contracted at the end of each month, and the lines without a price at the last.
fn contracted(
    promised: &Everything,
    months: &[Month],
    today: Date,
    currency: Currency,
) -> Result<(Vec<(Month, Money)>, usize), Error> {
    let (mut ends, mut unpriced) = (Vec::new(), 0);
    for month in months {
        let contracted = promised.contracted(month.last_day(), today)?;
        let mut total = Money::new(0, currency);
        for (_, amount) in &contracted.amounts {
            total =
                total.checked_add(*amount).map_err(|error: MoneyError| Error::internal(error))?;
        }
        ends.push((*month, total));
        unpriced = contracted.unpriced_lines;
    }
    Ok((ends, unpriced))
}
