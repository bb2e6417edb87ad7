//! What the document says without being told.

use serde_json::{Value, json};

use crate::sample;

fn document() -> Value {
    let (_, document) = clearmargin_web::document(vec![sample::routes()]);
    serde_json::to_value(&document).unwrap()
}

fn statuses(operation: &Value) -> Vec<&str> {
    operation["responses"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn it_is_openapi_3_1_with_a_bearer_token_everywhere_else() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["security"], json!([{"bearer": []}]));
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    assert_eq!(document["paths"]["/sample/hello"]["get"]["security"], json!([{}]));
}

#[test]
fn every_operation_names_its_refusals() {
    let document = document();
    let path = |path: &str, method: &str| document["paths"][path][method].clone();
    assert_eq!(
        statuses(&path("/sample/notes", "post")),
        ["201", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503"]
    );
    assert_eq!(
        statuses(&path("/sample/users/{id}", "get")),
        ["200", "401", "403", "404", "422", "429", "500", "503"]
    );
    assert_eq!(statuses(&path("/sample/hello", "get")), ["200", "422", "429", "500", "503"]);
    let problem = &document["components"]["responses"]["Invalid"]["content"];
    assert_eq!(
        problem["application/problem+json"]["schema"]["$ref"],
        "#/components/schemas/Problem"
    );
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get("$ref") {
                    found.push(reference.clone());
                }
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 10);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn amounts_are_numbers_and_limits_have_bounds() {
    let document = document();
    assert_eq!(document["components"]["schemas"]["Amount"]["type"], "number");
    let parameters = document["paths"]["/sample/notes"]["get"]["parameters"].as_array().unwrap();
    let limit = parameters.iter().find(|parameter| parameter["name"] == "limit").unwrap();
    assert_eq!((&limit["schema"]["maximum"], &limit["in"]), (&json!(100), &json!("query")));
    assert_eq!(limit["required"], json!(false));
}
