//! Quarters and half-years, which see a trend that single months hide.
//!
//! Athanasopoulos, Hyndman, Kourentzes, Petropoulos: "Forecasting with temporal hierarchies", European Journal of
//! Operational Research 262 (2017): sums over several steps are forecast for themselves, and all levels are made to
//! agree. Each error's variance is taken to be as large as what it sums up, divided by the trust in its level
//! (structural scaling, with less trust in half-years). As each level divides the next one, least squares over the
//! tree needs no matrix: up, each sum is averaged with what its own level says; down, what that changed is spread evenly.

use super::{
    panel::{self, Member},
    series::Rhythm,
};

/// Of how many steps a level is, and the trust in it beside that in single steps.
type Level = (usize, f64);

/// Of months. The trust was chosen by `docs/forecasting.md`.
const MONTHLY: [Level; 2] = [(3, 1.0), (6, 0.4)];
/// How many whole periods have to be known: below, sums are too few to tell a season.
const FEWEST_PERIODS: usize = 3;
/// How many sums of a level have to be known.
const FEWEST_SUMS: usize = 7;

/// The levels that are asked over so many values. Sums of weeks were no better.
fn asked(length: usize, rhythm: Rhythm) -> impl Iterator<Item = Level> {
    let all: &[Level] = match rhythm {
        Rhythm::Monthly if length >= FEWEST_PERIODS * rhythm.period() => &MONTHLY,
        Rhythm::Monthly | Rhythm::Weekly | Rhythm::Daily => &[],
    };
    all.iter().copied().filter(move |(steps, _)| length / steps >= FEWEST_SUMS)
}

/// How many steps have to be told of, so that every sum of the farthest level is whole.
pub(super) fn whole(horizon: usize, length: usize, rhythm: Rhythm) -> usize {
    let farthest = asked(length, rhythm).last();
    farthest.map_or(horizon, |(steps, _)| horizon.next_multiple_of(steps))
}

/// Moves the points of the steps after some values so that they agree with what is said of their sums. There are as
/// many points as [`whole`] says.
pub(super) fn agree(points: &mut [f64], values: &[f64], rhythm: Rhythm) {
    let (mut said, mut trust, mut size) = (vec![points.to_vec()], 1.0, 1);
    let mut sizes = Vec::new();
    for (steps, own_trust) in asked(values.len(), rhythm) {
        let own = sums_ahead(values, steps, rhythm, points.len() / steps);
        let many = steps / size;
        let below = said.last().map_or(&[][..], Vec::as_slice);
        let together = below.chunks(many).map(|some| some.iter().sum::<f64>());
        let mean = |(sum, own): (f64, f64)| (trust * sum + own_trust * own) / (trust + own_trust);
        said.push(together.zip(own).map(mean).collect());
        sizes.push(many);
        (trust, size) = (trust + own_trust, steps);
    }
    let mut above = said.pop().unwrap_or_default();
    while let (Some(mut below), Some(many)) = (said.pop(), sizes.pop()) {
        for (some, sum) in below.chunks_mut(many).zip(above) {
            let more = (sum - some.iter().sum::<f64>()) / many as f64;
            for point in some {
                *point += more;
            }
        }
        above = below;
    }
    points.copy_from_slice(&above);
}

/// What the panel says of the next sums of so many steps.
fn sums_ahead(values: &[f64], steps: usize, rhythm: Rhythm, horizon: usize) -> Vec<f64> {
    let (first, period) = (values.len() % steps, rhythm.period() / steps);
    let sums: Vec<f64> = values[first..].chunks(steps).map(|some| some.iter().sum()).collect();
    let said: Vec<Vec<f64>> = Member::of_sums(sums.len(), period)
        .map(|member| member.points_of(&sums, period, horizon))
        .collect();
    panel::centres(&said, horizon)
}
