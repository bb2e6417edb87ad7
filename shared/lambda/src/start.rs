//! What happens once, before the first event.

use std::{sync::Arc, time::Duration};

use aws_config::{BehaviorVersion, SdkConfig, timeout::TimeoutConfig};
use clearmargin_app::{
    App, Archive, Entropy as _, Http, Mailer, Queue, Rephraser, Vault, identity::AccessCache,
};
use clearmargin_store::{CursorKey, Store};

use crate::{
    Config, KmsVault, S3Archive, SqsQueue, SystemClock, SystemEntropy,
    archive::NoArchive,
    config::QuickBooksClient,
    https,
    mailer::{NoMailer, SesMailer},
    rephraser::BedrockRephraser,
    secrets::{self, SecretError},
    vault::NoVault,
};

/// How long one attempt of a request to AWS may take.
const ATTEMPT: Duration = Duration::from_secs(5);

/// What all use cases work with, made from the environment, with the table's connection open.
pub(crate) async fn start(config: &Config) -> Result<App, lambda_runtime::Error> {
    begin(config, &aws().await?).await
}

/// [`start`] for a function that reads source systems, or seals audit rows. The others do not carry S3's client along:
/// it would make each of them a tenth larger.
pub(crate) async fn start_with_archive(config: &Config) -> Result<App, lambda_runtime::Error> {
    let aws = aws().await?;
    Ok(App { archive: archive(&aws, config), ..begin(config, &aws).await? })
}

/// [`start_with_archive`] for the function that analyses, which alone carries Bedrock's client along.
pub(crate) async fn start_with_rephraser(config: &Config) -> Result<App, lambda_runtime::Error> {
    let aws = aws().await?;
    let (archive, rephraser) = (archive(&aws, config), rephraser(&aws, config));
    Ok(App { archive, rephraser, ..begin(config, &aws).await? })
}

/// [`start`] for a function that writes to people, which alone carries SES's client along.
pub(crate) async fn start_with_mail(config: &Config) -> Result<App, lambda_runtime::Error> {
    let aws = aws().await?;
    Ok(App { mailer: mailer(&aws, config), ..begin(config, &aws).await? })
}

async fn begin(config: &Config, aws: &SdkConfig) -> Result<App, lambda_runtime::Error> {
    let (store, client) = tokio::try_join!(store(aws, config), quickbooks(aws, config))?;
    Ok(App {
        store,
        queue: queue(aws, config),
        vault: vault(aws, config),
        archive: Arc::new(NoArchive),
        mailer: Arc::new(NoMailer),
        rephraser: None,
        dashboard_url: config.dashboard_url.clone(),
        access: AccessCache::default(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        tokens: config.tokens(),
        http: Http::default(),
        upstreams: config.upstreams(client),
    })
}

async fn aws() -> Result<SdkConfig, lambda_runtime::Error> {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).build();
    let config = aws_config::defaults(BehaviorVersion::v2026_01_12());
    let config = config.timeout_config(timeouts).http_client(https::client()?);
    Ok(Box::pin(config.load()).await)
}

async fn store(aws: &SdkConfig, config: &Config) -> Result<Store, lambda_runtime::Error> {
    let client = aws_sdk_dynamodb::Client::new(aws);
    let warm = async { Ok(Box::pin(Store::warm(&client, &config.table)).await?) };
    let cursors =
        async { Ok::<_, lambda_runtime::Error>(Box::pin(cursor_key(aws, config)).await?) };
    let (cursors, ()) = tokio::try_join!(cursors, warm)?;
    Ok(Store::new(client, &config.table, cursors))
}

async fn cursor_key(aws: &SdkConfig, config: &Config) -> Result<CursorKey, SecretError> {
    match &config.cursor_secret {
        Some(arn) => secrets::cursor_key(&aws_sdk_secretsmanager::Client::new(aws), arn).await,
        // Workers give no cursors to anybody.
        None => Ok(CursorKey::new(&SystemEntropy.bytes())),
    }
}

async fn quickbooks(
    aws: &SdkConfig,
    config: &Config,
) -> Result<Option<QuickBooksClient>, lambda_runtime::Error> {
    let Some(quickbooks) = &config.quickbooks else {
        return Ok(None);
    };
    let client = aws_sdk_secretsmanager::Client::new(aws);
    Ok(Some(secrets::quickbooks(&client, &quickbooks.secret).await?))
}

fn queue(aws: &SdkConfig, config: &Config) -> Arc<dyn Queue> {
    let urls = config.queues.clone();
    Arc::new(SqsQueue::new(aws_sdk_sqs::Client::new(aws), urls))
}

fn mailer(aws: &SdkConfig, config: &Config) -> Arc<dyn Mailer> {
    match &config.mail_from {
        Some(from) => Arc::new(SesMailer::new(aws_sdk_sesv2::Client::new(aws), from)),
        None => Arc::new(NoMailer),
    }
}

fn rephraser(aws: &SdkConfig, config: &Config) -> Option<Arc<dyn Rephraser>> {
    let model = config.rephrase_model.as_ref()?;
    Some(Arc::new(BedrockRephraser::new(aws, model)))
}

fn archive(aws: &SdkConfig, config: &Config) -> Arc<dyn Archive> {
    match &config.archive_bucket {
        Some(bucket) => Arc::new(S3Archive::new(aws_sdk_s3::Client::new(aws), bucket)),
        None => Arc::new(NoArchive),
    }
}

fn vault(aws: &SdkConfig, config: &Config) -> Arc<dyn Vault> {
    match &config.kms_key {
        Some(key) => Arc::new(KmsVault::new(aws_sdk_kms::Client::new(aws), key)),
        None => Arc::new(NoVault),
    }
}
