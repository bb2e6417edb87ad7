//! Filter conditions: leaves with an operator, groups with AND or OR.

use apollo_compiler::Schema;
use serde_json::Value;

use super::attribute::{Attribute, Kind, plain};
use super::dates::Days;
use super::error::ClientError;
use crate::money;

/// A condition that fits its type.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Leaf(Leaf),
}

/// A test of one attribute.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) attribute: Attribute,
    pub(super) test: Test,
}

/// What is asked of a value.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Is(String),
    IsNot(String),
    Empty,
    NotEmpty,
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    NotContains(String),
    Includes(Vec<String>),
    NotIncludes(Vec<String>),
    /// In hundredths.
    Greater(i64),
    GreaterOrEqual(i64),
    Less(i64),
    LessOrEqual(i64),
    /// Later than the time.
    After(String),
    /// Earlier than the time.
    Before(String),
    /// On one of the days.
    Within(Days),
}

impl Condition {
    /// Reads a `RuleConditionInput` for a type; `now` is what relative dates refer to.
    pub(super) fn read(
        schema: &Schema,
        type_name: &str,
        input: &Value,
        now: &str,
    ) -> Result<Self, ClientError> {
        let given = |name: &str| input.get(name).filter(|value| !value.is_null());
        if let Some(join) = given("joinOperator") {
            let operands = given("operands").and_then(Value::as_array);
            let operands = operands.ok_or_else(|| ClientError::missing("operands"))?;
            let operands: Result<Vec<_>, _> =
                operands.iter().map(|input| Self::read(schema, type_name, input, now)).collect();
            return match join.as_str() {
                Some("AND") => Ok(Self::All(operands?)),
                Some("OR") => Ok(Self::Any(operands?)),
                _ => Err(ClientError::invalid("joinOperator")),
            };
        }
        let name = given("attribute").and_then(Value::as_str);
        let name = name.ok_or_else(|| ClientError::missing("attribute"))?;
        let attribute =
            Attribute::find(schema, type_name, name).ok_or_else(|| ClientError::invalid(name))?;
        let operator = given("operator").and_then(Value::as_str);
        let operator = operator.ok_or_else(|| ClientError::missing("operator"))?;
        let value = given("value").unwrap_or(&Value::Null);
        let test = Test::read(attribute.kind, operator, value, now);
        let test = test.ok_or_else(|| ClientError::invalid(name))?;
        Ok(Self::Leaf(Leaf { attribute, test }))
    }

    /// Whether the row meets the condition.
    pub(super) fn admits(&self, row: &Value) -> bool {
        match self {
            Self::All(operands) => operands.iter().all(|operand| operand.admits(row)),
            Self::Any(operands) => operands.iter().any(|operand| operand.admits(row)),
            Self::Leaf(leaf) => leaf.test.admits(leaf.attribute.of(row)),
        }
    }

    /// The leaves that every row has to meet.
    pub(super) fn required(&self) -> Vec<&Leaf> {
        match self {
            Self::All(operands) => operands.iter().flat_map(Self::required).collect(),
            Self::Leaf(leaf) => vec![leaf],
            Self::Any(_) => Vec::new(),
        }
    }
}

impl Test {
    /// The test, if the operator applies to the kind and the value fits the operator.
    fn read(kind: Kind, operator: &str, value: &Value, now: &str) -> Option<Self> {
        let text = || plain(value);
        let texts = || value.as_array()?.iter().map(plain).collect::<Option<Vec<_>>>();
        let hundredths = || money::cents(value);
        Some(match (kind, operator) {
            (Kind::Date, "after") => Self::After(moment(value)?),
            (Kind::Date, "before") => Self::Before(moment(value)?),
            (Kind::Date, "on") => Self::Within(Days::on(value.as_str()?, now)?),
            (Kind::Date, "between") => Self::Within(Days::between(value)?),
            (Kind::Date, "inLast") => Self::Within(Days::in_last(value, now)?),
            (Kind::Date, "inNext") => Self::Within(Days::in_next(value, now)?),
            (Kind::Boolean, "is") => Self::Is(value.as_bool()?.to_string()),
            (Kind::Text | Kind::Number, "is") => Self::Is(text()?),
            (Kind::Text | Kind::Number, "isNot") => Self::IsNot(text()?),
            (Kind::Text | Kind::Number, "isEmpty") => Self::Empty,
            (Kind::Text | Kind::Number, "isNotEmpty") => Self::NotEmpty,
            (Kind::Text, "startsWith") => Self::StartsWith(text()?),
            (Kind::Text, "endsWith") => Self::EndsWith(text()?),
            (Kind::Text, "contains") => Self::Contains(text()?),
            (Kind::Text, "notContains") => Self::NotContains(text()?),
            (Kind::Text, "includes") => Self::Includes(texts()?),
            (Kind::Text, "notIncludes") => Self::NotIncludes(texts()?),
            (Kind::Number, "greaterThan") => Self::Greater(hundredths()?),
            (Kind::Number, "greaterThanOrEqual") => Self::GreaterOrEqual(hundredths()?),
            (Kind::Number, "lessThan") => Self::Less(hundredths()?),
            (Kind::Number, "lessThanOrEqual") => Self::LessOrEqual(hundredths()?),
            _ => return None,
        })
    }

    fn admits(&self, value: &Value) -> bool {
        let hundredths = |check: &dyn Fn(i64) -> bool| money::cents(value).is_some_and(check);
        match self {
            Self::Is(wanted) => is(value, wanted),
            Self::IsNot(wanted) => !is(value, wanted),
            Self::Empty => is_empty(value),
            Self::NotEmpty => !is_empty(value),
            Self::StartsWith(part) => text(value).starts_with(part.as_str()),
            Self::EndsWith(part) => text(value).ends_with(part.as_str()),
            Self::Contains(part) => text(value).contains(part.as_str()),
            Self::NotContains(part) => !text(value).contains(part.as_str()),
            Self::Includes(wanted) => wanted.iter().any(|wanted| is(value, wanted)),
            Self::NotIncludes(wanted) => !wanted.iter().any(|wanted| is(value, wanted)),
            Self::Greater(bound) => hundredths(&|amount| amount > *bound),
            Self::GreaterOrEqual(bound) => hundredths(&|amount| amount >= *bound),
            Self::Less(bound) => hundredths(&|amount| amount < *bound),
            Self::LessOrEqual(bound) => hundredths(&|amount| amount <= *bound),
            Self::After(bound) => value.as_str().is_some_and(|time| time > bound.as_str()),
            Self::Before(bound) => value.as_str().is_some_and(|time| time < bound.as_str()),
            Self::Within(days) => value.as_str().is_some_and(|time| days.contain(time)),
        }
    }
}

/// A point in time as the rows write it, so that texts compare like times.
fn moment(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim_end_matches('Z');
    let complete = text.parse::<jiff::civil::DateTime>().is_ok();
    complete.then(|| text.to_owned())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Whether a value, or one of a list of values, is the wanted one.
fn is(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Array(items) => items.iter().any(|item| is(item, wanted)),
        other => plain(other).is_some_and(|text| text == wanted),
    }
}
