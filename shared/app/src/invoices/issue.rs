//! From draft to document, and back to nothing.

use clearmargin_domain::{
    access::Action,
    id::InvoiceId,
    invoice::{DocumentKind, Invoice, IssueError},
    sequence::{Numbered, Sequence},
};
use clearmargin_store::Stored;
use jiff::civil::Date;
use serde_json::json;

use super::{TRIES, booked, own};
use crate::{Ctx, Error, Precondition, books, recurring, tries::Tries};

/// Issues a draft under the next number of its kind. The number is taken in the transaction that
/// uses it, so none is given twice and none is left out.
pub async fn issue(
    ctx: &Ctx,
    id: InvoiceId,
    seen: &Precondition,
) -> Result<Stored<Invoice>, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(value) = ctx.replay::<Invoice>().await? {
        let version = own(ctx, id).await?.version;
        return Ok(Stored { value, version });
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match issue_once(ctx, id, seen).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn issue_once(
    ctx: &Ctx,
    id: InvoiceId,
    seen: &Precondition,
) -> Result<Stored<Invoice>, Error> {
    let draft = own(ctx, id).await?;
    seen.check(draft.version)?;
    let (of, prefix) = match draft.kind {
        DocumentKind::Invoice => (Numbered::Invoices, "INV"),
        DocumentKind::CreditMemo => (Numbered::CreditMemos, "CM"),
    };
    let last = ctx.tenant().get::<Sequence>(of).await?;
    let next = last.as_ref().map_or(Sequence::new(of), |last| last.value).next();
    let issued = draft.issued(format!("{prefix}-{:06}", next.last)).map_err(not_issued)?;
    let detail = json!({"number": issued.number});
    let mut change = ctx.tenant().change(ctx.audit("invoice.issued", id, detail));
    booked(ctx, &mut change, &[issued.day]).await?;
    change.set(last.as_ref(), &next)?;
    change.update(&draft, &issued)?;
    let value = ctx.commit(change, issued).await?;
    Ok(Stored { value, version: draft.version + 1 })
}

fn not_issued(error: IssueError) -> Error {
    match error {
        IssueError::NoDraft => Error::conflict("issued", error.to_string()),
        IssueError::Empty => Error::conflict("empty", error.to_string()),
    }
}

/// Takes a document back since a day, today unless somebody says. Only one of which nothing is
/// settled; its number stays taken.
pub async fn void(
    ctx: &Ctx,
    id: InvoiceId,
    day: Option<Date>,
    seen: &Precondition,
) -> Result<Stored<Invoice>, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(value) = ctx.replay::<Invoice>().await? {
        let version = own(ctx, id).await?.version;
        return Ok(Stored { value, version });
    }
    let day = match day {
        Some(day) => day,
        None => books::today(ctx).await?,
    };
    let mut tries = Tries::most(TRIES);
    loop {
        match void_once(ctx, id, day, seen).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn void_once(
    ctx: &Ctx,
    id: InvoiceId,
    day: Date,
    seen: &Precondition,
) -> Result<Stored<Invoice>, Error> {
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    let void = old.voided(day)?;
    let mut change = ctx.tenant().change(ctx.audit("invoice.voided", id, json!({"on": day})));
    booked(ctx, &mut change, &[day]).await?;
    recurring::free(ctx, &mut change, &old).await?;
    change.update(&old, &void)?;
    let value = ctx.commit(change, void).await?;
    Ok(Stored { value, version: old.version + 1 })
}
