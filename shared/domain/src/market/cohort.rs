//! What many organisations come to, told so that nobody can be read out of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan as _, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Metric, MetricUnit};
use crate::{metrics::ratio, money::Currency, period::Month};

/// How many others there have to be beside whoever looks.
pub const FEWEST_OTHERS: usize = 10;
/// From which day of the next month on a month's figures are worked out.
pub const SETTLED_ON: i32 = 8;
/// A percentile is told in steps of so many hundredths, and never as the first or the last one.
const STEP: i64 = 5;

/// How many clients a provider has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeBand {
    /// Fewer than ten.
    Under10,
    /// 10 to 24.
    From10,
    /// 25 to 49.
    From25,
    /// 50 to 99.
    From50,
    /// 100 and more.
    From100,
}

impl SizeBand {
    /// The name of each.
    pub const NAMES: [&'static str; 5] =
        ["under_10", "10_to_24", "25_to_49", "50_to_99", "from_100"];

    /// The band of so many active clients.
    pub const fn of(clients: usize) -> Self {
        match clients {
            0..=9 => Self::Under10,
            10..=24 => Self::From10,
            25..=49 => Self::From25,
            50..=99 => Self::From50,
            _ => Self::From100,
        }
    }

    /// The name in answers.
    pub const fn as_str(self) -> &'static str {
        let [under10, from10, from25, from50, from100] = Self::NAMES;
        match self {
            Self::Under10 => under10,
            Self::From10 => from10,
            Self::From25 => from25,
            Self::From50 => from50,
            Self::From100 => from100,
        }
    }
}

/// What an organisation gives of a month: coarse figures, and nothing that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// The month that the figures end with.
    pub month: Month,
    /// How many clients.
    pub size: SizeBand,
    /// The currency of what is money.
    pub currency: Currency,
    /// The figures, as coarse as [`Metric::coarse`] makes them; what is not known is absent.
    pub values: BTreeMap<Metric, Decimal>,
}

/// The quartiles of a metric among those who gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cell {
    /// The metric.
    pub metric: Metric,
    /// The currency, of what is money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Of which size they are; none: of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<SizeBand>,
    /// Lower quartile, median, upper quartile: the values at ⌈n ÷ 4⌉, ⌈n ÷ 2⌉ and ⌈3n ÷ 4⌉ of those in order.
    pub quartiles: [Decimal; 3],
}

/// What a month's shares come to. How many they were is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cohort {
    /// The month.
    pub month: Month,
    /// The quartiles of whatever enough of them gave.
    pub cells: Vec<Cell>,
}

/// Whether a month's figures are to be worked out on a day.
pub fn due(month: Month, day: Date) -> bool {
    let from = month.plus(1).first_day().checked_add((SETTLED_ON - 1).days());
    from.is_ok_and(|from| day >= from)
}

impl Share {
    /// The value of a metric if it can be compared with those in that currency.
    fn value(&self, metric: Metric, currency: Option<Currency>) -> Option<Decimal> {
        let same = currency.is_none_or(|currency| currency == self.currency);
        self.values.get(&metric).copied().filter(|_| same)
    }
}

impl Cohort {
    /// What these shares come to: the quartiles of all who gave a metric, and of those of each size that are
    /// enough. Of no size, though, if those of the other sizes together are some and not enough: they would be
    /// the difference.
    pub fn of(month: Month, shares: &[Share]) -> Self {
        let currencies: BTreeSet<Currency> = shares.iter().map(|it| it.currency).collect();
        let mut cells = Vec::new();
        for metric in Metric::ALL {
            if metric.unit() == MetricUnit::Money {
                for currency in &currencies {
                    add_cells(&mut cells, shares, metric, Some(*currency));
                }
            } else {
                add_cells(&mut cells, shares, metric, None);
            }
        }
        Self { month, cells }
    }

    /// What is to be told to somebody of a size who counts in a currency: those of the size, or all.
    pub fn cell(&self, metric: Metric, currency: Currency, size: SizeBand) -> Option<&Cell> {
        let currency = (metric.unit() == MetricUnit::Money).then_some(currency);
        let of = |size| {
            let it =
                |cell: &&Cell| (cell.metric, cell.currency, cell.size) == (metric, currency, size);
            self.cells.iter().find(it)
        };
        of(Some(size)).or_else(|| of(None))
    }
}

impl Cell {
    /// The values of those whom it is about.
    pub fn values<'a>(&self, shares: impl IntoIterator<Item = &'a Share>) -> Vec<Decimal> {
        let of = |share: &Share| {
            let fits = self.size.is_none_or(|size| size == share.size);
            share.value(self.metric, self.currency).filter(|_| fits)
        };
        shares.into_iter().filter_map(of).collect()
    }
}

fn add_cells(cells: &mut Vec<Cell>, shares: &[Share], metric: Metric, currency: Option<Currency>) {
    let mut all = Vec::new();
    let mut by_size: BTreeMap<SizeBand, Vec<Decimal>> = BTreeMap::new();
    for share in shares {
        if let Some(value) = share.value(metric, currency) {
            all.push(value);
            by_size.entry(share.size).or_default().push(value);
        }
    }
    let mut add = |size, values| {
        let quartiles = quartiles(values);
        cells.extend(quartiles.map(|quartiles| Cell { metric, currency, size, quartiles }));
    };
    let few = by_size.values().map(Vec::len).filter(|count| *count <= FEWEST_OTHERS);
    let few: usize = few.sum();
    if by_size.len() > 1 && (few == 0 || few > FEWEST_OTHERS) {
        for (size, values) in by_size {
            add(Some(size), values);
        }
    }
    add(None, all);
}

/// The quartiles, if beside each of them there are enough others.
fn quartiles(mut values: Vec<Decimal>) -> Option<[Decimal; 3]> {
    if values.len() <= FEWEST_OTHERS {
        return None;
    }
    values.sort_unstable();
    let at = |quarters: usize| values.get((quarters * values.len()).div_ceil(4) - 1).copied();
    Some([at(1)?, at(2)?, at(3)?])
}

/// Where a value stands among others: the share of them below it, those equal to it by half, to the next
/// twentieth, and from 0.05 to 0.95. None with fewer than [`FEWEST_OTHERS`].
pub fn percentile(value: Decimal, others: &[Decimal]) -> Option<Decimal> {
    if others.len() < FEWEST_OTHERS {
        return None;
    }
    let count = |that: &dyn Fn(&Decimal) -> bool| others.iter().filter(|it| that(it)).count();
    let both = count(&|other| *other < value) + count(&|other| *other <= value);
    let number = |count: usize| i64::try_from(count).ok();
    let share = ratio(number(both)?, number(2 * others.len())?)?;
    let step = Decimal::new(STEP, 2);
    let steps = share.checked_div(step)?.round();
    Some((steps * step).clamp(step, Decimal::ONE - step).normalize())
}

#[cfg(test)]
mod tests;
