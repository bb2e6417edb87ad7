//! What counts may come around a mean.
//!
//! Counts are negative binomial, with variance mean + k · mean²; where there are more than a few thousand
//! of them, or halves, a gamma distribution of the same mean and variance.

use crate::forecast::{Band, LEVELS, Step};

/// Below so many, counts have a place each.
const PLACES: usize = 4_096;
/// The places of a gamma distribution: each a twentieth of a deviation.
const GRID: usize = 512;
/// What is left out on either side, next to the most likely place.
const LEAST: f64 = 1e-9;

/// A distribution over places of equal width, from one on.
struct Distribution {
    first: usize,
    shares: Vec<f64>,
    width: f64,
    /// Whether places are whole numbers: then a value is at its place, else within it.
    whole: bool,
}

/// The step of a mean and a variance by level; values are whole or not. Each band lies within the next.
pub(super) fn step(mean: f64, variances: [f64; 3], whole: bool) -> Step {
    let mut bands = [Band { level: 0, low: mean, high: mean }; 3];
    let mut point = mean;
    let mut inner: Option<Band> = None;
    for ((band, level), variance) in bands.iter_mut().zip(LEVELS).zip(variances) {
        let distribution = Distribution::of(mean, variance, whole);
        if inner.is_none() {
            point = distribution.middle();
        }
        let (low, high) = distribution.band(f64::from(level) / 100.0);
        let (low, high) = (low.min(point), high.max(point));
        *band = inner.map_or(Band { level, low, high }, |inner| Band {
            level,
            low: low.min(inner.low),
            high: high.max(inner.high),
        });
        inner = Some(*band);
    }
    Step { point, bands }
}

impl Distribution {
    fn of(mean: f64, variance: f64, whole: bool) -> Self {
        if mean <= 0.0 {
            return Self { first: 0, shares: vec![1.0], width: 0.0, whole: true };
        }
        let reach = 12.0 * variance.sqrt() + 12.0;
        if whole && mean + reach < PLACES as f64 {
            return Self::counted(mean, variance, mean + reach);
        }
        let low = (mean - reach).max(0.0);
        let width = (mean + reach - low) / GRID as f64;
        let width = if whole { width.ceil() } else { width };
        Self::measured(mean, variance, low, width, whole)
    }

    /// The negative binomial distribution, by the ratio of one place to the one before.
    fn counted(mean: f64, variance: f64, end: f64) -> Self {
        let excess = ((variance - mean) / (mean * mean)).max(0.0);
        let ratio = |before: f64| {
            if excess < 1e-9 {
                mean / (before + 1.0)
            } else {
                let size = 1.0 / excess;
                (before + size) / (before + 1.0) * mean / (size + mean)
            }
        };
        let places = whole_number(end) + 1;
        // From the most likely place on both ways, so that nothing vanishes.
        let mode = (0..places).take_while(|at| ratio(*at as f64) > 1.0).count();
        let mut shares = vec![0.0; places + 1];
        shares[mode] = 1.0;
        for at in mode..places {
            shares[at + 1] = shares[at] * ratio(at as f64);
        }
        for at in (0..mode).rev() {
            shares[at] = shares[at + 1] / ratio(at as f64);
        }
        Self { first: 0, shares, width: 1.0, whole: true }.trimmed()
    }

    /// The gamma distribution at the middle of each place.
    fn measured(mean: f64, variance: f64, low: f64, width: f64, whole: bool) -> Self {
        let size = mean * mean / variance.max(f64::MIN_POSITIVE);
        let first = whole_number(low / width);
        let height = |place: usize| {
            let at = ((first + place) as f64 + 0.5) * width / mean;
            ((size - 1.0) * at.ln() - size * (at - 1.0)).exp()
        };
        let shares: Vec<f64> = (0..GRID).map(height).collect();
        if shares.iter().all(|share| *share <= 0.0 || !share.is_finite()) {
            return Self { first: whole_number(mean), shares: vec![1.0], width: 1.0, whole: true };
        }
        Self { first, shares, width, whole }.trimmed()
    }

    /// Shares with the sum 1, without what is next to nothing at both ends.
    fn trimmed(mut self) -> Self {
        let most = self.shares.iter().copied().fold(0.0, f64::max);
        let counts = |share: &f64| *share > LEAST * most;
        let from = self.shares.iter().position(counts).unwrap_or(0);
        let until = self.shares.iter().rposition(counts).map_or(self.shares.len(), |at| at + 1);
        self.shares = self.shares[from..until].to_vec();
        self.first += from;
        let sum: f64 = self.shares.iter().sum();
        for share in &mut self.shares {
            *share /= sum;
        }
        self
    }

    /// The value that is as likely exceeded as not.
    fn middle(&self) -> f64 {
        let mut below = 0.0;
        for (place, share) in self.shares.iter().enumerate() {
            if below + share >= 0.5 {
                let within = if self.whole { 0.0 } else { (0.5 - below) / share };
                return self.value(place, within);
            }
            below += share;
        }
        self.value(self.shares.len().saturating_sub(1), 0.0)
    }

    /// The likeliest values whose share comes nearest to `level`, grown from the most likely one.
    fn band(&self, level: f64) -> (f64, f64) {
        let likeliest =
            |best: usize, at: usize| if self.shares[at] > self.shares[best] { at } else { best };
        let mode = (0..self.shares.len()).fold(0, likeliest);
        let (mut low, mut high, mut sum) = (mode, mode, self.shares[mode]);
        while sum < level {
            let below = low.checked_sub(1).map_or(0.0, |at| self.shares[at]);
            let above = self.shares.get(high + 1).copied().unwrap_or(0.0);
            let next = below.max(above);
            // The share jumps from count to count: the nearer side of the level is taken.
            if next <= 0.0 || sum + next - level > level - sum {
                break;
            }
            if below >= above {
                low -= 1;
            } else {
                high += 1;
            }
            sum += next;
        }
        (self.value(low, 0.0), self.value(high, if self.whole { 0.0 } else { 1.0 }))
    }

    fn value(&self, place: usize, within: f64) -> f64 {
        ((self.first + place) as f64 + within) * self.width
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both ends are held")]
fn whole_number(number: f64) -> usize {
    number.max(0.0) as usize
}
