//! Forecasts that add up: all tickets, those by category, those by client.
//!
//! Each grouping says something of the whole by its sum. What is said is joined, each weighted by the
//! inverse of its variance, and each grouping's parts then take up its difference in proportion to their
//! variances: reconciliation by weighted least squares (Wickramasuriya, Athanasopoulos, Hyndman:
//! "Optimal forecast reconciliation for hierarchical and grouped time series through trace
//! minimization", Journal of the American Statistical Association 114 (2019), with a diagonal matrix).

use clearmargin_domain::billing::apportion;

use crate::forecast::whole;

/// What is expected of one series at one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The mean, in tickets or hours.
    pub mean: f64,
    /// Its variance.
    pub variance: f64,
}

/// Means that add up exactly, in thousandths of a ticket or an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coherent {
    /// The whole.
    pub total: i64,
    /// The parts of each grouping; each adds up to the whole.
    pub groups: Vec<Vec<i64>>,
}

/// The whole and its parts by each grouping, made to add up. Each grouping must hold all that is in the
/// whole, so what is in no category is a part, too. A grouping without parts is none.
pub fn coherent(total: Expected, groups: &[Vec<Expected>]) -> Coherent {
    let sums = groups.iter().filter(|group| !group.is_empty()).map(|group| Expected {
        mean: group.iter().map(|part| part.mean).sum(),
        variance: group.iter().map(|part| part.variance).sum(),
    });
    let (mut said, mut weights) = (0.0, 0.0);
    for source in sums.chain([total]) {
        let weight = 1.0 / source.variance.max(1e-9);
        said += weight * source.mean;
        weights += weight;
    }
    let total = whole(1_000.0 * (said / weights).max(0.0)).min(i64::MAX / 4);
    let groups = groups.iter().map(|group| parts(total, group)).collect();
    Coherent { total, groups }
}

/// The parts of a whole of so many thousandths.
fn parts(total: i64, group: &[Expected]) -> Vec<i64> {
    let mut means: Vec<f64> = group.iter().map(|part| part.mean.max(0.0)).collect();
    let goal = total as f64 / 1_000.0;
    // A part that would go below zero stays there, and the others take up what is left: at most as
    // many rounds as parts.
    for _ in 0..group.len() {
        let gap = goal - means.iter().sum::<f64>();
        let free = |at: usize| gap > 0.0 || means[at] > 0.0;
        let spread: f64 =
            (0..group.len()).filter(|at| free(*at)).map(|at| group[at].variance.max(1e-9)).sum();
        if gap.abs() < 1e-9 || spread <= 0.0 {
            break;
        }
        let moved = |at: usize| {
            let share = if free(at) { group[at].variance.max(1e-9) / spread } else { 0.0 };
            (means[at] + gap * share).max(0.0)
        };
        means = (0..group.len()).map(moved).collect();
    }
    let weights: Vec<i64> = means.iter().map(|mean| whole(1_000.0 * mean)).collect();
    if weights.iter().all(|weight| *weight == 0) {
        return apportion(total, &vec![1; group.len()]);
    }
    apportion(total, &weights)
}
