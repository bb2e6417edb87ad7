//! Random documents in another currency and payments at other rates, as a source brings them: without
//! order, and without a word on what a part is worth at home.

use jiff::{Timestamp, ToSpan as _, civil::date};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    exchange::{ExchangeRate, RateSource},
    id::{ClientId, InvoiceId, PaymentId},
    invoice::{DocumentKind, tests::issued},
    money::{Currency, Money},
    payment::{Allocation, Settles},
    receivable::{
        Ageing, AgeingDelta, open_on,
        tests::{OpenByDue, aged},
    },
    standing::{Standing, StandingDelta, StandingOf},
};

const START: Date = date(2026, 1, 1);

fn euros(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

fn later(days: i64) -> Date {
    START.checked_add(days.days()).unwrap()
}

/// A rate of so many millionths; `said` more or fewer cents than that makes of the whole.
fn rate(millionths: i64, day: Date, whole: i64, said: i64) -> ExchangeRate {
    let number = rust_decimal::Decimal::new(millionths, 6);
    let eur = euros(whole);
    let source = RateSource::QuickBooks;
    let rate = ExchangeRate::new(eur.currency, Currency::USD, number, source, day).unwrap();
    let worth = rate.convert(eur).unwrap();
    rate.making(eur, Money { minor: worth.minor + said, ..worth }).unwrap_or(rate)
}

/// A document: cents, rate, what is said of it, day, terms.
type Charge = (i64, i64, i64, i64, i64);
/// A payment: rate, day, what of it stays unused, and what it is used for: which, how much.
type Pay = (i64, i64, i64, Vec<(usize, i64)>);

#[derive(Debug)]
struct Books {
    documents: Vec<Invoice>,
    payments: Vec<Payment>,
}

impl Books {
    fn of(charges: &[Charge], memo: Option<Charge>, pays: &[Pay], settled: bool) -> Self {
        let mut books = Self { documents: Vec::new(), payments: Vec::new() };
        for charge in charges {
            books.issue(*charge, DocumentKind::Invoice);
        }
        if let Some(memo) = memo {
            books.issue(memo, DocumentKind::CreditMemo);
        }
        for (millionths, day, unused, uses) in pays {
            books.pay(*millionths, *day, *unused, uses);
        }
        if settled {
            books.settle();
        }
        books
    }

    fn issue(&mut self, (cents, millionths, said, day, terms): Charge, kind: DocumentKind) {
        let day = later(day);
        let cents = if kind == DocumentKind::Invoice { cents } else { -cents };
        self.documents.push(Invoice {
            id: InvoiceId::new(Timestamp::UNIX_EPOCH, self.documents.len() as u128),
            kind,
            day,
            due: Some(day.checked_add(terms.days()).unwrap()),
            tax: euros(cents / 11),
            total: euros(cents),
            balance: euros(cents),
            rate: Some(rate(millionths, day, cents, said)),
            ..issued(cents)
        });
    }

    /// A payment that uses credit memos first: what they add makes its money less.
    fn pay(&mut self, millionths: i64, day: i64, unused: i64, uses: &[(usize, i64)]) {
        let (mut parts, mut net) = (Vec::new(), 0);
        for (which, most) in uses {
            let at = which % self.documents.len();
            let Some(document) = self.documents.get_mut(at) else { continue };
            let cents = document.balance.minor.abs().min(*most);
            let settles = match document.kind {
                DocumentKind::Invoice => Settles::Invoice(document.id),
                DocumentKind::CreditMemo => Settles::CreditMemo(document.id),
            };
            if cents == 0 || (net + settles.sign() * cents < 0 && unused == 0) {
                continue;
            }
            *document = document.settled(cents).unwrap();
            net += settles.sign() * cents;
            let of = Allocation::of(document, cents, later(day));
            parts.push(Allocation { day: None, due: None, issued: None, home_minor: None, ..of });
        }
        let (day, total) = (later(day), (net + unused).max(0));
        let unapplied = total - net;
        self.payments.push(Payment {
            id: PaymentId::new(Timestamp::UNIX_EPOCH, self.payments.len() as u128),
            kind: PaymentKind::Received,
            client: ClientId::new(Timestamp::UNIX_EPOCH, 1),
            day,
            method: None,
            reference: None,
            total: euros(total),
            unapplied: euros(unapplied),
            allocations: parts,
            rate: Some(rate(millionths, day, total, 0)),
            origin: None,
        });
    }

    /// Pays whatever is left, with what a memo gives.
    fn settle(&mut self) {
        let all: Vec<_> = (0..self.documents.len()).map(|at| (at, i64::MAX)).collect();
        self.pay(1_234_567, 300, 0, &all);
    }

    /// What an import makes of the payments, in whichever order they come.
    fn read(&mut self) {
        let documents = &self.documents;
        let find = |id| documents.iter().find(|document| document.id == id);
        self.payments = self.payments.iter().cloned().map(|it| it.following(find)).collect();
        for document in documents {
            document.value_settlements(&mut self.payments);
        }
    }

    /// What of a document is settled by a day, in its own currency.
    fn settled(&self, document: &Invoice, day: Date) -> i64 {
        let parts =
            self.payments.iter().flat_map(|it| it.allocations.iter().map(move |part| (it, part)));
        let own = parts.filter(|(payment, part)| {
            part.settles.document() == Some(document.id) && payment.day.max(document.day) <= day
        });
        own.map(|(_, part)| part.amount.minor).sum()
    }

    /// What is open by the day from which it counts, computed without postings: of each document and
    /// each payment what is left in its own currency, at its own rate.
    fn open_by_due(&self, day: Date) -> OpenByDue {
        let mut open = OpenByDue::new();
        for document in self.documents.iter().filter(|it| it.day <= day) {
            let left = document.total.minor.abs() - self.settled(document, day);
            let home = document.home_minor(euros(left * document.total.minor.signum()));
            *open.entry(document.due_day()).or_default() += home;
        }
        for payment in self.payments.iter().filter(|it| it.day <= day) {
            let counts = |part: &&Allocation| part.day.unwrap() <= day;
            let used = payment.allocations.iter().filter(counts);
            let used: i64 = used.map(|part| part.settles.sign() * part.amount.minor).sum();
            *open.entry(payment.day).or_default() -= payment.home_minor(payment.total.minor - used);
        }
        open
    }

    fn entries(&self) -> Vec<Entry> {
        let documents = self.documents.iter().flat_map(Invoice::journal);
        documents.chain(self.payments.iter().flat_map(Payment::journal)).collect()
    }

    fn sums(&self) -> AgeingDelta {
        let mut sums = AgeingDelta::default();
        let documents = self.documents.iter().flat_map(Invoice::postings);
        let postings = documents.chain(self.payments.iter().flat_map(Payment::postings));
        postings.for_each(|posting| sums.post(&posting));
        sums
    }

    fn standing(&self) -> Standing {
        let mut delta = StandingDelta::default();
        self.documents.iter().for_each(|it| delta.merge(StandingDelta::of_document(it)));
        self.payments.iter().for_each(|it| delta.merge(StandingDelta::of_payment(it)));
        let all = delta.changes().filter(|(bucket, _)| bucket.of == StandingOf::Invoices);
        all.fold(Standing::default(), |sum, (_, standing)| sum.plus(standing))
    }
}

fn charge() -> impl Strategy<Value = Charge> {
    (1_i64..1_000_000, 1_000_i64..3_000_000, -3_i64..=3, 0_i64..120, 0_i64..60)
}

fn pay() -> impl Strategy<Value = Pay> {
    let uses = vec((0_usize..16, 1_i64..700_000), 0..5);
    let unused = prop_oneof![3 => Just(0_i64), 1 => 1_i64..100_000];
    (1_000_i64..3_000_000, 0_i64..200, unused, uses)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn documents_abroad_come_to_the_same_in_every_view_on_every_day(
        charges in vec(charge(), 1..8),
        memo in prop::option::of(charge()),
        pays in vec(pay(), 0..12),
        settled in any::<bool>(),
        turned in any::<prop::sample::Index>(),
    ) {
        let mut books = Books::of(&charges, memo, &pays, settled);
        books.read();
        // In another order, and read again, it is the same.
        let mut again = Books { documents: books.documents.clone(), payments: books.payments.clone() };
        if !again.payments.is_empty() {
            let turn = turned.index(again.payments.len());
            again.payments.rotate_left(turn);
        }
        again.read();
        again.payments.sort_by_key(|payment| payment.id);
        prop_assert_eq!(&again.payments, &books.payments);

        let entries = books.entries();
        prop_assert!(entries.iter().all(|entry| entry.sides().map(|(_, minor)| minor).sum::<i64>() == 0));
        let sums = books.sums();
        for day in (0..=32).map(|step| later(step * 10)) {
            let open = aged(day, &books.open_by_due(day));
            let balances = balances(&entries, day);
            let owed = balances.get(&Account::Receivables).copied().unwrap_or_default();
            let summed = open_on(day, sums.changes()).into_values().next().unwrap_or_default();
            prop_assert_eq!(balances.values().sum::<i64>(), 0);
            prop_assert_eq!((owed, summed), (open.total(), open), "{}", day);
        }
        let standing = books.standing();
        let charged = standing.paid_minor + standing.unsettled_minor + standing.partial_minor;
        let open = standing.unsettled_minor + standing.partial_open_minor;
        prop_assert_eq!(charged, open + standing.money_minor + standing.credited_minor);

        let left: i64 = books.documents.iter().map(|document| document.balance.minor.abs()).sum();
        let unused: i64 = books.payments.iter().map(|payment| payment.unapplied.minor).sum();
        if left == 0 && unused == 0 {
            let last = later(400);
            prop_assert_eq!(aged(last, &books.open_by_due(last)), Ageing::default());
            prop_assert_eq!(balances(&entries, last).get(&Account::Receivables).copied().unwrap_or_default(), 0);
            prop_assert_eq!(open, 0);
        }
    }
}

#[test]
fn parts_that_each_round_down_make_up_their_document() {
    // Three thirds of 1.00 at 1.015: 1.015 is 1.02, and a third, 0.338 or 0.345, is 0.34 or 0.35.
    let third = (1_015_000, 10, 0, vec![(0, 33)]);
    let rest = (1_015_000, 5, 0, vec![(0, 34)]);
    let mut books =
        Books::of(&[(100, 1_015_000, 0, 0, 30)], None, &[third.clone(), third, rest], false);
    books.read();
    let home: Vec<_> =
        books.payments.iter().map(|payment| payment.allocations[0].home_minor.unwrap()).collect();
    // What was paid first, the last here, leaves 0.66, which is worth 0.67; then 0.33 leaves 0.33.
    assert_eq!(home, [34, 33, 35]);
    assert_eq!(home.iter().sum::<i64>(), 102);
}

#[test]
fn another_rate_moves_what_its_settlements_are_worth() {
    let pays = [(1_100_000, 10, 0, vec![(0, 5_000)])];
    let mut books = Books::of(&[(10_000, 1_000_000, 0, 0, 30)], None, &pays, false);
    books.read();
    let gained = |books: &Books| {
        let balances = balances(&books.entries(), later(400));
        [Account::Receivables, Account::ExchangeDifference]
            .map(|account| balances.get(&account).copied())
    };
    // 50.00 of 100.00 are open; 55.00 came in for the others.
    assert_eq!(gained(&books), [Some(5_000), Some(-500)]);
    books.documents[0].rate = Some(rate(1_200_000, START, 10_000, 0));
    let before = books.payments[0].clone();
    books.read();
    assert_eq!(gained(&books), [Some(6_000), Some(500)]);
    // What an import reckons by itself gives way to what was reckoned from all payments before.
    let read = before.clone().following(|_| Some(&books.documents[0]));
    assert_eq!(read.allocations[0].home_minor, Some(6_000));
    assert_eq!(read.worth_as(&before), before);
}

#[test]
fn what_a_memo_gives_is_no_money_whatever_its_currency_is_worth() {
    // A memo of 100.00 at 1.00 is used for 100.00 of an invoice at 1.10: nothing was paid.
    let pays = [(1_050_000, 20, 0, vec![(0, 10_000), (1, 10_000)])];
    let memo = Some((10_000, 1_000_000, 0, 5, 0));
    let mut books = Books::of(&[(30_000, 1_100_000, 0, 0, 30)], memo, &pays, false);
    books.read();
    let standing = books.standing();
    assert_eq!((standing.credited_minor, standing.money_minor), (11_000, 0));
    assert_eq!((standing.partial_minor, standing.partial_open_minor), (33_000, 22_000));
    // What the memo lost of its worth on the way is told: 110.00 of debts for 100.00 of credit.
    let balances = balances(&books.entries(), later(400));
    assert_eq!(balances.get(&Account::ExchangeDifference), Some(&1_000));
    assert_eq!(balances.get(&Account::Money), None);
}
