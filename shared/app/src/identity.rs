//! Registration, sign-in, and who is signed in.

mod password;

use clearmargin_domain::{
    access::Role,
    audit::Actor,
    id::{OrgId, SessionId, UserId},
    identity::{Email, InvalidIdentity, Name, Organization, Password, User},
    money::Currency,
    secret::Secret,
};
use clearmargin_store::{Conflict, Login, StoreError};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::{
    App, Ctx, Error,
    keys::{self, Bearer, LIFETIME_SECONDS},
};

/// An organisation that registers, with its owner.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// The organisation's name.
    pub name: Name,
    /// The owner's sign-in address.
    pub email: Email,
    /// The owner's password.
    pub password: Password,
    /// The owner's first name.
    pub first_name: Name,
    /// The owner's last name.
    pub last_name: Name,
    /// The currency of the books.
    pub currency: Currency,
    /// The IANA time zone where the organisation's days begin.
    pub time_zone: String,
}

/// Somebody who has just signed in.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who.
    pub user: User,
    /// Of which organisation.
    pub org: OrgId,
    /// What proves it.
    pub access_token: Secret,
    /// For how many seconds.
    pub expires_in: i64,
}

/// Creates an organisation and its owner, and signs the owner in.
pub async fn register(app: &App, request_id: &str, new: NewOrganization) -> Result<Signed, Error> {
    let now = app.clock.now();
    let organization = Organization {
        id: OrgId::new(now, app.random()),
        name: new.name,
        currency: new.currency,
        time_zone: time_zone(&new.time_zone)?,
        created_at: now,
    };
    let owner = User {
        id: UserId::new(now, app.random()),
        email: new.email,
        first_name: new.first_name,
        last_name: new.last_name,
        role: Role::Owner,
        password_hash: password::hash(app, new.password).await?,
        active: true,
        created_at: now,
    };
    let ctx = Ctx { actor: Actor::User(owner.id), ..app.for_system(organization.id, request_id) };
    let audit = ctx.audit("organization.registered", organization.id, Value::Null);
    let mut change = ctx.tenant().change(audit);
    change.register(&organization, &owner)?;
    change.commit().await.map_err(|error| match error {
        StoreError::Conflict(Conflict::Unique) => {
            Error::conflict("email_taken", "somebody has registered with this e-mail address")
        }
        error => error.into(),
    })?;
    signed(app, organization.id, owner).await
}

/// Signs somebody in. An unknown address costs the same work and gets the same answer as a wrong
/// password.
pub async fn login(app: &App, email: &Email, password: Password) -> Result<Signed, Error> {
    let login = app.store.directory().login(email).await?.unwrap_or_else(nobody);
    let user = app.store.tenant(login.org).get::<User>(login.user).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = password::verify(password, hash).await?;
    match user {
        Some(user) if right && user.active => signed(app, login.org, user.value).await,
        _ => Err(Error::BadCredentials),
    }
}

/// Who is signed in.
pub async fn me(ctx: &Ctx) -> Result<User, Error> {
    let Actor::User(id) = ctx.actor else {
        return Err(Error::Unauthenticated);
    };
    let user = ctx.tenant().get::<User>(id).await?.filter(|user| user.active);
    user.map(|user| user.value).ok_or(Error::Unauthenticated)
}

async fn signed(app: &App, org: OrgId, user: User) -> Result<Signed, Error> {
    let session = SessionId::new(app.clock.now(), app.random());
    let bearer = Bearer { user: user.id, org, role: user.role, session };
    let access_token = keys::sign(app, bearer).await?;
    Ok(Signed { user, org, access_token, expires_in: LIFETIME_SECONDS })
}

/// Where an address leads that nobody has: to a record that is not there.
fn nobody() -> Login {
    Login { org: OrgId::derived(&["nobody"]), user: UserId::derived(&["nobody"]) }
}

/// The zone's name as the database spells it.
fn time_zone(name: &str) -> Result<String, Error> {
    let zone = TimeZone::get(name).ok();
    let name = zone.as_ref().and_then(TimeZone::iana_name).map(str::to_owned);
    name.ok_or_else(|| Error::invalid("timeZone", InvalidIdentity::TimeZone.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_zone_is_known_by_its_name() {
        assert_eq!(time_zone("america/new_york").unwrap(), "America/New_York");
        assert_eq!(time_zone("UTC").unwrap(), "UTC");
        assert!(matches!(time_zone("Mars/Olympus"), Err(Error::Invalid(_))));
        assert!(time_zone("").is_err());
    }
}
