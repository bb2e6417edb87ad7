//! How much recurring revenue stays with the clients that had it.

use rust_decimal::Decimal;

use super::{ClientMovement, MovementKind, RecurringRevenue};
use crate::metrics::ratio;

/// What became of the revenue of the clients that had some at the start, and of no others. The
/// two states are compared and nothing in between: who left and came back has stayed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// What they had at the start, in smallest units; never below zero. Without net credits it is
    /// all revenue.
    pub start: i64,
    /// By how much some of them have more.
    pub expansion: i64,
    /// By how much some of them have less.
    pub contraction: i64,
    /// What left with those that have none any more, together with what they are credited now.
    pub churn: i64,
    /// How many they were.
    pub clients: usize,
    /// How many of them have none any more.
    pub churned_clients: usize,
}

impl Retention {
    /// Of the clients that had revenue in `start`, seen from `end`: a month later, or twelve.
    pub fn between(start: &RecurringRevenue, end: &RecurringRevenue) -> Self {
        let cohort = start.clients();
        Self::of(
            cohort.map(|(client, minor)| {
                ClientMovement::between(client, minor, end.of(client), true)
            }),
        )
    }

    /// Of those clients among the movements that had revenue at the start.
    pub(super) fn of(movements: impl Iterator<Item = ClientMovement>) -> Self {
        let cohort = movements.filter(|movement| movement.start() > 0);
        cohort.fold(Self::default(), Self::with)
    }

    fn with(mut self, movement: ClientMovement) -> Self {
        self.start += movement.start();
        self.clients += 1;
        match movement.kind() {
            Some(MovementKind::Expansion) => self.expansion += movement.minor(),
            Some(MovementKind::Contraction) => self.contraction += movement.minor(),
            Some(MovementKind::Churn) => {
                self.churn += movement.minor();
                self.churned_clients += 1;
            }
            // Who had some before can neither be new nor come back.
            Some(MovementKind::New | MovementKind::Reactivation) | None => {}
        }
        self
    }

    /// Net revenue retention: (start + expansion − contraction − churn) ÷ start, to four decimals;
    /// `None` when nobody had any. Formula:
    /// <https://retentionlens.com/tools/nrr-calculator>.
    pub fn nrr(&self) -> Option<Decimal> {
        ratio(self.start + self.expansion - self.contraction - self.churn, self.start)
    }

    /// Gross revenue retention: (start − contraction − churn) ÷ start, to four decimals; never above
    /// one, `None` when nobody had any. Formula:
    /// <https://help.chartmogul.com/hc/en-us/articles/6886621218332>.
    pub fn grr(&self) -> Option<Decimal> {
        ratio(self.start - self.contraction - self.churn, self.start)
    }

    /// Logo churn: clients lost ÷ clients at the start, to four decimals; `None` without clients.
    pub fn logo_churn(&self) -> Option<Decimal> {
        let count = |clients| i64::try_from(clients).ok();
        ratio(count(self.churned_clients)?, count(self.clients)?)
    }
}
