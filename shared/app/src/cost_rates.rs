//! Labour cost rates: set with a first day, never rewritten in silence.

mod preview;

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    cost_rate::{CostRate, RateCard, Scope},
    id::TechnicianId,
    job::Job,
    money::Money,
    period::Month,
    technician::Technician,
    time_entry::{LabourCost, TimeEntry},
};
use clearmargin_store::{Basis, BasisVersion, List, Listing, Tenant};
use jiff::civil::Date;
use serde_json::json;

use crate::{
    Ctx, Error,
    books::{self, KnownBooks},
    organizations, services,
};

pub use preview::{MAX_ENTRIES, Moves, Row, preview};

/// The highest hourly cost taken for a rate rather than for a slip: 100,000 in major units.
const HIGHEST_MAJOR: i64 = 100_000;

/// A rate to set.
#[derive(Debug, Clone)]
pub struct NewCostRate {
    /// The technician that it is for; none for a role's or the organisation's default.
    pub technician: Option<TechnicianId>,
    /// The role that it is for; never beside a technician.
    pub role: Option<String>,
    /// Cost of an hour, burden included.
    pub hourly: Money,
    /// The first day it applies.
    pub effective_from: Date,
}

/// Sets a rate; one of the same scope and day is replaced. Time it applies to is costed anew.
/// Refused when its first day lies in a closed month.
pub async fn set(ctx: &Ctx, new: NewCostRate) -> Result<CostRate, Error> {
    ctx.require(Action::CostRatesWrite)?;
    if let Some(rate) = ctx.replay().await? {
        return Ok(rate);
    }
    let (rate, books) = proposed(ctx, new).await?;
    let (id, effective_from) = (rate.id, rate.effective_from);
    let tenant = ctx.tenant();
    let detail = json!({
        "technician": rate.technician, "role": rate.role, "effectiveFrom": effective_from,
    });
    let mut change = tenant.change(ctx.audit("costRate.set", id, detail));
    change.set(tenant.get::<CostRate>(id).await?.as_ref(), &rate)?;
    change.rests_on(Basis::Books, books.version)?;
    change.alters(Basis::CostRates)?;
    change.send(Job::Recost { rate: id, from: effective_from, month: Month::of(effective_from) });
    ctx.commit(change, rate).await
}

/// The rate as it would be, if it may be, with the books that it was held against.
async fn proposed(ctx: &Ctx, new: NewCostRate) -> Result<(CostRate, KnownBooks), Error> {
    let scope = Scope::of(new.technician, new.role.as_deref());
    let scope = scope.map_err(|error| Error::invalid("role", error.to_string()))?;
    check(ctx, &new).await?;
    let books = books::known(ctx).await?;
    books.books.refuse(new.effective_from)?;
    let NewCostRate { technician, role, hourly, effective_from } = new;
    let id = CostRate::id_of(ctx.org, &scope, effective_from);
    let role = role.map(|role| role.trim().to_owned());
    Ok((CostRate { id, technician, role, hourly, effective_from }, books))
}

async fn check(ctx: &Ctx, new: &NewCostRate) -> Result<(), Error> {
    let organization = organizations::own(ctx, ctx.org).await?;
    services::in_books(&organization, new.hourly.currency, "")?;
    if new.hourly.minor < 0 || new.hourly.major() > HIGHEST_MAJOR.into() {
        return Err(Error::invalid("hourlyCost", "expected 0 to 100000"));
    }
    services::check_day(new.effective_from, "effectiveFrom")?;
    if let Some(id) = new.technician {
        let known = ctx.tenant().get::<Technician>(id).await?;
        known.ok_or(Error::invalid("technicianId", "there is no such technician"))?;
    }
    Ok(())
}

/// What time costs, as far as it is known, and the version of it that a change rests on.
pub(crate) struct KnownRates {
    /// The rates.
    pub(crate) card: RateCard,
    /// The technicians' roles.
    pub(crate) roles: HashMap<TechnicianId, String>,
    /// When that was so.
    pub(crate) version: BasisVersion,
}

impl KnownRates {
    /// What an entry cost.
    pub(crate) fn cost(&self, entry: &TimeEntry) -> Result<Option<LabourCost>, Error> {
        let role = self.role(entry.technician);
        let cost = self.card.cost(entry.technician, role, entry.day, entry.worked);
        cost.map_err(Error::internal)
    }

    /// A technician's role.
    pub(crate) fn role(&self, technician: TechnicianId) -> Option<&str> {
        self.roles.get(&technician).map(String::as_str)
    }
}

/// The rates and the roles that they are for.
pub(crate) async fn known(tenant: Tenant<'_>) -> Result<(Vec<CostRate>, KnownRates), Error> {
    // The version first: what is read after it is at least as new.
    let version = tenant.basis(Basis::CostRates).await?;
    let rates = tenant.all::<CostRate>().await?;
    let rates: Vec<_> = rates.into_iter().map(|rate| rate.value).collect();
    let roles = roles_of(tenant, &rates).await?;
    let card = RateCard::new(rates.clone());
    Ok((rates, KnownRates { card, roles, version }))
}

/// The technicians' roles; none when no rate is for a role, so that they are not read for nothing.
pub(crate) async fn roles_of(
    tenant: Tenant<'_>,
    rates: &[CostRate],
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
