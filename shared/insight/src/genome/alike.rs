//! Which clients are most like a client.

use clearmargin_domain::id::ClientId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    dimension::{DIMENSIONS, Dimension},
    missing::{Known, Missing},
    signature::ten_thousandths,
    space::{Dice, Point, SHARED, leading},
};

/// How many are told.
pub const NEAREST: usize = 5;

/// Up to how many clients each is compared with all others.
const ALL_PAIRS: usize = 1_000;

/// Along how many lines more clients are put in order.
const LINES: usize = 12;

/// How many neighbours on each side of a line are looked at.
const REACH: usize = 8;

/// How many of the nearest are kept while better ones are looked for.
const KEPT: usize = 12;

/// How often the nearest of the nearest are looked at.
const ROUNDS: usize = 4;

/// In how many dimensions a difference is told.
const TOLD: usize = 3;

/// A client like another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookAlike {
    /// The one that is like it.
    pub client: ClientId,
    /// How far it is off, in robust standard deviations.
    pub distance: Decimal,
    /// How many dimensions are known of both.
    pub shared: usize,
    /// The dimensions in which they differ most.
    pub differs: Vec<Difference>,
}

/// How two clients differ in a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The dimension.
    pub dimension: Dimension,
    /// How much higher the other one is, in robust standard deviations.
    pub higher_by: Decimal,
}

/// The nearest clients of each, the nearest first.
pub(super) fn look_alikes(points: &[(ClientId, Point)]) -> Vec<Known<Vec<LookAlike>>> {
    let near = if points.len() <= ALL_PAIRS { all_pairs(points) } else { by_neighbours(points) };
    points.iter().zip(near).map(|((_, point), near)| told(points, point, &near).into()).collect()
}

/// Places of others with their distances, the nearest first.
type Near = Vec<(f64, usize)>;

fn told(
    points: &[(ClientId, Point)],
    point: &Point,
    near: &[(f64, usize)],
) -> Result<Vec<LookAlike>, Missing> {
    if point.known() < SHARED {
        return Err(Missing::Dimensions { have: point.known(), needed: SHARED });
    }
    if near.is_empty() {
        return Err(Missing::Clients { have: 0, needed: 1 });
    }
    let alike = near.iter().take(NEAREST).map(|(distance, other)| {
        let (client, theirs) = &points[*other];
        let above = theirs.above(point);
        let shared = above.len();
        let differs = leading(above, TOLD).into_iter();
        let differs =
            differs.map(|(dimension, by)| Difference { dimension, higher_by: ten_thousandths(by) });
        let distance = ten_thousandths(*distance);
        LookAlike { client: *client, distance, shared, differs: differs.collect() }
    });
    Ok(alike.collect())
}

fn all_pairs(points: &[(ClientId, Point)]) -> Vec<Near> {
    (0..points.len()).map(|at| nearest(points, at, 0..points.len(), NEAREST)).collect()
}

/// The nearest of the others, so many at most; of equal ones the earlier.
fn nearest(
    points: &[(ClientId, Point)],
    at: usize,
    others: impl Iterator<Item = usize>,
    most: usize,
) -> Near {
    let mut near: Near = Vec::with_capacity(most + 1);
    for other in others.filter(|other| *other != at) {
        let Some(distance) = points[at].1.distance(&points[other].1) else { continue };
        let nearer = |(than, place): &(f64, usize)| {
            than.total_cmp(&distance).then(place.cmp(&other)).is_lt()
        };
        let place = near.partition_point(nearer);
        if place < most {
            near.insert(place, (distance, other));
            near.truncate(most);
        }
    }
    near
}

/// The nearest of many clients, nearly: the work for each is the same however many there are. Those who
/// are neighbours on some line are a beginning; then the nearest of the nearest are looked at, which are
/// likely to be near, too (Dong, Moses and Li 2011).
fn by_neighbours(points: &[(ClientId, Point)]) -> Vec<Near> {
    let mut candidates = along_lines(points);
    let mut near = Vec::new();
    for round in 0..=ROUNDS {
        let of = |(at, others): (usize, &mut Vec<usize>)| {
            others.sort_unstable();
            others.dedup();
            nearest(points, at, others.iter().copied(), KEPT)
        };
        near = candidates.iter_mut().enumerate().map(of).collect::<Vec<Near>>();
        if round < ROUNDS {
            candidates = of_the_nearest(&near);
        }
    }
    near
}

/// Who is near those near each, and those that it is near to.
fn of_the_nearest(near: &[Near]) -> Vec<Vec<usize>> {
    let mut known: Vec<Vec<usize>> =
        near.iter().map(|near| near.iter().map(|(_, other)| *other).collect()).collect();
    for (at, near) in near.iter().enumerate() {
        for (_, other) in near {
            // One to whom many are near need not look at all of them.
            if known[*other].len() < 2 * KEPT {
                known[*other].push(at);
            }
        }
    }
    let of = |others: &Vec<usize>| {
        let theirs = others.iter().flat_map(|other| &near[*other]).map(|(_, place)| *place);
        others.iter().copied().chain(theirs).collect()
    };
    known.iter().map(of).collect()
}

/// Who is near whom when clients are put in order along lines of random directions.
fn along_lines(points: &[(ClientId, Point)]) -> Vec<Vec<usize>> {
    let mut dice = Dice(1);
    let mut near = vec![Vec::new(); points.len()];
    for _ in 0..LINES {
        let direction: [f64; DIMENSIONS] =
            std::array::from_fn(|_| (0..6).map(|_| dice.share()).sum::<f64>() - 3.0);
        let along = |(_, point): &(ClientId, Point)| -> f64 {
            point.z.iter().zip(direction).map(|(z, by)| z.unwrap_or_default() * by).sum()
        };
        let places: Vec<f64> = points.iter().map(along).collect();
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.sort_by(|one, two| places[*one].total_cmp(&places[*two]));
        for (place, at) in order.iter().enumerate() {
            let ends = (place + REACH + 1).min(order.len());
            near[*at].extend(&order[place.saturating_sub(REACH)..ends]);
        }
    }
    near
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    /// Clients whose dimensions follow from four things that nobody sees, and from chance.
    fn clients(count: usize) -> Vec<(ClientId, Point)> {
        let mut dice = Dice(3);
        let mut number = || (0..6).map(|_| dice.share()).sum::<f64>() - 3.0;
        let loads: Vec<[f64; 4]> =
            (0..DIMENSIONS).map(|_| std::array::from_fn(|_| number())).collect();
        let one = |at: u128| {
            let hidden: [f64; 4] = std::array::from_fn(|_| number());
            let z: Vec<f64> = loads
                .iter()
                .map(|load| load.iter().zip(hidden).map(|(by, it)| by * it).sum::<f64>())
                .map(|z| z + number())
                .collect();
            (ClientId::new(Timestamp::UNIX_EPOCH, at), Point::of(|at| Some(z[at])))
        };
        (0..).take(count).map(one).collect()
    }

    #[test]
    fn of_many_clients_most_of_the_nearest_are_found_and_others_are_hardly_farther() {
        let points = clients(5_000);
        let quickly = by_neighbours(&points);
        let (mut found, mut wanted, mut near, mut nearest_sum) = (0, 0, 0.0, 0.0);
        for at in (0..points.len()).step_by(25) {
            let all = nearest(&points, at, 0..points.len(), NEAREST);
            let some = &quickly[at][..NEAREST];
            wanted += all.len();
            found += all.iter().filter(|exact| some.contains(exact)).count();
            nearest_sum += all.iter().map(|(distance, _)| distance).sum::<f64>();
            near += some.iter().map(|(distance, _)| distance).sum::<f64>();
        }
        let recall = found as f64 / wanted as f64;
        let farther = near / nearest_sum;
        assert!(recall > 0.93 && farther < 1.01, "{recall} {farther}");
    }
}
