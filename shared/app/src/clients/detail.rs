//! One client, with what its figures rest on.

use clearmargin_domain::{access::Action, desk::DeskSubject, id::ClientId, period::Month};
use clearmargin_store::List;

use super::{
    group_of,
    row::{Row, row},
};
use crate::{Ctx, Error};

/// How many whole months before this one the service level covers.
const MONTHS: i32 = 3;

/// How the desk kept what was promised to a client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ServiceLevel {
    /// Resolutions for which there was a target.
    pub resolutions: i64,
    /// Those of them that came late.
    pub late: i64,
}

/// One client, with what its figures rest on.
#[derive(Debug)]
pub struct Detail {
    /// The client with its figures.
    pub row: Row,
    /// How the desk kept what was promised in the three whole months before this one.
    pub service_level: ServiceLevel,
    /// How many contacts it has.
    pub contacts: usize,
}

/// The client that a record belongs to.
pub async fn get(ctx: &Ctx, id: ClientId) -> Result<Detail, Error> {
    ctx.require(Action::ClientsRead)?;
    let group = group_of(ctx, id).await?;
    let ids = group.ids();
    let service_level = service_level(ctx, &ids).await?;
    let mut contacts = 0;
    for record in ids {
        contacts += ctx.tenant().count(List::Contacts(record)).await?;
    }
    Ok(Detail { row: row(ctx, group).await?, service_level, contacts })
}

async fn service_level(ctx: &Ctx, ids: &[ClientId]) -> Result<ServiceLevel, Error> {
    let now = Month::of(jiff::tz::TimeZone::UTC.to_datetime(ctx.now).date());
    let from = now.plus(-MONTHS).first_day();
    let to = now.plus(-1).last_day();
    let mut level = ServiceLevel::default();
    for id in ids {
        let days = ctx.tenant().desk_days(&DeskSubject::Client(Some(*id)), from, to).await?;
        for counts in days.into_values() {
            level.resolutions += counts.resolutions_in_time + counts.resolutions_late;
            level.late += counts.resolutions_late;
        }
    }
    Ok(level)
}
