//! References from one object to another: they must exist, be active, and carry the other's name.

use serde_json::Value;

use super::books::Books;
use super::fault::Fault;
use super::kind::Kind;
use super::object::{Object, is_active, set, shown_name};

/// Checks every reference inside `object` and fills in the names.
pub(crate) fn resolve(books: &Books, kind: Kind, object: &mut Object) -> Result<(), Fault> {
    for (field, value) in object.iter_mut() {
        resolve_value(books, kind, field, value)?;
    }
    Ok(())
}

fn resolve_value(books: &Books, kind: Kind, field: &str, value: &mut Value) -> Result<(), Fault> {
    match value {
        Value::Array(elements) => {
            elements.iter_mut().try_for_each(|element| resolve_value(books, kind, field, element))
        }
        Value::Object(reference) => match target(kind, field, reference) {
            Some(target) => resolve_reference(books, target, reference),
            None => resolve(books, kind, reference),
        },
        _ => Ok(()),
    }
}

fn resolve_reference(books: &Books, target: Kind, reference: &mut Object) -> Result<(), Fault> {
    let Some(id) = reference.get("value").and_then(Value::as_str) else {
        return Ok(());
    };
    if is_pseudo_tax_code(target, id) {
        return Ok(());
    }
    let found = id.parse().ok().and_then(|id| books.get(target, id));
    let found = found.ok_or_else(|| missing(target, id))?;
    if !is_active(found) {
        return Err(Fault::NotFound);
    }
    set(reference, "name", shown_name(target, found));
    Ok(())
}

/// `TAX` and `NON` stand for "taxable or not" in United States companies.
fn is_pseudo_tax_code(target: Kind, id: &str) -> bool {
    target == Kind::TaxCode && matches!(id, "TAX" | "NON")
}

fn missing(target: Kind, id: &str) -> Fault {
    let list = match target {
        Kind::Account => "Accounts",
        Kind::Customer | Kind::Vendor | Kind::Employee => "Names",
        Kind::Item => "Items",
        other => other.name(),
    };
    Fault::InvalidReference { list, id: id.to_owned() }
}

/// The entity that a reference field points at; `None` for what is no reference we keep.
fn target(kind: Kind, field: &str, reference: &Object) -> Option<Kind> {
    match field {
        "CustomerRef" => Some(Kind::Customer),
        "VendorRef" => Some(Kind::Vendor),
        "ItemRef" => Some(Kind::Item),
        "ClassRef" => Some(Kind::Class),
        "DepartmentRef" => Some(Kind::Department),
        "SalesTermRef" => Some(Kind::Term),
        "PaymentMethodRef" => Some(Kind::PaymentMethod),
        "TaxCodeRef" | "TxnTaxCodeRef" | "DefaultTaxCodeRef" => Some(Kind::TaxCode),
        "ParentRef" => Some(kind),
        "EntityRef" => Kind::parse(reference.get("type")?.as_str()?),
        // `CurrencyRef` and the like are codes rather than objects of the company.
        _ if field.ends_with("AccountRef") => Some(Kind::Account),
        _ => None,
    }
}
