//! The function behind the table's stream.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    use clearmargin_app::{audit, outbox};
    clearmargin_lambda::stream_worker(outbox::relay, audit::seal).await
}
