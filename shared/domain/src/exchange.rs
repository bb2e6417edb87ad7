//! Exchange rates: what a document in another currency comes to in the organisation's.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive as _};
use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money, MoneyError};

/// Why something is no exchange rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRate {
    /// The number is not above zero, is too large, or has too many decimals.
    #[error("expected more than 0 to 1000000 with at most ten decimals")]
    Rate,
    /// A currency is worth itself.
    #[error("a currency needs no rate to itself")]
    Same,
    /// Something is said to be worth nothing, or less, or to be worth something though it is nothing.
    #[error("expected an amount in the other currency with the same sign")]
    Worth,
}

/// Who said what a currency was worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RateSource {
    /// A person of the organisation.
    Manual,
    /// The books that the document comes from.
    QuickBooks,
}

impl RateSource {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::QuickBooks => "quickbooks",
        }
    }
}

/// What one unit of a document's currency is worth in the organisation's. It is kept with the
/// document: whatever the currency is worth later, the document comes to the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeRate {
    /// The organisation's currency.
    pub to: Currency,
    /// Units of it for one of the document's.
    pub rate: Decimal,
    /// Who said so.
    pub source: RateSource,
    /// For which day.
    pub day: Date,
    /// What the source says the whole document comes to, where that is not what the rate says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    said: Option<Said>,
}

/// That so many smallest units of a document's currency are so many of the organisation's. Both are
/// above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    of: i64,
    home: i64,
}

impl Said {
    /// The part of it that an amount is, half away from zero.
    fn share(self, minor: i64) -> Option<i64> {
        let product = i128::from(minor) * i128::from(self.home);
        let (whole, of) = (product.abs(), i128::from(self.of));
        let (down, rest) = (whole.checked_div(of)?, whole.checked_rem(of)?);
        let nearest = if rest >= of - rest { down + 1 } else { down };
        i64::try_from(nearest * product.signum()).ok()
    }
}

const MOST: u32 = 1_000_000;
const DECIMALS: u32 = 10;

impl ExchangeRate {
    /// A rate from a document's currency.
    pub fn new(
        from: Currency,
        to: Currency,
        rate: Decimal,
        source: RateSource,
        day: Date,
    ) -> Result<Self, InvalidRate> {
        if from == to {
            return Err(InvalidRate::Same);
        }
        let rate = rate.normalize();
        let fits = rate > Decimal::ZERO && rate <= Decimal::from(MOST);
        if !fits || rate.scale() > DECIMALS {
            return Err(InvalidRate::Rate);
        }
        Ok(Self { to, rate, source, day, said: None })
    }

    /// The rate at which an amount comes to what its source says of it: where that is not what the
    /// number says, which sources round, everything else is worth its share of it.
    pub fn making(self, amount: Money, worth: Money) -> Result<Self, InvalidRate> {
        if self.convert(amount) == Ok(worth) {
            return Ok(self);
        }
        let alike = amount.minor.signum() == worth.minor.signum() && worth.currency == self.to;
        let sizes = amount.minor.checked_abs().zip(worth.minor.checked_abs());
        let (of, home) = sizes.filter(|_| alike).ok_or(InvalidRate::Worth)?;
        Ok(Self { said: Some(Said { of, home }), ..self })
    }

    /// What an amount is worth, rounded once, half away from zero.
    pub fn convert(&self, amount: Money) -> Result<Money, MoneyError> {
        if let Some(said) = self.said {
            let share = said.share(amount.minor).ok_or(MoneyError::OutOfRange)?;
            return Ok(Money::new(share, self.to));
        }
        let units = amount.major().checked_mul(self.rate);
        let scale = Decimal::from(10_u64.pow(self.to.decimals()));
        let minor = units.and_then(|units| units.checked_mul(scale));
        let minor = minor.and_then(|exact| {
            exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()
        });
        minor.map(|minor| Money::new(minor, self.to)).ok_or(MoneyError::OutOfRange)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn rate(from: &str, rate: &str) -> Result<ExchangeRate, InvalidRate> {
        let rate = rate.parse().unwrap();
        let day = date(2026, 10, 15);
        ExchangeRate::new(currency(from), Currency::USD, rate, RateSource::Manual, day)
    }

    #[test]
    fn an_amount_is_converted_from_its_own_decimals_to_the_others() {
        let worth = |code: &str, minor, by: &str| {
            rate(code, by).unwrap().convert(Money::new(minor, currency(code))).unwrap().minor
        };
        assert_eq!(worth("EUR", 10_000, "1.0837"), 10_837);
        assert_eq!(worth("JPY", 10_000, "0.00665"), 6_650);
        assert_eq!(worth("KWD", 1_234, "3.25"), 401);
        assert_eq!((worth("EUR", 1, "1.5"), worth("EUR", -1, "1.5")), (2, -2));
    }

    #[test]
    fn what_a_source_says_of_the_whole_goes_before_its_rounded_rate() {
        // An invoice of 100,000 dollars in a company that counts in Canadian ones: the rate has six
        // decimals, of which five are shown. firmofthefuture.com, "New multicurrency features".
        let (usd, cad) = (Currency::USD, currency("CAD"));
        let (shown, day) = ("1.34434".parse().unwrap(), date(2017, 1, 1));
        let rate = ExchangeRate::new(usd, cad, shown, RateSource::QuickBooks, day).unwrap();
        let whole = Money::new(10_000_000, usd);
        assert_eq!(rate.convert(whole).unwrap().minor, 13_443_400);
        let said = rate.making(whole, Money::new(13_443_490, cad)).unwrap();
        let worth = |minor| said.convert(Money::new(minor, usd)).unwrap().minor;
        assert_eq!((worth(10_000_000), worth(5_000_000)), (13_443_490, 6_721_745));
        assert_eq!((worth(0), worth(1), worth(-10_000_000)), (0, 1, -13_443_490));
        let stored = serde_json::to_value(said).unwrap();
        assert_eq!(stored["said"], serde_json::json!({"of": 10_000_000, "home": 13_443_490}));
        assert_eq!(serde_json::from_value::<ExchangeRate>(stored).unwrap(), said);
        let plain = serde_json::to_value(rate).unwrap();
        assert_eq!(plain.get("said"), None);
        assert_eq!(serde_json::from_value::<ExchangeRate>(plain).unwrap(), rate);
        // What the rate says anyway needs no more words, and of nothing or less there are none.
        assert_eq!(rate.making(whole, Money::new(13_443_400, cad)), Ok(rate));
        for (amount, worth) in [(whole.minor, 0), (whole.minor, -1), (0, 1)] {
            let made = rate.making(Money::new(amount, usd), Money::new(worth, cad));
            assert_eq!(made, Err(InvalidRate::Worth));
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        assert_eq!(rate("USD", "1"), Err(InvalidRate::Same));
        for bad in ["0", "-1", "1000001", "0.00000000001"] {
            assert_eq!(rate("EUR", bad), Err(InvalidRate::Rate), "{bad}");
        }
    }
}
