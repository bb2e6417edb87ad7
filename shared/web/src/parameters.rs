//! Query parameters that nobody asked for are refused: a filter spelled wrong must not answer with
//! everything. What an operation knows is what its document says.

use std::collections::HashSet;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use clearmargin_app::FieldError;
use utoipa::openapi::{
    RefOr,
    path::{Operation, ParameterIn},
};

use crate::{Problem, operations::Operations};

/// The query parameters of every operation.
pub(crate) type Known = Operations<HashSet<String>>;

/// Those that an operation's document names.
pub(crate) fn names(operation: &Operation) -> HashSet<String> {
    let parameters = operation.parameters.iter().flatten();
    let query = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter),
        RefOr::T(_) | RefOr::Ref(_) => None,
    });
    query.map(|parameter| parameter.name.clone()).collect()
}

/// Parameters that the operation does not know, on their way to [`Query`](crate::Query), which
/// refuses them together with what else is wrong.
#[derive(Clone)]
pub(crate) struct Unknown(pub(crate) Vec<FieldError>);

/// Refuses a request with a parameter that its operation does not know.
pub(crate) async fn check(
    State(known): State<Known>,
    mut request: Request,
    next: Next,
) -> Response {
    if let (Some(known), Some(query)) = (known.get(&request), request.uri().query()) {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let unknown = pairs.filter(|(name, _)| !known.contains(name.as_ref()));
        let errors: Vec<_> = unknown.map(|(name, _)| refused(&name)).collect();
        // A handler without parameters does not look at them.
        if !errors.is_empty() && known.is_empty() {
            return Problem::invalid(errors).into_response();
        }
        if !errors.is_empty() {
            request.extensions_mut().insert(Unknown(errors));
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
