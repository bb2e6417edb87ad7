//! How what is open ages by itself, as sums that only ever add up.
//!
//! A [`Posting`] is in one bucket on the day on which it counts, and moves to the next ones on days
//! that are known from the beginning. So it is a few steps, each of a day, and what is open on any day
//! by bucket is the sum of all steps up to it: past, present and future days alike, whenever
//! something is written for whatever day. Kept by year, by month and by day, it is a sum of a few
//! figures however much was ever charged.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Ageing, Bucket, Posting};
use crate::{id::ClientId, period::Month};

/// A time for which steps are summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Span {
    /// A day.
    Day(Date),
    /// A month.
    Month(Month),
    /// A year.
    Year(i16),
}

impl Span {
    /// The times that a day belongs to.
    pub fn around(day: Date) -> [Self; 3] {
        [Self::Day(day), Self::Month(Month::of(day)), Self::Year(day.year())]
    }

    /// Whether it is part of what leads up to the end of a day: the years before that day's, the
    /// months before it in its year, and the days up to it in its month.
    pub fn leads_to(self, day: Date) -> bool {
        let month = Month::of(day);
        match self {
            Self::Day(of) => of <= day && Month::of(of) == month,
            Self::Month(of) => of < month && of.year() == month.year(),
            Self::Year(of) => of < month.year(),
        }
    }
}

/// One sum: what changes for a client in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AgeingBucket {
    /// One source system's record of a client.
    pub client: ClientId,
    /// When.
    pub span: Span,
}

/// A change of what clients owe, on the days on which it changes or ages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgeingDelta {
    sums: BTreeMap<AgeingBucket, Ageing>,
}

impl AgeingDelta {
    /// Adds all steps of a posting.
    pub fn post(&mut self, posting: &Posting) {
        for (day, bucket, minor) in steps(posting) {
            let mut ageing = Ageing::default();
            ageing.add(bucket, minor);
            for span in Span::around(day) {
                self.add(AgeingBucket { client: posting.client, span }, ageing);
            }
        }
    }

    /// Adds to a sum.
    pub fn add(&mut self, bucket: AgeingBucket, ageing: Ageing) {
        let sum = self.sums.entry(bucket).or_default();
        *sum = sum.plus(ageing);
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn negated(mut self) -> Self {
        self.sums.values_mut().for_each(|sum| *sum = Ageing::default().minus(*sum));
        self
    }

    /// Adds another change.
    pub fn merge(&mut self, other: Self) {
        other.sums.into_iter().for_each(|(bucket, ageing)| self.add(bucket, ageing));
    }

    /// The sums that really change.
    pub fn changes(&self) -> impl Iterator<Item = (AgeingBucket, Ageing)> {
        let all = self.sums.iter().map(|(bucket, ageing)| (*bucket, *ageing));
        all.filter(|(_, ageing)| !ageing.is_zero())
    }
}

/// What is open at the end of a day, for each client with anything, by the sums that lead up to it.
pub fn open_on(
    day: Date,
    sums: impl IntoIterator<Item = (AgeingBucket, Ageing)>,
) -> BTreeMap<ClientId, Ageing> {
    let mut open: BTreeMap<ClientId, Ageing> = BTreeMap::new();
    for (bucket, ageing) in sums.into_iter().filter(|(bucket, _)| bucket.span.leads_to(day)) {
        let sum = open.entry(bucket.client).or_default();
        *sum = sum.plus(ageing);
    }
    open.retain(|_, ageing| !ageing.is_zero());
    open
}

/// The days on which a posting comes into a bucket, or leaves it. What lies behind the last day of
/// the calendar does not come.
fn steps(posting: &Posting) -> Vec<(Date, Bucket, i64)> {
    let Posting { day, due, minor, .. } = *posting;
    let mut bucket = Bucket::of(due, day);
    let mut steps = vec![(day, bucket, minor)];
    let later = Bucket::ALL.into_iter().filter(|later| *later > bucket);
    for next in later.collect::<Vec<_>>() {
        let reached = next.begins_after().and_then(|days| due.checked_add(days.days()).ok());
        let Some(day) = reached else { break };
        steps.extend([(day, bucket, -minor), (day, next, minor)]);
        bucket = next;
    }
    steps
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::receivable::tests::{OpenByDue, aged};

    fn client(number: u128) -> ClientId {
        ClientId::new(Timestamp::UNIX_EPOCH, number)
    }

    #[test]
    fn what_is_charged_moves_from_bucket_to_bucket_by_itself() {
        let day = date(2026, 1, 1);
        let posting = Posting { client: client(1), day, due: date(2026, 1, 31), minor: 100 };
        let entered = steps(&posting).into_iter().filter(|(_, _, minor)| *minor > 0);
        let entered: Vec<_> = entered.map(|(day, bucket, _)| (day, bucket)).collect();
        let days = [day, date(2026, 2, 1), date(2026, 3, 3), date(2026, 4, 2), date(2026, 5, 2)];
        assert_eq!(entered, days.into_iter().zip(Bucket::ALL).collect::<Vec<_>>());
        // What is booked when it is long due begins in its bucket.
        let late = Posting { day: date(2026, 12, 1), ..posting };
        assert_eq!(steps(&late), [(late.day, Bucket::Older, 100)]);
    }

    fn day() -> impl Strategy<Value = Date> {
        (0_i64..1_200).prop_map(|days| date(2024, 11, 15).checked_add(days.days()).unwrap())
    }

    fn posting() -> impl Strategy<Value = Posting> {
        (0_u128..3, day(), day(), -10_000_i64..10_000).prop_map(|(number, day, due, minor)| {
            Posting { client: client(number), day, due, minor }
        })
    }

    proptest! {
        #[test]
        fn on_any_day_the_sums_say_what_the_postings_up_to_it_say(
            postings in vec(posting(), 0..40), on in day(),
        ) {
            let mut delta = AgeingDelta::default();
            for posting in &postings {
                delta.post(posting);
            }
            let found = open_on(on, delta.changes());
            for number in 0..3 {
                let own = postings.iter().filter(|it| it.client == client(number) && it.day <= on);
                let mut open = OpenByDue::new();
                own.for_each(|it| *open.entry(it.due).or_default() += it.minor);
                let expected = aged(on, &open);
                prop_assert_eq!(found.get(&client(number)).copied().unwrap_or_default(), expected);
            }
            let mut twice = delta.clone();
            twice.merge(delta.negated());
            prop_assert_eq!(twice.changes().count(), 0);
        }
    }
}
