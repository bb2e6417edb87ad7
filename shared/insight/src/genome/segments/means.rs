//! Groups around means.

use super::super::{dimension::DIMENSIONS, space::Dice};

/// A place in the space of clients.
pub(super) type Centre = [f64; DIMENSIONS];

/// From how many starts groups are looked for.
const STARTS: usize = 8;

/// How often means are moved at most.
const ROUNDS: usize = 50;

/// Of how many clients the silhouette is the mean of.
const SILHOUETTES: usize = 400;

/// Which group each place is in.
#[derive(Debug, Clone)]
pub(super) struct Grouping {
    /// The mean of each group.
    pub centres: Vec<Centre>,
    /// The group of each place.
    pub of: Vec<usize>,
    /// The sum of the squared distances to the means.
    within: f64,
}

impl Grouping {
    /// The nearest group of each place.
    pub(super) fn join(&self, places: &[Centre]) -> Vec<usize> {
        places.iter().map(|place| nearest(place, &self.centres).0).collect()
    }
}

/// The grouping into two to `most` groups with the highest mean silhouette, and that silhouette; of
/// equal ones that with fewer groups.
pub(super) fn best(places: &[Centre], most: usize) -> (Grouping, f64) {
    let mut best = (one(places), 0.0);
    for groups in 2..=most {
        let grouping = grouping(places, groups, STARTS, &mut Dice(groups as u64));
        let silhouette = silhouette(places, &grouping);
        if silhouette > best.1 {
            best = (grouping, silhouette);
        }
    }
    best
}

/// All in one: what is left where nothing divides them.
fn one(places: &[Centre]) -> Grouping {
    let of = vec![0; places.len()];
    let centres = means(places, &of, &[[0.0; DIMENSIONS]]);
    Grouping { centres, of, within: 0.0 }
}

/// Lloyd's algorithm from so many starts by k-means++ (Arthur and Vassilvitskii 2007): the grouping
/// with the least sum of squares, of equal ones the first.
pub(super) fn grouping(
    places: &[Centre],
    groups: usize,
    starts: usize,
    dice: &mut Dice,
) -> Grouping {
    let all = (0..starts.max(1)).map(|_| settle(places, start(places, groups, dice)));
    let less = |best: Grouping, next: Grouping| if next.within < best.within { next } else { best };
    all.reduce(less).unwrap_or_else(|| one(places))
}

/// Moves means and members until nothing changes.
fn settle(places: &[Centre], mut centres: Vec<Centre>) -> Grouping {
    let mut of = vec![usize::MAX; places.len()];
    let mut within = 0.0;
    for _ in 0..ROUNDS {
        let next: Vec<(usize, f64)> = places.iter().map(|it| nearest(it, &centres)).collect();
        within = next.iter().map(|(_, square)| square).sum();
        let next: Vec<usize> = next.into_iter().map(|(group, _)| group).collect();
        if next == of {
            break;
        }
        of = next;
        centres = means(places, &of, &centres);
    }
    Grouping { centres, of, within }
}

/// A first mean by chance, each next one with a chance that grows with the square of the distance from
/// those before.
fn start(places: &[Centre], groups: usize, dice: &mut Dice) -> Vec<Centre> {
    let mut centres = vec![places[dice.below(places.len())]];
    let mut squares = vec![f64::INFINITY; places.len()];
    while centres.len() < groups {
        let last = centres[centres.len() - 1];
        for (least, place) in squares.iter_mut().zip(places) {
            *least = least.min(square(place, &last));
        }
        let drawn = dice.share() * squares.iter().sum::<f64>();
        let mut passed = 0.0;
        let chosen = squares.iter().position(|square| {
            passed += square;
            passed > drawn
        });
        // All are where means are already: any will do.
        centres.push(places[chosen.unwrap_or_default()]);
    }
    centres
}

/// The mean of each group; of an empty one what it was.
fn means(places: &[Centre], of: &[usize], before: &[Centre]) -> Vec<Centre> {
    let mut sums = vec![([0.0; DIMENSIONS], 0_u32); before.len()];
    for (place, group) in places.iter().zip(of) {
        let (sum, count) = &mut sums[*group];
        sum.iter_mut().zip(place).for_each(|(sum, number)| *sum += number);
        *count += 1;
    }
    let mean = |((sum, count), before): (([f64; DIMENSIONS], u32), &Centre)| {
        if count == 0 { *before } else { sum.map(|sum| sum / f64::from(count)) }
    };
    sums.into_iter().zip(before).map(mean).collect()
}

fn square(one: &Centre, two: &Centre) -> f64 {
    one.iter().zip(two).map(|(one, two)| (one - two) * (one - two)).sum()
}

/// The nearest mean, of equal ones the first, and the square of its distance.
fn nearest(place: &Centre, centres: &[Centre]) -> (usize, f64) {
    let squares = centres.iter().map(|centre| square(place, centre)).enumerate();
    squares.fold((0, f64::INFINITY), |best, next| if next.1 < best.1 { next } else { best })
}

/// The mean over places, [`SILHOUETTES`] at most and evenly chosen, of (b − a) ÷ max(a, b): a is the mean
/// distance to the own group, b to the nearest other. A place alone in its group counts 0.
fn silhouette(places: &[Centre], grouping: &Grouping) -> f64 {
    let step = places.len().div_ceil(SILHOUETTES).max(1);
    let chosen: Vec<usize> = (0..places.len()).step_by(step).collect();
    let of = |at: &usize| {
        let mut sums = vec![(0.0, 0_u32); grouping.centres.len()];
        for other in chosen.iter().filter(|other| *other != at) {
            let (sum, count) = &mut sums[grouping.of[*other]];
            *sum += square(&places[*at], &places[*other]).sqrt();
            *count += 1;
        }
        let own = grouping.of[*at];
        let mean = |group: usize| {
            let (sum, count) = sums[group];
            (count > 0).then(|| sum / f64::from(count))
        };
        let others = (0..sums.len()).filter(|group| *group != own).filter_map(mean);
        let next = others.fold(f64::INFINITY, f64::min);
        match mean(own) {
            Some(within) if next.is_finite() && within.max(next) > 0.0 => {
                (next - within) / within.max(next)
            }
            _ => 0.0,
        }
    };
    chosen.iter().map(of).sum::<f64>() / chosen.len().max(1) as f64
}
