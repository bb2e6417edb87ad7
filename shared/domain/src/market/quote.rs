//! What a competitor quoted.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    agreement::{PricingUnit, Quantity},
    id::{CompetitorQuoteId, ServiceId},
    money::Money,
    text::Prose,
};

/// What a competitor quoted, as somebody heard. It is recorded or removed, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompetitorQuote {
    /// Our id.
    pub id: CompetitorQuoteId,
    /// To whom: a client or a prospect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Prose<200>>,
    /// Who quoted.
    pub competitor: Prose<100>,
    /// Which entry of the own catalogue it stands against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// What the price is for.
    pub unit: PricingUnit,
    /// What a unit costs in a month, in the organisation's currency.
    pub unit_price: Money,
    /// How many units were quoted, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The day of the quote.
    pub quoted_on: Date,
    /// What became of it.
    pub outcome: QuoteOutcome,
}

/// What became of an offer against which a competitor quoted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuoteOutcome {
    /// Nothing yet, or nobody said.
    #[default]
    Pending,
    /// The organisation won.
    Won,
    /// The organisation lost.
    Lost,
}

impl QuoteOutcome {
    /// The name of each.
    pub const NAMES: [&'static str; 3] = ["pending", "won", "lost"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [pending, won, lost] = Self::NAMES;
        match self {
            Self::Pending => pending,
            Self::Won => won,
            Self::Lost => lost,
        }
    }
}

impl CompetitorQuote {
    /// The highest price of a unit, in major units of its currency.
    pub const HIGHEST_MAJOR: i64 = 1_000_000;

    /// Whether a price can be one: more than nothing, and within bounds.
    pub fn is_price(price: Money) -> bool {
        price.minor > 0 && price.major() <= Self::HIGHEST_MAJOR.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn a_price_is_more_than_nothing_and_bounded() {
        let is = |minor| CompetitorQuote::is_price(Money::new(minor, Currency::USD));
        assert!(is(1) && is(100_000_000));
        assert!(!is(0) && !is(-1) && !is(100_000_001));
    }

    #[test]
    fn what_was_quoted_does_not_print() {
        let quote = CompetitorQuote {
            id: CompetitorQuoteId::derived(&["quote"]),
            customer: Some("Acme Dental".parse().unwrap()),
            competitor: "Rival IT".parse().unwrap(),
            service: None,
            unit: PricingUnit::User,
            unit_price: Money::new(9_900, Currency::USD),
            quantity: None,
            quoted_on: jiff::civil::date(2026, 10, 1),
            outcome: QuoteOutcome::Lost,
        };
        let printed = format!("{quote:?}");
        assert!(!printed.contains("Acme") && !printed.contains("Rival"));
    }
}
