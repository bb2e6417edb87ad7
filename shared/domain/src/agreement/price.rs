//! Prices with the day from which each applies.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    books::{Books, ClosedPeriod},
    money::{Currency, Money},
};

/// What a unit costs, from a day until the next price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatedPrice {
    /// The first day it applies.
    pub effective_from: Date,
    /// What the client pays for a unit.
    pub unit_price: Money,
    /// What a unit costs to buy, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Money>,
}

/// Why prices are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// It would change what was charged in a closed month.
    #[error(transparent)]
    Closed(#[from] ClosedPeriod),
    /// Two currencies in one line.
    #[error("all prices of a line are in one currency")]
    MixedCurrencies,
    /// No price at all.
    #[error("expected at least one price")]
    None,
    /// Two prices from the same day on.
    #[error("two prices from {0} on")]
    Twice(Date),
}

/// The prices of a line: at least one, in one currency, by their days, one for each day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<DatedPrice>", into = "Vec<DatedPrice>")]
pub struct Prices {
    currency: Currency,
    by_day: Vec<DatedPrice>,
}

impl Prices {
    /// The prices in any order.
    pub fn new(mut prices: Vec<DatedPrice>) -> Result<Self, PriceError> {
        prices.sort_by_key(|price| price.effective_from);
        let currency = prices.first().ok_or(PriceError::None)?.unit_price.currency;
        let other = |money: Money| money.currency != currency;
        if prices.iter().any(|it| other(it.unit_price) || it.unit_cost.is_some_and(other)) {
            return Err(PriceError::MixedCurrencies);
        }
        let days = prices.iter().map(|price| price.effective_from);
        let twice = days.clone().zip(days.skip(1)).find(|(day, next)| day == next);
        match twice {
            Some((day, _)) => Err(PriceError::Twice(day)),
            None => Ok(Self { currency, by_day: prices }),
        }
    }

    /// The currency of them all.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// All of them, the oldest first.
    pub fn all(&self) -> &[DatedPrice] {
        &self.by_day
    }

    /// The one in force on a day; `None` before the first.
    pub fn on(&self, day: Date) -> Option<&DatedPrice> {
        self.by_day.iter().rfind(|price| price.effective_from <= day)
    }

    /// The prices with one more, in place of one of the same day. What was charged in a closed
    /// month stays: a price that would apply there is refused.
    pub fn with(&self, price: DatedPrice, books: Books) -> Result<Self, PriceError> {
        books.refuse(price.effective_from)?;
        let kept = self.by_day.iter().filter(|it| it.effective_from != price.effective_from);
        Self::new(kept.copied().chain([price]).collect())
    }
}

impl TryFrom<Vec<DatedPrice>> for Prices {
    type Error = PriceError;

    fn try_from(prices: Vec<DatedPrice>) -> Result<Self, PriceError> {
        Self::new(prices)
    }
}

impl From<Prices> for Vec<DatedPrice> {
    fn from(prices: Prices) -> Vec<DatedPrice> {
        prices.by_day
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::{collection::vec, prelude::*};
    use serde_json::json;

    use super::*;
    use crate::{agreement::schedule::tests::day, period::Month};

    fn price(minor: i64, effective_from: Date) -> DatedPrice {
        let unit_price = Money::new(minor, Currency::USD);
        DatedPrice { effective_from, unit_price, unit_cost: None }
    }

    fn minor_on(prices: &Prices, day: Date) -> Option<i64> {
        prices.on(day).map(|price| price.unit_price.minor)
    }

    #[test]
    fn a_price_applies_from_its_day_until_the_next() {
        let (january, march) = (date(2026, 1, 1), date(2026, 3, 15));
        let prices = Prices::new(vec![price(120, march), price(100, january)]).unwrap();
        assert_eq!(minor_on(&prices, date(2025, 12, 31)), None);
        assert_eq!(minor_on(&prices, date(2026, 3, 14)), Some(100));
        assert_eq!(minor_on(&prices, march), Some(120));
    }

    #[test]
    fn a_price_of_the_same_day_is_replaced_and_the_others_are_kept() {
        let (january, march) = (date(2026, 1, 1), date(2026, 3, 15));
        let prices = Prices::new(vec![price(100, january), price(120, march)]).unwrap();
        let corrected = prices.with(price(125, march), Books::default()).unwrap();
        assert_eq!(corrected.all(), [price(100, january), price(125, march)]);
    }

    #[test]
    fn what_is_no_list_of_prices_is_refused() {
        let january = date(2026, 1, 1);
        let euro = Money::new(90, "EUR".parse().unwrap());
        let twice = Prices::new(vec![price(1, january), price(2, january)]);
        assert_eq!(twice, Err(PriceError::Twice(january)));
        assert_eq!(Prices::new(Vec::new()), Err(PriceError::None));
        let foreign_cost = DatedPrice { unit_cost: Some(euro), ..price(100, january) };
        assert_eq!(Prices::new(vec![foreign_cost]), Err(PriceError::MixedCurrencies));
        assert!(serde_json::from_value::<Prices>(json!([])).is_err());
    }

    proptest! {
        #[test]
        fn a_new_price_changes_no_closed_day_and_applies_until_the_next_price(
            days in vec(day(), 1..6), new in day(), asked in day(), closed in day(),
        ) {
            let mut days = days;
            days.sort_unstable();
            days.dedup();
            let old: Vec<_> = days.iter().zip(1..).map(|(day, minor)| price(minor, *day)).collect();
            let old = Prices::new(old).unwrap();
            let books = Books { closed_through: Some(Month::of(closed)) };
            match old.with(price(0, new), books) {
                Err(error) => {
                    let month = Month::of(new);
                    prop_assert_eq!(error, PriceError::Closed(ClosedPeriod { month }));
                    prop_assert!(month <= Month::of(closed));
                }
                Ok(changed) => {
                    let next = days.iter().find(|day| **day > new);
                    let new_one = asked >= new && next.is_none_or(|next| asked < *next);
                    let expected = if new_one { Some(0) } else { minor_on(&old, asked) };
                    prop_assert_eq!(minor_on(&changed, asked), expected);
                    prop_assert!(!(new_one && books.is_closed(asked)));
                }
            }
        }
    }
}
