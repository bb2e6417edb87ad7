//! Documents of a snapshot: what is open of each invoice or when it was paid and, of the months in which
//! leaks are looked for, each document with its lines.

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    id::{ClientId, InvoiceId},
    invoice::{DocumentKind, DocumentState, Invoice, InvoiceLine},
    money::Money,
    payment::{Payment, Settlings},
    source::Source,
};
use clearmargin_insight::{
    leaks::{Document, DocumentLine, known_from},
    snapshot::{IssuedInvoice, Snapshot},
};
use clearmargin_store::List;
use jiff::civil::Date;

use crate::{Ctx, Error};

/// Documents, read once for all that rests on them.
pub(super) struct Documents {
    /// Invoices by client, day and id.
    pub(super) bills: Vec<IssuedInvoice>,
    /// Documents with their lines, by client, day and id.
    pub(super) of_clients: BTreeMap<ClientId, Vec<Document>>,
}

/// The documents of a snapshot of a day. It reads every document and payment of its months, month by
/// month, and what is open of earlier ones.
pub(super) async fn read(
    ctx: &Ctx,
    lead_of: &HashMap<ClientId, ClientId>,
    day: Date,
) -> Result<Documents, Error> {
    // Payments come first: one that is written meanwhile leaves an invoice out rather than unpaid.
    let mut settlings = Settlings::default();
    for month in Snapshot::bill_months(day) {
        let payments = ctx.tenant().every_lately::<Payment>(List::AllPayments(month)).await?;
        for payment in &payments {
            settlings.add(payment);
        }
    }
    let mut bills = BTreeMap::<InvoiceId, IssuedInvoice>::new();
    let mut of_clients: BTreeMap<ClientId, Vec<Document>> = BTreeMap::new();
    let billed = |invoice: &Invoice| (invoice.id, billed(invoice, lead_of, &settlings));
    for month in Snapshot::bill_months(day) {
        let invoices = ctx.tenant().every_lately::<Invoice>(List::AllInvoices(month)).await?;
        bills.extend(invoices.iter().filter(|it| counts(it)).map(|it| billed(it)));
        for invoice in invoices.iter().filter(|it| it.was_issued() && month >= known_from(day)) {
            if let Some(lead) = lead_of.get(&invoice.client) {
                of_clients.entry(*lead).or_default().push(document(invoice));
            }
        }
    }
    let owed = ctx.tenant().every_lately::<Invoice>(List::OwedInvoices).await?;
    bills.extend(owed.iter().filter(|it| counts(it)).map(|it| billed(it)));
    let mut bills: Vec<_> = bills.into_values().collect();
    bills.sort_unstable();
    for documents in of_clients.values_mut() {
        documents.sort_by_key(|document| (document.day, document.id));
    }
    Ok(Documents { bills, of_clients })
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

/// What is made here stands in the books, beside what QuickBooks says: nobody reads invoices of the
/// service desk.
fn document(invoice: &Invoice) -> Document {
    Document {
        id: invoice.id,
        system: Source::QuickBooks,
        made_here: invoice.origin.is_none(),
        kind: invoice.kind,
        state: invoice.state,
        number: invoice.number.clone(),
        day: invoice.day,
        lines: invoice.lines.iter().map(line).collect(),
        tax: invoice.tax,
        total: invoice.total,
        open: invoice.balance,
    }
}

fn line(line: &InvoiceLine) -> DocumentLine {
    // A price with parts of the smallest unit is none to compare with.
    let price = line.unit_price().and_then(|it| Money::exactly(it, line.amount.currency).ok());
    DocumentLine {
        agreed: None,
        service: line.service,
        description: line.description.clone(),
        quantity: line.quantity(),
        unit_price: price,
        amount: line.amount,
        covers: line.recurs,
        discount: None,
    }
}
