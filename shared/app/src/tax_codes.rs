//! Tax codes: which taxes lines of invoices bear.

use clearmargin_domain::{
    access::Action,
    billing::{MAX_RATES, TaxCode, TaxRate},
    id::TaxCodeId,
    text::Line,
};
use clearmargin_store::Stored;
use serde_json::json;

use crate::{Ctx, Error, Precondition, sorted};

/// The most codes of an organisation: all are read where one is chosen.
const MOST: usize = 200;

/// A tax code as it is to be.
#[derive(Debug, Clone)]
pub struct TaxCodeChange {
    /// What people call it.
    pub name: Line<100>,
    /// Its taxes, in the order in which they are charged.
    pub rates: Vec<TaxRate>,
    /// Whether it can be chosen for new lines.
    pub active: bool,
}

impl TaxCodeChange {
    fn code(self, id: TaxCodeId) -> Result<TaxCode, Error> {
        if self.rates.len() > MAX_RATES {
            return Err(Error::invalid("rates", format!("expected at most {MAX_RATES}")));
        }
        let Self { name, rates, active } = self;
        Ok(TaxCode { id, name: name.as_str().to_owned(), rates, active })
    }
}

/// A page of tax codes, by name, and where the next one begins.
pub async fn list(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Vec<TaxCode>, Option<String>), Error> {
    ctx.require(Action::InvoicesRead)?;
    let codes = ctx.tenant().all::<TaxCode>().await?.into_iter().map(|stored| stored.value);
    let rows = codes.map(|code| (sorted::by_name(&code.name, code.id), code)).collect();
    sorted::page(ctx, "tax-codes", rows, limit, cursor)
}

/// A tax code.
pub async fn get(ctx: &Ctx, id: TaxCodeId) -> Result<Stored<TaxCode>, Error> {
    ctx.require(Action::InvoicesRead)?;
    own(ctx, id).await
}

async fn own(ctx: &Ctx, id: TaxCodeId) -> Result<Stored<TaxCode>, Error> {
    ctx.tenant().get::<TaxCode>(id).await?.ok_or(Error::NotFound("tax code"))
}

/// The codes that can be chosen, perhaps a moment behind.
pub(crate) async fn in_use(ctx: &Ctx) -> Result<Vec<TaxCode>, Error> {
    let codes = ctx.tenant().all_lately::<TaxCode>().await?.into_iter();
    Ok(codes.map(|stored| stored.value).filter(|code| code.active).collect())
}

/// Goes on only with a tax code that can be chosen, or none.
pub(crate) async fn check(ctx: &Ctx, id: Option<TaxCodeId>, path: &str) -> Result<(), Error> {
    let Some(id) = id else { return Ok(()) };
    let code = ctx.tenant().get::<TaxCode>(id).await?;
    if code.is_some_and(|code| code.active) {
        return Ok(());
    }
    Err(Error::invalid(path, "there is no such tax code in use"))
}

/// Adds a tax code.
pub async fn create(ctx: &Ctx, new: TaxCodeChange) -> Result<TaxCode, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(code) = ctx.replay().await? {
        return Ok(code);
    }
    if ctx.tenant().all_lately::<TaxCode>().await?.len() >= MOST {
        return Err(Error::conflict("too_many", format!("there are {MOST} tax codes already")));
    }
    let code = new.code(TaxCodeId::new(ctx.now, ctx.app.random()))?;
    let mut change = ctx.tenant().change(ctx.audit("taxCode.added", code.id, json!({})));
    change.insert(&code)?;
    ctx.commit(change, code).await
}

/// Writes a tax code anew. Documents keep the rates that they were made with.
pub async fn update(
    ctx: &Ctx,
    id: TaxCodeId,
    new: TaxCodeChange,
    seen: &Precondition,
) -> Result<Stored<TaxCode>, Error> {
    ctx.require(Action::InvoicesWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    let code = new.code(id)?;
    if code == old.value {
        return Ok(old);
    }
    let mut change = ctx.tenant().change(ctx.audit("taxCode.changed", id, json!({})));
    change.update(&old, &code)?;
    change.commit().await?;
    Ok(Stored { value: code, version: old.version + 1 })
}
