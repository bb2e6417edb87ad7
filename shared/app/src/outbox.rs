//! What committed changes still have to cause.

use std::time::Duration;

use clearmargin_domain::job::Envelope;
use clearmargin_store::OutboxRecord;

use crate::{App, Error};

/// Sends the messages of outbox records, then counts their deltas and forgets the records. May be
/// repeated: messages carry the same ids again, deltas count once.
pub async fn relay(app: &App, records: Vec<OutboxRecord>) -> Result<(), Error> {
    let messages: Vec<Envelope> = records.iter().flat_map(OutboxRecord::messages).collect();
    if !messages.is_empty() {
        app.queue.send(&messages, Duration::ZERO).await?;
    }
    Ok(app.store.outbox().apply(records).await?)
}
