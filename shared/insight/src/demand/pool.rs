//! What is known on a day, and what follows from it.

use jiff::{Span, civil::Date};

use super::{
    Grain, Pool, Step, counts,
    effects::{Effects, Own},
    history::History,
    level::{self, Fit},
};
use crate::{
    calendar::Calendar,
    forecast::{Series, median, outlook},
};

/// What the panel's median counts for, beside the level times the shape. It knows trends and the season
/// of a year.
const PANEL: f64 = 0.25;
/// The moments at which a series' own noise counts for half.
const OWN_NOISE: f64 = 30.0;
/// By which the dispersion is multiplied for the bands of 50, 80 and 95 %, learned by rolling origin.
const BEYOND: [f64; 3] = [0.8, 1.3, 2.6];

/// What all series show before a day.
#[derive(Debug)]
pub(super) struct Known {
    effects: Effects,
    fits: Vec<Learned>,
    /// The dispersion of a typical series.
    dispersion: f64,
}

/// What one series shows.
#[derive(Debug)]
struct Learned {
    ordinary: Vec<f64>,
    own: Own,
    fit: Fit,
}

impl Pool<'_> {
    /// What the values before a day show.
    pub(super) fn known(&self, until: Date, horizon: usize) -> Known {
        let calendar = self.calendar(until, horizon);
        let pooled = self.shape(&calendar, until);
        let weekend = (self.grain == Grain::Day).then(|| weekend(&pooled)).flatten();
        let effects = Effects::learn(self.grain, calendar, self.histories, until, weekend);
        let learn = |history: &History| {
            let length = history.before(self.grain, until);
            let ordinary = effects.ordinary(history, length);
            let own = effects.own(history, length);
            let fit = Fit::of(&ordinary, self.place(history, 0), &pooled, horizon);
            Learned { ordinary, own, fit }
        };
        let fits: Vec<Learned> = self.histories.iter().map(learn).collect();
        let dispersion = median(fits.iter().filter_map(|it| it.fit.dispersion()).collect());
        Known { effects, fits, dispersion }
    }

    /// The calendar of all days that are looked at.
    fn calendar(&self, until: Date, horizon: usize) -> Calendar {
        let starts = self.histories.iter().map(|history| history.date(self.grain, 0));
        let first = starts.min().unwrap_or(until);
        let weeks = i64::try_from(horizon + 1).unwrap_or(1);
        let last = until.checked_add(Span::new().weeks(weeks)).unwrap_or(until);
        let calendars: Vec<Calendar> =
            self.countries().iter().map(|it| Calendar::new(*it, first, last)).collect();
        Calendar::agreed(&calendars).stating(&self.stated)
    }

    /// The shape of a week over all series; weeks have none.
    fn shape(&self, calendar: &Calendar, until: Date) -> Vec<f64> {
        if self.grain != Grain::Day {
            return vec![1.0];
        }
        let ordinary = |history: &History| {
            let length = history.before(self.grain, until);
            let value = |at: usize| {
                let special = calendar.at(history.date(self.grain, at)).is_some();
                (!special).then(|| history.values()[at])
            };
            (self.place(history, 0), (0..length).map(value).collect())
        };
        level::pooled(&self.histories.iter().map(ordinary).collect::<Vec<_>>(), 7)
    }

    /// The place of a value in the shape: 0 on Mondays.
    fn place(&self, history: &History, at: usize) -> usize {
        let date = history.date(self.grain, at);
        if self.grain == Grain::Day {
            usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0)
        } else {
            0
        }
    }
}

impl Known {
    /// The steps of a series that follow what is known.
    pub(super) fn steps(&self, pool: &Pool<'_>, at: usize, horizon: usize) -> Vec<Step> {
        let (history, learned) = (&pool.histories[at], &self.fits[at]);
        let length = learned.ordinary.len();
        let panel = Series::new(pool.grain.rhythm(), &learned.ordinary)
            .map(|series| outlook(&series, horizon).points)
            .unwrap_or_default();
        let noise = self.dispersion_of(&learned.fit);
        let whole = history.is_whole();
        let step = |step: usize| {
            let place = length + step;
            let date = history.date(pool.grain, place);
            let level = learned.fit.mean(pool.place(history, place));
            let panel = panel.get(step).copied().unwrap_or(level);
            let ordinary = (1.0 - PANEL) * level + PANEL * panel;
            let share = self.effects.share(date, &learned.own);
            let mean = ordinary * share.left;
            let unsure = (ordinary * share.spread).powi(2);
            let variance = |beyond: f64| mean + beyond * noise * mean * mean + unsure;
            let wider = BEYOND.map(variance);
            Step {
                date,
                special: self.effects.special(date),
                left: share.left,
                mean,
                variance: variance(1.0),
                wider,
                counts: counts::step(mean, wider, whole),
            }
        };
        (0..horizon).map(step).collect()
    }

    /// The dispersion of a series, with a typical one's for what few moments do not say.
    fn dispersion_of(&self, fit: &Fit) -> f64 {
        let share = fit.moments() / (fit.moments() + OWN_NOISE);
        fit.dispersion()
            .map_or(self.dispersion, |own| share * own + (1.0 - share) * self.dispersion)
    }
}

/// What a day of the weekend has of a day of the week; none where there is nothing.
fn weekend(shape: &[f64]) -> Option<f64> {
    let (week, end) = shape.split_at_checked(5)?;
    let (week, end) = (week.iter().sum::<f64>() / 5.0, end.iter().sum::<f64>() / 2.0);
    (week > 0.0).then(|| end / week)
}
