//! The stream's and the workers' part, in this process.

use std::{sync::Arc, time::Duration};

use clearmargin_app::{App, audit, jobs, outbox};
use clearmargin_domain::job::Envelope;
use tokio::sync::{Notify, Semaphore, mpsc};

use crate::{LocalError, queue::FolderQueue};

/// Messages worked on at the same time.
const AT_ONCE: usize = 4;
/// How long a message that failed rests.
const REST: Duration = Duration::from_secs(5);
/// How often the outbox is looked at without anybody saying that something is in it.
const LOOK: Duration = Duration::from_secs(1);

/// How often audit rows are sealed: what happens within this time goes into one block.
const SEAL: Duration = Duration::from_secs(5);

/// Says that something may have been put into the outbox.
pub(crate) type Poke = Arc<Notify>;

/// Relays the outbox for ever.
pub(crate) async fn relay(app: App, poke: Poke) {
    loop {
        if let Err(error) = relay_once(&app).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the outbox has to wait");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let _timeout = tokio::time::timeout(LOOK, poke.notified()).await;
    }
}

/// Relays what is in the outbox now.
pub(crate) async fn relay_once(app: &App) -> Result<(), LocalError> {
    for org in app.store.directory().organizations().await? {
        loop {
            let waiting = app.store.outbox().waiting(org).await?;
            if waiting.is_empty() {
                break;
            }
            outbox::relay(app, waiting).await?;
        }
    }
    Ok(())
}

/// Seals audit rows for ever.
pub(crate) async fn seal(app: App) {
    loop {
        if let Err(error) = seal_once(&app).await {
            tracing::error!(error = &error as &dyn std::error::Error, "audit rows have to wait");
        }
        tokio::time::sleep(SEAL).await;
    }
}

/// Seals every audit row that is not sealed yet.
pub(crate) async fn seal_once(app: &App) -> Result<(), LocalError> {
    for org in app.store.directory().organizations().await? {
        audit::seal_waiting(app, org).await?;
    }
    Ok(())
}

/// Works on messages for ever.
pub(crate) async fn work(
    app: App,
    queue: FolderQueue,
    mut messages: mpsc::UnboundedReceiver<Envelope>,
    poke: Poke,
) {
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    while let Some(message) = messages.recv().await {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let (app, queue, poke) = (app.clone(), queue.clone(), Arc::clone(&poke));
        tokio::spawn(async move {
            carry_out(&app, &queue, message).await;
            poke.notify_one();
            drop(slot);
        });
    }
}

async fn carry_out(app: &App, queue: &FolderQueue, message: Envelope) {
    let outcome = jobs::run(app, &message).await;
    match outcome {
        Ok(jobs::Outcome::Done) => {
            if let Err(error) = queue.done(&message).await {
                tracing::error!(error = &error as &dyn std::error::Error, "a message stays");
            }
        }
        Ok(jobs::Outcome::Later(wait)) => queue.again(message, wait.max(Duration::from_millis(20))),
        Err(error) => {
            let id = message.id;
            tracing::error!(message.id = %id, error = &error as &dyn std::error::Error, "failed");
            queue.again(message, REST);
        }
    }
}

/// Whether anything is in the outbox.
pub(crate) async fn waiting(app: &App) -> Result<bool, LocalError> {
    for org in app.store.directory().organizations().await? {
        if !app.store.outbox().waiting(org).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
