//! A document between JSON and DynamoDB.
//!
//! Both have the same kinds of value, and both keep numbers as decimal text, so nothing is lost
//! either way: no number ever passes through a float.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

/// The attribute for a JSON value.
pub(crate) fn to_attribute(value: Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(value) => AttributeValue::Bool(value),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text),
        Value::Array(values) => AttributeValue::L(values.into_iter().map(to_attribute).collect()),
        Value::Object(members) => {
            let members = members.into_iter();
            AttributeValue::M(members.map(|(name, value)| (name, to_attribute(value))).collect())
        }
    }
}

/// The JSON value of an attribute; `None` for what JSON does not have: bytes and sets.
pub(crate) fn from_attribute(attribute: AttributeValue) -> Option<Value> {
    Some(match attribute {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(value) => Value::Bool(value),
        AttributeValue::N(text) => Value::Number(text.parse().ok()?),
        AttributeValue::S(text) => Value::String(text),
        AttributeValue::L(values) => {
            Value::Array(values.into_iter().map(from_attribute).collect::<Option<_>>()?)
        }
        AttributeValue::M(members) => {
            let member = |(name, value)| Some((name, from_attribute(value)?));
            Value::Object(members.into_iter().map(member).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::{collection, prelude::*};

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        scalar.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                collection::hash_map(".{0,4}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_document_comes_back_as_it_was(value in value()) {
            prop_assert_eq!(from_attribute(to_attribute(value.clone())), Some(value));
        }
    }

    #[test]
    fn a_number_is_a_number_to_dynamodb_and_keeps_every_digit() {
        for text in ["7", "-0.1", "12345678901234567890.123456789"] {
            let value: Value = serde_json::from_str(text).unwrap();
            let attribute = to_attribute(value.clone());
            assert_eq!(attribute, AttributeValue::N(text.to_owned()));
            assert_eq!(from_attribute(attribute), Some(value));
        }
    }
}
