//! Recurring revenue over many months.

use std::collections::{BTreeMap, BTreeSet};

use super::{Movements, RecurringRevenue, Retention};
use crate::{id::ClientId, period::Month};

/// A month in between that nobody said anything of. It cannot be skipped: what moved in it would be
/// told of another month, and whoever left and came back would have stayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no recurring revenue is known for {0}")]
pub struct MissingMonth(pub Month);

/// The movements of each month, from states at the ends of consecutive months.
///
/// The first state is where the series starts from and has no movements of its own; each month
/// starts where the one before it ends. `ever` are the clients that had recurring revenue at any
/// time before the first state; those of the states are added as the months go by.
pub fn movements_by_month(
    states: &BTreeMap<Month, RecurringRevenue>,
    ever: &BTreeSet<ClientId>,
) -> Result<BTreeMap<Month, Movements>, MissingMonth> {
    let mut ever = ever.clone();
    let mut series = BTreeMap::new();
    for ((before, start), (month, end)) in states.iter().zip(states.iter().skip(1)) {
        let next = before.plus(1);
        if *month != next {
            return Err(MissingMonth(next));
        }
        series.insert(*month, Movements::between(start, end, &ever));
        ever.extend(start.clients().map(|(client, _)| client));
    }
    Ok(series)
}

/// What stayed at the end of `month` of the revenue of `months` months earlier: 1 for the month, 12
/// for the year. `None` when either state is not known.
pub fn retention_over(
    states: &BTreeMap<Month, RecurringRevenue>,
    month: Month,
    months: u16,
) -> Option<Retention> {
    let start = states.get(&month.plus(-i32::from(months)))?;
    Some(Retention::between(start, states.get(&month)?))
}
