use clearmargin_domain::id::{ClientId, InvoiceId, ServiceId};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    fixture::{cents, context, json as parsed},
    quickbooks::SOURCE,
};

fn document(row: &Value, kind: DocumentKind) -> Result<Invoice, Rejection> {
    read(&context(), &Fields::of(row).unwrap(), kind)
}

fn invoice(row: &Value) -> Result<Invoice, Rejection> {
    document(row, DocumentKind::Invoice)
}

fn amounts(invoice: &Invoice) -> Vec<i64> {
    invoice.lines.iter().map(|line| line.amount.minor).collect()
}

/// An invoice with every kind of line: 100 + (30 + 20) − 15 = 135, and 8.10 tax.
const MIXED: &str = r#"{
    "Id": "12", "SyncToken": "3", "DocNumber": "1001", "TxnDate": "2026-03-31",
    "DueDate": "2026-04-30", "CurrencyRef": {"value": "USD"}, "CustomerRef": {"value": "7"},
    "Line": [
        {"Amount": 100.00, "Description": "Work", "DetailType": "SalesItemLineDetail",
         "SalesItemLineDetail": {"ItemRef": {"value": "4"}}},
        {"Amount": 50, "DetailType": "GroupLineDetail", "GroupLineDetail": {"Line": [
            {"Amount": 30, "DetailType": "SalesItemLineDetail",
             "SalesItemLineDetail": {"ItemRef": {"value": "5"}}},
            {"Amount": 20, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}]}},
        {"DetailType": "DescriptionOnly", "Description": "Thank you"},
        {"Amount": 150, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
        {"Amount": 15, "DetailType": "DiscountLineDetail",
         "DiscountLineDetail": {"PercentBased": true, "DiscountPercent": 10}}
    ],
    "TxnTaxDetail": {"TotalTax": 8.1}, "TotalAmt": 143.1, "Balance": 43.1}"#;

#[test]
fn each_kind_of_line_counts_as_the_books_count_it() {
    let invoice = invoice(&parsed(MIXED)).unwrap();
    assert_eq!(amounts(&invoice), [10_000, 3_000, 2_000, -1_500]);
    assert_eq!(
        (invoice.tax, invoice.total, invoice.balance),
        (cents(810), cents(14_310), cents(4_310))
    );
    assert_eq!(invoice.id, InvoiceId::imported(context().org, SOURCE, "12"));
    assert_eq!(invoice.client, ClientId::imported(context().org, SOURCE, "7"));
    assert_eq!(invoice.lines[0].service, Some(ServiceId::imported(context().org, SOURCE, "4")));
    assert_eq!(invoice.lines[3].service, None);
    let origin = invoice.origin.as_ref().unwrap();
    assert_eq!((origin.kind.as_str(), origin.revision), ("Invoice", Some(3)));
    assert_eq!(invoice.number.as_deref(), Some("1001"));
    assert_eq!(invoice.day.to_string(), "2026-03-31");
}

#[test]
fn a_credit_memo_is_the_same_with_the_other_sign_and_an_id_of_its_own() {
    let mut row = parsed(MIXED);
    row["RemainingCredit"] = json!(10);
    let memo = document(&row, DocumentKind::CreditMemo).unwrap();
    assert_eq!(amounts(&memo), [-10_000, -3_000, -2_000, 1_500]);
    assert_eq!((memo.tax, memo.total, memo.balance), (cents(-810), cents(-14_310), cents(-1_000)));
    assert_eq!(memo.id, InvoiceId::imported(context().org, SOURCE, "creditmemo:12"));
}

#[test]
fn a_recorded_invoice_is_read() {
    let row = parsed(include_str!("../../../tests/fixtures/invoice.json"));
    let invoice = invoice(&row).unwrap();
    assert_eq!(amounts(&invoice), [10_000]);
    assert_eq!((invoice.total, invoice.balance), (cents(10_000), cents(10_000)));
}

#[test]
fn a_recorded_voided_invoice_stays_with_nothing_on_it() {
    let row = parsed(include_str!("../../../tests/fixtures/voided_invoice.json"));
    let invoice = invoice(&row).unwrap();
    assert_eq!(amounts(&invoice), [0]);
    assert_eq!(invoice.total, cents(0));
}

#[test]
fn lines_that_do_not_add_up_are_refused_with_both_figures() {
    let mut row = parsed(MIXED);
    row["TotalAmt"] = parsed("143.11");
    let reason = invoice(&row).unwrap_err().to_string();
    assert_eq!(reason, "the lines come to 135.00, but TotalAmt without tax is 135.01");
}

#[test]
fn a_line_of_an_unknown_kind_is_refused_rather_than_left_out() {
    let mut row = parsed(MIXED);
    row["Line"][0]["DetailType"] = json!("ReimburseLineDetail");
    let reason = invoice(&row).unwrap_err().to_string();
    assert_eq!(
        reason,
        "Line[0].DetailType is \"ReimburseLineDetail\", expected a known kind of line"
    );
}

#[test]
fn a_field_of_the_form_is_no_catalogue_entry() {
    let mut row = parsed(MIXED);
    row["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] = json!("SHIPPING_ITEM_ID");
    assert_eq!(invoice(&row).unwrap().lines[0].service, None);
}

fn text(minor: i64) -> Value {
    parsed(&cents(minor).to_string())
}

fn row(items: &[i64], group: &[i64], discount: i64, tax: i64, total: i64) -> Value {
    let item = |minor: &i64| json!({"Amount": text(*minor), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}});
    let mut lines: Vec<_> = items.iter().map(item).collect();
    let nested: Vec<_> = group.iter().map(item).collect();
    lines.push(json!({
        "Amount": text(group.iter().sum()), "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"Line": nested},
    }));
    lines.push(json!({"Amount": text(discount), "DetailType": "DiscountLineDetail"}));
    json!({
        "Id": "1", "TxnDate": "2026-01-01", "CustomerRef": {"value": "1"}, "Line": lines,
        "TxnTaxDetail": {"TotalTax": text(tax)}, "TotalAmt": text(total),
    })
}

proptest! {
    #[test]
    fn the_lines_of_an_accepted_document_come_to_its_total_without_tax(
        items in prop::collection::vec(-1_000_000_i64..1_000_000, 0..6),
        group in prop::collection::vec(0_i64..1_000_000, 0..4),
        discount in 0_i64..100_000,
        tax in 0_i64..100_000,
        off in -2_i64..=2,
        kind in prop::sample::select(vec![DocumentKind::Invoice, DocumentKind::CreditMemo]),
    ) {
        let net = items.iter().chain(&group).sum::<i64>() - discount;
        let row = row(&items, &group, discount, tax, net + tax + off);
        match document(&row, kind) {
            Ok(document) => {
                let lines: i64 = amounts(&document).iter().sum();
                prop_assert_eq!(off, 0);
                prop_assert_eq!(lines, document.total.minor - document.tax.minor);
                let sign = if kind == DocumentKind::Invoice { 1 } else { -1 };
                prop_assert_eq!(lines, sign * net);
            }
            Err(rejection) => {
                prop_assert_ne!(off, 0);
                let is_sum = matches!(rejection, Rejection::LinesDoNotAddUp { .. });
                prop_assert!(is_sum);
            }
        }
    }
}

#[test]
fn a_document_too_long_to_be_stored_is_refused_and_long_descriptions_are_cut() {
    let line = json!({
        "Amount": 1, "Description": "x".repeat(4_000), "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "4"}},
    });
    let with = |count: usize| {
        let mut row: Value = serde_json::from_str(MIXED).unwrap();
        row["Line"] = vec![line.clone(); count].into();
        row["TotalAmt"] = json!(count);
        row["TxnTaxDetail"] = Value::Null;
        invoice(&row)
    };
    assert_eq!(with(2).unwrap().lines[0].description, "x".repeat(200));
    assert_eq!(with(750).unwrap().lines.len(), 750);
    assert_eq!(with(751), Err(Rejection::TooManyLines { most: 750 }));
}
