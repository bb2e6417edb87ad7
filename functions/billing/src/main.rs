//! The function of the billing area.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), clearmargin_lambda::Error> {
    clearmargin_lambda::http(clearmargin_billing::routes()).await
}
