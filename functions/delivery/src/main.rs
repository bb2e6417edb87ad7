//! The worker that reaches people: mails.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    Box::pin(clearmargin_lambda::delivery_worker(clearmargin_app::jobs::run)).await
}
