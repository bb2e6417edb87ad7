//! Recurring invoices that nobody asks for: on which day of a month they are made, and how far that
//! has come.

use jiff::{Timestamp, ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{id::AgreementId, period::Month};

/// How many of the agreements that were left out a run names; of more it knows only how many.
const MOST_LEFT_OUT: usize = 500;
/// How many characters say why an agreement was left out.
const LONGEST_REASON: usize = 300;

/// A day that every month has: 1 to 28.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct BillingDay(u8);

/// A day that not every month has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a day that every month has: 1 to 28")]
pub struct InvalidDay;

impl BillingDay {
    /// The first of a month.
    pub const FIRST: Self = Self(1);

    /// That day of a month.
    pub fn of(self, month: Month) -> Date {
        month.first_day().saturating_add((i64::from(self.0) - 1).days())
    }
}

impl TryFrom<u8> for BillingDay {
    type Error = InvalidDay;

    fn try_from(day: u8) -> Result<Self, InvalidDay> {
        if (1..=28).contains(&day) { Ok(Self(day)) } else { Err(InvalidDay) }
    }
}

impl From<BillingDay> for u8 {
    fn from(day: BillingDay) -> Self {
        day.0
    }
}

/// What an organisation wants to be done every month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleTerms {
    /// Whether anything is done at all.
    pub enabled: bool,
    /// On which day of the month, on the organisation's clocks.
    pub day: BillingDay,
    /// Whether also those agreements are billed of which a part cannot be computed.
    pub include_incomplete: bool,
    /// Whether invoices are issued at once, and not left as drafts.
    pub issue: bool,
}

/// When an organisation's recurring invoices are made: one record for each organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecurringSchedule {
    /// What is wanted.
    pub terms: ScheduleTerms,
    /// The next month to bill: no month before it is begun again.
    pub next: Month,
}

impl RecurringSchedule {
    /// The schedule of an organisation that has not said anything: none.
    pub fn none(today: Date) -> Self {
        let day = BillingDay::FIRST;
        let terms = ScheduleTerms { enabled: false, day, include_incomplete: false, issue: false };
        Self { terms, next: Month::of(today) }
    }

    /// The schedule as it is wanted from today on. One that is switched on begins with the first
    /// month whose day has not passed, so nothing is billed that nobody expects; one that was on
    /// before goes on with its next month.
    #[must_use]
    pub fn with(self, terms: ScheduleTerms, today: Date) -> Self {
        let going_on = self.terms.enabled || !terms.enabled;
        let current = Month::of(today);
        let first = current.plus(i32::from(terms.day.of(current) < today));
        let next = if going_on { self.next } else { self.next.max(first) };
        Self { terms, next }
    }

    /// The month to bill by today, if its day has come.
    pub fn due(&self, today: Date) -> Option<Month> {
        let day = self.terms.day.of(self.next);
        (self.terms.enabled && day <= today).then_some(self.next)
    }

    /// The same once that month is begun.
    #[must_use]
    pub fn begun(self) -> Self {
        Self { next: self.next.plus(1), ..self }
    }
}

/// An agreement that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// The agreement.
    pub agreement: AgreementId,
    /// What became of it.
    pub outcome: LeftOutAs,
    /// Why, for people.
    pub message: String,
}

/// What became of an agreement that was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutAs {
    /// A part of it cannot be computed.
    Incomplete,
    /// The invoice would not be one.
    Refused,
    /// It is drafted, and was to be issued.
    NotIssued,
    /// It did not come about, such as where somebody changed it all the time.
    Failed,
}

impl LeftOutAs {
    /// A stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::Refused => "refused",
            Self::NotIssued => "not_issued",
            Self::Failed => "failed",
        }
    }
}

impl LeftOut {
    /// An agreement that was left out; of the reason, what fits.
    pub fn new(agreement: AgreementId, outcome: LeftOutAs, message: &str) -> Self {
        Self { agreement, outcome, message: message.chars().take(LONGEST_REASON).collect() }
    }
}

/// What became of the agreements of a step, or of a whole run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunCounts {
    /// How many agreements were looked at.
    pub agreements: u32,
    /// How many invoices it drafted.
    pub drafted: u32,
    /// How many of these it issued.
    pub issued: u32,
    /// How many agreements somebody else had billed before.
    pub already_there: u32,
    /// Of how many nothing fell due.
    pub nothing: u32,
    /// How many were left out: not drafted, or not issued.
    pub left_out: u32,
}

impl RunCounts {
    fn plus(&self, other: &Self) -> Self {
        Self {
            agreements: self.agreements.saturating_add(other.agreements),
            drafted: self.drafted.saturating_add(other.drafted),
            issued: self.issued.saturating_add(other.issued),
            already_there: self.already_there.saturating_add(other.already_there),
            nothing: self.nothing.saturating_add(other.nothing),
            left_out: self.left_out.saturating_add(other.left_out),
        }
    }
}

/// How the recurring invoices of a month are made by the schedule: one record for each month, so
/// each month is made once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecurringRun {
    /// The month.
    pub month: Month,
    /// What was wanted when it began.
    pub terms: ScheduleTerms,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last went on.
    pub touched_at: Timestamp,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// How many steps are done.
    pub step: u32,
    /// The last agreement of these, in the order of their ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<AgreementId>,
    /// What became of the agreements.
    pub counts: RunCounts,
    /// Those that were left out, the first 500 of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

impl RecurringRun {
    /// The run of a month that begins now.
    pub fn begun(month: Month, terms: ScheduleTerms, now: Timestamp) -> Self {
        Self {
            month,
            terms,
            started_at: now,
            touched_at: now,
            finished_at: None,
            step: 0,
            after: None,
            counts: RunCounts::default(),
            left_out: Vec::new(),
        }
    }

    /// The run after one more step: what became of its agreements, and the last of them, if more
    /// are to come.
    #[must_use]
    pub fn went_on(
        &self,
        counts: &RunCounts,
        left_out: Vec<LeftOut>,
        after: Option<AgreementId>,
        now: Timestamp,
    ) -> Self {
        let mut all = self.left_out.clone();
        all.extend(left_out);
        all.truncate(MOST_LEFT_OUT);
        Self {
            touched_at: now,
            finished_at: after.is_none().then_some(now),
            step: self.step.saturating_add(1),
            after,
            counts: self.counts.plus(counts),
            left_out: all,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{civil::date, tz::TimeZone};
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    fn on(day: u8) -> ScheduleTerms {
        let day = BillingDay::try_from(day).unwrap();
        ScheduleTerms { enabled: true, day, include_incomplete: false, issue: false }
    }

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_one_that_every_month_has() {
        let day = |day: u8| BillingDay::try_from(day);
        assert_eq!(day(28).unwrap().of(month("2026-02")), date(2026, 2, 28));
        assert_eq!((day(0), day(29)), (Err(InvalidDay), Err(InvalidDay)));
    }

    #[test]
    fn a_schedule_begins_with_the_first_month_whose_day_has_not_passed() {
        let today = date(2026, 7, 10);
        let none = RecurringSchedule::none(today);
        assert_eq!(none.due(today), None);
        assert_eq!(none.with(on(10), today).due(today), Some(month("2026-07")));
        let later = none.with(on(9), today);
        assert_eq!((later.due(today), later.next), (None, month("2026-08")));
        assert_eq!(later.due(date(2026, 8, 8)), None);
        assert_eq!(later.due(date(2026, 8, 9)), Some(month("2026-08")));
    }

    #[test]
    fn no_month_is_begun_again_whatever_is_switched() {
        let today = date(2026, 7, 10);
        let begun = RecurringSchedule::none(today).with(on(10), today).begun();
        assert_eq!(begun.due(date(2026, 7, 31)), None);
        let off = ScheduleTerms { enabled: false, ..on(10) };
        let again = begun.with(off, today).with(on(28), today);
        assert_eq!(again.next, month("2026-08"));
        // Who goes on keeps the month that is due, whatever its day is by then.
        let late = RecurringSchedule::none(today).with(on(28), today).with(on(1), today);
        assert_eq!(late.due(today), Some(month("2026-07")));
    }

    #[test]
    fn a_run_keeps_so_many_reasons_and_counts_all() {
        let run = RecurringRun::begun(month("2026-07"), on(1), Timestamp::UNIX_EPOCH);
        let agreement = AgreementId::new(Timestamp::UNIX_EPOCH, 1);
        let why = LeftOut::new(agreement, LeftOutAs::Refused, &"ä".repeat(1_000));
        assert_eq!(why.message.chars().count(), LONGEST_REASON);
        let counts = RunCounts { left_out: 400, ..RunCounts::default() };
        let step = |run: &RecurringRun, after| {
            run.went_on(&counts, vec![why.clone(); 400], after, Timestamp::UNIX_EPOCH)
        };
        let run = step(&step(&run, Some(agreement)), None);
        assert_eq!((run.left_out.len(), run.counts.left_out, run.step), (MOST_LEFT_OUT, 800, 2));
        assert_eq!(run.finished_at, Some(Timestamp::UNIX_EPOCH));
    }

    proptest! {
        /// However often and irregularly it is looked, in whatever zone: each month is begun once, in
        /// order, and never before its day has begun on the clocks there.
        #[test]
        fn each_month_is_begun_once_on_its_day_or_after(
            day in 1_u8..=28,
            zone in select(vec!["UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
            gaps in vec(1_i64..60, 200..800),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let mut now: Timestamp = "2026-02-20T00:00:00Z".parse().unwrap();
            let today = |now| zone.to_datetime(now).date();
            let mut schedule = RecurringSchedule::none(today(now)).with(on(day), today(now));
            let first = schedule.next;
            let mut begun = Vec::new();
            for gap in gaps {
                while let Some(due) = schedule.due(today(now)) {
                    prop_assert!(schedule.terms.day.of(due) <= today(now));
                    begun.push(due);
                    schedule = schedule.begun();
                }
                now += gap.hours();
            }
            let expected: Vec<_> = (0..).map(|n| first.plus(n)).take(begun.len()).collect();
            prop_assert_eq!(begun, expected);
            prop_assert!(schedule.terms.day.of(schedule.next) + 3.days() >= today(now));
        }
    }
}
