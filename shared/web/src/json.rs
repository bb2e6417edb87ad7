//! JSON bodies.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use clearmargin_app::{Error, FieldError};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::{
    PartialSchema,
    openapi::{Object, RefOr, schema::Schema},
};

use crate::{Problem, field, refusals};

type Refused = serde_path_to_error::Error<serde_json::Error>;

/// A JSON body. Malformed JSON is 400; values that the type refuses are 422, which names them all.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + PartialSchema> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::not_json());
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|refused| Problem::of_status(refused.status()))?;
        read(&body).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn read<T: DeserializeOwned + PartialSchema>(body: &[u8]) -> Result<T, Problem> {
    if is_list(body) && object::<T>().is_some() {
        // Serde would take its entries for the members, one by one.
        return Err(Problem::invalid(vec![field::invalid("expected an object")]));
    }
    match serde_json::from_slice(body) {
        Err(error) if error.is_data() => read_once_more(&without_empty_fractions(body)),
        read => read.map_err(|error| not_json(&error)),
    }
}

/// A body that was refused as it is, read with `4.0` as the whole number that it is, and all that is
/// refused even so. JSON has one kind of number, and some writers put a point into each.
fn read_once_more<T: DeserializeOwned + PartialSchema>(body: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize(&mut reader) {
        Ok(value) => reader.end().map(|()| value).map_err(|error| not_json(&error)),
        Err(error) if error.inner().is_data() => Err(refusal::<T>(body, &error)),
        Err(error) => Err(not_json(error.inner())),
    }
}

fn not_json(error: &serde_json::Error) -> Problem {
    Problem::malformed(format!("the body is not JSON: {error}"))
}

fn refusal<T: DeserializeOwned + PartialSchema>(body: &[u8], first: &Refused) -> Problem {
    let all = every_refusal::<T>(body).filter(|all| !all.is_empty());
    all.map_or_else(
        || field::refused("", first.path(), &first.inner().to_string()),
        Problem::invalid,
    )
}

/// The text of JSON, each number without a fraction of nothing but zeros. All else stays as it is,
/// so that what is refused otherwise still is.
fn without_empty_fractions(json: &[u8]) -> Vec<u8> {
    let (mut kept, mut rest, mut quoted) = (Vec::with_capacity(json.len()), json, false);
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, quoted) {
            (b'"', _) => quoted = !quoted,
            (b'\\', true) => {
                kept.push(*first);
                let [escaped, after @ ..] = rest else { break };
                kept.push(*escaped);
                rest = after;
                continue;
            }
            (b'.', false) => {
                let zeros = rest.iter().take_while(|digit| **digit == b'0').count();
                let (_, next) = rest.split_at(zeros);
                if zeros > 0 && !matches!(next, [b'0'..=b'9' | b'e' | b'E', ..]) {
                    rest = next;
                    continue;
                }
            }
            _ => {}
        }
        kept.push(*first);
    }
    kept
}

/// All that is wrong with a body; none when it says a thing twice, or is no JSON further on.
fn every_refusal<T: DeserializeOwned + PartialSchema>(body: &[u8]) -> Option<Vec<FieldError>> {
    let value = serde_json::from_slice(body).ok()?;
    let required = object::<T>().map(|object| object.required).unwrap_or_default();
    Some(refusals::all::<T>(&value, &required))
}

fn is_list(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"[")
}

/// The schema of a type that is an object.
fn object<T: PartialSchema>() -> Option<Object> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => Some(object),
        RefOr::T(_) | RefOr::Ref(_) => None,
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        write(StatusCode::OK, &self.0)
    }
}

/// An answer with that JSON body.
pub(crate) fn write<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => {
            let json = HeaderValue::from_static("application/json");
            let headers = [(CONTENT_TYPE, json), (CONTENT_LENGTH, body.len().into())];
            (status, headers, body).into_response()
        }
        Err(error) => Problem::from(Error::internal(error)).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, utoipa::ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Line {
        quantity: u8,
    }

    #[derive(Debug, Deserialize, PartialEq, utoipa::ToSchema)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Order {
        placed_on: String,
        lines: Vec<Line>,
    }

    fn answer(body: &str) -> (u16, Value) {
        let problem = read::<Order>(body.as_bytes()).unwrap_err();
        let text = format!("{problem:?}");
        let response = problem.into_response();
        let status = response.status().as_u16();
        let problem = response.extensions().get::<Problem>().unwrap().document("", "");
        let errors = serde_json::to_value(&problem).unwrap();
        assert!(!text.is_empty());
        (status, errors.get("errors").unwrap().clone())
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        assert_eq!(read::<Line>(br#"{"quantity": 4.0}"#).unwrap(), Line { quantity: 4 });
        let order = r#"{"placedOn": "\"4.0\\\"", "lines": [{"quantity": 4.00}, {"quantity": 5}]}"#;
        let order = read::<Order>(order.as_bytes()).unwrap();
        assert_eq!(order.placed_on, r#""4.0\""#);
        assert_eq!(order.lines, [Line { quantity: 4 }, Line { quantity: 5 }]);
        for refused in ["4.5", "256.0", "-1.0", "1e300", "4.0, \"quantity\": 4"] {
            let body = format!(r#"{{"quantity": {refused}}}"#);
            assert!(read::<Line>(body.as_bytes()).is_err(), "{refused}");
        }
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for body in [
            "",
            "{",
            "{\"placedOn\":}",
            "nonsense",
            "{\"placedOn\":\"a\",\"lines\":[]} x",
            "{\"placedOn\":\"a\",\"lines\":[{\"quantity\":4.0}]} x",
        ] {
            assert_eq!(answer(body), (400, json!([])), "{body}");
        }
    }

    #[test]
    fn everything_that_is_refused_is_named() {
        let all = |body: &str| {
            let (status, errors) = answer(body);
            assert_eq!(status, 422, "{body}");
            let word = |error: &Value| {
                format!("{} {}", error["path"].as_str().unwrap(), error["code"].as_str().unwrap())
            };
            let mut words: Vec<_> = errors.as_array().unwrap().iter().map(word).collect();
            words.sort_unstable();
            words.join(", ")
        };
        for (body, refused) in [
            ("{}", "lines required, placedOn required"),
            (r#"{"placedOn":1,"lines":2,"x":3}"#, "lines invalid, placedOn invalid, x unknown"),
            (r#"{"x":1,"lines":[]}"#, "placedOn required, x unknown"),
            (
                r#"{"placedOn":"a","lines":[{"quantity":1},{"quantity":"x"},{},{"y":1,"quantity":2}]}"#,
                "lines[1].quantity invalid, lines[2].quantity required, lines[3].y unknown",
            ),
            (
                r#"{"placedOn":null,"lines":[1,{"quantity":300}]}"#,
                "lines[0] invalid, lines[1].quantity invalid, placedOn invalid",
            ),
            (r#"{"placedOn":"a","placedOn":"b","lines":[]}"#, "placedOn duplicate"),
            (r#"{"placedOn":1,"lines":[{"quantity":4.0}]}"#, "placedOn invalid"),
            ("7", " invalid"),
            (r#" ["a", []]"#, " invalid"),
        ] {
            assert_eq!(all(body), refused, "{body}");
        }
        let many = format!(r#"{{"placedOn":"a","lines":[{}1]}}"#, "1,".repeat(500));
        assert_eq!(answer(&many).1.as_array().unwrap().len(), 100);
    }

    #[test]
    fn a_refused_value_is_named_by_its_path() {
        let first = |body: &str| {
            let (status, errors) = answer(body);
            assert_eq!(status, 422, "{body}");
            let error = &errors[0];
            (error["path"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
        };
        let pair = |path: &str, code: &str| (path.to_owned(), code.to_owned());
        assert_eq!(
            first(r#"{"placedOn":"a","lines":[{"quantity":1},{"quantity":"x"}]}"#),
            pair("lines[1].quantity", "invalid")
        );
        assert_eq!(first(r#"{"lines":[]}"#), pair("placedOn", "required"));
        assert_eq!(
            first(r#"{"placedOn":"a","lines":[{}]}"#),
            pair("lines[0].quantity", "required")
        );
        assert_eq!(first(r#"{"placedOn":"a","lines":[],"more":1}"#), pair("more", "unknown"));
        assert_eq!(
            first(r#"{"placedOn":"a","lines":[{"quantity":1,"x":2}]}"#),
            pair("lines[0].x", "unknown")
        );
        let twice = r#"{"placedOn":"a","placedOn":"b","lines":[]}"#;
        assert_eq!(first(twice), pair("placedOn", "duplicate"));
        assert_eq!(first("[]").1, "invalid");
    }
}
