//! The numbers that agreements are written in, each within its bounds.

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde::{Deserialize, Serialize};

/// Why a number is not what an agreement can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTerms {
    /// Not a quantity.
    #[error("expected 0 to 1000000 with at most two decimals")]
    Quantity,
    /// Not a rise in percent.
    #[error("expected 0 to 100 percent with at most two decimals")]
    Percent,
    /// Not a multiplier.
    #[error("expected 1 to 10 with at most two decimals")]
    Multiplier,
    /// Not a number of months.
    #[error("expected 1 to 120 months")]
    Months,
    /// Not an increment of time.
    #[error("expected 1 to 240 minutes")]
    Increment,
}

macro_rules! decimals {
    ($($(#[$doc:meta])* $name:ident: $range:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "Decimal", into = "Decimal")]
        pub struct $name(u32);

        impl $name {
            /// The number in hundredths, which is exact.
            pub(super) fn hundredths(self) -> i128 {
                self.0.into()
            }
        }

        impl TryFrom<Decimal> for $name {
            type Error = InvalidTerms;

            fn try_from(number: Decimal) -> Result<Self, InvalidTerms> {
                let range = $range;
                let hundredths = number.checked_mul(Decimal::ONE_HUNDRED);
                let exact = hundredths.filter(Decimal::is_integer).and_then(|whole| whole.to_u32());
                let fits = exact.filter(|whole| range.contains(whole));
                fits.map(Self).ok_or(InvalidTerms::$name)
            }
        }

        impl From<$name> for Decimal {
            fn from(number: $name) -> Decimal {
                Decimal::new(number.0.into(), 2).normalize()
            }
        }
    )*};
}

decimals! {
    /// How many units are sold: 0 to 1,000,000 with at most two decimals.
    Quantity: 0..=100_000_000;
    /// By how much a price rises: 0 to 100 percent with at most two decimals.
    Percent: 0..=10_000;
    /// How many times the price: 1 to 10 with at most two decimals.
    Multiplier: 100..=1_000;
}

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident: $range:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "u16", into = "u16")]
        pub struct $name(u16);

        impl TryFrom<u16> for $name {
            type Error = InvalidTerms;

            fn try_from(count: u16) -> Result<Self, InvalidTerms> {
                let range = $range;
                if range.contains(&count) { Ok(Self(count)) } else { Err(InvalidTerms::$name) }
            }
        }

        impl From<$name> for u16 {
            fn from(count: $name) -> u16 {
                count.0
            }
        }
    )*};
}

counts! {
    /// A number of months: 1 to 120.
    Months: 1..=120;
    /// The step in which time is charged: 1 to 240 minutes.
    Increment: 1..=240;
}

impl Months {
    /// A month.
    pub const ONE: Self = Self(1);
    /// A quarter.
    pub const QUARTER: Self = Self(3);
    /// A year.
    pub const YEAR: Self = Self(12);

    /// The number.
    pub const fn count(self) -> u16 {
        self.0
    }
}

/// A year.
impl Default for Months {
    fn default() -> Self {
        Self::YEAR
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    fn quantity(text: &str) -> Result<Quantity, InvalidTerms> {
        text.parse::<Decimal>().unwrap().try_into()
    }

    #[test]
    fn what_would_have_to_be_rounded_or_is_out_of_bounds_is_refused() {
        for text in ["0.005", "-0.01", "1000000.01", "79228162514264337593543950335"] {
            assert_eq!(quantity(text), Err(InvalidTerms::Quantity), "{text}");
        }
        let hundred = Decimal::ONE_HUNDRED;
        assert!(Percent::try_from(hundred).is_ok());
        assert_eq!(Percent::try_from(hundred + Decimal::ONE), Err(InvalidTerms::Percent));
        assert_eq!(Multiplier::try_from(Decimal::ZERO), Err(InvalidTerms::Multiplier));
        assert_eq!(Months::try_from(0), Err(InvalidTerms::Months));
        assert_eq!(Increment::try_from(241), Err(InvalidTerms::Increment));
    }

    #[test]
    fn a_number_has_one_spelling() {
        assert_eq!(quantity("10"), quantity("10.00"));
        assert_eq!(serde_json::to_value(quantity("7.50").unwrap()).unwrap(), json!("7.5"));
        assert_eq!(from_value::<Quantity>(json!("7.50")).unwrap(), quantity("7.5").unwrap());
        assert!(from_value::<Months>(json!(121)).is_err());
    }
}
