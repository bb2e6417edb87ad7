//! Which invoices charge a leak.

use clearmargin_domain::{
    access::Action,
    id::{InvoiceId, LeakId},
    invoice::{DocumentKind, DocumentState, Invoice},
    leak::{Charged, LeakCase, LeakInvoice},
    money::{Currency, Money},
};
use clearmargin_store::Stored;
use serde_json::json;

use super::{TRIES, list::own, refused};
use crate::{Ctx, Error, clients, tries::Tries};

/// Notes that an invoice charges so much of an approved leak, before tax, said in an amount of the leak's
/// currency; in place of what was noted of the two before. Neither more than was approved is ever charged, nor more than the
/// invoice comes to, of all leaks together.
pub async fn charge(
    ctx: &Ctx,
    id: LeakId,
    invoice: InvoiceId,
    amount: impl Fn(Currency) -> Result<Money, Error>,
) -> Result<LeakCase, Error> {
    ctx.require(Action::LeaksDecide)?;
    if let Some(case) = ctx.replay().await? {
        return Ok(case);
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match charge_once(ctx, id, invoice, &amount).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn charge_once(
    ctx: &Ctx,
    id: LeakId,
    invoice: InvoiceId,
    amount: &impl Fn(Currency) -> Result<Money, Error>,
) -> Result<LeakCase, Error> {
    let case = own(ctx, id).await?;
    let minor = amount(case.currency)?.minor;
    if minor < 0 {
        return Err(Error::invalid("amount", "expected nothing below 0"));
    }
    let document = charging(ctx, &case, invoice).await?;
    let after = case.charged_on(Charged { invoice, minor });
    let after = after.map_err(|error| refused(error, "amount"))?;
    let known = ctx.tenant().get::<LeakInvoice>(invoice).await?;
    let parts = known.as_ref().map_or_else(|| LeakInvoice::none(invoice), |it| it.value.clone());
    let net = document.total.minor.saturating_sub(document.tax.minor);
    let parts = parts.charging(id, minor, net).map_err(|error| refused(error, "amount"))?;
    let detail = json!({"key": case.key, "invoice": invoice, "minor": minor});
    let mut change = ctx.tenant().change(ctx.audit("leak.charged", id, detail));
    change.update(&case, &after)?;
    change.set(known.as_ref(), &parts)?;
    change.unchanged(&document)?;
    ctx.commit(change, after).await
}

/// An invoice charges a leak only if it counts, is the client's, and is in its currency.
async fn charging(ctx: &Ctx, case: &LeakCase, id: InvoiceId) -> Result<Stored<Invoice>, Error> {
    let no_such = || Error::invalid("invoiceId", "there is no such invoice of the client");
    let invoice = ctx.tenant().get::<Invoice>(id).await?.ok_or_else(no_such)?;
    let counts = invoice.state == DocumentState::Issued && invoice.kind == DocumentKind::Invoice;
    let of_client = match clients::group_of(ctx, case.client).await {
        Ok(group) => group.ids().contains(&invoice.client),
        Err(Error::NotFound(_)) => false,
        Err(error) => return Err(error),
    };
    if counts && of_client && invoice.total.currency == case.currency {
        Ok(invoice)
    } else {
        Err(no_such())
    }
}
