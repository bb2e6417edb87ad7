//! Passwords that are changed or were forgotten, and addresses that are proved.

use clearmargin_domain::{
    id::{OrgId, UserId},
    identity::{Account, Email, NewPassword, OneTime, Password, TokenSecret},
    job::Job,
};
use clearmargin_store::{Directory, Stored};
use jiff::SignedDuration;
use serde_json::Value;

use super::{
    account, account_of, handed::AccountToken, limits, password, sessions::end_everywhere,
};
use crate::{App, Ctx, Error, Visit, mail};

/// How long a link to choose a new password counts.
const RESET: SignedDuration = SignedDuration::from_mins(30);
/// How long a link to prove an address counts.
const VERIFICATION: SignedDuration = SignedDuration::from_hours(48);

/// Sends a link to choose a new password to that address, if somebody has it. What happens here is
/// the same for every address: a worker looks whether anybody has it.
pub async fn forgot_password(app: &App, visit: &Visit, email: &Email) -> Result<(), Error> {
    limits::reset(app, visit, email).await?;
    let job = Job::SendReset { address_hash: Directory::address_hash(email) };
    // Of which organisation somebody is, if anybody has the address, is for the worker to find out.
    let message = app.message(OrgId::derived(&["nobody"]), &visit.request_id, job);
    Ok(app.queue.send(&[message], std::time::Duration::ZERO).await?)
}

/// The worker's part: makes a link and mails it, if anybody has the address.
pub(crate) async fn send_reset(ctx: &Ctx, address_hash: &str) -> Result<(), Error> {
    let account = ctx.app.store.directory().account_of_hash(address_hash).await?;
    // Who belongs nowhere has nothing to sign in to.
    let Some(account) = account.filter(|account| !account.organizations.is_empty()) else {
        return Ok(());
    };
    let secret = TokenSecret::new(ctx.app.entropy.bytes());
    let reset = Some(OneTime::new(&secret, ctx.now, RESET));
    let after = Account { reset, ..account.value.clone() };
    save(ctx, &account, &after, "password.resetRequested").await?;
    let token = AccountToken { user: account.id, secret }.text();
    mail::reset(&ctx.app, &account, &token).await
}

/// Sets a new password with a link that was mailed, and ends every session.
pub async fn reset_password(
    app: &App,
    visit: &Visit,
    token: &str,
    new: NewPassword,
) -> Result<(), Error> {
    limits::link(app, visit).await?;
    let wrong = || Error::invalid("token", "the link is unknown, used, or too old");
    let token = AccountToken::read(token).ok_or_else(wrong)?;
    let account = account(app, token.user).await?;
    let now = app.clock.now();
    let proves = |account: &Stored<Account>| matches!(&account.reset, Some(it) if it.proves(&token.secret, now));
    let account = account.filter(proves).ok_or_else(wrong)?;
    let after = Account {
        password_hash: password::hash_new(app, &new).await?,
        sessions_from: Some(now),
        reset: None,
        // The link was in the mail: the address is proved as well.
        email_verified_at: account.email_verified_at.or(Some(now)),
        ..account.value.clone()
    };
    let ctx = app.for_visitor(home(&account)?, account.id, visit);
    save(&ctx, &account, &after, "password.reset").await?;
    end_everywhere(app, &account, &visit.request_id, None).await
}

/// Changes the caller's password, and ends the caller's other sessions.
pub async fn change_password(
    ctx: &Ctx,
    user: UserId,
    current: Password,
    new: NewPassword,
) -> Result<(), Error> {
    let account = account_of(ctx).await?;
    // Nobody changes somebody else's: those who forgot theirs reset it.
    if account.id != user {
        return Err(Error::NotFound("user"));
    }
    limits::own_password(&ctx.app, user).await?;
    if !password::verify(current, Some(account.password_hash.clone())).await? {
        return Err(Error::invalid("currentPassword", "the password is wrong"));
    }
    let password_hash = password::hash_new(&ctx.app, &new).await?;
    let after = Account { password_hash, reset: None, ..account.value.clone() };
    save(ctx, &account, &after, "password.changed").await?;
    end_everywhere(&ctx.app, &account, &ctx.request_id, ctx.session).await
}

/// Mails the caller a link anew that proves the address.
pub async fn resend_verification(ctx: &Ctx) -> Result<(), Error> {
    let account = account_of(ctx).await?;
    if let Some(()) = ctx.replay().await? {
        return Ok(());
    }
    if account.email_verified_at.is_some() {
        return Err(Error::conflict("already_verified", "the address is proved already"));
    }
    limits::verification(&ctx.app, account.id).await?;
    let audit = ctx.audit("email.verificationRequested", account.id, Value::Null);
    let mut change = ctx.tenant().change(audit);
    change.send(Job::SendVerification { user: account.id });
    ctx.commit(change, ()).await
}

/// The worker's part: makes a link and mails it.
pub(crate) async fn send_verification(ctx: &Ctx, user: UserId) -> Result<(), Error> {
    let account = account(&ctx.app, user).await?;
    let asks =
        |it: &Stored<Account>| it.email_verified_at.is_none() && !it.organizations.is_empty();
    let Some(account) = account.filter(asks) else { return Ok(()) };
    let secret = TokenSecret::new(ctx.app.entropy.bytes());
    let verification = Some(OneTime::new(&secret, ctx.now, VERIFICATION));
    let after = Account { verification, ..account.value.clone() };
    save(ctx, &account, &after, "email.verificationSent").await?;
    mail::verification(&ctx.app, &account, &AccountToken { user, secret }.text()).await
}

/// Takes the proof that an address is its owner's.
pub async fn verify_email(app: &App, visit: &Visit, token: &str) -> Result<(), Error> {
    limits::link(app, visit).await?;
    let wrong = || Error::invalid("token", "the link is unknown, used, or too old");
    let token = AccountToken::read(token).ok_or_else(wrong)?;
    let account = account(app, token.user).await?;
    let now = app.clock.now();
    let proves = |account: &Stored<Account>| matches!(&account.verification, Some(it) if it.proves(&token.secret, now));
    let account = account.filter(proves).ok_or_else(wrong)?;
    let after =
        Account { email_verified_at: Some(now), verification: None, ..account.value.clone() };
    let ctx = app.for_visitor(home(&account)?, account.id, visit);
    save(&ctx, &account, &after, "email.verified").await
}

/// The organisation in whose trail an account's own changes stand.
fn home(account: &Account) -> Result<OrgId, Error> {
    account.organizations.first().copied().ok_or(Error::Unauthenticated)
}

async fn save(
    ctx: &Ctx,
    account: &Stored<Account>,
    after: &Account,
    action: &str,
) -> Result<(), Error> {
    let here = Ctx { org: home(account)?, ..ctx.clone() };
    let mut change = here.tenant().change(here.audit(action, account.id, Value::Null));
    change.update_account(account, after)?;
    Ok(change.commit().await?)
}
