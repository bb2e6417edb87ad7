//! What came of the last run that was done.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    analysis::{AnalysisRun, Part},
    id::ClientId,
    money::Currency,
};
use clearmargin_insight::revenue::RevenueOutlook;
use serde::de::DeserializeOwned;

use super::{known, part};
use crate::{
    Ctx, Error, clients, organizations,
    profitability::{self, AsOf},
};

/// A result, with the run that it is of.
#[derive(Debug)]
pub struct Shown<T> {
    /// The run.
    pub run: AnalysisRun,
    /// The version of the model.
    pub model: String,
    /// What came of it.
    pub result: T,
}

/// How revenue goes on, as it was last analysed.
#[derive(Debug)]
pub struct Revenue {
    /// The currency of every amount.
    pub currency: Currency,
    /// The forecast; `None` as long as nothing was analysed.
    pub shown: Option<Shown<RevenueOutlook>>,
    /// What the clients are called.
    pub names: HashMap<ClientId, String>,
    /// Up to when the sources have been read by now.
    pub as_of: AsOf,
}

/// How revenue goes on, of the organisation and each client.
pub async fn revenue(ctx: &Ctx) -> Result<Revenue, Error> {
    ctx.require(Action::MarginsRead)?;
    let groups = clients::groups(ctx).await?;
    let named = |group: &clients::ClientGroup| (group.lead().id, group.name().to_owned());
    Ok(Revenue {
        currency: organizations::own(ctx, ctx.org).await?.currency,
        shown: latest(ctx, Part::Revenue).await?,
        names: groups.iter().map(named).collect(),
        as_of: profitability::as_of(ctx).await?,
    })
}

/// What came of a part in the last run that was done; `None` without one, and of a part that is newer.
async fn latest<T: DeserializeOwned>(ctx: &Ctx, part: Part) -> Result<Option<Shown<T>>, Error> {
    let (analyses, _) = known(ctx).await?;
    let Some(id) = analyses.done else { return Ok(None) };
    let Some(run) = ctx.tenant().get::<AnalysisRun>(id).await? else { return Ok(None) };
    let Some(model) = run.result(part).map(|result| result.model.clone()) else { return Ok(None) };
    let bytes = ctx.app.archive.get(&part::key(ctx, id, part)).await?;
    let Some(bytes) = bytes else { return Ok(None) };
    let result = serde_json::from_slice(&bytes).map_err(Error::internal)?;
    Ok(Some(Shown { run: run.value, model, result }))
}
