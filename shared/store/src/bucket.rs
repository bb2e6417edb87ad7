//! Token buckets, shared by all instances: one item each, one write for a block of tokens.

use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clearmargin_domain::limit::{FullAt, Rate};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::{
    directory::Directory,
    error::{StoreError, translate},
    item::{self, Item},
    key::{self, Key},
    table::Store,
    tenant::Tenant,
};

/// How often a block is asked for while others take from the same bucket.
const TRIES: u32 = 4;
const KIND: &str = "bucket";
/// What every write says.
const ALWAYS: &str = "expiresAt = :end, #kind = :kind, shape = :shape";

/// What came of asking for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// How many tokens were given: what was asked for, or what there was; none from an empty bucket.
    pub tokens: u32,
    /// When the bucket is full again.
    pub full: FullAt,
}

impl Tenant<'_> {
    /// Takes up to so many tokens from the organisation's bucket of that name. `seen` is what the
    /// last lease said of it: whoever knows the bucket's state needs one write.
    pub async fn take_tokens(
        &self,
        bucket: &str,
        rate: Rate,
        (tokens, seen): (u32, FullAt),
        now: Timestamp,
    ) -> Result<Lease, StoreError> {
        let key = key::bucket(self.org, bucket);
        Bucket { store: self.store, key, rate, now }.take(tokens, seen).await
    }
}

impl Directory<'_> {
    /// Takes a token from the bucket of something that belongs to no organisation (yet); of its name
    /// only a hash is stored.
    pub async fn take_attempt(
        &self,
        subject: &str,
        rate: Rate,
        now: Timestamp,
    ) -> Result<Lease, StoreError> {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(subject.as_bytes()));
        let key = key::attempts(&hash);
        Bucket { store: self.store, key, rate, now }.take(1, FullAt::default()).await
    }
}

/// A bucket at a moment.
struct Bucket<'a> {
    store: &'a Store,
    key: Key,
    rate: Rate,
    now: Timestamp,
}

impl Bucket<'_> {
    async fn take(&self, tokens: u32, mut seen: FullAt) -> Result<Lease, StoreError> {
        let mut wanted = tokens.clamp(1, self.rate.quota.max(1));
        for _ in 0..TRIES {
            match self.try_take(wanted, seen).await? {
                Taken::Tokens(full) => return Ok(Lease { tokens: wanted, full }),
                Taken::Nothing(full) => seen = full,
            }
            match self.rate.left(seen, self.now) {
                0 => break,
                left => wanted = wanted.min(left),
            }
        }
        Ok(Lease { tokens: 0, full: seen })
    }

    /// Takes the tokens if the bucket is as it was seen: full, or on its way there with enough in it.
    /// An expression cannot say "the later of the two".
    async fn try_take(&self, tokens: u32, seen: FullAt) -> Result<Taken, StoreError> {
        let now = self.now.as_microsecond();
        let cost = self.rate.cost(tokens);
        let request = self
            .store
            .client
            .update_item()
            .table_name(&self.store.table)
            .set_key(Some(Item::from(self.key.attributes())))
            .expression_attribute_names("#kind", "kind")
            .expression_attribute_values(":kind", AttributeValue::S(KIND.to_owned()))
            .expression_attribute_values(":shape", number(1))
            .expression_attribute_values(":now", number(now))
            // The item means nothing once the bucket is full.
            .expression_attribute_values(":end", number(self.expires_at()))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let request = if seen.0 > now {
            request
                .update_expression(format!("SET fullAt = fullAt + :cost, {ALWAYS}"))
                .condition_expression("fullAt > :now AND fullAt <= :most")
                .expression_attribute_values(":cost", number(cost))
                .expression_attribute_values(":most", number(self.rate.horizon(self.now).0 - cost))
        } else {
            request
                .update_expression(format!("SET fullAt = :full, {ALWAYS}"))
                .condition_expression("attribute_not_exists(fullAt) OR fullAt <= :now")
                .expression_attribute_values(":full", number(now + cost))
        };
        match request.send().await {
            Ok(answer) => Ok(Taken::Tokens(full_at(answer.attributes()))),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    Ok(Taken::Nothing(full_at(failed.item())))
                }
                _ => Err(translate(error)),
            },
        }
    }

    fn expires_at(&self) -> i64 {
        self.now.as_second() + 2 * i64::from(self.rate.window)
    }
}

enum Taken {
    /// Those asked for; the bucket is full again then.
    Tokens(FullAt),
    /// None: the bucket is in another state than was thought, and full again then.
    Nothing(FullAt),
}

fn full_at(item: Option<&Item>) -> FullAt {
    FullAt(item.and_then(|item| item::number(item, "fullAt")).unwrap_or_default())
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
