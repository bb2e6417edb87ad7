//! `/api/invitations`: how people join an organisation.

use clearmargin_app::invitations;
use clearmargin_domain::{
    access::Role,
    id::InvitationId,
    identity::{Email, Invitation},
};
use clearmargin_web::{
    Caller, Created, Data, Done, Json, Page, PageQuery, Path, Query, Result, Routes, routes, schema,
};
use serde::{Deserialize, Serialize};

use crate::view::RoleName;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list_invitations, create_invitation))
        .routes(routes!(resend_invitation))
        .routes(routes!(revoke_invitation))
}

/// Who is to join, and as what.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invite {
    /// Where the invitation goes.
    #[schema(schema_with = schema::email)]
    pub(crate) email: Email,
    /// What the person will be; no more than the caller is.
    #[schema(value_type = RoleName)]
    pub(crate) role: Role,
}

/// An invitation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvitationView {
    /// Its id.
    #[schema(example = "ivt_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Where it went.
    #[schema(format = Email, example = "grace@example.com")]
    email: String,
    /// What the person will be.
    #[schema(value_type = RoleName)]
    role: &'static str,
    /// `pending`, `accepted` or `revoked`.
    #[schema(example = "pending")]
    status: &'static str,
    /// Who invited.
    #[schema(example = "usr_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    invited_by: String,
    /// When.
    #[schema(format = DateTime, example = "2026-01-01T09:00:00Z")]
    created_at: String,
    /// Until when it can be accepted.
    #[schema(format = DateTime, example = "2026-01-08T09:00:00Z")]
    expires_at: String,
}

impl InvitationView {
    pub(crate) fn new(invitation: &Invitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.email.as_str().to_owned(),
            role: invitation.role.as_str(),
            status: invitation.status.as_str(),
            invited_by: invitation.invited_by.to_string(),
            created_at: invitation.created_at.to_string(),
            expires_at: invitation.expires_at.to_string(),
        }
    }
}

/// Invitations, by id, those accepted and revoked included.
#[utoipa::path(
    get,
    path = "/api/invitations",
    tag = "Invitations",
    extensions(("x-action" = json!("users.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of them.", body = Page<InvitationView>)),
)]
pub(crate) async fn list_invitations(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<InvitationView>> {
    let page = invitations::list(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |invitation| InvitationView::new(&invitation)))
}

/// Invites somebody to join the organisation. The mail's link counts for seven days.
#[utoipa::path(
    post,
    path = "/api/invitations",
    tag = "Invitations",
    extensions(("x-action" = json!("users.write"))),
    request_body(content = Invite, example = json!({
        "email": "grace@example.com", "role": "finance"
    })),
    responses((status = 201, description = "The invitation.", body = Data<InvitationView>)),
)]
pub(crate) async fn create_invitation(
    Caller(ctx): Caller,
    Json(body): Json<Invite>,
) -> Result<Created<InvitationView>> {
    let invitation = invitations::create(&ctx, body.email, body.role).await?;
    Ok(Created(InvitationView::new(&invitation)))
}

/// Mails a fresh link; the one before does not count any more.
#[utoipa::path(
    post,
    path = "/api/invitations/{id}/resend",
    tag = "Invitations",
    extensions(("x-action" = json!("users.write"))),
    params(("id" = String, Path, description = "The invitation's id.")),
    responses((status = 200, description = "The invitation.", body = Data<InvitationView>)),
)]
pub(crate) async fn resend_invitation(
    Caller(ctx): Caller,
    Path(id): Path<InvitationId>,
) -> Result<Data<InvitationView>> {
    let invitation = invitations::resend(&ctx, id).await?;
    Ok(Data::new(InvitationView::new(&invitation)))
}

/// Takes an invitation back.
#[utoipa::path(
    delete,
    path = "/api/invitations/{id}",
    tag = "Invitations",
    extensions(("x-action" = json!("users.write"))),
    params(("id" = String, Path, description = "The invitation's id.")),
    responses((status = 204, description = "It is revoked.")),
)]
pub(crate) async fn revoke_invitation(
    Caller(ctx): Caller,
    Path(id): Path<InvitationId>,
) -> Result<Done> {
    invitations::revoke(&ctx, id).await?;
    Ok(Done)
}
