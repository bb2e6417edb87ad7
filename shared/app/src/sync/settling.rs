//! What a source's payments settle: since when, how old and whose it is. The source says so of the
//! documents alone; here each payment knows it, so that what clients owed on a day follows from
//! each record by itself.

use std::collections::{HashMap, HashSet};

use clearmargin_domain::{
    id::{ClientId, InvoiceId},
    invoice::Invoice,
    payment::Payment,
};
use clearmargin_store::{List, Stored};
use jiff::civil::Date;
use serde_json::json;

use crate::{Ctx, Error, jobs::Outcome};

/// How many payments one transaction carries: each may move what is owed in a dozen months.
const BATCH: usize = 20;

/// What payments have to follow of a document.
pub(super) fn whose_and_when(document: &Invoice) -> (ClientId, Date, Date) {
    (document.client, document.day, document.due_day())
}

/// Has payments follow the documents that they settle, those of the same page included.
pub(super) async fn resolve(
    ctx: &Ctx,
    payments: &mut [Payment],
    page: &[Invoice],
) -> Result<(), Error> {
    let mut documents = documents(ctx, payments.iter()).await?;
    for document in page {
        let newer = |known: &Invoice| revision(known) <= revision(document);
        if documents.get(&document.id).is_none_or(newer) {
            documents.insert(document.id, document.clone());
        }
    }
    for payment in payments {
        *payment = payment.clone().following(|id| documents.get(&id));
    }
    Ok(())
}

/// Has stored payments follow documents that were moved, or that came after them. Of documents that
/// are not the payment's client's nothing is known until all payments are read again.
pub(crate) async fn follow(ctx: &Ctx, moved: &[InvoiceId]) -> Result<Outcome, Error> {
    let documents = ctx.tenant().get_many::<Invoice>(moved).await?;
    let clients: HashSet<_> = documents.iter().map(|document| document.client).collect();
    let mut stale = Vec::new();
    for client in clients {
        for payment in ctx.tenant().every::<Payment>(List::Payments(client)).await? {
            let document = |id| {
                let same = documents.iter().find(|document| document.id == id);
                same.map(|document| &document.value)
            };
            let followed = payment.value.clone().following(document);
            if followed != payment.value {
                stale.push((payment, followed));
            }
        }
    }
    for batch in stale.chunks(BATCH) {
        if !save(ctx, batch).await? {
            return Ok(Outcome::Later(std::time::Duration::ZERO));
        }
    }
    Ok(Outcome::Done)
}

/// Writes payments; `false` when one was changed meanwhile and all have to be read anew.
async fn save(ctx: &Ctx, payments: &[(Stored<Payment>, Payment)]) -> Result<bool, Error> {
    let detail = json!({"payments": payments.len()});
    let mut change = ctx.tenant().change(ctx.audit("payments.followed", ctx.org, detail));
    for (old, new) in payments {
        change.update(old, new)?;
    }
    Ok(change.attempt().await?)
}

async fn documents(
    ctx: &Ctx,
    payments: impl Iterator<Item = &Payment>,
) -> Result<HashMap<InvoiceId, Invoice>, Error> {
    let parts = payments.flat_map(|payment| &payment.allocations);
    let ids: HashSet<_> = parts.filter_map(|part| part.settles.document()).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let found = ctx.tenant().get_many::<Invoice>(&ids).await?;
    Ok(found.into_iter().map(|document| (document.id, document.value)).collect())
}

fn revision(document: &Invoice) -> Option<u64> {
    document.origin.as_ref().and_then(|origin| origin.revision)
}
