//! Quantiles of the beta distribution.
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::many_single_char_names,
    reason = "a distribution is numbers; what is kept of it is whole"
)]

use crate::forecast::whole;

/// So often is an interval halved: to less than a millionth.
const HALVINGS: u32 = 40;
/// So many terms of the continued fraction are taken at most.
const TERMS: u32 = 200;
const SMALLEST: f64 = 1e-300;

/// The middle so many per cent of the beta distribution with a mean, a fraction, and a weight: from and to, in
/// millionths.
pub(super) fn band((above, below): (i128, i128), weight: usize, level: u8) -> (i64, i64) {
    let mean = above as f64 / below as f64;
    let (a, b) = (mean * weight as f64, (1.0 - mean) * weight as f64);
    let tail = (1.0 - f64::from(level) / 100.0) / 2.0;
    let at = |share: f64| whole(quantile(share, a, b) * 1e6);
    (at(tail), at(1.0 - tail))
}

fn quantile(share: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if below(middle, a, b) < share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The share of the distribution below x: the regularised incomplete beta function, by its continued
/// fraction (Abramowitz and Stegun 26.5.8).
fn below(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let scale = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln();
    if x < (a + 1.0) / (a + b + 2.0) {
        scale.exp() * fraction(x, a, b) / a
    } else {
        1.0 - scale.exp() * fraction(1.0 - x, b, a) / b
    }
}

/// The continued fraction, from its beginning (Lentz 1976).
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let held = |number: f64| if number.abs() < SMALLEST { SMALLEST } else { number };
    let mut d = 1.0 / held(1.0 - (a + b) * x / (a + 1.0));
    let (mut c, mut value) = (1.0, d);
    for term in 1..=TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut step = 1.0;
        for part in [even, odd] {
            d = 1.0 / held(1.0 + part * d);
            c = held(1.0 + part / c);
            step = c * d;
            value *= step;
        }
        if (step - 1.0).abs() < 1e-14 {
            break;
        }
    }
    value
}

/// The logarithm of the gamma function of a positive number (Lanczos 1964, with g = 7 and nine terms).
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        let pi = std::f64::consts::PI;
        return pi.ln() - (pi * x).sin().ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let mut sum = 0.999_999_999_999_809_9;
    let mut at = x;
    for term in TERMS {
        at += 1.0;
        sum += term / at;
    }
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_known_distributions() {
        // Uniform; Beta(2, 1) is x²; Beta(2, 2) is 3x² − 2x³; Beta(½, ½) is 2 ÷ π × arcsin √x.
        for x in [0.01_f64, 0.2, 0.5, 0.77, 0.99] {
            assert!((below(x, 1.0, 1.0) - x).abs() < 1e-12);
            assert!((below(x, 2.0, 1.0) - x * x).abs() < 1e-12);
            assert!((below(x, 2.0, 2.0) - x * x * (3.0 - 2.0 * x)).abs() < 1e-12);
            let arcsine = 2.0 / std::f64::consts::PI * x.sqrt().asin();
            assert!((below(x, 0.5, 0.5) - arcsine).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn a_band_leaves_out_as_much_on_either_side() {
        // Of Beta(1, 1) the middle 80 per cent are 0.1 to 0.9; Beta(2, 1) has √0.1 and √0.9.
        assert_eq!(band((1, 2), 2, 80), (100_000, 900_000));
        assert_eq!(band((2, 3), 3, 80), (316_228, 948_683));
        let (low, high) = band((1, 1_000_000), 15, 80);
        assert!(low >= 0 && low <= high && high < 10);
    }
}
