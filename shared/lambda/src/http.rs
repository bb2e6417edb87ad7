//! An area of the API behind API Gateway.

use std::sync::Arc;

use clearmargin_app::App;
use clearmargin_web::{Routes, State, serve};

use crate::{
    Config, emf,
    start::{start, start_with_archive},
};

/// Runs a function that serves an area of the API.
pub async fn http(routes: Routes) -> Result<(), lambda_http::Error> {
    run(routes, async |config: &Config| start(config).await).await
}

/// [`http`] for an area that reaches the archive, too.
pub async fn http_with_archive(routes: Routes) -> Result<(), lambda_http::Error> {
    run(routes, async |config: &Config| start_with_archive(config).await).await
}

async fn run(
    routes: Routes,
    start: impl AsyncFnOnce(&Config) -> Result<App, lambda_runtime::Error>,
) -> Result<(), lambda_http::Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = Config::from_env()?;
    config.serves_api()?;
    let app = start(&config).await?;
    let state = State { journal: Arc::new(emf::print), ..State::new(app, config.cors) };
    lambda_http::run(serve(routes, state)).await
}
