//! Who somebody is: accounts, signing in and out, sessions, passwords, second factors.

mod authenticate;
mod handed;
mod limits;
mod password;
mod recovery;
mod register;
pub mod second_factor;
mod sessions;
mod sign_in;

use clearmargin_domain::{
    access::Action,
    audit::Actor,
    id::UserId,
    identity::{Account, Email, User},
};
use clearmargin_store::Stored;

use crate::{App, Ctx, Error};

pub use authenticate::{AccessCache, machine, person};
pub use handed::API_KEY;
pub(crate) use handed::{ApiKeyText, InvitationToken, RatingToken};
pub(crate) use limits::link as limit_links;
pub(crate) use password::hash_new;
pub use recovery::{
    change_password, forgot_password, resend_verification, reset_password, verify_email,
};
pub(crate) use recovery::{send_reset, send_verification};
pub use register::{NewOrganization, register};
pub use sessions::{
    SessionInfo, Signed, end_all, end_session, list_sessions, refresh, sign_out, switch,
};
pub(crate) use sessions::{begin, end_sessions, signed};
pub(crate) use sign_in::prove;
pub use sign_in::{Login, Proof, login};

/// Who is signed in: the person in this organisation, and the account.
pub async fn me(ctx: &Ctx) -> Result<(User, Account), Error> {
    ctx.require(Action::AccountManage)?;
    let id = user_id(ctx)?;
    let user = ctx.tenant().get::<User>(id).await?.filter(|user| user.active);
    let user = user.ok_or(Error::Unauthenticated)?;
    Ok((user.value, account_of(ctx).await?.value))
}

/// The person who calls; machines and workers are none.
pub(crate) fn user_id(ctx: &Ctx) -> Result<UserId, Error> {
    match ctx.actor {
        Actor::User(id) => Ok(id),
        Actor::Key(_) | Actor::System => Err(Error::Forbidden),
    }
}

/// A person's account.
pub(crate) async fn account(app: &App, user: UserId) -> Result<Option<Stored<Account>>, Error> {
    Ok(app.store.directory().account(user).await?)
}

/// The account with that sign-in address.
pub(crate) async fn account_with(
    app: &App,
    email: &Email,
) -> Result<Option<Stored<Account>>, Error> {
    Ok(app.store.directory().account_of(email).await?)
}

/// The account of the person who calls.
pub(crate) async fn account_of(ctx: &Ctx) -> Result<Stored<Account>, Error> {
    ctx.require(Action::AccountManage)?;
    account(&ctx.app, user_id(ctx)?).await?.ok_or(Error::Unauthenticated)
}
