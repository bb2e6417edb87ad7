//! What the API shows of people.

use clearmargin_app::identity::Signed;
use clearmargin_domain::{id::OrgId, identity::User};
use serde::Serialize;

/// A person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserView {
    /// The person's id.
    #[schema(example = "usr_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Sign-in address.
    #[schema(format = Email, example = "ada@example.com")]
    email: String,
    /// First name.
    #[schema(example = "Ada")]
    first_name: String,
    /// Last name.
    #[schema(example = "Lovelace")]
    last_name: String,
    /// What the person may do.
    #[schema(value_type = RoleName, example = "owner")]
    role: &'static str,
    /// The person's organisation.
    #[schema(example = "org_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    organization_id: String,
    /// Whether the person may sign in.
    is_active: bool,
    /// When the person joined.
    #[schema(format = DateTime, example = "2026-01-01T09:00:00Z")]
    created_at: String,
}

impl UserView {
    pub(crate) fn new(org: OrgId, user: User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.into(),
            first_name: user.first_name.into(),
            last_name: user.last_name.into(),
            role: user.role.as_str(),
            organization_id: org.to_string(),
            is_active: user.active,
            created_at: user.created_at.to_string(),
        }
    }
}

/// A person with the picture.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileView {
    /// The person.
    #[serde(flatten)]
    user: UserView,
    /// The file with the person's picture.
    avatar_file_id: Option<String>,
}

impl ProfileView {
    pub(crate) fn new(org: OrgId, user: User) -> Self {
        let avatar_file_id = user.avatar_file_id.clone().map(String::from);
        Self { user: UserView::new(org, user), avatar_file_id }
    }
}

/// The names of roles, for the document.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "the document's words for `domain`'s roles")]
pub(crate) enum RoleName {
    Owner,
    Admin,
    Finance,
    Operations,
    Viewer,
}

/// Somebody who has just signed in.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignedView {
    /// Who.
    user: UserView,
    /// What to send as `Authorization: Bearer …`.
    access_token: String,
    /// What gets the next tokens, once.
    refresh_token: String,
    /// For how many seconds the token is good.
    #[schema(example = 900)]
    expires_in: i64,
}

impl SignedView {
    pub(crate) fn new(signed: Signed) -> Self {
        Self {
            user: UserView::new(signed.org, signed.user),
            access_token: signed.access_token.expose().to_owned(),
            refresh_token: signed.refresh_token.expose().to_owned(),
            expires_in: signed.expires_in,
        }
    }
}
