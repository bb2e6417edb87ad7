//! `/api/services`: the catalogue.

pub(crate) mod archive;
mod create;
mod get;
mod list;
mod price;
mod update;
pub(crate) mod view;

use clearmargin_web::{Routes, routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list::list_services, create::create_service))
        .routes(routes!(get::get_service, update::update_service, archive::archive_service))
        .routes(routes!(price::set_service_price))
}
