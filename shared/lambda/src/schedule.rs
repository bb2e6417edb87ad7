//! The loop of functions that a schedule starts.

use clearmargin_app::{App, Error};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::DeserializeOwned;
use tracing::error;

use crate::{Config, start::start_with_archive};

/// Runs a function that schedules start; the handler is told which task is due, as the schedule's
/// input says it, and the id of the invocation.
pub async fn scheduled<T, H>(handler: H) -> Result<(), lambda_runtime::Error>
where
    T: DeserializeOwned,
    H: AsyncFn(&App, T, &str) -> Result<(), Error>,
{
    lambda_runtime::tracing::init_default_subscriber();
    let app = start_with_archive(&Config::from_env()?).await?;
    let run = service_fn(|event: LambdaEvent<T>| {
        let (app, handler) = (&app, &handler);
        async move {
            let outcome = run(app, handler, event).await;
            outcome.map_err(lambda_runtime::Error::from)
        }
    });
    lambda_runtime::run(run).await
}

async fn run<T, H>(app: &App, handler: &H, event: LambdaEvent<T>) -> Result<(), Error>
where
    H: AsyncFn(&App, T, &str) -> Result<(), Error>,
{
    let outcome = handler(app, event.payload, &event.context.request_id).await;
    if let Err(failure) = &outcome {
        let cause: &dyn std::error::Error = failure;
        error!(error = cause, "the schedule failed");
    }
    outcome
}
