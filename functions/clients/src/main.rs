//! The function of the clients area.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    clearmargin_lambda::http(clearmargin_clients::routes()).await
}
