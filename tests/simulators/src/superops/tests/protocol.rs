//! Headers, validation, errors, shapes.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::app::App;
use crate::faults::FaultPlan;

const CLIENTS: &str =
    "query($in: ListInfoInput!) { getClientList(input: $in) { clients { accountId name } } }";

fn request(headers: &[(&str, &str)]) -> Request<Body> {
    let request = headers
        .iter()
        .fold(Request::post("/msp"), |request, (name, value)| request.header(*name, *value));
    request.body(Body::from(json!({ "query": "{ __typename }" }).to_string())).unwrap()
}

#[tokio::test]
async fn a_wrong_token_gets_401_and_a_wrong_or_missing_subdomain_400_with_an_empty_body() {
    let app = App::new();
    let good = ("Authorization", "Bearer techwave-api-token");
    let status = async |headers: &[(&str, &str)]| app.send(request(headers)).await.unwrap();
    let home = ("CustomerSubDomain", "techwave");
    assert_eq!(status(&[home]).await.0, StatusCode::UNAUTHORIZED);
    let bad = ("Authorization", "Bearer guess");
    assert_eq!(status(&[home, bad]).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&[good]).await, (StatusCode::BAD_REQUEST, Value::Null));
    let other = ("CustomerSubDomain", "elsewhere");
    assert_eq!(status(&[good, other]).await.0, StatusCode::BAD_REQUEST);
    let (found, body) = status(&[good, home]).await;
    assert_eq!((found, body), (StatusCode::OK, json!({ "data": { "__typename": "Query" } })));
}

#[tokio::test]
async fn unknown_fields_are_refused_in_the_words_of_graphql_java() {
    let app = App::new();
    let query = "{ getClientList(input: {}) { clients { id } } }";
    let (status, body) = app.ask(query, Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    let error = &body["errors"][0];
    assert_eq!(error["extensions"]["classification"], "ValidationError");
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("Validation error of type FieldUndefined"), "{message}");
    assert_eq!(error["locations"][0], json!({ "line": 1, "column": 40 }));
    assert!(body.get("data").is_none());
}

#[tokio::test]
async fn associations_are_leaves() {
    let app = App::new();
    let query = "{ getTicketList(input: {}) { tickets { client { name } } } }";
    let (_, body) = app.ask(query, Value::Null).await;
    let message = body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("SubSelectionNotAllowed"), "{message}");
    let data = app.data("{ getTicketList(input: {}) { tickets { client } } }", Value::Null).await;
    assert!(data["getTicketList"]["tickets"][0]["client"]["name"].is_string());
}

#[tokio::test]
async fn syntax_errors_and_wrong_variables_are_refused() {
    let app = App::new();
    let (status, body) = app.ask("{ getClientList(", Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["errors"][0]["extensions"]["classification"], "InvalidSyntax");
    let (_, body) = app.ask(CLIENTS, json!({ "in": { "page": "first" } })).await;
    assert_eq!(body["errors"][0]["extensions"]["classification"], "ValidationError");
    let (_, body) = app.ask(CLIENTS, json!({})).await;
    assert_eq!(body["errors"][0]["extensions"]["classification"], "ValidationError");
    let request = Request::post("/msp")
        .header("Authorization", "Bearer techwave-api-token")
        .header("CustomerSubDomain", "techwave");
    let (status, _) = app.send(request.body(Body::from("{")).unwrap()).await.unwrap();
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn aliases_fragments_and_introspection_work() {
    let app = App::new();
    let query = "query All($in: ListInfoInput!) {
        found: getClientList(input: $in) { rows: clients { ...Name __typename } }
        __type(name: \"CreateTicketInput\") { name }
    } fragment Name on Client { called: name }";
    let data = app.data(query, json!({ "in": { "pageSize": 1 } })).await;
    let row = &data["found"]["rows"][0];
    assert_eq!((&row["called"], &row["__typename"]), (&json!("Acme Dental LLC"), &json!("Client")));
    assert_eq!(data["__type"]["name"], "CreateTicketInput");
}

#[tokio::test]
async fn nested_objects_are_projected() {
    let app = App::new();
    let query = "{ getClientContractList { clientContracts {
        contractId client startDate contractStatus
        contract { name contractType billableContract { sellingPrice { details { value } } } }
    } } }";
    let data = app.data(query, Value::Null).await;
    let contract = &data["getClientContractList"]["clientContracts"][0];
    assert_eq!(contract["contract"]["contractType"], "SERVICE");
    let price = &contract["contract"]["billableContract"]["sellingPrice"]["details"][0];
    assert!(price["value"].as_str().unwrap().ends_with(".00"));
    assert_eq!(price.as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn single_objects_are_found_by_id_or_reported_absent() {
    let app = App::new();
    let ticket = app.seed.tickets[7].clone();
    let query = "query($id: ID!) { getTicket(input: { ticketId: $id }) { subject client } }";
    let data = app.data(query, json!({ "id": ticket["ticketId"] })).await;
    assert_eq!(data["getTicket"]["subject"], ticket["subject"]);
    let (_, body) = app.ask(query, json!({ "id": "1" })).await;
    let error = &body["errors"][0];
    assert_eq!(error["message"], Value::Null);
    assert_eq!(error["path"], json!(["getTicket"]));
    let client = &error["extensions"]["clientError"][0];
    assert_eq!(client["code"], "entity_does_not_exist");
    assert_eq!(client["param"]["attributes"], json!(["ticketId"]));
    assert_eq!(body["data"], json!({ "getTicket": null }));
}

#[tokio::test]
async fn worklogs_need_a_module_and_come_from_it() {
    let app = App::new();
    let query = "query($in: GetWorklogEntriesInput!) {
        getWorklogEntries(input: $in) { entries { itemId qty workItem } listInfo { totalCount } } }";
    assert_eq!(app.code(query, json!({ "in": {} })).await, "mandatory_validation_failed");
    let mut total = 0;
    for module in ["TICKET", "PROJECT"] {
        let data = app.data(query, json!({ "in": { "module": module } })).await;
        let list = &data["getWorklogEntries"];
        let entries = list["entries"].as_array().unwrap();
        assert!(entries.iter().all(|entry| entry["workItem"]["module"] == module));
        total += list["listInfo"]["totalCount"].as_u64().unwrap();
    }
    assert_eq!(total, 600);
}

#[tokio::test]
async fn ids_in_associations_keep_every_digit() {
    let app = App::new();
    let query = "query($in: GetClientSiteListInput!) { getClientSiteList(input: $in) { sites { id client } } }";
    let client = &app.seed.clients[2];
    let data = app.data(query, json!({ "in": { "clientId": client["accountId"] } })).await;
    let sites = data["getClientSiteList"]["sites"].as_array().unwrap();
    assert!(!sites.is_empty());
    for site in sites {
        let owner = &site["client"]["accountId"];
        assert!(owner.is_number());
        assert_eq!(owner.to_string(), client["accountId"].as_str().unwrap());
    }
}

#[tokio::test]
async fn operations_that_are_not_served_and_mutations_are_forbidden() {
    let app = App::new();
    let list = "{ getAlertList(input: {}) { alerts { id } } }";
    assert_eq!(app.code(list, Value::Null).await, "forbidden");
    let mutation = "mutation { createTicket(input: {
        subject: \"x\", client: { accountId: \"1\" }, source: EMAIL }) { ticketId } }";
    assert_eq!(app.code(mutation, Value::Null).await, "forbidden");
}

#[tokio::test]
async fn beyond_the_rate_limit_the_answer_is_an_error_with_status_200() {
    let app = App::with(|seed| seed.requests_per_minute = 2, FaultPlan::default());
    for _ in 0..2 {
        app.data("{ __typename }", Value::Null).await;
    }
    assert_eq!(app.code("{ __typename }", Value::Null).await, "rate_limit_exceeded");
    assert_eq!(app.post("/_control/reset", &json!({})).await, StatusCode::NO_CONTENT);
    app.data("{ __typename }", Value::Null).await;
}

#[tokio::test]
async fn raw_state_has_every_object() {
    let app = App::new();
    let raw = app.get("/_raw").await;
    let count = |list: &str| raw[list].as_array().unwrap().len();
    assert_eq!(count("tickets"), app.seed.tickets.len());
    assert_eq!(count("worklogs"), app.seed.worklogs.len());
    assert_eq!(count("clients"), app.seed.clients.len());
    let listed = raw["clients"].as_array().unwrap();
    assert!(listed.is_sorted_by_key(|client| client["accountId"].as_str().unwrap().to_owned()));
}

/// Every field of the served types can be asked for, as deep as the types go, and is delivered.
#[tokio::test]
async fn every_field_of_every_served_type_answers() {
    let app = App::new();
    let schema = super::super::schema::load().unwrap();
    let lists = [
        ("getClientList(input: {})", "clients", "Client"),
        ("getClientSiteList(input: {})", "sites", "ClientSite"),
        ("getTechnicianList(input: {})", "userList", "Technician"),
        ("getServiceItemList(input: {})", "items", "ServiceItem"),
        ("getClientContractList(input: {})", "clientContracts", "ClientContract"),
        ("getTicketList(input: {})", "tickets", "Ticket"),
        ("getWorklogEntries(input: { module: TICKET })", "entries", "WorklogEntry"),
    ];
    for (list, rows, type_name) in lists {
        let fields = selection(&schema, type_name, 3);
        let data =
            app.data(&format!("{{ list: {list} {{ {rows} {{ {fields} }} }} }}"), Value::Null).await;
        assert!(!data["list"][rows].as_array().unwrap().is_empty(), "{type_name}");
    }
}

fn selection(schema: &apollo_compiler::Schema, type_name: &str, depth: u32) -> String {
    let fields = schema.get_object(type_name).unwrap().fields.iter();
    let selected = fields.filter_map(|(name, field)| {
        let inner = field.ty.inner_named_type().as_str();
        match schema.get_object(inner) {
            None => Some(name.to_string()),
            Some(_) if depth > 0 => {
                Some(format!("{name} {{ {} }}", selection(schema, inner, depth - 1)))
            }
            Some(_) => None,
        }
    });
    selected.collect::<Vec<_>>().join(" ")
}
