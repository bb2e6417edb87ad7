//! Registration: an organisation comes into being with its owner.

use clearmargin_domain::{
    access::Role,
    id::{OrgId, UserId},
    identity::{Account, Email, Name, NewPassword, Organization, TimeZoneName, User},
    job::Job,
    money::Currency,
};
use clearmargin_store::{Conflict, StoreError};
use serde_json::Value;

use super::{Signed, begin, limits, password, signed};
use crate::{App, Error, Visit};

/// An organisation that registers, with its owner.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// The organisation's name.
    pub name: Name,
    /// The owner's sign-in address.
    pub email: Email,
    /// The owner's password.
    pub password: NewPassword,
    /// The owner's first name.
    pub first_name: Name,
    /// The owner's last name.
    pub last_name: Name,
    /// The currency of the books.
    pub currency: Currency,
    /// Where the organisation's days begin.
    pub time_zone: TimeZoneName,
}

/// Creates an organisation and its owner, and signs the owner in.
pub async fn register(app: &App, visit: &Visit, new: NewOrganization) -> Result<Signed, Error> {
    limits::registration(app, visit).await?;
    let now = app.clock.now();
    let org = OrgId::new(now, app.random());
    let hash = password::hash_new(app, &new.password).await?;
    let names = (new.first_name, new.last_name);
    let account = Account::new(UserId::new(now, app.random()), new.email, names, hash, now);
    let account = Account { organizations: vec![org], ..account };
    let organization = Organization::new(org, new.name, new.currency, new.time_zone, now);
    let owner = User::of(&account, Role::Owner, now);
    let ctx = app.for_visitor(org, owner.id, visit);
    let (session, secret) = begin(app, &owner, visit.user_agent.as_deref());
    let mut change = ctx.tenant().change(ctx.audit("organization.registered", org, Value::Null));
    change.register(&organization, &owner)?;
    change.add_account(&account)?;
    change.insert(&session)?;
    change.send(Job::SendVerification { user: owner.id });
    change.commit().await.map_err(|error| match error {
        StoreError::Conflict(Conflict::Unique) => {
            Error::conflict("email_taken", "somebody has registered with this e-mail address")
        }
        error => error.into(),
    })?;
    signed(app, org, owner, session.id, secret).await
}
