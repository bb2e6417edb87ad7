//! Configuration: every environment variable, typed, read once at init.

use std::time::Duration;

use clearmargin_app::{Upstreams, keys::Tokens};
use clearmargin_domain::{job::Worker, secret::Secret};
use clearmargin_web::Cors;

/// Why a process cannot begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A variable that this process needs is missing or empty.
    #[error("environment variable {0} is not set")]
    Missing(&'static str),
    /// A variable has a value that makes no sense.
    #[error("environment variable {0} is not a positive number")]
    NotANumber(&'static str),
    /// A variable does not list origins.
    #[error("environment variable {0} is not a list of origins such as https://app.example.com")]
    NotOrigins(&'static str),
}

/// What the environment says. What is optional here is needed by some functions only; those that
/// are started without it fail at init, or when they first use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `TABLE_NAME`: the table.
    pub table: String,
    /// Where orders to workers go.
    pub queues: Queues,
    /// `MAIL_FROM`: the address that mails come from.
    pub mail_from: Option<String>,
    /// `REPHRASE_MODEL_ID`: the model of Amazon Bedrock that puts texts in other words; none unless set.
    pub rephrase_model: Option<String>,
    /// `DASHBOARD_URL`: where links in mails lead.
    pub dashboard_url: Option<String>,
    /// `ARCHIVE_BUCKET`: where answers of source systems are kept.
    pub archive_bucket: Option<String>,
    /// `KMS_KEY_ID`: the key that seals credentials.
    pub kms_key: Option<String>,
    /// `CURSOR_SECRET_ARN`: the secret that signs page cursors.
    pub cursor_secret: Option<String>,
    /// `SUPEROPS_URL`: SuperOps' GraphQL endpoint.
    pub superops_url: Option<String>,
    /// `SUPEROPS_PER_MINUTE`: requests a minute that a SuperOps connection may make.
    pub superops_per_minute: u32,
    /// Everything about QuickBooks, where `QUICKBOOKS_SECRET_ARN` is set.
    pub quickbooks: Option<QuickBooks>,
    /// `PUBLIC_URL`: where this API is reachable.
    pub public_url: Option<String>,
    /// `CORS_ORIGINS`: pages that may call this API, separated by commas.
    pub cors: Cors,
    /// `RATE_LIMIT_PER_MINUTE`: requests a minute that an organisation may make; a caller may make
    /// a fifth of them.
    pub rate_limit_per_minute: u32,
    /// `TOKEN_ISSUER`: who issues access tokens.
    pub token_issuer: Option<String>,
}

/// Where orders to workers go; a function has the queues that it sends to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queues {
    /// `SYNC_QUEUE_URL`: to those that read source systems and compute.
    pub sync: Option<String>,
    /// `ANALYSIS_QUEUE_URL`: to those that analyse.
    pub analysis: Option<String>,
    /// `DELIVERY_QUEUE_URL`: to those that reach people.
    pub delivery: Option<String>,
}

impl Queues {
    /// Every queue that the function has.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        [&self.sync, &self.analysis, &self.delivery].into_iter().flatten().map(String::as_str)
    }

    /// The queue of those workers, or the name of the variable that should say it.
    pub(crate) fn of(&self, worker: Worker) -> Result<&str, &'static str> {
        let (url, name) = match worker {
            Worker::Sync => (&self.sync, "SYNC_QUEUE_URL"),
            Worker::Analysis => (&self.analysis, "ANALYSIS_QUEUE_URL"),
            Worker::Delivery => (&self.delivery, "DELIVERY_QUEUE_URL"),
        };
        url.as_deref().ok_or(name)
    }
}

/// How QuickBooks Online is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuickBooks {
    /// `QUICKBOOKS_SECRET_ARN`: the secret with our client id and client secret at Intuit.
    pub secret: String,
    /// `QUICKBOOKS_API_URL`: the accounting API.
    pub api_url: String,
    /// `QUICKBOOKS_AUTHORIZE_URL`: the page where a person consents.
    pub authorize_url: String,
    /// `QUICKBOOKS_TOKEN_URL`: the token endpoints.
    pub token_url: String,
    /// `QUICKBOOKS_REVOKE_URL`: where tokens are ended.
    pub revoke_url: String,
    /// `QUICKBOOKS_PER_MINUTE`: requests a minute that a QuickBooks connection may make.
    pub per_minute: u32,
}

/// How long a source that was asked too often is left alone, unless it says for how long. Both
/// sources count by the minute, and QuickBooks' documentation asks to wait for one.
const REST: Duration = Duration::from_mins(1);

/// Whom access tokens are for: this API.
const TOKEN_AUDIENCE: &str = "clearmargin";

/// Our client id and client secret at Intuit.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuickBooksClient {
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
}

impl Config {
    /// Reads the environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        #[expect(clippy::disallowed_methods, reason = "this is where configuration is read")]
        Self::read(&|name| std::env::var(name).ok())
    }

    fn read(look_up: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let variables = Variables { look_up };
        let cors = variables.get("CORS_ORIGINS").unwrap_or_default();
        Ok(Self {
            table: variables.require("TABLE_NAME")?,
            queues: Queues {
                sync: variables.get("SYNC_QUEUE_URL"),
                analysis: variables.get("ANALYSIS_QUEUE_URL"),
                delivery: variables.get("DELIVERY_QUEUE_URL"),
            },
            mail_from: variables.get("MAIL_FROM"),
            rephrase_model: variables.get("REPHRASE_MODEL_ID"),
            dashboard_url: variables.get("DASHBOARD_URL"),
            archive_bucket: variables.get("ARCHIVE_BUCKET"),
            kms_key: variables.get("KMS_KEY_ID"),
            cursor_secret: variables.get("CURSOR_SECRET_ARN"),
            superops_url: variables.get("SUPEROPS_URL"),
            superops_per_minute: variables.number("SUPEROPS_PER_MINUTE", 100)?,
            quickbooks: variables
                .get("QUICKBOOKS_SECRET_ARN")
                .map(|secret| QuickBooks::read(secret, &variables))
                .transpose()?,
            public_url: variables.get("PUBLIC_URL"),
            cors: cors.parse().map_err(|_| ConfigError::NotOrigins("CORS_ORIGINS"))?,
            rate_limit_per_minute: variables.number("RATE_LIMIT_PER_MINUTE", 6_000)?,
            token_issuer: variables.get("TOKEN_ISSUER"),
        })
    }

    /// Refuses what is not enough to serve the API.
    pub(crate) fn serves_api(&self) -> Result<(), ConfigError> {
        let needed =
            [("CURSOR_SECRET_ARN", &self.cursor_secret), ("TOKEN_ISSUER", &self.token_issuer)];
        let missing = needed.into_iter().find(|(_, value)| value.is_none());
        missing.map_or(Ok(()), |(name, _)| Err(ConfigError::Missing(name)))
    }

    /// Access tokens; those of a function without an issuer are good for nothing.
    pub(crate) fn tokens(&self) -> Tokens {
        Tokens::new(self.token_issuer.as_deref().unwrap_or_default(), TOKEN_AUDIENCE)
    }

    /// Where the source systems are. An address that is not configured is replaced by one that
    /// names its variable and that no request can reach: the error says what is missing.
    pub(crate) fn upstreams(&self, client: Option<QuickBooksClient>) -> Upstreams {
        let quickbooks = self.quickbooks.as_ref();
        let url = |name: &str, get: fn(&QuickBooks) -> &String| {
            quickbooks.map_or_else(|| unset(name), |quickbooks| get(quickbooks).clone())
        };
        let (id, secret) = client.map_or_else(
            || (unset("QUICKBOOKS_SECRET_ARN"), Secret::new("")),
            |client| (client.client_id, client.client_secret),
        );
        Upstreams {
            superops_url: self.superops_url.clone().unwrap_or_else(|| unset("SUPEROPS_URL")),
            superops_per_minute: self.superops_per_minute,
            quickbooks_api_url: url("QUICKBOOKS_API_URL", |quickbooks| &quickbooks.api_url),
            quickbooks_authorize_url: url("QUICKBOOKS_AUTHORIZE_URL", |it| &it.authorize_url),
            quickbooks_token_url: url("QUICKBOOKS_TOKEN_URL", |it| &it.token_url),
            quickbooks_revoke_url: url("QUICKBOOKS_REVOKE_URL", |it| &it.revoke_url),
            quickbooks_per_minute: quickbooks.map_or(0, |quickbooks| quickbooks.per_minute),
            rest: REST,
            quickbooks_client_id: id,
            quickbooks_client_secret: secret,
            public_url: self.public_url.clone().unwrap_or_else(|| unset("PUBLIC_URL")),
        }
    }
}

impl QuickBooks {
    fn read(secret: String, variables: &Variables<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            secret,
            api_url: variables.require("QUICKBOOKS_API_URL")?,
            authorize_url: variables.require("QUICKBOOKS_AUTHORIZE_URL")?,
            token_url: variables.require("QUICKBOOKS_TOKEN_URL")?,
            revoke_url: variables.require("QUICKBOOKS_REVOKE_URL")?,
            per_minute: variables.number("QUICKBOOKS_PER_MINUTE", 450)?,
        })
    }
}

fn unset(name: &str) -> String {
    format!("unset:{name}")
}

struct Variables<'a> {
    look_up: &'a dyn Fn(&str) -> Option<String>,
}

impl Variables<'_> {
    /// The value; an empty one counts as none, since templates cannot leave a variable out.
    fn get(&self, name: &str) -> Option<String> {
        (self.look_up)(name).filter(|value| !value.is_empty())
    }

    fn require(&self, name: &'static str) -> Result<String, ConfigError> {
        self.get(name).ok_or(ConfigError::Missing(name))
    }

    fn number(&self, name: &'static str, default: u32) -> Result<u32, ConfigError> {
        let Some(text) = self.get(name) else {
            return Ok(default);
        };
        let number = text.parse().ok().filter(|number| *number > 0);
        number.ok_or(ConfigError::NotANumber(name))
    }
}

#[cfg(test)]
impl Config {
    pub(crate) fn only_table(name: &str) -> Self {
        Self::read(&|variable| (variable == "TABLE_NAME").then(|| name.to_owned())).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(&|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_table_alone_is_enough_and_limits_have_defaults() {
        let config = read(&[("TABLE_NAME", "main"), ("KMS_KEY_ID", "")]).unwrap();
        assert_eq!((config.superops_per_minute, config.kms_key), (100, None));
        assert_eq!((config.quickbooks, config.rephrase_model), (None, None));
    }

    #[test]
    fn what_is_missing_or_senseless_is_named() {
        assert_eq!(read(&[]), Err(ConfigError::Missing("TABLE_NAME")));
        let half = [("TABLE_NAME", "main"), ("QUICKBOOKS_SECRET_ARN", "arn")];
        assert_eq!(read(&half), Err(ConfigError::Missing("QUICKBOOKS_API_URL")));
        for number in ["0", "-1", "many"] {
            let config = read(&[("TABLE_NAME", "main"), ("SUPEROPS_PER_MINUTE", number)]);
            assert_eq!(config, Err(ConfigError::NotANumber("SUPEROPS_PER_MINUTE")));
        }
        let config = read(&[("TABLE_NAME", "main"), ("CORS_ORIGINS", "*")]);
        assert_eq!(config, Err(ConfigError::NotOrigins("CORS_ORIGINS")));
    }

    #[test]
    fn an_api_function_needs_a_cursor_secret_and_an_issuer() {
        let mut variables = vec![("TABLE_NAME", "main")];
        for name in ["CURSOR_SECRET_ARN", "TOKEN_ISSUER"] {
            let config = read(&variables).unwrap();
            assert_eq!(config.serves_api(), Err(ConfigError::Missing(name)));
            variables.push((name, "set"));
        }
        assert_eq!(read(&variables).unwrap().serves_api(), Ok(()));
    }

    #[test]
    fn an_address_that_is_not_configured_names_its_variable() {
        let upstreams = read(&[("TABLE_NAME", "main")]).unwrap().upstreams(None);
        assert_eq!(upstreams.superops_url, "unset:SUPEROPS_URL");
        assert_eq!(upstreams.quickbooks_token_url, "unset:QUICKBOOKS_TOKEN_URL");
    }
}
