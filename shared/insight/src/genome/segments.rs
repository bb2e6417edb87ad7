//! Clients in groups of their like, and whether the groups would be found again.

mod means;
mod stability;

use std::collections::BTreeMap;

use clearmargin_domain::id::ClientId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::means::Centre;
use super::{
    dimension::{DIMENSIONS, Dimension},
    missing::Missing,
    signature::ten_thousandths,
    space::{Point, SHARED, leading},
};

/// How many clients segments need.
pub const FEWEST_SEGMENTED: usize = 12;

/// At most so many segments; at least two.
pub const MOST: usize = 6;

/// How many clients segments are looked for among; all others join them.
const SAMPLE: usize = 1_000;

/// In how many dimensions a segment is described.
const TOLD: usize = 3;

/// Clients of the same kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// Who is in it.
    pub clients: Vec<ClientId>,
    /// How well it is found again among clients drawn at random with replacement: the mean Jaccard
    /// coefficient with the most similar segment (Hennig 2007), 0 to 1. Above 0.75 it is stable; below
    /// 0.6 it is not to be trusted.
    pub stability: Decimal,
    /// Whether its clients are compared with each other: the stability is at least 0.6, and the
    /// silhouette of all segments at least 0.25.
    pub trusted: bool,
    /// What it is known by: the dimensions that are farthest off the middle of all clients.
    pub leads: Vec<Lead>,
}

/// How a segment is off the middle of all clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lead {
    /// The dimension.
    pub dimension: Dimension,
    /// The mean of the segment's clients in robust standard deviations.
    pub z: Decimal,
}

/// All segments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Segments {
    /// The largest first.
    pub segments: Vec<Segment>,
    /// The mean silhouette, −1 to 1 (Rousseeuw 1987): how much nearer clients are to their own segment
    /// than to the next. Below 0.25 there is hardly any structure.
    pub silhouette: Decimal,
    /// Clients of whom too little is known to tell their segment.
    pub apart: Vec<ClientId>,
    /// The dimensions that the segments were looked for in.
    pub dimensions: Vec<Dimension>,
}

impl Segments {
    /// Whether the clients of the segment of that number are compared with each other.
    pub(super) fn trusts(&self, number: usize) -> bool {
        self.segments.get(number).is_some_and(|segment| segment.trusted)
    }

    /// The number of each client's segment.
    pub(super) fn of_clients(&self) -> BTreeMap<ClientId, usize> {
        let numbered = self.segments.iter().enumerate();
        numbered
            .flat_map(|(number, segment)| segment.clients.iter().map(move |it| (*it, number)))
            .collect()
    }
}

/// Below which stability a segment is not trusted (Hennig 2007).
const TRUSTED: f64 = 0.6;

/// Below which silhouette there is hardly any structure (Kaufman and Rousseeuw 1990).
const STRUCTURE: f64 = 0.25;

/// The segments of these clients.
pub(super) fn segments(points: &[(ClientId, Point)]) -> Result<Segments, Missing> {
    let (able, apart): (Vec<_>, Vec<_>) =
        points.iter().partition(|(_, point)| point.known() >= SHARED);
    if able.len() < FEWEST_SEGMENTED {
        return Err(Missing::Clients { have: able.len(), needed: FEWEST_SEGMENTED });
    }
    let dimensions = dimensions(&able);
    if dimensions.len() < SHARED {
        return Err(Missing::Dimensions { have: dimensions.len(), needed: SHARED });
    }
    let places: Vec<Centre> = able.iter().map(|(_, point)| place(point, &dimensions)).collect();
    // Every so manieth, by the order of ids, which says nothing of what clients are like.
    let step = places.len().div_ceil(SAMPLE);
    let sample: Vec<Centre> = places.iter().copied().step_by(step).collect();
    let (grouping, silhouette) = means::best(&sample, MOST);
    let stability = stability::of(&sample, &grouping);
    let joined = grouping.join(&places);
    let mut all: Vec<Segment> = (0..grouping.centres.len())
        .map(|number| {
            let members = able.iter().zip(&joined).filter(|(_, of)| **of == number);
            let members: Vec<&(ClientId, Point)> = members.map(|(client, _)| *client).collect();
            let trusted = silhouette >= STRUCTURE && stability[number] >= TRUSTED;
            describe(&members, stability[number], trusted)
        })
        .collect();
    all.sort_by_key(|segment| {
        (std::cmp::Reverse(segment.clients.len()), segment.clients.first().copied())
    });
    Ok(Segments {
        segments: all,
        silhouette: ten_thousandths(silhouette),
        apart: apart.into_iter().map(|(client, _)| *client).collect(),
        dimensions,
    })
}

/// Those that are known of at least half of the clients.
fn dimensions(clients: &[&(ClientId, Point)]) -> Vec<Dimension> {
    let known = |dimension: &Dimension| {
        let known = clients.iter().filter(|(_, point)| point.z[dimension.place()].is_some());
        2 * known.count() >= clients.len()
    };
    Dimension::ALL.into_iter().filter(known).collect()
}

/// Where a client is. What is not known of it is in the middle of all clients; each side counts the same.
fn place(point: &Point, dimensions: &[Dimension]) -> Centre {
    let mut place = [0.0; DIMENSIONS];
    for dimension in dimensions {
        let side = dimensions.iter().filter(|other| other.axis() == dimension.axis()).count();
        let z = point.z[dimension.place()].unwrap_or_default();
        place[dimension.place()] = z / (side as f64).sqrt();
    }
    place
}

fn describe(members: &[&(ClientId, Point)], stability: f64, trusted: bool) -> Segment {
    let mean = |dimension: Dimension| {
        let known = members.iter().filter_map(|(_, point)| point.z[dimension.place()]);
        let (sum, count) = known.fold((0.0, 0_u32), |(sum, count), z| (sum + z, count + 1));
        // Of what few know, nothing is told of all.
        (2 * count as usize >= members.len() && count > 0)
            .then(|| (dimension, sum / f64::from(count)))
    };
    let all = Dimension::ALL.into_iter().filter_map(mean).collect();
    let leads = leading(all, TOLD).into_iter();
    Segment {
        clients: members.iter().map(|(client, _)| *client).collect(),
        stability: ten_thousandths(stability),
        trusted,
        leads: leads.map(|(dimension, z)| Lead { dimension, z: ten_thousandths(z) }).collect(),
    }
}
