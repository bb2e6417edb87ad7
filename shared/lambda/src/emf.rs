//! A request's log line as CloudWatch reads metrics from it: the embedded metric format.
//!
//! The line is the JSON document alone, past the subscriber, since CloudWatch looks at no other. It
//! says what the subscriber's line would have said, so there is no other of a request.

use std::io::Write as _;

use clearmargin_web::Answered;
use serde_json::{Number, Value, json};

/// Prints the line.
pub(crate) fn print(answered: &Answered) {
    let line = format!("{}\n", line(answered));
    // One write, so that no other line gets in between; without an output there is nobody to tell.
    let _unheard = std::io::stdout().lock().write_all(line.as_bytes());
}

fn line(answered: &Answered) -> Value {
    let is = |class: u16| u8::from(answered.status / 100 == class);
    let metric = |name, unit| json!({"Name": name, "Unit": unit});
    json!({
        "_aws": {
            "Timestamp": answered.at.as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": "Clearmargin",
                "Dimensions": [["Route", "Method"]],
                "Metrics": [
                    metric("Requests", "Count"),
                    metric("Latency", "Milliseconds"),
                    metric("Errors4xx", "Count"),
                    metric("Errors5xx", "Count"),
                    metric("ReadUnits", "Count"),
                    metric("WriteUnits", "Count"),
                ],
            }],
        },
        "Route": answered.route.as_deref().unwrap_or("none"),
        "Method": answered.method,
        "Requests": 1,
        "Latency": decimal(answered.latency.as_micros(), 3),
        "Errors4xx": is(4),
        "Errors5xx": is(5),
        "ReadUnits": decimal(answered.consumed.read_tenths.into(), 1),
        "WriteUnits": decimal(answered.consumed.write_tenths.into(), 1),
        // With a level and a timestamp Lambda takes the line as it is.
        "level": "INFO",
        "timestamp": answered.at.to_string(),
        "status": answered.status,
        "requestId": answered.request_id,
        "correlationId": answered.correlation_id,
        "organizationId": answered.org.map(|org| org.to_string()),
    })
}

/// A whole number with its last digits behind the point.
fn decimal(number: u128, digits: usize) -> Value {
    let text = format!("{number:0width$}", width = digits + 1);
    let (whole, rest) = text.split_at(text.len() - digits);
    format!("{whole}.{rest}").parse::<Number>().map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clearmargin_domain::id::OrgId;
    use clearmargin_store::Consumed;
    use jiff::Timestamp;

    use super::*;

    fn answered(status: u16) -> Answered {
        Answered {
            at: Timestamp::from_millisecond(1_500).unwrap(),
            method: "GET",
            route: Some("/api/clients/{id}".to_owned()),
            status,
            latency: Duration::from_micros(1_250),
            consumed: Consumed { read_tenths: 25, write_tenths: 0 },
            org: Some(OrgId::new(Timestamp::UNIX_EPOCH, 1)),
            request_id: "request".to_owned(),
            correlation_id: None,
        }
    }

    /// The document as CloudWatch sees it.
    fn read(answered: &Answered) -> Value {
        let text = line(answered).to_string();
        assert!(!text.contains('\n'));
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn every_metric_and_dimension_that_is_declared_has_a_value() {
        let line = read(&answered(200));
        let declared = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(
            (&declared["Namespace"], &line["_aws"]["Timestamp"]),
            (&json!("Clearmargin"), &json!(1500))
        );
        for metric in declared["Metrics"].as_array().unwrap() {
            let name = metric["Name"].as_str().unwrap();
            assert!(line[name].is_number(), "{name}");
            assert!(["Count", "Milliseconds"].contains(&metric["Unit"].as_str().unwrap()));
        }
        for dimension in declared["Dimensions"][0].as_array().unwrap() {
            assert!(line[dimension.as_str().unwrap()].is_string(), "{dimension}");
        }
        let values =
            ["Requests", "Latency", "ReadUnits", "WriteUnits"].map(|name| line[name].to_string());
        assert_eq!(values, ["1", "1.250", "2.5", "0.0"]);
        assert_eq!(line["timestamp"], "1970-01-01T00:00:01.5Z");
    }

    #[test]
    fn an_error_counts_in_its_class_and_a_path_that_is_not_there_has_no_name() {
        let errors = |status| {
            let line = read(&answered(status));
            (line["Errors4xx"].as_u64().unwrap(), line["Errors5xx"].as_u64().unwrap())
        };
        assert_eq!([200, 304, 404, 503].map(errors), [(0, 0), (0, 0), (1, 0), (0, 1)]);
        let lost = Answered { route: None, org: None, ..answered(404) };
        assert_eq!(
            (&read(&lost)["Route"], &read(&lost)["organizationId"]),
            (&json!("none"), &Value::Null)
        );
    }
}
