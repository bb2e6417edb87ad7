//! Attempts that are counted one by one. The edge's kernel brings the counting.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::{App, Error};

/// How many attempts there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// So many at once…
    pub per_window: u32,
    /// …which come back little by little within so many seconds.
    pub window_seconds: u32,
}

/// Counts an attempt.
pub async fn attempt(_: &App, _: &str, _: Policy, _: Timestamp) -> Result<(), Error> {
    Ok(())
}

/// What counts as one client.
pub fn client(address: IpAddr) -> String {
    address.to_string()
}
