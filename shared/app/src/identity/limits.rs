//! How often somebody may try. Attempts count per account and per address they come from: guessing
//! at one account is slow from everywhere, guessing at many is slow from one place. An account is
//! known here by the hash of its address, whether it exists or not.

use clearmargin_domain::{id::UserId, identity::Email};
use clearmargin_store::Directory;

use crate::{
    App, Error, Visit,
    throttle::{self, Policy},
};

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;

const fn policy(per_window: u32, window_seconds: u32) -> Policy {
    Policy { per_window, window_seconds }
}

const SIGN_IN_PAIR: Policy = policy(10, 15 * MINUTE);
const SIGN_IN_ACCOUNT: Policy = policy(50, 15 * MINUTE);
const SIGN_IN_ADDRESS: Policy = policy(200, 15 * MINUTE);
const RESET_ACCOUNT: Policy = policy(5, HOUR);
const RESET_ADDRESS: Policy = policy(50, HOUR);
const REGISTRATION: Policy = policy(50, HOUR);
const LINK: Policy = policy(100, HOUR);
const OWN_PASSWORD: Policy = policy(10, 15 * MINUTE);
const VERIFICATION: Policy = policy(5, HOUR);

/// Signing in.
pub(super) async fn sign_in(app: &App, visit: &Visit, email: &Email) -> Result<(), Error> {
    let account = Directory::address_hash(email);
    if let Some(address) = visit.address {
        let address = throttle::client(address);
        attempt(app, &format!("sign-in address {address}"), SIGN_IN_ADDRESS).await?;
        attempt(app, &format!("sign-in {account} {address}"), SIGN_IN_PAIR).await?;
    }
    attempt(app, &format!("sign-in account {account}"), SIGN_IN_ACCOUNT).await
}

/// Asking for a link to choose a new password.
pub(super) async fn reset(app: &App, visit: &Visit, email: &Email) -> Result<(), Error> {
    from(app, visit, "reset", RESET_ADDRESS).await?;
    let account = Directory::address_hash(email);
    attempt(app, &format!("reset account {account}"), RESET_ACCOUNT).await
}

/// Registering.
pub(super) async fn registration(app: &App, visit: &Visit) -> Result<(), Error> {
    from(app, visit, "registration", REGISTRATION).await
}

/// Bringing a link that was mailed.
pub(crate) async fn link(app: &App, visit: &Visit) -> Result<(), Error> {
    from(app, visit, "link", LINK).await
}

/// Typing one's password anew, or the first code of an app.
pub(super) async fn own_password(app: &App, user: UserId) -> Result<(), Error> {
    attempt(app, &format!("own password {user}"), OWN_PASSWORD).await
}

/// Asking for a link to prove an address.
pub(super) async fn verification(app: &App, user: UserId) -> Result<(), Error> {
    attempt(app, &format!("verification {user}"), VERIFICATION).await
}

async fn attempt(app: &App, subject: &str, policy: Policy) -> Result<(), Error> {
    throttle::attempt(app, subject, policy, app.clock.now()).await
}

async fn from(app: &App, visit: &Visit, what: &str, policy: Policy) -> Result<(), Error> {
    match visit.address {
        Some(address) => {
            attempt(app, &format!("{what} address {}", throttle::client(address)), policy).await
        }
        None => Ok(()),
    }
}
