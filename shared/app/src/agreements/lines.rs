//! The lines of agreements.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    agreement::{
        Agreement, AgreementFields, AgreementKind, AgreementLine, AgreementStatus, AgreementTerms,
        DatedPrice, Frequency, Prices, PricingUnit, Quantity,
    },
    id::{AgreementId, AgreementLineId, ClientId, ServiceId, TaxCodeId},
    identity::{Name, Organization},
    money::Money,
    service::{Offering, Service},
};
use clearmargin_store::{Basis, Stored};
use jiff::civil::Date;
use serde_json::json;

use super::{change, check_term, own, own_line, terms};
use crate::{Ctx, Error, Precondition, books, clients, organizations, services, tax_codes};

/// The most lines of an agreement.
const MOST_LINES: usize = 100;
/// The most prices of a line.
const MOST_PRICES: usize = 200;
/// The most minutes that a charge includes.
const MOST_MINUTES: u32 = 1_000_000;

/// A line as it is to be.
#[derive(Debug, Clone)]
pub struct LineChange {
    /// The catalogue entry sold.
    pub service: Option<ServiceId>,
    /// What it says.
    pub description: String,
    /// Work or product; that of the catalogue entry unless said.
    pub offering: Option<Offering>,
    /// What the price is for.
    pub unit: PricingUnit,
    /// How many units one charge is for.
    pub quantity: Quantity,
    /// What a unit costs, and what it costs to buy; unless said, of a new line the list price, and
    /// of another what it is.
    pub price: Option<(Money, Option<Money>)>,
    /// From when on the price applies: unless said, from the line's first day when it is new, and
    /// from today when it is changed.
    pub price_from: Option<Date>,
    /// How often it is charged; as the agreement's terms say unless said.
    pub frequency: Option<Frequency>,
    /// First day.
    pub start: Date,
    /// Last day, when one is agreed.
    pub end: Option<Date>,
    /// Minutes of work that the price includes with every charge.
    pub included_minutes: Option<u32>,
    /// Which taxes its invoices charge; those of the agreement's terms unless said.
    pub tax_code: Option<TaxCodeId>,
}

/// A line that is in force, as its client sees it.
#[derive(Debug, Clone)]
pub struct Sold {
    /// The line.
    pub line: AgreementLine,
    /// The agreement's name.
    pub agreement: String,
    /// The catalogue entry's name.
    pub service: Option<String>,
    /// What a unit costs today.
    pub unit_price: Option<Money>,
    /// Its part of the contracted monthly recurring revenue.
    pub mrr: Option<Money>,
}

/// A line of an agreement.
pub async fn line(
    ctx: &Ctx,
    agreement: AgreementId,
    id: AgreementLineId,
) -> Result<Stored<AgreementLine>, Error> {
    ctx.require(Action::AgreementsRead)?;
    own(ctx, agreement).await?;
    own_line(ctx, agreement, id).await
}

/// Adds a line to an agreement that has not ended.
pub async fn add_line(
    ctx: &Ctx,
    agreement: AgreementId,
    new: LineChange,
) -> Result<AgreementLine, Error> {
    ctx.require(Action::AgreementsWrite)?;
    if let Some(line) = ctx.replay().await? {
        return Ok(line);
    }
    let agreement = own(ctx, agreement).await?;
    let terms = terms(ctx, &agreement).await?;
    let draft = Draft::new(ctx, &new).await?;
    draft.check_on_sale()?;
    let line = draft.line(&agreement, terms.as_deref(), new)?;
    open(ctx, &agreement).await?;
    let detail = json!({"line": line.id, "service": line.service});
    let mut change = ctx.tenant().change(ctx.audit("agreement.lineAdded", agreement.id, detail));
    // The agreement's version counts its lines' changes.
    change.update(&agreement, &agreement.value)?;
    change.insert(&line)?;
    ctx.commit(change, line).await
}

/// Goes on only with an agreement that takes lines.
async fn open(ctx: &Ctx, agreement: &Agreement) -> Result<(), Error> {
    if agreement.status == AgreementStatus::Inactive {
        return Err(Error::conflict("agreement_ended", "the agreement has ended"));
    }
    if ctx.tenant().lines_of(agreement.id).await?.len() >= MOST_LINES {
        return Err(Error::conflict("too_many_lines", "at most 100 lines of one agreement"));
    }
    Ok(())
}

/// Changes a line. Another price is set from its day on, which may lie in no closed month; earlier
/// prices stay. `seen` is what the caller has seen.
pub async fn update_line(
    ctx: &Ctx,
    agreement: AgreementId,
    id: AgreementLineId,
    new: LineChange,
    seen: &Precondition,
) -> Result<Stored<AgreementLine>, Error> {
    ctx.require(Action::AgreementsWrite)?;
    let agreement = own(ctx, agreement).await?;
    let old = own_line(ctx, agreement.id, id).await?;
    seen.check(old.version)?;
    let terms = terms(ctx, &agreement).await?;
    let keeps_price = new.price.is_none();
    let last = old.prices.all().last().map(|price| (price.unit_price, price.unit_cost));
    let new = LineChange { price: new.price.or(last), ..new };
    let draft = Draft::new(ctx, &new).await?;
    let known = books::known(ctx).await?;
    let from = new.price_from.unwrap_or_else(|| draft.today.max(new.start));
    let kept = AgreementLine {
        id,
        prices: old.prices.clone(),
        ..draft.line(&agreement, terms.as_deref(), new)?
    };
    let same = |price: &DatedPrice| {
        price.unit_price == draft.price.unit_price && price.unit_cost == draft.price.unit_cost
    };
    let after = if keeps_price || old.price_on(from).is_some_and(same) {
        kept
    } else {
        let price = DatedPrice { effective_from: from, ..draft.price };
        kept.set_price(price, known.books).map_err(services::refused)?
    };
    if after.prices.all().len() > MOST_PRICES {
        return Err(Error::conflict("too_many_prices", "at most 200 prices of one line"));
    }
    if after == old.value {
        return Ok(old);
    }
    let detail = json!({"line": id, "priced": after.prices != old.prices});
    let mut change = ctx.tenant().change(ctx.audit("agreement.lineChanged", agreement.id, detail));
    change.rests_on(Basis::Books, known.version)?;
    change.update(&agreement, &agreement.value)?;
    change.update(&old, &after)?;
    change.commit().await?;
    Ok(Stored { value: after, version: old.version + 1 })
}

/// Ends a line: one that has not begun is removed, another stays with yesterday as its last day, or
/// its first if it begins today.
pub async fn remove_line(
    ctx: &Ctx,
    agreement: AgreementId,
    id: AgreementLineId,
) -> Result<(), Error> {
    ctx.require(Action::AgreementsWrite)?;
    let agreement = own(ctx, agreement).await?;
    let old = own_line(ctx, agreement.id, id).await?;
    let today = books::today(ctx).await?;
    let last = today.yesterday().unwrap_or(today).max(old.start);
    if old.end.is_some_and(|end| end <= last) {
        return Ok(());
    }
    let detail = json!({"line": id});
    let mut change = ctx.tenant().change(ctx.audit("agreement.lineEnded", agreement.id, detail));
    change.update(&agreement, &agreement.value)?;
    if old.start > today {
        change.delete(&old)?;
    } else {
        change.update(&old, &AgreementLine { end: Some(last), ..old.value.clone() })?;
    }
    Ok(change.commit().await?)
}

/// Where a service that is assigned to a client goes.
#[derive(Debug, Clone)]
pub enum Place {
    /// Into an agreement that there is.
    Agreement(AgreementId),
    /// Into a new one of that name, with the line's term.
    New(Name),
}

/// What assigning a service made.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Assigned {
    /// The agreement.
    pub agreement: Agreement,
    /// Its new line.
    pub line: AgreementLine,
}

/// Sells a service to a client: as a line of an agreement with the client, which may be a new one.
pub async fn assign(
    ctx: &Ctx,
    service: ServiceId,
    client: ClientId,
    place: Place,
    new: LineChange,
) -> Result<Assigned, Error> {
    ctx.require(Action::AgreementsWrite)?;
    if let Some(assigned) = ctx.replay().await? {
        return Ok(assigned);
    }
    services::own(ctx, service).await?;
    change::check_client(ctx, client).await?;
    let new = LineChange { service: Some(service), ..new };
    let draft = Draft::new(ctx, &new).await?;
    draft.check_on_sale()?;
    let detail = json!({"client": client, "service": service});
    let (agreement, line, change) = match place {
        Place::Agreement(id) => {
            let agreement = ctx.tenant().get::<Agreement>(id).await?;
            let agreement = agreement.filter(|agreement| agreement.client == client);
            let message = "the client has no such agreement";
            let agreement = agreement.ok_or(Error::invalid("agreementId", message))?;
            let terms = terms(ctx, &agreement).await?;
            open(ctx, &agreement).await?;
            let line = draft.line(&agreement, terms.as_deref(), new)?;
            let mut change = ctx.tenant().change(ctx.audit("service.assigned", id, detail));
            change.update(&agreement, &agreement.value)?;
            (agreement.value, line, change)
        }
        Place::New(name) => {
            let agreement = change::made(ctx, client, fields(&name, &new));
            let frequency = new.frequency.unwrap_or(Frequency::Monthly);
            let terms = AgreementTerms::new(agreement.id, client, frequency);
            let line = draft.line(&agreement, Some(&terms), new)?;
            let audit = ctx.audit("service.assigned", agreement.id, detail);
            let mut change = ctx.tenant().change(audit);
            change.insert(&agreement)?;
            change.insert(&terms)?;
            (agreement, line, change)
        }
    };
    let mut change = change;
    change.insert(&line)?;
    ctx.commit(change, Assigned { agreement, line }).await
}

/// A new agreement for a line.
fn fields(name: &Name, line: &LineChange) -> AgreementFields {
    let kind = if line.unit == PricingUnit::Hour {
        AgreementKind::TimeAndMaterial
    } else {
        AgreementKind::Service
    };
    AgreementFields {
        name: name.as_str().to_owned(),
        kind,
        status: AgreementStatus::Active,
        start: line.start,
        end: line.end,
    }
}

/// The lines in force of a client's agreements in force, by agreement.
pub async fn of_client(ctx: &Ctx, client: ClientId) -> Result<Vec<Sold>, Error> {
    ctx.require(Action::AgreementsRead)?;
    let records = clients::group_of(ctx, client).await?.ids();
    let tenant = ctx.tenant();
    let today = books::today(ctx).await?;
    let mut lines = Vec::new();
    for record in records {
        lines.extend(tenant.lines_of_client(record).await?.into_iter().map(|line| line.value));
    }
    lines.retain(|line| line.is_active_on(today));
    let agreements: Vec<_> = lines.iter().map(|line| line.agreement).collect();
    let terms = tenant.get_many::<AgreementTerms>(&agreements).await?;
    let terms: HashMap<_, _> = terms.into_iter().map(|it| (it.agreement, it.value)).collect();
    let agreements = tenant.get_many::<Agreement>(&agreements).await?;
    let agreements = agreements.into_iter().filter(|agreement| agreement.is_in_force_on(today));
    let agreements: HashMap<_, _> = agreements.map(|it| (it.id, it.value.name)).collect();
    let services: Vec<_> = lines.iter().filter_map(|line| line.service).collect();
    let services = tenant.get_many::<Service>(&services).await?;
    let services: HashMap<_, _> = services.into_iter().map(|it| (it.id, it.value.name)).collect();
    let sold = |line: AgreementLine| {
        let agreement = agreements.get(&line.agreement)?.clone();
        let escalator = terms.get(&line.agreement).and_then(|terms| terms.escalator.as_ref());
        let unit_price = line.unit_price_on(today, escalator);
        let mrr = line.monthly_value(today, escalator);
        let service = line.service.and_then(|id| services.get(&id).cloned());
        let sold = |unit_price, mrr| Sold { line, agreement, service, unit_price, mrr };
        Some(unit_price.and_then(|price| Ok(sold(price, mrr?))).map_err(Error::internal))
    };
    lines.into_iter().filter_map(sold).collect()
}

/// What a line is held against.
struct Draft {
    today: Date,
    service: Option<Service>,
    price: DatedPrice,
    id: AgreementLineId,
}

impl Draft {
    async fn new(ctx: &Ctx, new: &LineChange) -> Result<Self, Error> {
        check_term(new.start, new.end)?;
        if new.included_minutes.is_some_and(|minutes| minutes > MOST_MINUTES) {
            return Err(Error::invalid("includedMinutes", "expected at most 1000000 minutes"));
        }
        tax_codes::check(ctx, new.tax_code, "taxCodeId").await?;
        let organization = organizations::own(ctx, ctx.org).await?;
        let today = books::today_in(ctx, &organization)?;
        let service = match new.service {
            Some(id) => Some(
                ctx.tenant()
                    .get::<Service>(id)
                    .await?
                    .ok_or(Error::invalid("serviceId", "there is no such service"))?
                    .value,
            ),
            None => None,
        };
        let price = price(&organization, today, service.as_ref(), new)?;
        let id = AgreementLineId::new(ctx.now, ctx.app.random());
        Ok(Self { today, service, price, id })
    }

    /// Goes on only if the service is still sold.
    fn check_on_sale(&self) -> Result<(), Error> {
        if self.service.as_ref().is_none_or(|service| service.active) {
            return Ok(());
        }
        Err(Error::conflict("service_archived", "the service is no longer sold"))
    }

    fn line(
        &self,
        agreement: &Agreement,
        terms: Option<&AgreementTerms>,
        new: LineChange,
    ) -> Result<AgreementLine, Error> {
        let listed = self.service.as_ref().map(|service| service.offering);
        let agreed = terms.map(|terms| terms.frequency);
        Ok(AgreementLine {
            id: self.id,
            agreement: agreement.id,
            client: agreement.client,
            service: new.service,
            description: new.description,
            offering: new.offering.or(listed).unwrap_or(Offering::Service),
            unit: new.unit,
            quantity: new.quantity,
            prices: Prices::new(vec![self.price]).map_err(services::refused)?,
            frequency: new.frequency.or(agreed).unwrap_or(Frequency::Monthly),
            start: new.start,
            end: new.end,
            included_minutes: new.included_minutes,
            tax_code: new.tax_code,
        })
    }
}

/// The price as it is asked for, else the list price of the day.
fn price(
    organization: &Organization,
    today: Date,
    service: Option<&Service>,
    new: &LineChange,
) -> Result<DatedPrice, Error> {
    let listed = || {
        let service = service?;
        Some((service.list_price(today)?, service.unit_cost(today)))
    };
    let (unit_price, unit_cost) = new.price.or_else(listed).ok_or_else(|| {
        Error::invalid("unitPrice", "the service has no list price; say what a unit costs")
    })?;
    let effective_from = new.price_from.unwrap_or(new.start);
    let price = DatedPrice { effective_from, unit_price, unit_cost };
    services::check_day(effective_from, "priceFrom")?;
    services::check_price(organization, &price, "")?;
    Ok(price)
}
