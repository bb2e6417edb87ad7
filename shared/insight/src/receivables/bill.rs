//! Bills, and what was known of them on a day.

use std::{collections::BTreeMap, ops::Range};

use clearmargin_domain::{id::ClientId, money::Money};
use jiff::civil::Date;

/// A bill that a client got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Who got it.
    pub client: ClientId,
    /// Its date.
    pub day: Date,
    /// When it is due; a day before its date counts as that date.
    pub due: Date,
    /// The first day on which nothing of it was owed any more; none while something is.
    pub settled: Option<Date>,
    /// What it came to; that of all bills in one currency.
    pub amount: Money,
    /// Whether its client disputes it, if that is known.
    pub disputed: Option<bool>,
    /// What else is known of it on its date, by name: how it was sent, who sent it.
    pub words: BTreeMap<String, String>,
}

impl Bill {
    /// Days from its date to the day that it is due.
    pub(super) fn terms(&self) -> f64 {
        days(self.day, self.due).max(0.0)
    }

    /// Days past due on a day, counted from the terms; below zero before.
    pub(super) fn past_due(&self, day: Date) -> f64 {
        days(self.day, day) - self.terms()
    }

    /// When it was settled, as far as that was known in the morning of a day.
    pub(super) fn settled_before(&self, day: Date) -> Option<Date> {
        self.settled.filter(|settled| *settled < day)
    }
}

/// Days from one day to another.
pub(super) fn days(from: Date, to: Date) -> f64 {
    f64::from((to - from).get_days())
}

/// The bills of all clients, in an order that follows from the bills alone.
#[derive(Debug, Clone, Default)]
pub struct Book {
    bills: Vec<Bill>,
    clients: BTreeMap<ClientId, Range<usize>>,
}

impl Book {
    /// The book of these bills, in whatever order they come.
    pub fn new(bills: impl IntoIterator<Item = Bill>) -> Self {
        let mut bills: Vec<Bill> = bills.into_iter().collect();
        let key = |bill: &Bill| (bill.client, bill.day, bill.due, bill.settled, bill.amount.minor);
        let rest = |a: &Bill, b: &Bill| {
            (a.disputed, &a.words, a.amount.currency).cmp(&(
                b.disputed,
                &b.words,
                b.amount.currency,
            ))
        };
        bills.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| rest(a, b)));
        let mut clients = BTreeMap::<_, Range<usize>>::new();
        for (at, bill) in bills.iter().enumerate() {
            clients.entry(bill.client).or_insert(at..at).end = at + 1;
        }
        Self { bills, clients }
    }

    /// The bills, those of a client beside each other, earlier ones first.
    pub fn bills(&self) -> &[Bill] {
        &self.bills
    }

    /// The places of a client's bills that are dated before a day.
    pub(super) fn before(&self, client: ClientId, day: Date) -> Range<usize> {
        let Some(range) = self.clients.get(&client) else { return 0..0 };
        let own = self.bills.get(range.clone()).unwrap_or_default();
        range.start..range.start + own.partition_point(|bill| bill.day < day)
    }

    /// What the client of each of these bills was used to on its date, with all clients as two bills
    /// more: the plain estimate that a model has to beat. None before any bill was settled.
    pub fn own_means(&self, bills: &[Bill]) -> Vec<Option<OwnMean>> {
        let mut settled: Vec<(Date, &Bill)> =
            self.bills.iter().filter_map(|bill| Some((bill.settled?, bill))).collect();
        settled.sort_by_key(|(day, _)| *day);
        let mut all = vec![Sums::default()];
        for (day, bill) in &settled {
            all.extend(all.last().map(|sums| sums.with(bill, *day)));
        }
        let mean = |bill: &Bill| {
            let own = self.bills.get(self.before(bill.client, bill.day)).unwrap_or_default();
            let known = own.iter().filter_map(|it| Some((it, it.settled_before(bill.day)?)));
            let own = known.fold(Sums::default(), |sums, (it, day)| sums.with(it, day));
            let before = settled.partition_point(|(day, _)| *day < bill.day);
            own.mean_with(*all.get(before)?)
        };
        bills.iter().map(mean).collect()
    }
}

/// Sums over settled bills.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    count: f64,
    late: f64,
    days: f64,
}

impl Sums {
    fn with(self, bill: &Bill, settled: Date) -> Self {
        Self {
            count: self.count + 1.0,
            late: self.late + f64::from(u8::from(bill.past_due(settled) > 0.0)),
            days: self.days + days(bill.day, settled),
        }
    }

    fn mean_with(self, all: Self) -> Option<OwnMean> {
        let mean = |own: f64, sum: f64| (own + OTHERS * sum / all.count) / (self.count + OTHERS);
        (all.count > 0.0)
            .then(|| OwnMean { days: mean(self.days, all.days), late: mean(self.late, all.late) })
    }
}

/// How many bills all clients count for in a client's own mean.
const OTHERS: f64 = 2.0;

/// What a client was used to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnMean {
    /// Days from date to payment.
    pub days: f64,
    /// The share that was paid late.
    pub late: f64,
}
