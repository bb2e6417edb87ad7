//! `/api/auth`: signing in and out, sessions, passwords, the second factor.

mod accept_invitation;
mod forgot_password;
mod login;
mod logout;
mod refresh;
mod register;
mod second_factor;
mod sessions;
mod switch_organization;
mod verify_email;

use clearmargin_web::{Routes, routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(register::register))
        .routes(routes!(accept_invitation::accept_invitation))
        .routes(routes!(login::login))
        .routes(routes!(refresh::refresh))
        .routes(routes!(logout::logout))
        .routes(routes!(logout::logout_everywhere))
        .routes(routes!(sessions::list_sessions))
        .routes(routes!(sessions::end_session))
        .routes(routes!(forgot_password::forgot_password))
        .routes(routes!(forgot_password::reset_password))
        .routes(routes!(verify_email::verify_email))
        .routes(routes!(verify_email::resend_verification))
        .routes(routes!(second_factor::begin_second_factor))
        .routes(routes!(second_factor::confirm_second_factor))
        .routes(routes!(second_factor::turn_off_second_factor))
        .routes(routes!(switch_organization::switch_organization))
}
