//! Health, public keys and documentation, which need no sign-in, and the audit trail.

mod audit;
mod docs;
mod health;
mod jwks;
mod openapi;

use clearmargin_web::{Routes, routes};

/// The operations of this area.
pub fn routes() -> Routes {
    Routes::new()
        .routes(routes!(health::get_health))
        .routes(routes!(jwks::get_jwks))
        .routes(routes!(openapi::get_openapi))
        .routes(routes!(docs::get_docs))
        .routes(routes!(audit::list_audit))
        .routes(routes!(audit::get_audit_head))
}
