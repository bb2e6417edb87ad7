//! `GET /api/integrations/matches` and `POST /api/integrations/matches/{id}/decision`

use clearmargin_app::matching;
use clearmargin_domain::{
    id::MatchId,
    integration::{ClientMatch, Evidence, MatchStatus},
};
use clearmargin_web::{Caller, Data, Json, Page, PageQuery, Path, Query, Ratio, Result};
use serde::{Deserialize, Serialize};

/// That two records may be one client.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MatchView {
    /// Its id.
    #[schema(example = "mat_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// The record that is, or would be, joined.
    client_id: String,
    /// The record that it is, or would be, joined with.
    into_client_id: String,
    /// `certain` and `accepted` are joined; `doubtful` waits; `rejected` stays apart.
    #[schema(value_type = String, example = "doubtful")]
    status: MatchStatus,
    /// How alike the names are, 0 to 1.
    similarity: Ratio,
    /// Why.
    trail: Vec<EvidenceView>,
    /// When a person decided; null while only rules have spoken.
    decided_at: Option<String>,
}

/// A step of the reasoning.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct EvidenceView {
    /// The rule.
    rule: String,
    /// What it saw.
    detail: String,
}

impl MatchView {
    fn new(found: &ClientMatch) -> Self {
        let evidence = |evidence: &Evidence| EvidenceView {
            rule: evidence.rule.clone(),
            detail: evidence.detail.clone(),
        };
        Self {
            id: found.id.to_string(),
            client_id: found.client.to_string(),
            into_client_id: found.into.to_string(),
            status: found.status,
            similarity: Ratio(found.similarity()),
            trail: found.trail.iter().map(evidence).collect(),
            decided_at: found.decided_at.map(|at| at.to_string()),
        }
    }
}

/// Matches of clients, by id: those found certain, those that wait, those decided.
#[utoipa::path(
    get,
    path = "/api/integrations/matches",
    tag = "Integrations",
    extensions(("x-action" = json!("clients.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of matches.", body = Page<MatchView>)),
)]
pub(crate) async fn list_matches(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<MatchView>> {
    let page = matching::list(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |found| MatchView::new(&found)))
}

/// A person's word.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Decision {
    /// Whether the two are one client.
    same_client: bool,
}

/// Decides whether two records are one client; may be decided anew, which undoes a join.
#[utoipa::path(
    post,
    path = "/api/integrations/matches/{id}/decision",
    tag = "Integrations",
    extensions(("x-action" = json!("matches.decide"))),
    params(("id" = String, Path, description = "The match's id.")),
    request_body(content = Decision, example = json!({"sameClient": true})),
    responses((status = 200, description = "Decided.", body = Data<MatchView>)),
)]
pub(crate) async fn decide_match(
    Caller(ctx): Caller,
    Path(id): Path<MatchId>,
    Json(body): Json<Decision>,
) -> Result<Data<MatchView>> {
    let decided = matching::decide(&ctx, id, body.same_client).await?;
    Ok(Data::new(MatchView::new(&decided)))
}
