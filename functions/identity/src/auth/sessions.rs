//! `GET /api/auth/sessions` and `DELETE /api/auth/sessions/{id}`

use clearmargin_app::identity::{self, SessionInfo};
use clearmargin_domain::id::SessionId;
use clearmargin_web::{Caller, Data, Done, Path, Result};
use serde::Serialize;

/// A session.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView {
    /// Its id.
    #[schema(example = "ses_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// What was signed in with, as it names itself.
    #[schema(example = "Mozilla/5.0")]
    user_agent: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
    /// When it began.
    #[schema(format = DateTime, example = "2026-01-01T09:00:00Z")]
    created_at: String,
    /// When its tokens were last exchanged.
    #[schema(format = DateTime, example = "2026-01-02T09:00:00Z")]
    last_used_at: String,
    /// When it ends unless it is used.
    #[schema(format = DateTime, example = "2026-02-01T09:00:00Z")]
    expires_at: String,
}

impl SessionView {
    fn new(info: &SessionInfo) -> Self {
        let session = &info.session;
        Self {
            id: session.id.to_string(),
            user_agent: session.user_agent.clone(),
            current: info.current,
            created_at: session.created_at.to_string(),
            last_used_at: session.refreshed_at.to_string(),
            expires_at: session.expires_at().to_string(),
        }
    }
}

/// The caller's sessions in this organisation, the one used last first.
#[utoipa::path(
    get,
    path = "/api/auth/sessions",
    tag = "Identity",
    extensions(("x-action" = json!("account.manage"))),
    responses((status = 200, description = "The sessions.", body = Data<Vec<SessionView>>)),
)]
pub(crate) async fn list_sessions(Caller(ctx): Caller) -> Result<Data<Vec<SessionView>>> {
    let sessions = identity::list_sessions(&ctx).await?;
    Ok(Data::new(sessions.iter().map(SessionView::new).collect()))
}

/// Ends one of the caller's sessions. Its access token stops within a minute.
#[utoipa::path(
    delete,
    path = "/api/auth/sessions/{id}",
    tag = "Identity",
    extensions(("x-action" = json!("account.manage"))),
    params(("id" = String, Path, description = "The session's id.")),
    responses((status = 204, description = "It has ended.")),
)]
pub(crate) async fn end_session(Caller(ctx): Caller, Path(id): Path<SessionId>) -> Result<Done> {
    identity::end_session(&ctx, id).await?;
    Ok(Done)
}
