//! Leaks from run to run, one by one and page by page.

use clearmargin_domain::{
    access::Action,
    id::{ClientId, LeakId},
    leak::{CaseStanding, LeakCase},
};
use clearmargin_store::Stored;

use crate::{Ctx, Error, clients, sorted};

/// Which leaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct WantedCases {
    /// Those of that client, by the id of any of its records.
    pub client: Option<ClientId>,
    /// Those that stand so.
    pub state: Option<CaseStanding>,
}

/// A page of leaks.
#[derive(Debug)]
pub struct CasesPage {
    /// The leaks.
    pub cases: Vec<LeakCase>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A leak, however it stands.
pub async fn case(ctx: &Ctx, id: LeakId) -> Result<LeakCase, Error> {
    ctx.require(Action::MarginsRead)?;
    Ok(own(ctx, id).await?.value)
}

pub(super) async fn own(ctx: &Ctx, id: LeakId) -> Result<Stored<LeakCase>, Error> {
    ctx.tenant().get::<LeakCase>(id).await?.ok_or(Error::NotFound("leak"))
}

/// A page of every leak that was ever found: those that were found last first.
pub async fn cases(
    ctx: &Ctx,
    wanted: WantedCases,
    limit: usize,
    cursor: Option<&str>,
) -> Result<CasesPage, Error> {
    ctx.require(Action::MarginsRead)?;
    let records = match wanted.client {
        Some(client) => Some(clients::named(ctx, client, "query.clientId").await?.ids()),
        None => None,
    };
    let all = ctx.tenant().all_lately::<LeakCase>().await?.into_iter().map(|case| case.value);
    let chosen = all.filter(|case| {
        records.as_ref().is_none_or(|records| records.contains(&case.client))
            && wanted.state.is_none_or(|state| case.state.standing() == state)
    });
    let rows = chosen.map(|case| (place(&case), case)).collect();
    let scope = format!("leak-cases|{:?}|{:?}", wanted.client, wanted.state);
    let (cases, next) = sorted::page(ctx, &scope, rows, limit, cursor)?;
    Ok(CasesPage { cases, next })
}

/// By what leaks are sorted: those that were found last first, then by key.
fn place(case: &LeakCase) -> String {
    let day = i32::from(case.found_on.year()) * 1_000 + i32::from(case.found_on.day_of_year());
    format!("{:010}|{}", i32::MAX - day, case.key)
}
