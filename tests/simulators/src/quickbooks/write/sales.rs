//! Invoices, credit memos, receipts and estimates: totals counted from lines, discounts and tax.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::books::Books;
use super::super::fault::Fault;
use super::super::kind::Kind;
use super::super::object::{
    Object, amount, cents, decimal, default, detail, nearest_cent, reference, reference_id, set,
    set_cents, text,
};
use super::transaction::due_date;
use super::{lines, require, tax};

const ITEM: &str = "SalesItemLineDetail";
const DISCOUNT: &str = "DiscountLineDetail";
const GROUP: &str = "GroupLineDetail";

/// Checks a sales form and counts it up.
pub(super) fn complete(
    books: &Books,
    kind: Kind,
    object: &mut Object,
    before: &Object,
) -> Result<(), Fault> {
    if kind != Kind::SalesReceipt {
        // A recorded receipt has no customer.
        require(object, "CustomerRef")?;
    }
    require(object, "Line")?;
    default(object, "ApplyTaxAfterDiscount", false);
    let sum = count_lines(object, before)?;
    let tax = tax::settle(books, object, sum.taxable)?;
    let total = sum.subtotal - sum.discount + tax;
    if total < 0 {
        return Err(Fault::Business("The transaction amount must be 0 or greater.".to_owned()));
    }
    settle_balance(kind, object, before, total)?;
    set_cents(object, "TotalAmt", total);
    add_defaults(books, kind, object);
    Ok(())
}

/// What the lines come to, in cents.
struct Sum {
    subtotal: i64,
    discount: i64,
    taxable: i64,
}

/// Rewrites the lines as QuickBooks stores them: numbered, rounded, subtotal after the items,
/// discounts last.
fn count_lines(object: &mut Object, before: &Object) -> Result<Sum, Fault> {
    let taken = lines::take(object);
    let is_discount = |line: &Object| text(line, "DetailType") == Some(DISCOUNT);
    let (mut discounts, mut items): (Vec<_>, Vec<_>) = taken.into_iter().partition(is_discount);
    let mut sum = Sum { subtotal: 0, discount: 0, taxable: 0 };
    for line in &mut items {
        let cents = item_amount(line)?;
        sum.subtotal += cents;
        if is_taxable(line) {
            sum.taxable += cents;
        }
    }
    for line in &mut discounts {
        sum.discount += discount_amount(line, sum.subtotal)?;
    }
    if object.get("ApplyTaxAfterDiscount") == Some(&Value::Bool(true)) {
        sum.taxable -= share(sum.discount, sum.taxable, sum.subtotal);
    }
    items.extend(discounts);
    lines::number(&mut items, before);
    let (discounts, items): (Vec<_>, Vec<_>) = items.into_iter().partition(is_discount);
    let subtotal = json!({
        "Amount": amount(sum.subtotal), "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}
    });
    let stored = items.into_iter().map(Value::Object).chain([subtotal]);
    let stored: Vec<Value> = stored.chain(discounts.into_iter().map(Value::Object)).collect();
    set(object, "Line", stored);
    Ok(sum)
}

fn item_amount(line: &mut Object) -> Result<i64, Fault> {
    let cents = match text(line, "DetailType") {
        Some(ITEM) => {
            lines::require_detail(line, ITEM)?;
            let cents = lines::amount(line)?;
            lines::check_product(line, ITEM, cents)?;
            cents
        }
        Some("DescriptionOnly") => 0,
        Some(GROUP) => lines::amount(line)?,
        Some(_) => {
            return Err(Fault::Business("Unsupported DetailType on a sales line.".to_owned()));
        }
        None => return Err(Fault::RequiredMissing("Line.DetailType")),
    };
    lines::settle_amount(line, cents);
    lines::default_tax_code(line, ITEM);
    Ok(cents)
}

fn is_taxable(line: &Object) -> bool {
    detail(line, ITEM)
        .and_then(|detail| reference(detail, "TaxCodeRef"))
        .is_some_and(|code| code != "NON")
}

fn discount_amount(line: &mut Object, subtotal: i64) -> Result<i64, Fault> {
    let percent = detail(line, DISCOUNT)
        .filter(|detail| detail.get("PercentBased") == Some(&Value::Bool(true)));
    let cents = match percent.and_then(|detail| decimal(detail, "DiscountPercent")) {
        Some(percent) => nearest_cent(Decimal::new(subtotal, 4) * percent).unwrap_or(0),
        None => lines::amount(line)?,
    };
    set_cents(line, "Amount", cents);
    Ok(cents)
}

/// `part / whole` of an amount, to the cent.
fn share(amount: i64, part: i64, whole: i64) -> i64 {
    let product = Decimal::from(amount) * Decimal::from(part);
    let share = product.checked_div(Decimal::from(whole) * Decimal::ONE_HUNDRED);
    share.and_then(nearest_cent).unwrap_or(0)
}

/// What is open: the total less what earlier payments and applications have taken.
fn settle_balance(
    kind: Kind,
    object: &mut Object,
    before: &Object,
    total: i64,
) -> Result<(), Fault> {
    let (open_field, deposit) = match kind {
        Kind::Invoice => ("Balance", cents(object, "Deposit")),
        Kind::CreditMemo => ("RemainingCredit", 0),
        Kind::SalesReceipt => {
            set_cents(object, "Balance", 0);
            return Ok(());
        }
        _ => return Ok(()),
    };
    let settled = cents(before, "TotalAmt") - cents(before, "Deposit") - cents(before, open_field);
    let open = total - deposit - settled;
    if open < 0 {
        return Err(Fault::Business(
            "The amount already applied exceeds the transaction total.".to_owned(),
        ));
    }
    set_cents(object, open_field, open);
    if kind == Kind::CreditMemo {
        set_cents(object, "Balance", open);
    }
    Ok(())
}

/// Everything else that the recorded answers to a bare create carry.
fn add_defaults(books: &Books, kind: Kind, object: &mut Object) {
    default(object, "CustomField", json!([]));
    default(object, "PrintStatus", "NeedToPrint");
    default(object, "EmailStatus", "NotSet");
    for field in ["BillAddr", "ShipAddr"] {
        let customer =
            reference_id(object, "CustomerRef").and_then(|id| books.get(Kind::Customer, id));
        if let Some(address) = customer.and_then(|customer| customer.get(field)) {
            default(object, field, address.clone());
        }
    }
    match kind {
        Kind::Invoice => {
            for switch in [
                "AllowIPNPayment",
                "AllowOnlinePayment",
                "AllowOnlineCreditCardPayment",
                "AllowOnlineACHPayment",
            ] {
                default(object, switch, false);
            }
            if let Some(due) = due_date(books, object) {
                default(object, "DueDate", due);
            }
        }
        Kind::Estimate => default(object, "TxnStatus", "Pending"),
        _ => {}
    }
}
