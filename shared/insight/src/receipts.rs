//! When open invoices will be paid, how likely each is to be late, and what comes in week by week: the
//! numbers of [`receivables`](crate::receivables) over a snapshot, in whole units that can be kept.
//!
//! It is learned from invoices of which every other of their time is known, too: of earlier ones a
//! snapshot has those alone that are still open, which would make all clients look late.

mod lookback;

use std::{cmp::Reverse, collections::BTreeMap};

use clearmargin_domain::{
    id::{ClientId, InvoiceId},
    money::{Currency, Money},
};
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    forecast::whole,
    odds::probability,
    receivables::{Bill, Book, Expected, FEWEST, Fact, Late, Model, NotEnough},
    snapshot::{IssuedInvoice, Snapshot},
};

pub use lookback::{DaysTested, LateTested, LookBack};

/// The version of the model.
pub const MODEL: &str = "receivables/2";
/// How many weeks are looked ahead.
pub const WEEKS: i64 = 13;
/// The levels of the bands of days, in per cent.
pub const BAND_LEVELS: [u8; 2] = [80, 95];
/// The decimals of log-odds and of probabilities, as they are kept.
pub const ODDS_DECIMALS: u32 = 9;
/// The decimals of probabilities.
pub const SHARE_DECIMALS: u32 = 6;
const ODDS_UNIT: f64 = 1e9;
const SHARE_UNIT: i64 = 1_000_000;

/// What is expected of open invoices. Amounts are in smallest units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receivables {
    /// How many invoices that were paid before the day it was learned from.
    pub learned: usize,
    /// How many invoices were left out: nothing is open of them, and it is not known that or when they
    /// were paid.
    pub left_out: usize,
    /// What is expected, or why nothing is.
    pub outcome: Result<Receipts, NoReceipts>,
    /// How good the same was on the past; none of before it was looked at.
    #[serde(default)]
    pub look_back: Option<LookBack>,
}

/// Why nothing is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "why")]
pub enum NoReceipts {
    /// Too few invoices were paid.
    NotEnough {
        /// How many were.
        settled: usize,
        /// How many are needed.
        needed: usize,
    },
    /// What is open together is beyond what can be worked with.
    OutOfRange,
}

/// What is expected of everything that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipts {
    /// The weeks ahead, by their first and last day.
    pub weeks: Vec<(Date, Date)>,
    /// Everything together.
    pub total: Inflow,
    /// Each client that owes something. They make up the total.
    pub clients: BTreeMap<ClientId, Inflow>,
    /// The open invoices: those of which most is expected to be late come first.
    pub invoices: Vec<OpenInvoice>,
}

impl Receipts {
    /// The week in which least is expected, the first of those, and how much that is; `None` without weeks.
    pub fn lowest_week(&self) -> Option<((Date, Date), i64)> {
        let weeks = self.weeks.iter().zip(&self.total.weeks);
        let lowest = weeks.min_by_key(|((from, _), minor)| (**minor, *from));
        lowest.map(|(week, least)| (*week, *least))
    }
}

/// What of an amount comes in when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inflow {
    /// What is open: all weeks and what is expected later.
    pub open: i64,
    /// What is expected in each week.
    pub weeks: Vec<i64>,
    /// What is expected after them.
    pub later: i64,
}

impl Inflow {
    /// What is expected within all the weeks.
    pub fn within(&self) -> i64 {
        self.weeks.iter().fold(0, |sum, it| sum.saturating_add(*it))
    }
}

/// What is expected of an open invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenInvoice {
    /// Its id.
    pub id: InvoiceId,
    /// Whose it is.
    pub client: ClientId,
    /// Its day.
    pub day: Date,
    /// When it is due.
    pub due: Date,
    /// What is open of it.
    pub open: i64,
    /// The day by which it is paid as likely as not.
    pub expected: Date,
    /// For each of the [`BAND_LEVELS`] the first and the last day.
    pub bands: [(Date, Date); 2],
    /// How likely it is to be paid late, with [`SHARE_DECIMALS`].
    pub probability: i64,
    /// Probability × what is open: 1 for what is late already.
    pub expected_late: i64,
    /// Why; none if it is late already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odds: Option<Odds>,
}

/// Log-odds, with [`ODDS_DECIMALS`]: base and reasons sum up to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Odds {
    /// Those of a mean invoice of a client that is not known.
    pub base: i64,
    /// What each fact adds; facts that add nothing are absent.
    pub reasons: Vec<(Fact, i64)>,
}

impl Odds {
    /// The log-odds.
    pub fn sum(&self) -> i64 {
        self.reasons.iter().fold(self.base, |sum, (_, part)| sum.saturating_add(*part))
    }

    #[expect(clippy::float_arithmetic, reason = "log-odds become whole units")]
    fn of(late: &Late) -> Option<Self> {
        let units = |odds: f64| whole(odds * ODDS_UNIT);
        let Late::Perhaps { base, reasons } = late else { return None };
        let reasons = reasons.iter().map(|reason| (reason.fact.clone(), units(reason.part)));
        Some(Self { base: units(*base), reasons: reasons.filter(|(_, part)| *part != 0).collect() })
    }

    /// The probability that they stand for.
    #[expect(
        clippy::float_arithmetic,
        clippy::cast_precision_loss,
        reason = "log-odds become a share"
    )]
    fn probability(&self) -> i64 {
        whole(probability(self.sum() as f64 / ODDS_UNIT) * SHARE_UNIT as f64)
    }
}

impl Inflow {
    fn add(&mut self, open: i64, parts: &[Money]) {
        let Some((later, weeks)) = parts.split_last() else { return };
        self.open += open;
        self.later += later.minor;
        self.weeks.resize(weeks.len(), 0);
        self.weeks.iter_mut().zip(weeks).for_each(|(sum, part)| *sum += part.minor);
    }
}

/// What is expected of the invoices that a snapshot has open, in the morning of its day.
pub fn expected(snapshot: &Snapshot) -> Receivables {
    let known =
        snapshot.bills.iter().filter(|it| it.open > 0 || (it.open == 0 && it.paid.is_some()));
    let (known, from) = (known.collect::<Vec<_>>(), snapshot.bills_from().first_day());
    let currency = snapshot.currency;
    let bill = |it: &&IssuedInvoice| bill(it, currency);
    let recent: Vec<_> = known.iter().copied().filter(|it| it.day >= from).collect();
    let look_back = Some(lookback::look_back(snapshot, &recent));
    let recent = Book::new(recent.iter().map(bill));
    let learned = recent.bills().iter().filter(|bill| {
        bill.day < snapshot.day && bill.settled.is_some_and(|settled| settled < snapshot.day)
    });
    let learned = learned.count();
    let open: Vec<_> = known.iter().copied().filter(|it| it.open > 0).collect();
    let outcome = match Model::fit(&recent, snapshot.day) {
        Err(NotEnough { settled }) => Err(NoReceipts::NotEnough { settled, needed: FEWEST }),
        // All sums below are of some of these.
        Ok(_) if open.iter().try_fold(0_i64, |sum, it| sum.checked_add(it.open)).is_none() => {
            Err(NoReceipts::OutOfRange)
        }
        Ok(model) => {
            let book = Book::new(known.iter().map(bill));
            let asked: Vec<Bill> = open.iter().map(bill).collect();
            let said = model.expect(&book, &asked, snapshot.day);
            Ok(receipts(snapshot, &open, &said))
        }
    };
    Receivables { learned, left_out: snapshot.bills.len() - known.len(), outcome, look_back }
}

fn bill(it: &IssuedInvoice, currency: Currency) -> Bill {
    Bill {
        client: it.client,
        day: it.day,
        due: it.due,
        settled: it.paid,
        amount: Money::new(it.total, currency),
        disputed: None,
        words: BTreeMap::new(),
    }
}

fn receipts(snapshot: &Snapshot, open: &[&IssuedInvoice], said: &[Expected]) -> Receipts {
    let weeks = weeks(snapshot.day);
    let ends: Vec<Date> = weeks.iter().map(|(_, last)| *last).collect();
    let none = Inflow { weeks: vec![0; weeks.len()], ..Inflow::default() };
    let (mut total, mut clients) = (none, BTreeMap::<ClientId, Inflow>::new());
    let mut invoices = Vec::with_capacity(open.len());
    for (it, said) in open.iter().zip(said) {
        let parts = said.course.spread_over(Money::new(it.open, snapshot.currency), &ends);
        total.add(it.open, &parts);
        clients.entry(it.client).or_default().add(it.open, &parts);
        invoices.push(open_invoice(it, said));
    }
    invoices.sort_by_key(|it: &OpenInvoice| (Reverse(it.expected_late), it.due, it.id));
    Receipts { weeks, total, clients, invoices }
}

fn weeks(day: Date) -> Vec<(Date, Date)> {
    let after = |days: i64| day.checked_add(days.days()).unwrap_or(Date::MAX);
    (0..WEEKS).map(|week| (after(week * 7), after(week * 7 + 6))).collect()
}

#[expect(clippy::float_arithmetic, reason = "levels become shares")]
fn open_invoice(it: &IssuedInvoice, said: &Expected) -> OpenInvoice {
    let band = |level: u8| {
        let outside = (1.0 - f64::from(level) / 100.0) / 2.0;
        (said.course.day(outside), said.course.day(1.0 - outside))
    };
    let odds = Odds::of(&said.late);
    let probability = odds.as_ref().map_or(SHARE_UNIT, Odds::probability);
    OpenInvoice {
        id: it.id,
        client: it.client,
        day: it.day,
        due: it.due,
        open: it.open,
        expected: said.course.day(0.5),
        bands: BAND_LEVELS.map(band),
        probability,
        expected_late: share_of(it.open, probability),
        odds,
    }
}

/// A share of an amount, rounded half up; neither is below zero.
pub(crate) fn share_of(minor: i64, share: i64) -> i64 {
    let unit = i128::from(SHARE_UNIT);
    let product = i128::from(minor) * i128::from(share);
    i64::try_from((product + unit / 2) / unit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
