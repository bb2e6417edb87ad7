//! What competitors quoted, and what is compared with others.

use clearmargin_domain::{
    agreement::{PricingUnit, Quantity},
    id::{CompetitorQuoteId, ServiceId},
    market::{
        Cohort, CompetitorQuote, Contributor, Metric, Participation, Place, QuoteOutcome, Share,
        SizeBand, Standing,
    },
    money::Currency,
    period::Month,
};

use super::{DAY, usd};
use crate::bench::NOW;

pub(crate) fn competitor_quote(number: u128) -> CompetitorQuote {
    CompetitorQuote {
        id: CompetitorQuoteId::new(NOW, number),
        customer: Some("Acme Dental".parse().unwrap()),
        competitor: "Rival IT".parse().unwrap(),
        service: Some(ServiceId::new(NOW, 1)),
        unit: PricingUnit::User,
        unit_price: usd(14_500),
        quantity: Some(Quantity::try_from(usd(4_000).major()).unwrap()),
        quoted_on: DAY,
        outcome: QuoteOutcome::Lost,
    }
}

pub(crate) fn contributor(number: u128) -> Contributor {
    Contributor::of(number)
}

/// What an organisation with so many clients and that margin gives of the month of [`DAY`].
pub(crate) fn share(clients: usize, hundredths: i64) -> Share {
    let values = [
        (Metric::GrossMargin, usd(hundredths).major()),
        (Metric::EffectiveHourlyRate, usd(14_000).major()),
    ];
    Share {
        month: Month::of(DAY),
        size: SizeBand::of(clients),
        currency: Currency::USD,
        values: values.into(),
    }
}

pub(crate) fn cohort() -> Cohort {
    let shares: Vec<_> = (0..12).map(|number| share(5, 2 * number)).collect();
    Cohort::of(Month::of(DAY), &shares)
}

pub(crate) fn participation() -> Participation {
    let month = Month::of(DAY);
    let places = vec![Place {
        metric: Metric::GrossMargin,
        size: Some(SizeBand::From10),
        quartiles: [4, 10, 16].map(|hundredths| usd(hundredths).major()),
        percentile: Some(usd(55).major()),
    }];
    Participation {
        contributor: Some(contributor(7)),
        shared: vec![month, month.plus(1)],
        standings: vec![Standing { month, places }],
    }
}
