//! Reading a source's row field by field, with errors that name the field.

use clearmargin_domain::money::{self, Currency, Money};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::rejection::Rejection;

/// How much of a wrong value an error repeats.
const SHOWN: usize = 60;

/// A JSON object with its place in the row. A field that is null or an empty text counts as absent.
pub(crate) struct Fields<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// A row.
    pub(crate) fn of(row: &'a Value) -> Result<Self, Rejection> {
        Self::at("row".to_owned(), row).map(|fields| Self { path: String::new(), ..fields })
    }

    fn at(path: String, value: &'a Value) -> Result<Self, Rejection> {
        match value {
            Value::Object(map) => Ok(Self { path, map }),
            _ => Err(invalid(path, "an object", value)),
        }
    }

    fn path_of(&self, field: &str) -> String {
        match self.path.as_str() {
            "" => field.to_owned(),
            path => format!("{path}.{field}"),
        }
    }

    fn value(&self, field: &str) -> Option<&'a Value> {
        let value = self.map.get(field)?;
        let absent = match value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            _ => false,
        };
        (!absent).then_some(value)
    }

    fn missing(&self, field: &str) -> Rejection {
        let field = self.path_of(field);
        Rejection::Missing { field }
    }

    /// A scalar read by `parse`. Numbers are read from their digits, so ids above 2^53 and amounts
    /// are exact.
    pub(crate) fn optional<T>(
        &self,
        field: &str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Rejection> {
        let Some(value) = self.value(field) else {
            return Ok(None);
        };
        let parsed = match value {
            Value::String(text) => parse(text.trim()),
            Value::Number(number) => parse(&number.to_string()),
            Value::Bool(true) => parse("true"),
            Value::Bool(false) => parse("false"),
            _ => None,
        };
        parsed.map(Some).ok_or_else(|| invalid(self.path_of(field), expected, value))
    }

    pub(crate) fn required<T>(
        &self,
        field: &str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Rejection> {
        self.optional(field, expected, parse)?.ok_or_else(|| self.missing(field))
    }

    pub(crate) fn optional_text(&self, field: &str) -> Result<Option<String>, Rejection> {
        self.optional(field, "a text", |text| Some(text.to_owned()))
    }

    pub(crate) fn text(&self, field: &str) -> Result<String, Rejection> {
        self.required(field, "a text", |text| Some(text.to_owned()))
    }

    pub(crate) fn optional_flag(&self, field: &str) -> Result<Option<bool>, Rejection> {
        self.optional(field, "true or false", |text| text.parse().ok())
    }

    pub(crate) fn flag(&self, field: &str) -> Result<bool, Rejection> {
        self.optional_flag(field)?.ok_or_else(|| self.missing(field))
    }

    pub(crate) fn decimal(&self, field: &str) -> Result<Decimal, Rejection> {
        self.required(field, "a number", |text| money::decimal(text).ok())
    }

    pub(crate) fn optional_decimal(&self, field: &str) -> Result<Option<Decimal>, Rejection> {
        self.optional(field, "a number", |text| money::decimal(text).ok())
    }

    pub(crate) fn optional_money(
        &self,
        field: &str,
        currency: Currency,
    ) -> Result<Option<Money>, Rejection> {
        let parse = |text: &str| Money::parse(text, currency).ok();
        self.optional(field, "an amount in the currency's decimals", parse)
    }

    pub(crate) fn money(&self, field: &str, currency: Currency) -> Result<Money, Rejection> {
        self.optional_money(field, currency)?.ok_or_else(|| self.missing(field))
    }

    pub(crate) fn optional_date(&self, field: &str) -> Result<Option<Date>, Rejection> {
        self.optional(field, "a date", |text| Some(moment(text)?.date()))
    }

    pub(crate) fn date(&self, field: &str) -> Result<Date, Rejection> {
        self.optional_date(field)?.ok_or_else(|| self.missing(field))
    }

    pub(crate) fn optional_timestamp(&self, field: &str) -> Result<Option<Timestamp>, Rejection> {
        self.optional(field, "a date with time", timestamp)
    }

    pub(crate) fn timestamp(&self, field: &str) -> Result<Timestamp, Rejection> {
        self.optional_timestamp(field)?.ok_or_else(|| self.missing(field))
    }

    pub(crate) fn optional_object(&self, field: &str) -> Result<Option<Self>, Rejection> {
        self.value(field).map(|value| Self::at(self.path_of(field), value)).transpose()
    }

    pub(crate) fn object(&self, field: &str) -> Result<Self, Rejection> {
        self.optional_object(field)?.ok_or_else(|| self.missing(field))
    }

    /// The objects of a list; an absent list is empty.
    pub(crate) fn objects(&self, field: &str) -> Result<Vec<Self>, Rejection> {
        let items = match self.value(field) {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(other) => return Err(invalid(self.path_of(field), "a list", other)),
        };
        let at = |(index, item)| Self::at(format!("{}[{index}]", self.path_of(field)), item);
        items.iter().enumerate().map(at).collect()
    }

    /// The texts of a list; an absent list is empty, and so is what is no text in it.
    pub(crate) fn texts(&self, field: &str) -> Vec<&'a str> {
        let items = self.value(field).and_then(Value::as_array);
        let items = items.map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(Value::as_str).collect()
    }

    /// The error for a field whose value makes no sense here.
    pub(crate) fn wrong(&self, field: &str, expected: &'static str) -> Rejection {
        match self.value(field) {
            None => self.missing(field),
            Some(value) => invalid(self.path_of(field), expected, value),
        }
    }
}

fn invalid(field: String, expected: &'static str, found: &Value) -> Rejection {
    let text = match found {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let found = text.chars().take(SHOWN).collect();
    Rejection::Invalid { field, expected, found }
}

/// The id in a field, for naming a row that may be unreadable otherwise.
pub(crate) fn id_of(row: &Value, field: &str) -> String {
    let text = Fields::of(row).and_then(|fields| fields.text(field));
    text.unwrap_or_default()
}

/// An instant; one without a zone is UTC.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Offset::UTC.to_timestamp(text.parse().ok()?).ok())
}

/// A date with time as it is written, or in UTC where it is written with another zone.
pub(crate) fn moment(text: &str) -> Option<DateTime> {
    let zoned = text.parse::<Timestamp>();
    zoned.map(|instant| Offset::UTC.to_datetime(instant)).or_else(|_| text.parse()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{cents, json};

    #[test]
    fn an_id_above_two_to_the_53rd_is_read_exactly_with_or_without_quotes() {
        let row = json(r#"{"quoted": "7928838372746166987", "bare": 7928838372746166987}"#);
        let fields = Fields::of(&row).unwrap();
        assert_eq!(fields.text("bare"), Ok("7928838372746166987".to_owned()));
        assert_eq!(fields.text("bare"), fields.text("quoted"));
    }

    #[test]
    fn an_amount_is_read_from_its_digits() {
        let row = json(r#"{"a": 0.1, "b": "12.50", "c": 1e2, "d": 0.001, "e": 90071992547409.93}"#);
        let fields = Fields::of(&row).unwrap();
        let money = |field| fields.money(field, Currency::USD);
        assert_eq!(money("a"), Ok(cents(10)));
        assert_eq!(money("b"), Ok(cents(1_250)));
        assert_eq!(money("c"), Ok(cents(10_000)));
        assert_eq!(money("e"), Ok(cents(9_007_199_254_740_993)));
        let refused = money("d").unwrap_err().to_string();
        assert_eq!(refused, "d is \"0.001\", expected an amount in the currency's decimals");
    }

    #[test]
    fn null_and_blank_count_as_absent() {
        let row = json(r#"{"null": null, "blank": " "}"#);
        let fields = Fields::of(&row).unwrap();
        assert_eq!(fields.optional_text("null"), Ok(None));
        assert_eq!(fields.optional_text("blank"), Ok(None));
        assert_eq!(fields.text("blank").unwrap_err().to_string(), "blank is missing");
    }

    #[test]
    fn an_error_names_the_field_with_its_place() {
        let row = json(r#"{"lines": [{}, {"detail": {"amount": [1]}}]}"#);
        let lines = Fields::of(&row).unwrap().objects("lines").unwrap();
        let detail = lines[1].object("detail").unwrap();
        let refused = detail.text("amount").unwrap_err().to_string();
        assert_eq!(refused, "lines[1].detail.amount is \"[1]\", expected a text");
        let refused = Fields::of(&json("[]")).map(drop).unwrap_err().to_string();
        assert_eq!(refused, "row is \"[]\", expected an object");
    }

    #[test]
    fn a_time_without_a_zone_is_utc() {
        let noon = "2022-04-10T12:00:00Z".parse().unwrap();
        assert_eq!(timestamp("2022-04-10T12:00:00"), Some(noon));
        assert_eq!(timestamp("2022-04-10T12:00"), Some(noon));
        assert_eq!(timestamp("2022-04-10T05:00:00-07:00"), Some(noon));
        assert_eq!(timestamp("2022-04-10T12:00:00.000"), Some(noon));
        assert_eq!(timestamp("soon"), None);
        assert_eq!(moment("2022-04-10T23:30:00-07:00").unwrap().to_string(), "2022-04-11T06:30:00");
    }
}
