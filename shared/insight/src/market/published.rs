//! What is published of the trade, with who says so and how far it goes.

use clearmargin_domain::{market::Metric, money::Currency};
use rust_decimal::Decimal;

use crate::genome::{Dimension, PublicBand};

/// What was published of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The figures, who says so, and of which year.
    pub band: PublicBand,
    /// What they measure.
    pub measures: &'static str,
    /// How far they go.
    pub limits: &'static str,
}

/// What was published of a metric; none where nothing is known that measures the same.
pub fn published(metric: Metric, currency: Currency) -> Option<Published> {
    let told = |band, measures, limits| Some(Published { band, measures, limits });
    let of = |dimension: Dimension| dimension.public_band(currency);
    let hundredths = |number| Decimal::new(number, 2);
    match metric {
        Metric::ServiceMargin => told(
            of(Dimension::ServiceMargin)?,
            "Gross margin of managed services of providers; the typical value is a mean of the second quarter.",
            "A survey, read from reports of it; how its providers book labour is not told.",
        ),
        Metric::RecurringShare => told(
            of(Dimension::RecurringShare)?,
            "Monthly recurring revenue as a part of all revenue of providers.",
            "A vendor's page; whom it asked, and when, is not told.",
        ),
        Metric::TopThreeShare => told(
            PublicBand {
                weak: Some(hundredths(45)),
                typical: (hundredths(30), hundredths(40)),
                strong: Some(hundredths(20)),
                source: "pharallax.ai, share of the three largest clients",
                year: None,
            },
            "The three largest clients' part of a provider's revenue.",
            "A vendor's page; whom it asked, and when, is not told. It calls less than 20 to 30 per cent strong: \
             the stricter end is taken.",
        ),
        Metric::DaysSalesOutstanding => told(
            of(Dimension::DaysToPay)?,
            "Days sales outstanding between businesses in North America; the weak end is an average wait of \
             providers.",
            "A vendor's page on all trades; how the days are reckoned is not told.",
        ),
        Metric::GrossMargin
        | Metric::EffectiveHourlyRate
        | Metric::LabourShare
        | Metric::TopClientShare
        | Metric::TicketsPerEndpoint
        | Metric::TicketsPerUser => None,
    }
}
