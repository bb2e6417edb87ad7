//! The end of an organisation: its data is written out first, it can be kept for thirty days, and
//! then nothing of it is left.

use std::time::Duration;

use clearmargin_domain::{
    access::Action,
    id::OrgId,
    identity::{Account, Organization, User},
    job::Job,
};
use clearmargin_store::Stored;
use serde_json::{Value, json};

use super::own;
use crate::{Ctx, Error, identity::account, jobs::Outcome};

/// How many items one message deletes.
const ITEMS: usize = 2_000;
/// How many parts of an export one message writes.
const PARTS: usize = 40;

/// Marks the organisation for removal and begins to write out its data. The caller repeats its
/// name: nobody does this by mistake.
pub async fn delete(ctx: &Ctx, id: OrgId, name: &str) -> Result<Stored<Organization>, Error> {
    ctx.require(Action::OrganizationDelete)?;
    let old = own(ctx, id).await?;
    if old.name.as_str() != name {
        return Err(Error::invalid("query.name", "expected the organisation's name"));
    }
    if old.purge_at.is_some() {
        return Ok(old);
    }
    let purge_at = ctx.now.checked_add(Organization::GRACE).map_err(Error::internal)?;
    let export_key = Some(format!("{id}/export/{}", ctx.now));
    let new = Organization { purge_at: Some(purge_at), export_key, ..old.value.clone() };
    let detail = json!({"purgeAt": purge_at});
    let mut change = ctx.tenant().change(ctx.audit("organization.deleted", id, detail));
    change.update(&old, &new)?;
    change.send(Job::ExportOrganization { part: 0 });
    change.commit().await?;
    Ok(Stored { value: new, version: old.version + 1 })
}

/// Keeps the organisation after all.
pub async fn restore(ctx: &Ctx, id: OrgId) -> Result<Stored<Organization>, Error> {
    ctx.require(Action::OrganizationDelete)?;
    let old = own(ctx, id).await?;
    if let Some(()) = ctx.replay().await? {
        return Ok(old);
    }
    if old.purge_at.is_none() {
        return Err(Error::conflict("not_deleted", "the organisation is not to be removed"));
    }
    let new = Organization { purge_at: None, ..old.value.clone() };
    let mut change = ctx.tenant().change(ctx.audit("organization.restored", id, Value::Null));
    change.update(&old, &new)?;
    ctx.commit(change, ()).await?;
    Ok(Stored { value: new, version: old.version + 1 })
}

/// The worker's part: writes the next parts of the data to the archive. The same part has the same
/// name, so a repetition writes the same.
pub(crate) async fn export_part(ctx: &Ctx, from: usize) -> Result<Outcome, Error> {
    let organization = ctx.tenant().get::<Organization>(ctx.org).await?;
    let Some(folder) = organization.and_then(|found| found.value.export_key) else {
        return Ok(Outcome::Done);
    };
    for part in from..from + PARTS {
        let Some((name, lines)) = ctx.tenant().export_part(part).await? else {
            return Ok(Outcome::Done);
        };
        if !lines.is_empty() {
            let content = lines.join("\n").into_bytes();
            ctx.app.archive.put(&format!("{folder}/{name}.ndjson"), content).await?;
        }
    }
    send(ctx, Job::ExportOrganization { part: from + PARTS }).await?;
    Ok(Outcome::Done)
}

async fn send(ctx: &Ctx, job: Job) -> Result<(), Error> {
    let message = ctx.app.message(ctx.org, &ctx.request_id, job);
    Ok(ctx.app.queue.send(&[message], Duration::ZERO).await?)
}

/// Starts the removal of the organisation if its time to be kept is over; whether it did.
pub(crate) async fn remove_if_due(ctx: &Ctx) -> Result<bool, Error> {
    let organization = ctx.tenant().get::<Organization>(ctx.org).await?;
    let due = organization.is_some_and(|found| is_due(ctx, &found));
    if due {
        send(ctx, Job::PurgeOrganization).await?;
    }
    Ok(due)
}

fn is_due(ctx: &Ctx, organization: &Organization) -> bool {
    organization.purge_at.is_some_and(|at| at <= ctx.now)
}

/// The worker's part: removes what is left, a stretch at a time. People who belong nowhere else
/// lose their accounts.
pub(crate) async fn purge(ctx: &Ctx) -> Result<Outcome, Error> {
    let organization = ctx.tenant().get::<Organization>(ctx.org).await?;
    let Some(organization) = organization.filter(|found| is_due(ctx, found)) else {
        return Ok(Outcome::Done);
    };
    for user in ctx.tenant().all::<User>().await? {
        forget_member(ctx, &user).await?;
    }
    // Before the organisation itself goes, or a message that comes again would not find its way.
    // The sealed audit trail stays: it names nobody, and proves that this was done as asked.
    for folder in ["raw", "export", "analysis"] {
        ctx.app.archive.remove_all(&format!("{}/{folder}/", ctx.org)).await?;
    }
    let done = ctx.tenant().purge(organization.created_at, ctx.now, ITEMS).await?;
    Ok(if done { Outcome::Done } else { Outcome::Later(Duration::from_secs(1)) })
}

async fn forget_member(ctx: &Ctx, user: &User) -> Result<(), Error> {
    let account = account(&ctx.app, user.id).await?;
    let Some(account) = account.filter(|account| account.organizations.contains(&ctx.org)) else {
        return Ok(());
    };
    let mut change = ctx.tenant().change(ctx.audit("member.forgotten", user.id, Value::Null));
    if account.organizations.len() == 1 {
        change.remove_account(&account)?;
    } else {
        let organizations = account.organizations.iter().copied();
        let organizations = organizations.filter(|org| *org != ctx.org).collect();
        change.update_account(&account, &Account { organizations, ..account.value.clone() })?;
    }
    Ok(change.commit().await?)
}
