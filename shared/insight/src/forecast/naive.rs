//! What every method has to beat.

use super::season::{self, Kind};

/// The value of the same place in the last whole period; the last value where there is no whole one.
pub(super) fn seasonal(values: &[f64], period: usize, horizon: usize) -> Vec<f64> {
    let back = if values.len() >= period { period.max(1) } else { 1 };
    let start = values.len().saturating_sub(back);
    let last = &values[start..];
    last.iter().copied().cycle().take(horizon).collect()
}

/// The last value, with the season that the M4 competition's test finds: its benchmark "Naive2".
pub(super) fn naive2(values: &[f64], period: usize, horizon: usize) -> Vec<f64> {
    let kind = Kind::Multiplicative;
    let positive = values.iter().all(|value| *value > 0.0);
    let found = (positive && season::is_seasonal(values, period))
        .then(|| season::indices(values, period, kind))
        .flatten();
    let Some(indices) = found else {
        return seasonal(values, 1, horizon);
    };
    let flat = season::without(values, &indices, kind);
    let mut points = seasonal(&flat, 1, horizon);
    season::with(&mut points, values.len(), &indices, kind);
    points
}
