//! What clients earn, how complete the answer is, and the rows behind every figure.

use std::collections::HashMap;

pub use clearmargin_domain::integration::AsOf;
use clearmargin_domain::{
    access::Action,
    expense::Expense,
    id::ClientId,
    integration::Connection,
    invoice::Invoice,
    metrics::Profitability,
    money::Currency,
    period::{Month, Period},
    rollup::{Measures, Subject},
    source::Source,
    time_entry::TimeEntry,
};
use clearmargin_insight::profitability::{self, Ranked};
use clearmargin_store::{List, Listing};

use crate::{
    Ctx, Error,
    clients::{self, ClientGroup, over_records},
    organizations,
};

/// How many months one client's answer may cover.
pub const CLIENT_MONTHS: usize = 36;
/// How many months a ranking of all clients may cover: its cost is clients × months.
pub const RANKING_MONTHS: usize = 12;

/// A client's figures with what they rest on.
#[derive(Debug)]
pub struct ClientAnswer {
    /// The client.
    pub client: ClientGroup,
    /// The currency of every amount.
    pub currency: Currency,
    /// The months covered.
    pub period: Period,
    /// Each month.
    pub months: Vec<(Month, Profitability)>,
    /// The whole period.
    pub total: Profitability,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// Up to when each source has been read.
pub(crate) async fn as_of(ctx: &Ctx) -> Result<AsOf, Error> {
    let connections = ctx.tenant().all::<Connection>().await?;
    let read = |source| {
        let found = connections.iter().find(|connection| connection.source == source);
        found.and_then(|connection| connection.synced_to)
    };
    Ok(AsOf { superops: read(Source::SuperOps), quickbooks: read(Source::QuickBooks) })
}

/// The months asked for; without any, the twelve up to the current one.
pub fn period(
    ctx: &Ctx,
    from: Option<Month>,
    to: Option<Month>,
    limit: usize,
) -> Result<Period, Error> {
    let today = jiff::tz::TimeZone::UTC.to_datetime(ctx.now).date();
    period_until(Month::of(today), from, to, limit)
}

/// The months asked for; without any, the twelve up to `current`.
pub(crate) fn period_until(
    current: Month,
    from: Option<Month>,
    to: Option<Month>,
    limit: usize,
) -> Result<Period, Error> {
    let to = to.unwrap_or_else(|| from.map_or(current, |from| from.plus(11)));
    let from = from.unwrap_or_else(|| to.plus(-11));
    Period::new(from, to, limit).map_err(|error| Error::invalid("query.from", error.to_string()))
}

/// A client's profitability, per month and in total.
pub async fn client(ctx: &Ctx, id: ClientId, period: Period) -> Result<ClientAnswer, Error> {
    ctx.require(Action::MarginsRead)?;
    let group = clients::group_of(ctx, id).await?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let mut records = Vec::new();
    for record in group.ids() {
        records.push(ctx.tenant().rollups(Subject::Client(record), period).await?);
    }
    let figures = profitability::client(organization.currency, period, &records);
    Ok(ClientAnswer {
        client: group,
        currency: organization.currency,
        period,
        months: figures.months.into_iter().collect(),
        total: figures.total,
        as_of: as_of(ctx).await?,
    })
}

/// All clients in order of margin, with what they rest on.
#[derive(Debug)]
pub struct Ranking {
    /// The currency of every amount.
    pub currency: Currency,
    /// The months covered.
    pub period: Period,
    /// The clients, highest margin first.
    pub clients: Vec<(Ranked, ClientGroup)>,
    /// Everything of the organisation, what belongs to no client included.
    pub organization: Profitability,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// Ranks the clients by gross margin.
pub async fn ranking(ctx: &Ctx, period: Period) -> Result<Ranking, Error> {
    ctx.require(Action::MarginsRead)?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let currency = organization.currency;
    let mut sums: HashMap<ClientId, Measures> = HashMap::new();
    for row in ctx.tenant().client_rollups(period).await? {
        let sum = sums.entry(row.client).or_default();
        *sum = sum.plus(row.measures);
    }
    let groups = clients::groups(ctx).await?;
    let members = groups.iter().map(|group| (group.lead().id, group.ids()));
    let ranked = profitability::rank(currency, members, &sums);
    let mut by_lead: HashMap<_, _> =
        groups.into_iter().map(|group| (group.lead().id, group)).collect();
    let clients = ranked
        .into_iter()
        .filter_map(|ranked| by_lead.remove(&ranked.client).map(|group| (ranked, group)))
        .collect();
    let months = ctx.tenant().rollups(Subject::Organization, period).await?;
    let whole = months.values().fold(Measures::default(), |sum, part| sum.plus(*part));
    Ok(Ranking {
        currency,
        period,
        clients,
        organization: Profitability::new(whole, currency),
        as_of: as_of(ctx).await?,
    })
}

/// The figure whose rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    /// Invoices and credit memos.
    Revenue,
    /// Time entries.
    Labour,
    /// Bills and purchases.
    Products,
}

/// Rows behind a figure.
#[derive(Debug)]
pub enum Rows {
    /// Behind revenue.
    Revenue(Listing<Invoice>),
    /// Behind labour cost, uncosted and unbilled time.
    Labour(Listing<TimeEntry>),
    /// Behind product cost: the expenses that the client has a part in, whole, and its records.
    Products(Listing<Expense>, Vec<ClientId>),
}

/// The rows behind a client's figure of a month, page by page. A page may hold fewer than `limit`.
pub async fn rows(
    ctx: &Ctx,
    id: ClientId,
    component: Component,
    month: Month,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Rows, Error> {
    ctx.require(Action::MarginsRead)?;
    let ids = clients::group_of(ctx, id).await?.ids();
    let scope = format!("rows|{id}|{component:?}|{month}");
    Ok(match component {
        Component::Revenue => {
            let list = |record| List::Invoices(record, month);
            Rows::Revenue(over_records(ctx, &ids, list, limit, &scope, cursor).await?)
        }
        Component::Labour => {
            let list = |record| List::TimeEntries(Some(record), month);
            Rows::Labour(over_records(ctx, &ids, list, limit, &scope, cursor).await?)
        }
        Component::Products => {
            let list = List::Expenses(month);
            let mut page: Listing<Expense> = ctx.tenant().list(list, limit, &scope, cursor).await?;
            page.items.retain(|expense| expense.for_client(&ids).is_some());
            Rows::Products(page, ids)
        }
    })
}
