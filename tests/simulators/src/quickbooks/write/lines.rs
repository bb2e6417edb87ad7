//! The lines of a document.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::fault::Fault;
use super::super::object::{Object, decimal, default, detail, nearest_cent, set, set_cents, text};

/// Takes the lines out of a document, without the subtotals that QuickBooks adds itself.
pub(super) fn take(object: &mut Object) -> Vec<Object> {
    let Some(Value::Array(lines)) = object.remove("Line") else {
        return Vec::new();
    };
    let lines = lines.into_iter().filter_map(|line| match line {
        Value::Object(line) => Some(line),
        _ => None,
    });
    lines.filter(|line| text(line, "DetailType") != Some("SubTotalLineDetail")).collect()
}

/// The amount of a line to the cent; descriptions have none.
pub(super) fn amount(line: &Object) -> Result<i64, Fault> {
    if text(line, "DetailType") == Some("DescriptionOnly") {
        return Ok(0);
    }
    decimal(line, "Amount").and_then(nearest_cent).ok_or(Fault::RequiredMissing("Line.Amount"))
}

/// Refuses an amount that is not price times quantity. Zero counts as not given: python-quickbooks
/// sends zeros for both, and is used with the real API.
pub(super) fn check_product(line: &Object, part: &str, cents: i64) -> Result<(), Fault> {
    let factor = |field| detail(line, part).and_then(|detail| decimal(detail, field));
    let given = |field| factor(field).filter(|factor| !factor.is_zero());
    let (Some(price), Some(quantity)) = (given("UnitPrice"), given("Qty")) else {
        return Ok(());
    };
    if price.checked_mul(quantity).and_then(nearest_cent) == Some(cents) {
        Ok(())
    } else {
        Err(Fault::AmountMismatch(Decimal::new(cents, 2).to_string()))
    }
}

/// The named part of a line, which its `DetailType` promises.
pub(super) fn require_detail(line: &Object, part: &'static str) -> Result<(), Fault> {
    match detail(line, part) {
        Some(_) => Ok(()),
        None => Err(Fault::RequiredMissing(part)),
    }
}

/// Fills in what is on every stored line, and the `Id` of new ones: recorded updates count on from
/// the lines that were there before.
pub(super) fn number(lines: &mut [Object], before: &Object) {
    let ids = super::super::object::lines(before)
        .filter_map(|line| text(line, "Id")?.parse::<u64>().ok());
    let mut last = ids.max().unwrap_or(0);
    for (position, line) in (1_u64..).zip(lines) {
        if text(line, "Id").is_none() {
            last += 1;
            set(line, "Id", last.to_string());
        }
        set(line, "LineNum", position);
    }
}

/// Writes an amount back as the cent it was rounded to.
pub(super) fn settle_amount(line: &mut Object, cents: i64) {
    if text(line, "DetailType") != Some("DescriptionOnly") {
        set_cents(line, "Amount", cents);
    }
}

/// Lines of a sale or an expense are not taxed unless they say so, as recorded.
pub(super) fn default_tax_code(line: &mut Object, part: &str) {
    if let Some(detail) = line.get_mut(part).and_then(Value::as_object_mut) {
        default(detail, "TaxCodeRef", json!({ "value": "NON" }));
    }
}
