//! Creating, updating, voiding and deleting objects.

mod effects;
mod lines;
mod list;
mod payments;
mod purchases;
mod sales;
mod tax;
mod transaction;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::books::{Books, sync_token};
use super::currency;
use super::fault::Fault;
use super::fields;
use super::kind::{Kind, Nature};
use super::object::{Object, default, set, text};
use super::references;

/// What a write asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Create without an `Id`, update with one.
    Save,
    Delete,
    Void,
}

/// Switches of the request that change what is checked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Leniency {
    /// `include=allowduplicatedocnum`.
    pub(crate) duplicate_document_numbers: bool,
}

/// Carries out one write; the answer is the object as it stands afterwards.
pub(crate) fn write(
    books: &mut Books,
    kind: Kind,
    operation: Operation,
    body: &Object,
    leniency: Leniency,
    now: Timestamp,
) -> Result<Object, Fault> {
    if !kind.is_writable() {
        return Err(Fault::UnsupportedOperation(format!("{operation:?} {}", kind.name())));
    }
    if let Some(field) = body.keys().find(|field| !fields::is_known(kind, field)) {
        return Err(unknown_property(kind, field));
    }
    match operation {
        Operation::Save if text(body, "Id").is_some_and(|id| !id.is_empty()) => {
            update(books, kind, body, leniency, now)
        }
        Operation::Save => create(books, kind, body, leniency, now),
        Operation::Delete => transaction::delete(books, kind, body, now),
        Operation::Void => transaction::void(books, kind, body, now),
    }
}

fn create(
    books: &mut Books,
    kind: Kind,
    body: &Object,
    leniency: Leniency,
    now: Timestamp,
) -> Result<Object, Fault> {
    let mut object = given(books, kind, body)?;
    set(&mut object, "sparse", false);
    set(&mut object, "domain", "QBO");
    complete(books, kind, &mut object, &Object::new(), leniency, now)?;
    effects::check(books, kind, None, &object)?;
    let id = books.insert(kind, object, now);
    effects::apply(books, kind, id, None, now);
    stored(books, kind, id)
}

fn update(
    books: &mut Books,
    kind: Kind,
    body: &Object,
    leniency: Leniency,
    now: Timestamp,
) -> Result<Object, Fault> {
    let (id, before) = current(books, kind, body)?;
    if kind == Kind::Account && text(body, "Name").is_none() {
        // Accounts take no sparse update without their name (an integrator's observation).
        return Err(Fault::RequiredMissing("Name"));
    }
    if is_repeated_deactivation(&before, body) {
        return Ok(before);
    }
    let sparse = body.get("sparse") == Some(&json!(true));
    let mut object = merged(kind, &before, given(books, kind, body)?, sparse);
    complete(books, kind, &mut object, &before, leniency, now)?;
    effects::check(books, kind, Some(&before), &object)?;
    books.update(kind, id, object, now);
    effects::apply(books, kind, id, Some(&before), now);
    stored(books, kind, id)
}

/// The stored object that `Id` and `SyncToken` of a body mean.
fn current(books: &Books, kind: Kind, body: &Object) -> Result<(u64, Object), Fault> {
    let id = text(body, "Id").ok_or(Fault::RequiredMissing("Id"))?;
    let number: u64 = id.parse().map_err(|_| Fault::InvalidId(id.to_owned()))?;
    let token = text(body, "SyncToken").ok_or(Fault::RequiredMissing("SyncToken"))?;
    let stored = books.get(kind, number).ok_or(Fault::NotFound)?;
    if token.parse() == Ok(sync_token(stored)) {
        Ok((number, stored.clone()))
    } else {
        Err(Fault::Stale)
    }
}

/// Recorded: deactivating what is inactive answers the object as it stands, `SyncToken` and all.
fn is_repeated_deactivation(before: &Object, body: &Object) -> bool {
    let inactive = Some(&Value::Bool(false));
    before.get("Active") == inactive && body.get("Active") == inactive
}

/// What callers cannot write. Clients send back whole objects, so it is dropped rather than refused.
const COMPUTED: [&str; 17] = [
    "Id",
    "SyncToken",
    "MetaData",
    "domain",
    "sparse",
    "status",
    "Balance",
    "BalanceWithJobs",
    "CurrentBalance",
    "CurrentBalanceWithSubAccounts",
    "FullyQualifiedName",
    "HomeBalance",
    "HomeTotalAmt",
    "Level",
    "LinkedTxn",
    "RemainingCredit",
    "UnappliedAmt",
];

/// What a body asks for, with its references looked up.
fn given(books: &Books, kind: Kind, body: &Object) -> Result<Object, Fault> {
    let mut given = body.clone();
    given.retain(|field, value| !COMPUTED.contains(&field.as_str()) && !value.is_null());
    references::resolve(books, kind, &mut given)?;
    Ok(given)
}

/// A sparse update keeps what the body does not name; a full one keeps only what callers cannot write
/// and, as recorded on a sales receipt, number and date of a document.
fn merged(kind: Kind, before: &Object, given: Object, sparse: bool) -> Object {
    const KEPT: [&str; 4] = ["Active", "DocNumber", "TxnDate", "CurrencyRef"];
    // An account's update keeps its classification, whatever the body says of sparseness (inferred).
    let keeps_all = sparse || kind == Kind::Account;
    let kept = before.iter().filter(|(field, _)| {
        keeps_all || COMPUTED.contains(&field.as_str()) || KEPT.contains(&field.as_str())
    });
    let mut object: Object = kept.map(|(field, value)| (field.clone(), value.clone())).collect();
    object.extend(given);
    object
}

/// Checks an object and fills in what QuickBooks adds to it.
fn complete(
    books: &Books,
    kind: Kind,
    object: &mut Object,
    before: &Object,
    leniency: Leniency,
    now: Timestamp,
) -> Result<(), Fault> {
    // An empty text clears a field.
    object.retain(|_, value| *value != "");
    check_lengths(object)?;
    check_dates(object)?;
    if kind != Kind::Item {
        default(object, "CurrencyRef", json!({ "value": "USD", "name": "United States Dollar" }));
    }
    match kind.nature() {
        Nature::Transaction => {
            transaction::complete(books, kind, object, before, leniency, now)?;
            currency::complete(books, kind, object);
            Ok(())
        }
        Nature::Party | Nature::List | Nature::Singleton => {
            list::complete(books, kind, object, before)
        }
    }
}

fn check_lengths(object: &Object) -> Result<(), Fault> {
    const LIMITS: [(&str, usize); 4] =
        [("DocNumber", 21), ("Name", 100), ("DisplayName", 500), ("PrivateNote", 4000)];
    let excess = LIMITS.into_iter().find(|(field, limit)| {
        text(object, field).is_some_and(|text| text.chars().count() > *limit)
    });
    match excess {
        Some((field, limit)) => Err(Fault::TooLong { field, limit }),
        None => Ok(()),
    }
}

/// Wording inferred.
fn check_dates(object: &Object) -> Result<(), Fault> {
    for field in ["TxnDate", "DueDate"] {
        if text(object, field).is_some_and(|date| date.parse::<Date>().is_err()) {
            return Err(Fault::UnsupportedProperty(format!("Unparseable date in {field}")));
        }
    }
    Ok(())
}

fn stored(books: &Books, kind: Kind, id: u64) -> Result<Object, Fault> {
    books.get(kind, id).cloned().ok_or(Fault::NotFound)
}

/// Worded as recorded, without the list of every property.
fn unknown_property(kind: Kind, field: &str) -> Fault {
    Fault::UnsupportedProperty(format!(
        "Unrecognized field \"{field}\" (class com.intuit.schema.finance.v3.{}), not marked as ignorable ({} known \
         properties)",
        kind.name(),
        fields::count(kind),
    ))
}

/// Fails with 2020 unless the field is there and not empty.
fn require(object: &Object, field: &'static str) -> Result<(), Fault> {
    let present = match object.get(field) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(elements)) => !elements.is_empty(),
        Some(Value::Object(reference)) => reference.get("value").is_none_or(|value| *value != ""),
        Some(_) => true,
    };
    if present { Ok(()) } else { Err(Fault::RequiredMissing(field)) }
}
