//! Labour cost rates: set with a first day, never rewritten in silence.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    cost_rate::{CostRate, Scope},
    id::TechnicianId,
    identity::Organization,
    job::Job,
    money::Money,
    period::Month,
    technician::Technician,
};
use clearmargin_store::{Basis, List, Listing, Stored, Tenant};
use jiff::civil::Date;
use serde_json::json;

use crate::{Ctx, Error};

/// The highest hourly cost taken for a rate rather than for a slip: 100,000 in major units.
const HIGHEST_MAJOR: i64 = 100_000;

/// A rate to set.
#[derive(Debug, Clone)]
pub struct NewCostRate {
    /// Whom it is for; none for the organisation's default.
    pub technician: Option<TechnicianId>,
    /// Cost of an hour, burden included.
    pub hourly: Money,
    /// The first day it applies.
    pub effective_from: Date,
}

/// Sets a rate; one of the same scope and day is replaced. Time it applies to is costed anew.
pub async fn set(ctx: &Ctx, new: NewCostRate) -> Result<CostRate, Error> {
    ctx.require(Action::CostRatesWrite)?;
    if let Some(rate) = ctx.replay().await? {
        return Ok(rate);
    }
    check(ctx, &new).await?;
    let NewCostRate { technician, hourly, effective_from } = new;
    let scope = Scope::of(technician, None).map_err(Error::internal)?;
    let id = CostRate::id_of(ctx.org, &scope, effective_from);
    let rate = CostRate { id, technician, role: None, hourly, effective_from };
    let tenant = ctx.tenant();
    let detail = json!({"technician": technician, "effectiveFrom": effective_from});
    let mut change = tenant.change(ctx.audit("costRate.set", id, detail));
    match tenant.get::<CostRate>(id).await? {
        Some(old) => change.update(&old, &rate)?,
        None => change.insert(&rate)?,
    }
    change.alters(Basis::CostRates)?;
    change.send(Job::Recost { rate: id, from: effective_from, month: Month::of(effective_from) });
    ctx.commit(change, rate).await
}

async fn check(ctx: &Ctx, new: &NewCostRate) -> Result<(), Error> {
    let organization = ctx.tenant().get::<Organization>(ctx.org).await?;
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    if new.hourly.currency != organization.currency {
        let message = format!("the organisation's books are in {}", organization.currency);
        return Err(Error::invalid("currency", message));
    }
    if new.hourly.minor < 0 || new.hourly.major() > HIGHEST_MAJOR.into() {
        return Err(Error::invalid("hourlyCost", "expected 0 to 100000"));
    }
    if !(1990..=2100).contains(&new.effective_from.year()) {
        return Err(Error::invalid("effectiveFrom", "expected a day between 1990 and 2100"));
    }
    if let Some(id) = new.technician {
        let known = ctx.tenant().get::<Technician>(id).await?;
        known.ok_or(Error::invalid("technicianId", "there is no such technician"))?;
    }
    Ok(())
}

/// The technicians' roles; none when no rate is for a role, so that they are not read for nothing.
pub(crate) async fn roles(
    tenant: Tenant<'_>,
    rates: &[Stored<CostRate>],
) -> Result<HashMap<TechnicianId, String>, Error> {
    if rates.iter().all(|rate| rate.role.is_none()) {
        return Ok(HashMap::new());
    }
    let technicians = tenant.all::<Technician>().await?;
    let role = |Technician { id, role, .. }: Technician| role.map(|role| (id, role));
    Ok(technicians.into_iter().filter_map(|stored| role(stored.value)).collect())
}

/// The rates, by id.
pub async fn list(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<CostRate>, Error> {
    ctx.require(Action::CostRatesRead)?;
    Ok(ctx.tenant().list(List::CostRates, limit, "cost-rates", cursor).await?)
}
