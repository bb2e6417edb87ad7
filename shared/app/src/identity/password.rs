//! Password hashes: Argon2id, 19 MiB, two passes, in PHC form.
//!
//! Hashing takes tens of milliseconds of pure computing, so it runs on a thread of its own where
//! no other request waits for it.

use argon2::{
    Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _,
    password_hash::Error as HashError,
};
use clearmargin_domain::identity::Password;
use tokio::task::spawn_blocking;

use crate::{App, Error};

const SALT_BYTES: usize = 16;

/// The hash of no password, made with the same parameters: verifying against it costs the same.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA\
                       $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The hash to store.
pub(super) async fn hash(app: &App, password: Password) -> Result<String, Error> {
    let salt = app.entropy.bytes();
    let hash = spawn_blocking(move || {
        let salt = salt.get(..SALT_BYTES).unwrap_or(&salt);
        let hash = Argon2::default().hash_password_with_salt(password.expose(), salt);
        hash.map(|hash| hash.to_string())
    });
    hash.await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Whether the password is the one of that hash; no hash takes as long and is always wrong.
pub(super) async fn verify(password: Password, hash: Option<String>) -> Result<bool, Error> {
    let verified = spawn_blocking(move || {
        let hash = PasswordHash::new(hash.as_deref().unwrap_or(NOBODYS))?;
        Argon2::default().verify_password(password.expose(), &hash)
    });
    match verified.await.map_err(Error::internal)? {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(error) => Err(Error::internal(error)),
    }
}
