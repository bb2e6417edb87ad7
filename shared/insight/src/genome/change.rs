//! A client against itself a year before.

use std::collections::BTreeMap;

use clearmargin_domain::{
    money::Currency,
    period::{Month, Period},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    dimension::Dimension,
    drivers::{Between, Bridge, Sums},
    figures::{MonthFigures, Window},
    gap::WAYS,
    missing::{Known, Missing, Of},
    signature::{Value, shown, values},
};

/// The months of a year.
const YEAR: usize = 12;

/// What changed from the twelve months before the last twelve to those.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Each dimension, in the order of [`Dimension::ALL`].
    pub dimensions: Vec<Moved>,
    /// From the gross margin of then to that of now.
    pub margin: Known<Bridge>,
}

/// A dimension then and now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// The dimension.
    pub dimension: Dimension,
    /// Its value in the twelve months before the last twelve.
    pub then: Known<Decimal>,
    /// Its value in the last twelve months.
    pub now: Known<Decimal>,
}

/// What changed in the twelve months up to `last`.
pub(super) fn change(
    history: &BTreeMap<Month, MonthFigures>,
    last: Month,
    currency: Currency,
) -> Result<Change, Missing> {
    let year = |to: Month| Period::new(to.plus(-11), to, YEAR).ok();
    let needed = 2 * YEAR;
    let short = |have, until| Missing::Months { have, needed, until };
    let (Some(then), Some(now)) = (year(last.plus(-12)), year(last)) else {
        return Err(short(0, last));
    };
    let (then, now) = (Window::of(history, then), Window::of(history, now));
    if then.months.len() < YEAR {
        let start = if then.months.is_empty() { now.start } else { then.start };
        return Err(short(then.months.len() + now.months.len(), start.plus(23)));
    }
    let both = values(&then, currency).into_iter().zip(values(&now, currency));
    let moved = |(dimension, (then, now)): (Dimension, (Value, Value))| {
        let said = |value: Value| value.map(|it| shown(it, dimension.unit(), currency)).into();
        Moved { dimension, then: said(then), now: said(now) }
    };
    let dimensions = Dimension::ALL.into_iter().zip(both).map(moved).collect();
    Ok(Change { dimensions, margin: bridge(&then, &now, currency).into() })
}

/// In the first way in which both years can be looked at.
fn bridge(then: &Window, now: &Window, currency: Currency) -> Result<Bridge, Missing> {
    let way = |(basis, by_tickets)| {
        let then = Sums::of(then, basis, by_tickets)?;
        let now = Sums::of(now, basis, by_tickets)?;
        Some(Between { basis, by_tickets, currency }.then_and_now(&then, &now))
    };
    WAYS.into_iter().find_map(way).ok_or(Missing::Nothing { of: Of::Revenue })
}
