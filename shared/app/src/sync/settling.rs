//! What a source's payments settle: since when, how old and whose it is. The source says so of the
//! documents alone; here each payment knows it, so that what clients owed on a day follows from
//! each record by itself.

use std::collections::{HashMap, HashSet};

use clearmargin_domain::{
    client::Client,
    exchange::ExchangeRate,
    id::{ClientId, InvoiceId, PaymentId},
    invoice::Invoice,
    money::Money,
    payment::Payment,
};
use clearmargin_store::{List, Stored};
use jiff::civil::Date;
use serde_json::json;

use crate::{Ctx, Error, jobs::Outcome};

/// How many payments one transaction carries: each may move what is owed in a dozen months.
const BATCH: usize = 20;

/// How many customers may be above one: QuickBooks has five levels.
const LEVELS: usize = 5;

/// What payments have to follow of a document: whose it is, since when, how old and, in another
/// currency, what it is worth.
type Followed = (ClientId, Date, Date, Option<(ExchangeRate, Money)>);

/// What payments have to follow of a document.
pub(super) fn followed(document: &Invoice) -> Followed {
    let worth = document.rate.map(|rate| (rate, document.total));
    (document.client, document.day, document.due_day(), worth)
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

/// Has stored payments follow documents that were moved, or that came after them: those of the
/// documents' clients and of the clients above them, and those named, which lists may not have yet.
pub(crate) async fn follow(
    ctx: &Ctx,
    moved: &[InvoiceId],
    paid: &[PaymentId],
) -> Result<Outcome, Error> {
    let documents = ctx.tenant().get_many::<Invoice>(moved).await?;
    let payments = payments(ctx, &documents, paid).await?;
    let documents: HashMap<_, _> = documents.iter().map(|it| (it.id, &it.value)).collect();
    let follow = |payment: &Stored<Payment>| {
        payment.value.clone().following(|id| documents.get(&id).copied())
    };
    let mut followed: Vec<_> = payments.iter().map(follow).collect();
    for document in documents.values() {
        document.value_settlements(&mut followed);
    }
    let stale = payments.into_iter().zip(followed).filter(|(old, new)| old.value != *new);
    let stale: Vec<_> = stale.collect();
    for batch in stale.chunks(BATCH) {
        if !save(ctx, batch).await? {
            return Ok(Outcome::Later(std::time::Duration::ZERO));
        }
    }
    Ok(Outcome::Done)
}

/// Every payment that may settle one of the documents.
async fn payments(
    ctx: &Ctx,
    documents: &[Stored<Invoice>],
    paid: &[PaymentId],
) -> Result<Vec<Stored<Payment>>, Error> {
    let tenant = ctx.tenant();
    let mut found: HashMap<_, _> = HashMap::new();
    for client in family(ctx, documents.iter().map(|document| document.client)).await? {
        let listed = tenant.every::<Payment>(List::Payments(client)).await?;
        found.extend(listed.into_iter().map(|payment| (payment.id, payment)));
    }
    let named = tenant.get_many::<Payment>(paid).await?;
    found.extend(named.into_iter().map(|payment| (payment.id, payment)));
    Ok(found.into_values().collect())
}

/// Records of clients and all above them: what is charged to a part, its parent may pay.
async fn family(
    ctx: &Ctx,
    clients: impl Iterator<Item = ClientId>,
) -> Result<HashSet<ClientId>, Error> {
    let mut family: HashSet<_> = clients.collect();
    let mut level: Vec<_> = family.iter().copied().collect();
    for _ in 0..LEVELS {
        let records = ctx.tenant().get_many::<Client>(&level).await?;
        let parents = records.iter().filter_map(|record| record.parent);
        level = parents.filter(|parent| family.insert(*parent)).collect();
    }
    Ok(family)
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
