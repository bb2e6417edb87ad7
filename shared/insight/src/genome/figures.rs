//! What is known of a client, month by month, and what it comes to over a time.

use std::collections::BTreeMap;

use clearmargin_domain::{
    desk::DeskMeasures,
    id::ClientId,
    period::{Month, Period},
    rollup::Measures,
    standing::Standing,
};
use serde::{Deserialize, Serialize};

/// A client and its months. A month that is left out between its first one and the end of the period
/// counts as one in which nothing was earned, spent or worked: sums over rows have no row for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Whose figures these are; those of one id are added.
    pub id: ClientId,
    /// Each month, those before the period too: the year before is what the last one is compared with.
    pub months: BTreeMap<Month, MonthFigures>,
}

/// The figures of one month. Money is in smallest units of the organisation's currency, time in seconds;
/// `None` is what nobody counted, unlike 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MonthFigures {
    /// Revenue from work, before tax.
    pub service_revenue_minor: i64,
    /// Revenue from products, before tax.
    pub product_revenue_minor: i64,
    /// Cost of the time that has a rate.
    pub labour_cost_minor: i64,
    /// Cost of what was bought for the client.
    pub product_cost_minor: i64,
    /// All worked time.
    pub worked_seconds: i64,
    /// Worked time without a cost rate.
    pub uncosted_seconds: i64,
    /// Billable time neither invoiced, covered nor written off.
    pub unbilled_seconds: i64,
    /// What lines that recur charge for the month.
    pub recurring_minor: Option<i64>,
    /// Tickets opened.
    pub tickets: Option<i64>,
    /// What was settled with money of the month's invoices.
    pub settled_minor: i64,
    /// Each part of it times the days from its invoice's day to its own.
    pub settled_days: i64,
    /// The part of it that came by the day on which it was due.
    pub on_time_minor: i64,
    /// People who were looked after: the month's latest count.
    pub users: Option<i64>,
    /// Devices that were looked after: the month's latest count.
    pub endpoints: Option<i64>,
    /// Licences in use: the month's latest count.
    pub licences: Option<i64>,
    /// Licences that were charged.
    pub licences_billed: Option<i64>,
}

impl MonthFigures {
    /// The money and time of a month's sums; all else is not known yet.
    pub fn of(sums: Measures) -> Self {
        Self {
            service_revenue_minor: sums.service_revenue_minor,
            product_revenue_minor: sums.product_revenue_minor,
            labour_cost_minor: sums.labour_cost_minor,
            product_cost_minor: sums.product_cost_minor,
            worked_seconds: sums.worked_seconds,
            uncosted_seconds: sums.uncosted_seconds,
            unbilled_seconds: sums.unbilled_seconds,
            ..Self::default()
        }
    }

    /// The same with the month's tickets.
    #[must_use]
    pub fn with_desk(self, desk: DeskMeasures) -> Self {
        Self { tickets: Some(desk.opened), ..self }
    }

    /// The same with what became of the month's invoices.
    #[must_use]
    pub fn with_standing(self, standing: Standing) -> Self {
        Self {
            settled_minor: standing.money_minor,
            settled_days: standing.money_days,
            on_time_minor: standing.on_time_minor,
            ..self
        }
    }

    /// The sum; what only one of both knows is what it says.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let both = |one: Option<i64>, two: Option<i64>| match (one, two) {
            (Some(one), Some(two)) => Some(one.saturating_add(two)),
            (known, None) | (None, known) => known,
        };
        let sum = i64::saturating_add;
        Self {
            service_revenue_minor: sum(self.service_revenue_minor, other.service_revenue_minor),
            product_revenue_minor: sum(self.product_revenue_minor, other.product_revenue_minor),
            labour_cost_minor: sum(self.labour_cost_minor, other.labour_cost_minor),
            product_cost_minor: sum(self.product_cost_minor, other.product_cost_minor),
            worked_seconds: sum(self.worked_seconds, other.worked_seconds),
            uncosted_seconds: sum(self.uncosted_seconds, other.uncosted_seconds),
            unbilled_seconds: sum(self.unbilled_seconds, other.unbilled_seconds),
            recurring_minor: both(self.recurring_minor, other.recurring_minor),
            tickets: both(self.tickets, other.tickets),
            settled_minor: sum(self.settled_minor, other.settled_minor),
            settled_days: sum(self.settled_days, other.settled_days),
            on_time_minor: sum(self.on_time_minor, other.on_time_minor),
            users: both(self.users, other.users),
            endpoints: both(self.endpoints, other.endpoints),
            licences: both(self.licences, other.licences),
            licences_billed: both(self.licences_billed, other.licences_billed),
        }
    }

    pub(super) fn revenue(&self) -> i64 {
        self.service_revenue_minor.saturating_add(self.product_revenue_minor)
    }

    pub(super) fn margin(&self) -> i64 {
        let costs = self.labour_cost_minor.saturating_add(self.product_cost_minor);
        self.revenue().saturating_sub(costs)
    }
}

/// What was counted, and what else there was in the months in which it was.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// In how many months it was counted.
    pub months: usize,
    /// The sum of the counts.
    pub count: i64,
    /// The revenue of those months.
    pub revenue: i64,
    /// The time worked in them, in seconds.
    pub worked: i64,
    /// The tickets of those of them in which tickets were counted, too.
    pub tickets: i64,
    /// The sum of the counts of those.
    pub ticketed: i64,
}

impl Tally {
    fn add(&mut self, count: Option<i64>, month: &MonthFigures) {
        let Some(count) = count else { return };
        self.months += 1;
        self.count = self.count.saturating_add(count);
        self.revenue = self.revenue.saturating_add(month.revenue());
        self.worked = self.worked.saturating_add(month.worked_seconds);
        if let Some(tickets) = month.tickets {
            self.tickets = self.tickets.saturating_add(tickets);
            self.ticketed = self.ticketed.saturating_add(count);
        }
    }
}

/// A client's figures over a time.
#[derive(Debug, Clone)]
pub(super) struct Window {
    /// From which month on there is anything to say: the client's first one, or the window's.
    pub start: Month,
    /// Each month from there on.
    pub months: Vec<MonthFigures>,
    /// Their sum; what is counted by month, such as users, means nothing here.
    pub sum: MonthFigures,
    /// What recurs.
    pub recurring: Tally,
    /// Tickets.
    pub tickets: Tally,
    /// Users.
    pub users: Tally,
    /// Endpoints.
    pub endpoints: Tally,
    /// Licences in use in the months for which it is known what was charged, too.
    pub licences: Tally,
    /// What was charged in them.
    pub licences_billed: i64,
}

impl Window {
    /// The part of a client's history that lies in the period.
    pub(super) fn of(history: &BTreeMap<Month, MonthFigures>, period: Period) -> Self {
        let nothing = MonthFigures::default();
        let first = history.iter().find(|(_, figures)| **figures != nothing);
        let after = period.to().plus(1);
        let start = first.map_or(after, |(first, _)| (*first).clamp(period.from(), after));
        let shown = period.months().filter(|month| *month >= start);
        let months = shown.map(|month| history.get(&month).copied().unwrap_or_default());
        let mut window = Self {
            start,
            months: months.collect(),
            sum: nothing,
            recurring: Tally::default(),
            tickets: Tally::default(),
            users: Tally::default(),
            endpoints: Tally::default(),
            licences: Tally::default(),
            licences_billed: 0,
        };
        for month in &window.months {
            window.sum = window.sum.plus(*month);
            window.recurring.add(month.recurring_minor, month);
            window.tickets.add(month.tickets, month);
            window.users.add(month.users, month);
            window.endpoints.add(month.endpoints, month);
            if let Some(billed) = month.licences_billed.filter(|_| month.licences.is_some()) {
                window.licences.add(month.licences, month);
                window.licences_billed = window.licences_billed.saturating_add(billed);
            }
        }
        window
    }
}

/// The clients in the order of their ids, each once.
pub(super) fn in_order(clients: &[Client]) -> BTreeMap<ClientId, BTreeMap<Month, MonthFigures>> {
    let mut ordered: BTreeMap<ClientId, BTreeMap<Month, MonthFigures>> = BTreeMap::new();
    for client in clients {
        let months = ordered.entry(client.id).or_default();
        for (month, figures) in &client.months {
            let sum = months.entry(*month).or_default();
            *sum = sum.plus(*figures);
        }
    }
    ordered
}
