//! The mails that are sent, in words. A link carries its secret behind `#`: browsers keep that part
//! to themselves, so it reaches no server, no log and no `Referer`.

use clearmargin_domain::{
    access::Role,
    identity::{Account, Email, Name},
    secret::Secret,
};

use crate::{App, Error, Mail};

/// Hands a mail over.
pub(crate) async fn send(app: &App, to: &Email, subject: &str, text: String) -> Result<(), Error> {
    let mail = Mail { to: to.clone(), subject: subject.to_owned(), text: Secret::new(text) };
    Ok(app.mailer.send(&mail).await?)
}

/// The page that takes a token; without a dashboard, the token itself.
fn link(app: &App, page: &str, token: &Secret) -> String {
    match &app.dashboard_url {
        Some(dashboard) => format!("{dashboard}/{page}#token={}", token.expose()),
        None => token.expose().to_owned(),
    }
}

/// Says how to choose a new password.
pub(crate) async fn reset(app: &App, account: &Account, token: &Secret) -> Result<(), Error> {
    let text = format!(
        "Hello {},\n\nsomebody asked for a new password for your Clearmargin account. If it was \
         you, choose one here within 30 minutes:\n\n{}\n\nIf it was not, nothing happens: your \
         password stays as it is.\n",
        account.first_name.as_str(),
        link(app, "reset-password", token),
    );
    send(app, &account.email, "Choose a new password", text).await
}

/// Asks to prove an address.
pub(crate) async fn verification(
    app: &App,
    account: &Account,
    token: &Secret,
) -> Result<(), Error> {
    let text = format!(
        "Hello {},\n\nplease confirm within two days that this is your address:\n\n{}\n",
        account.first_name.as_str(),
        link(app, "verify-email", token),
    );
    send(app, &account.email, "Confirm your address", text).await
}

/// Invites somebody.
pub(crate) async fn invitation(
    app: &App,
    to: &Email,
    organization: &Name,
    role: Role,
    token: &Secret,
) -> Result<(), Error> {
    let text = format!(
        "Hello,\n\nyou are invited to join {} on Clearmargin as {role}. Accept within seven \
         days:\n\n{}\n\nIf you do not know the sender, do nothing.\n",
        organization.as_str(),
        link(app, "accept-invitation", token),
    );
    send(app, to, "You are invited", text).await
}
