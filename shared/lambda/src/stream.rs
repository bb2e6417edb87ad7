//! The loop of the function behind the table's stream.

use aws_lambda_events::{
    dynamodb::{Event, EventRecord},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use clearmargin_app::{App, Error};
use clearmargin_store::OutboxRecord;
use lambda_runtime::{LambdaEvent, service_fn};
use tracing::error;

use crate::{Config, start::start};

/// Runs the function that carries out what committed changes still have to cause.
pub async fn stream_worker<H>(handler: H) -> Result<(), lambda_runtime::Error>
where
    H: AsyncFn(&App, Vec<OutboxRecord>) -> Result<(), Error>,
{
    lambda_runtime::tracing::init_default_subscriber();
    let app = start(&Config::from_env()?).await?;
    let batch = service_fn(|event: LambdaEvent<Event>| {
        let (app, handler) = (&app, &handler);
        async move { Ok::<_, lambda_runtime::Error>(batch(app, handler, event.payload).await) }
    });
    lambda_runtime::run(batch).await
}

/// An outbox record, and where it stands in the stream.
struct Waiting {
    sequence_number: String,
    record: OutboxRecord,
}

/// Hands a batch over as a whole; when that fails, one by one up to the first that fails: the
/// stream comes again from there.
async fn batch<H>(app: &App, handler: &H, event: Event) -> DynamoDbEventResponse
where
    H: AsyncFn(&App, Vec<OutboxRecord>) -> Result<(), Error>,
{
    let waiting: Vec<_> = event.records.into_iter().filter_map(waiting).collect();
    let records = waiting.iter().map(|waiting| waiting.record.clone()).collect();
    let mut response = DynamoDbEventResponse::default();
    if waiting.is_empty() {
        return response;
    }
    if handler(app, records).await.is_ok() {
        return response;
    }
    for Waiting { sequence_number, record } in waiting {
        if let Err(failure) = handler(app, vec![record]).await {
            let cause: &dyn std::error::Error = &failure;
            error!(error = cause, sequence_number, "the outbox record failed");
            let mut failed = DynamoDbBatchItemFailure::default();
            failed.item_identifier = Some(sequence_number);
            response.batch_item_failures.push(failed);
            break;
        }
    }
    response
}

/// The outbox record that was added, if the event is about one. One that cannot be read is logged
/// and passed over: it must not hold up all others, and stays in the table, where the drift check
/// finds it.
fn waiting(event: EventRecord) -> Option<Waiting> {
    let change = event.change;
    let sequence_number = change.sequence_number.unwrap_or_default();
    match OutboxRecord::from_image(change.new_image) {
        Ok(record) => record.map(|record| Waiting { sequence_number, record }),
        Err(failure) => {
            let cause: &dyn std::error::Error = &failure;
            error!(error = cause, sequence_number, "the outbox record cannot be read");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, sync::Arc};

    use super::*;
    use crate::testing::app;

    /// A stream event about outbox records of these numbers, with other items between them.
    fn event(numbers: &[u8]) -> Event {
        let record = |number: &u8| {
            let outbox = format!(
                r#"{{"awsRegion": "r", "eventID": "e", "eventName": "INSERT", "dynamodb": {{
                    "SequenceNumber": "{number}", "SizeBytes": 1, "NewImage": {{
                        "sk": {{"S": "{number}"}}, "kind": {{"S": "outbox"}}, "shape": {{"N": "1"}},
                        "doc": {{"M": {{
                            "id": {{"S": "out_0000000000000000000000000{number}"}},
                            "org": {{"S": "org_00000000000000000000000001"}},
                            "at": {{"S": "2026-01-01T00:00:00Z"}},
                            "requestId": {{"S": "r"}}
                        }}}}
                    }}
                }}}}"#
            );
            let other = outbox.replace("outbox", "CLIENT");
            let removed = outbox.replace("NewImage", "OldImage").replace("INSERT", "REMOVE");
            [outbox, other, removed].map(|text| serde_json::from_str(&text).unwrap())
        };
        let mut event = Event::default();
        event.records = numbers.iter().flat_map(record).collect();
        event
    }

    fn failed(response: DynamoDbEventResponse) -> Vec<String> {
        let failures = response.batch_item_failures.into_iter();
        failures.filter_map(|failure| failure.item_identifier).collect()
    }

    /// Hands the event to a handler that fails when it sees the record `bad`; answers with how many
    /// records each call had, and what is reported.
    async fn relay(event: Event, bad: Option<u8>) -> (Vec<usize>, Vec<String>) {
        let calls = RefCell::new(Vec::new());
        let handler = async |_: &App, records: Vec<OutboxRecord>| {
            calls.borrow_mut().push(records.len());
            let bad = bad.map(|number| format!("0{number}"));
            let is_bad = |record: &OutboxRecord| {
                bad.as_ref().is_some_and(|bad| format!("{record:?}").contains(&format!("{bad},")))
            };
            if records.iter().any(is_bad) { Err(Error::Unavailable("storage")) } else { Ok(()) }
        };
        let response = batch(&app(Arc::default()), &handler, event).await;
        let calls = calls.borrow().clone();
        (calls, failed(response))
    }

    #[tokio::test]
    async fn a_batch_is_relayed_as_a_whole_and_other_items_are_passed_over() {
        assert_eq!(relay(event(&[1, 2, 3]), None).await, (vec![3], vec![]));
        assert_eq!(relay(event(&[]), None).await, (vec![], vec![]));
    }

    #[tokio::test]
    async fn the_stream_comes_again_from_the_first_record_that_fails() {
        let (calls, failed) = relay(event(&[1, 2, 3]), Some(2)).await;
        assert_eq!((calls, failed), (vec![3, 1, 1], vec!["2".to_owned()]));
    }

    #[tokio::test]
    async fn a_record_that_cannot_be_read_does_not_hold_up_the_others() {
        let mut event = event(&[1, 2]);
        event.records[0].change.new_image = serde_dynamo_image();
        assert_eq!(relay(event, None).await, (vec![1], vec![]));
    }

    fn serde_dynamo_image() -> serde_dynamo::Item {
        serde_json::from_str(r#"{"kind": {"S": "outbox"}, "sk": {"S": "x"}}"#).unwrap()
    }
}
