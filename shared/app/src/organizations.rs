//! Organisations: settings, who belongs to which, leaving, and the end of one.

mod removal;

use clearmargin_domain::{
    access::{Action, Role},
    id::{OrgId, UserId},
    identity::{BusinessHours, DomainName, Holiday, Name, Organization, TimeZoneName, User},
    money::Currency,
};
use clearmargin_store::Stored;
use serde_json::{Value, json};

use crate::{
    Ctx, Error, Precondition,
    identity::{account, account_of, end_sessions, user_id},
    users,
};

pub use removal::{delete, restore};
pub(crate) use removal::{export_part, purge, remove_if_due};

/// An organisation of the caller's, and what the caller is in it.
#[derive(Debug, Clone)]
pub struct Belonging {
    /// The organisation.
    pub organization: Stored<Organization>,
    /// What the caller is.
    pub role: Role,
}

/// Settings of an organisation, as they are to be.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its name.
    pub name: Name,
    /// Its domain.
    pub domain: Option<DomainName>,
    /// Where its days begin.
    pub time_zone: TimeZoneName,
    /// The month that its fiscal year begins with, 1 to 12.
    pub fiscal_year_start_month: i8,
    /// When it works.
    pub business_hours: Vec<BusinessHours>,
    /// Days on which it does not.
    pub holidays: Vec<Holiday>,
}

/// The organisations that the caller is active in.
pub async fn list(ctx: &Ctx) -> Result<Vec<Belonging>, Error> {
    let account = account_of(ctx).await?;
    let mut found = Vec::new();
    for org in &account.organizations {
        let tenant = ctx.app.store.tenant(*org);
        let user = tenant.get::<User>(account.id).await?.filter(|user| user.active);
        let organization = tenant.get::<Organization>(*org).await?;
        if let (Some(user), Some(organization)) = (user, organization) {
            found.push(Belonging { organization, role: user.role });
        }
    }
    Ok(found)
}

/// The caller's organisation; another one is not found, even if the caller belongs to it: a token
/// is for one.
pub async fn get(ctx: &Ctx, id: OrgId) -> Result<Stored<Organization>, Error> {
    ctx.require(Action::OrganizationRead)?;
    own(ctx, id).await
}

pub(crate) async fn own(ctx: &Ctx, id: OrgId) -> Result<Stored<Organization>, Error> {
    let missing = Error::NotFound("organization");
    if id != ctx.org {
        return Err(missing);
    }
    ctx.tenant().get::<Organization>(id).await?.ok_or(missing)
}

/// Creates another organisation of the caller's, with the caller as its owner.
pub async fn create(
    ctx: &Ctx,
    name: Name,
    currency: Currency,
    time_zone: TimeZoneName,
) -> Result<Organization, Error> {
    let account = account_of(ctx).await?;
    if let Some(organization) = ctx.replay().await? {
        return Ok(organization);
    }
    let id = OrgId::new(ctx.now, ctx.app.random());
    let organization = Organization::new(id, name, currency, time_zone, ctx.now);
    let mut after = account.value.clone();
    after.organizations.push(id);
    // In the trail of the new organisation; what makes the request safe to repeat belongs to the
    // one that it was made in.
    let there = Ctx { org: id, ..ctx.clone() };
    let detail = json!({"from": ctx.org});
    let mut change = there.tenant().change(there.audit("organization.registered", id, detail));
    change.register(&organization, &User::of(&account, Role::Owner, ctx.now))?;
    change.update_account(&account, &after)?;
    if let Some(once) = ctx.once(&organization)? {
        change.once_of(ctx.org, &once)?;
    }
    change.commit().await?;
    Ok(organization)
}

/// Changes the organisation's settings. `seen` is what the caller has seen.
pub async fn update(
    ctx: &Ctx,
    id: OrgId,
    settings: Settings,
    seen: &Precondition,
) -> Result<Stored<Organization>, Error> {
    ctx.require(Action::OrganizationWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    check(&settings)?;
    let new = Organization {
        name: settings.name,
        domain: settings.domain,
        time_zone: settings.time_zone,
        fiscal_year_start_month: settings.fiscal_year_start_month,
        business_hours: settings.business_hours,
        holidays: settings.holidays,
        ..old.value.clone()
    };
    if new == old.value {
        return Ok(old);
    }
    let mut change = ctx.tenant().change(ctx.audit("organization.changed", id, Value::Null));
    change.update(&old, &new)?;
    change.commit().await?;
    Ok(Stored { value: new, version: old.version + 1 })
}

fn check(settings: &Settings) -> Result<(), Error> {
    if !(1..=12).contains(&settings.fiscal_year_start_month) {
        return Err(Error::invalid("fiscalYearStartMonth", "expected 1 to 12"));
    }
    let mut hours = settings.business_hours.clone();
    hours.sort_by_key(|hours| (hours.day.to_monday_zero_offset(), hours.from));
    let overlap = hours.windows(2).any(|pair| match pair {
        [first, second] => first.day == second.day && second.from < first.to,
        _ => false,
    });
    if overlap {
        return Err(Error::invalid("businessHours", "hours of a day overlap"));
    }
    let mut days: Vec<_> = settings.holidays.iter().map(|holiday| holiday.date).collect();
    days.sort();
    days.dedup();
    if days.len() < settings.holidays.len() {
        return Err(Error::invalid("holidays", "a day is named twice"));
    }
    Ok(())
}

/// Ends a membership: somebody leaves, or is removed. History keeps the person's name.
pub async fn remove_member(ctx: &Ctx, id: OrgId, user: UserId) -> Result<(), Error> {
    let own_membership = user_id(ctx).is_ok_and(|caller| caller == user);
    ctx.require(Action::AccountManage)?;
    own(ctx, id).await?;
    let member = ctx.tenant().get::<User>(user).await?.ok_or(Error::NotFound("user"))?;
    let account = account(&ctx.app, user).await?;
    let account = account.filter(|account| account.organizations.contains(&id));
    let account = account.ok_or(Error::NotFound("user"))?;
    if !own_membership {
        ctx.require(Action::UsersWrite)?;
        users::may_appoint(ctx, member.role)?;
    }
    let left = User { active: false, ..member.value.clone() };
    let mut without = account.value.clone();
    without.organizations.retain(|org| *org != id);
    let mut change = ctx.tenant().change(ctx.audit("member.removed", user, Value::Null));
    if left != member.value {
        change.update(&member, &left)?;
    }
    users::count_owners(ctx, &mut change, Some(&member), &left).await?;
    // An account that belongs nowhere any more stays: its owner may be invited again.
    change.update_account(&account, &without)?;
    change.commit().await?;
    end_sessions(ctx, user, None).await
}
