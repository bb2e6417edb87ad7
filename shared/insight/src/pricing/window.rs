//! What the months that are over say of a client's costs.

use clearmargin_domain::{billing::apportion, rollup::Measures};

use super::{NoPrice, of_year};
use crate::snapshot::{Client, Snapshot, sold::SoldLine};

/// How many months are looked back on at most.
pub const MONTHS: usize = 12;
/// How many there have to be.
pub const FEWEST_MONTHS: usize = 3;

/// The sums of a client's last months, from the first in which there was anything.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window {
    pub(crate) months: usize,
    pub(crate) sums: Measures,
}

impl Window {
    pub(crate) fn of(client: &Client, snapshot: &Snapshot) -> Self {
        let first = client.months.iter().find(|(_, sums)| !sums.is_zero()).map(|(month, _)| *month);
        let all = snapshot.period.months().filter(|month| first.is_some_and(|it| it <= *month));
        let all: Vec<_> = all.collect();
        let last = all.iter().rev().take(MONTHS);
        let mut window = Self::default();
        for month in last {
            let sums = client.months.get(month).copied().unwrap_or_default();
            window = Self { months: window.months + 1, sums: window.sums.plus(sums) };
        }
        window
    }

    /// What an hour of work brings net of what was bought, in smallest units; `None` without work.
    pub(super) fn hourly(&self) -> Option<i64> {
        let Measures { product_cost_minor, worked_seconds, .. } = self.sums;
        let net = self.sums.revenue_minor().checked_sub(product_cost_minor)?;
        super::nearest(i128::from(net) * 3_600, worked_seconds.into())
    }

    /// The labour cost of these months, divided among work: what is charged for it beside these lines comes
    /// first, then each line. The key is revenue: what a line comes to in as many months, as it is now,
    /// and what service revenue of these months is more than that.
    pub(super) fn labour(&self, lines: &[&SoldLine]) -> Vec<i64> {
        let months = i64::try_from(self.months).unwrap_or(i64::MAX);
        let own = lines.iter().map(|line| line.monthly().unwrap_or_default().max(0));
        let own: Vec<i64> = own.map(|monthly| monthly.saturating_mul(months)).collect();
        let together = own.iter().fold(0_i64, |sum, part| sum.saturating_add(*part));
        let beside = self.sums.service_revenue_minor.saturating_sub(together).max(0);
        let weights: Vec<i64> = [beside].into_iter().chain(own).collect();
        apportion(self.sums.labour_cost_minor, &weights)
    }

    /// What an amount of these months is of twelve.
    pub(crate) fn yearly(&self, minor: i64) -> Option<i64> {
        of_year(minor, self.months)
    }

    /// Why the costs of these months say nothing; nothing if they do.
    pub(super) fn unknown(&self) -> Option<NoPrice> {
        if self.months < FEWEST_MONTHS {
            return Some(NoPrice::TooFewMonths { have: self.months, needed: FEWEST_MONTHS });
        }
        let seconds = self.sums.uncosted_seconds;
        (seconds != 0).then_some(NoPrice::UncostedTime { seconds })
    }
}
