//! Password hashes: Argon2id, 19 MiB, two passes, in PHC form (OWASP's first choice); bcrypt from
//! elsewhere is verified, and replaced when its owner signs in.
//!
//! Hashing takes tens of milliseconds of pure computing, so it runs on a thread of its own where
//! no other request waits for it.

use argon2::{
    Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _,
    password_hash::Error as HashError,
};
use clearmargin_domain::identity::{NewPassword, Password};
use tokio::task::spawn_blocking;

use crate::{App, Error};

const SALT_BYTES: usize = 16;

/// What a hash of today begins with.
const TODAY: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// The hash of no password, made with the same parameters: verifying against it costs the same.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA\
                       $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The hash of a password that somebody chooses.
pub(crate) async fn hash_new(app: &App, password: &NewPassword) -> Result<String, Error> {
    hash(app, password.password().clone()).await
}

/// The hash to store.
pub(crate) async fn hash(app: &App, password: Password) -> Result<String, Error> {
    let salt = app.entropy.bytes();
    let hash = spawn_blocking(move || {
        let salt = salt.get(..SALT_BYTES).unwrap_or(&salt);
        let password = password.expose().ok_or(HashError::PasswordInvalid)?;
        let hash = Argon2::default().hash_password_with_salt(password, salt);
        hash.map(|hash| hash.to_string())
    });
    hash.await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Whether the password is the one of that hash; no hash takes as long and is always wrong.
pub(crate) async fn verify(password: Password, hash: Option<String>) -> Result<bool, Error> {
    let verified = spawn_blocking(move || {
        let hash = hash.as_deref().unwrap_or(NOBODYS);
        let Some(password) = password.expose() else { return Ok(false) };
        if is_bcrypt(hash) {
            // What bcrypt cannot read is no password of its hash.
            return Ok(bcrypt::verify(password, hash).unwrap_or(false));
        }
        match Argon2::default().verify_password(password, &PasswordHash::new(hash)?) {
            Err(HashError::PasswordInvalid) => Ok(false),
            outcome => outcome.map(|()| true),
        }
    });
    verified.await.map_err(Error::internal)?.map_err(|error: HashError| Error::internal(error))
}

fn is_bcrypt(hash: &str) -> bool {
    ["$2a$", "$2b$", "$2x$", "$2y$"].into_iter().any(|kind| hash.starts_with(kind))
}

/// Whether the hash is of a kind that is not made any more.
pub(crate) fn is_outdated(hash: &str) -> bool {
    !hash.starts_with(TODAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bcrypt_hash_is_verified_and_outdated() {
        let hash = bcrypt::hash("correct horse", 4).unwrap();
        assert!(is_outdated(&hash) && !is_outdated(NOBODYS));
        assert!(verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!verify("wrong horse".into(), Some(hash)).await.unwrap());
        assert!(!verify("correct horse".into(), Some("$2b$nonsense".to_owned())).await.unwrap());
    }

    #[tokio::test]
    async fn what_is_longer_than_any_password_is_wrong() {
        assert!(!verify(Password::from("x".repeat(10_000).as_str()), None).await.unwrap());
    }
}
