//! Taking a snapshot: sums, agreements, clients and invoices become what analyses are computed from.

mod documents;
mod sold;
mod tickets;
pub(super) mod usage;

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    analysis::{Kept, SnapshotNote},
    desk::{DeskSubject, SubjectKind},
    id::ClientId,
    integration::AsOf,
    period::{Month, Period},
    receivable::Ageing,
    rollup::Subject,
    service::Service,
    standing::StandingOf,
};
use clearmargin_insight::snapshot::{
    Client, Counted, MONTHS_BACK, SETTLED_MONTHS, Settled, Snapshot,
};
use jiff::civil::Date;

use super::portfolio;
use crate::{
    Ctx, Error,
    agreements::Everything,
    clients::{self, ClientGroup},
    organizations, profitability, usage_counts,
};

/// A snapshot with the portfolio in which leaks are looked for, and what is said of them.
pub(super) struct Taken {
    pub(super) bytes: Vec<u8>,
    pub(super) portfolio: Vec<u8>,
    pub(super) about: About,
}

/// What is said of a snapshot beside where it is kept.
pub(super) struct About {
    period: Period,
    clients: usize,
    as_of: AsOf,
}

impl About {
    pub(super) fn note(&self, kept: Kept, portfolio: Kept) -> SnapshotNote {
        let clients = u32::try_from(self.clients).unwrap_or(u32::MAX);
        let (period, as_of) = (self.period, self.as_of);
        SnapshotNote { kept, portfolio: Some(portfolio), period, clients, as_of }
    }
}

/// Takes a snapshot of a day. Its cost is clients × months, the number of agreements and catalogue
/// entries, the invoices and payments of [`BILL_MONTHS`](clearmargin_insight::snapshot::BILL_MONTHS), and
/// what the portfolio costs.
pub(super) async fn take(ctx: &Ctx, day: Date) -> Result<Taken, Error> {
    let last = Month::of(day).plus(-1);
    let period = Period::ending(last, MONTHS_BACK);
    // What is read meanwhile makes figures newer than they say, never older.
    let as_of = profitability::as_of(ctx).await?;
    let groups = clients::groups(ctx).await?;
    let mut known = Known::of(&groups);
    known.add_sums(ctx, period).await?;
    let promised = Everything::read(ctx).await?;
    known.add_contracted(&promised, period, day)?;
    let tickets_since = known.add_tickets(ctx, period).await?;
    known.add_each(ctx, &groups, Period::ending(last, SETTLED_MONTHS)).await?;
    let own = organizations::own(ctx, ctx.org).await?;
    let documents = documents::read(ctx, &known.lead_of, day).await?;
    let catalogue = ctx.tenant().all_lately::<Service>().await?.into_iter();
    let catalogue: Vec<Service> = catalogue.map(|service| service.value).collect();
    let on = (day, own.currency);
    let sold = sold::of(promised.clone(), &catalogue, &known.lead_of, on)?;
    let beside = portfolio::Known {
        groups: &groups,
        lead_of: &known.lead_of,
        promised,
        catalogue,
        documents: documents.of_clients,
        currency: own.currency,
    };
    let portfolio = portfolio::take(ctx, day, beside).await?;
    for (lead, usage) in portfolio.usage {
        if let Some(client) = known.clients.get_mut(&lead) {
            client.usage = usage;
        }
    }
    let snapshot = Snapshot {
        currency: own.currency,
        day,
        period,
        organization: ctx.tenant().rollups(Subject::Organization, period).await?,
        tickets_since,
        desk: tickets::desk(ctx, &groups, &own.holidays, day).await?,
        bills: documents.bills,
        sold,
        clients: known.clients,
        owed_minor: Some(owed_at_end(ctx, last).await?),
    };
    let bytes = serde_json::to_vec(&snapshot).map_err(Error::internal)?;
    Ok(Taken {
        bytes,
        portfolio: portfolio.file,
        about: About { period, clients: snapshot.clients.len(), as_of },
    })
}

/// What clients owed at the end of a month.
async fn owed_at_end(ctx: &Ctx, month: Month) -> Result<i64, Error> {
    let owed = ctx.tenant().owed_on(month.last_day()).await?;
    Ok(owed.into_values().fold(Ageing::default(), Ageing::plus).total())
}

/// The clients as far as they are known, and which record is whose.
struct Known {
    clients: BTreeMap<ClientId, Client>,
    lead_of: HashMap<ClientId, ClientId>,
}

impl Known {
    fn of(groups: &[ClientGroup]) -> Self {
        let active = |group: &ClientGroup| group.members().iter().any(|record| record.active);
        let client = |group: &ClientGroup| {
            (group.lead().id, Client { active: active(group), ..Client::default() })
        };
        let records = |group: &ClientGroup| {
            let lead = group.lead().id;
            group.ids().into_iter().map(move |record| (record, lead))
        };
        Self {
            clients: groups.iter().map(client).collect(),
            lead_of: groups.iter().flat_map(records).collect(),
        }
    }

    /// The client that a record belongs to; `None` of a record that is gone.
    fn owner(&mut self, record: ClientId) -> Option<&mut Client> {
        self.lead_of.get(&record).and_then(|lead| self.clients.get_mut(lead))
    }

    async fn add_sums(&mut self, ctx: &Ctx, period: Period) -> Result<(), Error> {
        for sums in ctx.tenant().client_rollups(period).await? {
            if let Some(client) = self.owner(sums.client) {
                let month = client.months.entry(sums.month).or_default();
                *month = month.plus(sums.measures);
            }
        }
        for (bucket, sums) in ctx.tenant().recurring_rollups(period.to()).await? {
            let Subject::Recurring(record) = bucket.subject else { continue };
            if let Some(client) = self.owner(record).filter(|_| period.contains(bucket.month)) {
                add(&mut client.recurring, bucket.month, sums.recurring_minor);
            }
        }
        Ok(())
    }

    fn add_contracted(
        &mut self,
        promised: &Everything,
        period: Period,
        day: Date,
    ) -> Result<(), Error> {
        for month in Snapshot::ahead_of(period) {
            for (record, amount) in promised.contracted(month.last_day(), day)?.amounts {
                if let Some(client) = self.owner(record) {
                    add(&mut client.contracted, month, amount.minor);
                }
            }
        }
        Ok(())
    }

    /// Adds how many tickets were opened; the first month with any of whomever.
    async fn add_tickets(&mut self, ctx: &Ctx, period: Period) -> Result<Option<Month>, Error> {
        let mut since: Option<Month> = None;
        let sums = ctx.tenant().desk_months(SubjectKind::Client, period).await?;
        for ((subject, month), sums) in sums.into_iter().filter(|(_, sums)| sums.opened != 0) {
            since = Some(since.map_or(month, |since| since.min(month)));
            let DeskSubject::Client(Some(record)) = subject else { continue };
            if let Some(client) = self.owner(record) {
                add(&mut client.tickets, month, sums.opened);
            }
        }
        Ok(since)
    }

    /// Adds what is read client by client: how the invoices of some months were settled, and what was
    /// counted.
    async fn add_each(
        &mut self,
        ctx: &Ctx,
        groups: &[ClientGroup],
        period: Period,
    ) -> Result<(), Error> {
        let groups: Vec<_> = groups.iter().collect();
        let read = move |ctx, records| each(ctx, records, period);
        for (lead, (settled, counted)) in clients::each(ctx, &groups, read).await? {
            if let Some(client) = self.clients.get_mut(&lead) {
                (client.settled, client.counted) = (settled, counted);
            }
        }
        Ok(())
    }
}

fn add(sums: &mut BTreeMap<Month, i64>, month: Month, minor: i64) {
    let sum = sums.entry(month).or_default();
    *sum = sum.saturating_add(minor);
}

/// How the invoices of a client's records were settled, and what was last counted of them.
async fn each(
    ctx: Ctx,
    records: Vec<ClientId>,
    period: Period,
) -> Result<(BTreeMap<Month, Settled>, Counted), Error> {
    let mut settled: BTreeMap<Month, Settled> = BTreeMap::new();
    for record in &records {
        let sums = ctx.tenant().standing(StandingOf::InvoicesOf(*record), period).await?;
        for (bucket, sums) in sums.into_iter().filter(|(_, sums)| sums.money_minor != 0) {
            let month = settled.entry(bucket.month).or_default();
            month.minor = month.minor.saturating_add(sums.money_minor);
            month.days = month.days.saturating_add(sums.money_days);
            month.on_time_minor = month.on_time_minor.saturating_add(sums.on_time_minor);
        }
    }
    let days = usage_counts::days_of(period.to());
    let counts = usage_counts::latest_within(&ctx, &records, days).await?;
    Ok((settled, usage::counted(&counts)))
}
