//! Reading one page from a source system: the stage that is due, within the limits, with valid
//! credentials.

use std::time::Duration;

use clearmargin_connectors::{
    Context, Error as SourceError, Page, QuickBooksStage, SuperOpsStage, change_horizon,
};
use clearmargin_domain::{
    identity::Organization,
    integration::{Connection, SyncRun},
    source::Source,
};
use clearmargin_store::Stored;

use super::ReadError;
use crate::{Ctx, Error, credentials};

/// Rows of a page: with the run, its connection, its audit row, what it has seen, the rates' version
/// and up to eight outbox records they fit into one transaction of 100 actions.
const ROWS: usize = 85;
/// Rows of a page of tickets, each of which may count in nine sums of its client alone.
const TICKET_ROWS: usize = 60;
/// Rows of a page of documents: lines of bills name several clients each, and what is charged or
/// paid moves what is owed in five months or more.
const DOCUMENT_ROWS: usize = 40;
/// How often a page is asked for before the message is put back.
const TRIES: u32 = 4;

/// What a run of a source begins with.
pub(crate) fn first_stage(source: Source) -> &'static str {
    match source {
        Source::SuperOps => SuperOpsStage::ALL[0].as_str(),
        Source::QuickBooks => QuickBooksStage::ALL[0].as_str(),
    }
}

/// The stage after one; `None` after the last.
pub(crate) fn next_stage(source: Source, stage: &str) -> Option<&'static str> {
    fn after<S: Stage>(all: &[S], stage: &str) -> Option<&'static str> {
        all.iter().skip_while(|other| other.name() != stage).nth(1).map(|next| next.name())
    }
    match source {
        Source::SuperOps => after(&SuperOpsStage::ALL, stage),
        Source::QuickBooks => after(&QuickBooksStage::ALL, stage),
    }
}

/// Reads pages of a connection.
pub(crate) struct Reader<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) organization: &'a Organization,
    pub(crate) connection: &'a Stored<Connection>,
}

impl Reader<'_> {
    /// Reads the page that is due in a run.
    pub(crate) async fn read(&self, run: &SyncRun) -> Result<Page, ReadError> {
        let mut wait = Duration::from_millis(200);
        for attempt in 1.. {
            self.take_request(run.source).await?;
            match self.attempt(run).await {
                // A refusal counts when it is repeated: sources have been seen to refuse good
                // credentials for a moment.
                Err(ReadError::Away | ReadError::Reconnect) if attempt < TRIES => {
                    tokio::time::sleep(wait).await;
                    wait *= 2;
                }
                outcome => return outcome,
            }
        }
        Err(ReadError::Away)
    }

    async fn take_request(&self, source: Source) -> Result<(), ReadError> {
        let upstreams = &self.ctx.app.upstreams;
        let per_minute = match source {
            Source::SuperOps => upstreams.superops_per_minute,
            Source::QuickBooks => upstreams.quickbooks_per_minute,
        };
        let now = self.ctx.app.clock.now();
        if self.ctx.tenant().take_request(source, per_minute, now).await? {
            return Ok(());
        }
        let left = 60 - now.as_second().rem_euclid(60);
        Err(ReadError::Wait(Duration::from_secs(u64::try_from(left).unwrap_or(60))))
    }

    async fn attempt(&self, run: &SyncRun) -> Result<Page, ReadError> {
        match run.source {
            Source::SuperOps => self.superops(run).await,
            Source::QuickBooks => self.quickbooks(run).await,
        }
    }

    fn context(&self) -> Result<Context, Error> {
        let Organization { currency, time_zone, .. } = self.organization;
        let zone = time_zone.zone().map_err(Error::internal)?;
        Ok(Context { org: self.ctx.org, currency: *currency, zone })
    }

    async fn superops(&self, run: &SyncRun) -> Result<Page, ReadError> {
        let stage = due_stage::<SuperOpsStage>(run)?;
        let rows = if stage == SuperOpsStage::Tickets { TICKET_ROWS } else { ROWS };
        let source = credentials::superops(self.ctx, self.connection).await?;
        let page = source.page(&self.context()?, stage, run.since, &run.cursor, rows).await;
        page.map_err(|error| self.translate(error))
    }

    async fn quickbooks(&self, run: &SyncRun) -> Result<Page, ReadError> {
        let stage = due_stage::<QuickBooksStage>(run)?;
        let rows = match stage {
            QuickBooksStage::Customers | QuickBooksStage::Items => ROWS,
            _ => DOCUMENT_ROWS,
        };
        // The changes since the run began, too, so that nothing slips between two pages.
        let since = match stage {
            QuickBooksStage::Changes => {
                let begin = run.since.unwrap_or(run.started_at);
                Some(begin.max(change_horizon(run.started_at)))
            }
            _ => run.since,
        };
        let ask = async |renew| {
            let source = credentials::quickbooks(self.ctx, self.connection, renew).await?;
            let answer = source.page(&self.context()?, stage, since, &run.cursor, rows).await;
            answer.map_err(|error| self.translate(error))
        };
        match ask(false).await {
            // The token may have been revoked before its time: one new one, then it is a refusal.
            Err(ReadError::Reconnect) => ask(true).await,
            outcome => outcome,
        }
    }

    fn translate(&self, error: SourceError) -> ReadError {
        match error {
            SourceError::Unauthorized => ReadError::Reconnect,
            SourceError::RateLimited { retry_after } => {
                ReadError::Wait(retry_after.unwrap_or(self.ctx.app.upstreams.rest))
            }
            error if error.is_retryable() => ReadError::Away,
            error => ReadError::Refused(error.to_string()),
        }
    }
}

/// A stage of a connector.
trait Stage: Copy + std::str::FromStr + 'static {
    fn name(self) -> &'static str;
}

impl Stage for SuperOpsStage {
    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Stage for QuickBooksStage {
    fn name(self) -> &'static str {
        self.as_str()
    }
}

fn due_stage<S: Stage>(run: &SyncRun) -> Result<S, ReadError> {
    let name = run.stage.as_deref().unwrap_or_default();
    let unknown = || ReadError::Refused(format!("unknown stage {name}"));
    name.parse().map_err(|_| unknown())
}

impl From<credentials::CredentialError> for ReadError {
    fn from(error: credentials::CredentialError) -> Self {
        match error {
            credentials::CredentialError::Refused => Self::Reconnect,
            credentials::CredentialError::Away => Self::Away,
            credentials::CredentialError::Own(error) => Self::Own(error),
        }
    }
}
