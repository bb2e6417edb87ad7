//! One value of a table.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Number, Value};

use crate::Kind;

/// A value, as exact as the answer has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Day(Date),
    /// A number as it was written, and how it is shown.
    Number(Number, Kind),
    Flag(bool),
}

impl Cell {
    /// A value of a column of that kind; none if it is something else.
    pub(crate) fn of(value: &Value, kind: Kind) -> Option<Self> {
        match (value, kind) {
            (Value::Null, _) => Some(Self::Empty),
            (Value::String(text), Kind::Text) => Some(Self::Text(text.clone())),
            (Value::Bool(flag), Kind::Text) => Some(Self::Flag(*flag)),
            (Value::String(text), Kind::Day) => text.parse().ok().map(Self::Day),
            (Value::Number(number), Kind::Amount | Kind::Number | Kind::Share | Kind::Count) => {
                Some(Self::Number(number.clone(), kind))
            }
            _ => None,
        }
    }

    /// A value of which nobody says what kind it is.
    pub(crate) fn plain(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.clone()),
            Value::Number(number) => Self::Number(number.clone(), Kind::Number),
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Null | Value::Array(_) | Value::Object(_) => Self::Empty,
        }
    }

    /// The exact number, if it is one.
    pub(crate) fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Number(number, _) => Decimal::from_str_exact(&number.to_string()).ok(),
            Self::Empty | Self::Text(_) | Self::Day(_) | Self::Flag(_) => None,
        }
    }
}
