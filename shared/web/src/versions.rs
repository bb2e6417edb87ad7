//! Single resources that have a version: `ETag` tells it, `If-Match` asks for it. An operation on
//! one says so in its document: `extensions(("x-versioned" = json!(true)))`.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, StatusCode, header::IF_MATCH, request::Parts},
    response::{IntoResponse, Response},
};
use clearmargin_app::{FieldError, Precondition};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::{
    Header, RefOr, ResponseBuilder,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn},
    schema::{ObjectBuilder, Type},
};

use crate::{Data, Problem, json};

const MARK: &str = "x-versioned";

/// `*`, or tags with commas between.
const TAGS: &str = r#"^(\*|(W/)?"[!#-~]*"( ?, ?(W/)?"[!#-~]*")*)$"#;

/// 200 with something and its version; documented as [`Data`].
#[derive(Debug)]
pub struct Versioned<T> {
    version: u64,
    data: T,
}

impl<T> Versioned<T> {
    /// The answer with that, in that version.
    pub fn new(version: u64, data: T) -> Self {
        Self { version, data }
    }
}

/// The version of what an answer shows, on its way to where its tag is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version(pub(crate) u64);

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut response = json::write(StatusCode::OK, &Data::new(self.data));
        response.extensions_mut().insert(Version(self.version));
        response
    }
}

/// Which versions the caller wants to change, for the use case to check.
#[derive(Debug)]
pub struct IfMatch(pub Precondition);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(&parts.headers).map(Self).ok_or_else(refused)
    }
}

fn read(headers: &HeaderMap) -> Option<Precondition> {
    let lines: Option<Vec<_>> =
        headers.get_all(IF_MATCH).iter().map(|line| line.to_str().ok()).collect();
    let lines = lines?;
    if lines.is_empty() {
        return Some(Precondition::None);
    }
    let text = lines.join(",");
    if text.trim() == "*" {
        return Some(Precondition::Exists);
    }
    let mut versions = Vec::new();
    let mut rest = text.trim();
    loop {
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |rest| (true, rest));
        let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
        // A weak tag, and one that is not ours, names no version: it never matches.
        versions.extend(version(tag).filter(|_| !weak));
        let after = after.trim_start();
        if after.is_empty() {
            return Some(Precondition::Versions(versions));
        }
        rest = after.strip_prefix(',')?.trim_start();
    }
}

fn version(tag: &str) -> Option<u64> {
    tag.strip_prefix('v')?.split_once('-')?.0.parse().ok()
}

fn refused() -> Problem {
    Problem::invalid(vec![FieldError {
        path: "header.If-Match".to_owned(),
        code: "invalid",
        message: "expected * or the ETag of an earlier answer".to_owned(),
    }])
}

/// Whether an operation's document says that it is about something with a version.
pub(crate) fn versioned(operation: &Operation) -> bool {
    let extensions = operation.extensions.as_ref();
    extensions.and_then(|all| all.get(MARK)) == Some(&Value::Bool(true))
}

/// Says what such an operation takes and answers beside its body.
pub(crate) fn complete(operation: &mut Operation, method: &Method) {
    if !versioned(operation) {
        return;
    }
    let parameters = operation.parameters.get_or_insert_default();
    if method.is_safe() {
        let words = "Answer 304 if this is the `ETag` that is there.";
        // One that names nothing is none (RFC 9110, 13.1.2): any text will do.
        let tags = ObjectBuilder::new().schema_type(Type::String);
        parameters.push(RefOr::T(header("If-None-Match", words, tags)));
        let known = ResponseBuilder::new().description("The caller has it already.").build();
        operation.responses.responses.insert("304".to_owned(), RefOr::T(known));
    } else {
        let words = "Change it only if this is the `ETag` that is there.";
        let tags = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
        parameters.push(RefOr::T(header("If-Match", words, tags.pattern(Some(TAGS)))));
    }
    if let Some(RefOr::T(success)) = operation.responses.responses.get_mut("200") {
        let mut tag = Header::new(ObjectBuilder::new().schema_type(Type::String));
        tag.description = Some("The version, for `If-Match` and `If-None-Match`.".to_owned());
        success.headers.insert("ETag".to_owned(), tag.into());
    }
}

fn header(name: &str, words: &str, tags: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(words))
        .schema(Some(tags))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(lines: &[&str]) -> Option<Precondition> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_MATCH, line.parse().unwrap());
        }
        read(&headers)
    }

    #[test]
    fn strong_tags_of_ours_name_versions() {
        let versions = |versions: &[u64]| Some(Precondition::Versions(versions.to_vec()));
        assert_eq!(asked(&[]), Some(Precondition::None));
        assert_eq!(asked(&[" * "]), Some(Precondition::Exists));
        assert_eq!(asked(&["\"v3-abc\""]), versions(&[3]));
        assert_eq!(asked(&["\"v3-abc\" , \"v4-x,y\"", "\"v5-\""]), versions(&[3, 4, 5]));
        assert_eq!(asked(&["W/\"v3-abc\""]), versions(&[]));
        assert_eq!(asked(&["\"abc\", \"v-1\", \"3\""]), versions(&[]));
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for text in ["", "v3-abc", "\"v3-abc", "\"v3-a\" \"v4-b\"", "\"v3-a\",", "*, \"v3-a\""] {
            assert_eq!(asked(&[text]), None, "{text}");
        }
    }
}
