//! Access tokens and the keys that sign them.
//!
//! A key is made on first use. Its private part is sealed by the key service before it is stored
//! and opened once per process; its public part is for everybody.

use std::{fmt, sync::Arc};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clearmargin_domain::{
    access::Role,
    id::{OrgId, SessionId, UserId},
    secret::Secret,
};
use clearmargin_store::SigningKeyRecord;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::{App, Error};

/// The one algorithm that tokens are signed with.
pub const ALGORITHM: Algorithm = Algorithm::EdDSA;

/// How long an access token is good for, in seconds.
pub const LIFETIME_SECONDS: i64 = 900;

/// The first key's name. Two processes that both make it agree on whichever is stored first.
const FIRST: &str = "key-1";

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// The person.
    pub sub: UserId,
    /// The person's organisation: the tenant of every request with this token.
    pub org: OrgId,
    /// What the person may do.
    pub role: Role,
    /// The session.
    pub sid: SessionId,
    /// When it was issued, in seconds.
    pub iat: i64,
    /// When it ends, in seconds.
    pub exp: i64,
}

/// Who issues access tokens and whom they are for, with the opened key once it was needed.
#[derive(Clone)]
pub struct Tokens {
    issuer: Arc<str>,
    audience: Arc<str>,
    signer: Arc<OnceCell<Signer>>,
}

struct Signer {
    kid: String,
    key: EncodingKey,
}

impl Tokens {
    /// Tokens by `issuer` for `audience`; both are compared as they are.
    pub fn new(issuer: &str, audience: &str) -> Self {
        Self { issuer: issuer.into(), audience: audience.into(), signer: Arc::default() }
    }

    /// Who issues them.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whom they are for.
    pub fn audience(&self) -> &str {
        &self.audience
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokens({} for {})", self.issuer, self.audience)
    }
}

/// Whom an access token is about.
pub(crate) struct Bearer {
    pub(crate) user: UserId,
    pub(crate) org: OrgId,
    pub(crate) role: Role,
    pub(crate) session: SessionId,
}

/// A signed access token.
pub(crate) async fn sign(app: &App, bearer: Bearer) -> Result<Secret, Error> {
    let signer = app.tokens.signer.get_or_try_init(|| open(app)).await?;
    let issued = app.clock.now().as_second();
    let claims = Claims {
        iss: app.tokens.issuer().to_owned(),
        aud: app.tokens.audience().to_owned(),
        sub: bearer.user,
        org: bearer.org,
        role: bearer.role,
        sid: bearer.session,
        iat: issued,
        exp: issued + LIFETIME_SECONDS,
    };
    let header = Header { kid: Some(signer.kid.clone()), ..Header::new(ALGORITHM) };
    let token = jsonwebtoken::encode(&header, &claims, &signer.key).map_err(Error::internal)?;
    Ok(Secret::new(token))
}

/// The public keys, as a JSON Web Key Set.
pub async fn jwks(app: &App) -> Result<Value, Error> {
    let records = app.store.directory().signing_keys().await?;
    let keys = records.iter().map(|record| serde_json::from_str(&record.public_jwk));
    let keys: Vec<Value> = keys.collect::<Result<_, _>>().map_err(Error::internal)?;
    Ok(json!({ "keys": keys }))
}

async fn open(app: &App) -> Result<Signer, Error> {
    let record = match newest(app).await? {
        Some(record) => record,
        None => create(app).await?,
    };
    let private = app.vault.open(&context(&record.kid), &record.sealed_private).await?;
    Ok(Signer { kid: record.kid, key: EncodingKey::from_ed_der(&private) })
}

async fn newest(app: &App) -> Result<Option<SigningKeyRecord>, Error> {
    Ok(app.store.directory().signing_keys().await?.pop())
}

async fn create(app: &App) -> Result<SigningKeyRecord, Error> {
    let pair =
        Ed25519KeyPair::from_seed_unchecked(&app.entropy.bytes()).map_err(Error::internal)?;
    let private = pair.to_pkcs8v1().map_err(Error::internal)?;
    let record = SigningKeyRecord {
        kid: FIRST.to_owned(),
        public_jwk: public_jwk(FIRST, &pair).to_string(),
        sealed_private: app.vault.seal(&context(FIRST), private.as_ref()).await?,
        created_at: app.clock.now(),
    };
    if app.store.directory().add_signing_key(&record).await? {
        return Ok(record);
    }
    // Another process was faster; its key may not be readable yet.
    newest(app).await?.ok_or(Error::Unavailable("sign-in"))
}

fn context(kid: &str) -> String {
    format!("signing-key/{kid}")
}

fn public_jwk(kid: &str, pair: &Ed25519KeyPair) -> Value {
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x})
}
