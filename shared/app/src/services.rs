//! The catalogue: what is sold, and for how much.

use std::collections::HashSet;

use clearmargin_domain::{
    access::Action,
    agreement::{Agreement, AgreementLine, DatedPrice, PriceError},
    id::ServiceId,
    identity::{Name, Organization},
    money::{Currency, Money},
    service::{Offering, Service, ServiceFields},
};
use clearmargin_store::{Basis, Stored};
use jiff::civil::Date;
use serde_json::json;

use crate::{Ctx, Error, Precondition, books, organizations, sorted};

/// The most list prices of one catalogue entry.
const MOST_PRICES: usize = 200;
/// The highest price taken for a price rather than for a slip: 1,000,000 in major units.
const HIGHEST_MAJOR: i64 = 1_000_000;

/// Which catalogue entries; everything that is said has to hold.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// What the name contains, in whatever case.
    pub text: Option<String>,
    /// Work or product.
    pub offering: Option<Offering>,
    /// Whether it is still sold.
    pub active: Option<bool>,
}

impl Wanted {
    fn takes(&self, service: &Service) -> bool {
        let contains = |text: &String| service.name.to_lowercase().contains(&text.to_lowercase());
        self.text.as_ref().is_none_or(contains)
            && self.offering.is_none_or(|wanted| wanted == service.offering)
            && self.active.is_none_or(|wanted| wanted == service.active)
    }
}

/// A catalogue entry as it is to be.
#[derive(Debug, Clone)]
pub struct ServiceChange {
    /// Its name.
    pub name: Name,
    /// Work or product.
    pub offering: Offering,
    /// Whether it is still sold.
    pub active: bool,
}

impl ServiceChange {
    fn fields(self) -> ServiceFields {
        let Self { name, offering, active } = self;
        ServiceFields { name: name.as_str().to_owned(), offering, active }
    }
}

/// A page of catalogue entries, by name, and where the next one begins.
pub async fn list(
    ctx: &Ctx,
    wanted: &Wanted,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Vec<Service>, Option<String>), Error> {
    ctx.require(Action::ClientsRead)?;
    let services = ctx.tenant().all::<Service>().await?.into_iter().map(|stored| stored.value);
    let services = services.filter(|service| wanted.takes(service));
    let rows = services.map(|it| (sorted::by_name(&it.name, it.id), it)).collect();
    sorted::page(ctx, &format!("services|{wanted:?}"), rows, limit, cursor)
}

/// A catalogue entry.
pub async fn get(ctx: &Ctx, id: ServiceId) -> Result<Stored<Service>, Error> {
    ctx.require(Action::ClientsRead)?;
    own(ctx, id).await
}

pub(crate) async fn own(ctx: &Ctx, id: ServiceId) -> Result<Stored<Service>, Error> {
    ctx.tenant().get::<Service>(id).await?.ok_or(Error::NotFound("service"))
}

/// Adds a catalogue entry, with a first list price if there is one.
pub async fn create(
    ctx: &Ctx,
    new: ServiceChange,
    price: Option<DatedPrice>,
) -> Result<Service, Error> {
    ctx.require(Action::ServicesWrite)?;
    if let Some(service) = ctx.replay().await? {
        return Ok(service);
    }
    let ServiceFields { name, offering, active } = new.fields();
    let id = ServiceId::new(ctx.now, ctx.app.random());
    let mut service = Service {
        id,
        name,
        offering,
        unit_price: None,
        purchase_cost: None,
        bought_on: None,
        active,
        origin: None,
        pricing: None,
        said: None,
    };
    let mut change = ctx.tenant().change(ctx.audit("service.created", id, json!({})));
    if let Some(price) = price {
        let organization = organizations::own(ctx, ctx.org).await?;
        check_price(&organization, &price, "price.")?;
        let known = books::known(ctx).await?;
        service = service.priced(price, known.books).map_err(refused)?;
        change.rests_on(Basis::Books, known.version)?;
    }
    change.insert(&service)?;
    ctx.commit(change, service).await
}

/// Changes a catalogue entry. `seen` is what the caller has seen.
pub async fn update(
    ctx: &Ctx,
    id: ServiceId,
    new: ServiceChange,
    seen: &Precondition,
) -> Result<Stored<Service>, Error> {
    ctx.require(Action::ServicesWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    let after = old.edited(new.fields());
    save(ctx, "service.changed", old, after).await
}

/// Sets a list price from a day on, in place of one of the same day; refused in a closed month.
pub async fn set_price(
    ctx: &Ctx,
    id: ServiceId,
    price: DatedPrice,
    seen: &Precondition,
) -> Result<Stored<Service>, Error> {
    ctx.require(Action::ServicesWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    let organization = organizations::own(ctx, ctx.org).await?;
    check_price(&organization, &price, "")?;
    let known = books::known(ctx).await?;
    let after = old.priced(price, known.books).map_err(refused)?;
    let count = after.pricing.as_ref().map_or(0, |pricing| pricing.prices.all().len());
    if count > MOST_PRICES {
        return Err(Error::conflict("too_many_prices", "at most 200 prices of one service"));
    }
    if after == old.value {
        return Ok(old);
    }
    let detail = json!({"effectiveFrom": price.effective_from});
    let mut change = ctx.tenant().change(ctx.audit("service.priced", id, detail));
    change.rests_on(Basis::Books, known.version)?;
    change.update(&old, &after)?;
    change.commit().await?;
    Ok(Stored { value: after, version: old.version + 1 })
}

/// Takes a catalogue entry off sale; what was sold stays. Refused while agreements in force have
/// lines of it, unless that is known and wanted.
pub async fn archive(ctx: &Ctx, id: ServiceId, force: bool) -> Result<(), Error> {
    ctx.require(Action::ServicesWrite)?;
    let old = own(ctx, id).await?;
    if !old.active {
        return Ok(());
    }
    let today = books::today(ctx).await?;
    if !force && is_sold(ctx, id, today).await? {
        let message = "lines of agreements in force sell it; say force=true to archive it anyway";
        return Err(Error::conflict("service_in_use", message));
    }
    let after = old.edited(ServiceFields { active: false, ..old.fields() });
    save(ctx, "service.archived", old, after).await.map(|_| ())
}

async fn is_sold(ctx: &Ctx, id: ServiceId, today: Date) -> Result<bool, Error> {
    let tenant = ctx.tenant();
    let lines = tenant.all::<AgreementLine>().await?;
    let lines = lines.iter().filter(|line| line.service == Some(id) && line.is_active_on(today));
    let agreements: HashSet<_> = lines.map(|line| line.agreement).collect();
    let agreements: Vec<_> = agreements.into_iter().collect();
    let agreements = tenant.get_many::<Agreement>(&agreements).await?;
    Ok(agreements.iter().any(|agreement| agreement.is_in_force_on(today)))
}

async fn save(
    ctx: &Ctx,
    action: &str,
    old: Stored<Service>,
    after: Service,
) -> Result<Stored<Service>, Error> {
    if after == old.value {
        return Ok(old);
    }
    let detail = json!({
        "name": (after.name != old.name).then_some(&after.name),
        "offering": (after.offering != old.offering).then_some(after.offering),
        "active": (after.active != old.active).then_some(after.active),
    });
    let mut change = ctx.tenant().change(ctx.audit(action, old.id, detail));
    change.update(&old, &after)?;
    change.commit().await?;
    Ok(Stored { value: after, version: old.version + 1 })
}

/// Goes on only with a price that can be meant, in the currency of the books; what is refused is
/// named under `place`.
pub(crate) fn check_price(
    organization: &Organization,
    price: &DatedPrice,
    place: &str,
) -> Result<(), Error> {
    in_books(organization, price.unit_price.currency, place)?;
    check_amount(price.unit_price, &format!("{place}unitPrice"))?;
    if let Some(cost) = price.unit_cost {
        check_amount(cost, &format!("{place}unitCost"))?;
    }
    check_day(price.effective_from, &format!("{place}effectiveFrom"))
}

fn check_amount(amount: Money, path: &str) -> Result<(), Error> {
    let fits = amount.minor >= 0 && amount.major() <= HIGHEST_MAJOR.into();
    if fits { Ok(()) } else { Err(Error::invalid(path, "expected 0 to 1000000")) }
}

/// Goes on only with a day that figures can begin at.
pub(crate) fn check_day(day: Date, path: &str) -> Result<(), Error> {
    let near = (1990..=2100).contains(&day.year());
    if near { Ok(()) } else { Err(Error::invalid(path, "expected a day between 1990 and 2100")) }
}

/// Goes on only with the currency of the organisation's books.
pub(crate) fn in_books(
    organization: &Organization,
    currency: Currency,
    place: &str,
) -> Result<(), Error> {
    if currency == organization.currency {
        return Ok(());
    }
    let message = format!("the organisation's books are in {}", organization.currency);
    Err(Error::invalid(format!("{place}currency"), message))
}

/// Why prices are refused, in words of the API.
pub(crate) fn refused(error: PriceError) -> Error {
    match error {
        PriceError::Closed(closed) => closed.into(),
        PriceError::MixedCurrencies => Error::invalid("currency", error.to_string()),
        PriceError::None | PriceError::Twice(_) => Error::invalid("unitPrice", error.to_string()),
    }
}
