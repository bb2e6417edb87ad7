//! What is looked up before the organisation is known: sign-in by e-mail, signing keys, and the
//! list of organisations that schedules walk through.

use aws_sdk_dynamodb::types::ReturnValue;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clearmargin_domain::{
    id::{OrgId, UserId},
    identity::{Email, Organization, User},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    change::Change,
    error::{Conflict, StoreError, translate},
    item::{self, Item},
    key::{self, Key},
    table::{Sort, Span, Store},
};

/// Where a sign-in address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Login {
    /// The person.
    pub(crate) user: UserId,
    /// The organisation whose record of the person holds the password: entries of before there were
    /// accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) org: Option<OrgId>,
}

impl Login {
    /// The entry of an address.
    pub(crate) fn item(email: &Email, user: UserId) -> Result<Item, StoreError> {
        let envelope = item::Envelope {
            key: &login_key(email),
            indexes: Vec::new(),
            kind: "login",
            // Entries of shape 1 name the organisation as well.
            shape: 2,
            version: 1,
            expires_at: None,
        };
        item::write(envelope, &Self { user, org: None })
    }
}

/// A key that signs access tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningKeyRecord {
    /// Names the key in tokens.
    pub kid: String,
    /// The public part, as a JSON Web Key.
    pub public_jwk: String,
    /// The private part, sealed by the key service.
    pub sealed_private: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A consent that a person was sent to give elsewhere and has not come back from yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The organisation that connects.
    pub org: OrgId,
    /// The person.
    pub user: UserId,
    /// When it is too late.
    pub until: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Registered {
    org: OrgId,
}

/// The directory.
#[derive(Debug, Clone, Copy)]
pub struct Directory<'a> {
    pub(crate) store: &'a Store,
}

pub(crate) fn login_key(email: &Email) -> Key {
    key::login(&Directory::address_hash(email))
}

fn consent_key(state: &str) -> Key {
    key::consent(&URL_SAFE_NO_PAD.encode(Sha256::digest(state.as_bytes())))
}

fn entry<T: Serialize>(key: &Key, kind: &'static str, doc: &T) -> Result<Item, StoreError> {
    let envelope =
        item::Envelope { key, indexes: Vec::new(), kind, shape: 1, version: 1, expires_at: None };
    item::write(envelope, doc)
}

impl Directory<'_> {
    /// A hash that stands for an address where the address itself has no business to be.
    pub fn address_hash(email: &Email) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(email.as_str().as_bytes()))
    }

    /// Where a sign-in address leads; `None` when nobody has it.
    pub(crate) async fn login(&self, email: &Email) -> Result<Option<Login>, StoreError> {
        self.login_of_hash(&Self::address_hash(email)).await
    }

    pub(crate) async fn login_of_hash(&self, hash: &str) -> Result<Option<Login>, StoreError> {
        let item = self.store.get_item(&key::login(hash)).await?;
        item.map(|item| item::read(item, "login", 2, |_, doc| doc)).transpose()
    }

    /// Takes the consent that a state stands for: it can be taken once.
    pub async fn take_consent(&self, state: &str) -> Result<Option<Consent>, StoreError> {
        let request = self
            .store
            .client
            .delete_item()
            .table_name(&self.store.table)
            .set_key(Some(Item::from(consent_key(state).attributes())))
            .return_values(ReturnValue::AllOld);
        let item = request.send().await.map_err(translate)?.attributes;
        let found = item.filter(|item| !item.is_empty());
        found.map(|item| item::read(item, "consent", 1, |_, doc| doc)).transpose()
    }

    /// Every organisation, for schedules.
    pub async fn organizations(&self) -> Result<Vec<OrgId>, StoreError> {
        let pk = key::directory("ORG", "").pk;
        let items = self.store.query_all(Span { pk, sort: Sort::All, index: None }).await?;
        let org =
            |item| item::read(item, "org", 1, |_, doc| doc).map(|found: Registered| found.org);
        items.into_iter().map(org).collect()
    }

    /// Every signing key, oldest first.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKeyRecord>, StoreError> {
        let pk = key::directory("KEY", "").pk;
        let items = self.store.query_all(Span { pk, sort: Sort::All, index: None }).await?;
        let read = |item| item::read(item, "key", 1, |_, doc| doc);
        let mut keys: Vec<SigningKeyRecord> =
            items.into_iter().map(read).collect::<Result<_, _>>()?;
        keys.sort_by_key(|key| key.created_at);
        Ok(keys)
    }

    /// Adds a signing key; `false` when one of that name is there.
    pub async fn add_signing_key(&self, record: &SigningKeyRecord) -> Result<bool, StoreError> {
        let item = entry(&key::directory("KEY", &record.kid), "key", record)?;
        let request = self
            .store
            .client
            .put_item()
            .table_name(&self.store.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)");
        match request.send().await.map_err(translate) {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict(Conflict::Version)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Change<'_> {
    /// Remembers a consent under the unguessable state that comes back with it.
    pub fn expect_consent(&mut self, state: &str, consent: &Consent) -> Result<(), StoreError> {
        let envelope = item::Envelope {
            key: &consent_key(state),
            indexes: Vec::new(),
            kind: "consent",
            shape: 1,
            version: 1,
            expires_at: Some(consent.until.as_second()),
        };
        self.claim(item::write(envelope, consent)?)
    }

    /// Adds an organisation with its first owner; the owner's account comes on its own.
    pub fn register(
        &mut self,
        organization: &Organization,
        owner: &User,
    ) -> Result<(), StoreError> {
        self.insert(organization)?;
        let org = organization.id;
        let listed = key::directory("ORG", &org.to_string());
        self.claim(entry(&listed, "org", &Registered { org })?)?;
        self.insert(owner)
    }
}
