//! Unusual months of revenue, cost, hours and tickets, of the organisation and of each client, and of each
//! client's users, devices and licences.
//!
//! Each of the last months is held against the months before it alone. How likely it is to lie so far off by
//! chance is a probability for each month of each series, and of all counts and of all else of a run so many are
//! told that at most a stated share of them is chance (Benjamini and Hochberg, 1995). `docs/analyses.md` has the method
//! and how good it is.

mod amounts;
mod counts;
mod kept;
mod law;
mod series;
mod stocks;

use std::collections::BTreeMap;

use clearmargin_domain::period::Period;

pub use kept::{Anomalies, Anomaly, Basis, Looked, RestsOn, Series, Tail, Untested};

use crate::{churn::charged_months, forecast::whole, snapshot::Snapshot};
use amounts::Law;
use series::Course;

/// The version of the method.
pub const MODEL: &str = "anomalies/2";
/// How many months are tested: the last ones.
pub const RECENT: usize = 3;
/// How many months have to lie before a month.
pub const FEWEST: usize = LEVEL + amounts::FEWEST_ERRORS;
/// How many months have to lie before one of users, devices or licences.
pub const FEWEST_COUNTED: usize = stocks::FEWEST_CHANGES + 1;
/// The share of chance among what is told, in per cent.
pub const FALSE_PERCENT: u8 = 10;
/// The level of bands, in per cent.
pub const BAND_LEVEL: u8 = 95;
/// The decimals of probabilities.
pub const DECIMALS: u32 = 9;
const UNIT: f64 = 1e9;
/// How many months a level is the median of.
const LEVEL: usize = 6;
const YEAR: usize = 12;
/// How many months before a month it is looked at how far they lay off.
const WINDOW: usize = 24;
/// How many months a test rests on at most.
const LONGEST: usize = WINDOW + YEAR + LEVEL;

/// What a month is held against.
enum Fit {
    Amount(amounts::Fit),
    Count(counts::Fit),
    Stock(stocks::Fit),
}

/// A month of a series that is tested.
struct Tested<'a> {
    course: &'a Course,
    at: usize,
    fit: Fit,
}

/// The unusual months of a snapshot.
pub fn of_snapshot(snapshot: &Snapshot) -> Anomalies {
    let months = charged_months(snapshot);
    let open = months < snapshot.period.len();
    let last = snapshot.period.to().plus(if open { -1 } else { 0 });
    let courses = series::all(snapshot, last);
    let (mut tested, mut looked) = (Vec::new(), Vec::new());
    for course in &courses {
        let outcome = tests(course);
        looked.push(course.looked(outcome.as_ref().map(Vec::len).map_err(|why| *why)));
        tested.extend(outcome.unwrap_or_default());
    }
    let laws = Laws::of(&tested);
    Anomalies {
        recent: Period::ending(last, u16::try_from(RECENT).unwrap_or(u16::MAX)),
        last_is_open: open,
        tests: tested.len(),
        tails: laws.tails(),
        looked,
        found: found(&tested, &laws),
    }
}

/// The tests of the last months of a series, or why there are none.
fn tests(course: &Course) -> Result<Vec<Tested<'_>>, Untested> {
    let values = course.values.as_slice();
    if values.is_empty() {
        let counts = |why: &Untested| matches!(why, Untested::Inactive | Untested::Uncounted);
        return Err(course.barred.filter(counts).unwrap_or(Untested::Silent));
    }
    if let Some(why) = course.barred {
        return Err(why);
    }
    let first = values.len().saturating_sub(RECENT).max(course.series.needed());
    if first >= values.len() {
        return Err(Untested::Few);
    }
    let fits = (first..values.len()).filter_map(|at| {
        if Series::STOCKS.contains(&course.series) {
            return stocks::Fit::of(values, at).map(|fit| Tested {
                course,
                at,
                fit: Fit::Stock(fit),
            });
        }
        let counted = || counts::Fit::of(values, at).map(Fit::Count);
        let count = (course.series == Series::Tickets).then(counted).flatten();
        let fit = match count {
            None if is_sparse(values, first) => None,
            None => amounts::Fit::of(values, at).map(Fit::Amount),
            count => count,
        };
        Some(Tested { course, at, fit: fit? })
    });
    let fits: Vec<_> = fits.collect();
    if fits.is_empty() { Err(Untested::Sparse) } else { Ok(fits) }
}

/// Whether there was nothing in more than a quarter of the months before the first that is tested.
fn is_sparse(values: &[i64], first: usize) -> bool {
    let window = values.get(first.saturating_sub(WINDOW)..first).unwrap_or_default();
    let nothing = window.iter().filter(|value| **value == 0).count();
    4 * nothing > window.len()
}

/// By what law each kind of series varies.
struct Laws {
    amounts: BTreeMap<Series, (Law, usize)>,
    stocks: BTreeMap<Series, stocks::Law>,
}

impl Laws {
    /// The laws from how far the months before those that are tested lay off: of each kind's own, of all
    /// amounts if those are too few, or what is taken beforehand.
    fn of(tested: &[Tested<'_>]) -> Self {
        let mut before: BTreeMap<Series, Vec<f64>> = BTreeMap::new();
        let mut stocks: BTreeMap<Series, Vec<&stocks::Fit>> = BTreeMap::new();
        let mut course = None;
        for it in tested {
            // The later months of a series rest on nearly the same.
            let own = (it.course.client, it.course.series);
            let mut is_first = || course.replace(own) != Some(own);
            match &it.fit {
                Fit::Amount(fit) => {
                    let pool = before.entry(it.course.series).or_default();
                    if is_first() {
                        pool.extend(&fit.before);
                    }
                }
                Fit::Stock(fit) => {
                    stocks.entry(it.course.series).or_default().extend(is_first().then_some(fit));
                }
                Fit::Count(_) => {}
            }
        }
        let all: Vec<f64> = before.values().flatten().copied().collect();
        let law = |own: &Vec<f64>| {
            let pool = if own.len() < amounts::FEWEST_POOLED { &all } else { own };
            (Law::of(pool), pool.len())
        };
        Self {
            amounts: before.iter().map(|(series, own)| (*series, law(own))).collect(),
            stocks: stocks.into_iter().map(|(of, fits)| (of, stocks::Law::of(&fits))).collect(),
        }
    }

    fn amount(&self, series: Series) -> Option<&Law> {
        self.amounts.get(&series).map(|(law, _)| law)
    }

    /// What of them is kept.
    fn tails(&self) -> BTreeMap<Series, Tail> {
        let amounts = self.amounts.iter().map(|(of, (law, months))| (*of, law.kept(*months)));
        let stocks = self.stocks.iter().map(|(of, law)| (*of, law.tail.kept(law.months)));
        amounts.chain(stocks).collect()
    }

    fn p(&self, it: &Tested<'_>) -> Option<f64> {
        match &it.fit {
            Fit::Count(fit) => Some(fit.p()),
            Fit::Amount(fit) => self.amount(it.course.series).map(|law| fit.p(law)),
            Fit::Stock(fit) => self.stocks.get(&it.course.series).map(|law| fit.p(law)),
        }
    }
}

/// What is told of all tests, the surest first: of counts that say how many there are, and of all else, each by
/// itself, so that what is told of one is not less for how much of the other is looked at.
fn found(tested: &[Tested<'_>], laws: &Laws) -> Vec<Anomaly> {
    let (stocks, others): (Vec<_>, Vec<_>) =
        tested.iter().partition(|it| Series::STOCKS.contains(&it.course.series));
    let told = |of| told(of, laws);
    let mut all = [told(others), told(stocks)].concat();
    all.sort_by_key(|it| (it.q, it.p));
    all
}

/// What is told of a family of tests, the surest first.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "probabilities are numbers"
)]
fn told(family: Vec<&Tested<'_>>, laws: &Laws) -> Vec<Anomaly> {
    let mut all: Vec<_> = family.into_iter().filter_map(|it| Some((laws.p(it)?, it))).collect();
    let place = |it: &Tested<'_>| (it.course.client, it.course.series, it.at);
    all.sort_by(|(p, one), (q, other)| p.total_cmp(q).then(place(one).cmp(&place(other))));
    let count = all.len() as f64;
    let (mut least, mut told) = (1.0_f64, Vec::new());
    for (rank, (p, it)) in all.into_iter().enumerate().rev() {
        least = least.min(p * count / (rank + 1) as f64);
        if least * 100.0 <= f64::from(FALSE_PERCENT) {
            told.extend(it.anomaly(laws, (p, least)));
        }
    }
    told.reverse();
    told
}

impl Tested<'_> {
    #[expect(clippy::float_arithmetic, reason = "probabilities are numbers")]
    fn anomaly(&self, laws: &Laws, (p, q): (f64, f64)) -> Option<Anomaly> {
        let course = self.course;
        let share = f64::from(BAND_LEVEL) / 100.0;
        let value = *course.values.get(self.at)?;
        let thousandths = |value: i64| value.saturating_mul(1_000);
        let (value, (expected, band), (basis, first, size)) = match &self.fit {
            Fit::Count(fit) => {
                (thousandths(value), fit.told(share), (Basis::Count, fit.first, fit.size))
            }
            Fit::Stock(fit) => {
                let told = fit.told(laws.stocks.get(&course.series)?, share);
                (value, told, (Basis::MonthBefore, fit.first, fit.size))
            }
            Fit::Amount(fit) => {
                let (expected, (low, high)) = fit.told(laws.amount(course.series)?, share);
                let rests_on = (fit.basis, fit.first, fit.size);
                if course.series == Series::Tickets {
                    let band = (thousandths(low.max(0)), thousandths(high));
                    (thousandths(value), (thousandths(expected), band), rests_on)
                } else {
                    (value, (expected, (low, high)), rests_on)
                }
            }
        };
        let months = u16::try_from(self.at.checked_sub(first)?).ok()?;
        let up = |share: f64| whole((share * UNIT).ceil()).max(1);
        Some(Anomaly {
            client: course.client,
            series: course.series,
            month: course.month(self.at),
            value,
            expected,
            band,
            p: up(p),
            q: up(q),
            rests_on: RestsOn {
                basis,
                period: Period::ending(course.month(self.at).plus(-1), months),
                size,
            },
        })
    }
}
