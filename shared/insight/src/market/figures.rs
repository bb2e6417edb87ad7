//! The organisation's own figures.

use std::{cmp::Reverse, collections::BTreeMap};

use clearmargin_domain::{
    market::Metric,
    metrics::{Profitability, dso, ratio},
    money::Money,
    period::{Month, Period},
    rollup::Measures,
};
use serde::{Deserialize, Serialize};

use super::Figure;
use crate::{
    pricing::share,
    snapshot::{Client, Snapshot},
};

/// Over how many months figures are.
pub const MONTHS: u16 = 12;
/// Over how many months the sales are that days of sales outstanding go by.
const SALES_MONTHS: u16 = 3;

/// Why a figure is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoFigure {
    /// Fewer than [`MONTHS`] months are over since the first with anything in it, or with a ticket.
    TooFewMonths,
    /// Nothing was earned.
    NoRevenue,
    /// Nobody recorded any time.
    NoTime,
    /// Some of the time has no cost rate.
    UncostedTime,
    /// Of no line it is known that it recurs.
    NoRecurring,
    /// Nobody counted it in the last two months.
    NotCounted,
    /// Clients are owed more than they owe.
    NetCredit,
}

impl NoFigure {
    /// The name of each.
    pub const NAMES: [&'static str; 7] = [
        "too_few_months",
        "no_revenue",
        "no_time",
        "uncosted_time",
        "no_recurring",
        "not_counted",
        "net_credit",
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [months, revenue, time, uncosted, recurring, counted, credit] = Self::NAMES;
        match self {
            Self::TooFewMonths => months,
            Self::NoRevenue => revenue,
            Self::NoTime => time,
            Self::UncostedTime => uncosted,
            Self::NoRecurring => recurring,
            Self::NotCounted => counted,
            Self::NetCredit => credit,
        }
    }
}

/// Every metric of the months that end with one.
pub(super) fn of(snapshot: &Snapshot, to: Month) -> BTreeMap<Metric, Figure> {
    let window = Window::of(snapshot, to);
    let figure = |metric| {
        let figure =
            if window.is_whole() { window.figure(metric) } else { Err(NoFigure::TooFewMonths) };
        (metric, figure)
    };
    Metric::ALL.into_iter().map(figure).collect()
}

struct Window<'a> {
    snapshot: &'a Snapshot,
    period: Period,
    sums: Measures,
}

impl<'a> Window<'a> {
    fn of(snapshot: &'a Snapshot, to: Month) -> Self {
        let period = Period::ending(to, MONTHS);
        let sums = sum(&snapshot.organization, period);
        Self { snapshot, period, sums }
    }

    /// Whether there was something before its second month began.
    fn is_whole(&self) -> bool {
        let first = self.snapshot.organization.iter().find(|(_, sums)| !sums.is_zero());
        let known = self.period.from() >= self.snapshot.period.from();
        known && first.is_some_and(|(first, _)| *first <= self.period.from())
    }

    fn figure(&self, metric: Metric) -> Figure {
        let profit = Profitability::new(self.sums, self.snapshot.currency);
        let Measures { labour_cost_minor: labour, recurring_charged_minor, .. } = self.sums;
        let revenue = self.sums.revenue_minor();
        match metric {
            Metric::GrossMargin => {
                self.costed(revenue)?;
                profit.costed_margin_ratio().ok_or(NoFigure::NoRevenue)
            }
            Metric::ServiceMargin => {
                let services = self.sums.service_revenue_minor;
                self.costed(services)?;
                ratio(services.saturating_sub(labour), services).ok_or(NoFigure::NoRevenue)
            }
            Metric::LabourShare => {
                self.costed(revenue)?;
                ratio(labour, revenue).ok_or(NoFigure::NoRevenue)
            }
            Metric::EffectiveHourlyRate => {
                profit.ehr_net_cost().map(Money::major).ok_or(NoFigure::NoTime)
            }
            Metric::RecurringShare if revenue <= 0 => Err(NoFigure::NoRevenue),
            Metric::RecurringShare if recurring_charged_minor == 0 => Err(NoFigure::NoRecurring),
            Metric::RecurringShare => {
                ratio(recurring_charged_minor, revenue).ok_or(NoFigure::NoRevenue)
            }
            Metric::TopClientShare => self.largest(1),
            Metric::TopThreeShare => self.largest(3),
            Metric::TicketsPerEndpoint => self.tickets_per(|client| client.counted.endpoints),
            Metric::TicketsPerUser => self.tickets_per(|client| client.counted.users),
            Metric::DaysSalesOutstanding => self.days_outstanding(),
        }
    }

    /// Goes on only if something was earned, and all the time that it took is costed.
    fn costed(&self, revenue: i64) -> Result<(), NoFigure> {
        if revenue <= 0 {
            return Err(NoFigure::NoRevenue);
        }
        if self.sums.worked_seconds == 0 {
            return Err(NoFigure::NoTime);
        }
        if self.sums.uncosted_seconds == 0 { Ok(()) } else { Err(NoFigure::UncostedTime) }
    }

    /// The part of the largest clients in what all clients brought that brought something.
    fn largest(&self, count: usize) -> Figure {
        let clients = self.snapshot.clients.values();
        let brought = clients.map(|client| sum(&client.months, self.period).revenue_minor());
        let mut brought: Vec<i128> = brought.filter(|it| *it > 0).map(i128::from).collect();
        brought.sort_unstable_by_key(|minor| Reverse(*minor));
        let largest = brought.iter().take(count).sum();
        share(largest, brought.iter().sum()).ok_or(NoFigure::NoRevenue)
    }

    /// Tickets a month of the clients of which something was counted, ÷ its count. Counts are known of the end
    /// alone.
    fn tickets_per(&self, counted: impl Fn(&Client) -> Option<i64>) -> Figure {
        if self.period.to() != self.snapshot.period.to() {
            return Err(NoFigure::NotCounted);
        }
        if self.snapshot.tickets_since.is_none_or(|since| since > self.period.from()) {
            return Err(NoFigure::TooFewMonths);
        }
        let (mut tickets, mut count) = (0_i64, 0_i64);
        for client in self.snapshot.clients.values() {
            let Some(units) = counted(client).filter(|units| *units > 0) else { continue };
            let opened = client.tickets.range(self.period.from()..=self.period.to());
            let opened = opened.fold(0_i64, |sum, (_, month)| sum.saturating_add(*month));
            (tickets, count) = (tickets.saturating_add(opened), count.saturating_add(units));
        }
        ratio(tickets, count.saturating_mul(MONTHS.into())).ok_or(NoFigure::NotCounted)
    }

    /// Of the last month alone: what was owed earlier is not known.
    fn days_outstanding(&self) -> Figure {
        let owed =
            self.snapshot.owed_minor.filter(|_| self.period.to() == self.snapshot.period.to());
        let owed = owed.ok_or(NoFigure::NotCounted)?;
        let period = Period::ending(self.period.to(), SALES_MONTHS);
        let sales = sum(&self.snapshot.organization, period).charged_minor;
        if owed < 0 {
            return Err(NoFigure::NetCredit);
        }
        dso::simple(owed, sales, period).ok_or(NoFigure::NoRevenue)
    }
}

fn sum(months: &BTreeMap<Month, Measures>, period: Period) -> Measures {
    let within = months.range(period.from()..=period.to());
    within.fold(Measures::default(), |sum, (_, month)| sum.plus(*month))
}
