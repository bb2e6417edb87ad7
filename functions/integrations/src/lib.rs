//! Connections to source systems and their runs: `/api/integrations`.

mod callback;
mod connect_quickbooks;
mod connect_superops;
mod disconnect;
mod failures;
mod matches;
mod status;
mod sync;
mod view;

use clearmargin_web::{Routes, routes};

/// The operations of this area.
pub fn routes() -> Routes {
    Routes::new()
        .routes(routes!(connect_superops::connect_superops))
        .routes(routes!(connect_quickbooks::connect_quickbooks))
        .routes(routes!(callback::complete_quickbooks))
        .routes(routes!(disconnect::disconnect_integration))
        .routes(routes!(status::get_integration_status))
        .routes(routes!(sync::start_sync))
        .routes(routes!(failures::list_sync_failures))
        .routes(routes!(matches::list_matches))
        .routes(routes!(matches::decide_match))
}
