//! Query parameters.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

use crate::{Problem, field};

/// Query parameters. Those that the operation's document does not name never get here.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let reader = serde_urlencoded::Deserializer::new(pairs);
    serde_path_to_error::deserialize(reader)
        .map_err(|error| field::refused("query.", error.path(), &error.inner().to_string()))
}

#[cfg(test)]
mod tests {
    use clearmargin_domain::period::Month;
    use serde::Deserialize;

    use super::*;
    use crate::Limit;

    #[derive(Debug, Deserialize)]
    struct Period {
        #[serde(default)]
        limit: Limit,
        from: Month,
    }

    #[test]
    fn parameters_are_read_by_their_types() {
        let period: Period = read("from=2026-01&limit=7").unwrap();
        assert_eq!((period.from.to_string().as_str(), period.limit.get()), ("2026-01", 7));
        assert_eq!(read::<Period>("from=2026-01").unwrap().limit.get(), 50);
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
            let problem = format!("{:?}", read::<Period>(query).unwrap_err());
            assert!(problem.contains(&format!("{path:?}")), "{query}: {problem}");
        }
        assert!(read::<Period>("from=2026-01&from=2026-02").is_err());
    }
}
