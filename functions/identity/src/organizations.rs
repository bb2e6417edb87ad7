//! `/api/organizations`: settings, members, API keys, and the end of an organisation.

mod api_keys;
mod create;
mod delete;
mod get;
mod list;
mod members;
mod update;
mod view;

use clearmargin_web::{Routes, routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list::list_organizations, create::create_organization))
        .routes(routes!(
            get::get_organization,
            update::update_organization,
            delete::delete_organization
        ))
        .routes(routes!(delete::restore_organization))
        .routes(routes!(members::add_member))
        .routes(routes!(members::remove_member))
        .routes(routes!(api_keys::list_api_keys, api_keys::create_api_key))
        .routes(routes!(api_keys::revoke_api_key))
}
