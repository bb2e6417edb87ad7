//! Tokens that are handed out as text: a word for their kind, ids that say where the hash of the
//! secret is stored, and the secret. The store needs no index to find them, and whoever finds one
//! in the wrong place can tell what it is.

use clearmargin_domain::{
    id::{ApiKeyId, InvitationId, OrgId, SessionId, TicketId, UserId},
    identity::TokenSecret,
    secret::Secret,
};

/// Characters of an id without its prefix.
const ID: usize = 26;

/// What API keys begin with.
pub const API_KEY: &str = "cmk_";

/// What a refresh token says.
pub(crate) struct RefreshToken {
    pub(crate) org: OrgId,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    pub(crate) secret: TokenSecret,
}

/// What an API key says.
pub(crate) struct ApiKeyText {
    pub(crate) org: OrgId,
    pub(crate) key: ApiKeyId,
    pub(crate) secret: TokenSecret,
}

/// What a link to join says.
pub(crate) struct InvitationToken {
    pub(crate) org: OrgId,
    pub(crate) invitation: InvitationId,
    pub(crate) secret: TokenSecret,
}

/// What a link for a client's word on a ticket says.
pub(crate) struct RatingToken {
    pub(crate) org: OrgId,
    pub(crate) ticket: TicketId,
    pub(crate) secret: TokenSecret,
}

/// What a link about an account says: to choose a new password, or that an address is one's own.
pub(crate) struct AccountToken {
    pub(crate) user: UserId,
    pub(crate) secret: TokenSecret,
}

fn digits(id: &str) -> &str {
    id.split_once('_').map_or(id, |(_, digits)| digits)
}

fn write(kind: &str, ids: &[String], secret: &TokenSecret) -> Secret {
    let ids: String = ids.iter().map(|id| digits(id)).collect();
    Secret::new(format!("{kind}{ids}{}", secret.expose()))
}

fn id<T: std::str::FromStr>(prefix: &str, text: &str, place: usize) -> Option<T> {
    let digits = text.get(place * ID..(place + 1) * ID)?;
    format!("{prefix}_{digits}").parse().ok()
}

fn secret(text: &str, ids: usize) -> Option<TokenSecret> {
    TokenSecret::read(text.get(ids * ID..)?)
}

impl RefreshToken {
    const KIND: &'static str = "cmr_";

    pub(crate) fn text(&self) -> Secret {
        let ids = [self.org.to_string(), self.user.to_string(), self.session.to_string()];
        write(Self::KIND, &ids, &self.secret)
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix(Self::KIND)?;
        Some(Self {
            org: id(OrgId::PREFIX, text, 0)?,
            user: id(UserId::PREFIX, text, 1)?,
            session: id(SessionId::PREFIX, text, 2)?,
            secret: secret(text, 3)?,
        })
    }
}

impl ApiKeyText {
    pub(crate) fn text(&self) -> Secret {
        write(API_KEY, &[self.org.to_string(), self.key.to_string()], &self.secret)
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix(API_KEY)?;
        Some(Self {
            org: id(OrgId::PREFIX, text, 0)?,
            key: id(ApiKeyId::PREFIX, text, 1)?,
            secret: secret(text, 2)?,
        })
    }
}

impl InvitationToken {
    const KIND: &'static str = "cmi_";

    pub(crate) fn text(&self) -> Secret {
        let ids = [self.org.to_string(), self.invitation.to_string()];
        write(Self::KIND, &ids, &self.secret)
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix(Self::KIND)?;
        Some(Self {
            org: id(OrgId::PREFIX, text, 0)?,
            invitation: id(InvitationId::PREFIX, text, 1)?,
            secret: secret(text, 2)?,
        })
    }
}

impl RatingToken {
    const KIND: &'static str = "cms_";

    pub(crate) fn text(&self) -> Secret {
        let ids = [self.org.to_string(), self.ticket.to_string()];
        write(Self::KIND, &ids, &self.secret)
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix(Self::KIND)?;
        Some(Self {
            org: id(OrgId::PREFIX, text, 0)?,
            ticket: id(TicketId::PREFIX, text, 1)?,
            secret: secret(text, 2)?,
        })
    }
}

impl AccountToken {
    const KIND: &'static str = "cma_";

    pub(crate) fn text(&self) -> Secret {
        write(Self::KIND, &[self.user.to_string()], &self.secret)
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix(Self::KIND)?;
        Some(Self { user: id(UserId::PREFIX, text, 0)?, secret: secret(text, 1)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_as_what_it_says_and_no_other_kind_does() {
        let org = OrgId::derived(&["1"]);
        let (user, session) = (UserId::derived(&["1"]), SessionId::derived(&["1"]));
        let secret = TokenSecret::new([7; 32]);
        let token = RefreshToken { org, user, session, secret }.text();
        let read = RefreshToken::read(token.expose()).unwrap();
        assert_eq!((read.org, read.user, read.session), (org, user, session));
        assert!(read.secret.hash().is_of(&TokenSecret::new([7; 32])));
        assert!(ApiKeyText::read(token.expose()).is_none());
        for text in ["", "cmr_", "cmr_é", &token.expose()[..100], &format!("{}0", token.expose())]
        {
            assert!(RefreshToken::read(text).is_none(), "{text}");
        }
    }
}
