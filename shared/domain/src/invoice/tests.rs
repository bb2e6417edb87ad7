use jiff::{Timestamp, civil::date};

use super::*;
use crate::money::Currency;

/// An invoice made here that counts for the middle of October 2026.
pub(crate) fn issued(total: i64) -> Invoice {
    let usd = |minor| Money::new(minor, Currency::USD);
    Invoice {
        id: InvoiceId::new(Timestamp::UNIX_EPOCH, 1),
        kind: DocumentKind::Invoice,
        state: DocumentState::Issued,
        number: Some("INV-1".to_owned()),
        client: ClientId::new(Timestamp::UNIX_EPOCH, 1),
        day: date(2026, 10, 15),
        due: Some(date(2026, 11, 14)),
        lines: Vec::new(),
        computed: None,
        tax: usd(0),
        total: usd(total),
        balance: usd(total),
        rate: None,
        memo: String::new(),
        reference: None,
        corrects: None,
        sendings: Vec::new(),
        origin: None,
    }
}

#[test]
fn where_it_stands_follows_from_what_is_open_and_the_day() {
    let (due, late) = (date(2026, 11, 14), date(2026, 11, 15));
    let invoice = issued(10_000);
    assert_eq!(invoice.status_on(due), InvoiceStatus::Sent);
    assert_eq!(invoice.status_on(late), InvoiceStatus::Overdue);
    let partly = invoice.settled(2_500).unwrap();
    assert_eq!(partly.status_on(due), InvoiceStatus::PartiallyPaid);
    assert_eq!(partly.status_on(late), InvoiceStatus::Overdue);
    assert_eq!(partly.settled(7_500).unwrap().status_on(late), InvoiceStatus::Paid);
    assert_eq!(issued(0).status_on(late), InvoiceStatus::Paid);
    let draft = Invoice { state: DocumentState::Draft, ..invoice.clone() };
    assert_eq!(draft.status_on(late), InvoiceStatus::Draft);
    assert_eq!(invoice.voided(due).unwrap().status_on(late), InvoiceStatus::Void);
    // What is given back is never overdue.
    let memo = Invoice { kind: DocumentKind::CreditMemo, ..issued(-500) };
    assert_eq!(memo.status_on(late), InvoiceStatus::Sent);
    assert_eq!(memo.settled(200).unwrap().balance.minor, -300);
}

#[test]
fn no_more_is_settled_than_is_open_and_nothing_settled_is_taken_back() {
    let invoice = issued(10_000);
    assert_eq!(invoice.settled(10_001), Err(SettleError::MoreThanOpen));
    assert_eq!(invoice.settled(-1), Err(SettleError::MoreThanOpen));
    let paid = invoice.settled(10_000).unwrap();
    assert_eq!(paid.voided(date(2026, 11, 1)), Err(SettleError::Settled));
    assert_eq!(paid.unsettled(10_001), Err(SettleError::MoreThanOpen));
    assert_eq!(paid.unsettled(10_000), Ok(invoice.clone()));
    assert_eq!(invoice.voided(date(2026, 10, 14)), Err(SettleError::TooEarly));
    let void = invoice.voided(date(2026, 11, 1)).unwrap();
    assert_eq!((void.balance.minor, void.settled(1)), (0, Err(SettleError::Void)));
    let draft = Invoice { state: DocumentState::Draft, ..invoice };
    assert_eq!(draft.settled(1), Err(SettleError::Draft));
}

#[test]
fn a_document_of_a_source_reads_as_it_was_stored_before_documents_were_made_here() {
    let stored = serde_json::json!({
        "id": "inv_00000000000000000000000001", "kind": "invoice", "day": "2026-10-15",
        "client": "cli_00000000000000000000000001", "lines": [],
        "tax": {"minor": 0, "currency": "USD"}, "total": {"minor": 1, "currency": "USD"},
        "balance": {"minor": 1, "currency": "USD"},
    });
    let invoice: Invoice = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(invoice.state, DocumentState::Issued);
    assert_eq!(serde_json::to_value(&invoice).unwrap(), stored);
}
