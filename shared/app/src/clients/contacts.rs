//! People at clients. What is known of them is in no log and no audit row: those name ids and fields.

use clearmargin_domain::{
    access::Action,
    client::Contact,
    id::{ClientId, ContactId},
    identity::{Email, Name},
    text::Line,
};
use clearmargin_store::{Change, List, Listing, Stored};
use serde_json::{Value, json};

use super::{
    about::{all_of, one_of, over_records},
    group_of,
};
use crate::{Ctx, Error, Precondition};

/// How many contacts a client may have.
const MOST: usize = 200;

/// A contact as it is to be.
#[derive(Debug, Clone)]
pub struct NewContact {
    /// The person's name.
    pub name: Name,
    /// E-mail address.
    pub email: Option<Email>,
    /// Telephone number.
    pub phone: Option<Line<40>>,
    /// What the person does there.
    pub role: Option<Line<100>>,
    /// Whether to ask this person first, and nobody else.
    pub primary: bool,
}

impl NewContact {
    fn into_contact(self, id: ContactId, client: ClientId) -> Contact {
        let Self { name, email, phone, role, primary } = self;
        Contact { id, client, name, email, phone, role, primary }
    }
}

/// A client's contacts, record by record and by age.
pub async fn contacts(
    ctx: &Ctx,
    client: ClientId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<Contact>, Error> {
    ctx.require(Action::ClientsRead)?;
    let ids = group_of(ctx, client).await?.ids();
    over_records(ctx, &ids, List::Contacts, limit, "contacts", cursor).await
}

/// One of a client's contacts.
pub async fn contact(ctx: &Ctx, client: ClientId, id: ContactId) -> Result<Stored<Contact>, Error> {
    ctx.require(Action::ClientsRead)?;
    one_of(ctx, &group_of(ctx, client).await?, id, "contact").await
}

/// Adds a contact to a client.
pub async fn create_contact(
    ctx: &Ctx,
    client: ClientId,
    new: NewContact,
) -> Result<Contact, Error> {
    ctx.require(Action::ClientsWrite)?;
    if let Some(made) = ctx.replay().await? {
        return Ok(made);
    }
    let group = group_of(ctx, client).await?;
    let known: Vec<Stored<Contact>> = all_of(ctx, &group, List::Contacts).await?;
    if known.len() >= MOST {
        return Err(Error::conflict("too_many", format!("a client has at most {MOST} contacts")));
    }
    let id = ContactId::new(ctx.now, ctx.app.random());
    let contact = new.into_contact(id, group.lead().id);
    let detail = json!({"client": contact.client});
    let mut change = ctx.tenant().change(ctx.audit("contact.created", id, detail));
    change.insert(&contact)?;
    only_primary(&mut change, &contact, &known)?;
    ctx.commit(change, contact).await
}

/// Changes a contact. `seen` is what the caller has seen.
pub async fn update_contact(
    ctx: &Ctx,
    client: ClientId,
    id: ContactId,
    new: NewContact,
    seen: &Precondition,
) -> Result<Stored<Contact>, Error> {
    ctx.require(Action::ClientsWrite)?;
    let group = group_of(ctx, client).await?;
    let old: Stored<Contact> = one_of(ctx, &group, id, "contact").await?;
    seen.check(old.version)?;
    let after = new.into_contact(id, old.client);
    let fields = after.changed_fields(&old);
    if fields.is_empty() {
        return Ok(old);
    }
    let detail = json!({"client": old.client, "fields": fields});
    let mut change = ctx.tenant().change(ctx.audit("contact.changed", id, detail));
    change.update(&old, &after)?;
    if after.primary && !old.primary {
        let known = all_of(ctx, &group, List::Contacts).await?;
        only_primary(&mut change, &after, &known)?;
    }
    ctx.commit(change, ()).await?;
    Ok(Stored { value: after, version: old.version + 1 })
}

/// Of a client's contacts, one is asked first: whoever was before is not any more.
fn only_primary(
    change: &mut Change<'_>,
    contact: &Contact,
    known: &[Stored<Contact>],
) -> Result<(), Error> {
    let others = known.iter().filter(|other| other.primary && other.id != contact.id);
    for other in others.filter(|_| contact.primary) {
        change.update(other, &Contact { primary: false, ..other.value.clone() })?;
    }
    Ok(())
}

/// Removes a contact.
pub async fn delete_contact(ctx: &Ctx, client: ClientId, id: ContactId) -> Result<(), Error> {
    ctx.require(Action::ClientsWrite)?;
    let old: Stored<Contact> = one_of(ctx, &group_of(ctx, client).await?, id, "contact").await?;
    let mut change = ctx.tenant().change(ctx.audit("contact.deleted", id, Value::Null));
    change.delete(&old)?;
    ctx.commit(change, ()).await
}
