//! Mail to people through Amazon SES.

use async_trait::async_trait;
use aws_sdk_sesv2::{
    Client,
    error::BuildError,
    types::{Body, Content, Destination, EmailContent, Message},
};
use clearmargin_app::{Mail, MailError, Mailer};

/// Hands mails to SES.
#[derive(Debug, Clone)]
pub(crate) struct SesMailer {
    client: Client,
    from: String,
}

impl SesMailer {
    /// Mails come from that address, which SES knows as ours.
    pub(crate) fn new(client: Client, from: impl Into<String>) -> Self {
        Self { client, from: from.into() }
    }
}

fn message(mail: &Mail) -> Result<Message, BuildError> {
    let content = |text: &str| Content::builder().charset("UTF-8").data(text).build();
    let body = Body::builder().text(content(mail.text.expose())?).build();
    Ok(Message::builder().subject(content(&mail.subject)?).body(body).build())
}

#[async_trait]
impl Mailer for SesMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = message(mail).map_err(|error| MailError(Box::new(error)))?;
        let to = Destination::builder().to_addresses(mail.to.as_str()).build();
        let request = self.client.send_email().from_email_address(&self.from).destination(to);
        let request = request.content(EmailContent::builder().simple(message).build());
        request.send().await.map(|_| ()).map_err(|error| MailError(Box::new(error)))
    }
}

/// What a function has that writes to nobody.
pub(crate) struct NoMailer;

#[async_trait]
impl Mailer for NoMailer {
    async fn send(&self, _: &Mail) -> Result<(), MailError> {
        Err(MailError("MAIL_FROM is not set".into()))
    }
}
