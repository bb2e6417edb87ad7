//! Clients as people keep them: made, described, found, put away, with all that is said of them.

mod about;
mod list;
mod profile;

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::bench::Bench;

/// A change of something that names the version it was seen in.
async fn put_if_match(bench: &Bench, path: &str, token: &str, body: &Value, tag: &str) -> Response {
    let url = format!("http://{}{path}", bench.server.address);
    let request = reqwest::Client::new().put(url).bearer_auth(token).json(body);
    request.header("if-match", tag).send().await.unwrap()
}

/// The version of something as an answer tells it.
async fn tag(bench: &Bench, path: &str, token: &str) -> String {
    let url = format!("http://{}{path}", bench.server.address);
    let answer = reqwest::Client::new().get(url).bearer_auth(token).send().await.unwrap();
    answer.headers()["etag"].to_str().unwrap().to_owned()
}

async fn put(bench: &Bench, path: &str, token: &str, body: &Value) -> Value {
    bench.ask(Method::PUT, path, token, body).await.data()
}

/// The status of a deletion, and the code of its refusal.
async fn delete(bench: &Bench, path: &str, token: &str) -> (u16, Value) {
    let answer = bench.ask(Method::DELETE, path, token, &json!({})).await;
    (answer.status.as_u16(), answer.body["code"].clone())
}

/// The status of a refused change, and the first field that was refused.
async fn refused(
    bench: &Bench,
    method: Method,
    path: &str,
    token: &str,
    body: &Value,
) -> (u16, Value) {
    let answer = bench.ask(method, path, token, body).await;
    (answer.status.as_u16(), answer.body["errors"][0]["path"].clone())
}

/// Every page of a list, one row after the other.
async fn all(bench: &Bench, path: &str, token: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let join = if path.contains('?') { '&' } else { '?' };
        let more = if cursor.is_empty() { String::new() } else { format!("cursor={cursor}") };
        let answer = bench.get(&format!("{path}{join}{more}"), token).await;
        assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
        rows.extend(answer.body["data"].as_array().unwrap().clone());
        match answer.body["page"]["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return rows,
        }
    }
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

async fn make(bench: &Bench, token: &str, name: &str) -> String {
    let made = bench.post("/api/clients", token, &json!({"name": name})).await.data();
    made["id"].as_str().unwrap().to_owned()
}
