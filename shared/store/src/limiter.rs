//! Upstream request limits, kept per connection across all instances.

use aws_sdk_dynamodb::types::AttributeValue;
use clearmargin_domain::source::Source;
use jiff::Timestamp;

use crate::{
    error::{Conflict, StoreError, translate},
    item::Item,
    key,
    tenant::Tenant,
};

const WINDOW_SECONDS: i64 = 60;

impl Tenant<'_> {
    /// Takes one request from the connection's minute; `false` when the minute is used up.
    pub async fn take_request(
        &self,
        source: Source,
        per_minute: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let minute = now.as_second().div_euclid(WINDOW_SECONDS);
        // One item per minute, gone soon after: no reset to race about.
        let key = key::member(self.org, "LIMIT", &format!("{source}#{minute}"));
        let number = |value: String| AttributeValue::N(value);
        let request = self
            .store
            .client
            .update_item()
            .table_name(&self.store.table)
            .set_key(Some(Item::from(key.attributes())))
            .update_expression("SET expiresAt = :end ADD taken :one")
            .condition_expression("attribute_not_exists(taken) OR taken < :limit")
            .expression_attribute_values(
                ":end",
                number(((minute + 10) * WINDOW_SECONDS).to_string()),
            )
            .expression_attribute_values(":one", number("1".to_owned()))
            .expression_attribute_values(":limit", number(per_minute.to_string()));
        match request.send().await.map_err(translate) {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict(Conflict::Version)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
