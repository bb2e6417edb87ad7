//! How likely a bill is to be paid late, and why.

use super::{
    Fact,
    course::{Course, LATE},
    habits::{Habits, Standing},
    spread::Spread,
};
use crate::odds::probability;

/// A probability is never told as closer to nothing or everything.
const SUREST: f64 = 1e-9;
/// Days that differ by less do not differ.
const SAME: f64 = 1e-9;

/// What a fact adds to the log-odds that a bill is paid late.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The fact.
    pub fact: Fact,
    /// What it adds.
    pub part: f64,
}

/// How likely a bill is to be paid late.
#[derive(Debug, Clone, PartialEq)]
pub enum Late {
    /// It is past due and was not paid.
    Already,
    /// It may be.
    Perhaps {
        /// The log-odds of a mean bill of a client that is not known.
        base: f64,
        /// What each fact adds to them.
        reasons: Vec<Reason>,
    },
}

impl Late {
    /// The log-odds: base and reasons; none for what is certain.
    pub fn log_odds(&self) -> Option<f64> {
        match self {
            Self::Already => None,
            Self::Perhaps { base, reasons } => {
                Some(reasons.iter().fold(*base, |sum, reason| sum + reason.part))
            }
        }
    }

    /// The probability, between 0 and 1.
    pub fn probability(&self) -> f64 {
        self.log_odds().map_or(1.0, probability)
    }

    /// What is known of a bill, one fact after the other: how steadily its client pays moves the
    /// log-odds of a mean bill, then what is expected of it, then that it was not paid so far. What
    /// facts add to the expected days shares their step by these days (integrated gradients of a
    /// function of a sum; Sundararajan, Taly and Yan, 2017).
    pub(super) fn of(
        habits: &Habits,
        spread: &Spread,
        standing: &Standing,
        course: &Course,
    ) -> Self {
        if course.is_late() {
            return Self::Already;
        }
        let at = |expected: f64, scale: f64| log_odds(spread.beyond((LATE - expected) / scale));
        let base = at(habits.usual, habits.unknown_scale());
        let steady = at(habits.usual, standing.scale);
        let expected = at(standing.expected, standing.scale);
        let own = log_odds(course.late());
        let waited = log_odds(course.late() / course.open());

        let days = standing.expected - habits.usual;
        let each = if days.abs() < SAME { 0.0 } else { (expected - steady) / days };
        let facts = habits.effects.facts().iter().cloned().zip(&standing.parts);
        let mut reasons: Vec<Reason> =
            facts.map(|(fact, days)| Reason { fact, part: days * each }).collect();
        let shared = if days.abs() < SAME { expected - steady } else { 0.0 };
        for (fact, part) in [
            (Fact::Habit, standing.habit * each),
            (Fact::OpenBills, standing.waiting * each),
            (Fact::Steadiness, steady - base + own - expected + shared),
            (Fact::Waited, waited - own),
        ] {
            reasons.push(Reason { fact, part });
        }
        Self::Perhaps { base, reasons }
    }
}

fn log_odds(share: f64) -> f64 {
    let share = share.clamp(SUREST, 1.0 - SUREST);
    (share / (1.0 - share)).ln()
}
