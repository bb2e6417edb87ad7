//! Drafts: made, changed and thrown away as long as nobody has seen them.

use std::collections::{HashMap, HashSet};

use clearmargin_domain::{
    access::Action,
    agreement::Days,
    billing::{BillingError, Discount, LineQuantity, TaxCode, TaxRounding, UnitPrice},
    exchange::{ExchangeRate, RateSource},
    id::{ClientId, InvoiceId, ServiceId, TaxCodeId},
    identity::Organization,
    invoice::{DocumentKind, DocumentState, Draft, DraftLine, Invoice, SpanError, span},
    money::Currency,
    recurring::BilledPeriod,
    service::{Offering, Service},
};
use clearmargin_store::Stored;
use jiff::{ToSpan as _, civil::Date};
use rust_decimal::Decimal;
use serde_json::json;

use super::own;
use crate::{Ctx, Error, Precondition, books, clients, organizations, recurring, services};

/// The most lines of a document.
const LINES: usize = 200;
/// After how many days a document is due unless somebody says.
const TERMS: i64 = 30;

/// A line to charge for.
#[derive(Debug, Clone)]
pub struct LineChange {
    /// The catalogue entry; what is not said of the line follows from it.
    pub service: Option<ServiceId>,
    /// Work or product; as its catalogue entry says, or work, unless said.
    pub offering: Option<Offering>,
    /// What it says.
    pub description: Option<String>,
    /// How much of it.
    pub quantity: LineQuantity,
    /// The price of one.
    pub unit_price: Option<UnitPrice>,
    /// What is taken off.
    pub discount: Option<Discount>,
    /// Which taxes it bears.
    pub tax_code: Option<TaxCodeId>,
    /// The days that it charges for, if it recurs.
    pub recurs: Option<Days>,
}

/// A draft as it is to be.
#[derive(Debug, Clone)]
pub struct DraftChange {
    /// Charges or gives back.
    pub kind: DocumentKind,
    /// Whose it is, by the id of any of the client's records.
    pub client: ClientId,
    /// The day it counts for; today unless somebody says.
    pub day: Option<Date>,
    /// The day it is due; 30 days later unless somebody says.
    pub due: Option<Date>,
    /// The currency of every amount.
    pub currency: Currency,
    /// Units of the organisation's currency for one of that, if it is another one.
    pub rate: Option<Decimal>,
    /// What it charges for.
    pub lines: Vec<LineChange>,
    /// What is taken off the sum of the lines.
    pub discount: Option<Discount>,
    /// Whether prices include tax.
    pub includes_tax: bool,
    /// Where tax is rounded.
    pub rounding: TaxRounding,
    /// What it says to the client.
    pub memo: String,
    /// The client's own number for it.
    pub reference: Option<String>,
    /// The invoice that a credit memo corrects.
    pub corrects: Option<InvoiceId>,
}

/// Makes a draft.
pub async fn create(ctx: &Ctx, new: DraftChange) -> Result<Stored<Invoice>, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(value) = ctx.replay().await? {
        return Ok(Stored { value, version: 1 });
    }
    let id = InvoiceId::new(ctx.now, ctx.app.random());
    let draft = drafted(ctx, id, new, None).await?;
    let mut change = ctx.tenant().change(ctx.audit("invoice.drafted", id, json!({})));
    change.insert(&draft)?;
    Ok(Stored { value: ctx.commit(change, draft).await?, version: 1 })
}

/// Writes a draft anew.
pub async fn update(
    ctx: &Ctx,
    id: InvoiceId,
    new: DraftChange,
    seen: &Precondition,
) -> Result<Stored<Invoice>, Error> {
    ctx.require(Action::InvoicesWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    check_draft(&old)?;
    let draft = drafted(ctx, id, new, old.recurring()).await?;
    check_kept(&old, &draft)?;
    if draft == old.value {
        return Ok(old);
    }
    let mut change = ctx.tenant().change(ctx.audit("invoice.redrafted", id, json!({})));
    change.update(&old, &draft)?;
    change.commit().await?;
    Ok(Stored { value: draft, version: old.version + 1 })
}

/// Throws a draft away. What was issued is taken back or corrected instead.
pub async fn remove(ctx: &Ctx, id: InvoiceId, seen: &Precondition) -> Result<(), Error> {
    ctx.require(Action::InvoicesWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    check_draft(&old)?;
    let mut change = ctx.tenant().change(ctx.audit("invoice.removed", id, json!({})));
    change.delete(&old)?;
    recurring::free(ctx, &mut change, &old).await?;
    Ok(change.commit().await?)
}

/// Goes on only if a recurring invoice still bills whom it was made for.
fn check_kept(old: &Invoice, new: &Invoice) -> Result<(), Error> {
    let path = match old.recurring() {
        Some(_) if old.client != new.client => "clientId",
        Some(_) if old.kind != new.kind => "kind",
        _ => return Ok(()),
    };
    Err(Error::invalid(path, "a recurring invoice stays that of its agreement"))
}

fn check_draft(invoice: &Invoice) -> Result<(), Error> {
    if invoice.state == DocumentState::Draft {
        return Ok(());
    }
    Err(Error::conflict("issued", "only drafts change; correct it by a credit memo, or void it"))
}

/// The document as it is asked for, under that id; `recurring` is what it bills, if it is a recurring
/// invoice.
pub(crate) async fn drafted(
    ctx: &Ctx,
    id: InvoiceId,
    new: DraftChange,
    recurring: Option<BilledPeriod>,
) -> Result<Invoice, Error> {
    if new.lines.len() > LINES {
        return Err(Error::invalid("lines", format!("expected at most {LINES}")));
    }
    let organization = organizations::own(ctx, ctx.org).await?;
    let client = clients::named(ctx, new.client, "clientId").await?.lead().id;
    let day = new.day.map_or_else(|| books::today_in(ctx, &organization), Ok)?;
    let due = due(&new, day)?;
    let rate = exchange_rate(&organization, new.currency, new.rate, day)?;
    check_corrected(ctx, &new, client).await?;
    let (lines, codes) = resolved(ctx, &new, day).await?;
    let draft = Draft {
        kind: new.kind,
        client,
        day,
        due,
        currency: new.currency,
        rate,
        lines,
        discount: new.discount,
        includes_tax: new.includes_tax,
        rounding: new.rounding,
        memo: new.memo,
        reference: new.reference,
        corrects: new.corrects,
        recurring,
    };
    let document = draft.computed(id, &codes).map_err(refused)?;
    if let Some(rate) = &document.rate {
        let worth = rate.convert(document.total);
        worth.map_err(|error| Error::invalid("exchangeRate", error.to_string()))?;
    }
    Ok(document)
}

fn due(new: &DraftChange, day: Date) -> Result<Option<Date>, Error> {
    services::check_day(day, "day")?;
    let Some(due) = new.due else {
        let later = day.saturating_add(TERMS.days());
        return Ok((new.kind == DocumentKind::Invoice).then_some(later));
    };
    services::check_day(due, "due")?;
    if due < day { Err(Error::invalid("due", "it lies before the day")) } else { Ok(Some(due)) }
}

/// What a currency is worth on a day. An amount in another currency without a rate could never be
/// summed.
pub(super) fn exchange_rate(
    organization: &Organization,
    currency: Currency,
    rate: Option<Decimal>,
    day: Date,
) -> Result<Option<ExchangeRate>, Error> {
    let refused = |message: String| Error::invalid("exchangeRate", message);
    let home = organization.currency;
    match rate {
        None if currency == home => Ok(None),
        None => Err(refused(format!("say what {currency} is worth in {home}"))),
        Some(rate) => {
            let rate = ExchangeRate::new(currency, home, rate, RateSource::Manual, day);
            rate.map(Some).map_err(|error| refused(error.to_string()))
        }
    }
}

async fn check_corrected(ctx: &Ctx, new: &DraftChange, client: ClientId) -> Result<(), Error> {
    let Some(id) = new.corrects else { return Ok(()) };
    if new.kind != DocumentKind::CreditMemo {
        return Err(Error::invalid("correctsId", "an invoice corrects nothing"));
    }
    let corrected = ctx.tenant().get::<Invoice>(id).await?;
    let fits = corrected.is_some_and(|corrected| {
        corrected.kind == DocumentKind::Invoice
            && corrected.state == DocumentState::Issued
            && corrected.client == client
    });
    if fits { Ok(()) } else { Err(Error::invalid("correctsId", "the client has no such invoice")) }
}

/// The lines with what follows from their catalogue entries, and the tax codes that they name.
async fn resolved(
    ctx: &Ctx,
    new: &DraftChange,
    day: Date,
) -> Result<(Vec<DraftLine>, Vec<TaxCode>), Error> {
    let tenant = ctx.tenant();
    let ids = |ids: &mut dyn Iterator<Item = ServiceId>| ids.collect::<HashSet<_>>();
    let sold = ids(&mut new.lines.iter().filter_map(|line| line.service));
    let sold = tenant.get_many::<Service>(&sold.into_iter().collect::<Vec<_>>()).await?;
    let sold: HashMap<_, _> = sold.into_iter().map(|it| (it.id, it.value)).collect();
    let codes: HashSet<_> = new.lines.iter().filter_map(|line| line.tax_code).collect();
    let codes = tenant.get_many::<TaxCode>(&codes.into_iter().collect::<Vec<_>>()).await?;
    let codes: Vec<_> = codes.into_iter().map(|code| code.value).collect();
    let mut lines = Vec::with_capacity(new.lines.len());
    for (number, line) in new.lines.iter().enumerate() {
        let place = |field: &str| format!("lines[{number}].{field}");
        let service = line.service.map(|id| sold.get(&id).ok_or(id));
        let service = service
            .transpose()
            .map_err(|_| Error::invalid(place("serviceId"), "there is no such service"))?;
        let usable = |id: &TaxCodeId| codes.iter().any(|code| code.id == *id && code.active);
        if line.tax_code.as_ref().is_some_and(|id| !usable(id)) {
            return Err(Error::invalid(place("taxCodeId"), "there is no such tax code in use"));
        }
        lines.push(line.resolved(service, new.currency, day, &place)?);
    }
    Ok((lines, codes))
}

impl LineChange {
    /// Refuses days that no line can charge for.
    fn check_days(&self, place: &dyn Fn(&str) -> String) -> Result<(), Error> {
        let Some(days) = self.recurs else { return Ok(()) };
        services::check_day(days.first, &place("recurs.from"))?;
        let refused = |error: SpanError| Error::invalid(place("recurs.to"), error.to_string());
        span(days).map(|_| ()).map_err(refused)
    }

    fn resolved(
        &self,
        service: Option<&Service>,
        currency: Currency,
        day: Date,
        place: &dyn Fn(&str) -> String,
    ) -> Result<DraftLine, Error> {
        let listed = || {
            let price = service.and_then(|service| service.list_price(day));
            let price = price.filter(|price| price.currency == currency)?;
            UnitPrice::try_from(price.major().max(Decimal::ZERO)).ok()
        };
        let unit_price = self.unit_price.or_else(listed);
        let unit_price = unit_price.ok_or_else(|| {
            Error::invalid(place("unitPrice"), "the catalogue has no price for it")
        })?;
        self.check_days(place)?;
        let description = self.description.clone().or_else(|| service.map(|it| it.name.clone()));
        let description = description
            .ok_or_else(|| Error::invalid(place("description"), "a line says what it is for"))?;
        let listed_as = service.map(|service| service.offering);
        Ok(DraftLine {
            service: self.service,
            offering: self.offering.or(listed_as).unwrap_or(Offering::Service),
            description,
            quantity: self.quantity,
            unit_price,
            discount: self.discount,
            tax_code: self.tax_code,
            recurs: self.recurs,
        })
    }
}

fn refused(error: BillingError) -> Error {
    let path = match error {
        BillingError::TooLarge(line) => format!("lines[{line}]"),
        BillingError::LineDiscount(line) => format!("lines[{line}].discount"),
        BillingError::UnknownTax(line) => format!("lines[{line}].taxCodeId"),
        BillingError::Discount => "discount".to_owned(),
    };
    Error::invalid(path, error.to_string())
}
