//! What the service desk did: counts and durations by day and month, for whom they are summed.
//!
//! Like the money of [`rollup`](crate::rollup), these are sums over source rows and nothing else, so
//! a change of a ticket moves them by *new − old*.

mod contribution;
mod course;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use course::{CourseError, Days, Grain};

use crate::{
    counters::counters,
    id::{ClientId, TechnicianId},
    period::Month,
    sketch::Sketch,
};

/// For whom tickets are summed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "of", content = "id")]
pub enum DeskSubject {
    /// Every ticket of the organisation.
    Organization,
    /// One source system's record of a client; none for internal tickets.
    Client(Option<ClientId>),
    /// Who works on it; none for what nobody has.
    Technician(Option<TechnicianId>),
    /// The organisation's own word; none for tickets without a category.
    Category(Option<String>),
    /// The organisation's own word; none for tickets without a priority.
    Priority(Option<String>),
}

/// The kinds of subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// The organisation.
    Organization,
    /// Clients.
    Client,
    /// Technicians.
    Technician,
    /// Categories.
    Category,
    /// Priorities.
    Priority,
}

impl SubjectKind {
    /// Every kind.
    pub const ALL: &'static [Self] =
        &[Self::Organization, Self::Client, Self::Technician, Self::Category, Self::Priority];
}

impl DeskSubject {
    /// Its kind.
    pub fn kind(&self) -> SubjectKind {
        match self {
            Self::Organization => SubjectKind::Organization,
            Self::Client(_) => SubjectKind::Client,
            Self::Technician(_) => SubjectKind::Technician,
            Self::Category(_) => SubjectKind::Category,
            Self::Priority(_) => SubjectKind::Priority,
        }
    }
}

/// A time for which is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Span {
    /// A day on the organisation's clocks.
    Day(Date),
    /// A month on the organisation's clocks.
    Month(Month),
    /// As things stand, whenever they came to be so.
    Now,
}

/// One sum: a subject in a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeskBucket {
    /// For whom.
    pub subject: DeskSubject,
    /// When.
    pub span: Span,
}

/// Which durations are sketched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Sample {
    /// Until the first answer, on the day of the answer.
    FirstResponse,
    /// Until it was resolved, on that day.
    Resolution,
}

counters! {
    /// What is counted of tickets. Durations are business seconds without the time that a ticket
    /// waited for the customer.
    pub struct DeskMeasures;

    /// Tickets that are open as things stand; of no day or month.
    open: "o",
    /// Tickets opened.
    opened: "n",
    /// Tickets resolved and not opened again since.
    resolved: "r",
    /// How often tickets were opened again.
    reopened: "a",
    /// First answers.
    first_responses: "f",
    /// Σ time to the first answer.
    first_response_seconds: "g",
    /// Σ time to the resolution.
    resolution_seconds: "s",
    /// First answers that were promised by then and given.
    responses_in_time: "m",
    /// First answers that came late.
    responses_late: "l",
    /// Resolutions that were promised by then and reached.
    resolutions_in_time: "t",
    /// Resolutions that came late.
    resolutions_late: "u",
    /// Ratings.
    ratings: "q",
    /// Σ of their scores, from 1 to 5.
    rating_scores: "v",
    /// Ratings of 4 and 5.
    satisfied: "p",
    /// Ratings of 1 and 2.
    dissatisfied: "d",
}

/// A change of the desk's sums: what to add to which bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskDelta {
    counts: BTreeMap<DeskBucket, DeskMeasures>,
    sketches: BTreeMap<(DeskBucket, Sample), Sketch>,
}

impl DeskDelta {
    /// Adds counts to a bucket.
    pub fn count(&mut self, bucket: DeskBucket, measures: DeskMeasures) {
        let sum = self.counts.entry(bucket).or_default();
        *sum = sum.plus(measures);
    }

    /// Adds durations to a bucket.
    pub fn sketch(&mut self, bucket: DeskBucket, sample: Sample, durations: &Sketch) {
        self.sketches.entry((bucket, sample)).or_default().merge(durations);
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn negated(self) -> Self {
        let zero = DeskMeasures::default();
        let counts = self.counts.into_iter().map(|(bucket, sum)| (bucket, zero.minus(sum)));
        let sketches = self.sketches.into_iter().map(|(at, sketch)| (at, sketch.negated()));
        Self { counts: counts.collect(), sketches: sketches.collect() }
    }

    /// Adds another change.
    pub fn merge(&mut self, other: Self) {
        other.counts.into_iter().for_each(|(bucket, sum)| self.count(bucket, sum));
        for ((bucket, sample), durations) in other.sketches {
            self.sketch(bucket, sample, &durations);
        }
    }

    /// The counts that really change.
    pub fn counts(&self) -> impl Iterator<Item = (&DeskBucket, DeskMeasures)> {
        let all = self.counts.iter().map(|(bucket, sum)| (bucket, *sum));
        all.filter(|(_, sum)| !sum.is_zero())
    }

    /// The sketches that really change.
    pub fn sketches(&self) -> impl Iterator<Item = (&DeskBucket, Sample, &Sketch)> {
        let all = self.sketches.iter().map(|((bucket, sample), sketch)| (bucket, *sample, sketch));
        all.filter(|(_, _, sketch)| !sketch.is_empty())
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.counts().next().is_none() && self.sketches().next().is_none()
    }
}
