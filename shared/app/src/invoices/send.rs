//! Documents on their way to who is to pay them.

use clearmargin_domain::{
    access::Action,
    client::Contact,
    id::{ClientId, InvoiceId},
    identity::Email,
    invoice::{DocumentState, Invoice, Sending, SettleError},
    job::Job,
};
use clearmargin_store::{List, Stored};
use serde_json::json;

use super::{TRIES, letter, own};
use crate::{
    Ctx, Error, Precondition,
    clients::{self, ClientGroup},
    mail, organizations,
    tries::Tries,
};

/// How often a document is sent at most.
const MOST: usize = 50;

/// Sends a document to that address or, without one, to the client's contact for bills. Each call
/// sends it once; a request that is repeated under its key sends nothing again.
pub async fn send(
    ctx: &Ctx,
    id: InvoiceId,
    to: Option<Email>,
    seen: &Precondition,
) -> Result<Stored<Invoice>, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(value) = ctx.replay::<Invoice>().await? {
        let version = own(ctx, id).await?.version;
        return Ok(Stored { value, version });
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match send_once(ctx, id, to.clone(), seen).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn send_once(
    ctx: &Ctx,
    id: InvoiceId,
    to: Option<Email>,
    seen: &Precondition,
) -> Result<Stored<Invoice>, Error> {
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    old.check_issued()?;
    if old.origin.is_some() {
        return Err(SettleError::Foreign.into());
    }
    if old.sendings.len() >= MOST {
        return Err(Error::conflict("too_many", format!("it was sent {MOST} times")));
    }
    let to = match to {
        Some(to) => to,
        None => billing_address(ctx, old.client).await?,
    };
    let sending = old.sendings.len();
    let mut sent = old.value.clone();
    sent.sendings.push(Sending { at: ctx.now, to, handed_over_at: None });
    // Whom it is sent to is personal, and stays out of the audit trail.
    let detail = json!({"sending": sending});
    let mut change = ctx.tenant().change(ctx.audit("invoice.sent", id, detail));
    change.update(&old, &sent)?;
    change.send(Job::SendInvoice { invoice: id, sending });
    let value = ctx.commit(change, sent).await?;
    Ok(Stored { value, version: old.version + 1 })
}

/// The address of the client's contact for bills.
async fn billing_address(ctx: &Ctx, client: ClientId) -> Result<Email, Error> {
    let mut people: Vec<Contact> = Vec::new();
    for record in clients::group_of(ctx, client).await?.ids() {
        let found = ctx.tenant().every::<Contact>(List::Contacts(record)).await?;
        people.extend(found.into_iter().map(|contact| contact.value));
    }
    Contact::for_bills(&people).cloned().ok_or_else(|| {
        Error::conflict(
            "no_billing_contact",
            "no contact of the client for billing, and none to be asked first, has an address: \
             name one, or say whom to send it to",
        )
    })
}

/// The worker's part: hands the mail over, and notes that. What was taken back meanwhile is not sent.
pub(crate) async fn hand_over(ctx: &Ctx, id: InvoiceId, sending: usize) -> Result<(), Error> {
    let Some(invoice) = waiting(ctx, id, sending).await? else { return Ok(()) };
    let Some(to) = invoice.sendings.get(sending).map(|it| it.to.clone()) else { return Ok(()) };
    let from = organizations::own(ctx, ctx.org).await?.value.name;
    let client = clients::group_of(ctx, invoice.client).await;
    let client = client.as_ref().map_or("", ClientGroup::name);
    let subject = letter::subject(&invoice, from.as_str());
    let text = letter::text(&invoice, from.as_str(), client);
    mail::send(&ctx.app, &to, &subject, text).await?;
    let mut tries = Tries::most(TRIES);
    loop {
        match noted(ctx, id, sending).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

/// The document, if that sending of it still waits to be handed over.
async fn waiting(
    ctx: &Ctx,
    id: InvoiceId,
    sending: usize,
) -> Result<Option<Stored<Invoice>>, Error> {
    let invoice = ctx.tenant().get::<Invoice>(id).await?;
    Ok(invoice.filter(|invoice| {
        let waits = invoice.sendings.get(sending).is_some_and(|it| it.handed_over_at.is_none());
        waits && invoice.state == DocumentState::Issued
    }))
}

async fn noted(ctx: &Ctx, id: InvoiceId, sending: usize) -> Result<(), Error> {
    let Some(old) = waiting(ctx, id, sending).await? else { return Ok(()) };
    let mut new = old.value.clone();
    if let Some(sending) = new.sendings.get_mut(sending) {
        sending.handed_over_at = Some(ctx.now);
    }
    let detail = json!({"sending": sending});
    let mut change = ctx.tenant().change(ctx.audit("invoice.handedOver", id, detail));
    change.update(&old, &new)?;
    Ok(change.commit().await?)
}
