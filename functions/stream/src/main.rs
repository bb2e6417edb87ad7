//! The function behind the table's stream.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    clearmargin_lambda::stream_worker(clearmargin_app::outbox::relay).await
}
