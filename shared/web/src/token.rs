//! Access tokens, verified with public keys alone.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use clearmargin_app::{
    App, Error,
    keys::{ALGORITHM, Claims, Tokens},
};
use clearmargin_store::SigningKeyRecord;
use jiff::Timestamp;
use jsonwebtoken::{DecodingKey, Validation, jwk::Jwk};

use crate::Problem;

/// After so many seconds the keys are read again: one may have been withdrawn.
const FRESH_SECONDS: i64 = 600;
/// How often a minute keys are read at most: tokens with made-up key names must not cost a read
/// each.
const READS_A_MINUTE: u32 = 10;

/// Verifies access tokens.
pub struct TokenVerifier {
    validation: Validation,
    ring: Mutex<Ring>,
    reading: tokio::sync::Mutex<()>,
}

/// The public keys, as last read.
#[derive(Default)]
struct Ring {
    keys: HashMap<String, DecodingKey>,
    read_at: i64,
    minute: i64,
    reads: u32,
}

impl Ring {
    /// The key of that name, and whether the keys should be read first.
    fn find(&self, kid: &str, now: i64) -> (Option<DecodingKey>, bool) {
        let known = self.keys.get(kid).cloned();
        let stale = known.is_none() || now - self.read_at >= FRESH_SECONDS;
        (known, stale)
    }

    fn may_read(&mut self, now: i64) -> bool {
        let minute = now.div_euclid(60);
        if self.minute != minute {
            (self.minute, self.reads) = (minute, 0);
        }
        self.reads += 1;
        self.reads <= READS_A_MINUTE
    }
}

impl TokenVerifier {
    /// A verifier of those tokens and no others.
    pub fn new(tokens: &Tokens) -> Self {
        // The algorithm is ours, never the token's; expiry is compared with the app's clock.
        let mut validation = Validation::new(ALGORITHM);
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[tokens.issuer()]);
        validation.set_audience(&[tokens.audience()]);
        Self { validation, ring: Mutex::default(), reading: tokio::sync::Mutex::default() }
    }

    /// What a genuine token of ours says that has not expired.
    pub async fn verify(&self, app: &App, token: &str) -> Result<Claims, Problem> {
        let now = app.clock.now();
        let header = jsonwebtoken::decode_header(token).map_err(|_| Problem::bad_token())?;
        let kid = header.kid.ok_or_else(Problem::bad_token)?;
        let key = self.key(app, &kid, now).await?.ok_or_else(Problem::bad_token)?;
        let token = jsonwebtoken::decode::<Claims>(token, &key, &self.validation);
        let claims = token.map_err(|_| Problem::bad_token())?.claims;
        if claims.exp > now.as_second() { Ok(claims) } else { Err(Problem::bad_token()) }
    }

    async fn key(
        &self,
        app: &App,
        kid: &str,
        now: Timestamp,
    ) -> Result<Option<DecodingKey>, Error> {
        let now = now.as_second();
        let (known, stale) = self.ring().find(kid, now);
        if !stale {
            return Ok(known);
        }
        // One reads, the others wait for what is found: a process that has just begun may have many
        // requests at once.
        let _reading = self.reading.lock().await;
        let (known, stale) = self.ring().find(kid, now);
        if !stale || !self.ring().may_read(now) {
            return Ok(known);
        }
        let records = app.store.directory().signing_keys().await?;
        let keys: HashMap<_, _> = records.iter().map(public).collect::<Result<_, _>>()?;
        let mut ring = self.ring();
        (ring.keys, ring.read_at) = (keys, now);
        Ok(ring.keys.get(kid).cloned())
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn public(record: &SigningKeyRecord) -> Result<(String, DecodingKey), Error> {
    let jwk: Jwk = serde_json::from_str(&record.public_jwk).map_err(Error::internal)?;
    let key = DecodingKey::from_jwk(&jwk).map_err(Error::internal)?;
    Ok((record.kid.clone(), key))
}
