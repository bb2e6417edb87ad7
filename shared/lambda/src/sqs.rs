//! The batch loop of queue workers.

use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use clearmargin_app::{App, Error, jobs::Outcome};
use clearmargin_domain::job::Envelope;
use lambda_runtime::{LambdaEvent, service_fn};
use tracing::{Instrument as _, error, info, info_span};

use crate::{
    Config,
    start::{start_with_archive, start_with_mail, start_with_rephraser},
};

/// What is kept of the function's time to report what became of the batch.
const RESERVE: Duration = Duration::from_secs(2);

/// Runs a function that carries out messages of a queue. Each message stands for itself: one that
/// fails comes again alone, and reaches the dead-letter queue when it fails too often.
pub async fn sqs_worker<H>(handler: H) -> Result<(), lambda_runtime::Error>
where
    H: AsyncFn(&App, &Envelope) -> Result<Outcome, Error>,
{
    lambda_runtime::tracing::init_default_subscriber();
    let app = start_with_archive(&Config::from_env()?).await?;
    work(&app, &handler).await
}

/// [`sqs_worker`] for analyses, which may have what they found put in other words.
pub async fn analysis_worker<H>(handler: H) -> Result<(), lambda_runtime::Error>
where
    H: AsyncFn(&App, &Envelope) -> Result<Outcome, Error>,
{
    lambda_runtime::tracing::init_default_subscriber();
    let app = start_with_rephraser(&Config::from_env()?).await?;
    work(&app, &handler).await
}

/// [`sqs_worker`] for messages that end in mails.
pub async fn delivery_worker<H>(handler: H) -> Result<(), lambda_runtime::Error>
where
    H: AsyncFn(&App, &Envelope) -> Result<Outcome, Error>,
{
    lambda_runtime::tracing::init_default_subscriber();
    let app = start_with_mail(&Config::from_env()?).await?;
    work(&app, &handler).await
}

async fn work<H>(app: &App, handler: &H) -> Result<(), lambda_runtime::Error>
where
    H: AsyncFn(&App, &Envelope) -> Result<Outcome, Error>,
{
    let batch = service_fn(|event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, lambda_runtime::Error>(batch(app, handler, event).await)
    });
    lambda_runtime::run(batch).await
}

async fn batch<H>(app: &App, handler: &H, event: LambdaEvent<SqsEvent>) -> SqsBatchResponse
where
    H: AsyncFn(&App, &Envelope) -> Result<Outcome, Error>,
{
    let deadline = Duration::from_millis(event.context.deadline).saturating_sub(RESERVE);
    let mut response = SqsBatchResponse::default();
    for message in event.payload.records {
        let id = message.message_id.as_deref().unwrap_or_default();
        let span = info_span!("message", message.id = id);
        let work = carry_out(app, handler, &message, deadline);
        if let Err(failure) = work.instrument(span.clone()).await {
            let cause: &dyn std::error::Error = &failure;
            span.in_scope(|| error!(error = cause, "the message failed"));
            response.add_failure(id);
        }
    }
    response
}

/// Why a message is to come again.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the message cannot be read")]
    Unreadable(#[source] serde_json::Error),
    #[error("the message was not done in time")]
    Late,
    #[error("the message could not be carried out")]
    Failed(#[source] Error),
}

async fn carry_out<H>(
    app: &App,
    handler: &H,
    message: &SqsMessage,
    deadline: Duration,
) -> Result<(), Failure>
where
    H: AsyncFn(&App, &Envelope) -> Result<Outcome, Error>,
{
    let body = message.body.as_deref().unwrap_or_default();
    let envelope: Envelope = serde_json::from_str(body).map_err(Failure::Unreadable)?;
    info!(org.id = %envelope.org_id, request.id = envelope.request_id, job.id = %envelope.id, "begins");
    let now = Duration::try_from(app.clock.now().as_duration()).unwrap_or_default();
    let left = deadline.saturating_sub(now);
    if left.is_zero() {
        return Err(Failure::Late);
    }
    let outcome = tokio::time::timeout(left, handler(app, &envelope)).await;
    match outcome.map_err(|_| Failure::Late)?.map_err(Failure::Failed)? {
        Outcome::Done => Ok(()),
        Outcome::Later(delay) => later(app, envelope, delay).await,
    }
}

/// Sends the message again, to come after a while; leaving it in the queue instead would count
/// waiting as failing.
async fn later(app: &App, envelope: Envelope, delay: Duration) -> Result<(), Failure> {
    info!(delay_ms = delay.as_millis(), "comes again later");
    let sent = app.queue.send(&[envelope], delay).await;
    sent.map_err(|error| Failure::Failed(error.into()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lambda_runtime::Context;

    use super::*;
    use crate::testing::{Sent, app, envelope};

    fn message(id: &str, body: String) -> SqsMessage {
        let mut message = SqsMessage::default();
        (message.message_id, message.body) = (Some(id.to_owned()), Some(body));
        message
    }

    fn sending(step: u64) -> SqsMessage {
        let body = serde_json::to_string(&envelope(step)).unwrap();
        message(&format!("message {step}"), body)
    }

    /// An event whose time is up that many seconds after the clock's now.
    fn event(messages: Vec<SqsMessage>, seconds: u64) -> LambdaEvent<SqsEvent> {
        let mut event = SqsEvent::default();
        event.records = messages;
        let mut context = Context::default();
        context.deadline = seconds * 1_000;
        LambdaEvent::new(event, context)
    }

    fn failed(response: SqsBatchResponse) -> Vec<String> {
        let failures = response.batch_item_failures.into_iter();
        failures.map(|failure| failure.item_identifier).collect()
    }

    /// Fails at step 2, has to wait at step 3, takes for ever at step 4.
    async fn by_step(_: &App, message: &Envelope) -> Result<Outcome, Error> {
        if *message == envelope(2) {
            Err(Error::Unavailable("storage"))
        } else if *message == envelope(3) {
            Ok(Outcome::Later(Duration::from_secs(30)))
        } else if *message == envelope(4) {
            std::future::pending().await
        } else {
            Ok(Outcome::Done)
        }
    }

    #[tokio::test]
    async fn a_message_that_fails_or_cannot_be_read_comes_again_alone() {
        let messages = vec![sending(1), sending(2), message("text", "{".to_owned()), sending(5)];
        let response = batch(&app(Arc::default()), &by_step, event(messages, 60)).await;
        assert_eq!(failed(response), ["message 2", "text"]);
    }

    #[tokio::test]
    async fn a_message_that_has_to_wait_is_sent_again_and_does_not_count_as_failed() {
        let queue = Arc::<Sent>::default();
        let event = event(vec![sending(3)], 60);
        let response = batch(&app(Arc::clone(&queue)), &by_step, event).await;
        assert_eq!(failed(response), [""; 0]);
        assert_eq!(*queue.0.lock().unwrap(), [(envelope(3), Duration::from_secs(30))]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_done_in_time_comes_again_and_what_was_done_does_not() {
        let messages = vec![sending(1), sending(4)];
        let response = batch(&app(Arc::default()), &by_step, event(messages, 60)).await;
        assert_eq!(failed(response), ["message 4"]);
    }

    #[tokio::test]
    async fn nothing_is_begun_when_the_time_is_up() {
        let event = event(vec![sending(1)], 1);
        let response = batch(&app(Arc::default()), &by_step, event).await;
        assert_eq!(failed(response), ["message 1"]);
    }
}
