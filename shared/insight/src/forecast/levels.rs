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
    let own =
        |(steps, trust)| (steps, trust, sums_ahead(values, steps, rhythm, points.len() / steps));
    let levels: Vec<_> = asked(values.len(), rhythm).map(own).collect();
    reconcile(points, &levels);
}

/// Moves points to what is nearest to them and to what each level says by itself: of how many steps its sums are, the
/// trust in it, and the sums. Each level divides the next one.
fn reconcile(points: &mut [f64], levels: &[(usize, f64, Vec<f64>)]) {
    let (mut said, mut trust, mut size) = (vec![points.to_vec()], 1.0, 1);
    let mut sizes = Vec::new();
    for (steps, own_trust, own) in levels {
        let many = steps / size;
        let below = said.last().map_or(&[][..], Vec::as_slice);
        let together = below.chunks(many).map(|some| some.iter().sum::<f64>());
        let mean = |(sum, own): (f64, &f64)| (trust * sum + own_trust * own) / (trust + own_trust);
        said.push(together.zip(own).map(mean).collect());
        sizes.push(many);
        (trust, size) = (trust + own_trust, *steps);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Where nothing can be moved without being farther off: the gradient of the squares is zero.
        #[test]
        fn what_agrees_is_the_least_squares_solution(
            said in prop::array::uniform12(-100.0..100.0_f64),
            quarters in prop::array::uniform4(-300.0..300.0_f64),
            halves in prop::array::uniform2(-600.0..600.0_f64),
            (q, h) in (0.0..3.0_f64, 0.0..3.0_f64),
        ) {
            let mut points = said;
            reconcile(&mut points, &[(3, q, quarters.to_vec()), (6, h, halves.to_vec())]);
            for (at, point) in points.iter().enumerate() {
                let sum = |of: usize| points[at / of * of..(at / of + 1) * of].iter().sum::<f64>();
                let quarter = q / 3.0 * (sum(3) - quarters[at / 3]);
                let half = h / 6.0 * (sum(6) - halves[at / 6]);
                prop_assert!((point - said[at] + quarter + half).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn without_levels_nothing_is_moved() {
        let mut points = [1.0, 2.0];
        agree(&mut points, &[5.0; 35], Rhythm::Monthly);
        agree(&mut points, &[5.0; 200], Rhythm::Weekly);
        assert_eq!(points.map(f64::to_bits), [1.0_f64, 2.0].map(f64::to_bits));
        assert_eq!((whole(13, 36, Rhythm::Monthly), whole(13, 42, Rhythm::Monthly)), (15, 18));
    }
}
