//! The factors of the bands.
//!
//! Learned by `examples/forecast_accuracy.rs learn` on two thirds of each public set: at each step the
//! quantiles of |error| ÷ scale over all series, monthly ones whole and cut to their last 24, 36 and 48 months,
//! smoothed to a few places between which a straight line runs. The length of a history made no
//! difference worth a table of its own.

use super::series::Rhythm;

/// A step, 1 for the next one, and the factors of the three levels there.
type Place = (f64, [f64; 3]);

/// 962 monthly series of the M1, M3 and Tourism competitions.
const MONTHLY: [Place; 3] =
    [(1.0, [0.49, 1.03, 1.77]), (9.0, [0.58, 1.22, 2.14]), (18.0, [0.58, 1.24, 2.25])];
/// 164 weekly series of the M4 competition.
const WEEKLY: [Place; 3] =
    [(1.0, [0.36, 0.76, 1.66]), (4.0, [0.33, 0.73, 1.25]), (13.0, [0.33, 0.70, 1.55])];
/// 38 daily series of one company's tickets.
const DAILY: [Place; 3] =
    [(1.0, [0.23, 0.90, 1.80]), (3.0, [0.46, 1.04, 1.75]), (14.0, [0.45, 0.98, 1.50])];

/// The factors of the three levels at a step, 0 for the next one.
pub(super) fn at(rhythm: Rhythm, step: usize) -> [f64; 3] {
    let places = match rhythm {
        Rhythm::Monthly => &MONTHLY,
        Rhythm::Weekly => &WEEKLY,
        Rhythm::Daily => &DAILY,
    };
    let step = step as f64 + 1.0;
    let [mut before, .., last] = *places;
    for after in places {
        if step < after.0 {
            let share = (step - before.0) / (after.0 - before.0);
            return [0, 1, 2]
                .map(|level| before.1[level] + share * (after.1[level] - before.1[level]));
        }
        before = *after;
    }
    last.1
}
