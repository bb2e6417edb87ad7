//! What is compared with others.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// What is compared with others: figures that each provider has, whatever its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// (Revenue − labour cost − product cost) ÷ revenue.
    GrossMargin,
    /// (Service revenue − labour cost) ÷ service revenue.
    ServiceMargin,
    /// (Revenue − product cost) ÷ worked hours.
    EffectiveHourlyRate,
    /// Labour cost ÷ revenue.
    LabourShare,
    /// What lines that recur charge ÷ revenue.
    RecurringShare,
    /// The largest client's part of what clients brought.
    TopClientShare,
    /// The same of the three largest.
    TopThreeShare,
    /// Tickets a month ÷ endpoints, of the clients of which endpoints are counted.
    TicketsPerEndpoint,
    /// Tickets a month ÷ users, of the clients of which users are counted.
    TicketsPerUser,
    /// What clients owe at the end ÷ the sales of the last three months × their days.
    DaysSalesOutstanding,
}

/// In what a metric is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricUnit {
    /// A part of 1.
    Ratio,
    /// An amount of the organisation's currency.
    Money,
    /// Tickets.
    Tickets,
    /// Days.
    Days,
}

impl MetricUnit {
    /// The name of each.
    pub const NAMES: [&'static str; 4] = ["ratio", "money", "tickets", "days"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [ratio, money, tickets, days] = Self::NAMES;
        match self {
            Self::Ratio => ratio,
            Self::Money => money,
            Self::Tickets => tickets,
            Self::Days => days,
        }
    }
}

impl Metric {
    /// Each of them.
    pub const ALL: [Self; 10] = [
        Self::GrossMargin,
        Self::ServiceMargin,
        Self::EffectiveHourlyRate,
        Self::LabourShare,
        Self::RecurringShare,
        Self::TopClientShare,
        Self::TopThreeShare,
        Self::TicketsPerEndpoint,
        Self::TicketsPerUser,
        Self::DaysSalesOutstanding,
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GrossMargin => "gross_margin",
            Self::ServiceMargin => "service_margin",
            Self::EffectiveHourlyRate => "effective_hourly_rate",
            Self::LabourShare => "labour_share",
            Self::RecurringShare => "recurring_share",
            Self::TopClientShare => "top_client_share",
            Self::TopThreeShare => "top_three_share",
            Self::TicketsPerEndpoint => "tickets_per_endpoint",
            Self::TicketsPerUser => "tickets_per_user",
            Self::DaysSalesOutstanding => "days_sales_outstanding",
        }
    }

    /// In what it is told.
    pub const fn unit(self) -> MetricUnit {
        match self {
            Self::EffectiveHourlyRate => MetricUnit::Money,
            Self::TicketsPerEndpoint | Self::TicketsPerUser => MetricUnit::Tickets,
            Self::DaysSalesOutstanding => MetricUnit::Days,
            Self::GrossMargin
            | Self::ServiceMargin
            | Self::LabourShare
            | Self::RecurringShare
            | Self::TopClientShare
            | Self::TopThreeShare => MetricUnit::Ratio,
        }
    }

    /// A value as coarse as it is given away: ratios in steps of 0.02, tickets of 0.05, days of 2, money to
    /// two significant digits; half to even.
    pub fn coarse(self, value: Decimal) -> Option<Decimal> {
        let step = match self.unit() {
            MetricUnit::Ratio => Decimal::new(2, 2),
            MetricUnit::Tickets => Decimal::new(5, 2),
            MetricUnit::Days => Decimal::TWO,
            MetricUnit::Money => {
                return value
                    .round_sf_with_strategy(2, RoundingStrategy::MidpointNearestEven)
                    .map(|it| it.normalize());
            }
        };
        let steps = value.checked_div(step)?;
        let steps = steps.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven);
        Some(steps.checked_mul(step)?.normalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_away_is_coarse() {
        let coarse =
            |metric: Metric, text: &str| metric.coarse(text.parse().unwrap()).unwrap().to_string();
        assert_eq!(coarse(Metric::GrossMargin, "0.4371"), "0.44");
        assert_eq!(coarse(Metric::GrossMargin, "-0.11"), "-0.12");
        assert_eq!(coarse(Metric::TicketsPerUser, "0.4371"), "0.45");
        assert_eq!(coarse(Metric::DaysSalesOutstanding, "44.9"), "44");
        assert_eq!(coarse(Metric::EffectiveHourlyRate, "137.49"), "140");
        assert_eq!(coarse(Metric::EffectiveHourlyRate, "0"), "0");
    }

    #[test]
    fn each_is_called_by_its_name() {
        for metric in Metric::ALL {
            assert_eq!(serde_json::to_value(metric).unwrap(), metric.as_str());
        }
    }
}
