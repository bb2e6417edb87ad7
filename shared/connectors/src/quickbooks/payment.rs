//! Customers' payments.

use clearmargin_domain::{
    money::{Currency, Money},
    payment::{Allocation, Payment, PaymentKind, Settles},
};

use super::{entity::origin, key, worth};
use crate::{fields::Fields, record::Context, rejection::Rejection};

pub(super) fn read(context: &Context, row: &Fields<'_>) -> Result<Payment, Rejection> {
    let currency = worth::currency(context, row)?;
    let total = row.money("TotalAmt", currency)?;
    let rate = worth::rate(context, row, total)?;
    let origin = origin(row, "Payment")?;
    let customer = row.object("CustomerRef")?.text("value")?;
    let unapplied = row.optional_money("UnappliedAmt", currency)?;
    let mut allocations = Vec::new();
    for line in row.objects("Line")? {
        allocations.extend(allocation(context, &line, currency)?);
    }
    // Everything that there is to use has to have a worth: what came in and what credit memos add.
    worth::check_range(total, allocations.iter().map(|part| part.amount), rate.as_ref())?;
    Ok(Payment {
        id: key::payment(context, &origin.external_id),
        kind: PaymentKind::Received,
        client: key::client(context, &customer),
        day: row.date("TxnDate")?,
        method: None,
        reference: row.optional_text("PaymentRefNum")?,
        total,
        unapplied: unapplied.unwrap_or(Money::new(0, currency)),
        allocations,
        rate,
        origin: Some(origin),
    })
}

/// What a line settles: an invoice, a credit memo whose credit is used, or something that is not
/// followed here. When it does is known with the document.
fn allocation(
    context: &Context,
    line: &Fields<'_>,
    currency: Currency,
) -> Result<Option<Allocation>, Rejection> {
    for linked in line.objects("LinkedTxn")? {
        let settles = match linked.optional_text("TxnType")?.as_deref() {
            Some("Invoice") => Settles::Invoice(key::invoice(context, &linked.text("TxnId")?)),
            Some("CreditMemo") => {
                Settles::CreditMemo(key::credit_memo(context, &linked.text("TxnId")?))
            }
            _ => continue,
        };
        let amount = line.money("Amount", currency)?;
        return Ok(Some(Allocation {
            settles,
            amount,
            day: None,
            due: None,
            issued: None,
            client: None,
            home_minor: None,
        }));
    }
    Ok(None)
}
