//! How many tickets or hours the next days or weeks bring.
//!
//! A forecast is a level times a week's shape times what holidays leave of a day, mixed with the
//! centre of [`crate::forecast`]; its bands are those of counts. The shape of the week, the effects of
//! holidays and the noise are learned over all related series together, so that one with few tickets
//! is told from the others. `docs/forecasting.md` has the figures that each choice was made by.
#![expect(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "models are numbers and their places"
)]

mod backtest;
mod choice;
mod counts;
mod effects;
mod hierarchy;
mod history;
mod level;
mod pool;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    calendar::{Country, Special},
    forecast::{self, NotEnough, Rhythm},
};

pub use backtest::Backtest;
pub use choice::{Choice, Told};
pub use hierarchy::{Coherent, Expected, coherent};
pub use history::{History, HistoryError};
use pool::Known;

/// The farthest step ahead.
pub const FARTHEST: usize = 28;

/// What is counted: days or weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// Each day; what repeats is the week.
    Day,
    /// Each week; what repeats is the year.
    Week,
}

impl Grain {
    /// The rhythm of such a series.
    pub fn rhythm(self) -> Rhythm {
        match self {
            Self::Day => Rhythm::Daily,
            Self::Week => Rhythm::Weekly,
        }
    }
}

/// A forecast of one series.
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

/// One step ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The day, or the first day of the week.
    pub date: Date,
    /// What is special about the day; none of an ordinary day and of a week.
    pub special: Option<Special>,
    /// The share that its holidays leave, 1 on an ordinary day.
    pub left: f64,
    /// The mean of what may come; means add up over clients and days.
    pub mean: f64,
    /// The variance of what may come.
    pub variance: f64,
    /// The variances that the bands of 50, 80 and 95 per cent are made of.
    pub wider: [f64; 3],
    /// As likely exceeded as not, in whole tickets where values are whole, with bands that hold 50, 80 and
    /// 95 of 100 values.
    pub counts: forecast::Step,
}

impl Step {
    /// Counts as they may come around another mean, in thousandths. What the variance has beyond a
    /// Poisson's goes with the square of the mean: exactly so for a share drawn at random of what was
    /// counted.
    pub fn around(&self, thousandths: i64) -> forecast::Step {
        let mean = thousandths.max(0) as f64 / 1_000.0;
        let ratio = if self.mean > 0.0 { (mean / self.mean).min(1e6) } else { 1.0 };
        let wider = self.wider.map(|wide| mean + (wide - self.mean).max(0.0) * ratio * ratio);
        counts::step(mean, wider, true)
    }
}

/// Related series of one grain, such as those of a desk: by client, by category and all together. What
/// is known on a day is learned once for all of them, so that they had best end on the same day.
#[derive(Debug)]
pub struct Pool<'a> {
    grain: Grain,
    histories: &'a [History],
    choice: Choice,
    stated: BTreeSet<Date>,
}

impl<'a> Pool<'a> {
    /// A pool of daily or weekly series. Without a country, the calendar is chosen by the days of the
    /// series: [`Choice::found`].
    pub fn new(grain: Grain, histories: &'a [History], told: Told) -> Self {
        let choice = match told {
            Told::Country(country) => Choice::told(country),
            Told::Nothing if grain == Grain::Day => Choice::found(histories),
            Told::Nothing | Told::NoCalendar => Choice::none(),
        };
        Self::with_choice(grain, histories, choice)
    }

    /// A pool with a calendar that was chosen before.
    pub fn with_choice(grain: Grain, histories: &'a [History], choice: Choice) -> Self {
        Self { grain, histories, choice, stated: BTreeSet::new() }
    }

    /// The pool of somebody who says on which days nobody works: [`Calendar::stating`](crate::calendar::Calendar::stating).
    #[must_use]
    pub fn stating(self, stated: BTreeSet<Date>) -> Self {
        Self { stated, ..self }
    }

    /// What is counted.
    pub fn grain(&self) -> Grain {
        self.grain
    }

    /// Whose holidays count, and why.
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// The countries whose holidays count where all of them have one; empty without a calendar.
    pub fn countries(&self) -> &[Country] {
        &self.choice.countries
    }

    /// The forecast of each series over `horizon` steps, at least one and at most [`FARTHEST`], in the
    /// order of the pool: of the first `asked` of them. The others are there to learn from.
    pub fn forecasts(&self, horizon: usize, asked: usize) -> Vec<Result<Forecast, NotEnough>> {
        let horizon = horizon.clamp(1, FARTHEST);
        let asked: Vec<usize> = (0..asked.min(self.histories.len())).collect();
        let origins = |at: &usize| backtest::origins(&self.histories[*at], self.grain, horizon);
        let mut dates: BTreeSet<Date> = asked
            .iter()
            .flat_map(|at| {
                let history = &self.histories[*at];
                origins(at).into_iter().map(|origin| history.date(self.grain, origin))
            })
            .collect();
        dates.extend(asked.iter().map(|at| self.histories[*at].end(self.grain)));
        let known: BTreeMap<Date, Known> =
            dates.into_iter().map(|date| (date, self.known(date, horizon))).collect();
        asked.into_iter().map(|at| self.forecast(at, horizon, &known)).collect()
    }

    /// The steps of each series over `horizon` steps, without a look back at its past, in the order of
    /// the pool; also of series that are too short for [`Self::forecasts`].
    pub fn steps(&self, horizon: usize) -> Vec<Vec<Step>> {
        let horizon = horizon.clamp(1, FARTHEST);
        let ends: BTreeSet<Date> =
            self.histories.iter().map(|history| history.end(self.grain)).collect();
        let known: BTreeMap<Date, Known> =
            ends.into_iter().map(|date| (date, self.known(date, horizon))).collect();
        let steps = |at: usize| {
            let known = known.get(&self.histories[at].end(self.grain));
            known.map(|known| known.steps(self, at, horizon)).unwrap_or_default()
        };
        (0..self.histories.len()).map(steps).collect()
    }

    fn forecast(
        &self,
        at: usize,
        horizon: usize,
        known: &BTreeMap<Date, Known>,
    ) -> Result<Forecast, NotEnough> {
        let history = &self.histories[at];
        let (have, needed) = (history.values().len(), self.grain.rhythm().needed());
        if have < needed {
            return Err(NotEnough { have, needed });
        }
        let backtest = Backtest::of(self, at, horizon, known);
        let steps = known
            .get(&history.end(self.grain))
            .map(|known| known.steps(self, at, horizon))
            .unwrap_or_default();
        let naive = history.naive(self.grain, have, horizon);
        Ok(Forecast { steps, naive, backtest, used: have })
    }
}
