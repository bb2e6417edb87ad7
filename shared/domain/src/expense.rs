//! Bills and other purchases: what was bought, and for whom.

mod account;
mod allocated;
pub mod allocation;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    billing::{Units, apportion},
    exchange::ExchangeRate,
    id::{ClientId, ExpenseAccountId, ExpenseId, ServiceId},
    money::Money,
    source::Origin,
};

pub use account::ExpenseAccount;
pub use allocated::{Allocated, AllocatedPart, Division, Lapse};

/// What kind of purchase it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpenseKind {
    /// A vendor's bill, paid later.
    Bill,
    /// Paid at once: cash, cheque or card.
    Purchase,
}

/// A line of a purchase. Amounts are signed: a refund is negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpenseLine {
    /// For whom it was bought; none for overhead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// The catalogue entry bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The amount before tax.
    pub amount: Money,
    /// How many were bought, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<Units>,
    /// Whether the client is to pay for it by itself, as the source says it.
    #[serde(default, skip_serializing_if = "Rebilled::is_no")]
    pub rebilled: Rebilled,
    /// The line's id within the document, in its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// The account that it was bought on: the one that the source names or, of what was bought from the
    /// catalogue, that of the catalogue entry; none where neither is known.
    #[serde(default, rename = "postedTo", skip_serializing_if = "Option::is_none")]
    pub account: Option<ExpenseAccount>,
    /// For whom it was bought, as somebody here decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocated: Option<Allocated>,
}

impl ExpenseLine {
    /// What was decided of the line here, as far as it holds: what the source says goes first.
    pub fn in_force(&self) -> Option<&Allocated> {
        self.allocated.as_ref().filter(|allocated| allocated.lapse(self).is_none())
    }

    /// What of the line is whose, of so many smallest units that it comes to, in whichever currency: all
    /// of it the client's that the source names, else the parts that somebody allocated.
    pub fn for_clients(&self, comes_to: i64) -> BTreeMap<ClientId, i64> {
        if let Some(client) = self.client {
            return BTreeMap::from([(client, comes_to)]);
        }
        self.summed(comes_to, |part| part.client)
    }

    /// What of the line is for which catalogue entry, likewise: all of it for the one that the source
    /// names, else the parts that somebody allocated.
    pub fn for_services(&self, comes_to: i64) -> BTreeMap<ServiceId, i64> {
        if let Some(service) = self.service {
            return BTreeMap::from([(service, comes_to)]);
        }
        self.summed(comes_to, |part| part.service)
    }

    /// What of the line is for which client and catalogue entry, what is for none of them included:
    /// together they are what it comes to.
    pub fn uses(&self, comes_to: i64) -> BTreeMap<(Option<ClientId>, Option<ServiceId>), i64> {
        let whole = (self.client, self.service);
        if self.client.is_some() {
            return BTreeMap::from([(whole, comes_to)]);
        }
        let of = |part: &AllocatedPart| Some((part.client, part.service.or(self.service)));
        let mut uses = self.summed(comes_to, of);
        let rest = comes_to - uses.values().sum::<i64>();
        if rest != 0 || uses.is_empty() {
            *uses.entry(whole).or_default() += rest;
        }
        uses
    }

    /// What of the line is for nobody in particular: overhead.
    pub fn unallocated(&self) -> Money {
        if self.client.is_some() {
            return Money { minor: 0, ..self.amount };
        }
        let given: i64 = self.in_force().map_or(0, Allocated::minor);
        Money { minor: self.amount.minor - given, ..self.amount }
    }

    /// The parts that hold, by what they are for: with what is for nobody they make up what the line
    /// comes to.
    fn summed<K: Ord>(
        &self,
        comes_to: i64,
        of: impl Fn(&AllocatedPart) -> Option<K>,
    ) -> BTreeMap<K, i64> {
        let mut sums = BTreeMap::new();
        let Some(allocated) = self.in_force() else { return sums };
        let rest = self.amount.minor - allocated.minor();
        let minors: Vec<_> = allocated.parts.iter().map(|part| part.minor).chain([rest]).collect();
        for (part, minor) in allocated.parts.iter().zip(apportion(comes_to, &minors)) {
            if let Some(key) = of(part) {
                *sums.entry(key).or_default() += minor;
            }
        }
        sums
    }

    /// Whether it is the line that it was, read anew: by the source's id, else by its place.
    fn is_still(&self, was: &Self, same_place: bool) -> bool {
        match (&self.source_id, &was.source_id) {
            (Some(id), Some(known)) => id == known,
            _ => same_place,
        }
    }
}

/// Whether a client is to pay for a purchase by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rebilled {
    /// No, or nobody says so.
    #[default]
    No,
    /// Yes, and it was not charged.
    Due,
    /// It was charged.
    Done,
}

impl Rebilled {
    /// The name of every one.
    pub const NAMES: [&'static str; 3] = ["no", "due", "done"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [no, due, done] = Self::NAMES;
        match self {
            Self::No => no,
            Self::Due => due,
            Self::Done => done,
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    fn is_no(&self) -> bool {
        *self == Self::No
    }
}

/// For whom a purchase was bought, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpenseUse {
    /// Somebody here allocated a line, and that holds.
    Allocated,
    /// Something of it is for nobody in particular.
    Unallocated,
    /// Somebody here allocated a line, and that holds no longer.
    Lapsed,
}

/// A bill or another purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expense {
    /// Our id.
    pub id: ExpenseId,
    /// Bill or purchase.
    pub kind: ExpenseKind,
    /// The vendor's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The number on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The day it counts for.
    pub day: Date,
    /// Its lines.
    pub lines: Vec<ExpenseLine>,
    /// Everything, tax included. Signed as the lines are.
    pub total: Money,
    /// What its currency is worth in the organisation's, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<ExchangeRate>,
    /// Where it came from.
    pub origin: Origin,
}

impl Expense {
    /// What it comes to in the organisation's currency; none where that is its own.
    pub fn home_total(&self) -> Option<Money> {
        self.rate.and_then(|rate| rate.convert(self.total).ok())
    }

    /// What each line costs in the organisation's currency, in smallest units: what all comes to less
    /// what is on no line, the tax, divided among them by largest remainder.
    pub fn home_lines(&self) -> Vec<i64> {
        let amounts: Vec<_> = self.lines.iter().map(|line| line.amount.minor).collect();
        let Some(rate) = &self.rate else { return amounts };
        let home = |minor| rate.convert(Money { minor, ..self.total }).map_or(0, |home| home.minor);
        let tax = self.total.minor - amounts.iter().sum::<i64>();
        apportion(home(self.total.minor) - home(tax), &amounts)
    }

    /// It, read anew, with what was decided here of the lines that are still there. What is divided
    /// by a key is divided again by the weights of then; what was stated stays as it was stated, and
    /// lapses where it does not fit any more.
    #[must_use]
    pub fn read_over(mut self, was: &Self) -> Self {
        for (place, line) in self.lines.iter_mut().enumerate() {
            let mut lines = was.lines.iter().enumerate();
            let known = lines.find(|(at, known)| line.is_still(known, *at == place));
            let allocated = known.and_then(|(_, known)| known.allocated.clone());
            line.allocated = allocated.map(|allocated| allocated.refitted(line.amount));
        }
        self
    }

    /// Whether something of it was bought on that account.
    pub fn is_on(&self, account: ExpenseAccountId) -> bool {
        let mut accounts = self.lines.iter().filter_map(|line| line.account.as_ref());
        accounts.any(|known| known.id == account)
    }

    /// What of it is for any of these records of a client, in smallest units of the organisation's
    /// currency; none if it has no part in it.
    pub fn for_client(&self, records: &[ClientId]) -> Option<i64> {
        let lines = self.lines.iter().zip(self.home_lines());
        let shares = lines.flat_map(|(line, comes_to)| line.for_clients(comes_to));
        let own = shares.filter(|(client, _)| records.contains(client)).map(|(_, minor)| minor);
        own.reduce(|sum, minor| sum + minor)
    }

    /// Whether that is so of any of its lines.
    pub fn is_used(&self, used: ExpenseUse) -> bool {
        self.lines.iter().any(|line| match used {
            ExpenseUse::Allocated => line.in_force().is_some(),
            ExpenseUse::Unallocated => line.unallocated().minor != 0,
            ExpenseUse::Lapsed => line.allocated.is_some() && line.in_force().is_none(),
        })
    }

    /// What of its lines is for nobody in particular.
    pub fn unallocated(&self) -> Money {
        let minor = self.lines.iter().map(|line| line.unallocated().minor).sum();
        Money { minor, ..self.total }
    }
}

#[cfg(test)]
mod tests;
