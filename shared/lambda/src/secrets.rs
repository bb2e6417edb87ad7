//! Secrets from AWS Secrets Manager, read once at init by the functions that need them.

use aws_sdk_secretsmanager::Client;
use clearmargin_store::CursorKey;

use crate::config::QuickBooksClient;

/// Shorter secrets could be guessed.
const CURSOR_SECRET_BYTES: usize = 32;

/// Why a secret cannot be used. It never says what the secret is.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The secret could not be read.
    #[error("the secret in {name} could not be read")]
    Unreadable {
        /// The variable that names the secret.
        name: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The secret is not what it should be.
    #[error("the secret in {name} is not {expected}")]
    Unusable {
        /// The variable that names the secret.
        name: &'static str,
        /// What it should be.
        expected: &'static str,
    },
}

/// The key that signs page cursors.
pub(crate) async fn cursor_key(client: &Client, arn: &str) -> Result<CursorKey, SecretError> {
    let name = "CURSOR_SECRET_ARN";
    let text = text(client, name, arn).await?;
    if text.len() < CURSOR_SECRET_BYTES {
        return Err(SecretError::Unusable { name, expected: "32 characters or longer" });
    }
    Ok(CursorKey::new(text.as_bytes()))
}

/// Our client id and client secret at Intuit.
pub(crate) async fn quickbooks(
    client: &Client,
    arn: &str,
) -> Result<QuickBooksClient, SecretError> {
    let name = "QUICKBOOKS_SECRET_ARN";
    let text = text(client, name, arn).await?;
    let expected = "an object with clientId and clientSecret";
    // The parser's own error would quote the secret.
    serde_json::from_str(&text).map_err(|_| SecretError::Unusable { name, expected })
}

async fn text(client: &Client, name: &'static str, arn: &str) -> Result<String, SecretError> {
    let unreadable =
        |source: Box<dyn std::error::Error + Send + Sync>| SecretError::Unreadable { name, source };
    let answer = client.get_secret_value().secret_id(arn).send().await;
    let answer = answer.map_err(|error| unreadable(error.into()))?;
    answer.secret_string.ok_or_else(|| unreadable("it holds no text".into()))
}
