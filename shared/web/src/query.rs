//! Query parameters.

use std::collections::HashSet;

use axum::{extract::FromRequestParts, http::request::Parts};
use clearmargin_app::FieldError;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, openapi::Required};

use crate::{Problem, field, parameters::Refused, refusals::MOST};

const PLACE: &str = "query.";

/// Query parameters. Whatever is wrong with them is said at once.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + IntoParams> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let refused = parts.extensions.remove().map_or_else(Vec::new, |Refused(errors)| errors);
        read(parts.uri.query().unwrap_or_default(), refused).map(Self)
    }
}

fn read<T: DeserializeOwned + IntoParams>(
    query: &str,
    unknown: Vec<FieldError>,
) -> Result<T, Problem> {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    match decode(&pairs) {
        Ok(value) if unknown.is_empty() => Ok(value),
        Ok(_) => Err(Problem::invalid(unknown)),
        Err(error) => {
            let mut errors = unknown;
            errors.extend(refused::<T>(&pairs));
            if errors.is_empty() {
                errors.push(error);
            }
            errors.truncate(MOST);
            Err(Problem::invalid(errors))
        }
    }
}

type Pair<'a> = (std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>);

fn decode<T: DeserializeOwned>(pairs: &[Pair<'_>]) -> Result<T, FieldError> {
    // Written and read again: the reader takes a query alone.
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(reader)
        .map_err(|error| field::error(PLACE, error.path(), &error.inner().to_string()))
}

/// What is wrong with each parameter by itself, in their order; then those that are missing.
fn refused<T: DeserializeOwned + IntoParams>(pairs: &[Pair<'_>]) -> Vec<FieldError> {
    let mut seen = HashSet::new();
    let mut errors = Vec::new();
    for pair in pairs {
        let name = pair.0.as_ref();
        if !seen.insert(name) {
            errors.push(error(name, "duplicate", "given more than once"));
            continue;
        }
        let alone = decode::<T>(std::slice::from_ref(pair)).err();
        errors.extend(alone.filter(|error| error.path == format!("{PLACE}{name}")));
    }
    let required = T::into_params(|| None).into_iter();
    let required = required.filter(|parameter| parameter.required == Required::True);
    let missing = required.filter(|parameter| !seen.contains(parameter.name.as_str()));
    errors.extend(missing.map(|it| error(&it.name, "required", "is missing")));
    errors
}

fn error(name: &str, code: &'static str, message: &str) -> FieldError {
    FieldError { path: format!("{PLACE}{name}"), code, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use clearmargin_domain::period::Month;
    use serde::Deserialize;

    use super::*;
    use crate::Limit;

    #[derive(Debug, Deserialize, utoipa::IntoParams)]
    struct Period {
        #[serde(default)]
        #[param(inline)]
        limit: Limit,
        #[param(value_type = String)]
        from: Month,
    }

    #[test]
    fn parameters_are_read_by_their_types() {
        let period: Period = read("from=2026-01&limit=7", Vec::new()).unwrap();
        assert_eq!((period.from.to_string().as_str(), period.limit.get()), ("2026-01", 7));
        assert_eq!(read::<Period>("from=2026-01", Vec::new()).unwrap().limit.get(), 50);
    }

    #[test]
    fn a_refused_parameter_is_named() {
        for (query, path) in [
            ("", "query.from"),
            ("from=2026-13", "query.from"),
            ("from=2026-01&limit=0", "query.limit"),
            ("from=2026-01&limit=101", "query.limit"),
            ("from=2026-01&limit=-1", "query.limit"),
            ("from=2026-01&limit=x", "query.limit"),
        ] {
            let problem = format!("{:?}", read::<Period>(query, Vec::new()).unwrap_err());
            assert!(problem.contains(&format!("{path:?}")), "{query}: {problem}");
        }
        assert!(read::<Period>("from=2026-01&from=2026-02", Vec::new()).is_err());
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let unknown = vec![error("form", "unknown", "no such parameter")];
        let problem = read::<Period>("form=1&limit=0&limit=1", unknown).unwrap_err();
        let document = serde_json::to_value(problem.document("", "")).unwrap();
        let errors = document["errors"].as_array().unwrap();
        let errors: Vec<_> = errors.iter().map(|it| (&it["path"], &it["code"])).collect();
        let expected = [
            ("query.form", "unknown"),
            ("query.limit", "invalid"),
            ("query.limit", "duplicate"),
            ("query.from", "required"),
        ];
        assert_eq!(errors.len(), 4, "{errors:?}");
        for (found, (path, code)) in errors.iter().zip(expected) {
            assert_eq!((found.0.as_str(), found.1.as_str()), (Some(path), Some(code)));
        }
    }
}
