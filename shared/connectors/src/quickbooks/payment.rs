//! Customers' payments.

use clearmargin_domain::{
    money::Money,
    payment::{Allocation, Payment},
};

use super::{
    entity::{check_currency, origin},
    key,
};
use crate::{fields::Fields, record::Context, rejection::Rejection};

pub(super) fn read(context: &Context, row: &Fields<'_>) -> Result<Payment, Rejection> {
    check_currency(context, row)?;
    let origin = origin(row, "Payment")?;
    let customer = row.object("CustomerRef")?.text("value")?;
    let unapplied = row.optional_money("UnappliedAmt", context.currency)?;
    let mut allocations = Vec::new();
    for line in row.objects("Line")? {
        allocations.extend(allocation(context, &line)?);
    }
    Ok(Payment {
        id: key::payment(context, &origin.external_id),
        client: key::client(context, &customer),
        day: row.date("TxnDate")?,
        total: row.money("TotalAmt", context.currency)?,
        unapplied: unapplied.unwrap_or(Money::new(0, context.currency)),
        allocations,
        origin,
    })
}

/// What a line settles: an invoice, or something that is not followed here.
fn allocation(context: &Context, line: &Fields<'_>) -> Result<Option<Allocation>, Rejection> {
    for linked in line.objects("LinkedTxn")? {
        if linked.optional_text("TxnType")?.as_deref() == Some("Invoice") {
            return Ok(Some(Allocation {
                invoice: key::invoice(context, &linked.text("TxnId")?),
                amount: line.money("Amount", context.currency)?,
            }));
        }
    }
    Ok(None)
}
