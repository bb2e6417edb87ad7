//! Amounts and times: how far a month lies off what the months before it let expect.
//!
//! All is reckoned in cube roots, which make what is skewed to the right nearly normal (Wilson and Hilferty,
//! 1931) and have no trouble with what is nothing or negative. What was to come is the median of six months,
//! or the same month a year before moved as far as that median moved. The same is told of each earlier month;
//! how far those lay off says how far a month may.
#![expect(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "models are numbers and their places"
)]

use super::{Basis, LEVEL, Tail, WINDOW, YEAR, law};
use crate::forecast::{median, whole};

/// How many earlier months it has to be known of how far they lay off.
pub(super) const FEWEST_ERRORS: usize = 12;
/// The same month a year before is taken if months lay off it on average by less than this share.
const CLEARLY: f64 = 0.8;
/// No month is told to be surer than to within three per cent of what was to come: a third of it in cube
/// roots.
const LEAST: f64 = 0.01;
/// A median of so many is unsure by π ÷ 2 of what a mean is.
const MEDIAN: f64 = std::f64::consts::FRAC_PI_2;
/// Qn knows a scale as well as a deviation of so large a share of the values does.
const EFFICIENCY: f64 = 0.82;
/// From so many months on a law is learned from them.
pub(super) const FEWEST_POOLED: usize = 200;
/// The degrees of freedom while it is not.
const FREEDOM: f64 = 6.0;
const FEWEST_FREEDOM: f64 = 3.0;
const MOST_FREEDOM: f64 = 200.0;

/// What a month is held against, in cube roots.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    value: f64,
    expected: f64,
    scale: f64,
    /// How far the months before lay off, in scales; none where the scale is the least that there is.
    pub(super) before: Vec<f64>,
    pub(super) basis: Basis,
    /// The place of the first month that was used.
    pub(super) first: usize,
    pub(super) size: usize,
}

/// How far months lay off what was to come by a basis, the last one before `at` last.
struct Errors {
    basis: Basis,
    all: Vec<f64>,
    middle: f64,
    scale: f64,
}

/// What was to come in a month by a basis.
fn expected(roots: &[f64], at: usize, basis: Basis) -> f64 {
    let level = |end: usize| median(roots[end - LEVEL..end].to_vec());
    match basis {
        Basis::YearBefore => roots[at - YEAR] + level(at) - level(at - YEAR),
        Basis::Level | Basis::Count | Basis::MonthBefore => level(at),
    }
}

/// How many months before a month are needed to say what is to come in it.
fn reach(basis: Basis) -> usize {
    match basis {
        Basis::YearBefore => LEVEL + YEAR,
        Basis::Level | Basis::Count | Basis::MonthBefore => LEVEL,
    }
}

impl Errors {
    fn of(roots: &[f64], at: usize, basis: Basis) -> Option<Self> {
        let first = reach(basis).max(at.saturating_sub(WINDOW));
        let all: Vec<f64> =
            (first..at).map(|month| roots[month] - expected(roots, month, basis)).collect();
        let middle = median(all.clone());
        let scale = law::scale(&all);
        (all.len() >= FEWEST_ERRORS).then_some(Self { basis, all, middle, scale })
    }

    /// How far months lay off on average: of a scale a month that stands out every year moves nothing.
    fn mean_off(&self) -> f64 {
        let off: f64 = self.all.iter().map(|error| (error - self.middle).abs()).sum();
        off / self.all.len() as f64
    }
}

impl Fit {
    /// What the month at a place is held against; none with too few months before it.
    pub(super) fn of(values: &[i64], at: usize) -> Option<Self> {
        let roots: Vec<f64> = values[..=at].iter().map(|value| (*value as f64).cbrt()).collect();
        let plain = Errors::of(&roots, at, Basis::Level)?;
        let season = Errors::of(&roots, at, Basis::YearBefore);
        let clearly = |season: &Errors| season.mean_off() < CLEARLY * plain.mean_off();
        let chosen = season.filter(clearly).unwrap_or(plain);
        let size = chosen.all.len();
        let expected = expected(&roots, at, chosen.basis) + chosen.middle;
        let least = LEAST * expected.abs();
        let known = chosen.scale > least;
        let scale = chosen.scale.max(least) * (1.0 + MEDIAN / size as f64).sqrt();
        let off = |error: &f64| (error - chosen.middle) / scale;
        let before = chosen.all.iter().filter(|_| known).map(off).collect();
        let first = at - size - reach(chosen.basis);
        let (value, basis) = (roots[at], chosen.basis);
        (scale > 0.0).then_some(Self { value, expected, scale, before, basis, first, size })
    }

    /// How likely a month is to lie so far off or farther.
    pub(super) fn p(&self, tail: &Law) -> f64 {
        let off = (self.value - self.expected) / (self.scale * tail.scale);
        law::beyond(off, self.freedom(tail))
    }

    /// What is not known of the law and of this scale together.
    fn freedom(&self, tail: &Law) -> f64 {
        let own = EFFICIENCY * self.size as f64 - 1.0;
        1.0 / (1.0 / tail.freedom + 1.0 / own)
    }

    /// What was to come, and between what so large a share of such months lies.
    pub(super) fn told(&self, tail: &Law, share: f64) -> (i64, (i64, i64)) {
        let reach = law::reach(1.0 - share, self.freedom(tail)) * self.scale * tail.scale;
        let back = |root: f64| whole(root * root * root);
        (back(self.expected), (back(self.expected - reach), back(self.expected + reach)))
    }
}

/// The degrees of freedom below which tails are too heavy.
fn freedom(is_too_heavy: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (FEWEST_FREEDOM, MOST_FREEDOM);
    for _ in 0..30 {
        let middle = f64::midpoint(low, high);
        if is_too_heavy(middle) { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// By what law months lie off: Student's distribution with a scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Law {
    freedom: f64,
    scale: f64,
}

impl Law {
    /// The law through the median and the 99th of a hundred of how far months lay off; what was taken
    /// beforehand if they are too few.
    pub(super) fn of(off: &[f64]) -> Self {
        if off.len() < FEWEST_POOLED {
            return Self { freedom: FREEDOM, scale: 1.0 };
        }
        let mut far: Vec<f64> = off.iter().map(|it| it.abs()).collect();
        far.sort_unstable_by(f64::total_cmp);
        let (half, most) = (law::quantile(&far, 50), law::quantile(&far, 99));
        let freedom = freedom(|it| law::reach(0.01, it) * half > most * law::reach(0.5, it));
        Self { freedom, scale: (half / law::reach(0.5, freedom)).max(1.0) }
    }

    /// The law through the 99th of a hundred alone, for what mostly does not move. Its tails are never lighter than
    /// what was taken beforehand, and its scale is the one that it is told in, or more where even the heaviest
    /// are not enough.
    pub(super) fn of_outer(off: &[f64]) -> Self {
        if off.len() < FEWEST_POOLED {
            return Self { freedom: FREEDOM, scale: 1.0 };
        }
        let mut far: Vec<f64> = off.iter().map(|it| it.abs()).collect();
        far.sort_unstable_by(f64::total_cmp);
        let most = law::quantile(&far, 99);
        let freedom = freedom(|it| law::reach(0.01, it) > most).min(FREEDOM);
        Self { freedom, scale: (most / law::reach(0.01, freedom)).max(1.0) }
    }

    pub(super) fn freedom(&self) -> f64 {
        self.freedom
    }

    pub(super) fn scale(&self) -> f64 {
        self.scale
    }

    pub(super) fn kept(&self, months: usize) -> Tail {
        let thousandths = |number: f64| whole(number * 1e3);
        Tail { freedom: thousandths(self.freedom), scale: thousandths(self.scale), months }
    }
}
