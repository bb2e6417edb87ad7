//! Clients in groups of their like.

use clearmargin_app::analyses::Genomes;
use clearmargin_insight::genome::{Dimension, Segment, Segments};
use clearmargin_web::Ratio;
use serde::Serialize;

/// The clients in groups of their like.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SegmentsView {
    /// How much nearer clients are to their own segment than to the next, from −1 to 1; below 0.25 there
    /// is hardly any structure.
    silhouette: Ratio,
    /// The segments by their numbers, the largest first.
    segments: Vec<SegmentView>,
    /// The dimensions that they were looked for in.
    #[schema(value_type = Vec<String>)]
    dimensions: Vec<Dimension>,
    /// Clients of whom too little is known.
    apart: Vec<String>,
}

/// Clients of the same kind.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SegmentView {
    /// Who is in it.
    clients: Vec<SegmentClientView>,
    /// How well it is found again among clients drawn at random, from 0 to 1; above 0.75 it is stable.
    stability: Ratio,
    /// Whether its clients are compared with each other.
    trusted: bool,
    /// What it is known by: the dimensions that are farthest off the middle of all clients.
    leads: Vec<SegmentLeadView>,
}

/// A client of a segment.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SegmentClientView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
}

/// How a segment is off the middle of all clients.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SegmentLeadView {
    /// The dimension.
    #[schema(value_type = String, example = "hoursPerTicket")]
    dimension: Dimension,
    /// The mean of its clients in robust standard deviations.
    z: Ratio,
}

impl SegmentsView {
    pub(super) fn new(segments: &Segments, genomes: &Genomes) -> Self {
        let segment = |segment: &Segment| SegmentView {
            clients: segment
                .clients
                .iter()
                .map(|client| SegmentClientView {
                    client_id: client.to_string(),
                    name: genomes.name(*client),
                })
                .collect(),
            stability: Ratio(segment.stability),
            trusted: segment.trusted,
            leads: segment
                .leads
                .iter()
                .map(|lead| SegmentLeadView { dimension: lead.dimension, z: Ratio(lead.z) })
                .collect(),
        };
        Self {
            silhouette: Ratio(segments.silhouette),
            segments: segments.segments.iter().map(segment).collect(),
            dimensions: segments.dimensions.clone(),
            apart: segments.apart.iter().map(ToString::to_string).collect(),
        }
    }
}
