//! OAuth 2 as Intuit runs it: codes for one use, access tokens of an hour, refresh tokens that rotate.

mod endpoints;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::clock::later;

pub(crate) use endpoints::{authorize, discovery, revoke, token};

/// How long things live, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetimes {
    pub(crate) access: u32,
    pub(crate) refresh: u32,
    pub(crate) refresh_hard: u32,
    pub(crate) superseded: u32,
}

/// How long a code waits to be exchanged (inferred).
const CODE_SECONDS: u32 = 600;

/// Every code and token ever issued, and what became of it.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
    issued: u64,
}

#[derive(Debug)]
struct Code {
    redirect_uri: String,
    expires: Timestamp,
}

#[derive(Debug)]
struct Access {
    connection: u64,
    expires: Timestamp,
}

#[derive(Clone, Copy, Debug)]
struct Refresh {
    connection: u64,
    expires: Timestamp,
    hard_expiry: Timestamp,
}

/// What the token endpoint hands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) access_seconds: u32,
    pub(crate) refresh: String,
    pub(crate) refresh_seconds: i64,
    pub(crate) hard_seconds: i64,
}

/// The code or token is unknown, used, expired or revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidGrant;

impl Grants {
    /// A code for one exchange.
    pub(crate) fn issue_code(&mut self, redirect_uri: &str, now: Timestamp) -> String {
        let code = self.secret("code", "XAB11");
        let expires = after(now, CODE_SECONDS);
        self.codes.insert(code.clone(), Code { redirect_uri: redirect_uri.to_owned(), expires });
        code
    }

    /// Exchanges a code, which is spent even if the exchange fails.
    pub(crate) fn exchange(
        &mut self,
        code: &str,
        redirect_uri: &str,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Result<Tokens, InvalidGrant> {
        let code = self.codes.remove(code).ok_or(InvalidGrant)?;
        if code.redirect_uri != redirect_uri || code.expires <= now {
            return Err(InvalidGrant);
        }
        let connection = self.issued;
        Ok(self.issue(connection, after(now, lifetimes.refresh_hard), lifetimes, now))
    }

    /// Trades a refresh token for new tokens; the old one lives on for the grace period.
    pub(crate) fn refresh(
        &mut self,
        token: &str,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Result<Tokens, InvalidGrant> {
        let refresh = self.refresh.get_mut(token).ok_or(InvalidGrant)?;
        if refresh.expires <= now {
            return Err(InvalidGrant);
        }
        refresh.expires = refresh.expires.min(after(now, lifetimes.superseded));
        let Refresh { connection, hard_expiry, .. } = *refresh;
        Ok(self.issue(connection, hard_expiry, lifetimes, now))
    }

    /// Ends the whole connection that an access or refresh token belongs to; unknown tokens are fine.
    pub(crate) fn revoke(&mut self, token: &str) {
        let access = self.access.get(token).map(|access| access.connection);
        let connection =
            access.or_else(|| self.refresh.get(token).map(|refresh| refresh.connection));
        if let Some(connection) = connection {
            self.access.retain(|_, access| access.connection != connection);
            self.refresh.retain(|_, refresh| refresh.connection != connection);
        }
    }

    /// How many consents were given and not ended.
    pub(crate) fn connections(&self) -> usize {
        let all: BTreeSet<u64> = self.refresh.values().map(|refresh| refresh.connection).collect();
        all.len()
    }

    /// Whether an access token opens the company now.
    pub(crate) fn admits(&self, token: &str, now: Timestamp) -> bool {
        self.access.get(token).is_some_and(|access| access.expires > now)
    }

    fn issue(
        &mut self,
        connection: u64,
        hard_expiry: Timestamp,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Tokens {
        let access = self.secret("access", "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0..");
        let refresh = self.secret("refresh", "AB11");
        let expires = after(now, lifetimes.refresh).min(hard_expiry);
        self.access
            .insert(access.clone(), Access { connection, expires: after(now, lifetimes.access) });
        self.refresh.insert(refresh.clone(), Refresh { connection, expires, hard_expiry });
        Tokens {
            access,
            access_seconds: lifetimes.access,
            refresh,
            refresh_seconds: expires.duration_since(now).as_secs(),
            hard_seconds: hard_expiry.duration_since(now).as_secs(),
        }
    }

    /// Looks random, never repeats, and is the same on every run.
    fn secret(&mut self, purpose: &str, prefix: &str) -> String {
        self.issued += 1;
        let digest = Sha256::digest(format!("{purpose} {}", self.issued));
        let mut secret = prefix.to_owned();
        for byte in digest {
            // Writing to a String cannot fail.
            let _ = write!(secret, "{byte:02x}");
        }
        secret
    }
}

fn after(now: Timestamp, seconds: u32) -> Timestamp {
    later(now, SignedDuration::from_secs(seconds.into()))
}
