//! Query parameters that nobody asked for are refused: a filter spelled wrong must not answer with
//! everything. So are values longer than they may be. What an operation knows is what its document
//! says.

use std::collections::HashMap;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use clearmargin_app::FieldError;
use utoipa::openapi::{
    RefOr, Schema,
    path::{Operation, Parameter, ParameterIn},
};

use crate::{Problem, operations::Operations};

/// The query parameters of every operation, each with how long it may be, if that is bounded.
pub(crate) type Known = Operations<HashMap<String, Option<usize>>>;

/// Those that an operation's document names.
pub(crate) fn names(operation: &Operation) -> HashMap<String, Option<usize>> {
    let parameters = operation.parameters.iter().flatten();
    let query = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter),
        RefOr::T(_) | RefOr::Ref(_) => None,
    });
    query.map(|parameter| (parameter.name.clone(), longest(parameter))).collect()
}

fn longest(parameter: &Parameter) -> Option<usize> {
    match &parameter.schema {
        Some(RefOr::T(Schema::Object(schema))) => schema.max_length,
        _ => None,
    }
}

/// What is wrong with parameters already, on its way to [`Query`](crate::Query), which refuses it
/// together with what else is wrong.
#[derive(Clone)]
pub(crate) struct Refused(pub(crate) Vec<FieldError>);

/// Refuses a request with a parameter that its operation does not know, or that is too long.
pub(crate) async fn check(
    State(known): State<Known>,
    mut request: Request,
    next: Next,
) -> Response {
    if let (Some(known), Some(query)) = (known.get(&request), request.uri().query()) {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let errors: Vec<_> =
            pairs.filter_map(|(name, value)| wrong(known, &name, &value)).collect();
        // A handler without parameters does not look at them.
        if !errors.is_empty() && known.is_empty() {
            return Problem::invalid(errors).into_response();
        }
        if !errors.is_empty() {
            request.extensions_mut().insert(Refused(errors));
        }
    }
    next.run(request).await
}

fn wrong(known: &HashMap<String, Option<usize>>, name: &str, value: &str) -> Option<FieldError> {
    let (code, message) = match known.get(name) {
        None => ("unknown", "this operation has no such parameter".to_owned()),
        Some(Some(most)) if value.chars().count() > *most => {
            ("invalid", format!("expected at most {most} characters"))
        }
        Some(_) => return None,
    };
    Some(FieldError { path: format!("query.{name}"), code, message })
}
