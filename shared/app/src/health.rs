//! Whether what the service stands on answers.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::{sync::Mutex, time::timeout};

use crate::App;

/// How long a part may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// For so many seconds an answer is given again: whoever asks more often asks nobody but us.
const FRESH_SECONDS: i64 = 5;

/// How a part of what the service stands on is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The part: `table`, `queue` or `archive`.
    pub part: &'static str,
    /// Whether it answered.
    pub ok: bool,
    /// How long that took.
    pub took: Duration,
}

/// How all parts were, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Each part.
    pub checks: Vec<Check>,
    /// When they were asked.
    pub at: Timestamp,
}

impl Report {
    /// Whether the service can do all of its work.
    pub fn is_ready(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }
}

/// Asks the parts, for all who want to know at about the same time once.
#[derive(Debug, Default)]
pub struct Readiness {
    last: Mutex<Option<Report>>,
}

impl Readiness {
    /// How the parts are, or were a few seconds ago.
    pub async fn report(&self, app: &App) -> Report {
        // Held while the parts are asked: those who come meanwhile wait for the same answer.
        let mut last = self.last.lock().await;
        let now = app.clock.now();
        let fresh = last.take().filter(|it| now.as_second() - it.at.as_second() < FRESH_SECONDS);
        let report = match fresh {
            Some(report) => report,
            None => Report { checks: ask(app).await, at: now },
        };
        last.insert(report).clone()
    }
}

async fn ask(app: &App) -> Vec<Check> {
    let (table, queue, archive) = tokio::join!(
        check("table", app.store.ping()),
        check("queue", app.queue.ping()),
        check("archive", app.archive.ping()),
    );
    vec![table, queue, archive]
}

/// What went wrong is in the log alone: the report is for everybody.
async fn check<E: std::error::Error + 'static>(
    part: &'static str,
    ping: impl Future<Output = Result<(), E>>,
) -> Check {
    let began = Instant::now();
    let answer = timeout(PATIENCE, ping).await;
    let ok = matches!(answer, Ok(Ok(())));
    match answer {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            let error: &dyn std::error::Error = &error;
            tracing::error!(part, error, "does not answer as it should");
        }
        Err(_) => tracing::error!(part, "does not answer in time"),
    }
    Check { part, ok, took: began.elapsed() }
}
