//! `GET /api/ai/insights/profitability-genome`

mod client;
mod missing;
mod segments;

use clearmargin_app::analyses::{self, Genomes};
use clearmargin_domain::id::ClientId;
use clearmargin_insight::genome::ClientGenome;
use clearmargin_web::{Amount, Caller, Data, Query, Ratio, Result, figures::PeriodView, schema};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use self::{client::ClientGenomeView, missing::MissingView, segments::SegmentsView};
use crate::predictions::PredictionSourceView;

/// What the clients' profitability is made of.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GenomeView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// `not_analysed` as long as no analysis is done, or none since the client is known; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// The months that it is about; null as long as nothing was analysed.
    period: Option<PeriodView>,
    /// The client that was asked for; null unless one was.
    client: Option<ClientGenomeView>,
    /// Every client, the highest score first and those without one last; none if a client was asked for.
    clients: Vec<GenomeRowView>,
    /// The clients in groups of their like; null if a client was asked for, or there are none.
    segments: Option<SegmentsView>,
    /// Why there are no segments; null where there are, or a client was asked for.
    segments_missing: Option<MissingView>,
}

/// A client in a list of genomes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GenomeRowView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// In how many months of the period it was there.
    months: usize,
    /// How well it does, from 0 to 100; null where that is not known.
    score: Option<Ratio>,
    /// How its gross margin differs from what the ratios of all other clients would give; null where
    /// that is not known.
    gap: Option<Amount>,
    /// The number of its segment, from 0; null where it is in none.
    segment: Option<usize>,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed"]))
}

/// Whose genome.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct GenomeQuery {
    /// The client, by the id of any of its records; every client in short unless given.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
}

impl GenomeRowView {
    fn new(genome: &ClientGenome, genomes: &Genomes) -> Self {
        Self {
            client_id: genome.client.to_string(),
            name: genomes.name(genome.client),
            months: genome.months,
            score: genome.score.known().map(|score| Ratio(score.score)),
            gap: genome.gap.known().map(|gap| Amount(gap.bridge.difference)),
            segment: genome.segment,
        }
    }
}

impl GenomeView {
    fn new(genomes: &Genomes, wanted: Option<ClientId>) -> Self {
        let result = genomes.shown.as_ref().map(|shown| &shown.result);
        let all = result.map_or(&[][..], |genome| genome.clients.as_slice());
        let client = all.iter().find(|genome| Some(genome.client) == wanted);
        let known = if wanted.is_some() { client.is_some() } else { result.is_some() };
        let mut listed: Vec<_> = all.iter().filter(|_| wanted.is_none()).collect();
        let score = |genome: &ClientGenome| genome.score.known().map(|score| score.score);
        listed.sort_by_key(|genome| (std::cmp::Reverse(score(genome)), genome.client));
        let segments = result.filter(|_| wanted.is_none()).map(|genome| &genome.segments);
        Self {
            currency: genomes.currency.to_string(),
            analysis: genomes.shown.as_ref().map(PredictionSourceView::new),
            reason: (!known).then_some("not_analysed"),
            period: result.map(|genome| PeriodView::new(genome.period)),
            client: client.map(|genome| ClientGenomeView::new(genome, genomes)),
            clients: listed.into_iter().map(|it| GenomeRowView::new(it, genomes)).collect(),
            segments: segments
                .and_then(|segments| segments.known())
                .map(|segments| SegmentsView::new(segments, genomes)),
            segments_missing: segments
                .and_then(|segments| segments.missing())
                .map(MissingView::new),
        }
    }
}

/// What profitability is made of: of every client in short, with segments, or of one client in full: its
/// signature beside all others, its score in parts that add up, the gap to the margin that others would
/// have, divided among what makes it to the cent, the clients most like it, and the change over a year.
/// It is from the last analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/insights/profitability-genome",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(GenomeQuery),
    responses((status = 200, description = "The genomes.", body = Data<GenomeView>)),
)]
pub(crate) async fn profitability_genome(
    Caller(ctx): Caller,
    Query(query): Query<GenomeQuery>,
) -> Result<Data<GenomeView>> {
    let (wanted, genomes) = match query.client_id {
        None => (None, analyses::genomes(&ctx).await?),
        Some(client) => {
            let (lead, genomes) = analyses::genome(&ctx, client).await?;
            (Some(lead), genomes)
        }
    };
    Ok(Data::new(GenomeView::new(&genomes, wanted)))
}
