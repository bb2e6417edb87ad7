//! Bands around the points: how often a value lies inside is learned, not assumed.
//!
//! Half a band is the panel's scale at that step times a factor of [`super::factors`]: the share of
//! the errors of public series that lay within it (split conformal prediction; Stankeviciute, Alaa,
//! van der Schaar: "Conformal time-series forecasting", 2021).

use super::{factors, panel::Outlook, series::Series};

/// The shares of values, in per cent, that the bands are to hold.
pub const LEVELS: [u8; 3] = [50, 80, 95];

/// A band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The share of values, in per cent, that it is to hold.
    pub level: u8,
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// One step ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The most likely value.
    pub point: f64,
    /// The bands of [`LEVELS`], each within the next one.
    pub bands: [Band; 3],
}

/// The steps of an outlook.
pub(super) fn steps(series: &Series, outlook: &Outlook) -> Vec<Step> {
    let floor = if series.never_negative() { 0.0 } else { f64::NEG_INFINITY };
    let step = |(at, (point, scale)): (usize, (&f64, &f64))| {
        let factors = factors::at(series.rhythm(), at);
        let band = |place: usize| {
            let half = scale * factors[place];
            Band { level: LEVELS[place], low: (point - half).max(floor), high: point + half }
        };
        Step { point: *point, bands: [band(0), band(1), band(2)] }
    };
    outlook.points.iter().zip(&outlook.scales).enumerate().map(step).collect()
}
