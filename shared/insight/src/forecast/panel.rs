//! The methods, and the centre of what they say.

use super::{
    ces, decomposed, ets, levels, naive, season,
    series::{Rhythm, Series},
    theta,
};

/// STL has a season of so many places at least.
const SHORTEST_SEASON: usize = 4;

/// One method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// The same place of the last whole period.
    SeasonalNaive,
    /// The last value with M4's season: the benchmark of OWA, no part of the panel.
    Naive2,
    /// Exponential smoothing, the model by corrected AIC.
    Smoothing,
    /// The optimised Theta method with a fixed line, no part of the panel.
    Theta,
    /// The dynamic optimised Theta method.
    DynamicTheta,
    /// STL; the rest goes on by exponential smoothing.
    Decomposed,
    /// The same of logarithms.
    DecomposedLogarithm,
    /// Complex exponential smoothing.
    ComplexSmoothing,
}

impl Member {
    /// Those whose centre is the forecast.
    pub const PANEL: [Self; 6] = [
        Self::SeasonalNaive,
        Self::Smoothing,
        Self::DynamicTheta,
        Self::Decomposed,
        Self::DecomposedLogarithm,
        Self::ComplexSmoothing,
    ];

    /// Those of the panel that have a say over so many values.
    pub fn panel(length: usize, rhythm: Rhythm) -> impl Iterator<Item = Self> {
        Self::PANEL.into_iter().filter(move |member| member.is_asked(length, rhythm.period()))
    }

    /// Whether it has a say in a panel over so many values. Complex smoothing needs three whole periods:
    /// below, it sees no season, and made the centre of 24 months worse by a twentieth.
    fn is_asked(self, length: usize, period: usize) -> bool {
        self != Self::ComplexSmoothing || length >= 3 * period
    }

    /// Those that are asked of sums over several steps: a season of two or three places is too short for STL.
    pub(super) fn of_sums(length: usize, period: usize) -> impl Iterator<Item = Self> {
        Self::PANEL.into_iter().filter(move |member| {
            let decomposes = matches!(member, Self::Decomposed | Self::DecomposedLogarithm);
            member.is_asked(length, period) && (!decomposes || period >= SHORTEST_SEASON)
        })
    }

    /// What it is called in an answer.
    pub fn name(self) -> &'static str {
        match self {
            Self::SeasonalNaive => "seasonalNaive",
            Self::Naive2 => "naive2",
            Self::Smoothing => "exponentialSmoothing",
            Self::Theta => "theta",
            Self::DynamicTheta => "dynamicTheta",
            Self::Decomposed => "decomposition",
            Self::DecomposedLogarithm => "decompositionOfLogarithms",
            Self::ComplexSmoothing => "complexSmoothing",
        }
    }

    /// What it says of the next `horizon` steps; where it cannot work with the values, what its
    /// nearest kin says.
    pub fn points(self, series: &Series, horizon: usize) -> Vec<f64> {
        let (series, unit) = series.in_own_unit();
        let points = self.points_of(series.values(), series.period(), horizon);
        points.into_iter().map(|point| point * unit).collect()
    }

    /// The same of values that are counted in their own unit.
    pub(super) fn points_of(self, values: &[f64], period: usize, horizon: usize) -> Vec<f64> {
        let plain = || naive::seasonal(values, period, horizon);
        if values.is_empty() {
            return vec![0.0; horizon];
        }
        let points = match self {
            Self::SeasonalNaive => plain(),
            Self::Naive2 => naive::naive2(values, period, horizon),
            Self::Smoothing => ets::fit(values, period, ets::Set::All).points(horizon),
            Self::Theta => theta::points(values, period, horizon, theta::Line::Static),
            Self::DynamicTheta => theta::points(values, period, horizon, theta::Line::Dynamic),
            Self::Decomposed => {
                decomposed::points(values, period, horizon, false).unwrap_or_else(plain)
            }
            Self::DecomposedLogarithm => decomposed::points(values, period, horizon, true)
                .or_else(|| decomposed::points(values, period, horizon, false))
                .unwrap_or_else(plain),
            Self::ComplexSmoothing => ces::points(values, period, horizon),
        };
        if points.iter().all(|point| point.is_finite()) { points } else { plain() }
    }
}

/// What the panel says.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// The centre at each step.
    pub points: Vec<f64>,
    /// How far a value may typically be off it, before the factors of the bands.
    pub scales: Vec<f64>,
}

/// The centre of the panel, made to agree with that of quarters and half-years, at each of the next `horizon` steps, not below zero where no value is.
pub fn outlook(series: &Series, horizon: usize) -> Outlook {
    let (series, unit) = series.in_own_unit();
    let mut outlook = outlook_of(&series, horizon);
    for number in outlook.points.iter_mut().chain(&mut outlook.scales) {
        *number *= unit;
    }
    outlook
}

fn outlook_of(series: &Series, horizon: usize) -> Outlook {
    let (values, period) = (series.values(), series.period());
    if values.is_empty() {
        return Outlook { points: vec![0.0; horizon], scales: vec![0.0; horizon] };
    }
    let whole = levels::whole(horizon, values.len(), series.rhythm());
    let smoothing = ets::fit(values, period, ets::Set::All);
    let said: Vec<Vec<f64>> = Member::panel(values.len(), series.rhythm())
        .map(|member| match member {
            Member::Smoothing => smoothing.points(whole),
            other => other.points_of(values, period, whole),
        })
        .filter(|points| points.iter().all(|point| point.is_finite()))
        .collect();
    let mut points = centres(&said, whole);
    levels::agree(&mut points, values, series.rhythm());
    points.truncate(horizon);
    if series.never_negative() {
        for point in &mut points {
            *point = point.max(0.0);
        }
    }
    let own = naive_deviation(values, period);
    let scale = |(step, fitted): (usize, f64)| {
        let periods = (step / period + 1) as f64;
        let naive = own * periods.sqrt();
        let fitted = if fitted.is_finite() { fitted.min(8.0 * naive) } else { naive };
        let spread = season::deviation(&at(&said, step));
        (fitted * fitted + spread * spread).sqrt().max(0.1 * naive)
    };
    let scales = smoothing.deviations(horizon).into_iter().enumerate().map(scale).collect();
    Outlook { points, scales }
}

fn at(said: &[Vec<f64>], step: usize) -> Vec<f64> {
    said.iter().map(|points| points[step]).collect()
}

/// The centre of what was said of each of so many steps.
pub(super) fn centres(said: &[Vec<f64>], horizon: usize) -> Vec<f64> {
    (0..horizon).map(|step| centre(at(said, step))).collect()
}

/// A trimmed mean that leans to the middle: of six numbers the lowest and the highest do not count, and their
/// neighbours half. A plain trimmed mean (Jose, Winkler: "Simple robust averages of forecasts", 2008) and the median were
/// as good within noise; this was never worse than either. Of fewer the median, which was better there by a fiftieth.
fn centre(mut numbers: Vec<f64>) -> f64 {
    let count = numbers.len();
    if count < Member::PANEL.len() {
        return median(numbers);
    }
    numbers.sort_by(f64::total_cmp);
    let (mut sum, mut weights) = (0.0, 0.0);
    for (at, number) in numbers.iter().enumerate() {
        let weight = match at.min(count - 1 - at) {
            0 => 0.0,
            1 => 0.5,
            _ => 1.0,
        };
        sum += weight * number;
        weights += weight;
    }
    sum / weights
}

/// The mean absolute difference to the same place one period before, as a deviation; to the value
/// before where there is no whole period.
fn naive_deviation(values: &[f64], period: usize) -> f64 {
    let lag = if values.len() > period + 2 { period } else { 1 };
    let pairs = values.iter().zip(values.iter().skip(lag));
    let moves: Vec<f64> = pairs.map(|(before, after)| (after - before).abs()).collect();
    season::mean(&moves)
}

/// The middle of some numbers, the mean of the two middle ones; 0 of none.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let count = numbers.len();
    match count {
        0 => 0.0,
        _ if count.is_multiple_of(2) => f64::midpoint(numbers[count / 2 - 1], numbers[count / 2]),
        _ => numbers[count / 2],
    }
}
