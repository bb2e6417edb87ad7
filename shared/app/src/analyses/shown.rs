//! What came of the last run that was done.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    analysis::{AnalysisRun, Part, SnapshotNote},
    id::ClientId,
    money::Currency,
};
use clearmargin_insight::{
    anomalies, churn, genome::Genome, growth::Growth, market::Market, pricing::PriceBook, receipts,
    revenue::RevenueOutlook, services::Services, workload::DemandOutlook,
};
use serde::de::DeserializeOwned;

use super::{file, known};
use crate::{Ctx, Error, clients, organizations};

/// A result, with the run that it is of.
#[derive(Debug)]
pub struct Shown<T> {
    /// The run.
    pub run: AnalysisRun,
    /// What it was computed from.
    pub snapshot: SnapshotNote,
    /// The SHA-256 of the file that it was computed from.
    pub fingerprint: String,
    /// The version of the model.
    pub model: String,
    /// What came of it.
    pub result: T,
}

/// What came of a part, as it was last analysed.
#[derive(Debug)]
pub struct Analysed<T> {
    /// The currency of every amount.
    pub currency: Currency,
    /// The result; `None` as long as nothing was analysed.
    pub shown: Option<Shown<T>>,
    /// What the clients are called.
    names: HashMap<ClientId, String>,
}

impl<T> Analysed<T> {
    /// What a client is called; nothing of one that is gone since.
    pub fn name(&self, client: ClientId) -> String {
        self.names.get(&client).cloned().unwrap_or_default()
    }
}

/// How revenue goes on, as it was last analysed.
pub type Revenue = Analysed<RevenueOutlook>;
/// The clients' genomes, as they were last analysed.
pub type Genomes = Analysed<Genome>;
/// What is expected of open invoices, as it was last analysed.
pub type Receivables = Analysed<receipts::Receivables>;
/// How likely clients are to leave, as it was last analysed.
pub type Churn = Analysed<churn::Churn>;
/// How many tickets come, as it was last analysed.
pub type Demand = Analysed<DemandOutlook>;
/// What agreements cost and bring, as it was last analysed.
pub type Prices = Analysed<PriceBook>;
/// What clients do not have that their like have, as it was last analysed.
pub type WhiteSpace = Analysed<Growth>;
/// Which months are unlike those before them, as it was last analysed.
pub type Anomalies = Analysed<anomalies::Anomalies>;
/// What catalogue entries bring and take, as it was last analysed.
pub type Offers = Analysed<Services>;

/// How revenue goes on, of the organisation and each client.
pub async fn revenue(ctx: &Ctx) -> Result<Revenue, Error> {
    ctx.require(Action::MarginsRead)?;
    analysed(ctx, Part::Revenue).await
}

/// When open invoices will be paid, and how likely each is to be late.
pub async fn receivables(ctx: &Ctx) -> Result<Receivables, Error> {
    ctx.require(Action::InvoicesRead)?;
    analysed(ctx, Part::Receivables).await
}

/// How many tickets come, of the organisation, each client and each category.
pub async fn demand(ctx: &Ctx) -> Result<Demand, Error> {
    ctx.require(Action::TicketsRead)?;
    analysed(ctx, Part::Demand).await
}

/// What agreements cost and bring.
pub async fn prices(ctx: &Ctx) -> Result<Prices, Error> {
    ctx.require(Action::MarginsRead)?;
    analysed(ctx, Part::Pricing).await
}

/// What clients do not have that their like have.
pub async fn white_space(ctx: &Ctx) -> Result<WhiteSpace, Error> {
    ctx.require(Action::MarginsRead)?;
    analysed(ctx, Part::Growth).await
}

/// What is compared with the market: it names no client, so nothing is read of them.
pub async fn market(ctx: &Ctx) -> Result<Option<Shown<Market>>, Error> {
    ctx.require(Action::MarginsRead)?;
    latest(ctx, Part::Market).await
}

/// What catalogue entries bring and take, and what could be done.
pub async fn offers(ctx: &Ctx) -> Result<Offers, Error> {
    ctx.require(Action::MarginsRead)?;
    analysed(ctx, Part::Services).await
}

/// The genome of every client.
pub async fn genomes(ctx: &Ctx) -> Result<Genomes, Error> {
    ctx.require(Action::MarginsRead)?;
    analysed(ctx, Part::Genome).await
}

/// The genomes of all clients, and under which id that of a client is found among them, by any of its
/// records; a client that is newer than the last analysis is not among them.
pub async fn genome(ctx: &Ctx, client: ClientId) -> Result<(ClientId, Genomes), Error> {
    ctx.require(Action::MarginsRead)?;
    Ok((lead(ctx, client).await?, genomes(ctx).await?))
}

/// How likely clients are to leave, and, if one is asked for by any of its records, under which id it is
/// found among them.
pub async fn churn(
    ctx: &Ctx,
    client: Option<ClientId>,
) -> Result<(Option<ClientId>, Churn), Error> {
    ctx.require(Action::MarginsRead)?;
    Ok((lead_or_all(ctx, client).await?, analysed(ctx, Part::Churn).await?))
}

/// Which months are unlike those before them, and, if a client is asked for by any of its records, under
/// which id it is found among them.
pub async fn anomalies(
    ctx: &Ctx,
    client: Option<ClientId>,
) -> Result<(Option<ClientId>, Anomalies), Error> {
    ctx.require(Action::MarginsRead)?;
    Ok((lead_or_all(ctx, client).await?, analysed(ctx, Part::Anomalies).await?))
}

async fn lead_or_all(ctx: &Ctx, client: Option<ClientId>) -> Result<Option<ClientId>, Error> {
    match client {
        Some(client) => Ok(Some(lead(ctx, client).await?)),
        None => Ok(None),
    }
}

/// The id of the leading record of a client that a query names.
async fn lead(ctx: &Ctx, client: ClientId) -> Result<ClientId, Error> {
    Ok(clients::named(ctx, client, "query.clientId").await?.lead().id)
}

/// What came of a part, as it was last analysed. Who may see that has been asked before.
pub(super) async fn analysed<T: DeserializeOwned>(
    ctx: &Ctx,
    part: Part,
) -> Result<Analysed<T>, Error> {
    let groups = clients::groups(ctx).await?;
    Ok(Analysed {
        currency: organizations::own(ctx, ctx.org).await?.currency,
        shown: latest(ctx, part).await?,
        names: groups.iter().map(|group| (group.lead().id, group.name().to_owned())).collect(),
    })
}

/// What came of a part in the last run that was done; `None` without one, of a part that is newer, and
/// once the file is gone.
async fn latest<T: DeserializeOwned>(ctx: &Ctx, part: Part) -> Result<Option<Shown<T>>, Error> {
    of_run(ctx, done(ctx).await?.as_ref(), part).await
}

/// The last run that was done; `None` without one.
pub(crate) async fn done(ctx: &Ctx) -> Result<Option<AnalysisRun>, Error> {
    let (analyses, _) = known(ctx).await?;
    let Some(id) = analyses.done else { return Ok(None) };
    Ok(ctx.tenant().get::<AnalysisRun>(id).await?.map(|run| run.value))
}

/// What came of a part in a run; `None` without one, of a part that is newer, and once the file is gone.
pub(super) async fn of_run<T: DeserializeOwned>(
    ctx: &Ctx,
    run: Option<&AnalysisRun>,
    part: Part,
) -> Result<Option<Shown<T>>, Error> {
    let Some(run) = run else { return Ok(None) };
    let (Some(snapshot), Some(of)) = (run.snapshot.clone(), run.result(part).cloned()) else {
        return Ok(None);
    };
    let bytes = file::find(ctx, run.id, part.as_str(), &of.kept).await?;
    let Some(bytes) = bytes else { return Ok(None) };
    let result = serde_json::from_slice(&bytes).map_err(Error::internal)?;
    let fingerprint = snapshot.file_of(part).map(|kept| kept.sha256.clone()).unwrap_or_default();
    Ok(Some(Shown { run: run.clone(), snapshot, fingerprint, model: of.model, result }))
}
