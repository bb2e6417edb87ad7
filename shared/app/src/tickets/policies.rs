//! Service level policies, and keeping open tickets measured by them.

use clearmargin_domain::{
    access::Action,
    id::{ClientId, SlaPolicyId},
    identity::{Holiday, Name, TimeZoneName},
    job::Job,
    sla::{AtRiskPercent, SlaHours, SlaPolicy, SlaTargets},
    ticket::Ticket,
};
use clearmargin_store::{Change, List, Stored};
use jiff::civil::Date;
use serde_json::json;

use super::Measuring;
use crate::{Ctx, Error, Precondition, clients, jobs::Outcome};

/// How many policies an organisation may have: each ticket that changes reads all of them.
const POLICIES: usize = 100;
/// How many tickets one transaction measures anew.
const BATCH: usize = 25;
/// How many batches one look of the schedule takes on: the rest waits for the next one.
const BATCHES: usize = 20;

/// What a policy says.
#[derive(Debug, Clone)]
pub struct PolicyDetails {
    /// What it is called.
    pub name: Name,
    /// Which client it is for; none for all that have none of their own.
    pub client: Option<ClientId>,
    /// What it promises.
    pub targets: SlaTargets,
    /// When its clocks run.
    pub hours: SlaHours,
    /// The zone whose clocks the hours and holidays are by; none for the organisation's.
    pub time_zone: Option<TimeZoneName>,
    /// Days on which its clocks do not run; none for the organisation's holidays.
    pub holidays: Option<Vec<Holiday>>,
    /// How much of a target may be used up before a ticket is at risk.
    pub at_risk: AtRiskPercent,
    /// The first day whose tickets it is for; today unless said.
    pub effective_from: Option<Date>,
}

impl PolicyDetails {
    fn policy(self, id: SlaPolicyId, effective_from: Date) -> SlaPolicy {
        let Self { name, client, targets, hours, time_zone, holidays, at_risk, .. } = self;
        SlaPolicy { id, name, client, targets, hours, time_zone, holidays, at_risk, effective_from }
    }
}

/// Policies, by id: the oldest first, which wins where two claim the same tickets.
pub async fn policies(ctx: &Ctx) -> Result<Vec<Stored<SlaPolicy>>, Error> {
    ctx.require(Action::TicketsRead)?;
    Ok(ctx.tenant().all::<SlaPolicy>().await?)
}

/// A policy.
pub async fn policy(ctx: &Ctx, id: SlaPolicyId) -> Result<Stored<SlaPolicy>, Error> {
    ctx.require(Action::TicketsRead)?;
    found(ctx, id).await
}

async fn found(ctx: &Ctx, id: SlaPolicyId) -> Result<Stored<SlaPolicy>, Error> {
    ctx.tenant().get::<SlaPolicy>(id).await?.ok_or(Error::NotFound("SLA policy"))
}

/// Adds a policy. Open tickets are measured by it in the background.
pub async fn add_policy(ctx: &Ctx, details: PolicyDetails) -> Result<SlaPolicy, Error> {
    ctx.require(Action::DeskManage)?;
    if let Some(policy) = ctx.replay().await? {
        return Ok(policy);
    }
    check(ctx, &details).await?;
    if ctx.tenant().all::<SlaPolicy>().await?.len() >= POLICIES {
        return Err(Error::conflict("too_many", format!("there are {POLICIES} policies already")));
    }
    let from = effective_from(ctx, &details).await?;
    let policy = details.policy(SlaPolicyId::new(ctx.now, ctx.app.random()), from);
    let mut change = ctx.tenant().change(ctx.audit("slaPolicy.added", policy.id, json!({})));
    change.insert(&policy)?;
    settle_all(&mut change);
    ctx.commit(change, policy).await
}

/// Writes a policy anew. Open tickets are measured by it in the background; what is done stays
/// measured as it was.
pub async fn replace_policy(
    ctx: &Ctx,
    id: SlaPolicyId,
    details: PolicyDetails,
    seen: &Precondition,
) -> Result<Stored<SlaPolicy>, Error> {
    ctx.require(Action::DeskManage)?;
    let old = found(ctx, id).await?;
    seen.check(old.version)?;
    check(ctx, &details).await?;
    let from = details.effective_from.unwrap_or(old.effective_from);
    let policy = details.policy(id, from);
    if policy == old.value {
        return Ok(old);
    }
    let mut change = ctx.tenant().change(ctx.audit("slaPolicy.changed", id, json!({})));
    change.update(&old, &policy)?;
    settle_all(&mut change);
    change.commit().await?;
    Ok(Stored { value: policy, version: old.version + 1 })
}

/// Removes a policy. What it promised of open tickets is promised no more; what is done stays
/// measured as it was.
pub async fn remove_policy(ctx: &Ctx, id: SlaPolicyId) -> Result<(), Error> {
    ctx.require(Action::DeskManage)?;
    let old = found(ctx, id).await?;
    let mut change = ctx.tenant().change(ctx.audit("slaPolicy.removed", id, json!({})));
    change.delete(&old)?;
    settle_all(&mut change);
    Ok(change.commit().await?)
}

async fn check(ctx: &Ctx, details: &PolicyDetails) -> Result<(), Error> {
    if let Some(id) = details.client {
        clients::named(ctx, id, "clientId").await?;
    }
    let days = details.effective_from.map(Date::year);
    if days.is_some_and(|year| !(1990..=2100).contains(&year)) {
        return Err(Error::invalid("effectiveFrom", "expected a day between 1990 and 2100"));
    }
    Ok(())
}

async fn effective_from(ctx: &Ctx, details: &PolicyDetails) -> Result<Date, Error> {
    match details.effective_from {
        Some(day) => Ok(day),
        None => Ok(Measuring::read(ctx).await?.day(ctx.now)),
    }
}

fn settle_all(change: &mut Change<'_>) {
    change.send(Job::MeasureTickets { cursor: None });
}

/// Measures the next open tickets anew, then orders the ones after them.
pub(crate) async fn measure(ctx: &Ctx, cursor: Option<&str>) -> Result<Outcome, Error> {
    let tenant = ctx.tenant();
    let page = tenant.list::<Ticket>(List::OpenTickets, BATCH, "measure", cursor).await?;
    let measuring = Measuring::read(ctx).await?;
    let measured = measure_batch(ctx, &measuring, &page.items, page.next).await?;
    Ok(measured.map_or(Outcome::Later(std::time::Duration::ZERO), |_| Outcome::Done))
}

/// Measures anew the tickets of which a promise is at stake by now: how many.
pub(crate) async fn settle_due(ctx: &Ctx) -> Result<usize, Error> {
    let mut due = ctx.tenant().tickets_due(ctx.now, BATCH).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let measuring = Measuring::read(ctx).await?;
    let mut all = 0;
    for _ in 0..BATCHES {
        match measure_batch(ctx, &measuring, &due, None).await? {
            // Somebody changed one of them, and with it measured it: the index will show that soon.
            None | Some(0) => break,
            Some(count) => all += count,
        }
        due = ctx.tenant().tickets_due(ctx.now, BATCH).await?;
    }
    Ok(all)
}

/// Writes what has changed by time alone: how many tickets, or none where somebody else was at one
/// of them. `next` is where the tickets after these are.
async fn measure_batch(
    ctx: &Ctx,
    measuring: &Measuring,
    tickets: &[Stored<Ticket>],
    next: Option<String>,
) -> Result<Option<usize>, Error> {
    let mut changed = Vec::new();
    for ticket in tickets {
        let mut after = ticket.value.clone();
        measuring.settle(&mut after, ctx.now);
        if after != ticket.value {
            changed.push((ticket, after));
        }
    }
    if changed.is_empty() && next.is_none() {
        return Ok(Some(0));
    }
    let detail = json!({"tickets": changed.len()});
    let mut change = ctx.tenant().change(ctx.audit("tickets.measured", ctx.org, detail));
    for (before, after) in &changed {
        change.update(before, after)?;
    }
    if let Some(cursor) = next {
        change.send(Job::MeasureTickets { cursor: Some(cursor) });
    }
    Ok(change.attempt().await?.then_some(changed.len()))
}
