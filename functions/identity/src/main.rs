//! The function of the identity area.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    clearmargin_lambda::http(clearmargin_identity::routes()).await
}
