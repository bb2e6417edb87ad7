//! Documents in another currency than the company's.
//!
//! All amounts of a document are in its own currency; `ExchangeRate` and, on sales forms, `HomeTotalAmt`
//! say what that is in the home currency, in which reports are. After the schema's descriptions and
//! Intuit's page on multiple currencies. How QuickBooks rounds parts of a document is not documented:
//! here a part is its amount × the rate, to the cent, or its share of a `HomeTotalAmt` that a seed has
//! otherwise. Gains and losses are not reported.

use rust_decimal::Decimal;
use serde_json::json;

use super::books::Books;
use super::kind::Kind;
use super::object::{Object, amount, cents, decimal, default, nearest_cent, reference, set};

/// The company's currency.
fn home(books: &Books) -> &str {
    let preferences = books.get(Kind::Preferences, 1);
    let currency = preferences.and_then(|it| it.get("CurrencyPrefs")?.as_object());
    currency.and_then(|it| reference(it, "HomeCurrency")).unwrap_or("USD")
}

/// Says what a document in another currency is worth. One without a rate is booked at 1, as
/// integrators report of what they post without one.
pub(crate) fn complete(books: &Books, kind: Kind, object: &mut Object) {
    if reference(object, "CurrencyRef").is_none_or(|code| code == home(books)) {
        return;
    }
    default(object, "ExchangeRate", json!(1));
    object.remove("HomeTotalAmt");
    if kind.is_sales_form() {
        let total = at_home(object, cents(object, "TotalAmt"));
        set(object, "HomeTotalAmt", amount(total));
    }
    balance(kind, object);
}

/// Writes what is open in the home currency, where the entity has a field for it.
pub(crate) fn balance(kind: Kind, object: &mut Object) {
    let told = matches!(kind, Kind::Invoice | Kind::CreditMemo | Kind::Bill);
    if told && object.contains_key("ExchangeRate") {
        let open = at_home(object, cents(object, "Balance"));
        set(object, "HomeBalance", amount(open));
    }
}

/// Cents of a document in the home currency.
pub(crate) fn at_home(document: &Object, minor: i64) -> i64 {
    let Some(rate) = decimal(document, "ExchangeRate") else { return minor };
    let by_rate = |minor| nearest_cent(Decimal::new(minor, 2) * rate).unwrap_or(0);
    let (whole, said) = (cents(document, "TotalAmt"), cents(document, "HomeTotalAmt"));
    if !document.contains_key("HomeTotalAmt") || said == by_rate(whole) {
        return by_rate(minor);
    }
    let product = Decimal::from(minor) * Decimal::new(said, 2);
    product.checked_div(Decimal::from(whole)).and_then(nearest_cent).unwrap_or(0)
}
