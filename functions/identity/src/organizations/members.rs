//! `POST /api/organizations/{id}/members` and `DELETE /api/organizations/{id}/members/{userId}`

use clearmargin_app::{invitations, organizations};
use clearmargin_domain::id::{OrgId, UserId};
use clearmargin_web::{Accepted, Caller, Data, Done, Json, Path, Result};

use crate::invitations::{InvitationView, Invite};

/// Invites somebody to become a member, who joins by accepting. Whether the address has an account
/// already, the answer does not say.
#[utoipa::path(
    post,
    path = "/api/organizations/{id}/members",
    tag = "Organizations",
    extensions(("x-action" = json!("users.write"))),
    params(("id" = String, Path, description = "The organisation's id.")),
    request_body(content = Invite, example = json!({
        "email": "grace@example.com", "role": "finance"
    })),
    responses((status = 202, description = "The invitation.", body = Data<InvitationView>)),
)]
pub(crate) async fn add_member(
    Caller(ctx): Caller,
    Path(id): Path<OrgId>,
    Json(body): Json<Invite>,
) -> Result<Accepted<InvitationView>> {
    organizations::get(&ctx, id).await?;
    let invitation = invitations::create(&ctx, body.email, body.role).await?;
    Ok(Accepted(InvitationView::new(&invitation)))
}

/// Ends a membership: the caller's own, or, for administrators, somebody else's. The last owner
/// cannot leave.
#[utoipa::path(
    delete,
    path = "/api/organizations/{id}/members/{userId}",
    tag = "Organizations",
    extensions(("x-action" = json!("account.manage"))),
    params(
        ("id" = String, Path, description = "The organisation's id."),
        ("userId" = String, Path, description = "The member's id."),
    ),
    responses((status = 204, description = "The person is no member any more.")),
)]
pub(crate) async fn remove_member(
    Caller(ctx): Caller,
    Path((id, user)): Path<(OrgId, UserId)>,
) -> Result<Done> {
    organizations::remove_member(&ctx, id, user).await?;
    Ok(Done)
}
