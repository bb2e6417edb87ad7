//! What repeats every year, week or day of the week: whether it is there, and what it is.

/// The share of chance that a season's test allows: ten in a hundred, as in the M4 competition.
const TEN_PER_CENT: f64 = 1.645;

/// How the parts of a series are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Season is added.
    Additive,
    /// Season is a factor.
    Multiplicative,
}

/// Whether a series repeats itself, by the autocorrelation at its period (M4's test): at least three
/// periods, and more than chance gives in nine of ten series.
pub(super) fn is_seasonal(values: &[f64], period: usize) -> bool {
    if period < 2 || values.len() < 3 * period {
        return false;
    }
    let mean = mean(values);
    let spread: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    if spread <= 0.0 {
        return false;
    }
    let correlation = |lag: usize| -> f64 {
        let pairs = values.iter().zip(values.iter().skip(lag));
        pairs.map(|(one, other)| (one - mean) * (other - mean)).sum::<f64>() / spread
    };
    let before: f64 = (1..period).map(|lag| correlation(lag).powi(2)).sum();
    let limit = TEN_PER_CENT * ((1.0 + 2.0 * before) / values.len() as f64).sqrt();
    correlation(period).abs() > limit
}

/// The season of each place of the period, by classical decomposition: centred moving average,
/// mean of what is left by place, normalised. `None` for less than two periods, or a factor that is
/// not well above zero.
pub(super) fn indices(values: &[f64], period: usize, kind: Kind) -> Option<Vec<f64>> {
    if period < 2 || values.len() < 2 * period {
        return None;
    }
    let mut sums = vec![(0.0, 0.0); period];
    for (at, trend) in centred(values, period) {
        let left = match kind {
            Kind::Additive => values[at] - trend,
            Kind::Multiplicative if trend > 0.0 => values[at] / trend,
            Kind::Multiplicative => return None,
        };
        let (sum, count) = &mut sums[at % period];
        *sum += left;
        *count += 1.0;
    }
    let mut indices: Vec<f64> =
        sums.iter().map(|(sum, count)| sum / f64::max(*count, 1.0)).collect();
    let middle = mean(&indices);
    for index in &mut indices {
        match kind {
            Kind::Additive => *index -= middle,
            Kind::Multiplicative => *index /= middle,
        }
    }
    let usable = |index: &f64| index.is_finite() && (kind == Kind::Additive || *index > 0.01);
    indices.iter().all(usable).then_some(indices)
}

/// The centred moving average over a period, with the place of each.
fn centred(values: &[f64], period: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
    let half = period / 2;
    let even = period.is_multiple_of(2);
    (half..values.len().saturating_sub(half)).map(move |at| {
        let window = &values[at - half..=at + half];
        let mut sum: f64 = window.iter().sum();
        if even {
            sum -= 0.5 * (window[0] + window[2 * half]);
        }
        (at, sum / period as f64)
    })
}

/// The values without their season.
pub(super) fn without(values: &[f64], indices: &[f64], kind: Kind) -> Vec<f64> {
    let season = indices.iter().cycle();
    let taken = |(value, season): (&f64, &f64)| match kind {
        Kind::Additive => value - season,
        Kind::Multiplicative => value / season,
    };
    values.iter().zip(season).map(taken).collect()
}

/// Points that follow `length` values, with their season.
pub(super) fn with(points: &mut [f64], length: usize, indices: &[f64], kind: Kind) {
    for (step, point) in points.iter_mut().enumerate() {
        let season = indices[(length + step) % indices.len()];
        match kind {
            Kind::Additive => *point += season,
            Kind::Multiplicative => *point *= season,
        }
    }
}

/// The mean; 0 of nothing.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / f64::max(values.len() as f64, 1.0)
}

/// The deviation around the mean; 0 of nothing.
pub(super) fn deviation(values: &[f64]) -> f64 {
    let middle = mean(values);
    mean(&values.iter().map(|value| (value - middle).powi(2)).collect::<Vec<_>>()).sqrt()
}
