use clearmargin_domain::{invoice::Invoice, payment::Payment};
use serde_json::{Value, json};

use super::*;
use crate::{
    fixture::{context, json as parsed},
    quickbooks::entity::Entity,
};

fn mapped(entity: Entity, row: &Value) -> Result<Record, Rejection> {
    entity.row(&context(), row).mapped
}

fn reason(entity: Entity, row: &Value) -> String {
    mapped(entity, row).unwrap_err().to_string()
}

fn invoice(row: &Value) -> Invoice {
    match mapped(Entity::Invoice, row) {
        Ok(Record::Invoice(invoice)) => invoice,
        other => panic!("{other:?}"),
    }
}

/// 100.00 + 33.33 and 10.01 of tax, in euros.
const EUROS: &str = r#"{
    "Id": "12", "SyncToken": "1", "TxnDate": "2026-03-31", "CustomerRef": {"value": "7"},
    "CurrencyRef": {"value": "EUR", "name": "Euro"}, "ExchangeRate": 1.0837,
    "Line": [
        {"Amount": 100.00, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}},
        {"Amount": 33.33, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}],
    "TxnTaxDetail": {"TotalTax": 10.01}, "TotalAmt": 143.34, "Balance": 43.34}"#;

/// The row with a field set.
fn with(text: &str, field: &str, value: Value) -> Value {
    let mut row = parsed(text);
    row[field] = value;
    row
}

fn euros(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

#[test]
fn a_document_keeps_its_own_currency_and_what_that_was_worth() {
    let invoice = invoice(&parsed(EUROS));
    assert_eq!((invoice.total, invoice.balance), (euros(14_334), euros(4_334)));
    let rate = invoice.rate.unwrap();
    assert_eq!((rate.to, rate.source), (context().currency, RateSource::QuickBooks));
    assert_eq!((rate.rate, rate.day), ("1.0837".parse().unwrap(), invoice.day));
    // 143.34 × 1.0837 = 155.337558 and 10.01 × 1.0837 = 10.847837.
    assert_eq!(invoice.home_minor(invoice.total), 15_534);
    assert_eq!(invoice.home_lines().iter().sum::<i64>(), 15_534 - 1_085);
}

#[test]
fn the_total_that_quickbooks_says_goes_before_the_rate_and_is_divided_among_the_lines() {
    // As the schema has it: the total in the home currency, taxes included.
    let told = invoice(&with(EUROS, "HomeTotalAmt", json!(155.40)));
    assert_eq!(told.home_minor(told.total), 15_540);
    // Of it the tax is 10.01 ÷ 143.34, 10.852…, and the lines make up the rest.
    assert_eq!(told.home_lines(), [10_842, 3_613]);
    let same = invoice(&with(EUROS, "HomeTotalAmt", parsed("155.34")));
    assert_eq!(same, invoice(&parsed(EUROS)));
    // More decimals than the currency has, as floats leave them, are rounded.
    let long = invoice(&with(EUROS, "HomeTotalAmt", parsed("155.3999999999999")));
    assert_eq!(long, told);
    let kinds = [Entity::Invoice, Entity::CreditMemo, Entity::Bill];
    for (value, entity) in [json!(0), json!(-155.34), json!("much")].iter().zip(kinds) {
        let reason = reason(entity, &with(EUROS, "HomeTotalAmt", value.clone()));
        assert!(reason.starts_with("HomeTotalAmt is "), "{reason}");
    }
}

#[test]
fn a_credit_memo_gives_back_what_it_is_worth() {
    let row = with(EUROS, "HomeTotalAmt", json!(155.40));
    let Ok(Record::Invoice(memo)) = mapped(Entity::CreditMemo, &row) else { panic!() };
    assert_eq!((memo.total, memo.home_minor(memo.total)), (euros(-14_334), -15_540));
    assert_eq!(memo.home_lines().iter().sum::<i64>(), -14_455);
}

#[test]
fn a_bill_costs_what_it_is_worth() {
    let row = json!({
        "Id": "5", "TxnDate": "2026-02-03", "TotalAmt": 30.5, "ExchangeRate": 0.00665,
        "CurrencyRef": {"value": "JPY"},
        "Line": [
            {"Amount": 2_000, "DetailType": "AccountBasedExpenseLineDetail",
             "AccountBasedExpenseLineDetail": {}},
            {"Amount": 1_001, "DetailType": "ItemBasedExpenseLineDetail",
             "ItemBasedExpenseLineDetail": {}}]});
    let reason = reason(Entity::Bill, &row);
    // Yen have no decimals.
    assert_eq!(reason, "TotalAmt is \"30.5\", expected an amount in the currency's decimals");
    let mut row = row;
    row["TotalAmt"] = json!(3_001);
    let Ok(Record::Expense(bill)) = mapped(Entity::Bill, &row) else { panic!() };
    // 3,001 × 0.00665 = 19.95665: each line by itself would be 13.30 and 6.66.
    assert_eq!((bill.total.minor, bill.home_lines()), (3_001, vec![1_330, 666]));
    row["Credit"] = json!(true);
    let Ok(Record::Expense(refund)) = mapped(Entity::Purchase, &row) else { panic!() };
    assert_eq!(refund.home_lines().iter().sum::<i64>(), -1_996);
}

const PAID: &str = r#"{
    "Id": "1", "CustomerRef": {"value": "2"}, "TxnDate": "2026-04-02", "TotalAmt": 100,
    "UnappliedAmt": 49.99, "CurrencyRef": {"value": "EUR"}, "ExchangeRate": 1.1,
    "Line": [{"Amount": 50.01, "LinkedTxn": [{"TxnId": "12", "TxnType": "Invoice"}]}]}"#;

#[test]
fn a_payment_has_a_rate_of_its_own() {
    let Ok(Record::Payment(payment)) = mapped(Entity::Payment, &parsed(PAID)) else { panic!() };
    let rate = payment.rate.unwrap();
    assert_eq!((rate.rate, rate.day), ("1.1".parse().unwrap(), payment.day));
    assert_eq!((payment.total, payment.unapplied), (euros(10_000), euros(4_999)));
    // What its part is worth to the invoice is known with the invoice alone.
    let document = invoice(&parsed(EUROS));
    let followed: Payment = payment.following(|id| (id == document.id).then_some(&document));
    // 50.01 × 1.0837 = 54.195837, of 55.01 that came in for it.
    assert_eq!(followed.allocations[0].home_minor, Some(5_420));
    assert_eq!(followed.settles_abroad().collect::<Vec<_>>(), [document.id]);
}

#[test]
fn without_a_rate_an_amount_in_another_currency_is_refused_by_the_fields_name() {
    let missing = "ExchangeRate is missing";
    for (entity, text) in [
        (Entity::Invoice, EUROS),
        (Entity::CreditMemo, EUROS),
        (Entity::Bill, EUROS),
        (Entity::Payment, PAID),
    ] {
        for none in [Value::Null, json!(""), json!(0), json!(-1), json!(2_000_000), json!("x")] {
            let reason = reason(entity, &with(text, "ExchangeRate", none.clone()));
            let named = reason == missing || reason.starts_with("ExchangeRate is \"");
            assert!(named, "{none} {reason}");
        }
        assert_eq!(reason(entity, &with(text, "ExchangeRate", Value::Null)), missing);
        let unknown = with(text, "CurrencyRef", json!({"value": "XYZ"}));
        let expected = "CurrencyRef.value is \"XYZ\", expected a currency that is known here";
        assert_eq!(reason(entity, &unknown), expected);
    }
}

#[test]
fn amounts_that_cannot_be_converted_are_refused() {
    let mut row = with(PAID, "ExchangeRate", json!(1_000_000));
    row["TotalAmt"] = parsed("92233720368547758.07");
    assert_eq!(reason(Entity::Payment, &row), "the amounts are out of range");
    row["TotalAmt"] = json!(1);
    row["Line"][0]["Amount"] = parsed("92233720368547758.07");
    assert_eq!(reason(Entity::Payment, &row), "the amounts are out of range");
}

#[test]
fn the_books_own_currency_needs_no_rate_and_another_than_one_speaks_of_other_books() {
    let dollars = |rate: Value| {
        let mut row = with(EUROS, "CurrencyRef", json!({"value": "USD"}));
        row["ExchangeRate"] = rate;
        row
    };
    for none in [Value::Null, json!(0), json!(1), parsed("1.000")] {
        assert_eq!(invoice(&dollars(none)).rate, None);
    }
    let reason = reason(Entity::Invoice, &dollars(json!(1.35)));
    let expected = "1, since the amounts are in the organisation's currency";
    assert_eq!(reason, format!("ExchangeRate is \"1.35\", expected {expected}"));
}

#[test]
fn a_rate_into_other_books_is_none() {
    let row = || Entity::Invoice.row(&context(), &parsed(EUROS));
    assert_eq!(checked(&context(), Some("USD"), row()), row());
    let reason = |home| checked(&context(), home, row()).mapped.unwrap_err().to_string();
    let told = "ExchangeRate leads to CAD, in which the company keeps its books, not to USD";
    assert_eq!(reason(Some("CAD")), told);
    assert!(reason(None).contains("an unknown currency"));
    let own = with(EUROS, "CurrencyRef", json!({"value": "USD"}));
    let own = Entity::Payment.row(&context(), &with(&own.to_string(), "ExchangeRate", json!(1)));
    assert_eq!(checked(&context(), Some("CAD"), own.clone()), own);
}
