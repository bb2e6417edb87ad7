//! What is kept of a run: amounts in smallest units, times in seconds, shares in millionths.

use clearmargin_domain::{
    id::{ClientId, ServiceId},
    period::Period,
    service::{Offering, Service},
};
use serde::{Deserialize, Serialize};

use super::Sums;

/// A whole, and the part of it that names what it is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// All of it.
    pub all: i64,
    /// The part.
    pub attributed: i64,
}

impl Part {
    pub(super) fn add(&mut self, value: i64, attributed: bool) {
        self.all = self.all.saturating_add(value);
        if attributed {
            self.attributed = self.attributed.saturating_add(value);
        }
    }
}

/// Why a margin is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoMargin {
    /// Nothing was charged for it, and nothing names it as what it was worked or bought for.
    Nothing,
    /// It brings something, but no work and no purchase names it.
    NoCost,
    /// Some of its time has no cost rate.
    Uncosted,
}

impl NoMargin {
    /// The name of every reason.
    pub const NAMES: [&'static str; 3] = ["nothing", "no_cost", "uncosted"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [nothing, no_cost, uncosted] = Self::NAMES;
        match self {
            Self::Nothing => nothing,
            Self::NoCost => no_cost,
            Self::Uncosted => uncosted,
        }
    }
}

/// A catalogue entry over twelve months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRow {
    /// Which.
    pub service: ServiceId,
    /// Work or product.
    pub offering: Offering,
    /// Whether it is still sold.
    pub active: bool,
    /// How many clients buy it: it is agreed with them, or was charged.
    pub clients: usize,
    /// What was charged for it.
    pub revenue: i64,
    /// What agreements in force come to in a month.
    pub monthly: i64,
    /// The work that names it.
    pub seconds: i64,
    /// The part of that without a cost rate.
    pub uncosted_seconds: i64,
    /// What the rest of it cost.
    pub labour: i64,
    /// What was bought for it.
    pub direct: i64,
    /// Revenue − labour − direct costs.
    pub margin: Result<i64, NoMargin>,
}

impl ServiceRow {
    pub(super) fn of(service: &Service, sums: Option<&Sums>) -> Self {
        let none = Sums::default();
        let sums = sums.unwrap_or(&none);
        let total = |of: &dyn Fn(&super::Own) -> i64| {
            sums.clients.values().fold(0_i64, |sum, own| sum.saturating_add(of(own)))
        };
        let sum = |of: &std::collections::BTreeMap<_, i64>| {
            of.values().fold(0_i64, |sum, minor| sum.saturating_add(*minor))
        };
        let (revenue, labour, direct) = (sum(&sums.revenue), sum(&sums.labour), sum(&sums.direct));
        let (seconds, uncosted_seconds) = (total(&|it| it.seconds), total(&|it| it.uncosted));
        let costs = seconds != 0 || !sums.direct.is_empty();
        let margin = match (costs, sums.revenue.is_empty()) {
            (false, true) => Err(NoMargin::Nothing),
            (false, false) => Err(NoMargin::NoCost),
            (true, _) if uncosted_seconds != 0 => Err(NoMargin::Uncosted),
            (true, _) => Ok(revenue.saturating_sub(labour).saturating_sub(direct)),
        };
        Self {
            service: service.id,
            offering: service.offering,
            active: service.active,
            clients: sums.clients.values().filter(|own| own.buys).count(),
            revenue,
            monthly: total(&|it| it.monthly),
            seconds,
            uncosted_seconds,
            labour,
            direct,
            margin,
        }
    }
}

/// By which rule something could be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// It costs more than it brings.
    Drop,
    /// A client takes far more work for a unit of it than others do.
    Rescope,
    /// Two entries are bought together far more often than by chance.
    Bundle,
    /// Many tickets of a category take little time each.
    Automate,
}

impl Rule {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Drop, Self::Rescope, Self::Bundle, Self::Automate];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Rescope => "rescope",
            Self::Bundle => "bundle",
            Self::Automate => "automate",
        }
    }
}

/// What could be done, and what that rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// What it comes to in a year.
    pub yearly: i64,
    /// Between what that lies; none where that is not measured.
    pub band: Option<(i64, i64)>,
    /// Of what.
    pub case: Case,
}

/// A case of a rule, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "rule")]
pub enum Case {
    /// An entry that costs more than it brings.
    Drop {
        /// Which.
        service: ServiceId,
        /// How many clients buy it.
        clients: usize,
        /// In how many months it brought, took or cost anything.
        months: usize,
    },
    /// A client that takes far more work for a unit of an entry than others do.
    Rescope {
        /// Which entry.
        service: ServiceId,
        /// Which client.
        client: ClientId,
        /// How long was worked for it.
        seconds: i64,
        /// How long that would have been as it is in the middle of the others.
        usual_seconds: i64,
        /// How many others.
        peers: usize,
    },
    /// Two entries that are bought together.
    Bundle {
        /// The one that more clients buy.
        service: ServiceId,
        /// The other.
        with: ServiceId,
        /// How many clients buy the one.
        first: usize,
        /// How many buy the other.
        second: usize,
        /// How many buy both.
        both: usize,
        /// How many times as often as by chance.
        lift: i64,
        /// Between what that lies.
        lift_band: (i64, i64),
        /// What the other comes to in a month, in the middle of those who have agreed on it.
        monthly: i64,
    },
    /// A category of many tickets that take little time each.
    Automate {
        /// The organisation's word.
        category: String,
        /// How many tickets.
        tickets: usize,
        /// How long was worked on them.
        seconds: i64,
    },
}

impl Case {
    /// By which rule.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Drop { .. } => Rule::Drop,
            Self::Rescope { .. } => Rule::Rescope,
            Self::Bundle { .. } => Rule::Bundle,
            Self::Automate { .. } => Rule::Automate,
        }
    }
}

/// The catalogue entries, and what could be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Services {
    /// The months.
    pub period: Period,
    /// How many clients were charged anything or have an agreement in force.
    pub clients: usize,
    /// What was charged, and the part of it whose lines name an entry.
    pub revenue: Part,
    /// The time that was worked for clients, and the part that names an entry.
    pub hours: Part,
    /// What was bought, and the part that names an entry.
    pub direct: Part,
    /// The time on tickets, and the part of which the category is known.
    pub categorised: Part,
    /// Each entry: those that bring most come first.
    pub rows: Vec<ServiceRow>,
    /// The rules for which there was enough to look at.
    pub looked: Vec<Rule>,
    /// What could be done: what comes to most first.
    pub candidates: Vec<Candidate>,
}
