//! The function of the tickets area.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    clearmargin_lambda::http(clearmargin_tickets::routes()).await
}
