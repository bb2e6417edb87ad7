//! Numbers that must be exact: read and written as decimal text, never through a float.

use std::str::FromStr as _;

use clearmargin_app::Error;
use clearmargin_domain::money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::{Number, Value};
use utoipa::{PartialSchema, ToSchema, openapi};

/// The longest number that is read: more digits than any amount has.
const LONGEST: usize = 30;

/// An amount of money as a JSON number in major units, such as `12.50`; its currency stands beside
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount(pub Money);

/// An exact number such as a share or a number of hours, as a JSON number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio(pub Decimal);

/// An amount of money as it was asked with: a JSON number, or one in quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountIn(String);

/// An exact number as it was asked with: a JSON number, or one in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberIn(pub Decimal);

impl NumberIn {
    /// The number as one of that kind; refused, under that path, when it is none.
    pub fn to<T: TryFrom<Decimal, Error: std::fmt::Display>>(self, path: &str) -> Result<T, Error> {
        T::try_from(self.0).map_err(|error| Error::invalid(path, error.to_string()))
    }
}

impl AmountIn {
    /// The amount in that currency; refused, under that path, when it would have to be rounded.
    pub fn money(&self, currency: Currency, path: &str) -> Result<Money, Error> {
        Money::parse(&self.0, currency).map_err(|error| Error::invalid(path, error.to_string()))
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self(money)
    }
}

impl From<Decimal> for Ratio {
    fn from(number: Decimal) -> Self {
        Self(number)
    }
}

fn number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    Number::from_str(text).map_err(ser::Error::custom)?.serialize(serializer)
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        number(&self.0.to_string(), serializer)
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        number(&self.0.normalize().to_string(), serializer)
    }
}

/// A number's text, as it was asked with.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = match Value::deserialize(deserializer)? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            return Err(de::Error::custom("expected a number"));
        }
    };
    if text.len() > LONGEST {
        return Err(de::Error::custom("expected a number of at most 30 characters"));
    }
    Ok(text)
}

impl<'de> Deserialize<'de> for AmountIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for NumberIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        let number = Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text));
        number.map(Self).map_err(|_| de::Error::custom("expected a number"))
    }
}

fn number_schema(description: &str, example: &str) -> openapi::RefOr<openapi::Schema> {
    let object = openapi::ObjectBuilder::new()
        .schema_type(openapi::Type::Number)
        .description(Some(description))
        .examples(Number::from_str(example).ok().map(Value::Number));
    object.into()
}

impl PartialSchema for Amount {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        number_schema("An exact amount in major units of the currency beside it.", "1234.50")
    }
}

impl ToSchema for Amount {}

impl PartialSchema for AmountIn {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        number_schema("An amount in major units; more decimals than cents are refused.", "42.50")
    }
}

impl ToSchema for AmountIn {
    fn name() -> std::borrow::Cow<'static, str> {
        "AmountIn".into()
    }
}

impl PartialSchema for NumberIn {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        number_schema("A number with at most two decimals.", "2.5")
    }
}

impl ToSchema for NumberIn {
    fn name() -> std::borrow::Cow<'static, str> {
        "NumberIn".into()
    }
}

impl PartialSchema for Ratio {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        number_schema("An exact decimal number.", "0.4213")
    }
}

impl ToSchema for Ratio {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> AmountIn {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_amount_is_written_with_all_its_decimals() {
        let json =
            |minor| serde_json::to_string(&Amount(Money::new(minor, Currency::USD))).unwrap();
        assert_eq!(json(1050), "10.50");
        assert_eq!(json(-1), "-0.01");
        assert_eq!(json(i64::MAX), "92233720368547758.07");
        assert_eq!(serde_json::to_string(&Ratio("0.42130".parse().unwrap())).unwrap(), "0.4213");
    }

    #[test]
    fn an_amount_is_read_as_it_is_written() {
        for (json, minor) in [("0.1", 10), ("\"42.50\"", 4250), ("1e2", 10_000), ("-3", -300)] {
            assert_eq!(read(json).money(Currency::USD, "x").unwrap().minor, minor, "{json}");
        }
        let large = "92233720368547758.07";
        assert_eq!(read(large).money(Currency::USD, "x").unwrap().minor, i64::MAX);
    }

    #[test]
    fn a_number_is_read_exactly() {
        for (json, exact) in [("0.1", "0.1"), ("\"2.50\"", "2.5"), ("1e2", "100"), ("7", "7")] {
            let number: NumberIn = serde_json::from_str(json).unwrap();
            assert_eq!(number.0, exact.parse::<Decimal>().unwrap(), "{json}");
        }
        for json in ["true", "null", "[]", "\"ten\"", "\"\"", "1e99"] {
            assert!(serde_json::from_str::<NumberIn>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for json in ["42.505", "\"ten\"", "1e30", "\"\""] {
            assert!(read(json).money(Currency::USD, "hourlyCost").is_err(), "{json}");
        }
        for json in ["true", "null", "[]", "{}", "0.0000000000000000000000000000000001"] {
            assert!(serde_json::from_str::<AmountIn>(json).is_err(), "{json}");
        }
    }
}
