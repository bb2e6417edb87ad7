//! By which clocks and promises tickets are measured.

use clearmargin_domain::{
    sla::SlaPolicy,
    ticket::{ServiceLevels, Ticket},
};
use clearmargin_store::Stored;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{Ctx, Error, clients, organizations};

/// By which clocks and promises an organisation measures its tickets.
#[derive(Debug)]
pub(crate) struct Measuring {
    zone: TimeZone,
    levels: ServiceLevels,
}

impl Measuring {
    pub(crate) async fn read(ctx: &Ctx) -> Result<Self, Error> {
        let organization = organizations::own(ctx, ctx.org).await?;
        let zone = organization.time_zone.zone().map_err(Error::internal)?;
        let policies = by_record(ctx, ctx.tenant().all::<SlaPolicy>().await?).await?;
        let levels = ServiceLevels::new(&organization, policies).map_err(Error::internal)?;
        Ok(Self { zone, levels })
    }

    /// On whose clocks days begin.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The day of a moment on the organisation's clocks.
    pub(crate) fn day(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// Whether the organisation works at that moment.
    pub(crate) fn is_open(&self, at: Timestamp) -> bool {
        self.levels.is_open(at)
    }

    /// Brings what a ticket says of promises up to a moment.
    pub(crate) fn settle(&self, ticket: &mut Ticket, now: Timestamp) {
        self.levels.settle(ticket, now);
    }
}

/// A client's own policy for each of its records, since tickets name any of them.
async fn by_record(ctx: &Ctx, policies: Vec<Stored<SlaPolicy>>) -> Result<Vec<SlaPolicy>, Error> {
    let mut all = Vec::new();
    for policy in policies {
        let policy = policy.value;
        let Some(client) = policy.client else {
            all.push(policy);
            continue;
        };
        let ids = match clients::group_of(ctx, client).await {
            Ok(group) => group.ids(),
            Err(Error::NotFound(_)) => vec![client],
            Err(error) => return Err(error),
        };
        all.extend(ids.into_iter().map(|id| SlaPolicy { client: Some(id), ..policy.clone() }));
    }
    Ok(all)
}
