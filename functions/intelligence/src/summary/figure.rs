//! A figure that a text says.

use clearmargin_insight::words::{Figure, Value};
use clearmargin_web::{Amount, Ratio, schema};
use serde::Serialize;
use utoipa::openapi::Object;

/// A figure that a text says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SummaryFigureView {
    /// What it is, in its paragraph.
    #[schema(example = "revenueChange")]
    name: &'static str,
    /// What it is counted in: an amount of the currency, a share of 1, a number of what the words say, hours, points of
    /// 100, or a day or month.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// The exact number; null of a day or month.
    #[schema(value_type = Option<Ratio>)]
    value: Option<SummaryNumber>,
    /// The currency of an amount; null else.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The day, such as `2026-07-01`, or month, such as `2026-07`; null of a number.
    #[schema(example = "2026-07")]
    date: Option<String>,
    /// How the text says it.
    #[schema(example = "USD 2,000.00")]
    words: String,
}

/// A number as it is told.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum SummaryNumber {
    Amount(Amount),
    Ratio(Ratio),
}

fn kind() -> Object {
    schema::one_of(Value::KINDS)
}

impl SummaryFigureView {
    pub(super) fn new(of: &Figure) -> Self {
        let (mut value, mut currency, mut date) = (None, None, None);
        match of.value {
            Value::Money(money) => {
                currency = Some(money.currency.to_string());
                value = Some(SummaryNumber::Amount(Amount(money)));
            }
            Value::Percent(number)
            | Value::Count { number, .. }
            | Value::Hours(number)
            | Value::Score(number) => value = Some(SummaryNumber::Ratio(Ratio(number))),
            Value::Day(day) => date = Some(day.to_string()),
            Value::Month(month) => date = Some(month.to_string()),
        }
        let (name, kind) = (of.name, of.value.kind());
        Self { name, kind, value, currency, date, words: of.words.clone() }
    }
}
