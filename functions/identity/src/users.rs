//! `/api/users`: the people of an organisation.

mod change_password;
mod deactivate;
mod get;
mod list;
mod me;
mod update;

use clearmargin_web::{Routes, routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list::list_users))
        .routes(routes!(me::get_me))
        .routes(routes!(get::get_user, update::update_user, deactivate::deactivate_user))
        .routes(routes!(change_password::change_password))
}
