//! What is kept of a run: probabilities in billionths, values in smallest units, seconds,
//! thousandths of a ticket or whole users, devices and licences.

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::ClientId,
    money::Currency,
    period::{Month, Period},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{FEWEST, FEWEST_COUNTED};

/// What is counted month by month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Series {
    /// Revenue before tax, net of credits, in smallest units.
    Revenue,
    /// What labour and products cost, in smallest units.
    Cost,
    /// Worked time, in seconds.
    Hours,
    /// Tickets opened, in thousandths.
    Tickets,
    /// People who are looked after, by the month's last count.
    Users,
    /// Devices, likewise.
    Endpoints,
    /// Licences of all products together, likewise.
    Licences,
}

impl Series {
    /// Each of them.
    pub const ALL: [Self; 7] = [
        Self::Revenue,
        Self::Cost,
        Self::Hours,
        Self::Tickets,
        Self::Users,
        Self::Endpoints,
        Self::Licences,
    ];
    /// Those that say how many there are, and not what came about in a month.
    pub const STOCKS: [Self; 3] = [Self::Users, Self::Endpoints, Self::Licences];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revenue => "revenue",
            Self::Cost => "cost",
            Self::Hours => "hours",
            Self::Tickets => "tickets",
            Self::Users => "users",
            Self::Endpoints => "endpoints",
            Self::Licences => "licences",
        }
    }

    /// How many months have to lie before one that is tested.
    pub const fn needed(self) -> usize {
        match self {
            Self::Revenue | Self::Cost | Self::Hours | Self::Tickets => FEWEST,
            Self::Users | Self::Endpoints | Self::Licences => FEWEST_COUNTED,
        }
    }

    /// A value in amounts of money, hours, tickets, or what is counted.
    pub fn units(self, value: i64, currency: Currency) -> Decimal {
        let number = match self {
            Self::Revenue | Self::Cost => Decimal::new(value, currency.decimals()),
            Self::Hours => (Decimal::from(value) / Decimal::from(3_600)).round_dp(2),
            Self::Tickets => Decimal::new(value, 3),
            Self::Users | Self::Endpoints | Self::Licences => Decimal::from(value),
        };
        number.normalize()
    }
}

/// What a month is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// The median of the six months before it.
    Level,
    /// The same month a year before, moved as far as the level has moved since.
    YearBefore,
    /// The mean of the twelve months before it, as a count.
    Count,
    /// The month before it.
    MonthBefore,
}

impl Basis {
    /// The name of every basis.
    pub const NAMES: [&'static str; 4] = ["level", "year_before", "count", "month_before"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [level, year_before, count, month_before] = Self::NAMES;
        match self {
            Self::Level => level,
            Self::YearBefore => year_before,
            Self::Count => count,
            Self::MonthBefore => month_before,
        }
    }
}

/// Why no month of a series is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Untested {
    /// There never was anything.
    Silent,
    /// Fewer months than are [needed](Series::needed) lie before the last one.
    Few,
    /// In more than a quarter of the months there was nothing.
    Sparse,
    /// More than a twentieth of the time of some month has no cost.
    Uncosted,
    /// The client is marked as none any more.
    Inactive,
    /// Nobody counted them in the last month or the one before it.
    Uncounted,
}

impl Untested {
    /// The name of every reason.
    pub const NAMES: [&'static str; 6] =
        ["silent", "few", "sparse", "uncosted", "inactive", "uncounted"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [silent, few, sparse, uncosted, inactive, uncounted] = Self::NAMES;
        match self {
            Self::Silent => silent,
            Self::Few => few,
            Self::Sparse => sparse,
            Self::Uncosted => uncosted,
            Self::Inactive => inactive,
            Self::Uncounted => uncounted,
        }
    }
}

/// What became of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Looked {
    /// Whose; none of the organisation's own.
    pub client: Option<ClientId>,
    /// Which.
    pub series: Series,
    /// How many months it has, from the first with anything on; of counts, how many without a gap up to the
    /// last.
    pub months: usize,
    /// How many of its recent months were tested, or why none was.
    pub tested: Result<usize, Untested>,
}

/// A month that is unlike those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Anomaly {
    /// Whose; none of the organisation's own.
    pub client: Option<ClientId>,
    /// Of what.
    pub series: Series,
    /// When.
    pub month: Month,
    /// What it came to.
    pub value: i64,
    /// What it was to come to.
    pub expected: i64,
    /// Between what 95 of 100 such months lie.
    pub band: (i64, i64),
    /// How likely a value is that lies as far off or farther, in billionths, rounded up.
    pub p: i64,
    /// The share of chance among all of its family that are told up to this one at most, in billionths, rounded
    /// up.
    pub q: i64,
    /// What it rests on.
    pub rests_on: RestsOn,
}

impl Anomaly {
    /// By how much it lies above what was to come; below, if negative.
    pub fn difference(&self) -> i64 {
        self.value.saturating_sub(self.expected)
    }
}

/// What an expectation rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RestsOn {
    /// What the month is held against.
    pub basis: Basis,
    /// The months that were used; all lie before it.
    pub period: Period,
    /// How many earlier months it is known of how far they lay off, or how many counts, or changes of them.
    pub size: usize,
}

/// The law of how far months lie off, learned from the past of all series of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tail {
    /// The degrees of freedom of Student's distribution, in thousandths: the fewer, the heavier its tails.
    pub freedom: i64,
    /// By how much the scale of each series is multiplied, in thousandths.
    pub scale: i64,
    /// From how many months it was learned; too few, and it is what was taken beforehand.
    pub months: usize,
}

/// The unusual months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Anomalies {
    /// The months that are tested.
    pub recent: Period,
    /// Whether the last month that is over is not invoiced yet, and therefore not among them.
    pub last_is_open: bool,
    /// How many months of series were tested. Those of [counts](Series::STOCKS) and all others are the two families
    /// whose false discoveries are bounded.
    pub tests: usize,
    /// By what law, of each kind of which any was.
    pub tails: BTreeMap<Series, Tail>,
    /// Every series.
    pub looked: Vec<Looked>,
    /// What was found, the surest first.
    pub found: Vec<Anomaly>,
}
