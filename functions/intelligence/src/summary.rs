//! `GET /api/ai/analytics/summary`, and whether it is put in other words.

mod figure;

use clearmargin_app::analyses::{self, Said, Summary, Told};
use clearmargin_insight::words::{Silence, Topic};
use clearmargin_web::{Caller, Data, Json, Result, figures::AsOfView, schema};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use self::figure::SummaryFigureView;

/// What the last analysis found, in words.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SummaryView {
    /// The analysis that all paragraphs but `lastMonth` are from; null as long as there was none.
    #[schema(example = "anr_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    run_id: Option<String>,
    /// The day that it is of; null as long as there was none.
    #[schema(schema_with = schema::day_or_null)]
    day: Option<String>,
    /// Whether the organisation wants it put in other words by a language model.
    rephrase: bool,
    /// What is told of each topic.
    paragraphs: Vec<SummaryParagraphView>,
}

/// What is told of a topic.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SummaryParagraphView {
    /// The topic.
    #[schema(schema_with = topic)]
    topic: &'static str,
    /// The words; null if there is nothing to say. Names of clients stand in quotation marks.
    #[schema(example = "In June 2026 revenue was USD 47,000.00.")]
    text: Option<String>,
    /// Whether a language model chose the words; never the figures.
    rephrased: bool,
    /// Up to when each source had been read; null as long as nothing was analysed.
    as_of: Option<AsOfView>,
    /// Why there is nothing to say: `no_data` if there is nothing of the month, `not_analysed` as long as no analysis is
    /// done, `not_enough_data`, `out_of_range` if it cannot be worked with, `not_permitted` if the caller may not
    /// read what it is made of; null where something is said.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// Each figure that the text says, in its order.
    figures: Vec<SummaryFigureView>,
    /// Each client that the text names, in its order.
    clients: Vec<SummaryClientView>,
}

/// A client that a text names.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SummaryClientView {
    /// The client.
    #[schema(example = "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    client_id: String,
    /// Its name; empty once it is gone.
    name: String,
}

fn topic() -> Object {
    schema::one_of(Topic::NAMES)
}

fn reason() -> Object {
    schema::or_null(schema::one_of(Silence::NAMES))
}

impl SummaryParagraphView {
    fn new(told: Told) -> Self {
        let as_of = told.as_of.map(AsOfView::new);
        let topic = told.topic.as_str();
        match told.said {
            Ok(said) => Self::saying(topic, as_of, said),
            Err(silence) => Self {
                topic,
                text: None,
                rephrased: false,
                as_of,
                reason: Some(silence.as_str()),
                figures: Vec::new(),
                clients: Vec::new(),
            },
        }
    }

    fn saying(topic: &'static str, as_of: Option<AsOfView>, said: Said) -> Self {
        let client = |(client, name): (_, String)| SummaryClientView {
            client_id: format!("{client}"),
            name,
        };
        Self {
            topic,
            figures: said.paragraph.figures().iter().map(SummaryFigureView::new).collect(),
            clients: said.names.into_iter().map(client).collect(),
            text: Some(said.text),
            rephrased: said.rephrased,
            as_of,
            reason: None,
        }
    }
}

impl SummaryView {
    fn new(summary: Summary) -> Self {
        Self {
            run_id: summary.run.as_ref().map(|run| run.id.to_string()),
            day: summary.run.as_ref().map(|run| run.day.to_string()),
            rephrase: summary.rephrase,
            paragraphs: summary.paragraphs.into_iter().map(SummaryParagraphView::new).collect(),
        }
    }
}

/// What the last analysis found, in words: a paragraph of each topic of the overview, with every figure that it says. The
/// sentences are put together from computed figures. Where the organisation wants it, a language model chooses other
/// words; it is given neither figures nor names, and what it writes is shown only if it says the same.
#[utoipa::path(
    get,
    path = "/api/ai/analytics/summary",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    responses((status = 200, description = "The paragraphs.", body = Data<SummaryView>)),
)]
pub(crate) async fn analytics_summary(Caller(ctx): Caller) -> Result<Data<SummaryView>> {
    let summary = Box::pin(analyses::summary(&ctx)).await?;
    Ok(Data::new(SummaryView::new(summary)))
}

/// Whether what is found is put in other words.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SummarySettingsBody {
    /// Whether it is.
    rephrase: bool,
}

/// Whether what is found is put in other words.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SummarySettingsView {
    /// Whether it is.
    rephrase: bool,
}

/// Has what later analyses find put in other words by a language model, or no more. It is off unless said, and does
/// nothing where no model is deployed. Once it is off, no other words are shown. Saying again what is so changes nothing.
#[utoipa::path(
    put,
    path = "/api/ai/analytics/summary/settings",
    tag = "Analytics",
    extensions(("x-action" = json!("organization.write"))),
    request_body(content = SummarySettingsBody, example = json!({"rephrase": true})),
    responses((status = 200, description = "Whether it is.", body = Data<SummarySettingsView>)),
)]
pub(crate) async fn set_summary_settings(
    Caller(ctx): Caller,
    Json(body): Json<SummarySettingsBody>,
) -> Result<Data<SummarySettingsView>> {
    let rephrase = analyses::set_rephrasing(&ctx, body.rephrase).await?;
    Ok(Data::new(SummarySettingsView { rephrase }))
}
