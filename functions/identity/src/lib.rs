//! Signing in, people and organisations: `/api/auth`, `/api/users`, `/api/organizations`.

mod auth;
mod organizations;
mod users;
mod view;

use clearmargin_web::Routes;

/// The operations of this area.
pub fn routes() -> Routes {
    clearmargin_web::merge([auth::routes(), users::routes(), organizations::routes()])
}
