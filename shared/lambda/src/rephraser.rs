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

/// How long a question may take with all its attempts: a message asks seven at most, one after the other, within the
/// three minutes that its function has.
const QUESTION: Duration = Duration::from_secs(20);
/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(12);
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
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT);
        let timeouts = timeouts.operation_timeout(QUESTION).build();
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

impl BedrockRephraser {
    async fn ask(&self, instructions: &str, text: &str) -> Result<String, RephraseError> {
        let limits = InferenceConfiguration::builder().max_tokens(MOST_TOKENS).temperature(0.0);
        let request = self.client.converse().model_id(&self.model).inference_config(limits.build());
        let request = request.system(SystemContentBlock::Text(instructions.to_owned()));
        let request = request.messages(message(text).map_err(failed)?);
        let answer = request.send().await.map_err(failed)?;
        let output = answer.output.ok_or_else(|| failed("the model answered nothing"))?;
        let said = output.as_message().map_err(|_| failed("the model answered no message"))?;
        let texts = said.content.iter().filter_map(|block| block.as_text().ok());
        Ok(texts.map(String::as_str).collect())
    }
}

#[async_trait]
impl Rephraser for BedrockRephraser {
    async fn rephrase(
        &self,
        instructions: &str,
        template: &Template,
    ) -> Result<String, RephraseError> {
        self.ask(instructions, template.as_str()).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
    use aws_sdk_bedrockruntime::config::{Credentials, SharedCredentialsProvider};
    use axum::{
        Router,
        body::Bytes,
        extract::{OriginalUri, State},
        http::StatusCode,
    };
    use serde_json::{Value, json};
    use tokio::net::TcpListener;

    use super::*;

    /// What was asked, by path and body, and what is answered.
    type Asked = Arc<Mutex<Vec<(String, Value)>>>;
    type Told = (StatusCode, Value);

    async fn answer(
        State((asked, told)): State<(Asked, Told)>,
        OriginalUri(uri): OriginalUri,
        body: Bytes,
    ) -> (StatusCode, String) {
        let body = serde_json::from_slice(&body).unwrap();
        asked.lock().unwrap().push((uri.path().to_owned(), body));
        (told.0, told.1.to_string())
    }

    /// What a service that answers that is asked, and what comes of it.
    async fn said(told: Told) -> (Vec<(String, Value)>, Result<String, RephraseError>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Asked::default();
        let router = Router::new().fallback(answer).with_state((asked.clone(), told));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let keys = Credentials::new("key", "secret", None, None, "test");
        let aws = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .retry_config(RetryConfig::disabled())
            .endpoint_url(url)
            .build();
        let model = BedrockRephraser::new(&aws, "some.model-v1:0");
        let said = model.ask("Be brief.", "In [[F1]] it is.").await;
        let asked = asked.lock().unwrap().clone();
        (asked, said)
    }

    #[tokio::test]
    async fn a_model_is_given_the_instructions_and_the_text_alone() {
        let message = json!({"role": "assistant", "content": [{"text": "It is in [[F1]]."}]});
        let usage = json!({"inputTokens": 1, "outputTokens": 1, "totalTokens": 2});
        let told = json!({"output": {"message": message}, "stopReason": "end_turn", "usage": usage,
            "metrics": {"latencyMs": 1}});
        let (asked, said) = said((StatusCode::OK, told)).await;
        assert_eq!(said.unwrap(), "It is in [[F1]].");
        let body = json!({
            "system": [{"text": "Be brief."}],
            "messages": [{"role": "user", "content": [{"text": "In [[F1]] it is."}]}],
            "inferenceConfig": {"maxTokens": MOST_TOKENS, "temperature": 0.0},
        });
        assert_eq!(asked, [("/model/some.model-v1%3A0/converse".to_owned(), body)]);
    }

    #[tokio::test]
    async fn a_model_that_does_not_answer_is_an_error() {
        let busy = json!({"message": "Too many requests"});
        let (asked, said) = said((StatusCode::TOO_MANY_REQUESTS, busy)).await;
        assert!(said.is_err() && asked.len() == 1, "{said:?}");
    }
}
