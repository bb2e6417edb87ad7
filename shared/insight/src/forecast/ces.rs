//! Complex exponential smoothing.
//!
//! Svetunkov, Kourentzes, Ord: "Complex exponential smoothing", Naval Research Logistics 69 (2022). Of
//! its forms the one without a season and the one with a "full" season are fitted; the states at the
//! start come from running backwards over the values.

use super::{season, simplex};

/// Calls of the cost a search may take.
const EVALUATIONS: usize = 200;
/// Where a search starts: the real and the imaginary weight of the level, and of the season.
const START: [f64; 4] = [1.3, 1.0, 1.3, 1.0];

/// The points that follow, of the form with the least corrected AIC.
pub(super) fn points(values: &[f64], period: usize, horizon: usize) -> Vec<f64> {
    let plain = fit(values, None);
    let seasonal =
        (period > 1 && values.len() >= 2 * period + 4).then(|| fit(values, Some(period)));
    let (weights, season) = match seasonal {
        Some((weights, criterion)) if criterion < plain.1 => (weights, Some(period)),
        _ => (plain.0, None),
    };
    ahead(values, season, horizon, weights)
}

/// The best weights and their corrected AIC. States at the start are no parameters: they are not
/// searched.
fn fit(values: &[f64], period: Option<usize>) -> ([f64; 4], f64) {
    let free = if period.is_some() { 4 } else { 2 };
    let cost = |weights: &[f64; 4]| {
        let mut state = State::before(values, period, *weights);
        state.pass(values.iter(), *weights)
    };
    let (best, squares) = simplex::minimise::<4, 5>(START, free, EVALUATIONS, 1e-7, cost);
    let (count, parameters) = (values.len() as f64, free as f64 + 1.0);
    let spare = (count - parameters - 1.0).max(0.1);
    let likelihood = count * (squares / count).max(1e-300).ln();
    (best, likelihood + 2.0 * parameters + 2.0 * parameters * (parameters + 1.0) / spare)
}

/// Level and information, and the same for each place of the season.
struct State {
    level: f64,
    carried: f64,
    season: Vec<(f64, f64)>,
    place: usize,
}

impl State {
    /// The state before the first value: forwards over all values, then back again.
    fn before(values: &[f64], period: Option<usize>, weights: [f64; 4]) -> Self {
        let first = &values[..values.len().min(period.unwrap_or(1).max(10))];
        let mean = season::mean(first);
        let place = |value: &f64| (value - mean, (value - mean) / 1.1);
        let season = first.iter().take(period.unwrap_or(0)).map(place).collect();
        let mut state = Self { level: mean, carried: mean / 1.1, season, place: 0 };
        state.pass(values.iter(), weights);
        state.turn();
        state.pass(values.iter().rev(), weights);
        state.turn();
        state
    }

    /// Lets time run the other way.
    fn turn(&mut self) {
        self.season.rotate_left(self.place);
        self.season.reverse();
        self.place = 0;
    }

    fn expected(&self) -> f64 {
        self.level + self.season.get(self.place).map_or(0.0, |(season, _)| *season)
    }

    /// Takes values in; the sum of the squared errors.
    fn pass<'a>(
        &mut self,
        values: impl Iterator<Item = &'a f64>,
        [a0, a1, b0, b1]: [f64; 4],
    ) -> f64 {
        let mut squares = 0.0;
        for value in values {
            let error = value - self.expected();
            squares += error * error;
            let level = self.level;
            self.level = level - (1.0 - a1) * self.carried + (a0 - a1) * error;
            self.carried = level + (1.0 - a0) * self.carried + (a0 + a1) * error;
            if let Some((season, carried)) = self.season.get_mut(self.place) {
                let was = *season;
                *season = was - (1.0 - b1) * *carried + (b0 - b1) * error;
                *carried = was + (1.0 - b0) * *carried + (b0 + b1) * error;
                self.place = if self.place + 1 == self.season.len() { 0 } else { self.place + 1 };
            }
        }
        squares
    }
}

/// The points after the last value; each is taken in as if it had come.
fn ahead(values: &[f64], period: Option<usize>, horizon: usize, weights: [f64; 4]) -> Vec<f64> {
    let mut state = State::before(values, period, weights);
    state.pass(values.iter(), weights);
    let step = |_| {
        let point = state.expected();
        state.pass([point].iter(), weights);
        point
    };
    (0..horizon).map(step).collect()
}
