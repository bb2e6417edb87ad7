//! Student's and the negative binomial distribution, and a scale that some outliers do not move.
#![expect(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "distributions are numbers and their places"
)]

use crate::beta;

/// So often is an interval halved.
const HALVINGS: u32 = 60;

/// How likely a value of Student's distribution is to lie so far from 0 or farther (Abramowitz and Stegun
/// 26.7.1).
pub(super) fn beyond(t: f64, freedom: f64) -> f64 {
    beta::below(freedom / (freedom + t * t), freedom / 2.0, 0.5)
}

/// Beyond what a value of Student's distribution lies with a probability.
pub(super) fn reach(share: f64, freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if beyond(middle, freedom) > share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// A negative binomial distribution.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    size: f64,
    /// The probability of its success: size ÷ (size + mean).
    success: f64,
}

impl Counts {
    /// That of a mean and a larger variance.
    pub(super) fn of(mean: f64, variance: f64) -> Self {
        let size = mean * mean / (variance - mean).max(f64::MIN_POSITIVE);
        Self { size, success: size / (size + mean) }
    }

    /// How likely it is that there are so many at most.
    pub(super) fn up_to(self, count: f64) -> f64 {
        beta::below(self.success, self.size, count + 1.0)
    }

    /// How likely it is that there are so many at least.
    pub(super) fn from(self, count: f64) -> f64 {
        if count < 1.0 { 1.0 } else { beta::below(1.0 - self.success, count, self.size) }
    }

    /// How likely a count is that is as rare on either side.
    pub(super) fn two_sided(self, count: f64) -> f64 {
        (2.0 * self.up_to(count).min(self.from(count))).min(1.0)
    }
}

/// The value that a share of them lies below; 0 of nothing.
pub(super) fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

/// The scale Qn: that of a normal distribution with as near a quarter of all distances between two values
/// (Rousseeuw and Croux, 1993), with its correction for few (Croux and Rousseeuw, 1992; from ten values
/// on). Up to half of the values may be anything.
pub(super) fn scale(values: &[f64]) -> f64 {
    const NORMAL: f64 = 2.2219;
    let count = values.len();
    let mut apart = Vec::with_capacity(count * count / 2);
    for (at, one) in values.iter().enumerate() {
        apart.extend(values[..at].iter().map(|other| (one - other).abs()));
    }
    apart.sort_unstable_by(f64::total_cmp);
    let half = count / 2 + 1;
    let nearest = half * (half - 1) / 2;
    let Some(distance) = nearest.checked_sub(1).and_then(|at| apart.get(at)) else { return 0.0 };
    let number = count as f64;
    let few = if count % 2 == 1 { number / (number + 1.4) } else { number / (number + 3.8) };
    NORMAL * few * distance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_known_distributions() {
        // One degree of freedom is Cauchy's: 1 − 2 ÷ π × arctan t. Tables say 2.228 and 4.587 of ten.
        for t in [0.0_f64, 0.3, 1.0, 7.0, 1_000.0] {
            let exact = 1.0 - 2.0 / std::f64::consts::PI * t.atan();
            assert!((beyond(t, 1.0) - exact).abs() < 1e-12, "{t}");
        }
        assert!((reach(0.05, 10.0) - 2.228_139).abs() < 1e-5);
        assert!((reach(0.001, 10.0) - 4.586_894).abs() < 1e-5);
        // Size 1 is geometric: so many at least with (mean ÷ (1 + mean))^count.
        let geometric = Counts::of(2.0, 6.0);
        assert!((geometric.from(3.0) - 8.0 / 27.0).abs() < 1e-12);
        assert!((geometric.up_to(2.0) - 19.0 / 27.0).abs() < 1e-12);
        assert!((geometric.from(0.0) - 1.0).abs() < 1e-12 && geometric.two_sided(2.0) <= 1.0);
    }

    #[test]
    fn a_scale_is_not_moved_by_some_outliers() {
        // The quantiles of a normal distribution have its scale, about.
        let normal = [
            -1.97, -1.47, -1.18, -0.97, -0.78, -0.63, -0.48, -0.35, -0.22, -0.1, 0.01, 0.12, 0.24,
            0.37, 0.5, 0.65, 0.8, 0.99, 1.2, 1.49,
        ];
        let plain = scale(&normal);
        assert!((plain - 1.0).abs() < 0.15, "{plain}");
        let mut spoilt = normal;
        spoilt[..5].fill(1e9);
        assert!(scale(&spoilt) < 2.5, "{}", scale(&spoilt));
        assert!(scale(&[3.0; 12]).abs() < f64::EPSILON && scale(&[]).abs() < f64::EPSILON);
    }
}
