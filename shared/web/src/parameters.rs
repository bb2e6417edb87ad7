//! Query parameters that nobody asked for are refused: a filter spelled wrong must not answer with
//! everything. What an operation knows is what its document says.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use clearmargin_app::FieldError;
use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Operation, ParameterIn},
};

use crate::{Problem, openapi::operations};

/// The query parameters of every operation.
#[derive(Clone)]
pub(crate) struct Known(Arc<HashMap<(Method, String), HashSet<String>>>);

impl Known {
    /// Those of that document.
    pub(crate) fn of(document: &OpenApi) -> Self {
        let entries = document.paths.paths.iter().flat_map(|(path, item)| {
            operations(item).map(|(method, operation)| ((method, path.clone()), names(operation)))
        });
        Self(Arc::new(entries.collect()))
    }

    fn get(&self, method: &Method, route: &str) -> Option<&HashSet<String>> {
        // A HEAD is answered by the GET.
        let method = if method == Method::HEAD { Method::GET } else { method.clone() };
        self.0.get(&(method, route.to_owned()))
    }
}

fn names(operation: &Operation) -> HashSet<String> {
    let parameters = operation.parameters.iter().flatten();
    let query = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter),
        RefOr::T(_) | RefOr::Ref(_) => None,
    });
    query.map(|parameter| parameter.name.clone()).collect()
}

/// Refuses a request with a parameter that its operation does not know.
pub(crate) async fn check(State(known): State<Known>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let known = route.and_then(|route| known.get(request.method(), route.as_str()));
    if let (Some(known), Some(query)) = (known, request.uri().query()) {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let unknown = pairs.filter(|(name, _)| !known.contains(name.as_ref()));
        let errors: Vec<_> = unknown.map(|(name, _)| refused(&name)).collect();
        if !errors.is_empty() {
            return Problem::invalid(errors).into_response();
        }
    }
    next.run(request).await
}

fn refused(name: &str) -> FieldError {
    FieldError {
        path: format!("query.{name}"),
        code: "unknown",
        message: "this operation has no such parameter".to_owned(),
    }
}
