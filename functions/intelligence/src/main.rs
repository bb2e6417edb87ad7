//! The function of the intelligence area.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    clearmargin_lambda::http_with_archive(clearmargin_intelligence::routes()).await
}
