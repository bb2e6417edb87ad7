//! Health, public keys and documentation, which need no sign-in, the audit trail and metrics.

mod audit;
mod docs;
mod health;
mod jwks;
mod metrics;
mod openapi;
mod ready;

use std::sync::Arc;

use axum::Extension;
use clearmargin_app::health::Readiness;
use clearmargin_web::{Routes, routes};

/// The operations of this area.
pub fn routes() -> Routes {
    Routes::new()
        .routes(routes!(health::get_health))
        .routes(routes!(ready::get_ready))
        .routes(routes!(jwks::get_jwks))
        .routes(routes!(openapi::get_openapi))
        .routes(routes!(docs::get_docs))
        .routes(routes!(audit::list_audit))
        .routes(routes!(audit::get_audit_head))
        .routes(routes!(metrics::get_metrics))
        .layer(Extension(Arc::<Readiness>::default()))
}
