//! Customers, vendors, items and accounts.

use serde_json::json;

use super::super::books::Books;
use super::super::fault::Fault;
use super::super::kind::{Kind, Nature};
use super::super::object::{Object, amount, default, is_active, reference_id, set, text};
use super::require;

/// The mark of a deactivated name.
const DELETED: &str = " (deleted)";

/// Checks a list entry and fills in what QuickBooks adds.
pub(super) fn complete(
    books: &Books,
    kind: Kind,
    object: &mut Object,
    before: &Object,
) -> Result<(), Fault> {
    default(object, "Active", true);
    let name = name(kind, object).ok_or(Fault::RequiredMissing(name_field(kind)))?;
    set(object, name_field(kind), shown(&name, is_active(object)));
    refuse_duplicate(books, kind, object)?;
    match kind {
        Kind::Customer => complete_customer(books, object),
        Kind::Vendor => complete_vendor(object),
        Kind::Employee => complete_employee(object),
        Kind::Item => complete_item(books, object)?,
        Kind::Account => complete_account(books, object, before)?,
        _ => {}
    }
    Ok(())
}

const fn name_field(kind: Kind) -> &'static str {
    if matches!(kind.nature(), Nature::Party) { "DisplayName" } else { "Name" }
}

/// The given name, or for people one made of its parts.
fn name(kind: Kind, object: &Object) -> Option<String> {
    if let Some(name) = text(object, name_field(kind)).filter(|name| !name.trim().is_empty()) {
        return Some(name.to_owned());
    }
    if kind.nature() != Nature::Party {
        return None;
    }
    let parts = ["Title", "GivenName", "MiddleName", "FamilyName", "Suffix"];
    let parts: Vec<&str> = parts.iter().filter_map(|part| text(object, part)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Recorded: inactive names carry a suffix. That a reactivated one loses it is inferred.
fn shown(name: &str, active: bool) -> String {
    let plain = plain(name);
    if active { plain.to_owned() } else { format!("{plain}{DELETED}") }
}

fn plain(name: &str) -> &str {
    name.strip_suffix(DELETED).unwrap_or(name)
}

/// Customers, vendors and employees share one set of names; other lists have their own.
fn refuse_duplicate(books: &Books, kind: Kind, object: &Object) -> Result<(), Fault> {
    let rivals: &[Kind] = match kind.nature() {
        Nature::Party => &[Kind::Customer, Kind::Vendor, Kind::Employee],
        _ => &[kind],
    };
    let key = identity(kind, object);
    let taken = rivals.iter().any(|rival| {
        books.all(*rival).any(|(_, other)| {
            let itself = *rival == kind && other.get("Id") == object.get("Id");
            !itself && identity(*rival, other) == key
        })
    });
    if taken { Err(Fault::DuplicateName) } else { Ok(()) }
}

/// Two items or accounts may share a name under different parents.
fn identity(kind: Kind, object: &Object) -> (String, Option<u64>) {
    let parent =
        if kind.nature() == Nature::Party { None } else { reference_id(object, "ParentRef") };
    (text(object, name_field(kind)).unwrap_or_default().to_lowercase(), parent)
}

fn complete_customer(books: &Books, object: &mut Object) {
    let display = text(object, "DisplayName").unwrap_or_default().to_owned();
    qualify(books, Kind::Customer, object, &display);
    complete_party(object, &display);
    let has_parent = object.contains_key("ParentRef");
    default(object, "Taxable", true);
    default(object, "Job", has_parent);
    default(object, "BillWithParent", false);
    default(object, "BalanceWithJobs", amount(0));
    default(object, "PreferredDeliveryMethod", "Print");
}

fn complete_vendor(object: &mut Object) {
    let display = text(object, "DisplayName").unwrap_or_default().to_owned();
    complete_party(object, &display);
    default(object, "Vendor1099", false);
}

fn complete_employee(object: &mut Object) {
    let display = text(object, "DisplayName").unwrap_or_default().to_owned();
    default(object, "PrintOnCheckName", plain(&display));
    default(object, "BillableTime", false);
}

fn complete_party(object: &mut Object, display: &str) {
    default(object, "Balance", amount(0));
    default(object, "PrintOnCheckName", plain(display));
}

fn complete_item(books: &Books, object: &mut Object) -> Result<(), Fault> {
    default(object, "Type", "Service");
    if text(object, "Type") != Some("Category") {
        require(object, "IncomeAccountRef")?;
    }
    let name = text(object, "Name").unwrap_or_default().to_owned();
    qualify(books, Kind::Item, object, &name);
    default(object, "Taxable", false);
    default(object, "UnitPrice", json!(0));
    default(object, "PurchaseCost", json!(0));
    default(object, "TrackQtyOnHand", false);
    Ok(())
}

fn complete_account(books: &Books, object: &mut Object, before: &Object) -> Result<(), Fault> {
    if text(object, "AccountType").is_none() {
        require(object, "AccountSubType")?;
        return Err(Fault::Business(
            "the simulator needs AccountType beside AccountSubType".to_owned(),
        ));
    }
    let name = text(object, "Name").unwrap_or_default().to_owned();
    qualify(books, Kind::Account, object, &name);
    let classification = classification(text(object, "AccountType").unwrap_or_default())
        .ok_or_else(|| Fault::Business("Invalid Account Type".to_owned()))?;
    if before.is_empty() {
        set(object, "Classification", classification);
    }
    let has_parent = object.contains_key("ParentRef");
    set(object, "SubAccount", has_parent);
    default(object, "CurrentBalance", amount(0));
    default(object, "CurrentBalanceWithSubAccounts", amount(0));
    Ok(())
}

fn classification(account_type: &str) -> Option<&'static str> {
    Some(match account_type {
        "Bank" | "Accounts Receivable" | "Other Current Asset" | "Fixed Asset" | "Other Asset" => {
            "Asset"
        }
        "Accounts Payable" | "Credit Card" | "Other Current Liability" | "Long Term Liability" => {
            "Liability"
        }
        "Equity" => "Equity",
        "Income" | "Other Income" => "Revenue",
        "Expense" | "Other Expense" | "Cost of Goods Sold" => "Expense",
        _ => return None,
    })
}

/// `FullyQualifiedName` is the path of names from the topmost parent; `Level` counts its parents.
fn qualify(books: &Books, kind: Kind, object: &mut Object, name: &str) {
    let parent = reference_id(object, "ParentRef").and_then(|id| books.get(kind, id));
    let path = parent.and_then(|parent| text(parent, "FullyQualifiedName")).map(str::to_owned);
    match path {
        Some(path) => {
            set(object, "Level", path.matches(':').count() + 1);
            set(object, "FullyQualifiedName", format!("{path}:{name}"));
        }
        None => set(object, "FullyQualifiedName", name),
    }
    if kind == Kind::Account {
        object.remove("Level");
    }
}
