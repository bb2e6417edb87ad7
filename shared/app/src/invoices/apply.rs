//! Credit that is used: what is left of a payment, or of a credit memo, for invoices of its client.

use std::collections::HashSet;

use clearmargin_domain::{
    access::Action,
    id::{ClientId, InvoiceId, PaymentId},
    invoice::{DocumentKind, Invoice, SettleError},
    money::{Currency, Money},
    payment::{NotSettled, Payment, PaymentError, PaymentKind},
};
use clearmargin_store::{Change, Stored};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    TRIES, booked, own,
    pay::{checked_day, moved, with_rest},
};
use crate::{Ctx, Error, Precondition, clients, organizations, tries::Tries};

/// How many invoices are settled at once, at most.
pub const MOST_USES: usize = 20;

/// What an invoice is to get.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The invoice.
    pub invoice: InvoiceId,
    /// How much of it is settled.
    pub amount: Money,
}

/// What credit is used for: the whole, or nothing.
#[derive(Debug, Clone)]
pub struct Uses {
    /// Which invoices, and how much of each.
    pub parts: Vec<Part>,
    /// The day on which it counts, or as soon after as all it names count; today unless somebody
    /// says.
    pub day: Option<Date>,
}

/// What was used, and what it settles.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Applied {
    /// The payment that is used, or that uses a credit memo.
    pub payment: Payment,
    /// The credit memo, if it is one that is used.
    pub memo: Option<Invoice>,
    /// The invoices, in the order in which they were named.
    pub invoices: Vec<Invoice>,
    /// The version of what is used: the credit memo or else the payment.
    pub version: u64,
}

/// What is used.
#[derive(Debug, Clone, Copy)]
pub enum Credit {
    /// What is left of a payment.
    Payment(PaymentId),
    /// What a credit memo still gives.
    Memo(InvoiceId),
}

/// Uses credit for invoices of the same client.
pub async fn apply(
    ctx: &Ctx,
    credit: Credit,
    uses: &Uses,
    seen: &Precondition,
) -> Result<Applied, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(applied) = ctx.replay().await? {
        return Ok(applied);
    }
    let day = checked(ctx, uses).await?;
    let mut tries = Tries::most(TRIES);
    loop {
        let applied = match credit {
            Credit::Payment(id) => payment_once(ctx, id, uses, day, seen).await,
            Credit::Memo(id) => memo_once(ctx, id, uses, day, seen).await,
        };
        match applied {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

/// What can be checked without any record: the day on which it counts.
async fn checked(ctx: &Ctx, uses: &Uses) -> Result<Date, Error> {
    if !(1..=MOST_USES).contains(&uses.parts.len()) {
        return Err(Error::invalid("invoices", format!("expected 1 to {MOST_USES}")));
    }
    let mut named = HashSet::new();
    for (place, part) in uses.parts.iter().enumerate() {
        if part.amount.minor <= 0 {
            let path = format!("invoices[{place}].amount");
            return Err(Error::invalid(path, "expected more than nothing"));
        }
        if !named.insert(part.invoice) {
            let path = format!("invoices[{place}].invoiceId");
            return Err(Error::invalid(path, "it is named twice"));
        }
    }
    let organization = organizations::own(ctx, ctx.org).await?;
    checked_day(ctx, &organization, uses.day)
}

async fn payment_once(
    ctx: &Ctx,
    id: PaymentId,
    uses: &Uses,
    day: Date,
    seen: &Precondition,
) -> Result<Applied, Error> {
    let old = with_rest(ctx, id).await?;
    seen.check(old.version)?;
    let records = records_of(ctx, old.client).await?;
    let invoices = named(ctx, uses, old.total.currency, &records).await?;
    let parts: Vec<_> = paired(&invoices, uses).collect();
    let (payment, settled) = old.settling_among(&records, &parts, day)?;
    let spent = old.unapplied.minor - payment.unapplied.minor;
    let detail = json!({"invoices": settled.len(), "minor": spent});
    let mut change = ctx.tenant().change(ctx.audit("payment.applied", id, detail));
    booked(ctx, &mut change, &[day]).await?;
    change.update(&old, &payment)?;
    update_all(&mut change, &invoices, &settled)?;
    let version = old.version + 1;
    ctx.commit(change, Applied { payment, memo: None, invoices: settled, version }).await
}

async fn memo_once(
    ctx: &Ctx,
    id: InvoiceId,
    uses: &Uses,
    day: Date,
    seen: &Precondition,
) -> Result<Applied, Error> {
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    check_gives(&old)?;
    let records = records_of(ctx, old.client).await?;
    let invoices = named(ctx, uses, old.total.currency, &records).await?;
    let mut amounts = uses.parts.iter().map(|part| part.amount.minor);
    let sum = amounts.try_fold(0_i64, i64::checked_add);
    let sum = sum.filter(|sum| *sum <= old.balance.minor.saturating_abs());
    let sum = sum.ok_or(NotSettled::Payment(PaymentError::MoreThanLeft))?;
    let none = Money::new(0, old.total.currency);
    let credit = moved(ctx, old.client, PaymentKind::Credit, none, day);
    let credit = Payment { rate: old.rate, ..credit };
    // What it gives comes first: it is there to be used then.
    let given = std::iter::once((&old.value, sum));
    let parts: Vec<_> = given.chain(paired(&invoices, uses)).collect();
    let (payment, settled) = credit.settling_among(&records, &parts, day)?;
    let mut settled = settled.into_iter();
    let memo = settled.next().unwrap_or_else(|| old.value.clone());
    let settled: Vec<_> = settled.collect();
    let detail = json!({"payment": payment.id, "invoices": settled.len(), "minor": sum});
    let mut change = ctx.tenant().change(ctx.audit("invoice.creditUsed", id, detail));
    booked(ctx, &mut change, &[day]).await?;
    change.insert(&payment)?;
    change.update(&old, &memo)?;
    update_all(&mut change, &invoices, &settled)?;
    let version = old.version + 1;
    ctx.commit(change, Applied { payment, memo: Some(memo), invoices: settled, version }).await
}

/// Goes on only if something of a credit memo that was made here can be used.
fn check_gives(memo: &Invoice) -> Result<(), Error> {
    memo.check_issued()?;
    if memo.origin.is_some() {
        return Err(SettleError::Foreign.into());
    }
    if memo.kind != DocumentKind::CreditMemo {
        return Err(Error::conflict("no_credit", "an invoice gives nothing; it is no credit memo"));
    }
    if memo.balance.minor == 0 {
        return Err(Error::conflict("nothing_left", "nothing is left of it"));
    }
    Ok(())
}

/// The records that are one client.
async fn records_of(ctx: &Ctx, client: ClientId) -> Result<Vec<ClientId>, Error> {
    match clients::group_of(ctx, client).await {
        Ok(group) => Ok(group.ids()),
        // Its record is gone; what it left stands alone.
        Err(Error::NotFound(_)) => Ok(vec![client]),
        Err(error) => Err(error),
    }
}

/// The invoices that are named, in that order. All of them are that client's, in that currency, and
/// count.
async fn named(
    ctx: &Ctx,
    uses: &Uses,
    currency: Currency,
    records: &[ClientId],
) -> Result<Vec<Stored<Invoice>>, Error> {
    let ids: Vec<_> = uses.parts.iter().map(|part| part.invoice).collect();
    let found = ctx.tenant().get_many::<Invoice>(&ids).await?;
    let mut named = Vec::with_capacity(ids.len());
    for (place, part) in uses.parts.iter().enumerate() {
        if part.amount.currency != currency {
            return Err(Error::invalid("currency", format!("expected {currency}")));
        }
        let fits = |it: &&Stored<Invoice>| {
            let of = it.kind == DocumentKind::Invoice && records.contains(&it.client);
            it.id == part.invoice && of && it.total.currency == currency
        };
        let invoice = found.iter().find(fits).cloned().ok_or_else(|| {
            let path = format!("invoices[{place}].invoiceId");
            Error::invalid(path, format!("the client has no such invoice in {currency}"))
        })?;
        if invoice.origin.is_some() {
            return Err(SettleError::Foreign.into());
        }
        named.push(invoice);
    }
    Ok(named)
}

fn paired<'a>(
    invoices: &'a [Stored<Invoice>],
    uses: &'a Uses,
) -> impl Iterator<Item = (&'a Invoice, i64)> {
    let amounts = uses.parts.iter().map(|part| part.amount.minor);
    invoices.iter().map(|invoice| &invoice.value).zip(amounts)
}

fn update_all(
    change: &mut Change<'_>,
    old: &[Stored<Invoice>],
    new: &[Invoice],
) -> Result<(), Error> {
    for (old, new) in old.iter().zip(new) {
        change.update(old, new)?;
    }
    Ok(())
}
