use std::slice::from_ref;

use jiff::{Timestamp, ToSpan as _, civil::date};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    id::{ClientId, InvoiceId, PaymentId},
    invoice::{DocumentKind, DocumentState, Invoice, tests::issued},
    money::{Currency, Money},
    payment::{Allocation, Payment, PaymentKind, Settles},
    period::Month,
    standing::{StandingDelta, StandingOf},
};

fn day(number: i64) -> Date {
    date(2026, 1, 1).checked_add(number.days()).unwrap()
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// An invoice over 100.00 of that day, due 30 days later.
fn invoice(number: u128, on: i64) -> Invoice {
    let id = InvoiceId::new(Timestamp::UNIX_EPOCH, number);
    Invoice { id, day: day(on), due: Some(day(on + 30)), ..issued(10_000) }
}

fn payment(kind: PaymentKind, minor: i64, on: i64) -> Payment {
    Payment {
        id: PaymentId::new(Timestamp::UNIX_EPOCH, 1),
        kind,
        client: issued(1).client,
        day: day(on),
        method: None,
        reference: None,
        total: usd(minor),
        unapplied: usd(minor),
        allocations: Vec::new(),
        rate: None,
        origin: None,
    }
}

fn summed(documents: &[Invoice], payments: &[Payment]) -> StandingDelta {
    let mut delta = StandingDelta::default();
    for document in documents {
        delta.merge(StandingDelta::of_document(document));
    }
    for payment in payments {
        delta.merge(StandingDelta::of_payment(payment));
    }
    delta
}

fn status(delta: &StandingDelta, of: StandingOf, on: Date) -> PaymentStatus {
    let sums = delta.changes().filter(|(bucket, _)| bucket.of == of);
    PaymentStatus::on(on, sums.map(|(bucket, sum)| (bucket.day, sum)))
}

#[test]
fn days_to_pay_are_weighted_by_the_amounts_and_parts_count_with_their_own() {
    // 25.00 after 10 days, 75.00 after 50: (25 × 10 + 75 × 50) ÷ 100 = 40.
    let charged = invoice(1, 0);
    let (first, after) =
        payment(PaymentKind::Received, 2_500, 10).settling(&[(&charged, 2_500)], day(10)).unwrap();
    let (second, paid) =
        payment(PaymentKind::Received, 7_500, 50).settling(&[(&after[0], 7_500)], day(50)).unwrap();
    let delta = summed(&paid, &[first, second]);
    let status = status(&delta, StandingOf::Invoices, day(60));
    assert_eq!(status.average_days_to_pay(), Some(Decimal::new(400, 1)));
    let shares = (status.on_time(), status.late());
    assert_eq!(shares, (Some(Decimal::new(25, 2)), Some(Decimal::new(75, 2))));
    assert_eq!((status.of(InvoiceStatus::Paid).documents, status.otherwise_minor()), (1, 0));
}

#[test]
fn without_money_there_are_no_days_and_no_shares() {
    let charged = invoice(1, 0);
    let (given_up, off) = payment(PaymentKind::WriteOff, 10_000, 90)
        .settling(&[(&charged, 10_000)], day(90))
        .unwrap();
    let status = status(&summed(&off, &[given_up]), StandingOf::Invoices, day(91));
    assert_eq!((status.average_days_to_pay(), status.on_time(), status.late()), (None, None, None));
    assert_eq!((status.written_off_minor(), status.otherwise_minor()), (10_000, 0));
}

/// A payment of nothing that has a credit memo settle an invoice is no money.
#[test]
fn what_credit_memos_settle_is_not_paid() {
    let (charged, memo) = (invoice(1, 0), invoice(2, 5));
    let memo = Invoice { kind: DocumentKind::CreditMemo, total: usd(-4_000), ..memo };
    let memo = Invoice { balance: memo.total, ..memo };
    let parts = [(&memo, 4_000), (&charged, 7_000)];
    let (paid, documents) =
        payment(PaymentKind::Received, 3_000, 20).settling(&parts, day(20)).unwrap();
    let status = status(&summed(&documents, &[paid]), StandingOf::Invoices, day(25));
    assert_eq!((status.credited_minor(), status.received_minor()), (4_000, 3_000));
    assert_eq!((status.charged().open_minor, status.otherwise_minor()), (3_000, 0));
    let partly = status.of(InvoiceStatus::PartiallyPaid);
    assert_eq!((partly.documents, partly.minor, partly.open_minor), (1, 10_000, 3_000));
}

/// A source says how much is open; a payment whose document is not known yet says nothing of it.
#[test]
fn what_nobody_explains_is_told_and_not_called_paid() {
    let charged = invoice(1, 0).settled(6_000).unwrap();
    let part = Allocation {
        settles: Settles::Invoice(charged.id),
        amount: usd(6_000),
        day: None,
        due: None,
        issued: None,
        client: None,
        home_minor: None,
    };
    let unread = Payment { allocations: vec![part], ..payment(PaymentKind::Received, 6_000, 3) };
    let before =
        status(&summed(from_ref(&charged), from_ref(&unread)), StandingOf::Invoices, day(9));
    assert_eq!((before.received_minor(), before.otherwise_minor()), (0, 6_000));
    let read = unread.following(|_| Some(&charged));
    let after = status(&summed(from_ref(&charged), &[read]), StandingOf::Invoices, day(9));
    assert_eq!((after.received_minor(), after.otherwise_minor()), (6_000, 0));
}

/// What happens to an invoice, one after the other.
#[derive(Debug, Clone)]
struct Step {
    invoice: usize,
    kind: PaymentKind,
    percent: i64,
    after: i64,
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![
        4 => Just(PaymentKind::Received),
        1 => Just(PaymentKind::WriteOff),
        1 => Just(PaymentKind::Credit),
    ];
    (0_usize..8, kind, 1_i64..=100, 0_i64..120).prop_map(|(invoice, kind, percent, after)| Step {
        invoice,
        kind,
        percent,
        after,
    })
}

proptest! {
    /// Sums say what a walk through the documents and payments says, month by month and record by
    /// record; and what is charged is what was paid, credited, written off or is open.
    #[test]
    fn sums_say_what_documents_and_payments_say(
        days in vec(0_i64..150, 1..8), steps in vec(step(), 0..40), voids in vec(any::<bool>(), 8),
        on in 0_i64..300,
    ) {
        let client = |number: usize| ClientId::new(Timestamp::UNIX_EPOCH, 1 + number as u128 % 3);
        let fresh = |(number, on): (usize, &i64)| {
            Invoice { client: client(number), ..invoice(number as u128 + 1, *on) }
        };
        let mut documents: Vec<_> = days.iter().enumerate().map(fresh).collect();
        let mut payments = Vec::new();
        for step in &steps {
            let Some(document) = documents.get(step.invoice) else { continue };
            let minor = (document.balance.minor * step.percent / 100).max(1);
            let when = days[step.invoice] + step.after;
            let made = Payment { client: document.client, ..payment(step.kind, minor, when) };
            let Ok((made, after)) = made.settling(&[(document, minor)], day(when)) else { continue };
            documents[step.invoice] = after[0].clone();
            payments.push(made);
        }
        for (document, void) in documents.iter_mut().zip(&voids) {
            if let (true, Ok(taken_back)) = (*void, document.voided(day(400))) {
                *document = taken_back;
            }
        }
        let delta = summed(&documents, &payments);
        let of_clients = (0..3).map(|number| StandingOf::InvoicesOf(client(number)));
        for of in of_clients.chain([StandingOf::Invoices]) {
            let own = |id| matches!(of, StandingOf::Invoices) || of == StandingOf::InvoicesOf(id);
            let found = status(&delta, of, day(on));
            for wanted in InvoiceStatus::ALL {
                let all = documents.iter().filter(|it| own(it.client));
                let all: Vec<_> = all.filter(|it| it.status_on(day(on)) == wanted).collect();
                let expected = Invoices {
                    documents: i64::try_from(all.len()).unwrap(),
                    minor: all.iter().map(|it| it.total.minor).sum(),
                    open_minor: all.iter().map(|it| it.balance.minor).sum(),
                };
                prop_assert_eq!(found.of(wanted), expected, "{:?}", wanted);
            }
            prop_assert_eq!(found.otherwise_minor(), 0);
            let money = payments.iter().filter(|it| own(it.client));
            let money = money.filter(|it| it.kind == PaymentKind::Received);
            prop_assert_eq!(found.received_minor(), money.map(|it| it.total.minor).sum::<i64>());
        }
        // Each sum is of the month of its documents.
        let months = documents.iter().filter(|it| it.state != DocumentState::Draft);
        let months: std::collections::BTreeSet<_> = months.map(|it| Month::of(it.day)).collect();
        let summed: std::collections::BTreeSet<_> =
            delta.changes().map(|(bucket, _)| bucket.month).collect();
        prop_assert_eq!(summed, months);
        let mut twice = delta.clone();
        twice.merge(delta.negated());
        prop_assert_eq!(twice.changes().count(), 0);
    }
}
