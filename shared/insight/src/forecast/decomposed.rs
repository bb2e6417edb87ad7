//! Season, trend and remainder by LOESS; the trend goes on by exponential smoothing.
//!
//! Cleveland and others: "STL: a seasonal-trend decomposition procedure based on
//! LOESS", Journal of Official Statistics 6 (1990); Bandara, Hyndman, Bergmeir: "MSTL" (2021) for the
//! length of the season's window and for the combination with a model of what is left.

use stlrs::Stl;

use super::ets;

/// The window of the season, in periods.
const WINDOW: usize = 11;

/// The points that follow. Without two whole periods there is no season to take out.
/// `logarithm` decomposes the logarithms, for a season that grows with the level; it needs values
/// above zero, and gives `None` otherwise.
pub(super) fn points(
    values: &[f64],
    period: usize,
    horizon: usize,
    logarithm: bool,
) -> Option<Vec<f64>> {
    if logarithm && values.iter().any(|value| *value <= 0.0) {
        return None;
    }
    let worked: Vec<f64> =
        if logarithm { values.iter().map(|value| value.ln()).collect() } else { values.to_vec() };
    let mut points = added(&worked, period, horizon);
    if logarithm {
        for point in &mut points {
            *point = point.exp();
        }
    }
    points.iter().all(|point| point.is_finite()).then_some(points)
}

fn added(values: &[f64], period: usize, horizon: usize) -> Vec<f64> {
    let fit = (period > 1 && values.len() >= 2 * period)
        .then(|| Stl::params().seasonal_length(WINDOW).fit(values, period).ok())
        .flatten();
    let Some(fit) = fit else {
        return ets::fit(values, 1, ets::Set::Additive).points(horizon);
    };
    let season = fit.seasonal();
    let flat: Vec<f64> = values.iter().zip(season).map(|(value, season)| value - season).collect();
    let mut points = ets::fit(&flat, 1, ets::Set::Additive).points(horizon);
    let last = &season[season.len() - period..];
    for (point, season) in points.iter_mut().zip(last.iter().cycle()) {
        *point += season;
    }
    points
}
