//! Other words from a language model of Amazon Bedrock.

use std::time::Duration;

use async_trait::async_trait;
use aws_config::{SdkConfig, timeout::TimeoutConfig};
use aws_sdk_bedrockruntime::{
    Client,
    config::Builder,
    error::BuildError,
    types::{ContentBlock, ConversationRole, InferenceConfiguration, Message, SystemContentBlock},
};
use clearmargin_app::{RephraseError, Rephraser, Template};

/// How long one attempt may take: a model writes a paragraph in seconds, and nobody waits for it.
const ATTEMPT: Duration = Duration::from_secs(20);
/// How much a model may write: a paragraph is a tenth of that.
const MOST_TOKENS: i32 = 1_000;

/// Asks a model of Bedrock's.
#[derive(Debug, Clone)]
pub(crate) struct BedrockRephraser {
    client: Client,
    model: String,
}

impl BedrockRephraser {
    /// Asks the model of that id.
    pub(crate) fn new(aws: &SdkConfig, model: impl Into<String>) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).build();
        let config = Builder::from(aws).timeout_config(timeouts).build();
        Self { client: Client::from_conf(config), model: model.into() }
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> RephraseError {
    RephraseError(error.into())
}

fn message(text: &str) -> Result<Message, BuildError> {
    let content = ContentBlock::Text(text.to_owned());
    Message::builder().role(ConversationRole::User).content(content).build()
}

#[async_trait]
impl Rephraser for BedrockRephraser {
    async fn rephrase(
        &self,
        instructions: &str,
        template: &Template,
    ) -> Result<String, RephraseError> {
        let limits = InferenceConfiguration::builder().max_tokens(MOST_TOKENS).temperature(0.0);
        let request = self.client.converse().model_id(&self.model).inference_config(limits.build());
        let request = request.system(SystemContentBlock::Text(instructions.to_owned()));
        let request = request.messages(message(template.as_str()).map_err(failed)?);
        let answer = request.send().await.map_err(failed)?;
        let output = answer.output.ok_or_else(|| failed("the model answered nothing"))?;
        let said = output.as_message().map_err(|_| failed("the model answered no message"))?;
        Ok(said
            .content
            .iter()
            .filter_map(|block| block.as_text().ok())
            .map(String::as_str)
            .collect())
    }
}
