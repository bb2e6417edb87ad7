//! Registration and sign-in: `/api/auth`.

mod login;
mod me;
mod register;
mod view;

use clearmargin_web::{Routes, routes};

/// The operations of this area.
pub fn routes() -> Routes {
    Routes::new()
        .routes(routes!(register::register))
        .routes(routes!(login::login))
        .routes(routes!(me::get_me))
}
