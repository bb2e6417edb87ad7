//! Sales tax.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::books::Books;
use super::super::fault::Fault;
use super::super::kind::Kind;
use super::super::object::{
    Object, amount, cents, decimal, default, nearest_cent, reference, reference_id, set_cents,
};

/// Counts the tax of a document into its `TxnTaxDetail`.
///
/// A tax code is counted out by its rates, whatever the caller says it comes to; without a code the
/// caller's `TotalTax` or the sum of his tax lines stands (inferred from the documentation).
pub(super) fn settle(books: &Books, object: &mut Object, taxable: i64) -> Result<i64, Fault> {
    default(object, "TxnTaxDetail", json!({}));
    let Some(detail) = object.get_mut("TxnTaxDetail").and_then(Value::as_object_mut) else {
        return Err(Fault::RequiredMissing("TxnTaxDetail"));
    };
    let rates = rates(books, detail);
    if rates.is_empty() {
        return Ok(given(detail));
    }
    let tax_lines: Vec<Value> = rates.iter().map(|rate| rate.line(taxable)).collect();
    let total = rates.iter().map(|rate| rate.tax(taxable)).sum();
    detail.insert("TaxLine".to_owned(), tax_lines.into());
    set_cents(detail, "TotalTax", total);
    Ok(total)
}

fn given(detail: &mut Object) -> i64 {
    let tax_lines = detail.get("TaxLine").and_then(Value::as_array).into_iter().flatten();
    let summed = tax_lines.filter_map(Value::as_object).map(|line| cents(line, "Amount")).sum();
    let total = if detail.contains_key("TotalTax") { cents(detail, "TotalTax") } else { summed };
    set_cents(detail, "TotalTax", total);
    total
}

struct Rate {
    id: u64,
    percent: Decimal,
}

impl Rate {
    fn tax(&self, taxable: i64) -> i64 {
        nearest_cent(Decimal::new(taxable, 4) * self.percent).unwrap_or(0)
    }

    fn line(&self, taxable: i64) -> Value {
        json!({
            "Amount": amount(self.tax(taxable)),
            "DetailType": "TaxLineDetail",
            "TaxLineDetail": {
                "TaxRateRef": { "value": self.id.to_string() },
                "PercentBased": true,
                "TaxPercent": self.percent.normalize().to_string().parse::<serde_json::Number>().ok(),
                "NetAmountTaxable": amount(taxable),
            },
        })
    }
}

/// The rates behind the document's tax code.
fn rates(books: &Books, detail: &Object) -> Vec<Rate> {
    if reference(detail, "TxnTaxCodeRef").is_none() {
        return Vec::new();
    }
    let code = reference_id(detail, "TxnTaxCodeRef").and_then(|id| books.get(Kind::TaxCode, id));
    let details =
        code.and_then(|code| code.get("SalesTaxRateList")?.get("TaxRateDetail")?.as_array());
    let details = details.into_iter().flatten().filter_map(Value::as_object);
    let ids = details.filter_map(|detail| reference_id(detail, "TaxRateRef"));
    ids.filter_map(|id| {
        Some(Rate { id, percent: decimal(books.get(Kind::TaxRate, id)?, "RateValue")? })
    })
    .collect()
}

/// The tax that a purchase's caller states.
pub(super) fn stated(object: &Object) -> i64 {
    let detail = object.get("TxnTaxDetail").and_then(Value::as_object);
    detail.map_or(0, |detail| cents(detail, "TotalTax"))
}
