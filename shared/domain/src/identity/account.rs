//! An account: what a person signs in with, whichever organisations they work in.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    id::{OrgId, UserId},
    identity::{Email, Name, SecretHash, TokenSecret},
};

/// An account. It belongs to the person and not to an organisation; what the person is in an
/// organisation says a [`User`](super::User).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The person's id, in every organisation.
    pub id: UserId,
    /// Sign-in address.
    pub email: Email,
    /// When the person proved that the address is theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified_at: Option<Timestamp>,
    /// First name.
    pub first_name: Name,
    /// Last name.
    pub last_name: Name,
    /// The password's hash: Argon2id in PHC form, or bcrypt until the next sign-in.
    pub password_hash: String,
    /// Sessions begun before do not count any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions_from: Option<Timestamp>,
    /// The organisations that the person belongs to, in the order of joining.
    pub organizations: Vec<OrgId>,
    /// The second factor, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactor>,
    /// What a link in a mail proves: that the person may choose a new password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<OneTime>,
    /// What a link in a mail proves: that the address is the person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<OneTime>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Account {
    /// One that belongs nowhere yet and has proved nothing.
    pub fn new(
        id: UserId,
        email: Email,
        (first_name, last_name): (Name, Name),
        password_hash: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            email,
            email_verified_at: None,
            first_name,
            last_name,
            password_hash,
            sessions_from: None,
            organizations: Vec::new(),
            second_factor: None,
            reset: None,
            verification: None,
            created_at: now,
        }
    }
}

/// A secret that counts once and not for long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OneTime {
    /// Its hash.
    pub hash: SecretHash,
    /// Until when it counts.
    pub until: Timestamp,
}

impl OneTime {
    /// One that counts for that long from now on.
    pub fn new(secret: &TokenSecret, now: Timestamp, lifetime: SignedDuration) -> Self {
        let until = now.checked_add(lifetime).unwrap_or(now);
        Self { hash: secret.hash(), until }
    }

    /// Whether the secret is this one and still counts.
    pub fn proves(&self, secret: &TokenSecret, now: Timestamp) -> bool {
        now < self.until && self.hash.is_of(secret)
    }
}

/// A code of six digits from an app (TOTP, RFC 6238), and what replaces it when the app is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecondFactor {
    /// The shared secret, sealed by the key service.
    pub sealed_secret: String,
    /// When the person proved that the app has the secret; it counts from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// The time step of the last code taken: no code counts twice (RFC 6238, 5.2).
    pub last_step: u64,
    /// What is left of the recovery codes.
    #[serde(default)]
    pub recovery_codes: Vec<RecoveryCode>,
}

impl SecondFactor {
    /// Whether it is asked for.
    pub fn counts(&self) -> bool {
        self.confirmed_at.is_some()
    }
}

/// The hash of a recovery code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecoveryCode(pub SecretHash);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_time_secret_counts_until_its_time_is_over() {
        let (right, wrong) = (TokenSecret::new([1; 32]), TokenSecret::new([2; 32]));
        let now = Timestamp::UNIX_EPOCH;
        let one = OneTime::new(&right, now, SignedDuration::from_mins(30));
        let later = |seconds| now + SignedDuration::from_secs(seconds);
        assert!(one.proves(&right, later(1_799)));
        assert!(!one.proves(&right, later(1_800)));
        assert!(!one.proves(&wrong, now));
    }
}
