//! The worker that analyses.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    Box::pin(clearmargin_lambda::analysis_worker(clearmargin_app::jobs::run)).await
}
