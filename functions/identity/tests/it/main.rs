//! Registration and sign-in as a caller sees them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in its helpers"
)]

mod audited;
mod invitations;
mod keys;
mod limits;
mod login;
mod organizations;
mod passwords;
mod register;
mod second_factor;
mod sessions;
mod users;
#[path = "../../../../shared/web/tests/it/world.rs"]
#[expect(dead_code, reason = "shared with the tests of the edge, which use more of it")]
mod world;

use serde_json::{Value, json};

/// A registration with that address.
fn registration(email: &str) -> Value {
    json!({
        "organizationName": "TechWave MSP",
        "email": email,
        "password": "correct horse",
        "firstName": "Ada",
        "lastName": "Lovelace",
        "timeZone": "America/New_York",
    })
}
