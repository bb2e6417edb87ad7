//! Random histories of a client's documents and payments: whatever happens in whatever order, no
//! cent is lost and every view of what is owed agrees with every other, on every day.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _, civil::date};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    id::{ClientId, InvoiceId, PaymentId},
    invoice::DocumentKind,
    money::{Currency, Money},
    payment::{PaymentError, Settles},
    receivable::{
        AgeingDelta, Posting, open_on,
        tests::{OpenByDue, aged},
    },
};

const START: Date = date(2026, 1, 1);

/// What happens next. Numbers pick among what is there, or say how much.
#[derive(Debug, Clone, Copy)]
enum Step {
    NextDay,
    Charge { cents: i64, terms: i64 },
    GiveBack { cents: i64 },
    Pay { cents: i64, most: usize, from: usize },
    UseCredit { memo: usize, from: usize, cents: i64 },
    UseRest { payment: usize, from: usize, cents: i64 },
    Refund { payment: usize, cents: i64 },
    RefundMemo { memo: usize, cents: i64 },
    WriteOff { from: usize },
    Void { which: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let (cents, pick) = (1_i64..100_000, 0_usize..64);
    prop_oneof![
        4 => Just(Step::NextDay),
        4 => (cents.clone(), 0_i64..60).prop_map(|(cents, terms)| Step::Charge { cents, terms }),
        1 => cents.clone().prop_map(|cents| Step::GiveBack { cents }),
        4 => (cents.clone(), 0_usize..4, pick.clone())
            .prop_map(|(cents, most, from)| Step::Pay { cents, most, from }),
        1 => (pick.clone(), pick.clone(), cents.clone())
            .prop_map(|(memo, from, cents)| Step::UseCredit { memo, from, cents }),
        2 => (pick.clone(), pick.clone(), cents.clone())
            .prop_map(|(payment, from, cents)| Step::UseRest { payment, from, cents }),
        1 => (pick.clone(), cents.clone()).prop_map(|(payment, cents)| Step::Refund { payment, cents }),
        1 => (pick.clone(), cents).prop_map(|(memo, cents)| Step::RefundMemo { memo, cents }),
        1 => pick.clone().prop_map(|from| Step::WriteOff { from }),
        1 => pick.prop_map(|which| Step::Void { which }),
    ]
}

#[derive(Debug)]
struct History {
    day: Date,
    documents: Vec<Invoice>,
    payments: Vec<Payment>,
}

impl History {
    fn of(steps: &[Step]) -> Self {
        let mut history = Self { day: START, documents: Vec::new(), payments: Vec::new() };
        for step in steps {
            history.take(*step);
        }
        history
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::NextDay => self.day = self.day.tomorrow().unwrap(),
            Step::Charge { cents, terms } => self.issue(DocumentKind::Invoice, cents, terms),
            Step::GiveBack { cents } => self.issue(DocumentKind::CreditMemo, -cents, 0),
            Step::Pay { cents, most, from } => self.pay(cents, most, from),
            Step::UseCredit { memo, from, cents } => self.use_credit(memo, from, cents),
            Step::UseRest { payment, from, cents } => self.use_rest(payment, from, cents),
            Step::Refund { payment, cents } => self.refund(payment, cents),
            Step::RefundMemo { memo, cents } => self.refund_memo(memo, cents),
            Step::WriteOff { from } => self.write_off(from),
            Step::Void { which } => self.void(which),
        }
    }

    fn issue(&mut self, kind: DocumentKind, cents: i64, terms: i64) {
        let template = crate::invoice::tests::issued(cents);
        self.documents.push(Invoice {
            id: InvoiceId::new(Timestamp::UNIX_EPOCH, self.documents.len() as u128),
            kind,
            day: self.day,
            due: Some(self.day.checked_add(terms.days()).unwrap()),
            tax: Money { minor: cents / 11, ..template.tax },
            ..template
        });
    }

    fn payment(&self, kind: PaymentKind, cents: i64) -> Payment {
        let usd = |minor| Money::new(minor, Currency::USD);
        Payment {
            id: PaymentId::new(Timestamp::UNIX_EPOCH, self.payments.len() as u128),
            kind,
            client: ClientId::new(Timestamp::UNIX_EPOCH, 1),
            day: self.day,
            method: None,
            reference: None,
            total: usd(cents),
            unapplied: usd(cents),
            allocations: Vec::new(),
            rate: None,
            origin: None,
        }
    }

    /// The places of documents of a kind with something open, the picked one first.
    fn open(&self, kind: DocumentKind, from: usize) -> Vec<usize> {
        let open = |it: &Invoice| it.kind == kind && it.balance.minor != 0;
        let mut places: Vec<_> =
            (0..self.documents.len()).filter(|place| open(&self.documents[*place])).collect();
        if !places.is_empty() {
            let middle = from % places.len();
            places.rotate_left(middle);
        }
        places
    }

    fn settle(&mut self, payment: &Payment, parts: &[(usize, i64)]) -> Payment {
        let documents: Vec<_> =
            parts.iter().map(|(place, cents)| (&self.documents[*place], *cents)).collect();
        let (payment, settled) = payment.settling(&documents, self.day).unwrap();
        for ((place, _), document) in parts.iter().zip(settled) {
            self.documents[*place] = document;
        }
        payment
    }

    fn pay(&mut self, cents: i64, most: usize, from: usize) {
        let (mut left, mut parts) = (cents, Vec::new());
        for place in self.open(DocumentKind::Invoice, from).into_iter().take(most) {
            let part = left.min(self.documents[place].balance.minor);
            if part > 0 {
                parts.push((place, part));
                left -= part;
            }
        }
        let paid = self.payment(PaymentKind::Received, cents);
        let paid = self.settle(&paid, &parts);
        self.payments.push(paid);
    }

    fn use_credit(&mut self, memo: usize, from: usize, cents: i64) {
        let (memos, invoices) =
            (self.open(DocumentKind::CreditMemo, memo), self.open(DocumentKind::Invoice, from));
        let (Some(memo), Some(invoice)) = (memos.first(), invoices.first()) else { return };
        let open = |place: &usize| self.documents[*place].balance.minor.abs();
        let cents = cents.min(open(memo)).min(open(invoice));
        let (memo, invoice) = (*memo, *invoice);
        let credit = self.payment(PaymentKind::Credit, 0);
        let credit = self.settle(&credit, &[(memo, cents), (invoice, cents)]);
        self.payments.push(credit);
    }

    fn left(&self, pick: usize) -> Option<usize> {
        let left: Vec<_> =
            (0..self.payments.len()).filter(|at| self.payments[*at].unapplied.minor > 0).collect();
        (!left.is_empty()).then(|| left[pick % left.len()])
    }

    fn use_rest(&mut self, payment: usize, from: usize, cents: i64) {
        let Some(place) = self.left(payment) else { return };
        let Some(invoice) = self.open(DocumentKind::Invoice, from).first().copied() else { return };
        let payment = self.payments[place].clone();
        let cents = cents.min(payment.unapplied.minor).min(self.documents[invoice].balance.minor);
        self.payments[place] = self.settle(&payment, &[(invoice, cents)]);
    }

    fn refund(&mut self, payment: usize, cents: i64) {
        let Some(place) = self.left(payment) else { return };
        let cents = cents.min(self.payments[place].unapplied.minor);
        let refund = self.payment(PaymentKind::Refund, -cents);
        self.payments[place] = self.payments[place].refunded(&refund).unwrap();
        self.payments.push(Payment { unapplied: Money { minor: 0, ..refund.total }, ..refund });
    }

    fn refund_memo(&mut self, memo: usize, cents: i64) {
        let Some(memo) = self.open(DocumentKind::CreditMemo, memo).first().copied() else { return };
        let cents = cents.min(-self.documents[memo].balance.minor);
        let refund = self.payment(PaymentKind::Refund, -cents);
        let refund = self.settle(&refund, &[(memo, cents)]);
        self.payments.push(refund);
    }

    fn write_off(&mut self, from: usize) {
        let Some(place) = self.open(DocumentKind::Invoice, from).first().copied() else { return };
        let cents = self.documents[place].balance.minor;
        let lost = self.payment(PaymentKind::WriteOff, cents);
        let lost = self.settle(&lost, &[(place, cents)]);
        self.payments.push(lost);
    }

    fn void(&mut self, which: usize) {
        if let Some(place) = (which < self.documents.len()).then_some(which)
            && let Ok(void) = self.documents[place].voided(self.day)
        {
            self.documents[place] = void;
        }
    }

    /// What each document and each payment has open on a day, computed without postings: what it
    /// began with, less what settled it by then.
    fn open_on(&self, day: Date) -> i64 {
        let mut open: BTreeMap<String, i64> = BTreeMap::new();
        for document in self.documents.iter().filter(|document| document.day <= day) {
            let void = matches!(document.state, DocumentState::Void { on } if on <= day);
            open.insert(document.id.to_string(), if void { 0 } else { document.total.minor });
        }
        for payment in self.payments.iter().filter(|payment| payment.day <= day) {
            open.insert(payment.id.to_string(), -payment.total.minor);
        }
        for payment in &self.payments {
            for part in payment.allocations.iter().filter(|part| part.day.unwrap() <= day) {
                let (signed, settled) = match part.settles {
                    Settles::Invoice(id) => (part.amount.minor, id.to_string()),
                    Settles::CreditMemo(id) => (-part.amount.minor, id.to_string()),
                    Settles::Refund(id) => (part.amount.minor, id.to_string()),
                };
                *open.get_mut(&settled).unwrap() -= signed;
                *open.get_mut(&payment.id.to_string()).unwrap() += signed;
            }
        }
        open.values().sum()
    }

    fn entries(&self) -> Vec<Entry> {
        let documents = self.documents.iter().flat_map(Invoice::journal);
        documents.chain(self.payments.iter().flat_map(Payment::journal)).collect()
    }

    fn postings(&self) -> impl Iterator<Item = Posting> {
        let documents = self.documents.iter().flat_map(Invoice::postings);
        documents.chain(self.payments.iter().flat_map(Payment::postings))
    }

    fn sums(&self) -> AgeingDelta {
        let mut sums = AgeingDelta::default();
        self.postings().for_each(|posting| sums.post(&posting));
        sums
    }

    /// What a statement up to the end of a day ends with.
    fn moved_by(&self, day: Date) -> i64 {
        let documents = self.documents.iter().flat_map(Invoice::movements);
        let movements = documents.chain(self.payments.iter().filter_map(Payment::movement));
        movements.filter(|movement| movement.day <= day).map(|movement| movement.minor).sum()
    }

    fn open_by_due(&self, day: Date) -> OpenByDue {
        let mut open = OpenByDue::new();
        for posting in self.postings().filter(|posting| posting.day <= day) {
            *open.entry(posting.due).or_default() += posting.minor;
        }
        open
    }

    /// Nothing is below zero, and what is open of each document is what was not settled.
    fn check_records(&self) -> Result<(), TestCaseError> {
        let mut settled: BTreeMap<InvoiceId, i64> = BTreeMap::new();
        for payment in &self.payments {
            let used: i64 =
                payment.allocations.iter().map(|it| it.settles.sign() * it.amount.minor).sum();
            if payment.kind == PaymentKind::Refund {
                prop_assert_eq!(payment.unapplied.minor, 0);
            } else {
                prop_assert!(used <= payment.total.minor);
                prop_assert_eq!(payment.unapplied.minor, payment.total.minor - used);
            }
            for part in &payment.allocations {
                if let Some(id) = part.settles.document() {
                    *settled.entry(id).or_default() += part.amount.minor;
                }
            }
        }
        for document in &self.documents {
            let settled = settled.get(&document.id).copied().unwrap_or_default();
            let open = document.balance.minor * document.total.minor.signum();
            prop_assert!(open >= 0);
            let void = matches!(document.state, DocumentState::Void { .. });
            let whole = if void { 0 } else { document.total.minor.abs() };
            prop_assert_eq!(open + settled, whole);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn what_is_owed_is_the_same_in_every_view_on_every_day(steps in vec(step(), 10_000..12_000)) {
        let history = History::of(&steps);
        history.check_records()?;
        let entries = history.entries();
        let sums = history.sums();
        prop_assert!(entries.iter().all(|entry| entry.sides().map(|(_, minor)| minor).sum::<i64>() == 0));
        let days = (history.day - START).get_days();
        for place in 0..=24 {
            let day = START.checked_add((i64::from(days) * place / 24).days()).unwrap();
            let balances = balances(&entries, day);
            let owed = balances.get(&Account::Receivables).copied().unwrap_or_default();
            prop_assert_eq!(balances.values().sum::<i64>(), 0);
            prop_assert_eq!(owed, history.open_on(day), "{}", day);
            prop_assert_eq!(owed, history.moved_by(day), "{}", day);
            let ageing = aged(day, &history.open_by_due(day));
            prop_assert_eq!(owed, ageing.total(), "{}", day);
            let summed = open_on(day, sums.changes()).into_values().next().unwrap_or_default();
            prop_assert_eq!(ageing, summed, "{}", day);
            prop_assert_eq!(balances.get(&Account::ExchangeDifference), None);
        }
    }
}

#[test]
fn a_payment_cannot_be_used_for_more_than_there_is_of_it() {
    let mut history = History::of(&[Step::Charge { cents: 10_000, terms: 30 }]);
    let paid = history.payment(PaymentKind::Received, 5_000);
    let invoice = history.documents.remove(0);
    let refused = |cents| paid.settling(&[(&invoice, cents)], START).unwrap_err();
    assert_eq!(refused(5_001), PaymentError::MoreThanLeft.into());
    assert_eq!(refused(0), PaymentError::Nothing.into());
    let other = Invoice { client: ClientId::new(Timestamp::UNIX_EPOCH, 2), ..invoice.clone() };
    assert_eq!(paid.settling(&[(&other, 1)], START).unwrap_err(), PaymentError::Unlike.into());
    let refund = history.payment(PaymentKind::Refund, -5_001);
    assert_eq!(paid.refunded(&refund), Err(PaymentError::MoreThanLeft));
}

#[test]
fn what_a_currency_gained_or_lost_is_told_and_settled_documents_leave_nothing() {
    let rate = |rate: &str, day| {
        let (eur, rate) = ("EUR".parse().unwrap(), rate.parse().unwrap());
        let source = crate::exchange::RateSource::Manual;
        crate::exchange::ExchangeRate::new(eur, Currency::USD, rate, source, day).unwrap()
    };
    let eur = |money: Money| Money { currency: "EUR".parse().unwrap(), ..money };
    let mut history = History::of(&[Step::Charge { cents: 10_001, terms: 30 }]);
    let invoice = history.documents.remove(0);
    let mut invoice = Invoice {
        tax: eur(invoice.tax),
        total: eur(invoice.total),
        balance: eur(invoice.balance),
        rate: Some(rate("1.1", START)),
        ..invoice
    };
    let mut entries = Vec::new();
    let mut last = START;
    for (days, cents, worth) in [(10, 3_333, "1.2"), (20, 3_333, "1.05"), (30, 3_335, "1.1")] {
        last = START.checked_add(days.days()).unwrap();
        history.day = last;
        let paid = history.payment(PaymentKind::Received, cents);
        let paid = Payment {
            total: eur(paid.total),
            unapplied: eur(paid.unapplied),
            rate: Some(rate(worth, last)),
            ..paid
        };
        let (paid, settled) = paid.settling(&[(&invoice, cents)], last).unwrap();
        invoice = settled.into_iter().next().unwrap();
        entries.extend(paid.journal());
        history.payments.push(paid);
    }
    history.documents.push(invoice.clone());
    entries.extend(invoice.journal());
    let balances = balances(&entries, last);
    // 110.01 was charged; 40.00, 35.00 and 36.69 came in: 0.68 more than 110.01 + ….
    let came: i64 = 4_000 + 3_500 + 3_669;
    assert_eq!(balances.get(&Account::Money), Some(&came));
    assert_eq!(balances.get(&Account::ExchangeDifference), Some(&(11_001 - came)));
    assert_eq!(balances.get(&Account::Receivables).copied().unwrap_or_default(), 0);
    assert!(history.open_by_due(last).values().all(|minor| *minor == 0));
}
