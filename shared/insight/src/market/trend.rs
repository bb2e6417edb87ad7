//! How a figure goes on from month to month.

use std::collections::BTreeMap;

use clearmargin_domain::period::Month;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use crate::forecast::{self, Rhythm, Series, whole};

/// How many months in a row a forecast needs.
pub const FEWEST_POINTS: usize = 12;
/// How many months ahead it goes.
pub const MONTHS_AHEAD: usize = 6;
/// Values are worked with to so many decimals.
const DECIMALS: u32 = 4;

/// How a figure went, and goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trend {
    /// The last value less that of a year before; none where either is not known.
    pub change_of_year: Option<Decimal>,
    /// The months ahead, or why there are none.
    pub ahead: Result<Vec<Ahead>, NoTrend>,
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTrend {
    /// Too few months in a row, up to the last one, have a value.
    NotEnough {
        /// How many do.
        have: usize,
    },
    /// A value is too large to be worked with.
    OutOfRange,
}

/// A month ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// The month.
    pub month: Month,
    /// The most likely value.
    pub point: Decimal,
    /// The lower and the upper end for each of [`forecast::LEVELS`].
    pub bands: [(Decimal, Decimal); 3],
}

/// How a figure goes on after its last month.
pub fn trend(points: &BTreeMap<Month, Decimal>) -> Trend {
    let last = points.last_key_value();
    let year_before = last.and_then(|(month, _)| points.get(&month.plus(-12)));
    let change_of_year = last.zip(year_before).and_then(|((_, is), was)| is.checked_sub(*was));
    Trend { change_of_year, ahead: ahead(points) }
}

fn ahead(points: &BTreeMap<Month, Decimal>) -> Result<Vec<Ahead>, NoTrend> {
    let Some((last, _)) = points.last_key_value() else {
        return Err(NoTrend::NotEnough { have: 0 });
    };
    let back = (0..).map(|back| points.get(&last.plus(-back)));
    let mut in_row: Vec<Decimal> = back.map_while(Option::<&Decimal>::copied).collect();
    if in_row.len() < FEWEST_POINTS {
        return Err(NoTrend::NotEnough { have: in_row.len() });
    }
    in_row.reverse();
    let unit = Decimal::from(10_i64.pow(DECIMALS));
    let units = |value: Decimal| value.checked_mul(unit)?.round().to_i64();
    let units: Option<Vec<i64>> = in_row.into_iter().map(units).collect();
    let series = Series::of_minor(Rhythm::Monthly, &units.ok_or(NoTrend::OutOfRange)?);
    let series = series.map_err(|_| NoTrend::OutOfRange)?;
    let have = series.values().len();
    let forecast = forecast::forecast(&series, MONTHS_AHEAD);
    let steps = forecast.map_err(|_| NoTrend::NotEnough { have })?.steps;
    let value = |number| Decimal::new(whole(number), DECIMALS).normalize();
    let each = (1..).zip(steps).map(|(later, step)| Ahead {
        month: last.plus(later),
        point: value(step.point),
        bands: step.bands.map(|band| (value(band.low), value(band.high))),
    });
    Ok(each.collect())
}
