//! `GET /api/ai/insights/recommendations`, `POST /api/ai/insights/accept-recommendation`,
//! `POST /api/ai/insights/dismiss-recommendation`

pub(crate) mod decide;
mod decided;
mod open;

use clearmargin_app::recommendations::{self, Recommended, RecommendedPage, Wanted};
use clearmargin_domain::{
    id::ClientId,
    recommendation::{Decided, RecommendationKind},
};
use clearmargin_web::{Caller, Data, Limit, Query, Result, figures::AsOfView, schema};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use self::{decided::DecidedRecommendationView, open::RecommendationView};

/// What is recommended.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendationsView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from; null as long as there was none.
    run_id: Option<String>,
    /// The day of that analysis; null as long as there was none.
    #[schema(schema_with = schema::day_or_null)]
    day: Option<String>,
    /// Up to when each source had been read then; null as long as there was none.
    as_of: Option<AsOfView>,
    /// `not_analysed` as long as no analysis is done; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// Those about which nothing was decided, the most expected dollars first; none if decided ones were
    /// asked for.
    open: Vec<RecommendationView>,
    /// Those that were accepted, or dismissed, the latest first; none unless they were asked for.
    decided: Vec<DecidedRecommendationView>,
    /// What to ask for the next ones with; null when these are the last.
    next_cursor: Option<String>,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed"]))
}

/// The kinds of recommendations.
fn kind() -> Object {
    schema::one_of(RecommendationKind::ALL.map(RecommendationKind::as_str))
}

/// What was decided, or nothing.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AskedState {
    #[default]
    Open,
    Accepted,
    Dismissed,
}

fn state() -> Object {
    let mut state = schema::one_of(["open", "accepted", "dismissed"]);
    state.default = Some("open".into());
    state
}

/// Which recommendations.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendationsQuery {
    /// For that client, by the id of any of its records; for every client unless given.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: Option<ClientId>,
    /// Of that kind; of every kind unless given.
    #[param(schema_with = kind, required = false)]
    kind: Option<RecommendationKind>,
    /// Those about which nothing was decided, or those that were accepted, or dismissed.
    #[serde(default)]
    #[param(schema_with = state, required = false)]
    state: AskedState,
    /// How many at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the answer before.
    cursor: Option<String>,
}

impl RecommendationsView {
    fn new(of: &RecommendedPage) -> Self {
        let (mut open, mut decided) = (Vec::new(), Vec::new());
        for one in &of.page {
            match one {
                Recommended::Open(it) => open.push(RecommendationView::new(it, of.currency)),
                Recommended::Decided(case, outcome) => {
                    decided.push(DecidedRecommendationView::new(case, *outcome));
                }
            }
        }
        let run = of.run.as_ref();
        let as_of = run.and_then(|run| run.snapshot.as_ref()).map(|it| AsOfView::new(it.as_of));
        Self {
            currency: of.currency.to_string(),
            run_id: run.map(|run| run.id.to_string()),
            day: run.map(|run| run.day.to_string()),
            as_of,
            reason: run.is_none().then_some("not_analysed"),
            open,
            decided,
            next_cursor: of.next.clone(),
        }
    }
}

/// What is to be done, the most dollars first: leaks to recover, prices to raise, services to offer. Each says
/// what it rests on, and what accepting it would change can be asked for before. Those that were accepted tell
/// what came of them.
#[utoipa::path(
    get,
    path = "/api/ai/insights/recommendations",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(RecommendationsQuery),
    responses((status = 200, description = "A page of recommendations.", body = Data<RecommendationsView>)),
)]
pub(crate) async fn list_recommendations(
    Caller(ctx): Caller,
    Query(query): Query<RecommendationsQuery>,
) -> Result<Data<RecommendationsView>> {
    let decided = match query.state {
        AskedState::Open => None,
        AskedState::Accepted => Some(Decided::Accepted),
        AskedState::Dismissed => Some(Decided::Dismissed),
    };
    let wanted = Wanted { client: query.client_id, kind: query.kind, decided };
    let limit = query.limit.get();
    let page = recommendations::recommended(&ctx, wanted, limit, query.cursor.as_deref()).await?;
    Ok(Data::new(RecommendationsView::new(&page)))
}
