//! The loop of the function behind the table's stream.

use std::collections::BTreeMap;

use aws_lambda_events::{
    dynamodb::{Event, EventRecord},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use clearmargin_app::{App, Error};
use clearmargin_domain::{audit::AuditEntry, id::OrgId};
use clearmargin_store::{AuditRow, OutboxRecord};
use lambda_runtime::{LambdaEvent, service_fn};
use tracing::error;

use crate::{Config, start::start_with_archive};

/// Runs the function that carries out what committed changes still have to cause, and seals the
/// rows that say who made them.
pub async fn stream_worker<H, S>(relay: H, seal: S) -> Result<(), lambda_runtime::Error>
where
    H: AsyncFn(&App, Vec<OutboxRecord>) -> Result<(), Error>,
    S: AsyncFn(&App, OrgId, Vec<AuditEntry>) -> Result<(), Error>,
{
    lambda_runtime::tracing::init_default_subscriber();
    let app = start_with_archive(&Config::from_env()?).await?;
    let batch = service_fn(|event: LambdaEvent<Event>| {
        let (app, relay, seal) = (&app, &relay, &seal);
        async move {
            let mut response = DynamoDbEventResponse::default();
            seal_rows(app, seal, &event.payload, &mut response).await;
            relay_batch(app, relay, event.payload, &mut response).await;
            Ok::<_, lambda_runtime::Error>(response)
        }
    });
    lambda_runtime::run(batch).await
}

/// Seals the rows of a batch, one organisation after the other: one's trouble is not another's.
/// The stream comes again from the first row of one that failed; what is sealed is passed over.
async fn seal_rows<S>(app: &App, seal: &S, event: &Event, response: &mut DynamoDbEventResponse)
where
    S: AsyncFn(&App, OrgId, Vec<AuditEntry>) -> Result<(), Error>,
{
    let mut orgs: BTreeMap<OrgId, (String, Vec<AuditEntry>)> = BTreeMap::new();
    for record in &event.records {
        if let Some((sequence_number, org, row)) = audit_row(record) {
            orgs.entry(org).or_insert((sequence_number, Vec::new())).1.push(row);
        }
    }
    for (org, (sequence_number, rows)) in orgs {
        if let Err(failure) = seal(app, org, rows).await {
            let cause: &dyn std::error::Error = &failure;
            error!(error = cause, tenant.id = %org, sequence_number, "audit rows were not sealed");
            report(response, sequence_number);
        }
    }
}

/// The audit row that was added, if the event is about one. One that cannot be read is logged and
/// passed over: it stays in the table, where the nightly comparison finds it.
fn audit_row(event: &EventRecord) -> Option<(String, OrgId, AuditEntry)> {
    let sequence_number = event.change.sequence_number.clone().unwrap_or_default();
    // A row that is marked as sealed is told of again.
    if event.event_name != "INSERT" {
        return None;
    }
    match AuditRow::from_image(event.change.new_image.clone()) {
        Ok(row) => row.map(|(org, row)| (sequence_number, org, row)),
        Err(failure) => {
            let cause: &dyn std::error::Error = &failure;
            error!(error = cause, sequence_number, "the audit row cannot be read");
            None
        }
    }
}

fn report(response: &mut DynamoDbEventResponse, sequence_number: String) {
    let mut failed = DynamoDbBatchItemFailure::default();
    failed.item_identifier = Some(sequence_number);
    response.batch_item_failures.push(failed);
}

/// An outbox record, and where it stands in the stream.
struct Waiting {
    sequence_number: String,
    record: OutboxRecord,
}

/// Hands a batch over as a whole; when that fails, one by one up to the first that fails: the
/// stream comes again from there.
async fn relay_batch<H>(app: &App, handler: &H, event: Event, response: &mut DynamoDbEventResponse)
where
    H: AsyncFn(&App, Vec<OutboxRecord>) -> Result<(), Error>,
{
    let waiting: Vec<_> = event.records.into_iter().filter_map(waiting).collect();
    let records = waiting.iter().map(|waiting| waiting.record.clone()).collect();
    if waiting.is_empty() || handler(app, records).await.is_ok() {
        return;
    }
    for Waiting { sequence_number, record } in waiting {
        if let Err(failure) = handler(app, vec![record]).await {
            let cause: &dyn std::error::Error = &failure;
            error!(error = cause, sequence_number, "the outbox record failed");
            report(response, sequence_number);
            break;
        }
    }
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
        let mut response = DynamoDbEventResponse::default();
        relay_batch(&app(Arc::default()), &handler, event, &mut response).await;
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

    /// A stream event about audit rows, each of an organisation; an update follows each.
    fn audited(rows: &[(u8, u8)]) -> Event {
        let record = |(number, org): &(u8, u8)| {
            let added = format!(
                r#"{{"awsRegion": "r", "eventID": "e", "eventName": "INSERT", "dynamodb": {{
                    "SequenceNumber": "{number}", "SizeBytes": 1, "NewImage": {{
                        "pk": {{"S": "org_0000000000000000000000000{org}#AUDIT#2026-01"}},
                        "sk": {{"S": "{number}"}}, "kind": {{"S": "audit"}}, "shape": {{"N": "1"}},
                        "doc": {{"M": {{
                            "id": {{"S": "aud_0000000000000000000000000{number}"}},
                            "at": {{"S": "2026-01-01T00:00:00Z"}},
                            "actor": {{"M": {{"kind": {{"S": "system"}}}}}},
                            "action": {{"S": "test"}}, "subject": {{"S": "test"}},
                            "requestId": {{"S": "r"}}
                        }}}}
                    }}
                }}}}"#
            );
            let marked = added.replace("INSERT", "MODIFY");
            [added, marked].map(|text| serde_json::from_str(&text).unwrap())
        };
        let mut event = Event::default();
        event.records = rows.iter().flat_map(record).collect();
        event
    }

    /// Hands the event to a sealer that fails for the organisation `bad`; how many rows each call
    /// had, and what is reported.
    async fn seal(event: &Event, bad: Option<u8>) -> (Vec<usize>, Vec<String>) {
        let calls = RefCell::new(Vec::new());
        let sealer = async |_: &App, org: OrgId, rows: Vec<AuditEntry>| {
            calls.borrow_mut().push(rows.len());
            let bad = bad.is_some_and(|bad| org.to_string().ends_with(&bad.to_string()));
            if bad { Err(Error::Unavailable("storage")) } else { Ok(()) }
        };
        let mut response = DynamoDbEventResponse::default();
        seal_rows(&app(Arc::default()), &sealer, event, &mut response).await;
        (calls.into_inner(), failed(response))
    }

    #[tokio::test]
    async fn added_audit_rows_are_sealed_organisation_by_organisation() {
        let rows = audited(&[(1, 1), (2, 2), (3, 1)]);
        assert_eq!(seal(&rows, None).await, (vec![2, 1], vec![]));
        // Nothing of it is an outbox record.
        assert_eq!(relay(rows, None).await, (vec![], vec![]));
        assert_eq!(seal(&event(&[1]), None).await, (vec![], vec![]));
    }

    #[tokio::test]
    async fn the_stream_comes_again_from_the_first_row_of_an_organisation_that_failed() {
        let event = audited(&[(1, 1), (2, 2), (3, 1), (4, 2)]);
        assert_eq!(seal(&event, Some(2)).await, (vec![2, 2], vec!["2".to_owned()]));
    }

    #[tokio::test]
    async fn an_audit_row_that_cannot_be_read_does_not_hold_up_the_others() {
        let mut event = audited(&[(1, 1), (2, 1)]);
        event.records[0].change.new_image =
            serde_json::from_str(r#"{"kind": {"S": "audit"}, "sk": {"S": "x"}}"#).unwrap();
        assert_eq!(seal(&event, None).await, (vec![1], vec![]));
    }
}
