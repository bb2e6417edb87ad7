//! What people look at first: the sums of the last month, and what came of the last run.

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    access::Action,
    analysis::Part,
    id::ClientId,
    integration::AsOf,
    metrics::Profitability,
    money::Currency,
    period::{Month, Period},
    rollup::Subject,
};
use clearmargin_insight::{
    anomalies::Anomalies, churn::Churn, genome::Genome, leaks::Findings, receipts::Receivables,
    revenue::RevenueOutlook,
};

use super::shown::{Shown, done, of_run};
use crate::{Ctx, Error, books, clients, organizations, profitability};

/// The last month that is over, the one before, and the same a year before: so many are read.
const MONTHS: u16 = 13;

/// What people look at first. A part is `None` as long as it was not analysed.
#[derive(Debug)]
pub struct Overview {
    /// The currency of every amount.
    pub currency: Currency,
    /// The last month that is over, on the organisation's clocks.
    pub month: Month,
    /// The figures of that month and the twelve before; months without any sum are absent.
    pub months: BTreeMap<Month, Profitability>,
    /// Up to when the sources have been read by now: of the months' figures.
    pub as_of: AsOf,
    /// Money that goes lost.
    pub leaks: Option<Shown<Findings>>,
    /// Who may leave.
    pub churn: Option<Shown<Churn>>,
    /// How revenue goes on.
    pub revenue: Option<Shown<RevenueOutlook>>,
    /// When open invoices are paid; nothing for who may not read invoices.
    pub receivables: Option<Shown<Receivables>>,
    /// Whether that may be read.
    pub may_read_invoices: bool,
    /// What each client's profitability is made of.
    pub genome: Option<Shown<Genome>>,
    /// Which months are unusual.
    pub anomalies: Option<Shown<Anomalies>>,
    /// What the clients are called.
    names: HashMap<ClientId, String>,
}

impl Overview {
    /// What a client is called; nothing of one that is gone since.
    pub fn name(&self, client: ClientId) -> String {
        self.names.get(&client).cloned().unwrap_or_default()
    }
}

/// What people look at first. It reads thirteen sums, the run, the clients' names and six files: nothing that grows
/// with documents.
pub async fn overview(ctx: &Ctx) -> Result<Overview, Error> {
    ctx.require(Action::MarginsRead)?;
    let may_read_invoices = ctx.may(Action::InvoicesRead);
    let month = Month::of(books::today(ctx).await?).plus(-1);
    let period = Period::ending(month, MONTHS);
    let run = done(ctx).await?;
    let run = run.as_ref();
    let tenant = ctx.tenant();
    let (sums, own, groups, as_of) = tokio::try_join!(
        async { Ok(tenant.rollups(Subject::Organization, period).await?) },
        organizations::own(ctx, ctx.org),
        clients::groups(ctx),
        profitability::as_of(ctx),
    )?;
    let (leaks, churn, revenue, receivables, genome, anomalies) = tokio::try_join!(
        of_run(ctx, run, Part::Leaks),
        of_run(ctx, run, Part::Churn),
        of_run(ctx, run, Part::Revenue),
        of_run(ctx, run.filter(|_| may_read_invoices), Part::Receivables),
        of_run(ctx, run, Part::Genome),
        of_run(ctx, run, Part::Anomalies),
    )?;
    let figures = |(month, sums)| (month, Profitability::new(sums, own.currency));
    Ok(Overview {
        currency: own.currency,
        month,
        months: sums.into_iter().map(figures).collect(),
        as_of,
        leaks,
        churn,
        revenue,
        receivables,
        may_read_invoices,
        genome,
        anomalies,
        names: groups.iter().map(|group| (group.lead().id, group.name().to_owned())).collect(),
    })
}
