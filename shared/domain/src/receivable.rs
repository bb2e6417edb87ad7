//! What clients owe, on any day.
//!
//! Every document and every payment is an account of its own: it opens with its amount, and what
//! settles it takes away from it. The sum of all accounts on a day is what clients owe (the control
//! account of receivables); sorted by the day from which their age counts, it is the ageing. Each
//! [`Posting`] follows from one record alone, so that sums of them move by *new − old*.

mod ageing;
mod course;
mod statement;

use jiff::civil::Date;

use crate::{
    id::ClientId,
    invoice::{DocumentState, Invoice},
    payment::{Allocation, Payment},
};

pub use ageing::{Ageing, Bucket};
pub use course::{AgeingBucket, AgeingDelta, Span, open_on};
pub use statement::{Movement, MovementKind};

/// A change of what a client owes, in the organisation's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// Whose record it is.
    pub client: ClientId,
    /// The day on which it counts.
    pub day: Date,
    /// The day from which the age of what it changes is counted.
    pub due: Date,
    /// By how much, in smallest units.
    pub minor: i64,
}

impl Invoice {
    /// What it does to what its client owes.
    pub fn postings(&self) -> Vec<Posting> {
        let whole = self.home_minor(self.total);
        let posting = |day, minor| Posting { client: self.client, day, due: self.due_day(), minor };
        match self.state {
            DocumentState::Draft => Vec::new(),
            DocumentState::Issued => vec![posting(self.day, whole)],
            DocumentState::Void { on } => vec![posting(self.day, whole), posting(on, -whole)],
        }
    }
}

impl Payment {
    /// What it does to what its client owes: it counts against that on its own day, and from the
    /// days on which it is used, against what it is used for.
    pub fn postings(&self) -> Vec<Posting> {
        let whole = self.posting(self.day, self.day, -self.home_minor(self.total.minor));
        let mut postings = vec![whole];
        postings.extend(self.uses());
        postings.retain(|posting| posting.minor != 0);
        postings
    }

    /// What using it for documents does: it moves from itself to them. Nothing altogether, but for
    /// what currencies gained or lost.
    pub(crate) fn uses(&self) -> Vec<Posting> {
        let mut postings = Vec::new();
        for (part, own) in self.allocations.iter().zip(self.own_parts()) {
            let day = part.day.unwrap_or(self.day);
            let theirs = part.home_minor.map_or(own, |home| part.settles.sign() * home);
            let settled = self.posting(day, part.due.unwrap_or(self.day), -theirs);
            postings.push(Posting { client: part.client.unwrap_or(self.client), ..settled });
            postings.push(self.posting(day, self.day, own));
        }
        postings
    }

    /// What each part settles in the organisation's currency, in smallest units; never negative.
    pub(crate) fn home_parts(&self) -> Vec<i64> {
        let parts = self.allocations.iter().zip(self.own_parts());
        parts.map(|(part, own)| part.home_minor.unwrap_or(part.settles.sign() * own)).collect()
    }

    /// What each part takes from the payment in the organisation's currency, in smallest units: below
    /// zero where it adds to it. It is the difference of what is left before and after, each rounded, in
    /// the order in which parts count: so on every day what is left is worth what its amount is, and
    /// all parts make up the whole.
    fn own_parts(&self) -> Vec<i64> {
        let mut parts: Vec<_> = self.allocations.iter().enumerate().collect();
        parts.sort_by_key(|(_, part)| part.day.unwrap_or(self.day));
        let mut left = self.total.minor;
        let own = |(at, part): (usize, &Allocation)| {
            let before = self.home_minor(left);
            left -= part.settles.sign() * part.amount.minor;
            (at, before - self.home_minor(left))
        };
        let mut own: Vec<_> = parts.into_iter().map(own).collect();
        own.sort_unstable_by_key(|(at, _)| *at);
        own.into_iter().map(|(_, minor)| minor).collect()
    }

    fn posting(&self, day: Date, due: Date, minor: i64) -> Posting {
        Posting { client: self.client, day, due, minor }
    }

    /// An amount of it in the organisation's currency, in smallest units.
    pub(crate) fn home_minor(&self, minor: i64) -> i64 {
        let amount = crate::money::Money { minor, ..self.total };
        match &self.rate {
            Some(rate) => rate.convert(amount).map_or(0, |home| home.minor),
            None => minor,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// What is open by the day from which its age is counted, in smallest units.
    pub(crate) type OpenByDue = BTreeMap<Date, i64>;

    /// Its ageing, seen from a day: without steps, one amount after the other.
    pub(crate) fn aged(day: Date, open: &OpenByDue) -> Ageing {
        let mut ageing = Ageing::default();
        for (due, minor) in open {
            ageing.add(Bucket::of(*due, day), *minor);
        }
        ageing
    }
}
