//! What happens on schedule: runs by the hour, the drift check by night.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    // All tasks together hold more than a stack frame should.
    Box::pin(clearmargin_lambda::scheduled(clearmargin_app::schedule::run)).await
}
