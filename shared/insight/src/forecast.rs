//! What a short series of monthly, weekly or daily figures goes on to, with measured honesty.
//!
//! A forecast is the centre of six methods over months, quarters and half-years, with bands whose widths were learned on public series,
//! and with a backtest on the series' own past beside seasonal naive. `docs/forecasting.md` has the
//! figures that each choice was made by.
#![expect(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "models are numbers and their places; amounts are whole on both sides of them"
)]

mod backtest;
mod bands;
mod ces;
mod decomposed;
mod ets;
mod factors;
mod levels;
mod naive;
mod panel;
mod season;
mod series;
mod simplex;
mod theta;

use rust_decimal::Decimal;

pub use backtest::{Backtest, Score};
pub use bands::{Band, LEVELS, Step};
pub(crate) use panel::median;
pub use panel::{Member, Outlook, outlook};
pub use series::{LONGEST, Rhythm, Series, SeriesError};

/// The most steps that a forecast may have.
pub const FARTHEST: usize = 24;

/// How a series goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Each step, the next one first.
    pub steps: Vec<Step>,
    /// What seasonal naive says of the same steps.
    pub naive: Vec<f64>,
    /// How far both were off on the series' own past.
    pub backtest: Backtest,
    /// How many values it rests on.
    pub used: usize,
}

/// Too short a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{have} values are not enough, {needed} are needed")]
pub struct NotEnough {
    /// How many there are.
    pub have: usize,
    /// How many there must be.
    pub needed: usize,
}

/// The forecast of the next `horizon` steps, at least one and at most [`FARTHEST`].
///
/// It does not follow its backtest: where seasonal naive was better on the past, it is told so. Following that, at
/// whatever bar, was worse on public series.
///
/// # Errors
///
/// With fewer values than [`Rhythm::needed`].
pub fn forecast(series: &Series, horizon: usize) -> Result<Forecast, NotEnough> {
    let (have, needed) = (series.values().len(), series.rhythm().needed());
    if have < needed {
        return Err(NotEnough { have, needed });
    }
    let horizon = horizon.clamp(1, FARTHEST);
    Ok(Forecast {
        steps: steps(series, horizon),
        naive: naive::seasonal(series.values(), series.period(), horizon),
        backtest: Backtest::of(series, horizon),
        used: have,
    })
}

/// The next `horizon` steps without a backtest, in a tenth of the time. Of series with as many values as
/// [`Rhythm::needed`] says.
pub fn steps(series: &Series, horizon: usize) -> Vec<Step> {
    let horizon = horizon.clamp(1, FARTHEST);
    bands::steps(series, &outlook(series, horizon))
}

/// A number as whole minor units: rounded half away from zero, and held within what they can say.
#[expect(clippy::cast_possible_truncation, reason = "the conversion holds at the ends")]
pub fn whole(number: f64) -> i64 {
    number.round() as i64
}

/// A number to three decimals.
pub fn thousandths(number: f64) -> Decimal {
    Decimal::new(whole(number * 1_000.0), 3).normalize()
}
