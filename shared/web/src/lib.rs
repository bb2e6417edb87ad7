//! The HTTP edge that every API function shares.
//!
//! What belongs here: who calls, what a request and an answer look like on the wire, which status
//! an error has, what the document of the API says about all of it. What does not: anything about
//! clients, tickets or money; a handler extracts, calls a use case of `app`, and converts.
//!
//! An area is a function `routes() -> Routes`; [`serve`] turns it into a service. Every error, also
//! of routes that are not there, is a [`Problem`]. What an operation's document says holds: who may
//! call it (`x-action`, or `security(())` for everybody), and which query parameters it has.

mod amount;
mod answer;
mod answered;
mod caller;
mod conditional;
mod cors;
mod edge;
mod field;
pub mod figures;
mod gate;
pub mod hours;
mod idempotency;
mod json;
mod limit;
mod named;
mod openapi;
mod operations;
mod page;
mod parameters;
mod path;
mod policy;
mod problem;
mod publish;
mod query;
mod ratelimit;
mod refusals;
mod report;
pub mod schema;
mod state;
mod token;
mod versions;

use axum::{Router, extract::DefaultBodyLimit, middleware};

pub use amount::{Amount, AmountIn, NumberIn, Ratio};
pub use answer::{Accepted, Created, Data, Done};
pub use answered::{Answered, Journal};
pub use caller::{Caller, ClientAddress, Visitor};
pub use cors::{Cors, InvalidOrigin};
pub use edge::RequestId;
pub use json::Json;
pub use limit::Limit;
pub use openapi::{document, merge};
pub use page::{Page, PageInfo, PageQuery};
pub use path::{FromPath, Path};
pub use problem::{Document as ProblemDocument, Problem};
pub use publish::publish;
pub use query::Query;
pub use ratelimit::{Limits, RateLimits};
pub use report::{Format, Report};
pub use state::State;
pub use token::TokenVerifier;
pub use versions::{IfMatch, Versioned};

/// How a [`Report`] is laid out.
pub mod layout {
    pub use clearmargin_reporting::{Column, Kind, Layout, Table};
}

/// What [`routes!`] names.
#[doc(hidden)]
pub mod macros {
    pub use axum;
    pub use utoipa_axum;
}

/// The operations of one path, by their handlers; an area's crate needs no axum for it.
#[macro_export]
macro_rules! routes {
    ($($handlers:tt)*) => {{
        use $crate::macros::axum;
        $crate::macros::utoipa_axum::routes!($($handlers)*)
    }};
}

/// The operations of an area, with their documentation.
pub type Routes = utoipa_axum::router::OpenApiRouter<State>;

/// What a handler answers with.
pub type Result<T> = std::result::Result<T, Problem>;

/// The largest body that is read.
const BODY_LIMIT: usize = 1024 * 1024;

/// The service of these operations, with everything around them.
pub fn serve(routes: Routes, state: State) -> Router {
    let (service, document) = document(vec![routes]);
    let parameters = parameters::Known::of(&document, parameters::names);
    let gate =
        gate::Gate::new(state.clone(), operations::Operations::of(&document, gate::entrance));
    // The last layer is the outermost.
    service
        .layer(middleware::from_fn_with_state(parameters, parameters::check))
        .layer(middleware::from_fn(idempotency::remember))
        .layer(middleware::from_fn_with_state(gate, gate::guard))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(conditional::answer))
        .layer(state.cors.layer())
        .layer(middleware::from_fn_with_state(state.clone(), edge::surround))
        .with_state(state)
}
