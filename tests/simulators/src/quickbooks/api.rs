//! `/v3/company/{realmId}/…`: who may ask, how often, and who answers.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, http::StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::books::Books;
use super::fault::{Fault, no_such_resource};
use super::kind::Kind;
use super::object::{Object, set};
use super::params::Params;
use super::server::{Company, Server};
use super::write::{Leniency, Operation, write};
use super::{batch, cdc, clock, query, reports};
use crate::faults::Touch;

/// The largest body taken; the real limit is not documented.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// The longest `requestid`, by the fault that integrators quote.
const LONGEST_REQUEST_ID: usize = 50;

/// A request as the API sees it.
struct Call {
    method: Method,
    path: String,
    params: Params,
    headers: HeaderMap,
    body: Bytes,
    touch: Option<Touch>,
}

/// Answers any request below `/v3/company`.
pub(crate) async fn serve(State(server): State<Arc<Server>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let call = Call {
        method: head.method,
        path: head.uri.path().to_owned(),
        params: Params::parse(head.uri.query().unwrap_or_default().as_bytes()),
        headers: head.headers,
        body,
        touch: head.extensions.get::<Touch>().copied(),
    };
    let now = server.options.clock.now();
    match answer(&server, &call, now) {
        Ok(body) => {
            let version = [("qbo-version", HeaderValue::from_static("1988.128"))];
            (version, Json(body)).into_response()
        }
        Err(fault) => fault.response(now),
    }
}

fn answer(server: &Server, call: &Call, now: Timestamp) -> Result<Value, Fault> {
    let mut segments = call.path.trim_matches('/').split('/').skip(2);
    let realm = segments.next().unwrap_or_default();
    let resource: Vec<&str> = segments.collect();
    let mut company = server.company();
    admit(server, &mut company, call, realm, &resource, now)?;
    match (&call.method, resource.as_slice()) {
        (&Method::GET | &Method::POST, ["query"]) => {
            let statement = statement(call)?;
            touch(&mut company.books, call.touch, &statement, now);
            let answer = query::run(&company.books, &statement)?;
            Ok(timed("QueryResponse", answer.into(), now))
        }
        (&Method::GET, ["cdc"]) => {
            let entities = call.params.get("entities").ok_or(Fault::RequiredMissing("entities"))?;
            let since =
                call.params.get("changedSince").ok_or(Fault::RequiredMissing("changedSince"))?;
            let changes =
                cdc::changes(&company.books, entities, since, server.options.lookback(), now)?;
            Ok(timed("CDCResponse", changes, now))
        }
        (&Method::GET, ["reports", name]) => reports::run(&company.books, name, &call.params, now),
        (&Method::POST, ["batch"]) => once(&mut company, call, |books| {
            Ok(timed("BatchItemResponse", batch::run(books, &json_body(&call.body)?, now)?, now))
        }),
        (&Method::GET, ["companyinfo", id]) if *id == realm => {
            read(&company.books, Kind::CompanyInfo, "1", now)
        }
        (&Method::GET, ["preferences"]) => read(&company.books, Kind::Preferences, "1", now),
        (&Method::GET, [entity, id]) => {
            read(&company.books, entity_of(entity, &call.path)?, id, now)
        }
        (&Method::POST, [entity]) => {
            let kind = entity_of(entity, &call.path)?;
            once(&mut company, call, |books| {
                let body = json_body(&call.body)?;
                let object = write(
                    books,
                    kind,
                    operation(&call.params)?,
                    &body,
                    leniency(&call.params),
                    now,
                )?;
                Ok(timed(kind.name(), object.into(), now))
            })
        }
        _ => Err(no_such_resource(&call.path)),
    }
}

/// Token, then company, then limits.
fn admit(
    server: &Server,
    company: &mut Company,
    call: &Call,
    realm: &str,
    resource: &[&str],
    now: Timestamp,
) -> Result<(), Fault> {
    let token = call.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.split_once(' '));
    let token =
        token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token);
    // That a missing token is worded so is inferred.
    let token =
        token.ok_or_else(|| Fault::Unauthenticated("Missing Authorization header".to_owned()))?;
    if !company.grants.admits(token, now) {
        return Err(Fault::Unauthenticated("Token expired: REDACTED".to_owned()));
    }
    if realm != server.seed.realm_id {
        return Err(Fault::Forbidden);
    }
    let meters = &mut company.meters;
    let options = &server.options;
    let special = match resource.first() {
        Some(&"batch") => meters.batches.admits(options.batches_per_minute, now),
        Some(&"reports") => meters.reports.admits(options.reports_per_minute, now),
        _ => true,
    };
    if special && meters.requests.admits(options.requests_per_minute, now) {
        Ok(())
    } else {
        Err(Fault::Throttled)
    }
}

/// The statement of a query: a parameter, or a body of plain text.
fn statement(call: &Call) -> Result<String, Fault> {
    if call.method == Method::GET {
        return call.params.get("query").map(str::to_owned).ok_or(Fault::RequiredMissing("query"));
    }
    let content_type =
        call.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !["application/text", "text/plain"].iter().any(|text| content_type.starts_with(text)) {
        // Documented is application/text alone; the fault is inferred.
        return Err(Fault::UnsupportedOperation(format!("query by Content-Type {content_type}")));
    }
    String::from_utf8(call.body.to_vec())
        .map_err(|_| Fault::QueryParse("QueryParserError: not UTF-8".to_owned()))
}

fn read(books: &Books, kind: Kind, id: &str, now: Timestamp) -> Result<Value, Fault> {
    let id: u64 = id.parse().map_err(|_| Fault::InvalidId(id.to_owned()))?;
    let object = books.get(kind, id).ok_or(Fault::NotFound)?;
    Ok(timed(kind.name(), object.clone().into(), now))
}

/// Runs a write, or repeats its first answer if its `requestid` was seen before. Failures are not kept:
/// they changed nothing (inferred).
fn once(
    company: &mut Company,
    call: &Call,
    write: impl FnOnce(&mut Books) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    let Some(id) = call.params.get("requestid") else {
        return write(&mut company.books);
    };
    if id.len() > LONGEST_REQUEST_ID {
        return Err(Fault::Business(format!(
            "You cannot enter more than {LONGEST_REQUEST_ID} characters in the request_id field."
        )));
    }
    if let Some(reply) = company.replies.get(id) {
        return Ok(reply.clone());
    }
    let reply = write(&mut company.books)?;
    company.replies.insert(id.to_owned(), reply.clone());
    Ok(reply)
}

fn entity_of(segment: &str, path: &str) -> Result<Kind, Fault> {
    Kind::parse(segment).ok_or_else(|| no_such_resource(path))
}

fn operation(params: &Params) -> Result<Operation, Fault> {
    match params.get("operation") {
        None | Some("update") if params.lists("include", "void") => Ok(Operation::Void),
        None | Some("update" | "create") => Ok(Operation::Save),
        Some("delete") => Ok(Operation::Delete),
        Some("void") => Ok(Operation::Void),
        Some(other) => Err(Fault::UnsupportedOperation(other.to_owned())),
    }
}

fn leniency(params: &Params) -> Leniency {
    Leniency { duplicate_document_numbers: params.lists("include", "allowduplicatedocnum") }
}

/// Wording of the refusal inferred.
fn json_body(body: &[u8]) -> Result<Object, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::UnsupportedProperty(format!("{error}")))
}

fn timed(member: &str, content: Value, now: Timestamp) -> Value {
    let time = clock::in_milliseconds(now).into();
    Value::Object(Object::from_iter([(member.to_owned(), content), ("time".to_owned(), time)]))
}

/// Changes some rows, in nothing that is money, before a later page is read.
fn touch(books: &mut Books, touch: Option<Touch>, statement: &str, now: Timestamp) {
    let (Some(touch), Some(kind)) = (touch, query::wants_inner_page(statement)) else {
        return;
    };
    let rows: Vec<(u64, Object)> =
        books.all(kind).map(|(id, object)| (id, object.clone())).collect();
    let first = usize::try_from(touch.draw).unwrap_or(0).checked_rem(rows.len()).unwrap_or(0);
    let note = if kind == Kind::Customer { "Notes" } else { "PrivateNote" };
    for (id, mut object) in
        rows.into_iter().skip(first).take(usize::try_from(touch.rows).unwrap_or(0))
    {
        if super::fields::is_known(kind, note) {
            set(&mut object, note, format!("touched by draw {}", touch.draw));
        }
        books.update(kind, id, object, now);
    }
}
