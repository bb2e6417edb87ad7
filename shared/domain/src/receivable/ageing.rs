//! What is open, by how long it has been due.

use jiff::civil::Date;

use crate::counters::counters;

/// How long something has been due, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Not due before the day.
    Current,
    /// 1 to 30 days.
    Days30,
    /// 31 to 60 days.
    Days60,
    /// 61 to 90 days.
    Days90,
    /// More than 90 days.
    Older,
}

impl Bucket {
    /// Every bucket, the youngest first.
    pub const ALL: [Self; 5] =
        [Self::Current, Self::Days30, Self::Days60, Self::Days90, Self::Older];

    /// How many days after it was due something comes into this bucket; `None` for the first one,
    /// in which it begins.
    pub const fn begins_after(self) -> Option<i64> {
        match self {
            Self::Current => None,
            Self::Days30 => Some(1),
            Self::Days60 => Some(31),
            Self::Days90 => Some(61),
            Self::Older => Some(91),
        }
    }

    /// The bucket of what was due on a day, seen from another one.
    pub fn of(due: Date, on: Date) -> Self {
        let days = i64::from((on - due).get_days());
        let reached = |bucket: &Self| bucket.begins_after().is_none_or(|first| first <= days);
        Self::ALL.into_iter().rfind(reached).unwrap_or(Self::Current)
    }
}

counters! {
    /// What is open on a day, by bucket, in smallest units. Credits count against it.
    pub struct Ageing;

    /// Not due before the day.
    current: "c",
    /// Due for 1 to 30 days.
    days_30: "t",
    /// Due for 31 to 60 days.
    days_60: "s",
    /// Due for 61 to 90 days.
    days_90: "n",
    /// Due for more than 90 days.
    older: "o",
}

impl Ageing {
    /// Adds to a bucket.
    pub fn add(&mut self, bucket: Bucket, minor: i64) {
        let sum = match bucket {
            Bucket::Current => &mut self.current,
            Bucket::Days30 => &mut self.days_30,
            Bucket::Days60 => &mut self.days_60,
            Bucket::Days90 => &mut self.days_90,
            Bucket::Older => &mut self.older,
        };
        *sum += minor;
    }

    /// What is open in a bucket.
    pub fn bucket(&self, bucket: Bucket) -> i64 {
        match bucket {
            Bucket::Current => self.current,
            Bucket::Days30 => self.days_30,
            Bucket::Days60 => self.days_60,
            Bucket::Days90 => self.days_90,
            Bucket::Older => self.older,
        }
    }

    /// All that is open.
    pub fn total(&self) -> i64 {
        Bucket::ALL.iter().map(|bucket| self.bucket(*bucket)).sum()
    }

    /// What is past due.
    pub fn overdue(&self) -> i64 {
        self.total() - self.current
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::receivable::tests::{OpenByDue, aged};

    #[test]
    fn days_past_due_fall_into_buckets_at_their_edges() {
        let on = date(2026, 10, 31);
        let bucket = |days: i64| Bucket::of(on.saturating_sub(jiff::ToSpan::days(days)), on);
        for (days, expected) in [
            (-5, Bucket::Current),
            (0, Bucket::Current),
            (1, Bucket::Days30),
            (30, Bucket::Days30),
            (31, Bucket::Days60),
            (60, Bucket::Days60),
            (61, Bucket::Days90),
            (90, Bucket::Days90),
            (91, Bucket::Older),
            (4_000, Bucket::Older),
        ] {
            assert_eq!(bucket(days), expected, "{days}");
        }
        let open = OpenByDue::from([(on, 5), (date(2026, 10, 1), 7), (date(2025, 1, 1), -2)]);
        let ageing = aged(on, &open);
        assert_eq!((ageing.bucket(Bucket::Days30), ageing.total(), ageing.overdue()), (7, 10, 5));
    }
}
