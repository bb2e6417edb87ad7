//! Quantities and unit prices: decimals with more places than money has.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Why a number is no quantity or unit price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNumber {
    /// Not a quantity.
    #[error("expected 0 to 1000000 with at most six decimals")]
    LineQuantity,
    /// Not a unit price.
    #[error("expected 0 to 10000000 with at most six decimals")]
    UnitPrice,
}

/// How many decimals quantities and unit prices may have.
const DECIMALS: u32 = 6;

macro_rules! decimals {
    ($($(#[$doc:meta])* $name:ident: $most:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "Decimal", into = "Decimal")]
        pub struct $name(Decimal);

        impl $name {
            /// The most that it can be.
            pub const MOST: u64 = $most;
        }

        impl TryFrom<Decimal> for $name {
            type Error = InvalidNumber;

            fn try_from(number: Decimal) -> Result<Self, InvalidNumber> {
                let number = number.normalize();
                let fits = (Decimal::ZERO..=Decimal::from(Self::MOST)).contains(&number);
                if fits && number.scale() <= DECIMALS {
                    Ok(Self(number))
                } else {
                    Err(InvalidNumber::$name)
                }
            }
        }

        impl From<$name> for Decimal {
            fn from(number: $name) -> Decimal {
                number.0
            }
        }
    )*};
}

decimals! {
    /// How much is charged for: hours, seats, pieces. 0 to 1,000,000 with at most six decimals.
    LineQuantity: 1_000_000;
    /// The price of one, in major units. 0 to 10,000,000 with at most six decimals: a gigabyte may
    /// cost a fraction of a cent.
    UnitPrice: 10_000_000;
}

impl LineQuantity {
    /// One.
    pub const ONE: Self = Self(Decimal::ONE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_within_their_bounds() {
        let quantity = |text: &str| LineQuantity::try_from(text.parse::<Decimal>().unwrap());
        for good in ["0", "1", "0.333333", "1000000", "2.50000000"] {
            assert!(quantity(good).is_ok(), "{good}");
        }
        for bad in ["-1", "0.3333333", "1000000.01"] {
            assert_eq!(quantity(bad), Err(InvalidNumber::LineQuantity), "{bad}");
        }
        let price = UnitPrice::try_from("0.0035".parse::<Decimal>().unwrap()).unwrap();
        assert_eq!(serde_json::to_value(price).unwrap(), serde_json::json!("0.0035"));
    }
}
