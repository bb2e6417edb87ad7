//! A world for the tests of the loops: no table, a queue that remembers, a clock that stands.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use clearmargin_app::{App, Clock, Http, Queue, QueueError, identity::AccessCache};
use clearmargin_domain::{
    id::{OrgId, OutboxId, SyncRunId},
    job::{Envelope, Job},
    source::Source,
};
use clearmargin_store::CursorKey;
use jiff::Timestamp;

use crate::{
    Config, SystemEntropy, archive::NoArchive, mailer::NoMailer, table_at, vault::NoVault,
};

pub(crate) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// What was sent, and with which delay.
#[derive(Default)]
pub(crate) struct Sent(pub(crate) Mutex<Vec<(Envelope, Duration)>>);

#[async_trait]
impl Queue for Sent {
    async fn send(&self, messages: &[Envelope], delay: Duration) -> Result<(), QueueError> {
        let sent = messages.iter().map(|message| (message.clone(), delay));
        self.0.lock().unwrap().extend(sent);
        Ok(())
    }

    async fn ping(&self) -> Result<(), QueueError> {
        Ok(())
    }
}

pub(crate) fn app(queue: Arc<Sent>) -> App {
    let config = Config::only_table("main");
    App {
        store: table_at("http://127.0.0.1:9", "main", CursorKey::new(&[7; 32])),
        queue,
        vault: Arc::new(NoVault),
        archive: Arc::new(NoArchive),
        mailer: Arc::new(NoMailer),
        rephraser: None,
        dashboard_url: None,
        access: AccessCache::default(),
        clock: Arc::new(StandingClock),
        entropy: Arc::new(SystemEntropy),
        tokens: config.tokens(),
        http: Http::default(),
        upstreams: config.upstreams(None),
    }
}

pub(crate) fn envelope(step: u64) -> Envelope {
    Envelope {
        id: OutboxId::derived(&[&step.to_string()]),
        version: Envelope::VERSION,
        org_id: OrgId::new(NOW, 1),
        occurred_at: NOW,
        request_id: "request".to_owned(),
        job: Job::SyncPage { source: Source::SuperOps, run: SyncRunId::new(NOW, 1), step },
    }
}
