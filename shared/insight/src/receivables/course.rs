//! When a bill will be paid: a distribution, given what is known of it.

use std::sync::Arc;

use clearmargin_domain::money::Money;
use jiff::{ToSpan as _, civil::Date};

use super::{
    bill::Bill,
    habits::{Standing, least},
    spread::{Spread, bell},
};
use crate::forecast::whole;

/// For how many bills the pattern of all clients counts in that of one.
const OTHERS: f64 = 40.0;
/// How far a bill of a client's own is spread to its sides: in standard deviations, and at the least
/// in days.
const SMOOTH: f64 = 0.1;
const CLOSEST: f64 = 0.25;
/// A payment is late from the day after the due one on.
pub(super) const LATE: f64 = 0.5;
/// How often an interval is halved: enough for the last digit of any number of days.
const HALVINGS: usize = 80;

/// When a bill will be paid. That it never will is not considered: late is as far as it goes.
#[derive(Debug, Clone)]
pub struct Course {
    spread: Arc<Spread>,
    day: Date,
    terms: f64,
    expected: f64,
    scale: f64,
    own: Vec<(f64, f64)>,
    /// Days past due that it has at the least.
    least: f64,
}

impl Course {
    pub(super) fn new(spread: Arc<Spread>, bill: &Bill, standing: &Standing, as_of: Date) -> Self {
        let waited = if as_of > bill.day { least(bill, as_of) } else { f64::NEG_INFINITY };
        Self {
            spread,
            day: bill.day,
            terms: bill.terms(),
            expected: standing.expected,
            scale: standing.scale,
            own: standing.own.clone(),
            least: waited,
        }
    }

    /// In how many days from its date the bill will be paid, at the latest, with this probability
    /// (between 0 and 1): the median for a half. Never before what is known today allows. A whole day
    /// is the middle of what it stands for: rounding to whole days widens a band a little.
    pub fn days(&self, share: f64) -> f64 {
        let wanted = (1.0 - share.clamp(0.0, 1.0)) * self.open();
        let (mut low, mut high) = (self.expected - self.scale, self.expected + self.scale);
        let mut width = self.scale;
        for _ in 0..HALVINGS {
            width *= 2.0;
            if self.beyond(low) < wanted {
                low -= width;
            } else if self.beyond(high) > wanted {
                high += width;
            } else {
                break;
            }
        }
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if self.beyond(middle) > wanted { low = middle } else { high = middle }
        }
        (self.terms + high.max(self.least)).max(0.0)
    }

    /// The day on which it will be paid, at the latest, with this probability; the last day that there
    /// is where that is beyond it.
    #[expect(clippy::cast_possible_truncation, reason = "the conversion holds at the ends")]
    pub fn day(&self, share: f64) -> Date {
        let days = self.days(share).round().min(f64::from(i32::MAX));
        let span = 1.day().checked_mul(days as i64);
        span.and_then(|span| self.day.checked_add(span)).unwrap_or(Date::MAX)
    }

    /// The days between which it will be paid with this probability, with as much on either side.
    pub fn band(&self, level: f64) -> (f64, f64) {
        let outside = (1.0 - level.clamp(0.0, 1.0)) / 2.0;
        (self.days(outside), self.days(1.0 - outside))
    }

    /// How likely it is that the bill is paid on this day or before.
    pub fn paid_by(&self, day: Date) -> f64 {
        let end = super::bill::days(self.day, day) - self.terms + LATE;
        if end <= self.least || end < LATE - self.terms {
            return 0.0;
        }
        1.0 - (self.beyond(end) / self.open()).min(1.0)
    }

    /// What of an amount is expected until the end of each of these days, after the one before, and
    /// last what is expected later. It sums up to the amount: what is expected until a day is rounded to
    /// the smallest unit, half away from zero.
    pub fn spread_over(&self, amount: Money, days: &[Date]) -> Vec<Money> {
        let until = |day: &Date| {
            let part = whole(self.paid_by(*day) * amount.minor as f64);
            part.clamp(amount.minor.min(0), amount.minor.max(0))
        };
        let mut before = 0;
        let ends = days.iter().map(until).chain([amount.minor]);
        let part = |end| Money::new(end - std::mem::replace(&mut before, end), amount.currency);
        ends.map(part).collect()
    }

    /// Whether it is past due already.
    pub(super) fn is_late(&self) -> bool {
        self.least >= LATE
    }

    /// How likely it was at first that it would not be paid so soon.
    pub(super) fn open(&self) -> f64 {
        self.beyond(self.least)
    }

    /// How likely it was at first that it would be late, by this client's pattern.
    pub(super) fn late(&self) -> f64 {
        self.beyond(LATE)
    }

    /// The share of payments that are later than so many days past due.
    fn beyond(&self, past_due: f64) -> f64 {
        if past_due == f64::NEG_INFINITY {
            return 1.0;
        }
        let all = self.spread.beyond((past_due - self.expected) / self.scale);
        let width = (SMOOTH * self.scale).max(CLOSEST);
        let of_own = |(sum, counts): (f64, f64), (weight, far): &(f64, f64)| {
            (sum + weight * bell(self.expected + far - past_due, width), counts + weight)
        };
        let (own, counts) = self.own.iter().fold((0.0, 0.0), of_own);
        (OTHERS * all + own) / (OTHERS + counts)
    }
}
