//! The least value of a function of a few variables, without derivatives.
//!
//! Nelder, Mead: "A simplex method for function minimization", The Computer Journal 7 (1965).
//! Points are arrays of a fixed size, so that a search allocates nothing.

/// How far the first simplex reaches along each variable.
const STEP: f64 = 0.75;

/// The best point found from `start` on within `evaluations` calls of `cost`, with its cost. A cost
/// that is no number counts as infinite.
pub(super) fn minimise<const D: usize, const P: usize>(
    start: [f64; D],
    free: usize,
    evaluations: usize,
    tolerance: f64,
    mut cost: impl FnMut(&[f64; D]) -> f64,
) -> ([f64; D], f64) {
    let free = free.min(D).min(P - 1);
    let mut value = |point: &[f64; D]| {
        let cost = cost(point);
        if cost.is_nan() { f64::INFINITY } else { cost }
    };
    let mut points = [(start, 0.0); P];
    points[0].1 = value(&start);
    for variable in 0..free {
        let mut point = start;
        point[variable] += STEP;
        points[variable + 1] = (point, value(&point));
    }
    let simplex = &mut points[..=free];
    let mut used = free + 1;
    while used < evaluations && free > 0 {
        simplex.sort_by(|one, other| one.1.total_cmp(&other.1));
        let (best, worst) = (simplex[0], simplex[free]);
        if (worst.1 - best.1).abs() <= tolerance * (best.1.abs() + tolerance) {
            break;
        }
        let mut centre = [0.0; D];
        for (point, _) in &simplex[..free] {
            for (sum, part) in centre.iter_mut().zip(point) {
                *sum += part / free as f64;
            }
        }
        let along = |share: f64| {
            let mut point = worst.0;
            for (at, middle) in point.iter_mut().zip(&centre).take(free) {
                *at = middle + share * (*at - middle);
            }
            point
        };
        let reflected = along(-1.0);
        let cost = value(&reflected);
        used += 1;
        let next = if cost < best.1 {
            let expanded = along(-2.0);
            let further = value(&expanded);
            used += 1;
            Some(if further < cost { (expanded, further) } else { (reflected, cost) })
        } else if cost < simplex[free - 1].1 {
            Some((reflected, cost))
        } else {
            let contracted = along(if cost < worst.1 { -0.5 } else { 0.5 });
            let nearer = value(&contracted);
            used += 1;
            (nearer < cost.min(worst.1)).then_some((contracted, nearer))
        };
        if let Some(next) = next {
            simplex[free] = next;
            continue;
        }
        for (point, cost) in &mut simplex[1..] {
            for (at, goal) in point.iter_mut().zip(&best.0) {
                *at = goal + 0.5 * (*at - goal);
            }
            *cost = value(point);
            used += 1;
        }
    }
    simplex.iter().min_by(|one, other| one.1.total_cmp(&other.1)).copied().unwrap_or((start, 0.0))
}
