//! The policy as a table for people: every operation with every role.

use std::fmt::Write as _;

use clearmargin_domain::access::{Action, Role};
use serde_json::{Value, json};

use crate::{LocalError, document};

const HEAD: &str = "\
# Who may do what

Every operation with every role, from `openapi.json` and the policy table in
`shared/domain/src/access.rs`. Written by `cargo xtask openapi`; a test asks each operation as each
role and compares.

";

/// The table as Markdown.
pub fn policy() -> Result<String, LocalError> {
    let broken = |error: serde_json::Error| LocalError::Demo(error.to_string());
    let document: Value = serde_json::from_str(&document()?).map_err(broken)?;
    let roles = Role::ALL.map(Role::as_str).join(" | ");
    let mut text = format!("{HEAD}| operation | action | {roles} |\n| --- | --- |");
    text.push_str(&" --- |".repeat(Role::ALL.len()));
    text.push('\n');
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let _ = writeln!(text, "| `{} {path}` | {} |", method.to_uppercase(), row(operation));
        }
    }
    Ok(text.trim_end().to_owned())
}

/// What the operation does, and who may.
fn row(operation: &Value) -> String {
    let all = |word: &'static str| Role::ALL.map(|_| word).join(" | ");
    if operation.get("security") == Some(&json!([{}])) {
        return format!("public | {}", all("yes"));
    }
    let name = operation.get("x-action").and_then(Value::as_str);
    let Some(action) = name.and_then(|name| name.parse::<Action>().ok()) else {
        return format!("not said | {}", all("?"));
    };
    let cells = Role::ALL.map(|role| if role.may(action) { "yes" } else { "no" });
    format!("{action} | {}", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_says_who_may() {
        let table = policy().unwrap();
        assert!(table.lines().count() > 20, "{table}");
        assert!(!table.contains("not said"), "{table}");
    }
}
