//! How good probabilities were, once it is known what became of the cases.

/// How many equally wide parts probabilities are compared in.
const BINS: usize = 10;
/// A probability of nothing or everything would be infinitely wrong once.
const SUREST: f64 = 1e-12;

/// Cases to which a like probability was given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// How many there are.
    pub cases: usize,
    /// The mean of what was said; none without cases.
    pub said: Option<f64>,
    /// The share that had the outcome; none without cases.
    pub became: Option<f64>,
}

/// How good probabilities were.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// How often one with the outcome was said to be likelier than one without (area under the
    /// receiver operating characteristic); ties count half. None where all had one outcome.
    pub auc: Option<f64>,
    /// The mean of −ln of the probability that was given to what happened.
    pub log_loss: f64,
    /// The mean of (probability − outcome)² (Brier, 1950).
    pub brier: f64,
    /// How far what was said lies from what became, over the bins, weighted by cases (expected
    /// calibration error; Naeini, Cooper and Hauskrecht, 2015).
    pub calibration_error: f64,
    /// The bins, that of the lowest probabilities first: a reliability curve.
    pub bins: Vec<Bin>,
    /// How many cases there were.
    pub cases: usize,
}

impl Scores {
    /// The scores of what was said, one probability for each outcome.
    pub fn of(said: &[f64], became: &[bool]) -> Self {
        let cases = said.len().min(became.len());
        let count = cases.max(1) as f64;
        let pairs = || said.iter().copied().zip(became.iter().map(|it| f64::from(u8::from(*it))));
        let surprise = |(said, became): (f64, f64)| {
            -(if became > 0.5 { said } else { 1.0 - said }).clamp(SUREST, 1.0).ln()
        };
        let bins = bins(said, became);
        let off = |bin: &Bin| {
            let apart =
                bin.said.zip(bin.became).map_or(0.0, |(said, became)| (said - became).abs());
            bin.cases as f64 * apart
        };
        Self {
            auc: auc(said, became),
            log_loss: pairs().map(surprise).sum::<f64>() / count,
            brier: pairs().map(|(said, became)| (said - became).powi(2)).sum::<f64>() / count,
            calibration_error: bins.iter().map(off).sum::<f64>() / count,
            bins,
            cases,
        }
    }
}

fn bins(said: &[f64], became: &[bool]) -> Vec<Bin> {
    let mut sums = [(0_usize, 0.0, 0.0); BINS];
    for (said, became) in said.iter().zip(became) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a probability is a share of the bins"
        )]
        let bin = ((said * BINS as f64) as usize).min(BINS - 1);
        sums[bin].0 += 1;
        sums[bin].1 += said;
        sums[bin].2 += f64::from(u8::from(*became));
    }
    let bin = |(cases, said, became): (usize, f64, f64)| {
        let mean = |sum: f64| (cases > 0).then(|| sum / cases as f64);
        Bin { cases, said: mean(said), became: mean(became) }
    };
    sums.into_iter().map(bin).collect()
}

/// By the ranks of those that had the outcome (Mann and Whitney, 1947).
fn auc(said: &[f64], became: &[bool]) -> Option<f64> {
    let mut ordered: Vec<(f64, bool)> = said.iter().copied().zip(became.iter().copied()).collect();
    ordered.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let with = ordered.iter().filter(|(_, had)| *had).count();
    let without = ordered.len() - with;
    if with == 0 || without == 0 {
        return None;
    }
    let (mut ranks, mut passed) = (0.0, 0_usize);
    for alike in ordered.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let middle = passed as f64 + (alike.len() + 1) as f64 / 2.0;
        ranks += middle * alike.iter().filter(|(_, had)| *had).count() as f64;
        passed += alike.len();
    }
    let (with, without) = (with as f64, without as f64);
    Some((ranks - with * (with + 1.0) / 2.0) / (with * without))
}
