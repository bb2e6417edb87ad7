//! The methods, and the median of what they say.

use super::{
    ces, decomposed, ets, naive, season,
    series::{Rhythm, Series},
    theta,
};

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
    /// Those whose median is the forecast.
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
    /// below, it sees no season, and made the median of 24 months worse by a twentieth.
    fn is_asked(self, length: usize, period: usize) -> bool {
        self != Self::ComplexSmoothing || length >= 3 * period
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
        self.points_of(&series, horizon).into_iter().map(|point| point * unit).collect()
    }

    fn points_of(self, series: &Series, horizon: usize) -> Vec<f64> {
        let (values, period) = (series.values(), series.period());
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
    /// The median at each step.
    pub points: Vec<f64>,
    /// How far a value may typically be off it, before the factors of the bands.
    pub scales: Vec<f64>,
}

/// The median of the panel at each of the next `horizon` steps, not below zero where no value is.
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
    let smoothing = ets::fit(values, period, ets::Set::All);
    let said: Vec<Vec<f64>> = Member::panel(values.len(), series.rhythm())
        .map(|member| match member {
            Member::Smoothing => smoothing.points(horizon),
            other => other.points_of(series, horizon),
        })
        .filter(|points| points.iter().all(|point| point.is_finite()))
        .collect();
    let at = |step: usize| said.iter().map(|points| points[step]).collect::<Vec<f64>>();
    let mut points: Vec<f64> = (0..horizon).map(|step| median(at(step))).collect();
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
        let spread = season::deviation(&at(step));
        (fitted * fitted + spread * spread).sqrt().max(0.1 * naive)
    };
    let scales = smoothing.deviations(horizon).into_iter().enumerate().map(scale).collect();
    Outlook { points, scales }
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
