//! What the documents post to income and expense accounts.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::super::books::Books;
use super::super::currency::at_home;
use super::super::kind::Kind;
use super::super::object::{
    Link, Object, cents, detail, lines, links, nearest_cent, reference_id, text,
};
use super::Basis;

/// An amount on an account, positive in the account's own sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) date: Date,
    pub(super) account: u64,
    pub(super) customer: Option<u64>,
    pub(super) cents: i64,
}

/// All postings of the company, document by document.
pub(super) fn postings(books: &Books, basis: Basis) -> Vec<Posting> {
    let settlements = Settlements::of(books);
    let mut postings = Vec::new();
    for kind in POSTING {
        for (id, document) in books.all(kind) {
            let Some(date) = date(document) else { continue };
            let posted = document_postings(books, kind, document, date);
            match (basis, is_open_document(kind)) {
                (Basis::Cash, true) => {
                    postings.extend(settlements.spread(&Link { kind, id }, document, &posted));
                }
                _ => postings.extend(posted),
            }
        }
    }
    if basis == Basis::Cash {
        postings.extend(unapplied(books));
    }
    postings
}

const POSTING: [Kind; 9] = [
    Kind::Invoice,
    Kind::SalesReceipt,
    Kind::CreditMemo,
    Kind::RefundReceipt,
    Kind::Bill,
    Kind::Purchase,
    Kind::VendorCredit,
    Kind::JournalEntry,
    Kind::Deposit,
];

/// Documents that wait for money: by cash they count when it comes.
const fn is_open_document(kind: Kind) -> bool {
    matches!(kind, Kind::Invoice | Kind::CreditMemo | Kind::Bill | Kind::VendorCredit)
}

pub(super) fn date(document: &Object) -> Option<Date> {
    text(document, "TxnDate")?.parse().ok()
}

fn document_postings(books: &Books, kind: Kind, document: &Object, date: Date) -> Vec<Posting> {
    let sign = match kind {
        Kind::CreditMemo | Kind::RefundReceipt | Kind::VendorCredit => -1,
        Kind::Purchase if document.get("Credit") == Some(&Value::Bool(true)) => -1,
        _ => 1,
    };
    let customer = reference_id(document, "CustomerRef");
    let posted = flat_lines(document).filter_map(|line| {
        let (account, own_customer, cents) = line_posting(books, line)?;
        Some(Posting { date, account, customer: own_customer.or(customer), cents: sign * cents })
    });
    let mut posted: Vec<_> = posted.collect();
    if document.contains_key("ExchangeRate") {
        bring_home(document, sign, &mut posted);
    }
    posted
}

/// Postings in the home currency: together the total without tax, so that the document balances. What
/// rounding leaves goes to the largest of them.
fn bring_home(document: &Object, sign: i64, posted: &mut [Posting]) {
    let total = cents(document, "TotalAmt");
    let lines: i64 = posted.iter().map(|posting| sign * posting.cents).sum();
    let net = at_home(document, total) - at_home(document, total - lines);
    for posting in posted.iter_mut() {
        posting.cents = at_home(document, posting.cents);
    }
    let left = sign * net - posted.iter().map(|posting| posting.cents).sum::<i64>();
    if let Some(largest) = posted.iter_mut().max_by_key(|posting| posting.cents.abs()) {
        largest.cents += left;
    }
}

/// Lines, with the parts of a bundle in its place.
fn flat_lines(document: &Object) -> impl Iterator<Item = &Object> {
    lines(document).flat_map(|line| match detail(line, "GroupLineDetail") {
        Some(bundle) => lines(bundle).collect::<Vec<_>>(),
        None => vec![line],
    })
}

/// Account, customer of the line, and amount.
fn line_posting(books: &Books, line: &Object) -> Option<(u64, Option<u64>, i64)> {
    let amount = cents(line, "Amount");
    let part = text(line, "DetailType")?;
    let detail = detail(line, part)?;
    let customer = reference_id(detail, "CustomerRef");
    let item = || reference_id(detail, "ItemRef").and_then(|id| books.get(Kind::Item, id));
    match part {
        "SalesItemLineDetail" => {
            let account = item().and_then(|item| reference_id(item, "IncomeAccountRef"));
            Some((
                account.or_else(|| first_account(books, "AccountType", "Income"))?,
                customer,
                amount,
            ))
        }
        "DiscountLineDetail" => {
            let account = reference_id(detail, "DiscountAccountRef")
                .or_else(|| first_account(books, "AccountSubType", "DiscountsRefundsGiven"))
                .or_else(|| first_account(books, "AccountType", "Income"));
            Some((account?, customer, -amount))
        }
        "AccountBasedExpenseLineDetail" => {
            Some((reference_id(detail, "AccountRef")?, customer, amount))
        }
        "ItemBasedExpenseLineDetail" => {
            let account = item().and_then(|item| reference_id(item, "ExpenseAccountRef"));
            Some((
                account.or_else(|| first_account(books, "AccountType", "Expense"))?,
                customer,
                amount,
            ))
        }
        "JournalEntryLineDetail" => journal_posting(books, detail, amount),
        "DepositLineDetail" => Some((reference_id(detail, "AccountRef")?, None, amount)),
        _ => None,
    }
}

/// A journal line is positive on the side that the account grows on.
fn journal_posting(books: &Books, detail: &Object, amount: i64) -> Option<(u64, Option<u64>, i64)> {
    let account = reference_id(detail, "AccountRef")?;
    let classification = text(books.get(Kind::Account, account)?, "Classification")?;
    let grows_by_credit = matches!(classification, "Revenue" | "Liability" | "Equity");
    let is_credit = text(detail, "PostingType")? == "Credit";
    let entity = detail.get("Entity").and_then(Value::as_object);
    let customer = entity.filter(|entity| text(entity, "Type") == Some("Customer"));
    let customer = customer.and_then(|entity| reference_id(entity, "EntityRef"));
    Some((account, customer, if grows_by_credit == is_credit { amount } else { -amount }))
}

fn first_account(books: &Books, field: &str, value: &str) -> Option<u64> {
    books
        .all(Kind::Account)
        .find(|(_, account)| text(account, field) == Some(value))
        .map(|(id, _)| id)
}

/// When and by how much documents were settled.
pub(super) struct Settlements(BTreeMap<(Kind, u64), Vec<(Date, i64)>>);

impl Settlements {
    pub(super) fn of(books: &Books) -> Self {
        let mut settled: BTreeMap<(Kind, u64), Vec<(Date, i64)>> = BTreeMap::new();
        let payments = books.all(Kind::Payment).chain(books.all(Kind::BillPayment));
        for (_, payment) in payments {
            let Some(date) = date(payment) else { continue };
            for line in lines(payment) {
                for Link { kind, id } in links(line) {
                    settled.entry((kind, id)).or_default().push((date, cents(line, "Amount")));
                }
            }
        }
        for entries in settled.values_mut() {
            entries.sort_unstable();
        }
        Self(settled)
    }

    /// The settlements of a document, oldest first.
    pub(super) fn on(&self, document: &Link) -> &[(Date, i64)] {
        self.0.get(&(document.kind, document.id)).map_or(&[], Vec::as_slice)
    }

    /// Postings moved to the days the money came, in parts that add up to the cent.
    fn spread(&self, link: &Link, document: &Object, posted: &[Posting]) -> Vec<Posting> {
        let total = cents(document, "TotalAmt");
        let mut spread = Vec::new();
        let mut paid = 0;
        for (date, part) in self.on(link) {
            for posting in posted {
                let cents =
                    share(posting.cents, paid + part, total) - share(posting.cents, paid, total);
                spread.push(Posting { date: *date, cents, ..posting.clone() });
            }
            paid += part;
        }
        spread
    }
}

/// `paid / total` of an amount in cents.
fn share(amount: i64, paid: i64, total: i64) -> i64 {
    let product = Decimal::from(amount) * Decimal::from(paid);
    let share = product.checked_div(Decimal::from(total) * Decimal::ONE_HUNDRED);
    share.and_then(nearest_cent).unwrap_or(0)
}

/// Money without an invoice is income by cash, if the company has the account for it.
fn unapplied(books: &Books) -> Vec<Posting> {
    let Some(account) = first_account(books, "AccountSubType", "UnappliedCashPaymentIncome") else {
        return Vec::new();
    };
    let posted = books.all(Kind::Payment).filter_map(|(_, payment)| {
        let customer = reference_id(payment, "CustomerRef");
        Some(Posting {
            date: date(payment)?,
            account,
            customer,
            cents: at_home(payment, cents(payment, "UnappliedAmt")),
        })
    });
    posted.collect()
}
