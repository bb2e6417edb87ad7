//! A proxy before the table that asks for, and adds up, the capacity each request consumes. It
//! answers for the services beside the table, too.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response, StatusCode, header},
    routing::post,
};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::{Failure, services};

/// Operations that can tell what they consumed, and whether they write.
const OPERATIONS: [(&str, bool); 9] = [
    ("BatchGetItem", false),
    ("BatchWriteItem", true),
    ("DeleteItem", true),
    ("GetItem", false),
    ("PutItem", true),
    ("Query", false),
    ("Scan", false),
    ("TransactWriteItems", true),
    ("UpdateItem", true),
];

/// What was consumed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Units {
    pub(crate) read: f64,
    pub(crate) write: f64,
    pub(crate) requests: u32,
    /// How long the table was at it.
    pub(crate) waited: Duration,
}

/// The proxy.
#[derive(Debug, Clone)]
pub(crate) struct Meter {
    pub(crate) address: SocketAddr,
    counted: Arc<Mutex<Units>>,
}

#[derive(Clone)]
struct Proxy {
    table: String,
    http: reqwest::Client,
    counted: Arc<Mutex<Units>>,
}

impl Meter {
    /// Stands before the table at that address.
    pub(crate) async fn start(table: SocketAddr) -> Result<Self, Failure> {
        let counted = Arc::new(Mutex::new(Units::default()));
        let proxy = Proxy {
            table: format!("http://{table}/"),
            http: reqwest::Client::new(),
            counted: Arc::clone(&counted),
        };
        let routes = Router::new().route("/", post(forward)).with_state(proxy);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { address, counted })
    }

    /// What was consumed since the last question.
    pub(crate) fn take(&self) -> Units {
        std::mem::take(&mut *self.counted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn forward(State(proxy): State<Proxy>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let begin = Instant::now();
    let passed = proxy.pass(&headers, &body).await;
    proxy.counted.lock().unwrap_or_else(PoisonError::into_inner).waited += begin.elapsed();
    match passed {
        Ok(response) => response,
        Err(failure) => {
            let mut response = Response::new(Body::from(failure.to_string()));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response
        }
    }
}

impl Proxy {
    async fn pass(&self, headers: &HeaderMap, body: &Bytes) -> Result<Response<Body>, Failure> {
        let target = headers.get("x-amz-target").and_then(|it| it.to_str().ok());
        if let Some(answer) = target.and_then(services::answer) {
            return Ok(Response::new(Body::from(answer.to_string())));
        }
        let name = target.and_then(|it| it.rsplit('.').next()).unwrap_or_default();
        let metered = OPERATIONS.iter().find(|(known, _)| *known == name);
        let is_shared = name == "UpdateItem" && is_for_many(body)?;
        let body = if metered.is_some() { asking(body)? } else { body.to_vec() };
        let mut request = self.http.post(&self.table).body(body);
        for (key, value) in headers {
            if ![header::HOST, header::CONTENT_LENGTH].contains(key) {
                request = request.header(key, value);
            }
        }
        let answer = request.send().await?;
        let mut response = Response::builder().status(answer.status());
        for (key, value) in answer.headers() {
            if ![header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(key) {
                response = response.header(key, value);
            }
        }
        let text = answer.bytes().await?;
        if let Some((_, writes)) = metered.filter(|_| !is_shared) {
            self.count(consumed(&text)?, *writes);
        }
        Ok(response.body(Body::from(text))?)
    }

    fn count(&self, units: f64, writes: bool) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.requests += 1;
        if writes {
            counted.write += units;
        } else {
            counted.read += units;
        }
    }
}

/// Whether a write is made for many requests, and comes with whichever is there: one that counts
/// them, about once a minute, and one that leases a block of the rate limit's tokens. What those
/// cost a request is tested where they are made.
fn is_for_many(body: &[u8]) -> Result<bool, Failure> {
    let request: Value = serde_json::from_slice(body)?;
    let partition = request.pointer("/Key/pk/S").and_then(Value::as_str);
    let shared = |partition: &str| ["#METRICS", "#LIMIT"].iter().any(|it| partition.ends_with(it));
    Ok(partition.is_some_and(shared))
}

fn asking(body: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut request: Value = serde_json::from_slice(body)?;
    if let Some(request) = request.as_object_mut() {
        request.insert("ReturnConsumedCapacity".to_owned(), "TOTAL".into());
    }
    Ok(serde_json::to_vec(&request)?)
}

/// The units an answer speaks of: of one table, or of several.
fn consumed(answer: &[u8]) -> Result<f64, Failure> {
    let answer: Value = serde_json::from_slice(answer)?;
    let units = |it: &Value| it.get("CapacityUnits").and_then(Value::as_f64).unwrap_or(0.0);
    Ok(match answer.get("ConsumedCapacity") {
        Some(Value::Array(tables)) => tables.iter().map(units).sum(),
        Some(table) => units(table),
        None => 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_one_table_and_of_several_are_added_up() {
        let one = br#"{"ConsumedCapacity": {"CapacityUnits": 1.5}}"#;
        let two = br#"{"ConsumedCapacity": [{"CapacityUnits": 2.0}, {"CapacityUnits": 0.5}]}"#;
        let read = |text| format!("{:.1}", consumed(text).unwrap());
        assert_eq!([read(&one[..]), read(&two[..]), read(b"{}")], ["1.5", "2.5", "0.0"]);
    }

    #[test]
    fn what_is_written_for_many_requests_is_no_part_of_one() {
        let write = |partition| format!(r#"{{"Key": {{"pk": {{"S": "org_1#{partition}"}}}}}}"#);
        assert!(is_for_many(write("METRICS").as_bytes()).unwrap());
        assert!(is_for_many(write("LIMIT").as_bytes()).unwrap());
        assert!(!is_for_many(write("RATE").as_bytes()).unwrap());
    }

    #[test]
    fn the_table_is_asked_to_tell() {
        let asked: Value = serde_json::from_slice(&asking(b"{\"Key\": {}}").unwrap()).unwrap();
        assert_eq!(asked["ReturnConsumedCapacity"], "TOTAL");
    }
}
