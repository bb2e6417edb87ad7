//! What happens on schedule: runs by the hour, the drift check by night.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    clearmargin_lambda::scheduled(clearmargin_app::schedule::run).await
}
