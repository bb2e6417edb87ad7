//! Requests and messages that were carried out, remembered for a day.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clearmargin_domain::id::OrgId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    error::StoreError,
    item::{self, Item},
    key::{self, Key},
    tenant::Tenant,
};

const DAY_SECONDS: i64 = 86_400;

/// The record that a request was carried out, and what it answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Once {
    /// Which request: its caller's key and its route.
    pub key: String,
    /// A hash of what was asked: the same key with another question is a mistake.
    pub fingerprint: String,
    /// The answer, as JSON text.
    pub answer: String,
    /// When it was carried out.
    pub at: Timestamp,
}

const KIND: &str = "once";

fn place(org: OrgId, request: &str) -> Key {
    key::once(org, &URL_SAFE_NO_PAD.encode(Sha256::digest(request.as_bytes())))
}

impl Once {
    /// The item, which vanishes after a day.
    pub(crate) fn item(&self, org: OrgId) -> Result<Item, StoreError> {
        let envelope = item::Envelope {
            key: &place(org, &self.key),
            indexes: Vec::new(),
            kind: KIND,
            shape: 1,
            version: 1,
            expires_at: Some(self.at.as_second() + DAY_SECONDS),
        };
        item::write(envelope, self)
    }
}

impl Tenant<'_> {
    /// What is remembered of a request; `None` when it was not carried out within a day.
    pub async fn once(&self, request: &str, now: Timestamp) -> Result<Option<Once>, StoreError> {
        let item = self.store.get_item(&place(self.org, request)).await?;
        let once = item.map(|item| item::read::<Once>(item, KIND, 1, |_, doc| doc)).transpose()?;
        // Expired items linger in the table for a while.
        Ok(once.filter(|once| once.at.as_second() + DAY_SECONDS > now.as_second()))
    }
}
