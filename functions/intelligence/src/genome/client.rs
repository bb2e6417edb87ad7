//! The genome of a client.

use clearmargin_app::analyses::Genomes;
use clearmargin_insight::genome::{
    Axis, Basis, Bridge, Change, ClientGenome, Dimension, Driver, Element, Gap, LookAlike, Peers,
    Reading, Score, Unit,
};
use clearmargin_web::{Amount, Ratio};
use serde::Serialize;

use super::missing::MissingView;

/// What a client's profitability is made of.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientGenomeView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// In how many months of the period it was there.
    months: usize,
    /// Each dimension.
    signature: Vec<ReadingView>,
    /// Its score; null where that is not known.
    score: Option<GenomeScoreView>,
    /// Why there is no score; null where there is one.
    score_missing: Option<MissingView>,
    /// How its margin differs from what the ratios of all other clients would give; null where that is
    /// not known.
    gap: Option<GapView>,
    /// Why there is no gap; null where there is one.
    gap_missing: Option<MissingView>,
    /// The same of the other clients of its segment; null where that has too few or is not to be trusted.
    segment_gap: Option<GapView>,
    /// The clients most like it, the nearest first.
    look_alikes: Vec<LookAlikeView>,
    /// Why there are no look-alikes; null where there are.
    look_alikes_missing: Option<MissingView>,
    /// The number of its segment, from 0; null where it is in none.
    segment: Option<usize>,
    /// The last twelve months against the twelve before; null where that is not known.
    change: Option<ChangeView>,
    /// Why the change is not known; null where it is.
    change_missing: Option<MissingView>,
}

/// A dimension of a signature.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReadingView {
    /// The dimension.
    #[schema(value_type = String, example = "hoursPerTicket")]
    dimension: Dimension,
    /// What its value is counted in.
    #[schema(value_type = String, example = "hours")]
    unit: Unit,
    /// Its value; null where that is not known.
    value: Option<Ratio>,
    /// Why its value is not known; null where it is.
    value_missing: Option<MissingView>,
    /// How many robust standard deviations it is above the median of all clients; null where that is not
    /// known, or all are equal.
    z: Option<Ratio>,
    /// The share of clients below it; null where too few are known.
    percentile: Option<Ratio>,
    /// The median of all clients; null where too few are known.
    median: Option<Ratio>,
    /// Of how many clients it is known; null where too few are.
    of_clients: Option<usize>,
}

/// A score and its parts: their points add up to it exactly.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GenomeScoreView {
    /// How well the client does, from 0 to 100.
    score: Ratio,
    /// What it is made of.
    parts: Vec<GenomeScorePartView>,
    /// The part of the weights, of 1, that is known.
    known: Ratio,
    /// Whether worked time lacks a cost rate, so that the margin can only be lower.
    upper_bound: bool,
}

/// A part of a score.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct GenomeScorePartView {
    /// The side of the signature that it is about; null for the gross margin.
    #[schema(value_type = Option<String>, example = "labourEfficiency")]
    side: Option<Axis>,
    /// Its mark, from 0 to 100.
    mark: Ratio,
    /// The most that it could add.
    weight: Ratio,
    /// What it adds.
    points: Ratio,
}

/// A gap to the margin that others would have.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GapView {
    /// With whom the client is compared.
    #[schema(value_type = String, example = "portfolio")]
    peers: Peers,
    /// How many they are.
    peer_count: usize,
    /// From what their ratios would give for its size to its own margin.
    #[serde(flatten)]
    bridge: BridgeView,
}

/// The way from one gross margin to another.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BridgeView {
    /// What size is counted in.
    #[schema(value_type = String, example = "users")]
    basis: Basis,
    /// The margin where it begins.
    from: Amount,
    /// The margin where it ends.
    to: Amount,
    /// The difference.
    difference: Amount,
    /// What makes the difference: the parts add up to it to the cent.
    parts: Vec<BridgePartView>,
}

/// What a driver does to a margin.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BridgePartView {
    /// The driver.
    #[schema(value_type = String, example = "effort")]
    driver: Driver,
    /// What it adds; negative where it takes.
    amount: Amount,
    /// Its value where the difference begins; null where there is nothing to divide by.
    from: Option<Ratio>,
    /// Its value where the difference ends; null where there is nothing to divide by.
    to: Option<Ratio>,
}

/// A client like another.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LookAlikeView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// How far it is off, in robust standard deviations.
    distance: Ratio,
    /// How many dimensions are known of both.
    shared: usize,
    /// The dimensions in which they differ most.
    differs: Vec<DifferenceView>,
}

/// How two clients differ in a dimension.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DifferenceView {
    /// The dimension.
    #[schema(value_type = String, example = "hoursPerTicket")]
    dimension: Dimension,
    /// How much higher the other one is, in robust standard deviations.
    higher_by: Ratio,
}

/// What changed over a year.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeView {
    /// Each dimension then and now.
    dimensions: Vec<DimensionChangeView>,
    /// From the gross margin of then to that of now; null where that is not known.
    margin: Option<BridgeView>,
    /// Why that is not known; null where it is.
    margin_missing: Option<MissingView>,
}

/// A dimension then and now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DimensionChangeView {
    /// The dimension.
    #[schema(value_type = String, example = "hoursPerTicket")]
    dimension: Dimension,
    /// Its value in the twelve months before the last twelve; null where that is not known.
    then: Option<Ratio>,
    /// Its value in the last twelve months; null where that is not known.
    now: Option<Ratio>,
}

impl ReadingView {
    fn new(reading: &Reading) -> Self {
        let standing = reading.standing.known();
        Self {
            dimension: reading.dimension,
            unit: reading.unit,
            value: reading.value.known().copied().map(Ratio),
            value_missing: reading.value.missing().map(MissingView::new),
            z: standing.and_then(|standing| standing.z).map(Ratio),
            percentile: standing.map(|standing| Ratio(standing.percentile)),
            median: standing.map(|standing| Ratio(standing.median)),
            of_clients: standing.map(|standing| standing.of),
        }
    }
}

impl GenomeScoreView {
    fn new(score: &Score) -> Self {
        let parts = score.parts.iter().map(|part| GenomeScorePartView {
            side: match part.element {
                Element::GrossMargin => None,
                Element::Standing(side) => Some(side),
            },
            mark: Ratio(part.mark),
            weight: Ratio(part.weight),
            points: Ratio(part.points),
        });
        Self {
            score: Ratio(score.score),
            parts: parts.collect(),
            known: Ratio(score.known),
            upper_bound: score.upper_bound,
        }
    }
}

impl GapView {
    fn new(gap: &Gap) -> Self {
        Self { peers: gap.peers, peer_count: gap.count, bridge: BridgeView::new(&gap.bridge) }
    }
}

impl BridgeView {
    fn new(bridge: &Bridge) -> Self {
        let parts = bridge.parts.iter().map(|part| BridgePartView {
            driver: part.driver,
            amount: Amount(part.amount),
            from: part.from.map(Ratio),
            to: part.to.map(Ratio),
        });
        Self {
            basis: bridge.basis,
            from: Amount(bridge.from),
            to: Amount(bridge.to),
            difference: Amount(bridge.difference),
            parts: parts.collect(),
        }
    }
}

impl LookAlikeView {
    fn new(alike: &LookAlike, genomes: &Genomes) -> Self {
        let differs = alike.differs.iter().map(|difference| DifferenceView {
            dimension: difference.dimension,
            higher_by: Ratio(difference.higher_by),
        });
        Self {
            client_id: alike.client.to_string(),
            name: genomes.name(alike.client),
            distance: Ratio(alike.distance),
            shared: alike.shared,
            differs: differs.collect(),
        }
    }
}

impl ChangeView {
    fn new(change: &Change) -> Self {
        let moved = change.dimensions.iter().map(|moved| DimensionChangeView {
            dimension: moved.dimension,
            then: moved.then.known().copied().map(Ratio),
            now: moved.now.known().copied().map(Ratio),
        });
        Self {
            dimensions: moved.collect(),
            margin: change.margin.known().map(BridgeView::new),
            margin_missing: change.margin.missing().map(MissingView::new),
        }
    }
}

impl ClientGenomeView {
    pub(super) fn new(genome: &ClientGenome, genomes: &Genomes) -> Self {
        let alike = genome.look_alikes.known().into_iter().flatten();
        Self {
            client_id: genome.client.to_string(),
            name: genomes.name(genome.client),
            months: genome.months,
            signature: genome.signature.iter().map(ReadingView::new).collect(),
            score: genome.score.known().map(GenomeScoreView::new),
            score_missing: genome.score.missing().map(MissingView::new),
            gap: genome.gap.known().map(GapView::new),
            gap_missing: genome.gap.missing().map(MissingView::new),
            segment_gap: genome.segment_gap.as_ref().map(GapView::new),
            look_alikes: alike.map(|alike| LookAlikeView::new(alike, genomes)).collect(),
            look_alikes_missing: genome.look_alikes.missing().map(MissingView::new),
            segment: genome.segment,
            change: genome.change.known().map(ChangeView::new),
            change_missing: genome.change.missing().map(MissingView::new),
        }
    }
}
