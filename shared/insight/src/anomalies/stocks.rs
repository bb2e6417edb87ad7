//! Users, devices and licences: how many there are changes little from month to month, by a few that come
//! and go, so that a month is held against the one before it.
//!
//! What comes and goes by chance varies with how many there are. How much so is that of the client's own earlier
//! changes, and of all clients as ten months more. How far changes lay off that, each as told by the others
//! of its client, says by what law they do.
#![expect(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "models are numbers and their places"
)]

use super::{WINDOW, amounts, law};
use crate::forecast::{median, whole};

/// How many changes have to lie before a month.
pub(super) const FEWEST_CHANGES: usize = 6;
/// For how many months all clients count in what is usual for one.
const OTHERS: f64 = 10.0;
/// No change is told to be surer than to within one, and three per cent of what there was.
const LEAST: (f64, f64) = (1.0, 0.03);

/// What a count is held against.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    count: i64,
    before: i64,
    /// What there was before each earlier change, and the change.
    changes: Vec<(f64, f64)>,
    /// The place of the first month that was used.
    pub(super) first: usize,
    pub(super) size: usize,
}

/// How counts of a kind change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Law {
    /// The square of a usual change ÷ what there was, of the client in the middle.
    usual: f64,
    pub(super) tail: amounts::Law,
    /// From how many changes it was learned.
    pub(super) months: usize,
}

/// The square of a change ÷ what there was: one more, so that nothing is something.
fn rate((before, change): (f64, f64)) -> f64 {
    change * change / (before.max(0.0) + 1.0)
}

/// A standard deviation of the change of what there was, where so many changes have rates of such a sum.
fn scale(before: f64, usual: f64, (sum, count): (f64, f64)) -> f64 {
    let own = (OTHERS * usual + sum) / (OTHERS + count);
    let least = LEAST.0.max(LEAST.1 * before);
    (own * (before.max(0.0) + 1.0)).sqrt().max(least)
}

impl Fit {
    /// What the count at a place is held against; none with too few before it.
    pub(super) fn of(counts: &[i64], at: usize) -> Option<Self> {
        let first = at.saturating_sub(WINDOW + 1);
        let before = counts[first..at].windows(2);
        let change = |pair: &[i64]| (pair[0] as f64, pair[1] as f64 - pair[0] as f64);
        let changes: Vec<(f64, f64)> = before.map(change).collect();
        let size = changes.len();
        let last = *counts.get(at.checked_sub(1)?)?;
        (size >= FEWEST_CHANGES).then_some(Self {
            count: counts[at],
            before: last,
            changes,
            first,
            size,
        })
    }

    fn sum(&self) -> f64 {
        self.changes.iter().map(|change| rate(*change)).sum()
    }

    /// How far each earlier change lay off, as all others tell it.
    fn off(&self, usual: f64) -> impl Iterator<Item = f64> {
        let (sum, others) = (self.sum(), self.size as f64 - 1.0);
        self.changes.iter().map(move |it| {
            let rest = (sum - rate(*it)).max(0.0);
            it.1 / scale(it.0, usual, (rest, others))
        })
    }

    fn scale(&self, law: &Law) -> f64 {
        let own = (self.sum(), self.size as f64);
        scale(self.before as f64, law.usual, own) * law.tail.scale()
    }

    /// How likely a change is that is so large or larger.
    pub(super) fn p(&self, law: &Law) -> f64 {
        let off = (self.count as f64 - self.before as f64) / self.scale(law);
        law::beyond(off, law.tail.freedom())
    }

    /// What was to come, and between what so large a share of such counts lies.
    pub(super) fn told(&self, law: &Law, share: f64) -> (i64, (i64, i64)) {
        let reach = law::reach(1.0 - share, law.tail.freedom()) * self.scale(law);
        let end = |number: f64| whole(number).max(self.before.min(0));
        let before = self.before as f64;
        (self.before, (end(before - reach), end(before + reach)))
    }
}

impl Law {
    /// The law of these, one of each client.
    pub(super) fn of(fits: &[&Fit]) -> Self {
        let usual = median(fits.iter().map(|fit| fit.sum() / fit.size as f64).collect());
        let off: Vec<f64> = fits.iter().flat_map(|fit| fit.off(usual)).collect();
        Self { usual, tail: amounts::Law::of_outer(&off), months: off.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_held_against_earlier_ones_and_what_there_was() {
        let law = |counts: &[i64]| Law::of(&[&Fit::of(counts, counts.len() - 1).unwrap()]);
        let still = [100, 100, 100, 100, 100, 100, 100, 100, 130];
        let fit = Fit::of(&still, 8).unwrap();
        let (expected, (low, high)) = fit.told(&law(&still), 0.95);
        // Never moved: to within three of a hundred, with six degrees of freedom.
        assert_eq!((expected, low, high), (100, 93, 107));
        assert!(fit.p(&law(&still)) < 1e-4, "{}", fit.p(&law(&still)));
        let restless = [100, 80, 110, 85, 115, 90, 120, 95, 125];
        assert!(Fit::of(&restless, 8).unwrap().p(&law(&restless)) > 0.05);
        // One more of three is one more.
        let small = [3, 3, 3, 3, 3, 3, 3, 3, 4];
        assert!(Fit::of(&small, 8).unwrap().p(&law(&small)) > 0.3);
        let gone = [20, 20, 20, 20, 20, 20, 20, 0];
        assert!(Fit::of(&gone, 7).unwrap().p(&law(&gone)) < 1e-5);
        assert!(Fit::of(&gone, 6).is_none() && Fit::of(&gone, 0).is_none());
    }
}
