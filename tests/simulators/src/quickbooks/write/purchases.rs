//! Bills and expenses.

use serde_json::{Value, json};

use super::super::books::Books;
use super::super::fault::Fault;
use super::super::kind::Kind;
use super::super::object::{Object, cents, default, set, set_cents, shown_name, text};
use super::transaction::due_date;
use super::{lines, require, tax};

/// Checks a bill or expense and counts it up.
pub(super) fn complete(
    books: &Books,
    kind: Kind,
    object: &mut Object,
    before: &Object,
) -> Result<(), Fault> {
    let required: &[&'static str] = match kind {
        Kind::Bill => &["VendorRef", "Line"],
        _ => &["PaymentType", "AccountRef", "Line"],
    };
    required.iter().try_for_each(|field| require(object, field))?;
    let total = count_lines(object, before)? + tax::stated(object);
    set_cents(object, "TotalAmt", total);
    if kind == Kind::Bill {
        complete_bill(books, object, before, total)
    } else {
        check_payment_type(object)
    }
}

fn count_lines(object: &mut Object, before: &Object) -> Result<i64, Fault> {
    let mut taken = lines::take(object);
    lines::number(&mut taken, before);
    let mut total = 0;
    for line in &mut taken {
        let part = expense_part(line)?;
        lines::require_detail(line, part)?;
        let cents = lines::amount(line)?;
        lines::check_product(line, part, cents)?;
        lines::settle_amount(line, cents);
        lines::default_tax_code(line, part);
        if let Some(detail) = line.get_mut(part).and_then(Value::as_object_mut) {
            default(detail, "BillableStatus", "NotBillable");
        }
        total += cents;
    }
    set(object, "Line", taken.into_iter().map(Value::Object).collect::<Vec<_>>());
    Ok(total)
}

fn expense_part(line: &Object) -> Result<&'static str, Fault> {
    match text(line, "DetailType") {
        Some("AccountBasedExpenseLineDetail") => Ok("AccountBasedExpenseLineDetail"),
        Some("ItemBasedExpenseLineDetail") => Ok("ItemBasedExpenseLineDetail"),
        Some(_) => Err(Fault::Business("Unsupported DetailType on an expense line.".to_owned())),
        None => Err(Fault::RequiredMissing("Line.DetailType")),
    }
}

fn complete_bill(
    books: &Books,
    object: &mut Object,
    before: &Object,
    total: i64,
) -> Result<(), Fault> {
    let open = total - (cents(before, "TotalAmt") - cents(before, "Balance"));
    if open < 0 {
        return Err(Fault::Business("The amount already paid exceeds the bill.".to_owned()));
    }
    set_cents(object, "Balance", open);
    if let Some(due) = due_date(books, object) {
        default(object, "DueDate", due);
    }
    let mut accounts = books.all(Kind::Account);
    if let Some((id, payable)) =
        accounts.find(|(_, account)| text(account, "AccountType") == Some("Accounts Payable"))
    {
        let reference =
            json!({ "value": id.to_string(), "name": shown_name(Kind::Account, payable) });
        default(object, "APAccountRef", reference);
    }
    Ok(())
}

fn check_payment_type(object: &Object) -> Result<(), Fault> {
    match text(object, "PaymentType") {
        Some("Cash" | "Check" | "CreditCard") => Ok(()),
        _ => Err(Fault::Business("PaymentType must be Cash, Check or CreditCard.".to_owned())),
    }
}
