//! What the ratios of a margin are made of.

use super::{
    super::figures::{Tally, Window},
    Basis, Ratios,
};
use crate::forecast::whole;

/// Sums that ratios are made of.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in super::super) struct Sums {
    clients: usize,
    pub(super) size: i64,
    revenue: i64,
    /// Product revenue and cost of those who bought products by themselves.
    sold: i64,
    sold_cost: i64,
    /// Product cost of the others.
    loose_cost: i64,
    labour: i64,
    worked: i64,
    uncosted: i64,
    tickets: i64,
}

impl Sums {
    /// Of a client, if its size is known on this basis and, where they count, its tickets.
    pub(in super::super) fn of(window: &Window, basis: Basis, by_tickets: bool) -> Option<Self> {
        let sum = &window.sum;
        let months = window.months.len();
        let tickets_known = window.tickets.months == months && window.tickets.count > 0;
        let size = match basis {
            Basis::Users => over_all(window.users, months)?,
            Basis::Endpoints => over_all(window.endpoints, months)?,
            Basis::Revenue => sum.revenue(),
        };
        if size <= 0 || (by_tickets && !tickets_known) {
            return None;
        }
        let sold = sum.product_revenue_minor > 0 && sum.revenue() > 0;
        let cost = sum.product_cost_minor;
        Some(Self {
            clients: 1,
            size,
            revenue: sum.revenue(),
            sold: if sold { sum.product_revenue_minor } else { 0 },
            sold_cost: if sold { cost } else { 0 },
            loose_cost: if sold { 0 } else { cost },
            labour: sum.labour_cost_minor,
            worked: sum.worked_seconds,
            uncosted: sum.uncosted_seconds,
            tickets: window.tickets.count,
        })
    }

    pub(in super::super) const fn clients(&self) -> usize {
        self.clients
    }

    pub(in super::super) fn plus(self, other: Self) -> Self {
        Self { clients: self.clients + other.clients, ..self.combine(other, i64::saturating_add) }
    }

    pub(in super::super) fn minus(self, other: Self) -> Self {
        let clients = self.clients.saturating_sub(other.clients);
        Self { clients, ..self.combine(other, i64::saturating_sub) }
    }

    fn combine(self, other: Self, by: fn(i64, i64) -> i64) -> Self {
        Self {
            clients: 0,
            size: by(self.size, other.size),
            revenue: by(self.revenue, other.revenue),
            sold: by(self.sold, other.sold),
            sold_cost: by(self.sold_cost, other.sold_cost),
            loose_cost: by(self.loose_cost, other.loose_cost),
            labour: by(self.labour, other.labour),
            worked: by(self.worked, other.worked),
            uncosted: by(self.uncosted, other.uncosted),
            tickets: by(self.tickets, other.tickets),
        }
    }

    pub(super) fn margin(&self) -> i64 {
        let products = self.sold_cost.saturating_add(self.loose_cost);
        self.revenue.saturating_sub(self.labour).saturating_sub(products)
    }

    /// Each driver's value for a size; `None` where there is nothing to divide by.
    pub(super) fn ratios(&self, size: i64, by_tickets: bool) -> Ratios {
        let over = |part: i64, whole: i64| part as f64 / whole as f64;
        let sold = self.sold > 0 && self.revenue > 0;
        let loose = self.loose_cost.saturating_add(if sold { 0 } else { self.sold_cost });
        let worked = self.worked.max(0);
        let costed = worked.saturating_sub(self.uncosted).clamp(0, worked);
        let unworked = if costed > 0 { 0 } else { self.labour };
        let units = if by_tickets { self.tickets } else { self.size };
        [
            Some(size as f64),
            Some(over(self.revenue, self.size)),
            Some(if sold { over(self.sold, self.revenue) } else { 0.0 }),
            sold.then(|| over(self.sold_cost, self.sold)),
            by_tickets.then(|| over(self.tickets, self.size)),
            Some(over(worked, units)),
            (worked > 0).then(|| over(costed, worked)),
            (costed > 0).then(|| over(self.labour, costed)),
            Some(over(loose, self.size)),
            Some(over(unworked, self.size)),
        ]
    }
}

/// The mean count times all months, if it was counted in half of them at least.
fn over_all(tally: Tally, months: usize) -> Option<i64> {
    if tally.months == 0 || 2 * tally.months < months {
        return None;
    }
    Some(whole(tally.count as f64 * months as f64 / tally.months as f64))
}
