//! What all documents share: number, date, deletion, voiding.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::books::Books;
use super::super::clock;
use super::super::fault::Fault;
use super::super::kind::{Kind, Nature};
use super::super::object::{Object, default, reference, set, set_cents, text};
use super::{Leniency, current, effects, payments, purchases, sales, stored};

/// Checks a document and fills in what QuickBooks adds.
pub(super) fn complete(
    books: &Books,
    kind: Kind,
    object: &mut Object,
    before: &Object,
    leniency: Leniency,
    now: Timestamp,
) -> Result<(), Fault> {
    default(object, "TxnDate", clock::date(now).to_string());
    match kind {
        Kind::Payment => payments::complete(books, object)?,
        Kind::Bill | Kind::Purchase => purchases::complete(books, kind, object, before)?,
        _ => sales::complete(books, kind, object, before)?,
    }
    default(object, "LinkedTxn", json!([]));
    number(books, kind, object, before, leniency)
}

/// Sales forms are numbered by the company; a given number must be free.
fn number(
    books: &Books,
    kind: Kind,
    object: &mut Object,
    before: &Object,
    leniency: Leniency,
) -> Result<(), Fault> {
    let Some(number) = text(object, "DocNumber").map(str::to_owned) else {
        if kind.is_sales_form() {
            set(object, "DocNumber", next_number(books, kind).to_string());
        }
        return Ok(());
    };
    // Cheques and card payments may repeat a number.
    let unchecked = leniency.duplicate_document_numbers || kind == Kind::Purchase;
    if unchecked || text(before, "DocNumber") == Some(&number) {
        return Ok(());
    }
    let vendor = reference(object, "VendorRef");
    let taken = books.all(kind).find(|(_, other)| {
        text(other, "DocNumber") == Some(&number) && reference(other, "VendorRef") == vendor
    });
    match taken {
        Some((id, _)) => Err(Fault::DuplicateDocNumber { number, kind: kind.name(), id }),
        None => Ok(()),
    }
}

/// Invoices, credit memos and receipts count together, as the recorded numbers suggest.
fn next_number(books: &Books, kind: Kind) -> u64 {
    let together: &[Kind] = match kind {
        Kind::Estimate => &[Kind::Estimate],
        _ => &[Kind::Invoice, Kind::CreditMemo, Kind::SalesReceipt],
    };
    let numbers = together.iter().flat_map(|kind| books.all(*kind));
    let numbers = numbers.filter_map(|(_, other)| text(other, "DocNumber")?.parse::<u64>().ok());
    numbers.max().unwrap_or(1000) + 1
}

/// The date a document falls due: by its terms, or thirty days on as recorded.
pub(super) fn due_date(books: &Books, object: &Object) -> Option<String> {
    let date: Date = text(object, "TxnDate")?.parse().ok()?;
    let term = super::super::object::reference_id(object, "SalesTermRef")
        .and_then(|id| books.get(Kind::Term, id));
    let days = term.and_then(|term| term.get("DueDays")).and_then(Value::as_i64).unwrap_or(30);
    Some(date.checked_add(jiff::SignedDuration::from_hours(24 * days)).ok()?.to_string())
}

/// Deletes a document for good. List entries can only be made inactive.
pub(super) fn delete(
    books: &mut Books,
    kind: Kind,
    body: &Object,
    now: Timestamp,
) -> Result<Object, Fault> {
    if kind.nature() != Nature::Transaction {
        return Err(Fault::UnsupportedOperation("delete".to_owned()));
    }
    let (id, before) = current(books, kind, body)?;
    effects::release(books, kind, id, &before, now);
    books.remove(kind, id, now);
    effects::apply(books, kind, id, Some(&before), now);
    let deleted = json!({ "domain": "QBO", "status": "Deleted", "Id": id.to_string() });
    Ok(deleted.as_object().cloned().unwrap_or_default())
}

/// Keeps a document but takes every amount out of it.
pub(super) fn void(
    books: &mut Books,
    kind: Kind,
    body: &Object,
    now: Timestamp,
) -> Result<Object, Fault> {
    if !matches!(kind, Kind::Invoice | Kind::SalesReceipt | Kind::Payment) {
        return Err(Fault::UnsupportedOperation("void".to_owned()));
    }
    let (id, before) = current(books, kind, body)?;
    effects::release(books, kind, id, &before, now);
    books.update(kind, id, voided(kind, before.clone()), now);
    effects::apply(books, kind, id, Some(&before), now);
    stored(books, kind, id)
}

fn voided(kind: Kind, mut object: Object) -> Object {
    set(&mut object, "PrivateNote", "Voided");
    set(&mut object, "LinkedTxn", json!([]));
    let amounts = ["TotalAmt", "HomeTotalAmt", "Balance", "HomeBalance", "UnappliedAmt", "Deposit"];
    for field in amounts {
        if object.contains_key(field) {
            set_cents(&mut object, field, 0);
        }
    }
    if object.contains_key("TxnTaxDetail") {
        set(&mut object, "TxnTaxDetail", json!({ "TotalTax": 0 }));
    }
    if kind == Kind::Payment {
        set(&mut object, "Line", json!([]));
    }
    let lines = object.get_mut("Line").and_then(Value::as_array_mut).into_iter().flatten();
    lines.filter_map(Value::as_object_mut).for_each(void_line);
    object
}

/// The amount is recorded; that the quantity goes too is inferred.
fn void_line(line: &mut Object) {
    set_cents(line, "Amount", 0);
    if let Some(detail) = line.get_mut("SalesItemLineDetail").and_then(Value::as_object_mut)
        && detail.contains_key("Qty")
    {
        set(detail, "Qty", 0);
    }
}
