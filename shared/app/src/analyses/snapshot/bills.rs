//! Invoices of a snapshot: what is open of each, or when it was paid.

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    id::{ClientId, InvoiceId},
    invoice::{DocumentKind, DocumentState, Invoice},
    payment::{Payment, Settlings},
};
use clearmargin_insight::snapshot::{IssuedInvoice, Snapshot};
use clearmargin_store::List;
use jiff::civil::Date;

use crate::{Ctx, Error};

/// The invoices of a snapshot of a day, by client, day and id. It reads every document and payment of
/// its months, month by month, and what is open of earlier ones.
pub(super) async fn read(
    ctx: &Ctx,
    lead_of: &HashMap<ClientId, ClientId>,
    day: Date,
) -> Result<Vec<IssuedInvoice>, Error> {
    // Payments come first: one that is written meanwhile leaves an invoice out rather than unpaid.
    let mut settlings = Settlings::default();
    for month in Snapshot::bill_months(day) {
        let payments = ctx.tenant().every_lately::<Payment>(List::AllPayments(month)).await?;
        for payment in &payments {
            settlings.add(payment);
        }
    }
    let mut bills = BTreeMap::<InvoiceId, IssuedInvoice>::new();
    let lists = Snapshot::bill_months(day).map(List::AllInvoices).chain([List::OwedInvoices]);
    for list in lists {
        let invoices = ctx.tenant().every_lately::<Invoice>(list).await?;
        let issued = invoices.iter().filter(|invoice| counts(invoice));
        bills.extend(issued.map(|it| (it.id, billed(it, lead_of, &settlings))));
    }
    let mut bills: Vec<_> = bills.into_values().collect();
    bills.sort_unstable();
    Ok(bills)
}

fn counts(invoice: &Invoice) -> bool {
    let issued = invoice.state == DocumentState::Issued;
    issued && invoice.kind == DocumentKind::Invoice && invoice.total.minor > 0
}

fn billed(
    invoice: &Invoice,
    lead_of: &HashMap<ClientId, ClientId>,
    settlings: &Settlings,
) -> IssuedInvoice {
    IssuedInvoice {
        client: lead_of.get(&invoice.client).copied().unwrap_or(invoice.client),
        day: invoice.day,
        id: invoice.id,
        due: invoice.due_day(),
        total: invoice.home_minor(invoice.total),
        open: invoice.home_minor(invoice.balance),
        paid: settlings.paid_on(invoice),
    }
}
