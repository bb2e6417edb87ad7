//! How far payments were from what was expected, in standard deviations: a smoothed distribution.

/// What is told apart lies within so many standard deviations, in steps of this width.
const REACH: f64 = 8.0;
const STEP: f64 = 0.05;
/// How far what was seen is spread to its sides, as a standard deviation.
const SMOOTH: f64 = 0.3;
/// The tail begins after this share.
const TAIL: f64 = 0.9;
/// The least that the mean of the tail is taken for, and its power.
const SHORTEST: f64 = 1.0;
const POWER: f64 = 3.0;

/// A distribution of standardised errors.
///
/// One error more than were seen is taken to lie beyond all of them on each side, as far as the mean
/// of the outer tenth lies beyond its begin. Few errors so give wide bands. This tail is a power (Lomax,
/// 1954): what is later than everything seen so far is not expected at any moment, and the longer it
/// has taken, the longer it will take.
#[derive(Debug)]
pub(super) struct Spread {
    /// The share beyond each place, from −[`REACH`] on.
    beyond: Vec<f64>,
    /// The share that is taken to lie beyond all that was seen, on either side.
    unseen: f64,
    high: Tail,
    low: Tail,
}

/// Where a tail begins, and its mean from there.
#[derive(Debug, Clone, Copy)]
struct Tail {
    from: f64,
    mean: f64,
}

impl Tail {
    /// The share that is farther out.
    fn beyond(self, x: f64) -> f64 {
        (1.0 + (x - self.from).max(0.0) / (self.mean * (POWER - 1.0))).powf(-POWER)
    }
}

impl Spread {
    /// The distribution of these errors, each with its weight.
    pub(super) fn of(errors: &[(f64, f64)]) -> Self {
        let weights: f64 = errors.iter().map(|(weight, _)| weight).sum();
        let place = |error: f64| (error.clamp(-REACH, REACH) + REACH) / STEP;
        let places = place(REACH).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "places from 0 to twice the reach"
        )]
        let whole = |place: f64| place.round() as usize;
        let mut shares = vec![0.0; whole(places) + 1];
        for (weight, error) in errors {
            shares[whole(place(*error))] += weight / weights;
        }
        let beyond = |at: usize| {
            let sum = shares.iter().enumerate().filter(|(_, share)| **share > 0.0);
            sum.map(|(of, share)| share * bell((of as f64 - at as f64) * STEP, SMOOTH)).sum()
        };
        let unseen = 2.0 / (errors.len() as f64 + 1.0);
        let mirrored: Vec<(f64, f64)> = errors.iter().map(|(weight, at)| (*weight, -at)).collect();
        Self {
            beyond: (0..shares.len()).map(beyond).collect(),
            unseen,
            high: tail(errors.to_vec(), weights),
            low: tail(mirrored, weights),
        }
    }

    /// The share of errors that are larger.
    pub(super) fn beyond(&self, error: f64) -> f64 {
        let far = 0.5 * self.unseen * (1.0 + self.high.beyond(error) - self.low.beyond(-error));
        (1.0 - self.unseen) * self.seen(error) + far
    }

    fn seen(&self, error: f64) -> f64 {
        let place = (error.clamp(-REACH, REACH) + REACH) / STEP;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place from 0 to twice the reach"
        )]
        let at = (place as usize).min(self.beyond.len() - 2);
        let (here, next) = (self.beyond[at], self.beyond[at + 1]);
        here + (next - here) * (place - at as f64).min(1.0)
    }
}

/// The share of a bell (of the logistic distribution, whose share is a formula) around `middle` that
/// lies above 0, with its standard deviation.
pub(super) fn bell(middle: f64, deviation: f64) -> f64 {
    crate::odds::probability(middle / deviation * std::f64::consts::PI / 3.0_f64.sqrt())
}

fn tail(mut errors: Vec<(f64, f64)>, weights: f64) -> Tail {
    errors.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.total_cmp(&b.0)));
    let mut passed = 0.0;
    let begin = errors.iter().find(|(weight, _)| {
        passed += weight;
        passed >= TAIL * weights
    });
    let begin = begin.map_or(0.0, |(_, error)| *error);
    let outer = errors.iter().filter(|(_, error)| *error > begin);
    let (weight, sum) = outer.fold((0.0, 0.0), |(weights, sum), (weight, error)| {
        (weights + weight, sum + weight * (error - begin))
    });
    let mean = if weight > 0.0 { sum / weight } else { 0.0 };
    let from = errors.last().map_or(0.0, |(_, error)| *error);
    Tail { from, mean: mean.max(SHORTEST) }
}
