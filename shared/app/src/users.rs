//! The people of an organisation.

use clearmargin_domain::{
    access::{Action, Role},
    id::UserId,
    identity::{Account, FileRef, Name, Organization, User},
};
use clearmargin_store::{Change, List, Listing, Stored};
use serde_json::json;

use crate::{
    Ctx, Error, Precondition,
    identity::{account_of, end_sessions, user_id},
};

/// A person as it is to be.
#[derive(Debug, Clone)]
pub struct UserChange {
    /// First name.
    pub first_name: Name,
    /// Last name.
    pub last_name: Name,
    /// The file with the picture.
    pub avatar_file_id: Option<FileRef>,
    /// What the person may do; none to leave it.
    pub role: Option<Role>,
    /// Whether the person may sign in here; none to leave it.
    pub active: Option<bool>,
}

/// A page of people, by id.
pub async fn list(ctx: &Ctx, limit: usize, cursor: Option<&str>) -> Result<Listing<User>, Error> {
    ctx.require(Action::UsersRead)?;
    Ok(ctx.tenant().list(List::Users, limit, "users", cursor).await?)
}

/// A person.
pub async fn get(ctx: &Ctx, id: UserId) -> Result<Stored<User>, Error> {
    ctx.require(Action::ColleaguesRead)?;
    ctx.tenant().get::<User>(id).await?.ok_or(Error::NotFound("user"))
}

/// Changes a person: names and picture are everybody's own business and administrators', role and
/// activity administrators' alone. `seen` is what the caller has seen.
pub async fn update(
    ctx: &Ctx,
    id: UserId,
    change: UserChange,
    seen: &Precondition,
) -> Result<Stored<User>, Error> {
    let own = user_id(ctx).is_ok_and(|caller| caller == id);
    let appoints = change.role.is_some() || change.active.is_some();
    ctx.require(Action::AccountManage)?;
    let user = ctx.tenant().get::<User>(id).await?.ok_or(Error::NotFound("user"))?;
    if appoints || !own {
        ctx.require(Action::UsersWrite)?;
        may_appoint(ctx, user.role)?;
    }
    seen.check(user.version)?;
    let after = changed(ctx, &user, change)?;
    if after == user.value {
        return Ok(user);
    }
    let names = after.first_name != user.first_name || after.last_name != user.last_name;
    let account = if own && names { Some(account_of(ctx).await?) } else { None };
    save(ctx, &user, &after, account).await?;
    Ok(Stored { value: after, version: user.version + 1 })
}

/// Takes a person's access away; what the person did stays.
pub async fn deactivate(ctx: &Ctx, id: UserId) -> Result<(), Error> {
    ctx.require(Action::UsersWrite)?;
    let user = ctx.tenant().get::<User>(id).await?.ok_or(Error::NotFound("user"))?;
    may_appoint(ctx, user.role)?;
    if user.active {
        save(ctx, &user, &User { active: false, ..user.value.clone() }, None).await?;
    }
    Ok(())
}

fn changed(ctx: &Ctx, user: &User, change: UserChange) -> Result<User, Error> {
    let mut after = User {
        first_name: change.first_name,
        last_name: change.last_name,
        avatar_file_id: change.avatar_file_id,
        ..user.clone()
    };
    if let Some(role) = change.role {
        may_appoint(ctx, role)?;
        after.role = role;
    }
    if let Some(active) = change.active {
        after.active = active;
    }
    Ok(after)
}

/// Goes on only if the caller may make somebody that, or change somebody who is.
pub(crate) fn may_appoint(ctx: &Ctx, role: Role) -> Result<(), Error> {
    if ctx.grant.role().may_appoint(role) { Ok(()) } else { Err(Error::Forbidden) }
}

async fn save(
    ctx: &Ctx,
    user: &Stored<User>,
    after: &User,
    account: Option<Stored<Account>>,
) -> Result<(), Error> {
    let detail = json!({
        "role": (after.role != user.role).then_some(after.role),
        "active": (after.active != user.active).then_some(after.active),
        "profile": after.first_name != user.first_name
            || after.last_name != user.last_name
            || after.avatar_file_id != user.avatar_file_id,
    });
    let mut change = ctx.tenant().change(ctx.audit("user.changed", user.id, detail));
    change.update(user, after)?;
    count_owners(ctx, &mut change, Some(user), after).await?;
    if let Some(account) = account {
        let named = Account {
            first_name: after.first_name.clone(),
            last_name: after.last_name.clone(),
            ..account.value.clone()
        };
        change.update_account(&account, &named)?;
    }
    change.commit().await?;
    if user.active && !after.active {
        end_sessions(ctx, user.id, None).await?;
    }
    Ok(())
}

/// Keeps the organisation's number of owners; the change fails when none would be left, also when
/// the last two go at the same moment: both name the version of the organisation.
pub(crate) async fn count_owners(
    ctx: &Ctx,
    change: &mut Change<'_>,
    before: Option<&User>,
    after: &User,
) -> Result<(), Error> {
    let was = before.is_some_and(User::is_owner);
    if was == after.is_owner() {
        return Ok(());
    }
    let organization = ctx.tenant().get::<Organization>(ctx.org).await?;
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    let owners =
        if was { organization.owners.checked_sub(1) } else { Some(organization.owners + 1) };
    let owners = owners.filter(|owners| *owners > 0).ok_or_else(last_owner)?;
    let counted = Organization { owners, ..organization.value.clone() };
    Ok(change.update(&organization, &counted)?)
}

fn last_owner() -> Error {
    Error::conflict("last_owner", "an organisation has an owner; make somebody else one first")
}
