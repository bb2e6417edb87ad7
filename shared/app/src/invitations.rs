//! Invitations: how people join an organisation.

use clearmargin_domain::{
    access::{Action, Role},
    id::{InvitationId, UserId},
    identity::{
        Account, Email, Invitation, InvitationStatus, Name, NewPassword, OneTime, Organization,
        TokenSecret, User,
    },
    job::Job,
};
use clearmargin_store::{Conflict, List, Listing, StoreError, Stored};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    App, Ctx, Error, Visit,
    identity::{self, InvitationToken, Proof, Signed, user_id},
    mail, users,
};

/// How many organisations one account may belong to.
const ORGANIZATIONS: usize = 50;

/// A page of invitations, by id.
pub async fn list(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<Invitation>, Error> {
    ctx.require(Action::UsersRead)?;
    Ok(ctx.tenant().list(List::Invitations, limit, "invitations", cursor).await?)
}

/// Invites an address, or invites it again.
pub async fn create(ctx: &Ctx, email: Email, role: Role) -> Result<Invitation, Error> {
    ctx.require(Action::UsersWrite)?;
    users::may_appoint(ctx, role)?;
    if let Some(invitation) = ctx.replay().await? {
        return Ok(invitation);
    }
    not_a_member(ctx, &email).await?;
    let id = Invitation::id_of(ctx.org, &email);
    let old = ctx.tenant().get::<Invitation>(id).await?;
    if old.as_ref().is_some_and(|old| old.is_open(ctx.now)) {
        return Err(Error::conflict("already_invited", "this address is invited already"));
    }
    let invitation = Invitation {
        id,
        email,
        role,
        invited_by: user_id(ctx)?,
        created_at: ctx.now,
        expires_at: expiry(ctx.now),
        status: InvitationStatus::Pending,
        token: None,
    };
    save(ctx, old, invitation, "invitation.created").await
}

fn expiry(now: Timestamp) -> Timestamp {
    now.checked_add(Invitation::LIFETIME).unwrap_or(now)
}

async fn not_a_member(ctx: &Ctx, email: &Email) -> Result<(), Error> {
    let Some(account) = identity::account_with(&ctx.app, email).await? else {
        return Ok(());
    };
    let user = ctx.tenant().get::<User>(account.id).await?;
    match user.filter(|user| user.active) {
        Some(_) => Err(Error::conflict("already_a_member", "this person is a member already")),
        None => Ok(()),
    }
}

/// Mails a fresh link; the one before does not count any more.
pub async fn resend(ctx: &Ctx, id: InvitationId) -> Result<Invitation, Error> {
    ctx.require(Action::UsersWrite)?;
    if let Some(invitation) = ctx.replay().await? {
        return Ok(invitation);
    }
    let old = pending(ctx, id).await?;
    let invitation = Invitation { expires_at: expiry(ctx.now), token: None, ..old.value.clone() };
    save(ctx, Some(old), invitation, "invitation.resent").await
}

async fn save(
    ctx: &Ctx,
    old: Option<Stored<Invitation>>,
    invitation: Invitation,
    action: &str,
) -> Result<Invitation, Error> {
    let detail = json!({"role": invitation.role});
    let mut change = ctx.tenant().change(ctx.audit(action, invitation.id, detail));
    change.set(old.as_ref(), &invitation)?;
    change.send(Job::SendInvitation { invitation: invitation.id });
    ctx.commit(change, invitation).await
}

async fn pending(ctx: &Ctx, id: InvitationId) -> Result<Stored<Invitation>, Error> {
    let invitation = ctx.tenant().get::<Invitation>(id).await?;
    let invitation = invitation.ok_or(Error::NotFound("invitation"))?;
    users::may_appoint(ctx, invitation.role)?;
    if invitation.status == InvitationStatus::Pending {
        Ok(invitation)
    } else {
        Err(Error::conflict("not_pending", "the invitation was accepted or revoked"))
    }
}

/// Takes an invitation back.
pub async fn revoke(ctx: &Ctx, id: InvitationId) -> Result<(), Error> {
    ctx.require(Action::UsersWrite)?;
    let old = pending(ctx, id).await?;
    let revoked =
        Invitation { status: InvitationStatus::Revoked, token: None, ..old.value.clone() };
    let mut change = ctx.tenant().change(ctx.audit("invitation.revoked", id, Value::Null));
    change.update(&old, &revoked)?;
    Ok(change.commit().await?)
}

/// The worker's part: makes a link and mails it.
pub(crate) async fn send(ctx: &Ctx, id: InvitationId) -> Result<(), Error> {
    let (invitation, organization) = tokio::try_join!(
        async { Ok::<_, Error>(ctx.tenant().get::<Invitation>(id).await?) },
        async { Ok(ctx.tenant().get::<Organization>(ctx.org).await?) },
    )?;
    let Some(invitation) = invitation.filter(|invitation| invitation.is_open(ctx.now)) else {
        return Ok(());
    };
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    let secret = TokenSecret::new(ctx.app.entropy.bytes());
    let token = Some(OneTime::new(&secret, ctx.now, Invitation::LIFETIME));
    let with_token = Invitation { token, ..invitation.value.clone() };
    let mut change = ctx.tenant().change(ctx.audit("invitation.sent", id, Value::Null));
    change.update(&invitation, &with_token)?;
    change.commit().await?;
    let text = InvitationToken { org: ctx.org, invitation: id, secret }.text();
    mail::invitation(&ctx.app, &invitation.email, &organization.name, invitation.role, &text).await
}

/// Who accepts an invitation.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// The token of the link.
    pub token: String,
    /// The password: a new one, or that of the account that the person has already.
    pub proof: Proof,
    /// First name, for who has no account yet.
    pub first_name: Option<Name>,
    /// Last name, for who has no account yet.
    pub last_name: Option<Name>,
}

/// Joins an organisation, with the account that the address has already or with a new one.
pub async fn accept(app: &App, visit: &Visit, acceptance: Acceptance) -> Result<Signed, Error> {
    identity::limit_links(app, visit).await?;
    let wrong = || Error::invalid("token", "the invitation is unknown, used, revoked, or too old");
    let token = InvitationToken::read(&acceptance.token).ok_or_else(wrong)?;
    let now = app.clock.now();
    let invitation = app.store.tenant(token.org).get::<Invitation>(token.invitation).await?;
    let proves = |invitation: &Stored<Invitation>| {
        let token_counts = |it: &OneTime| it.proves(&token.secret, now);
        invitation.is_open(now) && invitation.token.as_ref().is_some_and(token_counts)
    };
    let invitation = invitation.filter(proves).ok_or_else(wrong)?;
    let known = identity::account_with(app, &invitation.email).await?;
    let joining = match known {
        Some(account) => Joining::known(app, account, acceptance.proof).await?,
        None => Joining::new(app, &invitation, acceptance).await?,
    };
    join(app, visit, token, invitation, joining).await
}

/// The account that joins, as it was and as it will be.
struct Joining {
    before: Option<Stored<Account>>,
    after: Account,
}

impl Joining {
    async fn known(app: &App, account: Stored<Account>, proof: Proof) -> Result<Self, Error> {
        let proven = identity::prove(app, Some(account), proof).await?;
        Ok(Self { before: Some(proven.account), after: proven.after })
    }

    async fn new(
        app: &App,
        invitation: &Invitation,
        acceptance: Acceptance,
    ) -> Result<Self, Error> {
        let missing = |path: &str| Error::invalid(path, "needed, since you have no account yet");
        let password: NewPassword = acceptance
            .proof
            .password
            .try_into()
            .map_err(|error| Error::invalid("password", format!("{error}")))?;
        let now = app.clock.now();
        let first_name = acceptance.first_name.ok_or_else(|| missing("firstName"))?;
        let last_name = acceptance.last_name.ok_or_else(|| missing("lastName"))?;
        let hash = identity::hash_new(app, &password).await?;
        let (id, email) = (UserId::new(now, app.random()), invitation.email.clone());
        let account = Account::new(id, email, (first_name, last_name), hash, now);
        // The link was in the mail: the address is proved.
        let after = Account { email_verified_at: Some(now), ..account };
        Ok(Self { before: None, after })
    }
}

async fn join(
    app: &App,
    visit: &Visit,
    token: InvitationToken,
    invitation: Stored<Invitation>,
    mut joining: Joining,
) -> Result<Signed, Error> {
    let now = app.clock.now();
    let ctx = app.for_visitor(token.org, joining.after.id, visit);
    if !joining.after.organizations.contains(&ctx.org) {
        if joining.after.organizations.len() >= ORGANIZATIONS {
            return Err(Error::conflict("too_many_organizations", "leave an organisation first"));
        }
        joining.after.organizations.push(ctx.org);
    }
    let before = ctx.tenant().get::<User>(joining.after.id).await?;
    let fresh = User::of(&joining.after, invitation.role, now);
    let user = match &before {
        Some(before) => User { role: invitation.role, active: true, ..before.value.clone() },
        None => fresh,
    };
    let accepted =
        Invitation { status: InvitationStatus::Accepted, token: None, ..invitation.value.clone() };
    let (session, secret) = identity::begin(app, &user, visit.user_agent.as_deref());
    let detail = json!({"user": user.id, "role": user.role});
    let audit = ctx.audit("invitation.accepted", invitation.id, detail);
    let mut change = ctx.tenant().change(audit);
    change.update(&invitation, &accepted)?;
    change.set(before.as_ref(), &user)?;
    match &joining.before {
        Some(account) => change.update_account(account, &joining.after)?,
        None => change.add_account(&joining.after)?,
    }
    change.insert(&session)?;
    let active = before.as_ref().map(|before| &before.value);
    users::count_owners(&ctx, &mut change, active, &user).await?;
    change.commit().await.map_err(|error| match error {
        StoreError::Conflict(Conflict::Unique) => {
            Error::conflict("email_taken", "somebody has just registered with this address")
        }
        error => error.into(),
    })?;
    identity::signed(app, ctx.org, user, session.id, secret).await
}
