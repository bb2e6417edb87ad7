//! The function of the intelligence area.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    clearmargin_lambda::http(clearmargin_intelligence::routes()).await
}
