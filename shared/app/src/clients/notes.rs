//! What people write down about clients.

use clearmargin_domain::{
    access::Action,
    client::{Note, NoteText},
    id::{ClientId, NoteId},
};
use clearmargin_store::{List, Listing, Stored};
use serde_json::{Value, json};

use super::{
    about::{one_of, over_records},
    group_of,
};
use crate::{Ctx, Error, Precondition};

/// A note as it is to be.
#[derive(Debug, Clone)]
pub struct NewNote {
    /// What it says.
    pub text: NoteText,
    /// Whether it is to be seen first.
    pub pinned: bool,
}

/// What was written down about a client, record by record and the latest first.
pub async fn notes(
    ctx: &Ctx,
    client: ClientId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<Note>, Error> {
    ctx.require(Action::ClientsRead)?;
    let ids = group_of(ctx, client).await?.ids();
    over_records(ctx, &ids, List::Notes, limit, "notes", cursor).await
}

/// One note about a client.
pub async fn note(ctx: &Ctx, client: ClientId, id: NoteId) -> Result<Stored<Note>, Error> {
    ctx.require(Action::ClientsRead)?;
    one_of(ctx, &group_of(ctx, client).await?, id, "note").await
}

/// Writes something down about a client.
pub async fn create_note(ctx: &Ctx, client: ClientId, new: NewNote) -> Result<Note, Error> {
    ctx.require(Action::ClientsWrite)?;
    if let Some(made) = ctx.replay().await? {
        return Ok(made);
    }
    let group = group_of(ctx, client).await?;
    let note = Note {
        id: NoteId::new(ctx.now, ctx.app.random()),
        client: group.lead().id,
        text: new.text,
        pinned: new.pinned,
        author: ctx.actor,
        created_at: ctx.now,
        changed_at: None,
    };
    let detail = json!({"client": note.client});
    let mut change = ctx.tenant().change(ctx.audit("note.created", note.id, detail));
    change.insert(&note)?;
    ctx.commit(change, note).await
}

/// A note that the caller may change: one of the caller's own, or any for who administers.
async fn mine(ctx: &Ctx, client: ClientId, id: NoteId) -> Result<Stored<Note>, Error> {
    let note: Stored<Note> = one_of(ctx, &group_of(ctx, client).await?, id, "note").await?;
    if note.is_for(ctx.actor, ctx.grant.role()) { Ok(note) } else { Err(Error::Forbidden) }
}

/// Changes a note. `seen` is what the caller has seen.
pub async fn update_note(
    ctx: &Ctx,
    client: ClientId,
    id: NoteId,
    new: NewNote,
    seen: &Precondition,
) -> Result<Stored<Note>, Error> {
    ctx.require(Action::ClientsWrite)?;
    let old = mine(ctx, client, id).await?;
    seen.check(old.version)?;
    let NewNote { text, pinned } = new;
    if text == old.text && pinned == old.pinned {
        return Ok(old);
    }
    let after = Note { text, pinned, changed_at: Some(ctx.now), ..old.value.clone() };
    let mut change = ctx.tenant().change(ctx.audit("note.changed", id, Value::Null));
    change.update(&old, &after)?;
    ctx.commit(change, ()).await?;
    Ok(Stored { value: after, version: old.version + 1 })
}

/// Removes a note.
pub async fn delete_note(ctx: &Ctx, client: ClientId, id: NoteId) -> Result<(), Error> {
    ctx.require(Action::ClientsWrite)?;
    let old = mine(ctx, client, id).await?;
    let mut change = ctx.tenant().change(ctx.audit("note.deleted", id, Value::Null));
    change.delete(&old)?;
    ctx.commit(change, ()).await
}
