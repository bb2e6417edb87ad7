//! Who calls, and what they may do right now.
//!
//! An access token says who somebody was when it was signed. Whether the session still lives, the
//! person is still active, and in which role, is read from the table, at most every half minute in
//! each process: signing out, a new role and deactivation count within a minute, for the price of
//! one read unit per session and half minute.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use clearmargin_domain::{
    access::Grant,
    audit::Actor,
    id::OrgId,
    identity::{ApiKey, Session, User},
};
use jiff::Timestamp;

use super::handed::ApiKeyText;
use crate::{App, Error, keys::Claims};

/// For how many seconds what was read counts.
const FRESH_SECONDS: i64 = 30;
/// How many callers are remembered; beyond, those not fresh any more are forgotten.
const REMEMBERED: usize = 10_000;

/// What was read about callers lately.
#[derive(Clone, Default)]
pub struct AccessCache(Arc<Mutex<HashMap<String, Read>>>);

/// What was read about a caller, and when.
struct Read {
    at: i64,
    verdict: Verdict,
}

/// Whether somebody gets in, and to what.
#[derive(Clone)]
enum Verdict {
    In(Grant),
    Out,
}

impl Verdict {
    fn of(grant: Option<Grant>) -> Self {
        grant.map_or(Self::Out, Self::In)
    }

    fn grant(self) -> Result<Grant, Error> {
        match self {
            Self::In(grant) => Ok(grant),
            Self::Out => Err(Error::Unauthenticated),
        }
    }
}

impl AccessCache {
    fn get(&self, caller: &str, now: Timestamp) -> Option<Verdict> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let read = known.get(caller).filter(|read| read.is_fresh(now));
        read.map(|read| read.verdict.clone())
    }

    fn put(&self, caller: String, now: Timestamp, verdict: Verdict) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.retain(|_, read| read.is_fresh(now));
        }
        if known.len() < REMEMBERED {
            known.insert(caller, Read { at: now.as_second(), verdict });
        }
    }
}

impl Read {
    fn is_fresh(&self, now: Timestamp) -> bool {
        now.as_second() - self.at < FRESH_SECONDS
    }
}

/// What the person of a verified access token may do now.
pub async fn person(app: &App, claims: &Claims) -> Result<Grant, Error> {
    let (caller, now) = (claims.sid.to_string(), app.clock.now());
    if let Some(verdict) = app.access.get(&caller, now) {
        return verdict.grant();
    }
    let tenant = app.store.tenant(claims.org);
    let session = tenant.get_lately::<Session>((claims.sub, claims.sid)).await?;
    let user = tenant.get_lately::<User>(claims.sub).await?;
    let lives = session.is_some_and(|session| session.expires_at() > now);
    let user = user.filter(|user| lives && user.active);
    let verdict = Verdict::of(user.map(|user| Grant::Role(user.role)));
    app.access.put(caller, now, verdict.clone());
    verdict.grant()
}

/// The organisation that an API key is of, who its holder is, and what it may do now.
pub async fn machine(app: &App, key: &str) -> Result<(OrgId, Actor, Grant), Error> {
    let key = ApiKeyText::read(key).ok_or(Error::Unauthenticated)?;
    let now = app.clock.now();
    // With the secret: who guesses at a known key must not be let in by what was read for it.
    let caller = format!("{} {}", key.key, key.secret.hash().as_str());
    let (org, actor) = (key.org, Actor::Key(key.key));
    if let Some(verdict) = app.access.get(&caller, now) {
        return Ok((org, actor, verdict.grant()?));
    }
    let record = app.store.tenant(key.org).get_lately::<ApiKey>(key.key).await?;
    let counts = |record: &ApiKey| record.hash.is_of(&key.secret) && record.counts(now);
    let grant = record.filter(|record| counts(record)).map(|record| record.grant());
    // Guesses are not remembered: there is no end of them.
    let grant = grant.ok_or(Error::Unauthenticated)?;
    app.access.put(caller, now, Verdict::In(grant.clone()));
    Ok((org, actor, grant))
}
