//! Money that goes back.

use clearmargin_domain::{
    access::Action,
    exchange::ExchangeRate,
    id::PaymentId,
    money::Money,
    payment::{NotSettled, Payment, PaymentKind, PaymentMethod},
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    TRIES, booked,
    draft::exchange_rate,
    pay::{checked_day, moved, with_rest},
};
use crate::{Ctx, Error, Precondition, organizations, tries::Tries};

/// A refund of what a payment has left.
#[derive(Debug, Clone)]
pub struct NewRefund {
    /// How much goes back, in the payment's currency.
    pub amount: Money,
    /// The day on which it goes back; today unless somebody says.
    pub day: Option<Date>,
    /// How it is paid.
    pub method: Option<PaymentMethod>,
    /// The number that the bank gives it.
    pub reference: Option<String>,
    /// Units of the organisation's currency for one of the payment's on that day, if that is another
    /// one; without it, what it was worth when it came in.
    pub rate: Option<Decimal>,
}

/// A payment and the refund of a part of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refunded {
    /// The payment, with so much less left.
    pub payment: Payment,
    /// The payment's version.
    pub version: u64,
    /// The refund.
    pub refund: Payment,
}

/// Gives back what a payment has left, or a part of it: payment and refund change together, exactly
/// once.
pub async fn refund(
    ctx: &Ctx,
    id: PaymentId,
    new: NewRefund,
    seen: &Precondition,
) -> Result<Refunded, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(refunded) = ctx.replay().await? {
        return Ok(refunded);
    }
    if new.amount.minor <= 0 {
        return Err(Error::invalid("amount", "expected more than nothing"));
    }
    let organization = organizations::own(ctx, ctx.org).await?;
    let day = checked_day(ctx, &organization, new.day)?;
    let rate = match new.rate {
        Some(rate) => exchange_rate(&organization, new.amount.currency, Some(rate), day)?,
        None => None,
    };
    let mut tries = Tries::most(TRIES);
    loop {
        match refund_once(ctx, id, &new, day, rate, seen).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn refund_once(
    ctx: &Ctx,
    id: PaymentId,
    new: &NewRefund,
    day: Date,
    rate: Option<ExchangeRate>,
    seen: &Precondition,
) -> Result<Refunded, Error> {
    let old = with_rest(ctx, id).await?;
    seen.check(old.version)?;
    // What was given up or credited is no money that could go back.
    if old.kind != PaymentKind::Received {
        return Err(Error::conflict("no_money", "no money came in by it"));
    }
    if old.total.currency != new.amount.currency {
        let message = format!("the payment is in {}", old.total.currency);
        return Err(Error::invalid("currency", message));
    }
    if day < old.day {
        return Err(Error::invalid("day", "it lies before the payment's own"));
    }
    let back = Money { minor: -new.amount.minor, ..new.amount };
    let refund = Payment {
        method: new.method,
        reference: new.reference.clone(),
        rate: rate.or(old.rate),
        unapplied: Money { minor: 0, ..back },
        ..moved(ctx, old.client, PaymentKind::Refund, back, day)
    };
    let payment = old.refunded(&refund).map_err(NotSettled::from)?;
    let detail = json!({"refund": refund.id, "minor": new.amount.minor});
    let mut change = ctx.tenant().change(ctx.audit("payment.refunded", id, detail));
    booked(ctx, &mut change, &[day]).await?;
    change.insert(&refund)?;
    change.update(&old, &payment)?;
    ctx.commit(change, Refunded { payment, version: old.version + 1, refund }).await
}
