//! The function behind the synchronisation queue.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    clearmargin_lambda::sqs_worker(clearmargin_sync::run).await
}
