//! How good the same model was on the organisation's own past: fitted to what was known on earlier days,
//! it told of the invoices that were open then what is known thirteen weeks later.
//!
//! What a later day brought is hidden: invoices of that day or later, and payments, so that what was paid
//! later is open. What was not paid within the thirteen weeks counts as paid at their end, in what was told and
//! in what became alike: no invoice is left out for being slow, and none is judged before that can be done.
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "scores are numbers")]

use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use serde::{Deserialize, Serialize};

use super::{BAND_LEVELS, IssuedInvoice, WEEKS, bill, whole};
use crate::{
    odds::Scores,
    receivables::{Bill, Book, Expected, Late, Model, OwnMean},
    snapshot::Snapshot,
};

/// How many days ahead it is looked what became.
const AHEAD: i64 = 7 * WEEKS;
/// How many days lie between two looks: most bills are told of once, and looks fall on all parts of a
/// month, on whichever day clients are charged.
const EVERY: i64 = 70;
/// How many looks at most.
const MOST: i64 = 6;
/// Looks are a whole number of times so far from this Monday: each day of ten weeks looks from the same.
const FIRST: Date = date(2001, 1, 1);
/// Of how many invoices of a day it is told at most; more of them are spread evenly over all.
const MOST_CASES: usize = 500;
/// How many cases a score needs.
const FEWEST_CASES: usize = 40;
/// How many of either outcome.
const FEWEST_EITHER: usize = 5;

/// A look back. Shares are in millionths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookBack {
    /// From the mornings of which days, the latest first.
    pub origins: Vec<Date>,
    /// How good it was to say how likely an invoice is to be paid late, of those that were not due yet; none
    /// of too few.
    pub late: Option<LateTested>,
    /// How good it was to say in how many days an invoice is paid; none of too few.
    pub days: Option<DaysTested>,
}

/// Who was said to be late, and who was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LateTested {
    /// How many invoices were told of, over all looks.
    pub cases: usize,
    /// How many of them were paid late, or not at all.
    pub late: usize,
    /// The mean squared distance of the probability from what became.
    pub brier: i64,
    /// That of saying of each the share that was late in the end: the best that can be said of all alike.
    pub base_brier: i64,
    /// The mean of −ln of the probability of what became.
    pub log_loss: i64,
    /// That of saying the share.
    pub base_log_loss: i64,
    /// How often one that was late was said to be likelier to than one that was not.
    pub auc: Option<i64>,
    /// How far what was said lies from what became, over ten bins of like probabilities.
    pub calibration_error: i64,
}

/// In how many days invoices were said to be paid, and were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DaysTested {
    /// How many invoices were told of, over all looks.
    pub cases: usize,
    /// By how many millionths of a day the median was off on average.
    pub error: i64,
    /// By how many the client's own mean was, with all clients as two invoices more, and never before
    /// the day that was looked from.
    pub plain_error: i64,
    /// The share within the band of each of the [`BAND_LEVELS`].
    pub coverage: [i64; 2],
}

/// What was told of an invoice, and what became of it.
#[derive(Debug, Clone, PartialEq)]
struct Case {
    told: Told,
    /// Whether it was paid late; none if it was late already, or it is not known yet.
    late: Option<bool>,
    /// In how many days from its own it was paid, up to the end of what is looked at.
    took: i64,
    /// Up to how many days are looked at.
    end: i64,
}

/// What was told of an invoice.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    late: f64,
    days: i64,
    bands: [(i64, i64); 2],
    plain: Option<f64>,
}

/// Looks back at invoices of which every other of their time is known, too.
pub(super) fn look_back(snapshot: &Snapshot, recent: &[&IssuedInvoice]) -> LookBack {
    let mut invoices = recent.to_vec();
    invoices.sort_unstable_by_key(|it| (it.client, it.day, it.id));
    let bills: Vec<Bill> = invoices.iter().map(|it| bill(it, snapshot.currency)).collect();
    let (mut origins, mut cases) = (Vec::new(), Vec::new());
    for origin in looks(snapshot.day) {
        if let Some(of) = look(&bills, origin) {
            origins.push(origin);
            cases.extend(of);
        }
    }
    LookBack { origins, late: LateTested::of(&cases), days: DaysTested::of(&cases) }
}

/// The mornings that are looked from, the latest first: of each it is known what became.
fn looks(day: Date) -> impl Iterator<Item = Date> {
    let last = days(FIRST, after(day, -AHEAD)).div_euclid(EVERY);
    (0..MOST).map(move |before| after(FIRST, (last - before) * EVERY))
}

/// What is told of everything that was open in the morning of a day; none if too little was known.
fn look(bills: &[Bill], origin: Date) -> Option<Vec<Case>> {
    let known: Vec<(Bill, &Bill)> =
        bills.iter().filter(|it| it.day < origin).map(|it| (hidden(it, origin), it)).collect();
    let book = Book::new(known.iter().map(|(known, _)| known.clone()));
    let model = Model::fit(&book, origin).ok()?;
    let open: Vec<_> = known.into_iter().filter(|(known, _)| known.settled.is_none()).collect();
    let count = open.len().min(MOST_CASES);
    let spread = (0..count).filter_map(|at| open.get(at * open.len() / count));
    let (asked, became): (Vec<Bill>, Vec<&Bill>) = spread.cloned().unzip();
    let expected = model.expect(&book, &asked, origin);
    let told = expected.iter().zip(book.own_means(&asked)).zip(&asked);
    let told = told.map(|((expected, own), bill)| Told::of(expected, own, bill, origin));
    Some(told.zip(became).map(|(told, bill)| Case::of(told, bill, origin)).collect())
}

/// A bill as it was known in the morning of a day.
fn hidden(bill: &Bill, origin: Date) -> Bill {
    Bill { settled: bill.settled.filter(|settled| *settled < origin), ..bill.clone() }
}

impl Told {
    fn of(expected: &Expected, own: Option<OwnMean>, bill: &Bill, origin: Date) -> Self {
        let at = |share: f64| days(bill.day, expected.course.day(share));
        let band = |level: u8| {
            let outside = (1.0 - f64::from(level) / 100.0) / 2.0;
            (at(outside), at(1.0 - outside))
        };
        let waited = days(bill.day, origin) as f64;
        let plain = own.map(|own| own.days.max(waited));
        Self {
            late: match &expected.late {
                Late::Already => 1.0,
                perhaps @ Late::Perhaps { .. } => perhaps.probability(),
            },
            days: at(0.5),
            bands: BAND_LEVELS.map(band),
            plain,
        }
    }
}

impl Case {
    fn of(told: Told, bill: &Bill, origin: Date) -> Self {
        let (due, end) = (bill.due.max(bill.day), after(origin, AHEAD));
        let settled = bill.settled.filter(|settled| *settled < end);
        let judged = origin <= due && due < end;
        let until = days(bill.day, end);
        Self {
            told,
            late: judged.then(|| settled.is_none_or(|settled| settled > due)),
            took: settled.map_or(until, |settled| days(bill.day, settled)),
            end: until,
        }
    }

    /// By how many days the median was off, and the client's own mean.
    fn off(&self) -> Option<(f64, f64)> {
        let took = self.took as f64;
        let plain = self.told.plain?.min(self.end as f64);
        Some(((self.told.days.min(self.end) as f64 - took).abs(), (plain - took).abs()))
    }

    /// Whether a band held it. What lies beyond the end is one place.
    fn within(&self, level: usize) -> bool {
        let band = self.told.bands.get(level);
        band.is_some_and(|(low, high)| {
            (*low.min(&self.end)..=*high.min(&self.end)).contains(&self.took)
        })
    }
}

impl LateTested {
    fn of(cases: &[Case]) -> Option<Self> {
        let judged = cases.iter().filter_map(|it| Some((it.told.late, it.late?)));
        let (said, became): (Vec<f64>, Vec<bool>) = judged.unzip();
        let late = became.iter().filter(|late| **late).count();
        if became.len() < FEWEST_CASES || late.min(became.len() - late) < FEWEST_EITHER {
            return None;
        }
        let share = late as f64 / became.len() as f64;
        let own = Scores::of(&said, &became);
        let base = Scores::of(&vec![share; became.len()], &became);
        Some(Self {
            cases: own.cases,
            late,
            brier: millionths(own.brier),
            base_brier: millionths(base.brier),
            log_loss: millionths(own.log_loss),
            base_log_loss: millionths(base.log_loss),
            auc: own.auc.map(millionths),
            calibration_error: millionths(own.calibration_error),
        })
    }
}

impl DaysTested {
    fn of(cases: &[Case]) -> Option<Self> {
        let held: Vec<(&Case, (f64, f64))> =
            cases.iter().filter_map(|it| Some((it, it.off()?))).collect();
        if held.len() < FEWEST_CASES {
            return None;
        }
        let mean = |sum: f64| millionths(sum / held.len() as f64);
        let within = |level| held.iter().filter(|(case, _)| case.within(level)).count() as f64;
        Some(Self {
            cases: held.len(),
            error: mean(held.iter().map(|(_, (own, _))| own).sum()),
            plain_error: mean(held.iter().map(|(_, (_, plain))| plain).sum()),
            coverage: [0, 1].map(|level| mean(within(level))),
        })
    }
}

fn millionths(number: f64) -> i64 {
    whole(number * 1e6)
}

fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

fn after(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

#[cfg(test)]
mod tests;
