//! Attempts that are counted one by one: sign-in, password reset, and what else somebody may guess
//! at without being signed in.
//!
//! Each attempt is a write, so that all instances together count right; and when the table cannot
//! count, the attempt is refused. Other requests are limited in blocks, at the edge.

use std::net::IpAddr;

use clearmargin_domain::limit::Rate;
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

/// Counts an attempt by or at `subject`, such as `login|ada@example.com`, of which only a hash is
/// stored; refused when there were too many.
pub async fn attempt(
    app: &App,
    subject: &str,
    policy: Policy,
    now: Timestamp,
) -> Result<(), Error> {
    let rate = Rate { quota: policy.per_window, window: policy.window_seconds };
    let lease = app.store.directory().take_attempt(subject, rate, now).await?;
    if lease.tokens > 0 {
        return Ok(());
    }
    Err(Error::TooManyRequests { retry_after: rate.wait(lease.full, now) })
}

/// What counts as one client: an IPv4 address, or the network of 64 bits that one IPv6 customer
/// has all to themselves.
pub fn client(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_an_address_or_a_network() {
        let client = |text: &str| client(text.parse().unwrap());
        assert_eq!(client("192.0.2.7"), "192.0.2.7");
        assert_eq!(client("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(client("2001:db8:1:2:3::4"), "2001:db8:1:2::/64");
        assert_eq!(client("2001:db8:1:2::9"), client("2001:db8:1:2:ffff::1"));
        assert_ne!(client("2001:db8:1:2::9"), client("2001:db8:1:3::9"));
    }
}
