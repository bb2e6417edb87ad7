//! A leak that is being put together.

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{
    id::{AgreementId, ClientId, ServiceId},
    money::{Currency, Money},
    period::Month,
};
use jiff::civil::Date;

use super::{Confidence, Evidence, Leak, LeakKind, Ledger, Policy, RecordKind};

/// Why a leak may be none, and what that takes off its confidence in per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// A document names what it charges in words alone.
    MatchedByName,
    /// A document does not say how many.
    NoQuantity,
    /// It was seen in one month only.
    OneMonth,
    /// Units are known from a vendor's bill, and were not counted.
    CountedByBill,
    /// The price is the catalogue's, and not agreed with the client.
    ListPrice,
    /// It follows from other clients, and not from what was agreed.
    Comparison,
    /// What a vendor does not say may not have been read.
    Absence,
    /// The documents were found to be the same by number, day and amount.
    PairedByLooks,
    /// Somebody decided so, perhaps for a reason that was not written down.
    Decision,
}

impl Doubt {
    const fn words(self) -> (u8, &'static str) {
        match self {
            Self::MatchedByName => (10, "a document names it in words alone"),
            Self::NoQuantity => (10, "a document does not say how many"),
            Self::OneMonth => (5, "seen in one month only"),
            Self::CountedByBill => (10, "counted by vendors' bills"),
            Self::ListPrice => (10, "at the catalogue's price"),
            Self::Comparison => (25, "by comparison with other clients"),
            Self::Absence => (20, "follows from what a vendor does not say"),
            Self::PairedByLooks => (10, "documents paired by number, day and amount"),
            Self::Decision => (15, "somebody may have decided so"),
        }
    }
}

/// A leak that is being put together.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    kind: LeakKind,
    subject: String,
    agreement: Option<AgreementId>,
    service: Option<ServiceId>,
    minors: BTreeMap<Month, i64>,
    first_seen: Option<Date>,
    doubts: BTreeSet<Doubt>,
    evidence: BTreeMap<(Ledger, RecordKind, String, Option<Date>), Evidence>,
}

impl Claim {
    /// A leak about a subject, which is a stable name for what it is about.
    pub(super) fn new(kind: LeakKind, subject: &impl ToString) -> Self {
        Self {
            kind,
            subject: subject.to_string(),
            agreement: None,
            service: None,
            minors: BTreeMap::new(),
            first_seen: None,
            doubts: BTreeSet::new(),
            evidence: BTreeMap::new(),
        }
    }

    pub(super) fn of(mut self, agreement: AgreementId, service: Option<ServiceId>) -> Self {
        self.agreement = Some(agreement);
        self.service = service;
        self
    }

    pub(super) fn about(mut self, service: ServiceId) -> Self {
        self.service = Some(service);
        self
    }

    /// So much more of a month, first seen on a day.
    pub(super) fn add(&mut self, month: Month, minor: i64, day: Date) {
        if minor == 0 {
            return;
        }
        let sum = self.minors.entry(month).or_default();
        *sum = sum.saturating_add(minor);
        self.first_seen = Some(self.first_seen.map_or(day, |first| first.min(day)));
    }

    pub(super) fn doubt(&mut self, doubt: Doubt) {
        self.doubts.insert(doubt);
    }

    pub(super) fn prove(&mut self, row: Evidence) {
        let place = (row.ledger, row.record, row.id.clone(), row.day);
        self.evidence.entry(place).or_insert(row);
    }

    pub(super) fn total(&self) -> i64 {
        self.minors.values().fold(0, |sum, minor| sum.saturating_add(*minor))
    }

    pub(super) fn months(&self) -> usize {
        self.minors.len()
    }

    /// The leak; none where it comes to too little, or nothing proves it.
    pub(super) fn told(
        mut self,
        client: ClientId,
        (policy, currency): (&Policy, Currency),
        rule: impl FnOnce(&Self) -> String,
    ) -> Option<Leak> {
        let total = self.total();
        // What was taken back in the month proves nothing.
        self.minors.retain(|_, minor| *minor != 0);
        if total < policy.least_minor.max(1) || self.evidence.is_empty() {
            return None;
        }
        let rule = rule(&self);
        let once = self.kind.is_monthly() && self.months() == 1;
        let doubts: BTreeSet<_> =
            self.doubts.iter().copied().chain(once.then_some(Doubt::OneMonth)).collect();
        let off: u8 = doubts.iter().map(|doubt| doubt.words().0).sum();
        let words = |doubt: &Doubt| {
            let (off, words) = doubt.words();
            format!("{words}: -{off}")
        };
        let money = |minor| Money::new(minor, currency);
        Some(Leak {
            kind: self.kind,
            client,
            key: format!("{}/{client}/{}", self.kind.as_str(), self.subject),
            agreement: self.agreement,
            service: self.service,
            bearing: self.kind.bearing(),
            rule,
            first_seen: self.first_seen?,
            total: money(total),
            months: self.minors.iter().map(|(month, minor)| (*month, money(*minor))).collect(),
            confidence: Confidence {
                percent: 100_u8.saturating_sub(off),
                doubts: doubts.iter().map(words).collect(),
            },
            evidence: self.evidence.into_values().collect(),
        })
    }
}
