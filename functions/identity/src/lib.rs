//! Signing in, people and organisations: `/api/auth`, `/api/users`, `/api/invitations`,
//! `/api/organizations`.

mod auth;
mod invitations;
mod organizations;
mod users;
mod view;

use clearmargin_web::Routes;

/// The operations of this area.
pub fn routes() -> Routes {
    clearmargin_web::merge([
        auth::routes(),
        invitations::routes(),
        organizations::routes(),
        users::routes(),
    ])
}
