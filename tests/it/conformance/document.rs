//! The document, and what it says of an answer.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Map, Value, json};

/// Headers of every answer, whatever it is.
const HEADERS: [&str; 7] = [
    "x-request-id",
    "cache-control",
    "content-security-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
];

/// The document.
pub(crate) struct Document {
    whole: Value,
    pub(crate) operations: Vec<Operation>,
    /// What was made of schemas before, by their text: making it takes longer than asking.
    validators: Mutex<BTreeMap<String, Arc<Validator>>>,
}

/// An operation as documented.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) told: Value,
}

/// What was answered, to the last header.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// Where the first refused value is.
    pub(crate) fn refused(&self) -> String {
        self.json()["errors"][0]["path"].as_str().unwrap_or_default().to_owned()
    }
}

impl Operation {
    pub(crate) fn label(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it needs no sign-in.
    pub(crate) fn is_public(&self) -> bool {
        self.told["security"] == json!([{}])
    }

    pub(crate) fn parameters(&self, place: &str) -> Vec<&Value> {
        let all = self.told["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == place).collect()
    }

    /// The documented example of its body.
    pub(crate) fn example(&self) -> Option<Value> {
        let content = self.told.pointer("/requestBody/content/application~1json")?;
        let example = content.get("example");
        Some(example.unwrap_or_else(|| panic!("{} has no example", self.label())).clone())
    }
}

impl Document {
    pub(crate) fn read() -> Self {
        let whole: Value = serde_json::from_str(&clearmargin_local::document().unwrap()).unwrap();
        let mut operations = Vec::new();
        for (path, item) in whole["paths"].as_object().unwrap() {
            for (method, told) in item.as_object().unwrap() {
                let method = method.to_uppercase().parse().unwrap();
                operations.push(Operation { method, path: path.clone(), told: told.clone() });
            }
        }
        Self { whole, operations, validators: Mutex::default() }
    }

    /// What a reference leads to; anything else is itself.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(place) => self.whole.pointer(place.trim_start_matches('#')).unwrap(),
            None => value,
        }
    }

    /// The properties of an operation's body, with whether each is required.
    pub(crate) fn fields(&self, operation: &Operation) -> Vec<(String, bool)> {
        let content = operation.told.pointer("/requestBody/content/application~1json").unwrap();
        let schema = self.resolve(&content["schema"]);
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let nothing = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&nothing);
        properties.keys().map(|name| (name.clone(), required.contains(&json!(name)))).collect()
    }

    /// Fails unless the answer is one that the operation documents, in status, type and body.
    pub(crate) fn covers(&self, operation: &Operation, answer: &Answer) {
        let label = operation.label();
        for name in HEADERS {
            assert!(answer.headers.contains_key(name), "{label}: no {name}: {answer:?}");
        }
        let documented = &operation.told["responses"][answer.status.to_string()];
        assert!(!documented.is_null(), "{label}: {} is not documented: {answer:?}", answer.status);
        let Some(content) = self.resolve(documented)["content"].as_object() else {
            assert_eq!(answer.text, "", "{label}: a body that is not documented");
            return;
        };
        let kind = answer.headers["content-type"].split(';').next().unwrap().to_owned();
        let schema = content.get(&kind).unwrap_or_else(|| panic!("{label}: {kind}")).get("schema");
        if kind.ends_with("json") {
            let body = answer.json();
            let validator = self.validator(schema.unwrap());
            let faults: Vec<_> =
                validator.iter_errors(&body).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{label} {}: {faults:?}", answer.status);
        }
    }

    /// Whether the value is one that a schema of the document allows.
    pub(crate) fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut known = self.validators.lock().unwrap();
        let validator = known.entry(schema.to_string()).or_insert_with(|| {
            let mut root = schema.clone();
            root["components"] = self.whole["components"].clone();
            jsonschema::options().should_validate_formats(true).build(&root).unwrap().into()
        });
        Arc::clone(validator)
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_is_described() {
    let document = Document::read();
    let mut names: Vec<_> =
        document.operations.iter().map(|one| one.told["operationId"].as_str().unwrap()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), document.operations.len());
    for operation in &document.operations {
        assert!(operation.told["summary"].is_string(), "{}", operation.label());
        assert_eq!(
            operation.told["tags"].as_array().map(Vec::len),
            Some(1),
            "{}",
            operation.label()
        );
    }
}

#[test]
fn examples_of_bodies_are_valid_and_every_body_has_one() {
    let document = Document::read();
    let mut bodies = 0;
    for operation in &document.operations {
        let Some(example) = operation.example() else { continue };
        let content = operation.told.pointer("/requestBody/content/application~1json").unwrap();
        let faults = document.validator(&content["schema"]).iter_errors(&example).count();
        assert_eq!(faults, 0, "{}: {example}", operation.label());
        bodies += 1;
    }
    assert!(bodies >= 5, "{bodies}");
}
