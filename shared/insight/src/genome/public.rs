//! What is published of the trade, to hold a value against where there is no portfolio.

use clearmargin_domain::money::Currency;
use rust_decimal::Decimal;

use super::dimension::Dimension;

/// What was published of a dimension. Shares are parts of 1, money is in the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicBand {
    /// From here on it is weak.
    pub weak: Option<Decimal>,
    /// What is typical: from the first to the second.
    pub typical: (Decimal, Decimal),
    /// From here on it is strong.
    pub strong: Option<Decimal>,
    /// Who says so.
    pub source: &'static str,
    /// Of which year; `None` where the source does not tell.
    pub year: Option<i16>,
}

impl Dimension {
    /// What is published of it. These are figures of consultants and vendors, mostly of whole providers
    /// and not of single clients; of a price only in US dollars.
    pub fn public_band(self, currency: Currency) -> Option<PublicBand> {
        let hundredths = |number| Decimal::new(number, 2);
        let thousandths = |number| Decimal::new(number, 3);
        let band = |weak, typical, strong, source, year| {
            Some(PublicBand { weak, typical, strong, source, year })
        };
        let same = |number| (number, number);
        match self {
            Self::ServiceMargin => band(
                Some(hundredths(38)),
                same(thousandths(462)),
                Some(thousandths(494)),
                "Service Leadership, managed services gross margin",
                Some(2024),
            ),
            Self::ProductMargin => band(
                None,
                same(thousandths(263)),
                None,
                "Service Leadership, product gross margin",
                Some(2024),
            ),
            Self::RecurringShare => band(
                Some(hundredths(55)),
                (hundredths(55), hundredths(65)),
                Some(hundredths(65)),
                "pharallax.ai, recurring share of revenue",
                None,
            ),
            Self::RevenuePerUser if currency == Currency::USD => band(
                Some(Decimal::from(150)),
                (Decimal::from(150), Decimal::from(185)),
                Some(Decimal::from(185)),
                "pharallax.ai, price per user and month",
                None,
            ),
            Self::HoursPerTicket => band(
                Some(hundredths(175)),
                same(hundredths(125)),
                Some(Decimal::ONE),
                "Advanced Global MSP Coaching, hours per ticket",
                None,
            ),
            Self::DaysToPay => band(
                Some(Decimal::from(60)),
                (Decimal::from(43), Decimal::from(51)),
                None,
                "getflexpoint.com, days sales outstanding between businesses in North America",
                None,
            ),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genome::Better;

    #[test]
    fn what_is_strong_lies_where_it_is_good_and_what_is_weak_on_the_other_side() {
        let usd = Currency::USD;
        let bands = Dimension::ALL.into_iter().filter_map(|it| Some((it, it.public_band(usd)?)));
        let mut count = 0;
        for (dimension, band) in bands {
            count += 1;
            let sign =
                if dimension.better() == Better::Lower { -Decimal::ONE } else { Decimal::ONE };
            let inner = [band.typical.0 * sign, band.typical.1 * sign];
            let (low, high) = (inner[0].min(inner[1]), inner[0].max(inner[1]));
            assert!(band.weak.is_none_or(|weak| weak * sign <= low), "{dimension:?}");
            assert!(band.strong.is_none_or(|strong| strong * sign >= high), "{dimension:?}");
            assert!(!band.source.is_empty());
        }
        assert_eq!(count, 6);
    }

    #[test]
    fn a_price_in_dollars_says_nothing_of_other_currencies() {
        let euro = "EUR".parse().unwrap();
        assert_eq!(Dimension::RevenuePerUser.public_band(euro), None);
        assert!(Dimension::ServiceMargin.public_band(euro).is_some());
    }
}
