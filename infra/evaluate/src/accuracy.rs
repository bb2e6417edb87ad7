//! How far forecasts were off, as the M4 competition measures it (Makridakis, Spiliotis and
//! Assimakopoulos, 2020).
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "measurements")]

use clearmargin_insight::forecast::Step;

use crate::series::Case;

/// What a method says of every case.
#[derive(Debug)]
pub(crate) struct Said {
    /// The method.
    pub(crate) name: String,
    /// Its points.
    pub(crate) points: Vec<Vec<f64>>,
    /// Its bands, if it has any.
    pub(crate) steps: Option<Vec<Vec<Step>>>,
    /// Its time on a core for each case.
    pub(crate) milliseconds: f64,
}

/// How far points were off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Errors {
    /// Mean of |error| ÷ (|point| + |value|) × 2, so from 0 to 2.
    pub(crate) smape: f64,
    /// Mean of |error| ÷ the mean absolute difference to a period before.
    pub(crate) mase: f64,
    /// Σ |error| ÷ Σ |value|, over all cases together.
    pub(crate) wape: f64,
}

impl Errors {
    /// The errors over the cases that are wanted and for which a scaled one is defined.
    pub(crate) fn of(cases: &[Case], said: &Said, wanted: &dyn Fn(&Case) -> bool) -> Self {
        let (mut smape, mut mase, mut count) = (0.0, 0.0, 0.0_f64);
        let (mut off, mut size) = (0.0, 0.0);
        for (case, points) in cases.iter().zip(&said.points).filter(|(case, _)| wanted(case)) {
            let unit = case.unit();
            for (point, value) in points.iter().zip(&case.test) {
                off += (point - value).abs();
                size += value.abs();
            }
            if unit <= 0.0 {
                continue;
            }
            let length = case.test.len() as f64;
            for (point, value) in points.iter().zip(&case.test) {
                let (error, size) = ((point - value).abs(), point.abs() + value.abs());
                smape += if size > 0.0 { 2.0 * error / size / length } else { 0.0 };
                mase += error / unit / length;
            }
            count += 1.0;
        }
        let count = count.max(1.0);
        Self { smape: smape / count, mase: mase / count, wape: off / size.max(f64::MIN_POSITIVE) }
    }

    /// The overall weighted average: the mean of both errors against those of another method.
    pub(crate) fn owa(self, base: Self) -> f64 {
        f64::midpoint(self.smape / base.smape, self.mase / base.mase)
    }
}

/// The share of values within a band; none without bands.
pub(crate) fn coverage(
    cases: &[Case],
    said: &Said,
    level: usize,
    wanted: &dyn Fn(&Case) -> bool,
) -> Option<f64> {
    let (mut inside, mut count) = (0.0, 0.0_f64);
    let told = cases.iter().zip(said.steps.as_ref()?);
    for (case, steps) in told.filter(|(case, _)| wanted(case)) {
        for (step, value) in steps.iter().zip(&case.test) {
            let band = step.bands.get(level)?;
            inside += f64::from(u8::from((band.low..=band.high).contains(value)));
            count += 1.0;
        }
    }
    Some(inside / count.max(1.0))
}

/// The mean scaled interval score of the widest band, which is to hold 95 of 100 (Gneiting and
/// Raftery, 2007); none without bands.
pub(crate) fn msis(cases: &[Case], said: &Said, wanted: &dyn Fn(&Case) -> bool) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0_f64);
    let told = cases.iter().zip(said.steps.as_ref()?);
    for (case, steps) in told.filter(|(case, _)| wanted(case) && case.unit() > 0.0) {
        let length = case.test.len() as f64;
        for (step, value) in steps.iter().zip(&case.test) {
            let band = step.bands.last()?;
            let outside = (band.low - value).max(value - band.high).max(0.0);
            sum += (band.high - band.low + 40.0 * outside) / case.unit() / length;
        }
        count += 1.0;
    }
    Some(sum / count.max(1.0))
}
