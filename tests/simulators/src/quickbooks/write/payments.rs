//! Payments and what they are applied to.

use serde_json::json;

use super::super::books::Books;
use super::super::fault::Fault;
use super::super::kind::Kind;
use super::super::object::{
    Link, Object, cents, decimal, default, lines, links, nearest_cent, set_cents, shown_name, text,
};
use super::require;

/// A part of a payment that settles, or uses, another document.
#[derive(Clone, Debug)]
pub(crate) struct Application {
    pub(crate) to: Link,
    pub(crate) cents: i64,
}

/// What the lines of a payment settle.
pub(crate) fn applications(payment: &Object) -> Vec<Application> {
    let applied = lines(payment).filter_map(|line| {
        let to = links(line).next()?;
        Some(Application { to, cents: cents(line, "Amount") })
    });
    applied.collect()
}

/// Checks a payment and counts what stays unapplied.
pub(super) fn complete(books: &Books, object: &mut Object) -> Result<(), Fault> {
    require(object, "CustomerRef")?;
    let total = decimal(object, "TotalAmt")
        .and_then(nearest_cent)
        .ok_or(Fault::RequiredMissing("TotalAmt"))?;
    check_lines(object)?;
    let unapplied = total - applied(&applications(object));
    if total < 0 || unapplied < 0 {
        return Err(Fault::Business("The amount applied exceeds the payment amount.".to_owned()));
    }
    set_cents(object, "TotalAmt", total);
    set_cents(object, "UnappliedAmt", unapplied);
    default(object, "ProcessPayment", false);
    default(object, "Line", json!([]));
    let mut accounts = books.all(Kind::Account);
    if let Some((id, funds)) =
        accounts.find(|(_, account)| text(account, "AccountSubType") == Some("UndepositedFunds"))
    {
        let reference =
            json!({ "value": id.to_string(), "name": shown_name(Kind::Account, funds) });
        default(object, "DepositToAccountRef", reference);
    }
    Ok(())
}

/// Credits add to what a payment can settle.
fn applied(applications: &[Application]) -> i64 {
    let signed = applications.iter().map(|application| match application.to.kind {
        Kind::CreditMemo => -application.cents,
        _ => application.cents,
    });
    signed.sum()
}

fn check_lines(payment: &Object) -> Result<(), Fault> {
    for line in lines(payment) {
        if decimal(line, "Amount").is_none() {
            return Err(Fault::RequiredMissing("Line.Amount"));
        }
        match links(line).next() {
            Some(Link { kind: Kind::Invoice | Kind::CreditMemo, .. }) => {}
            Some(_) => {
                return Err(Fault::Business(
                    "A payment settles invoices and credit memos.".to_owned(),
                ));
            }
            None => return Err(Fault::RequiredMissing("Line.LinkedTxn")),
        }
    }
    Ok(())
}
