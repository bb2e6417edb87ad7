//! A session: from signing in to signing out, kept alive by refresh tokens.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    id::{SessionId, UserId},
    identity::{SecretHash, TokenSecret},
};

/// For how long a refresh must not be told from reuse: the answer to a refresh is held back that
/// long, so whoever sends the same token within it cannot have seen the answer, and whoever sends
/// it later has.
const RACE: SignedDuration = SignedDuration::from_millis(150);

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Our id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The hash of the refresh token's secret.
    pub hash: SecretHash,
    /// That of the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<SecretHash>,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When the refresh token was last exchanged.
    pub refreshed_at: Timestamp,
    /// What the person signed in with, as it names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

/// What a refresh token that somebody brings means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// It is the session's current one.
    Current,
    /// It is the one before, sent while its exchange was not answered yet: somebody's own tabs.
    Race,
    /// It was exchanged before, or never given: the session's tokens are in other hands.
    Reuse,
    /// The session was not used for too long.
    Expired,
}

impl Session {
    /// How long a session lasts without being used.
    pub const IDLE: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// How long the answer to a refresh is held back.
    pub const HOLD: SignedDuration = RACE;

    /// When the session ends unless it is used.
    pub fn expires_at(&self) -> Timestamp {
        self.refreshed_at.checked_add(Self::IDLE).unwrap_or(self.refreshed_at)
    }

    /// What a token's secret means that arrives now.
    pub fn judge(&self, secret: &TokenSecret, now: Timestamp) -> Refresh {
        if now >= self.expires_at() {
            Refresh::Expired
        } else if self.hash.is_of(secret) {
            Refresh::Current
        } else if self.previous.as_ref().is_some_and(|previous| previous.is_of(secret))
            && now.duration_since(self.refreshed_at) < RACE
        {
            Refresh::Race
        } else {
            Refresh::Reuse
        }
    }

    /// The session with another refresh token.
    #[must_use]
    pub fn rotated(&self, secret: &TokenSecret, now: Timestamp) -> Self {
        Self {
            hash: secret.hash(),
            previous: Some(self.hash.clone()),
            refreshed_at: now,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(byte: u8) -> TokenSecret {
        TokenSecret::new([byte; 32])
    }

    fn after(millis: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis)
    }

    fn session() -> Session {
        Session {
            id: SessionId::derived(&["1"]),
            user: UserId::derived(&["1"]),
            hash: secret(1).hash(),
            previous: None,
            created_at: after(0),
            refreshed_at: after(0),
            user_agent: None,
        }
    }

    #[test]
    fn a_token_counts_once() {
        let rotated = session().rotated(&secret(2), after(1_000));
        assert_eq!(session().judge(&secret(1), after(1_000)), Refresh::Current);
        assert_eq!(rotated.judge(&secret(2), after(1_001)), Refresh::Current);
        assert_eq!(rotated.judge(&secret(1), after(1_151)), Refresh::Reuse);
        assert_eq!(rotated.judge(&secret(3), after(1_001)), Refresh::Reuse);
    }

    #[test]
    fn tokens_sent_while_the_answer_is_held_back_are_a_race() {
        let rotated = session().rotated(&secret(2), after(1_000));
        assert_eq!(rotated.judge(&secret(1), after(990)), Refresh::Race);
        assert_eq!(rotated.judge(&secret(1), after(1_149)), Refresh::Race);
        let twice = rotated.rotated(&secret(3), after(1_010));
        assert_eq!(twice.judge(&secret(1), after(1_011)), Refresh::Reuse);
    }

    #[test]
    fn a_session_ends_when_nobody_uses_it() {
        let idle = session().expires_at();
        assert_eq!(session().judge(&secret(1), idle), Refresh::Expired);
        let used = session().rotated(&secret(2), after(86_400_000));
        assert_eq!(used.judge(&secret(2), idle), Refresh::Current);
    }
}
