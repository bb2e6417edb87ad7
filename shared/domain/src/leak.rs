//! Leaks as people deal with them: what was found, what they decided, and what came of it.
//!
//! Analyses find leaks anew each time; a [`LeakCase`] remembers one from run to run under its key. It is
//! open until somebody mutes or approves it, is resolved when an analysis does not find it any more, and
//! opens again by itself when one does.

mod kind;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    audit::Actor,
    id::{ClientId, InvoiceId, LeakId, OrgId, UserId},
    money::{Currency, Money},
    period::{Month, Period},
    text::Prose,
};

pub use kind::{Bearing, LeakKind};

/// Why somebody muted a leak.
pub type MuteReason = Prose<500>;
/// The most invoices that one leak is charged on.
pub const MOST_INVOICES: usize = 24;
/// The most leaks that one invoice charges.
pub const MOST_LEAKS: usize = 200;

/// A leak as an analysis found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Names it in every analysis.
    pub key: String,
    /// What kind.
    pub kind: LeakKind,
    /// Whose.
    pub client: ClientId,
    /// What it comes to in each month, in smallest units.
    pub months: BTreeMap<Month, i64>,
    /// The first day that it is of.
    pub first_seen: Date,
}

/// The states, without what is said of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStanding {
    /// Nobody has decided.
    Open,
    /// Somebody does not want to be told of it.
    Muted,
    /// It is to be charged.
    Approved,
    /// It is not found any more.
    Resolved,
}

impl CaseStanding {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Open, Self::Muted, Self::Approved, Self::Resolved];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Muted => "muted",
            Self::Approved => "approved",
            Self::Resolved => "resolved",
        }
    }
}

/// Where a case stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CaseState {
    /// Nobody has decided.
    #[default]
    Open,
    /// Somebody does not want to be told of it.
    Muted {
        /// Why.
        reason: MuteReason,
        /// The last day; until somebody opens it again, if none was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
    /// Somebody said that it is to be charged.
    Approved,
    /// The last analysis did not find it.
    Resolved {
        /// The day of that analysis.
        on: Date,
        /// Whether it only lies too far back to be looked for.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        lapsed: bool,
    },
}

/// That somebody said that a leak is to be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Approval {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// How much, in smallest units: what it came to then.
    pub minor: i64,
}

/// What of a leak an invoice charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Charged {
    /// The invoice.
    pub invoice: InvoiceId,
    /// How much of it, before tax, in smallest units.
    pub minor: i64,
}

/// A leak, from run to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeakCase {
    /// Our id, derived from the key.
    pub id: LeakId,
    /// Names it in every analysis.
    pub key: String,
    /// What kind.
    pub kind: LeakKind,
    /// Whose.
    pub client: ClientId,
    /// The currency of every amount.
    pub currency: Currency,
    /// The day of the analysis that found it first.
    pub found_on: Date,
    /// The first day that it is of, over all analyses.
    pub first_seen: Date,
    /// What it comes to in each month, as the last analysis that looked at the month found it.
    pub months: BTreeMap<Month, i64>,
    /// Where it stands.
    pub state: CaseState,
    /// Who takes care of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// That somebody approved it, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// What charges it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charged: Vec<Charged>,
    /// How often it was found again after it was resolved.
    #[serde(default)]
    pub reopened: u32,
}

/// Which leaks an invoice charges, so that none of its dollars is counted for two of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeakInvoice {
    /// The invoice.
    pub id: InvoiceId,
    /// How much of each leak it charges, before tax, in smallest units.
    pub parts: BTreeMap<LeakId, i64>,
}

impl LeakInvoice {
    /// An invoice that charges no leak so far.
    pub const fn none(id: InvoiceId) -> Self {
        Self { id, parts: BTreeMap::new() }
    }

    /// The invoice once it is known how much of a leak it charges, in place of what was known of that leak.
    /// `net_minor` is what the invoice comes to before tax.
    pub fn charging(&self, leak: LeakId, minor: i64, net_minor: i64) -> Result<Self, CaseError> {
        let mut parts = self.parts.clone();
        if minor == 0 {
            parts.remove(&leak);
        } else {
            parts.insert(leak, minor);
        }
        if parts.len() > MOST_LEAKS {
            return Err(CaseError::TooManyLeaks);
        }
        let sum = parts.values().try_fold(0_i64, |sum, minor| sum.checked_add(*minor));
        if sum.is_none_or(|sum| sum > net_minor) {
            return Err(CaseError::BeyondInvoice);
        }
        Ok(Self { id: self.id, parts })
    }
}

/// Why something cannot be done with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// It is not found any more.
    #[error("the leak is resolved")]
    Resolved,
    /// It may have been charged too much, so there is nothing to charge.
    #[error("money that may have been charged too much is never charged")]
    OverBilling,
    /// Nobody approved it.
    #[error("the leak is not approved")]
    NotApproved,
    /// The parts would come to more than was approved.
    #[error("more than what was approved")]
    TooMuch,
    /// It stands on too many invoices.
    #[error("at most 24 invoices charge a leak")]
    TooMany,
    /// The invoice charges too many leaks.
    #[error("an invoice charges at most 200 leaks")]
    TooManyLeaks,
    /// The invoice would charge more for leaks than it comes to.
    #[error(
        "with the other leaks that the invoice charges, it is more than it comes to before tax"
    )]
    BeyondInvoice,
}

impl CaseState {
    /// Which state it is.
    pub const fn standing(&self) -> CaseStanding {
        match self {
            Self::Open => CaseStanding::Open,
            Self::Muted { .. } => CaseStanding::Muted,
            Self::Approved => CaseStanding::Approved,
            Self::Resolved { .. } => CaseStanding::Resolved,
        }
    }
}

impl LeakCase {
    /// The id of a leak.
    pub fn id_of(org: OrgId, key: &str) -> LeakId {
        LeakId::derived(&[&org.to_string(), key])
    }

    /// A leak that was found for the first time.
    pub fn found(org: OrgId, sighting: &Sighting, day: Date, currency: Currency) -> Self {
        Self {
            id: Self::id_of(org, &sighting.key),
            key: sighting.key.clone(),
            kind: sighting.kind,
            client: sighting.client,
            currency,
            found_on: day,
            first_seen: sighting.first_seen,
            months: sighting.months.clone(),
            state: CaseState::Open,
            owner: None,
            approval: None,
            charged: Vec::new(),
            reopened: 0,
        }
    }

    /// All that it comes to since it was first seen.
    pub fn total(&self) -> Money {
        let sum = self.months.values().fold(0_i64, |sum, minor| sum.saturating_add(*minor));
        Money::new(sum, self.currency)
    }

    /// The case once an analysis that judged these months found it again: what lies before them stays
    /// as it was known, and what was resolved or is muted no more opens.
    #[must_use]
    pub fn found_again(&self, sighting: &Sighting, judged: Period, day: Date) -> Self {
        let mut months = self.months.clone();
        months.retain(|month, _| *month < judged.from());
        months.extend(sighting.months.iter().map(|(month, minor)| (*month, *minor)));
        let reopens = matches!(self.state, CaseState::Resolved { .. });
        let state = match &self.state {
            CaseState::Resolved { .. } => CaseState::Open,
            CaseState::Muted { until: Some(until), .. } if *until < day => CaseState::Open,
            other => other.clone(),
        };
        Self {
            months,
            state,
            first_seen: self.first_seen.min(sighting.first_seen),
            client: sighting.client,
            reopened: self.reopened.saturating_add(u32::from(reopens)),
            ..self.clone()
        }
    }

    /// The case once an analysis that judged these months did not find it: of these months nothing is
    /// left, and it is resolved, or lapsed if it was not in them before.
    #[must_use]
    pub fn not_found(&self, judged: Period, day: Date) -> Self {
        if matches!(self.state, CaseState::Resolved { .. }) {
            return self.clone();
        }
        let lapsed = self.months.keys().all(|month| *month < judged.from());
        let mut months = self.months.clone();
        months.retain(|month, _| *month < judged.from());
        let months = if lapsed { self.months.clone() } else { months };
        Self { months, state: CaseState::Resolved { on: day, lapsed }, ..self.clone() }
    }

    /// The case once somebody muted it.
    pub fn muted(&self, reason: MuteReason, until: Option<Date>) -> Result<Self, CaseError> {
        self.standing()?;
        Ok(Self { state: CaseState::Muted { reason, until }, ..self.clone() })
    }

    /// The case once somebody opened it again.
    pub fn opened(&self) -> Result<Self, CaseError> {
        self.standing()?;
        Ok(Self { state: CaseState::Open, ..self.clone() })
    }

    /// The case once somebody said that it is to be charged. Saying so again takes what it comes to now.
    pub fn approved(&self, by: Actor, at: Timestamp) -> Result<Self, CaseError> {
        self.standing()?;
        if self.kind.bearing() == Bearing::OverBilling {
            return Err(CaseError::OverBilling);
        }
        let approval = Approval { by, at, minor: self.total().minor };
        Ok(Self { state: CaseState::Approved, approval: Some(approval), ..self.clone() })
    }

    /// The case once it is known that an invoice charges so much of it, in place of what was known of that
    /// invoice; with 0 that it charges nothing of it. It may be resolved by then: that is what charging it does.
    pub fn charged_on(&self, charged: Charged) -> Result<Self, CaseError> {
        let approval = self.approval.ok_or(CaseError::NotApproved)?;
        let mut all = self.charged.clone();
        all.retain(|it| it.invoice != charged.invoice);
        all.extend((charged.minor != 0).then_some(charged));
        if all.len() > MOST_INVOICES {
            return Err(CaseError::TooMany);
        }
        let sum = all.iter().try_fold(0_i64, |sum, it| sum.checked_add(it.minor));
        if sum.is_none_or(|sum| sum > approval.minor) {
            return Err(CaseError::TooMuch);
        }
        Ok(Self { charged: all, ..self.clone() })
    }

    fn standing(&self) -> Result<(), CaseError> {
        match self.state {
            CaseState::Resolved { .. } => Err(CaseError::Resolved),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn judged(from: &str, to: &str) -> Period {
        Period::new(month(from), month(to), 12).unwrap()
    }

    fn sighting(kind: LeakKind, months: &[(&str, i64)]) -> Sighting {
        let months: BTreeMap<_, _> =
            months.iter().map(|(text, minor)| (month(text), *minor)).collect();
        Sighting {
            key: "line_not_invoiced/x/y".to_owned(),
            kind,
            client: ClientId::new(AT, 1),
            first_seen: months.keys().next().unwrap().first_day(),
            months,
        }
    }

    fn case(months: &[(&str, i64)]) -> LeakCase {
        let sighting = sighting(LeakKind::LineNotInvoiced, months);
        LeakCase::found(OrgId::new(AT, 1), &sighting, date(2026, 3, 5), Currency::USD)
    }

    fn user() -> Actor {
        Actor::User(UserId::new(AT, 7))
    }

    #[test]
    fn what_lies_before_the_judged_months_stays_as_it_was_known() {
        let first = case(&[("2025-02", 100), ("2025-03", 200)]);
        let again = sighting(LeakKind::LineNotInvoiced, &[("2025-03", 150), ("2025-04", 300)]);
        let now = first.found_again(&again, judged("2025-03", "2026-02"), date(2026, 4, 5));
        assert_eq!((now.total().minor, now.first_seen), (550, date(2025, 2, 1)));
        assert_eq!(now.months.len(), 3);
    }

    #[test]
    fn it_is_resolved_by_itself_opens_by_itself_and_counts_that() {
        let open = case(&[("2026-01", 100)]);
        let gone = open.not_found(judged("2025-03", "2026-02"), date(2026, 4, 5));
        assert_eq!(gone.state, CaseState::Resolved { on: date(2026, 4, 5), lapsed: false });
        assert_eq!(gone.total().minor, 0);
        assert_eq!(gone.not_found(judged("2025-04", "2026-03"), date(2026, 5, 5)), gone);
        assert_eq!(gone.approved(user(), AT), Err(CaseError::Resolved));
        let again = sighting(LeakKind::LineNotInvoiced, &[("2026-03", 80)]);
        let back = gone.found_again(&again, judged("2025-05", "2026-04"), date(2026, 6, 5));
        assert_eq!((&back.state, back.reopened, back.total().minor), (&CaseState::Open, 1, 80));
    }

    #[test]
    fn what_only_lies_too_far_back_lapses_and_keeps_its_amount() {
        let old = case(&[("2025-01", 100)]);
        let lapsed = old.not_found(judged("2025-02", "2026-01"), date(2026, 3, 5));
        assert_eq!(lapsed.state, CaseState::Resolved { on: date(2026, 3, 5), lapsed: true });
        assert_eq!(lapsed.total().minor, 100);
    }

    #[test]
    fn a_muted_one_stays_so_until_its_day_is_over() {
        let reason: MuteReason = "a favour".parse().unwrap();
        let muted = case(&[("2026-01", 100)]).muted(reason, Some(date(2026, 4, 30))).unwrap();
        let again = sighting(LeakKind::LineNotInvoiced, &[("2026-01", 100)]);
        let months = judged("2025-03", "2026-02");
        let on = |day| muted.found_again(&again, months, day).state;
        assert_eq!(on(date(2026, 4, 30)), muted.state);
        assert_eq!(on(date(2026, 5, 1)), CaseState::Open);
    }

    #[test]
    fn no_dollar_of_an_invoice_is_counted_for_two_leaks() {
        let leak = |number| LeakId::new(AT, number);
        let none = LeakInvoice::none(InvoiceId::new(AT, 1));
        let one = none.charging(leak(1), 60, 100).unwrap();
        assert_eq!(one.charging(leak(2), 41, 100), Err(CaseError::BeyondInvoice));
        assert_eq!(one.charging(leak(2), i64::MAX, i64::MAX), Err(CaseError::BeyondInvoice));
        let both = one.charging(leak(2), 40, 100).unwrap();
        assert_eq!(both.charging(leak(1), 0, 100).unwrap().parts, BTreeMap::from([(leak(2), 40)]));
    }

    #[test]
    fn no_more_is_charged_than_was_approved_and_nothing_that_was_charged_too_much() {
        let open = case(&[("2026-01", 100)]);
        let charged = |number, minor| Charged { invoice: InvoiceId::new(AT, number), minor };
        assert_eq!(open.charged_on(charged(1, 50)), Err(CaseError::NotApproved));
        let approved = open.approved(user(), AT).unwrap();
        let half = approved.charged_on(charged(1, 60)).unwrap();
        assert_eq!(half.charged_on(charged(2, 41)), Err(CaseError::TooMuch));
        // What is said anew of an invoice takes the place of what was said before.
        let anew = half.charged_on(charged(1, 40)).unwrap().charged_on(charged(2, 60)).unwrap();
        assert_eq!(anew.charged.iter().map(|it| it.minor).sum::<i64>(), 100);
        assert_eq!(half.charged_on(charged(2, i64::MAX)), Err(CaseError::TooMuch));
        let over = sighting(LeakKind::BilledWithoutVendor, &[("2026-01", 100)]);
        let over = LeakCase::found(OrgId::new(AT, 1), &over, date(2026, 3, 5), Currency::USD);
        assert_eq!(over.approved(user(), AT), Err(CaseError::OverBilling));
    }
}
