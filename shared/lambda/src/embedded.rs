//! The table on a loopback address: for the local server and for tests.

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
};
use clearmargin_store::{CursorKey, Store};

/// The table that an embedded DynamoDB serves at `endpoint`.
pub fn table_at(endpoint: &str, table: &str, cursors: CursorKey) -> Store {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("embedded", "embedded", None, None, "embedded"))
        .endpoint_url(endpoint)
        .retry_config(RetryConfig::standard())
        .build();
    Store::new(Client::from_conf(config), table, cursors)
}
