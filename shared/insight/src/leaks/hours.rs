//! What agreements by the hour charge for each piece of work of a month.

use std::collections::BTreeMap;

use clearmargin_domain::{
    agreement::{AgreementLine, Allowance, ledger},
    id::TimeEntryId,
    labour::WorkedTime,
    period::Month,
    recurring::{Hourly, Work, hours},
    time_entry::{BillingStatus, TimeEntry},
};

use super::{
    Sold, Worked,
    view::{Context, View},
};

/// How a piece of work stands against what should be charged for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Approved, and on no invoice.
    Unbilled,
    /// On an invoice, with what that charges in smallest units.
    Invoiced(i64),
    /// Covered: what is beyond the included time is charged, and on no invoice.
    Covered,
    /// Logged as internal or not billable.
    Otherwise,
    /// Nothing is owed, or nobody knows.
    Settled,
}

impl Worked {
    /// How it stands. What somebody waived or decided not to invoice is settled.
    pub(super) fn standing(&self) -> Standing {
        let entry = &self.entry;
        if self.waived.is_some() || entry.status == BillingStatus::Ignored {
            return Standing::Settled;
        }
        match (entry.status, entry.invoiced) {
            (_, Some(invoiced)) => Standing::Invoiced(invoiced.minor),
            (BillingStatus::UnderContract, None) => Standing::Covered,
            (BillingStatus::Invoiced, None) => Standing::Settled,
            _ if self.internal || !entry.billable => Standing::Otherwise,
            (BillingStatus::Approved, None) => Standing::Unbilled,
            _ => Standing::Settled,
        }
    }
}

/// What an agreement charges for each piece of work of all months, in smallest units.
pub(super) struct Charged {
    pub(super) minors: BTreeMap<TimeEntryId, i64>,
    /// Whether the time that it includes is known: a block that was begun before the first month
    /// known here may have been used up then.
    pub(super) allowance_known: bool,
}

/// What an agreement charges for these pieces of work, all of which are charged by it.
pub(super) fn charged(
    context: &Context<'_>,
    sold: &Sold,
    work: &BTreeMap<Month, Vec<&Worked>>,
) -> Charged {
    let lines: Vec<AgreementLine> = sold.lines.iter().map(|it| it.line.clone()).collect();
    let (included, allowance_known) = included(context, sold, work);
    let mut minors = BTreeMap::new();
    for (month, work) in work {
        let entries: Vec<(TimeEntry, Option<&str>)> =
            work.iter().map(|it| (as_owed(sold, it), it.category.as_deref())).collect();
        let work: Vec<Work<'_>> =
            entries.iter().map(|(entry, category)| Work { entry, category: *category }).collect();
        let hourly = Hourly {
            agreement: &sold.agreement,
            terms: sold.terms.as_ref(),
            lines: &lines,
            currency: context.currency(),
            included: included.get(month).copied(),
        };
        minors.extend(hours(&hourly, &work, &|_| true).entries);
        minors.extend(entries.iter().filter_map(|(entry, _)| taken_back(&lines, entry)));
    }
    Charged { minors, allowance_known }
}

/// A piece of work as it should be charged: at the agreement's price where it says one for such work.
fn as_owed(sold: &Sold, work: &Worked) -> TimeEntry {
    let mut entry = work.entry.clone();
    let standing = work.standing();
    let owed = matches!(standing, Standing::Invoiced(_) | Standing::Otherwise);
    if owed {
        entry.billable = true;
        entry.status = BillingStatus::Approved;
        entry.invoiced = None;
    }
    if has_rate(sold, work) && standing != Standing::Unbilled {
        entry.hourly_price = None;
    }
    if standing == Standing::Settled {
        entry.billable = false;
    }
    entry
}

/// What approved work below zero takes back of other work; an invoice leaves that to people.
fn taken_back(lines: &[AgreementLine], entry: &TimeEntry) -> Option<(TimeEntryId, i64)> {
    let waits = entry.status == BillingStatus::Approved && entry.charged().seconds < 0;
    let agreed = || {
        let fits = |line: &&AgreementLine| !line.is_fixed() && line.service == entry.service;
        Some(lines.iter().find(fits)?.price_on(entry.day)?.unit_price)
    };
    let price = entry.hourly_price.filter(|_| waits).or_else(agreed)?;
    let minor = entry.charged().at(price).ok().filter(|_| waits)?.minor;
    Some((entry.id, minor))
}

/// Whether a line of the agreement says what an hour of such work costs.
pub(super) fn has_rate(sold: &Sold, work: &Worked) -> bool {
    rate_line(sold, work).is_some()
}

/// The line of the agreement that says what an hour of such work costs.
pub(super) fn rate_line<'a>(sold: &'a Sold, work: &Worked) -> Option<&'a AgreementLine> {
    let mut lines = sold.lines.iter().map(|it| &it.line);
    let service = work.entry.service?;
    lines.find(|line| {
        !line.is_fixed() && line.service == Some(service) && line.is_active_on(work.entry.day)
    })
}

/// How much covered work each month includes, and whether that is known.
fn included(
    context: &Context<'_>,
    sold: &Sold,
    work: &BTreeMap<Month, Vec<&Worked>>,
) -> (BTreeMap<Month, WorkedTime>, bool) {
    let Some(terms) = sold.terms.as_ref() else { return (BTreeMap::new(), true) };
    let Some(allowance) = terms.allowance else { return (BTreeMap::new(), true) };
    let start = Month::of(sold.agreement.start);
    let known = match allowance {
        Allowance::Monthly { roll_over: None, .. } => true,
        Allowance::Monthly { .. } | Allowance::Block { .. } => start >= context.common.from,
    };
    let first = start.max(context.common.from);
    let last = Month::of(context.as_of);
    let used = |month: Month| -> WorkedTime {
        let work = work.get(&month).into_iter().flatten();
        let covered = work.filter(|it| it.waived.is_none());
        covered.filter_map(|it| terms.uses(&it.entry, it.category.as_deref())).sum()
    };
    let months = (0..=last.since(first)).map(|n| used(first.plus(n)));
    let months = ledger(allowance, first, months);
    (months.iter().map(|month| (month.month, month.covered)).collect(), known)
}

/// The client's agreements that charge by the hour.
pub(super) fn hourly<'a>(view: &View<'a>) -> Vec<&'a Sold> {
    let charges = |sold: &&Sold| {
        let lines: Vec<AgreementLine> = sold.lines.iter().map(|it| it.line.clone()).collect();
        let terms = sold.terms.as_ref();
        clearmargin_domain::recurring::charges_hours(&sold.agreement, terms, &lines)
    };
    view.client.agreements.iter().filter(charges).collect()
}
