//! Money: integer minor units with a currency; read and printed exactly, never through a float.

use std::{cmp::Ordering, fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Why an amount is not money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not a decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// The amount has more decimals than the currency.
    #[error("more decimals than the currency has")]
    TooPrecise,
    /// The amount does not fit.
    #[error("amount out of range")]
    OutOfRange,
    /// The code is not three capital letters of a currency we know.
    #[error("unknown currency")]
    UnknownCurrency,
    /// Two currencies met in one sum.
    #[error("amounts in different currencies cannot be added")]
    MixedCurrencies,
}

/// An ISO 4217 currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency {
    code: [u8; 3],
}

/// Currencies that QuickBooks Online can keep books in, with the decimals of each.
const CURRENCIES: &[(&[u8; 3], u32)] = &[
    (b"AED", 2),
    (b"AUD", 2),
    (b"BRL", 2),
    (b"CAD", 2),
    (b"CHF", 2),
    (b"CZK", 2),
    (b"DKK", 2),
    (b"EUR", 2),
    (b"GBP", 2),
    (b"HKD", 2),
    (b"HUF", 2),
    (b"ILS", 2),
    (b"INR", 2),
    (b"JPY", 0),
    (b"KRW", 0),
    (b"KWD", 3),
    (b"MXN", 2),
    (b"MYR", 2),
    (b"NOK", 2),
    (b"NZD", 2),
    (b"PHP", 2),
    (b"PLN", 2),
    (b"SAR", 2),
    (b"SEK", 2),
    (b"SGD", 2),
    (b"THB", 2),
    (b"TRY", 2),
    (b"TWD", 2),
    (b"USD", 2),
    (b"ZAR", 2),
];

impl Currency {
    /// The US dollar.
    pub const USD: Self = Self { code: *b"USD" };

    /// The codes of all that amounts can be in.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        CURRENCIES.iter().filter_map(|(code, _)| std::str::from_utf8(*code).ok())
    }

    /// The three-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("XXX")
    }

    /// How many decimals an amount has.
    pub fn decimals(self) -> u32 {
        CURRENCIES.iter().find(|(code, _)| **code == self.code).map_or(2, |(_, decimals)| *decimals)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let known = CURRENCIES.iter().find(|(code, _)| code.as_slice() == text.as_bytes());
        known.map(|(code, _)| Self { code: **code }).ok_or(MoneyError::UnknownCurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in the currency's smallest unit: cents for dollars.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// `minor` smallest units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads an amount in major units, such as `12.50`; refuses what would have to be rounded.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        Self::exactly(decimal(text)?, currency)
    }

    /// The amount in major units as money; refuses what would have to be rounded.
    pub fn exactly(major: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let money = Self::rounded(major, currency)?;
        if money.major() == major { Ok(money) } else { Err(MoneyError::TooPrecise) }
    }

    /// The amount in major units as money, half to even at the smallest unit.
    pub fn rounded(major: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let scaled = Decimal::from(10_u64.pow(currency.decimals()))
            .checked_mul(major)
            .ok_or(MoneyError::OutOfRange)?
            .round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven);
        let minor = i64::try_from(scaled).map_err(|_| MoneyError::OutOfRange)?;
        Ok(Self { minor, currency })
    }

    /// The amount in major units.
    pub fn major(self) -> Decimal {
        Decimal::new(self.minor, self.currency.decimals())
    }

    /// The sum; `None` when the currencies differ or the sum does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::MixedCurrencies);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// The amount × `numerator` ÷ `denominator`, which is positive; rounded once, half to even, to
    /// the smallest unit.
    pub(crate) fn scaled(self, numerator: i128, denominator: i128) -> Result<Self, MoneyError> {
        let product = i128::from(self.minor).checked_mul(numerator);
        let quotient = product.and_then(|product| divide_half_even(product, denominator));
        let minor = quotient.and_then(|minor| i64::try_from(minor).ok());
        Ok(Self { minor: minor.ok_or(MoneyError::OutOfRange)?, ..self })
    }
}

/// The quotient, half to even; `None` unless the divisor is positive, or where it does not fit.
pub fn divide_half_even(dividend: i128, divisor: i128) -> Option<i128> {
    if divisor <= 0 {
        return None;
    }
    let quotient = dividend.checked_div_euclid(divisor)?;
    let rest = dividend.checked_rem_euclid(divisor)?;
    let up = match rest.cmp(&(divisor - rest)) {
        Ordering::Less => false,
        Ordering::Equal => quotient % 2 != 0,
        Ordering::Greater => true,
    };
    Some(if up { quotient + 1 } else { quotient })
}

/// Reads a decimal number, also in the exponent form that JSON allows.
pub fn decimal(text: &str) -> Result<Decimal, MoneyError> {
    let text = text.trim();
    text.parse().or_else(|_| Decimal::from_scientific(text)).map_err(|_| MoneyError::NotANumber)
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.major())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_is_read_and_printed_exactly() {
        let money = Money::parse("0.1", Currency::USD).unwrap();
        assert_eq!((money.minor, money.to_string().as_str()), (10, "0.10"));
        assert_eq!(Money::parse("-1234567.89", Currency::USD).unwrap().minor, -123_456_789);
        let yen: Currency = "JPY".parse().unwrap();
        assert_eq!(Money::parse("1200", yen).unwrap().to_string(), "1200");
    }

    #[test]
    fn what_would_lose_a_fraction_is_refused() {
        assert_eq!(Money::parse("0.005", Currency::USD), Err(MoneyError::TooPrecise));
        assert_eq!(Money::parse("1e20", Currency::USD), Err(MoneyError::OutOfRange));
        assert_eq!(Money::parse("ten", Currency::USD), Err(MoneyError::NotANumber));
        assert_eq!("usd".parse::<Currency>(), Err(MoneyError::UnknownCurrency));
    }

    #[test]
    fn rounding_goes_half_to_even() {
        let cents =
            |text: &str| Money::rounded(text.parse().unwrap(), Currency::USD).unwrap().minor;
        assert_eq!(
            [cents("0.005"), cents("0.015"), cents("-0.005"), cents("0.0051")],
            [0, 2, 0, 1]
        );
    }

    proptest! {
        #[test]
        fn printing_and_reading_is_the_identity(minor in any::<i64>()) {
            let money = Money::new(minor, Currency::USD);
            prop_assert_eq!(Money::parse(&money.to_string(), Currency::USD), Ok(money));
        }
    }
}
