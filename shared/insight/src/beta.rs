//! Quantiles of the beta distribution.
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a distribution is numbers; what is kept of it is whole"
)]

use statrs::function::beta::{BetaFuncError, checked_beta_reg};

use crate::forecast::whole;

/// So often is an interval halved: to less than a millionth.
const HALVINGS: u32 = 40;

/// The middle so many per cent of the beta distribution with a mean, a fraction, and a weight: from and to, in
/// millionths.
pub(crate) fn band((above, below): (i128, i128), weight: usize, level: u8) -> (i64, i64) {
    let mean = above as f64 / below as f64;
    let (a, b) = (mean * weight as f64, (1.0 - mean) * weight as f64);
    let tail = (1.0 - f64::from(level) / 100.0) / 2.0;
    let ends = quantile(tail, a, b).and_then(|low| Ok((low, quantile(1.0 - tail, a, b)?)));
    // Where there is no such distribution, it may be anything.
    let (low, high) = ends.unwrap_or((0.0, 1.0));
    (whole(low * 1e6), whole(high * 1e6))
}

/// The share of the distribution below a point: the regularised incomplete beta function. All of it where
/// there is no such distribution.
pub(crate) fn below(x: f64, a: f64, b: f64) -> f64 {
    checked_beta_reg(a, b, x.clamp(0.0, 1.0)).unwrap_or(1.0)
}

/// The point below which so large a share of the distribution lies.
fn quantile(share: f64, a: f64, b: f64) -> Result<f64, BetaFuncError> {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if checked_beta_reg(a, b, middle)? < share { low = middle } else { high = middle }
    }
    Ok(f64::midpoint(low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_known_distributions() {
        // Uniform; Beta(2, 1) is x²; Beta(2, 2) is 3x² − 2x³.
        for x in [0.0_f64, 0.01, 0.2, 0.5, 0.77, 0.99, 1.0] {
            assert!((below(x, 1.0, 1.0) - x).abs() < 1e-12);
            assert!((below(x, 2.0, 1.0) - x * x).abs() < 1e-12);
            assert!((below(x, 2.0, 2.0) - x * x * (3.0 - 2.0 * x)).abs() < 1e-12);
        }
        assert!((below(0.5, 0.0, 1.0) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_band_leaves_out_as_much_on_either_side() {
        // Of Beta(1, 1) the middle 80 per cent are 0.1 to 0.9; Beta(2, 1) has √0.1 and √0.9.
        assert_eq!(band((1, 2), 2, 80), (100_000, 900_000));
        assert_eq!(band((2, 3), 3, 80), (316_228, 948_683));
        let (low, high) = band((1, 1_000_000), 15, 80);
        assert!(low >= 0 && low <= high && high < 10);
        // Beta(½, ½) is 2 ÷ π × arcsin √x: its tenths lie at sin² 9° and sin² 81°.
        assert_eq!(band((1, 2), 1, 80), (24_472, 975_528));
        assert_eq!(band((0, 1), 5, 80), (0, 1_000_000));
    }
}
