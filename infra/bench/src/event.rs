//! Events as API Gateway sends them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::plan::Route;

/// What is filled in for `{name}` in paths and bodies.
pub(crate) type Fill = BTreeMap<String, String>;

/// The event of a call of that route.
pub(crate) fn of(route: &Route, fill: &Fill, number: usize) -> String {
    let path = filled(&route.path, fill, number);
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    let body = route.body.as_ref().map(|body| filled(&body.to_string(), fill, number));
    let mut headers = json!({
        "accept": "application/json",
        "content-type": "application/json",
        "host": "bench.execute-api.us-east-1.amazonaws.com",
        // Another run's requests are others, on the same table, too.
        "idempotency-key": format!("bench-{}-{}-{number}", std::process::id(), route.path),
    });
    if let (Some(token), Some(headers)) = (fill.get("token"), headers.as_object_mut()) {
        headers.insert("authorization".to_owned(), Value::String(format!("Bearer {token}")));
        if route.method == "GET" {
            headers.remove("idempotency-key");
        }
    }
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "domainName": "bench.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "bench",
            "http": {
                "method": route.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "bench",
            },
            "requestId": format!("bench{number}"),
            "routeKey": "$default",
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1_767_225_600_000_i64,
        },
        "body": body,
        "isBase64Encoded": false,
    })
    .to_string()
}

fn filled(text: &str, fill: &Fill, number: usize) -> String {
    let text = text.replace("{n}", &format!("{number:02}"));
    fill.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_in_and_calls_are_counted() {
        let fill = Fill::from([("client".to_owned(), "cli_1".to_owned())]);
        assert_eq!(filled("/clients/{client}?day={n}", &fill, 3), "/clients/cli_1?day=03");
    }
}
