//! What is decided about leaks.

use clearmargin_app::leak_cases::{self, Decision, MOST_DECIDED};
use clearmargin_domain::{
    id::{LeakId, UserId},
    leak::MuteReason,
};
use clearmargin_web::{Caller, Data, Json, Result, schema};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{Object, schema::Array};

use super::LeakCaseView;

/// What is decided about which leaks.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LeakDecisionBody {
    /// The leaks.
    #[schema(schema_with = leak_ids)]
    leak_ids: Vec<LeakId>,
    /// What is decided.
    decision: LeakStepBody,
}

fn leak_ids() -> Array {
    schema::ids(LeakId::PREFIX, MOST_DECIDED).min_items(Some(1)).build()
}

/// What is decided about each leak.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum LeakStepBody {
    /// It is to be charged: what it comes to now, and no more.
    Approve {},
    /// It is not to be told of.
    Mute {
        /// Why.
        #[schema(schema_with = reason)]
        reason: MuteReason,
        /// The last day; until somebody opens it unless given.
        #[schema(schema_with = schema::day_or_null, required = false)]
        until: Option<Date>,
    },
    /// It is to be told of again.
    Open {},
    /// Somebody takes care of it.
    #[serde(rename_all = "camelCase")]
    Assign {
        /// Who; null if nobody does any more.
        #[schema(schema_with = owner)]
        owner_id: Option<UserId>,
    },
}

fn reason() -> Object {
    schema::prose(500)
}

fn owner() -> Object {
    schema::or_null(schema::id(UserId::PREFIX))
}

impl From<LeakStepBody> for Decision {
    fn from(body: LeakStepBody) -> Self {
        match body {
            LeakStepBody::Approve {} => Self::Approve,
            LeakStepBody::Mute { reason, until } => Self::Mute(reason, until),
            LeakStepBody::Open {} => Self::Open,
            LeakStepBody::Assign { owner_id } => Self::Assign(owner_id),
        }
    }
}

/// The leaks as they stand now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DecidedLeaksView {
    /// The leaks, in the order in which they were named.
    leaks: Vec<LeakCaseView>,
}

/// Decides about leaks: that they are to be charged, that nobody wants to be told of them, that they are
/// open again, or who takes care of them. It is decided about all that are named or, if that cannot be done
/// with one of them, about none.
#[utoipa::path(
    post,
    path = "/api/ai/analytics/revenue-leaks/decisions",
    tag = "Analytics",
    extensions(("x-action" = json!("leaks.decide"))),
    request_body(content = LeakDecisionBody, example = json!({
        "leakIds": ["lek_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"], "decision": {"kind": "approve"}
    })),
    responses((status = 200, description = "The leaks.", body = Data<DecidedLeaksView>)),
)]
pub(crate) async fn decide_leaks(
    Caller(ctx): Caller,
    Json(body): Json<LeakDecisionBody>,
) -> Result<Data<DecidedLeaksView>> {
    let cases = leak_cases::decide(&ctx, &body.leak_ids, &body.decision.into()).await?;
    Ok(Data::new(DecidedLeaksView { leaks: cases.iter().map(LeakCaseView::new).collect() }))
}
