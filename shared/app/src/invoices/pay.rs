//! Money that comes in for an invoice, and money that will not.

use clearmargin_domain::{
    access::Action,
    id::{ClientId, InvoiceId, PaymentId},
    identity::Organization,
    invoice::{DocumentKind, Invoice, SettleError},
    money::Money,
    payment::{Payment, PaymentKind, PaymentMethod},
};
use clearmargin_store::{List, Listing, Stored};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{TRIES, booked, draft::exchange_rate, own};
use crate::{
    Ctx, Error, books,
    clients::{self, over_records},
    organizations, services,
    tries::Tries,
};

/// A payment for an invoice.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// How much came in, in the invoice's currency; what is more than is open becomes the client's
    /// credit. What is open unless somebody says.
    pub amount: Option<Money>,
    /// The day on which it came in; today unless somebody says.
    pub day: Option<Date>,
    /// How it was paid.
    pub method: Option<PaymentMethod>,
    /// The number that the bank or the client gives it.
    pub reference: Option<String>,
    /// Units of the organisation's currency for one of the invoice's on that day, if that is another
    /// one; without it, what it was worth when the invoice was made.
    pub rate: Option<Decimal>,
}

/// A payment and the invoice that it settles.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Paid {
    /// The payment.
    pub payment: Payment,
    /// The invoice, with so much less open.
    pub invoice: Invoice,
    /// The invoice's version.
    pub version: u64,
}

/// Takes in a payment for an invoice: payment and invoice change together, exactly once.
pub async fn pay(ctx: &Ctx, id: InvoiceId, new: NewPayment) -> Result<Paid, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(paid) = ctx.replay().await? {
        return Ok(paid);
    }
    if new.amount.is_some_and(|amount| amount.minor <= 0) {
        return Err(Error::invalid("amount", "expected more than nothing"));
    }
    let organization = organizations::own(ctx, ctx.org).await?;
    let day = checked_day(ctx, &organization, new.day)?;
    let mut tries = Tries::most(TRIES);
    loop {
        match pay_once(ctx, id, &new, day, &organization).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn pay_once(
    ctx: &Ctx,
    id: InvoiceId,
    new: &NewPayment,
    day: Date,
    organization: &Organization,
) -> Result<Paid, Error> {
    let invoice = owed(ctx, id).await?;
    let amount = new.amount.unwrap_or(invoice.balance);
    let currency = invoice.total.currency;
    if amount.currency != currency {
        return Err(Error::invalid("currency", format!("the invoice is in {currency}")));
    }
    let rate = match new.rate {
        Some(rate) => exchange_rate(organization, currency, Some(rate), day)?,
        None => None,
    };
    let payment = Payment {
        method: new.method,
        reference: new.reference.clone(),
        rate: rate.or(invoice.rate),
        ..moved(ctx, invoice.client, PaymentKind::Received, amount, day)
    };
    let part = amount.minor.min(invoice.balance.minor);
    settle(ctx, "payment.received", &invoice, payment, part).await
}

/// Gives up what is open of an invoice.
pub async fn write_off(
    ctx: &Ctx,
    id: InvoiceId,
    day: Option<Date>,
    reason: String,
) -> Result<Paid, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(paid) = ctx.replay().await? {
        return Ok(paid);
    }
    let organization = organizations::own(ctx, ctx.org).await?;
    let day = checked_day(ctx, &organization, day)?;
    let mut tries = Tries::most(TRIES);
    loop {
        match write_off_once(ctx, id, day, &reason).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn write_off_once(ctx: &Ctx, id: InvoiceId, day: Date, reason: &str) -> Result<Paid, Error> {
    let invoice = owed(ctx, id).await?;
    let lost = Payment {
        reference: Some(reason.to_owned()),
        rate: invoice.rate,
        ..moved(ctx, invoice.client, PaymentKind::WriteOff, invoice.balance, day)
    };
    settle(ctx, "invoice.writtenOff", &invoice, lost, invoice.balance.minor).await
}

/// A page of what settles a client's documents, the latest first: one record of the client after the
/// other.
pub async fn payments(
    ctx: &Ctx,
    client: ClientId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<Payment>, Error> {
    ctx.require(Action::InvoicesRead)?;
    let ids = clients::named(ctx, client, "query.clientId").await?.ids();
    over_records(ctx, &ids, List::Payments, limit, "payments", cursor).await
}

/// A payment, or what else settles documents.
pub async fn payment(ctx: &Ctx, id: PaymentId) -> Result<Stored<Payment>, Error> {
    ctx.require(Action::InvoicesRead)?;
    ctx.tenant().get::<Payment>(id).await?.ok_or(Error::NotFound("payment"))
}

/// A payment made here of which something is left to use.
pub(super) async fn with_rest(ctx: &Ctx, id: PaymentId) -> Result<Stored<Payment>, Error> {
    let payment = ctx.tenant().get::<Payment>(id).await?.ok_or(Error::NotFound("payment"))?;
    if payment.origin.is_some() {
        return Err(SettleError::Foreign.into());
    }
    if payment.unapplied.minor <= 0 {
        return Err(Error::conflict("nothing_left", "nothing is left of it"));
    }
    Ok(payment)
}

pub(super) fn checked_day(
    ctx: &Ctx,
    organization: &Organization,
    day: Option<Date>,
) -> Result<Date, Error> {
    let today = books::today_in(ctx, organization)?;
    let day = day.unwrap_or(today);
    services::check_day(day, "day")?;
    if day > today { Err(Error::invalid("day", "it lies ahead")) } else { Ok(day) }
}

/// An invoice made here of which something is open.
async fn owed(ctx: &Ctx, id: InvoiceId) -> Result<Stored<Invoice>, Error> {
    let invoice = own(ctx, id).await?;
    invoice.check_issued()?;
    if invoice.origin.is_some() {
        return Err(SettleError::Foreign.into());
    }
    if invoice.kind == DocumentKind::CreditMemo || invoice.balance.minor == 0 {
        return Err(Error::conflict("nothing_open", "nothing of it is open"));
    }
    Ok(invoice)
}

/// What moves for a client on a day, and settles nothing yet.
pub(super) fn moved(
    ctx: &Ctx,
    client: ClientId,
    kind: PaymentKind,
    total: Money,
    day: Date,
) -> Payment {
    Payment {
        id: PaymentId::new(ctx.now, ctx.app.random()),
        kind,
        client,
        day,
        method: None,
        reference: None,
        total,
        unapplied: total,
        allocations: Vec::new(),
        rate: None,
        origin: None,
    }
}

async fn settle(
    ctx: &Ctx,
    action: &str,
    old: &Stored<Invoice>,
    payment: Payment,
    part: i64,
) -> Result<Paid, Error> {
    let day = payment.day;
    let (payment, settled) = payment.settling(&[(&old.value, part)], day)?;
    let invoice = settled.into_iter().next().unwrap_or_else(|| old.value.clone());
    let detail = json!({"payment": payment.id, "minor": payment.total.minor});
    let mut change = ctx.tenant().change(ctx.audit(action, old.id, detail));
    booked(ctx, &mut change, &[day]).await?;
    change.insert(&payment)?;
    change.update(old, &invoice)?;
    ctx.commit(change, Paid { payment, invoice, version: old.version + 1 }).await
}
