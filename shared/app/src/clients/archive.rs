//! Putting clients away, and getting them back.

use clearmargin_domain::{
    access::Action,
    client::{ClientProfile, ClientStatus},
    id::ClientId,
    period::{Month, Period},
    rollup::Subject,
};
use serde_json::{Value, json};

use super::{
    ClientGroup, group_of,
    profile::{effective, write},
};
use crate::{Ctx, Error};

/// How long ago an open invoice may have been due that still counts, in months.
const BACK: i32 = 84;
/// How far ahead it may be due.
const AHEAD: i32 = 12;

/// Puts a client away, which hides it from lists and changes nothing else; doing it twice is once.
/// One that still owes something is put away only by `force`.
pub async fn archive(ctx: &Ctx, id: ClientId, force: bool) -> Result<(), Error> {
    ctx.require(Action::ClientsWrite)?;
    let group = group_of(ctx, id).await?;
    if group.status() == ClientStatus::Archived {
        return Ok(());
    }
    if !force && owes(ctx, &group).await? {
        let message = "the client has open invoices; `force=true` archives it all the same";
        return Err(Error::conflict("open_invoices", message));
    }
    let after = ClientProfile { archived_at: Some(ctx.now), ..effective(&group) };
    let audit = ctx.audit("client.archived", group.lead().id, json!({"force": force}));
    let mut change = ctx.tenant().change(audit);
    write(&mut change, &group, after)?;
    ctx.commit(change, ()).await
}

/// Gets a client back that was put away.
pub async fn restore(ctx: &Ctx, id: ClientId) -> Result<ClientId, Error> {
    ctx.require(Action::ClientsWrite)?;
    if let Some(restored) = ctx.replay().await? {
        return Ok(restored);
    }
    let group = group_of(ctx, id).await?;
    if group.status() != ClientStatus::Archived {
        return Err(Error::conflict("not_archived", "the client is not archived"));
    }
    let after = ClientProfile { archived_at: None, ..effective(&group) };
    let audit = ctx.audit("client.restored", group.lead().id, Value::Null);
    let mut change = ctx.tenant().change(audit);
    write(&mut change, &group, after)?;
    ctx.commit(change, group.lead().id).await
}

/// Whether anything is open on its invoices, by the sums: an invoice of a moment ago may be missing.
async fn owes(ctx: &Ctx, group: &ClientGroup) -> Result<bool, Error> {
    let now = Month::of(jiff::tz::TimeZone::UTC.to_datetime(ctx.now).date());
    let period = Period::new(now.plus(-BACK), now.plus(AHEAD), usize::MAX);
    let period = period.map_err(Error::internal)?;
    for record in group.ids() {
        let months = ctx.tenant().rollups(Subject::Client(record), period).await?;
        // A credit that one invoice shows does not pay another.
        if months.values().any(|sums| sums.open_minor > 0) {
            return Ok(true);
        }
    }
    Ok(false)
}
