//! Double entry: what each document and payment posts to which account.
//!
//! An [`Entry`] cannot be made unless its debits and its credits are equal, so the ledger of any
//! history balances. The journal follows from the records; it is never written by hand.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    invoice::{DocumentState, Invoice},
    payment::{Payment, PaymentKind},
};

/// An account of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What clients owe, less what they paid ahead: the control account of receivables.
    Receivables,
    /// What came in and went back.
    Money,
    /// What was earned.
    Revenue,
    /// Tax that was charged, and is owed to the authorities.
    TaxPayable,
    /// What was given up.
    BadDebt,
    /// What currencies gained or lost between a document and its payment.
    ExchangeDifference,
}

/// What is posted at once: Σ debits = Σ credits, in smallest units of the organisation's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    day: Date,
    /// Debits are positive, credits negative; their sum is zero.
    sides: BTreeMap<Account, i64>,
}

impl Entry {
    /// An entry in which what an account is debited, others are credited: `against` is credited
    /// with what each of `accounts` is debited.
    fn new(day: Date, against: Account, accounts: &[(Account, i64)]) -> Self {
        let mut sides = BTreeMap::new();
        for (account, debit) in accounts {
            *sides.entry(*account).or_default() += debit;
            *sides.entry(against).or_default() -= debit;
        }
        sides.retain(|_, debit| *debit != 0);
        Self { day, sides }
    }

    /// The day on which it counts.
    pub fn day(&self) -> Date {
        self.day
    }

    /// What it debits each account; what it credits is negative.
    pub fn sides(&self) -> impl Iterator<Item = (Account, i64)> {
        self.sides.iter().map(|(account, debit)| (*account, *debit))
    }

    /// The entry that takes this one back, on another day.
    fn reversed(&self, day: Date) -> Self {
        Self { day, sides: self.sides().map(|(account, debit)| (account, -debit)).collect() }
    }
}

impl Invoice {
    /// What it posts: receivables against revenue and tax, and all of it back once it is void.
    pub fn journal(&self) -> Vec<Entry> {
        let tax = self.home_minor(self.tax);
        let net = self.home_minor(self.total) - tax;
        // Credited: what is debited to receivables is their negative.
        let sides = [(Account::Revenue, -net), (Account::TaxPayable, -tax)];
        let entry = Entry::new(self.day, Account::Receivables, &sides);
        match self.state {
            DocumentState::Draft => Vec::new(),
            DocumentState::Issued => vec![entry],
            DocumentState::Void { on } => {
                let back = entry.reversed(on);
                vec![entry, back]
            }
        }
    }
}

impl Payment {
    /// What it posts: money, or what was given up, against receivables; and what its currency
    /// gained or lost where it settles a document of another day. Which documents it settles moves
    /// nothing else between accounts.
    pub fn journal(&self) -> Vec<Entry> {
        let (total, receivables) = (self.home_minor(self.total.minor), Account::Receivables);
        let account = match self.kind {
            PaymentKind::Received | PaymentKind::Refund | PaymentKind::Credit => Account::Money,
            PaymentKind::WriteOff => Account::BadDebt,
        };
        let mut entries = vec![Entry::new(self.day, receivables, &[(account, total)])];
        let mut differences: BTreeMap<Date, i64> = BTreeMap::new();
        for posting in self.uses() {
            *differences.entry(posting.day).or_default() += posting.minor;
        }
        entries.extend(differences.into_iter().map(|(day, minor)| {
            // What receivables lose beyond the payment is a loss.
            Entry::new(day, receivables, &[(Account::ExchangeDifference, -minor)])
        }));
        entries.retain(|entry| !entry.sides.is_empty());
        entries
    }
}

/// What each account comes to at the end of a day.
pub fn balances<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    day: Date,
) -> BTreeMap<Account, i64> {
    let mut balances = BTreeMap::new();
    for entry in entries.into_iter().filter(|entry| entry.day <= day) {
        for (account, debit) in entry.sides() {
            *balances.entry(account).or_default() += debit;
        }
    }
    balances
}

#[cfg(test)]
mod abroad;
#[cfg(test)]
mod tests;
