//! The GraphQL schema: what may be asked.

use apollo_compiler::schema::SchemaBuilder;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::Value;

use super::error::Refusal;

/// The reference of January 2026.
const BASE: &str = include_str!("../../schema/msp.graphql");
/// What was added until August 2026.
const ADDITIONS: &str = include_str!("../../schema/msp-additions-2026-08.graphql");

/// Why the stored schema cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the stored schema is not valid: {0}")]
pub struct SchemaError(String);

/// Reads the stored schema.
pub(super) fn load() -> Result<Valid<Schema>, SchemaError> {
    let builder = SchemaBuilder::new()
        .parse(BASE, "msp.graphql")
        .parse(ADDITIONS, "msp-additions-2026-08.graphql");
    let refused = |error: &dyn std::fmt::Display| SchemaError(error.to_string());
    let schema = builder.build().map_err(|failed| refused(&failed.errors))?;
    schema.validate().map_err(|failed| refused(&failed.errors))
}

/// Reads a query and checks it against the schema.
pub(super) fn parse(
    schema: &Valid<Schema>,
    query: &str,
) -> Result<Valid<ExecutableDocument>, Vec<Refusal>> {
    ExecutableDocument::parse_and_validate(schema, query, "query.graphql").map_err(|failed| {
        let problems = failed.errors.iter();
        let refusals = problems.map(|problem| {
            let location = problem.line_column_range().map(|range| range.start);
            Refusal {
                kind: kind(problem.error.unstable_error_name()),
                text: problem.error.to_string(),
                location: location.map(|at| (at.line, at.column)),
            }
        });
        causes(refusals.collect())
    })
}

/// Leaves out what only follows from another mistake: after a syntax error nothing else counts, and
/// a selection is empty because its fields were refused.
fn causes(mut refusals: Vec<Refusal>) -> Vec<Refusal> {
    if refusals.iter().any(|refusal| refusal.kind.is_none()) {
        refusals.retain(|refusal| refusal.kind.is_none());
    }
    let emptied = refusals
        .iter()
        .any(|refusal| matches!(refusal.kind, Some("FieldUndefined" | "SubSelectionNotAllowed")));
    refusals.retain(|refusal| !emptied || refusal.kind != Some("SubSelectionRequired"));
    refusals
}

/// The words of graphql-java for the kinds of mistakes.
fn kind(name: Option<&str>) -> Option<&'static str> {
    Some(match name? {
        "UndefinedField" => "FieldUndefined",
        "SubselectionOnScalarType" | "SubselectionOnEnumType" => "SubSelectionNotAllowed",
        "MissingSubselection" => "SubSelectionRequired",
        "UndefinedVariable" => "UndefinedVariable",
        "UnusedVariable" => "UnusedVariable",
        "UndefinedFragment" => "UndefinedFragment",
        "UnusedFragment" => "UnusedFragment",
        "UndefinedArgument" => "UnknownArgument",
        "RequiredArgument" => "MissingFieldArgument",
        "DisallowedVariableUsage" => "VariableTypeMismatch",
        "UndefinedDefinition" | "VariableInputType" => "UnknownType",
        _ => "WrongType",
    })
}

/// A JSON value as the executor holds it.
pub(super) fn to_executor(value: &Value) -> apollo_compiler::response::JsonValue {
    use apollo_compiler::response::{JsonMap, JsonValue};
    match value {
        Value::Null => JsonValue::Null,
        Value::Bool(flag) => JsonValue::Bool(*flag),
        Value::Number(number) => JsonValue::Number(number.clone()),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => JsonValue::Array(items.iter().map(to_executor).collect()),
        Value::Object(fields) => {
            let fields =
                fields.iter().map(|(name, value)| (name.as_str().into(), to_executor(value)));
            JsonValue::Object(fields.collect::<JsonMap>())
        }
    }
}

/// The executor's JSON as a plain value.
pub(super) fn from_executor(value: &apollo_compiler::response::JsonValue) -> Value {
    use apollo_compiler::response::JsonValue;
    match value {
        JsonValue::Null => Value::Null,
        JsonValue::Bool(flag) => Value::Bool(*flag),
        JsonValue::Number(number) => Value::Number(number.clone()),
        JsonValue::String(text) => Value::String(text.as_str().to_owned()),
        JsonValue::Array(items) => Value::Array(items.iter().map(from_executor).collect()),
        JsonValue::Object(fields) => {
            let fields = fields.iter();
            let fields =
                fields.map(|(name, value)| (name.as_str().to_owned(), from_executor(value)));
            Value::Object(fields.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_schema_is_valid() {
        assert!(load().is_ok());
    }
}
