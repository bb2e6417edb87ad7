//! What a write does to other objects: open amounts, links and balances of names.

use jiff::Timestamp;
use serde_json::Value;

use super::super::books::Books;
use super::super::currency;
use super::super::fault::Fault;
use super::super::kind::Kind;
use super::super::object::{Link, Object, cents, link, links, reference_id, set_cents, unlink};
use super::payments::{Application, applications};

/// Refuses a payment of more than is open.
pub(super) fn check(
    books: &Books,
    kind: Kind,
    before: Option<&Object>,
    after: &Object,
) -> Result<(), Fault> {
    if kind != Kind::Payment {
        return Ok(());
    }
    let earlier = before.map(applications).unwrap_or_default();
    let now = applications(after);
    for application in &now {
        let Link { kind, id } = application.to;
        let target = books.get(kind, id);
        let target =
            target.ok_or(Fault::InvalidReference { list: "Transactions", id: id.to_string() })?;
        let open = cents(target, open_field(kind)) + sum_for(&earlier, &application.to);
        if application.cents < 0 || sum_for(&now, &application.to) > open {
            return Err(Fault::Business(
                "The amount applied exceeds what is open on the transaction.".to_owned(),
            ));
        }
    }
    Ok(())
}

fn sum_for(applications: &[Application], to: &Link) -> i64 {
    applications
        .iter()
        .filter(|application| application.to == *to)
        .map(|application| application.cents)
        .sum()
}

const fn open_field(kind: Kind) -> &'static str {
    match kind {
        Kind::CreditMemo => "RemainingCredit",
        Kind::Payment => "UnappliedAmt",
        _ => "Balance",
    }
}

/// Follows a change through: `before` is what stood there, the books hold what stands now.
pub(super) fn apply(
    books: &mut Books,
    kind: Kind,
    id: u64,
    before: Option<&Object>,
    now: Timestamp,
) {
    let after = books.get(kind, id).cloned();
    if kind == Kind::Payment {
        let payment = Link { kind, id };
        for application in before.map(applications).unwrap_or_default() {
            settle(books, &payment, &application, Direction::Back, now);
        }
        for application in after.as_ref().map(applications).unwrap_or_default() {
            settle(books, &payment, &application, Direction::Forth, now);
        }
    }
    let open = |object: Option<&Object>| object.map_or(0, |object| cents(object, open_field(kind)));
    match (before, after.as_ref()) {
        (Some(before), Some(after))
            if before.get("CustomerRef") == after.get("CustomerRef")
                && before.get("VendorRef") == after.get("VendorRef") =>
        {
            owe(books, kind, after, open(Some(after)) - open(Some(before)), now);
        }
        (before, after) => {
            before.inspect(|before| owe(books, kind, before, -open(Some(before)), now));
            after.inspect(|after| owe(books, kind, after, open(Some(after)), now));
        }
    }
}

/// Frees the payments of an invoice that is going away.
pub(super) fn release(books: &mut Books, kind: Kind, id: u64, object: &Object, now: Timestamp) {
    let gone = Link { kind, id };
    let payments: Vec<Link> = links(object).filter(|link| link.kind == Kind::Payment).collect();
    for payment in payments {
        let Some(before) = books.get(Kind::Payment, payment.id).cloned() else {
            continue;
        };
        let applied = sum_for(&applications(&before), &gone);
        let freed = if kind == Kind::CreditMemo { -applied } else { applied };
        books.touch(Kind::Payment, payment.id, now, |payment| {
            if let Some(lines) = payment.get_mut("Line").and_then(Value::as_array_mut) {
                lines.retain(|line| {
                    line.as_object().is_none_or(|line| links(line).all(|link| link != gone))
                });
            }
            let unapplied = cents(payment, "UnappliedAmt") + freed;
            set_cents(payment, "UnappliedAmt", unapplied);
        });
        owe(books, Kind::Payment, &before, freed, now);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forth,
    Back,
}

/// Applies part of a payment to a document, or takes it back.
fn settle(
    books: &mut Books,
    payment: &Link,
    application: &Application,
    direction: Direction,
    now: Timestamp,
) {
    let Link { kind, id } = application.to;
    let settled =
        if direction == Direction::Forth { application.cents } else { -application.cents };
    let Some(document) = books.get(kind, id).cloned() else {
        return;
    };
    books.touch(kind, id, now, |document| {
        let open = cents(document, open_field(kind)) - settled;
        set_cents(document, open_field(kind), open);
        set_cents(document, "Balance", open);
        currency::balance(kind, document);
        match direction {
            Direction::Forth => link(document, payment),
            Direction::Back => unlink(document, payment),
        }
    });
    owe(books, kind, &document, -settled, now);
}

/// Moves the balance of the name on a document by a change of its open amount. Credits and unapplied
/// payments count against the customer's debt.
fn owe(books: &mut Books, kind: Kind, document: &Object, open: i64, now: Timestamp) {
    if open == 0 {
        return;
    }
    match kind {
        Kind::Invoice => owe_customer(books, document, open, now),
        Kind::CreditMemo | Kind::Payment => owe_customer(books, document, -open, now),
        Kind::Bill => {
            if let Some(id) = reference_id(document, "VendorRef") {
                books.touch(Kind::Vendor, id, now, |vendor| add(vendor, "Balance", open));
            }
        }
        _ => {}
    }
}

/// A customer's `BalanceWithJobs` includes the customers below it, as recorded.
fn owe_customer(books: &mut Books, document: &Object, debt: i64, now: Timestamp) {
    const DEEPEST: usize = 5;
    let customer = reference_id(document, "CustomerRef");
    if let Some(id) = customer {
        books.touch(Kind::Customer, id, now, |customer| {
            add(customer, "Balance", debt);
        });
    }
    let parent = |books: &Books, id| reference_id(books.get(Kind::Customer, id)?, "ParentRef");
    let line = std::iter::successors(customer, |id| parent(books, *id)).take(DEEPEST);
    for id in line.collect::<Vec<_>>() {
        books.touch(Kind::Customer, id, now, |customer| {
            add(customer, "BalanceWithJobs", debt);
        });
    }
}

fn add(object: &mut Object, field: &str, change: i64) {
    let sum = cents(object, field) + change;
    set_cents(object, field, sum);
}
