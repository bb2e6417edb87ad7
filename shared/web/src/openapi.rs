//! The document of the API: what every operation has in common is said here, once.

use axum::{Router, http::Method};
use utoipa::{
    PartialSchema as _,
    openapi::{
        Components, ContactBuilder, Content, Info, License, OpenApi, OpenApiBuilder, PathItem, Ref,
        RefOr, Response, ResponseBuilder, SecurityRequirement,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{Routes, State, named, policy, problem, report, versions};

const BEARER: &str = "bearer";

/// The refusals, each with the name of its entry in the document.
const REFUSALS: [(&str, &str, &str); 12] = [
    ("400", "Malformed", "The request cannot be read."),
    ("401", "Unauthenticated", "No access token, or one that is not valid."),
    ("403", "Forbidden", "The caller's role does not allow it."),
    ("404", "NotFound", "There is no such thing, or it is another organisation's."),
    ("409", "Conflict", "The state of things does not allow it; `code` says why."),
    ("412", "Stale", "It is another version than the one that `If-Match` names."),
    ("413", "TooLarge", "The body is larger than 1 MB."),
    ("415", "UnsupportedMediaType", "The body is not JSON."),
    ("422", "Invalid", "Values are refused; `errors` says which."),
    ("429", "TooManyRequests", "Too many requests; `Retry-After` says how long to wait."),
    ("500", "Internal", "A fault on our side."),
    ("503", "Unavailable", "Too busy right now; `Retry-After` says how long to wait."),
];

/// The operations of several areas as one.
pub fn merge(areas: impl IntoIterator<Item = Routes>) -> Routes {
    areas.into_iter().fold(Routes::default(), Routes::merge)
}

/// The operations of these areas, and the document that describes them.
pub fn document(areas: Vec<Routes>) -> (Router<State>, OpenApi) {
    let (router, areas) = merge(areas).split_for_parts();
    let mut document = OpenApiBuilder::new()
        .info(info())
        .components(Some(components()))
        .security(Some([SecurityRequirement::new::<_, [&str; 0], &str>(BEARER, [])]))
        .build();
    document.merge(areas);
    for (path, item) in &mut document.paths.paths {
        operations_mut(item).for_each(|(method, operation)| complete(operation, &method, path));
    }
    (router, document)
}

fn info() -> Info {
    let mut info = Info::new("Clearmargin", env!("CARGO_PKG_VERSION"));
    info.contact = Some(ContactBuilder::new().name(Some("Clearmargin")).build());
    let mut license = License::new("All rights reserved");
    license.identifier = Some("LicenseRef-Clearmargin".to_owned());
    info.license = Some(license);
    info.description = Some(
        "Profit per client, from what SuperOps and QuickBooks say. Amounts are exact JSON numbers \
         in major units; instants are RFC 3339 in UTC; errors are problem documents (RFC 9457)."
            .to_owned(),
    );
    info
}

fn components() -> Components {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The access token of `POST /api/auth/login`."))
        .build();
    let mut components = Components::new();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
    components.schemas.insert("Problem".to_owned(), problem::Document::schema());
    components.schemas.insert("Refused".to_owned(), problem::Refused::schema());
    let responses = REFUSALS.map(|(_, name, words)| (name.to_owned(), RefOr::T(refusal(words))));
    components.responses.extend(responses);
    components
}

fn refusal(description: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
}

/// Adds what every operation may answer, unless it says so in its own words.
fn complete(operation: &mut Operation, method: &Method, path: &str) {
    let named = path.contains('{');
    let public = operation.security.is_some();
    let body = operation.request_body.is_some();
    let writes = !method.is_safe();
    for (status, name, _) in REFUSALS {
        let possible = match status {
            "400" | "413" | "415" => body,
            "401" | "403" => !public,
            "404" => named,
            "409" => writes,
            "412" => writes && versions::versioned(operation),
            _ => true,
        };
        if possible {
            let refusal = RefOr::Ref(Ref::from_response_name(name));
            operation.responses.responses.entry(status.to_owned()).or_insert(refusal);
        }
    }
    policy::complete(operation);
    versions::complete(operation, method);
    report::complete(operation);
    let parameters = operation.parameters.iter_mut().flatten();
    parameters.for_each(|parameter| named::complete(path, parameter));
    if writes && !public {
        operation.parameters.get_or_insert_default().push(RefOr::T(idempotency_key()));
    }
}

fn idempotency_key() -> Parameter {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[!-~]+$"))
        .min_length(Some(1))
        .max_length(Some(255));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .description(Some("Makes the request safe to repeat within a day."))
        .schema(Some(text))
        .build()
}

/// The operations of a path.
pub(crate) fn operations(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    let operations = [
        (Method::GET, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::DELETE, &item.delete),
        (Method::PATCH, &item.patch),
    ];
    operations.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

pub(crate) fn operations_mut(
    item: &mut PathItem,
) -> impl Iterator<Item = (Method, &mut Operation)> {
    let operations = [
        (Method::GET, &mut item.get),
        (Method::PUT, &mut item.put),
        (Method::POST, &mut item.post),
        (Method::DELETE, &mut item.delete),
        (Method::PATCH, &mut item.patch),
    ];
    operations.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}
