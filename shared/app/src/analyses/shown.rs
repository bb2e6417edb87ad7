//! What came of the last run that was done.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    analysis::{AnalysisRun, Part},
    id::ClientId,
    money::Currency,
};
use clearmargin_insight::{genome::Genome, revenue::RevenueOutlook};
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
    Ok(Revenue {
        currency: organizations::own(ctx, ctx.org).await?.currency,
        shown: latest(ctx, Part::Revenue).await?,
        names: names(ctx).await?,
        as_of: profitability::as_of(ctx).await?,
    })
}

/// The clients' genomes, as they were last analysed.
#[derive(Debug)]
pub struct Genomes {
    /// The currency of every amount.
    pub currency: Currency,
    /// The genomes; `None` as long as nothing was analysed.
    pub shown: Option<Shown<Genome>>,
    /// What the clients are called.
    pub names: HashMap<ClientId, String>,
    /// Up to when the sources have been read by now.
    pub as_of: AsOf,
}

/// The genome of every client.
pub async fn genomes(ctx: &Ctx) -> Result<Genomes, Error> {
    ctx.require(Action::MarginsRead)?;
    Ok(Genomes {
        currency: organizations::own(ctx, ctx.org).await?.currency,
        shown: latest(ctx, Part::Genome).await?,
        names: names(ctx).await?,
        as_of: profitability::as_of(ctx).await?,
    })
}

/// The genomes of all clients, and under which id that of a client is found among them, by any of its
/// records; a client that is newer than the last analysis is not among them.
pub async fn genome(ctx: &Ctx, client: ClientId) -> Result<(ClientId, Genomes), Error> {
    ctx.require(Action::MarginsRead)?;
    let lead = clients::group_of(ctx, client).await?.lead().id;
    Ok((lead, genomes(ctx).await?))
}

/// What the clients are called.
async fn names(ctx: &Ctx) -> Result<HashMap<ClientId, String>, Error> {
    let groups = clients::groups(ctx).await?;
    Ok(groups.iter().map(|group| (group.lead().id, group.name().to_owned())).collect())
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
