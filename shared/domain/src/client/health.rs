//! How a client is doing, by what it earns and what it owes.
//!
//! A rule that can be checked by hand, not a forecast: each part stands for itself, the worst one
//! that is known counts, and nothing is good that is not known.

use super::MarginBand;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Somebody should act.
    AtRisk,
    /// Somebody should look.
    Watch,
    /// Nothing to do.
    Good,
    /// What it rests on is missing.
    Unknown,
}

/// What a client owes, in minor units of the organisation's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Receivables {
    /// Open on invoices that were due in a whole month before this one.
    pub overdue_minor: i64,
    /// What was charged in the twelve whole months before this one.
    pub revenue_minor: i64,
    /// Whether anything was invoiced at all.
    pub invoiced: bool,
}

/// How a client is doing, in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// By its margin: a loss is a risk, a low one is to be watched.
    pub margin: Standing,
    /// By what is overdue: as much as a month's revenue is to be watched, as much as two months' is
    /// a risk.
    pub payment: Standing,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 4] = [Self::AtRisk, Self::Watch, Self::Good, Self::Unknown];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtRisk => "at_risk",
            Self::Watch => "watch",
            Self::Good => "good",
            Self::Unknown => "unknown",
        }
    }
}

impl Health {
    /// The health of a client with that margin, which owes that.
    pub fn of(band: MarginBand, owed: Receivables) -> Self {
        let margin = match band {
            MarginBand::Loss => Standing::AtRisk,
            MarginBand::Low => Standing::Watch,
            MarginBand::Fair | MarginBand::Healthy => Standing::Good,
            MarginBand::Unknown => Standing::Unknown,
        };
        Self { margin, payment: payment(owed) }
    }

    /// The worst part that is known; good only if all are.
    pub fn level(self) -> Standing {
        let parts = [self.margin, self.payment];
        let bad = parts.into_iter().filter(|part| *part < Standing::Good).min();
        let unknown = parts.contains(&Standing::Unknown);
        bad.unwrap_or(if unknown { Standing::Unknown } else { Standing::Good })
    }
}

fn payment(owed: Receivables) -> Standing {
    if !owed.invoiced {
        return Standing::Unknown;
    }
    if owed.overdue_minor <= 0 {
        return Standing::Good;
    }
    // A month's revenue is a twelfth of the year's; without any, whatever is overdue is a risk.
    let months = i128::from(owed.overdue_minor) * 12;
    let revenue = i128::from(owed.revenue_minor.max(0));
    match () {
        () if months >= revenue * 2 => Standing::AtRisk,
        () if months >= revenue => Standing::Watch,
        () => Standing::Good,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owed(overdue_minor: i64) -> Receivables {
        Receivables { overdue_minor, revenue_minor: 120_000, invoiced: true }
    }

    #[test]
    fn a_months_revenue_overdue_is_to_be_watched_and_two_months_are_a_risk() {
        let standing = |overdue| Health::of(MarginBand::Healthy, owed(overdue)).level();
        assert_eq!([0, 9_999].map(standing), [Standing::Good; 2]);
        assert_eq!([10_000, 19_999].map(standing), [Standing::Watch; 2]);
        assert_eq!([20_000, i64::MAX].map(standing), [Standing::AtRisk; 2]);
        let former = Receivables { revenue_minor: 0, ..owed(1) };
        assert_eq!(Health::of(MarginBand::Unknown, former).level(), Standing::AtRisk);
    }

    #[test]
    fn the_worst_known_part_counts_and_nothing_unknown_is_good() {
        let level = |band, owed| Health::of(band, owed).level();
        assert_eq!(level(MarginBand::Loss, owed(10_000)), Standing::AtRisk);
        assert_eq!(level(MarginBand::Low, owed(0)), Standing::Watch);
        assert_eq!(level(MarginBand::Fair, owed(0)), Standing::Good);
        assert_eq!(level(MarginBand::Unknown, owed(0)), Standing::Unknown);
        assert_eq!(level(MarginBand::Healthy, Receivables::default()), Standing::Unknown);
        assert_eq!(level(MarginBand::Low, Receivables::default()), Standing::Watch);
    }
}
