//! Orders to workers through Amazon SQS.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sqs::{
    Client,
    operation::send_message_batch::SendMessageBatchOutput,
    types::{BatchResultErrorEntry, QueueAttributeName, SendMessageBatchRequestEntry},
};
use clearmargin_app::{Queue, QueueError};
use clearmargin_domain::job::{Envelope, Worker};

use crate::config::Queues;

/// How many messages one request takes.
const BATCH: usize = 10;
/// How often what the queue did not take is offered again.
const ATTEMPTS: usize = 3;
/// The longest delay that SQS knows.
const LONGEST_DELAY: Duration = Duration::from_mins(15);

/// The queues of all workers.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: Client,
    queues: Queues,
}

impl SqsQueue {
    /// Those queues.
    pub fn new(client: Client, queues: Queues) -> Self {
        Self { client, queues }
    }

    async fn send_to(
        &self,
        worker: Worker,
        messages: &[&Envelope],
        delay: Duration,
    ) -> Result<(), QueueError> {
        for batch in messages.chunks(BATCH) {
            let url =
                self.queues.of(worker).map_err(|name| failed(format!("{name} is not set")))?;
            let entries = batch.iter().enumerate();
            let entries = entries.map(|(place, message)| entry(place, message, delay));
            self.send_batch(url, entries.collect::<Result<_, _>>()?).await?;
        }
        Ok(())
    }

    async fn send_batch(
        &self,
        url: &str,
        mut entries: Vec<SendMessageBatchRequestEntry>,
    ) -> Result<(), QueueError> {
        for _ in 0..ATTEMPTS {
            let request = self.client.send_message_batch().queue_url(url);
            let answer = request.set_entries(Some(entries.clone())).send().await.map_err(failed)?;
            entries = left_over(&answer, entries)?;
            if entries.is_empty() {
                return Ok(());
            }
        }
        Err(failed(format!("{} messages were not taken", entries.len())))
    }
}

/// What is to be offered again; an error when the queue will never take one of them.
fn left_over(
    answer: &SendMessageBatchOutput,
    mut entries: Vec<SendMessageBatchRequestEntry>,
) -> Result<Vec<SendMessageBatchRequestEntry>, QueueError> {
    let failures = answer.failed();
    if let Some(refused) = failures.iter().find(|failure| failure.sender_fault()) {
        return Err(failed(format!("a message was refused: {}", refused.code())));
    }
    entries
        .retain(|entry| failures.iter().map(BatchResultErrorEntry::id).any(|id| id == entry.id()));
    Ok(entries)
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> QueueError {
    QueueError(error.into())
}

fn entry(
    place: usize,
    message: &Envelope,
    delay: Duration,
) -> Result<SendMessageBatchRequestEntry, QueueError> {
    let seconds = delay.min(LONGEST_DELAY).as_millis().div_ceil(1_000);
    SendMessageBatchRequestEntry::builder()
        .id(place.to_string())
        .message_body(serde_json::to_string(message).map_err(failed)?)
        .set_delay_seconds(i32::try_from(seconds).ok().filter(|seconds| *seconds > 0))
        .build()
        .map_err(failed)
}

#[async_trait]
impl Queue for SqsQueue {
    async fn send(&self, messages: &[Envelope], delay: Duration) -> Result<(), QueueError> {
        for worker in [Worker::Sync, Worker::Analysis, Worker::Delivery] {
            let its: Vec<_> = messages.iter().filter(|it| it.job.worker() == worker).collect();
            self.send_to(worker, &its, delay).await?;
        }
        Ok(())
    }

    async fn ping(&self) -> Result<(), QueueError> {
        let urls: Vec<_> = self.queues.all().collect();
        if urls.is_empty() {
            return Err(failed("no queue is set"));
        }
        for url in urls {
            let request = self.client.get_queue_attributes().queue_url(url);
            request.attribute_names(QueueAttributeName::QueueArn).send().await.map_err(failed)?;
        }
        Ok(())
    }
}
