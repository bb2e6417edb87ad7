//! What a change of rates would do to the cost of time, before it is done.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::RateCard;
use crate::{
    books::{Books, ClosedPeriod},
    id::{ClientId, TechnicianId},
    labour::WorkedTime,
    money::{Currency, MoneyError},
    period::Month,
    time_entry::{LabourCost, TimeEntry},
};

/// What would move for a client in a month. Money is in minor units of the organisation's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CostMove {
    /// How many entries would be written anew: with another cost, or the same by another rate.
    pub entries: u64,
    /// How long they are together.
    pub worked: WorkedTime,
    /// What those entries cost now.
    pub before_minor: i64,
    /// What they would cost.
    pub after_minor: i64,
    /// How many of them have no rate now and would have one.
    pub newly_costed_entries: u64,
    /// The part of their time that has no rate now and would have one.
    pub newly_costed: WorkedTime,
    /// The part of their time that has a rate now and would have none.
    pub newly_uncosted: WorkedTime,
}

/// What a change of rates would move.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// What moves, by month and client; none for time without a client. What stays is not listed.
    pub moves: BTreeMap<(Month, Option<ClientId>), CostMove>,
    /// All of it together.
    pub total: CostMove,
}

/// Why a change of rates has no preview, and cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PreviewError {
    /// It would take effect in a closed month.
    #[error(transparent)]
    Closed(#[from] ClosedPeriod),
    /// The costs are in two currencies or do not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl CostMove {
    /// By how much the cost rises, in minor units; negative when it falls.
    pub const fn difference_minor(&self) -> i64 {
        self.after_minor - self.before_minor
    }

    /// Both moves together, of different entries.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            entries: self.entries + other.entries,
            worked: self.worked + other.worked,
            before_minor: self.before_minor.saturating_add(other.before_minor),
            after_minor: self.after_minor.saturating_add(other.after_minor),
            newly_costed_entries: self.newly_costed_entries + other.newly_costed_entries,
            newly_costed: self.newly_costed + other.newly_costed,
            newly_uncosted: self.newly_uncosted + other.newly_uncosted,
        }
    }

    fn add(
        &mut self,
        worked: WorkedTime,
        before: Option<&LabourCost>,
        after: Option<&LabourCost>,
    ) -> Result<(), MoneyError> {
        let add = |sum: i64, labour: Option<&LabourCost>| {
            let minor = labour.map_or(0, |labour| labour.cost.minor);
            sum.checked_add(minor).ok_or(MoneyError::OutOfRange)
        };
        self.entries += 1;
        self.worked = self.worked + worked;
        self.before_minor = add(self.before_minor, before)?;
        self.after_minor = add(self.after_minor, after)?;
        match (before, after) {
            (None, Some(_)) => {
                self.newly_costed_entries += 1;
                self.newly_costed = self.newly_costed + worked;
            }
            (Some(_), None) => self.newly_uncosted = self.newly_uncosted + worked,
            _ => {}
        }
        Ok(())
    }
}

/// What replacing one card with another would do to these entries.
///
/// Both costs are reckoned from the cards, so that time which an earlier change is still being
/// applied to does not count as this one's. Refused when a rate that is set, changed or dropped
/// has its first day in a closed month.
pub fn preview<'a>(
    entries: impl IntoIterator<Item = &'a TimeEntry>,
    role_of: impl Fn(TechnicianId) -> Option<String>,
    old: &RateCard,
    new: &RateCard,
    books: Books,
) -> Result<Preview, PreviewError> {
    for day in changed_days(old, new) {
        books.refuse(day)?;
    }
    let mut preview = Preview::default();
    let mut currency = None;
    for entry in entries {
        let role = role_of(entry.technician);
        let cost =
            |card: &RateCard| card.cost(entry.technician, role.as_deref(), entry.day, entry.worked);
        let (before, after) = (cost(old)?, cost(new)?);
        if before == after {
            continue;
        }
        for labour in [&before, &after].into_iter().flatten() {
            same_currency(&mut currency, labour)?;
        }
        let key = (Month::of(entry.day), entry.client);
        for sum in [preview.moves.entry(key).or_default(), &mut preview.total] {
            sum.add(entry.worked, before.as_ref(), after.as_ref())?;
        }
    }
    Ok(preview)
}

/// The first days of the rates that differ, the earliest first.
fn changed_days(old: &RateCard, new: &RateCard) -> Vec<Date> {
    let rates = old.not_in(new).chain(new.not_in(old));
    let mut days: Vec<_> = rates.map(|rate| rate.effective_from).collect();
    days.sort_unstable();
    days
}

fn same_currency(known: &mut Option<Currency>, labour: &LabourCost) -> Result<(), MoneyError> {
    let currency = labour.cost.currency;
    if *known.get_or_insert(currency) == currency {
        Ok(())
    } else {
        Err(MoneyError::MixedCurrencies)
    }
}

#[cfg(test)]
mod tests;
