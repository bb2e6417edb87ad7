//! An area of the API behind API Gateway.

use clearmargin_web::{Routes, State, serve};

use crate::{Config, start::start};

/// Runs a function that serves an area of the API.
pub async fn http(routes: Routes) -> Result<(), lambda_http::Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = Config::from_env()?;
    config.serves_api()?;
    let app = start(&config).await?;
    lambda_http::run(serve(routes, State::new(app, config.cors))).await
}
