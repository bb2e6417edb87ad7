//! Leaks as they were last found.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    analysis::{AnalysisRun, Part},
    id::{ClientId, LeakId, OrgId, UserId},
    leak::{CaseStanding, LeakCase},
};
use clearmargin_insight::leaks::{Findings, Leak, LeakKind};
use clearmargin_store::Stored;

use super::{
    file,
    shown::{Analysed, analysed},
};
use crate::{Ctx, Error, clients, leak_cases, sorted};

/// What was found, as it was last analysed.
pub type Leaks = Analysed<Findings>;

/// Which leaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct WantedLeaks {
    /// Those of that client, by the id of any of its records.
    pub client: Option<ClientId>,
    /// Those of that kind.
    pub kind: Option<LeakKind>,
    /// Those that stand so.
    pub state: Option<CaseStanding>,
}

/// A page of leaks.
#[derive(Debug)]
pub struct LeaksPage {
    /// Everything that was found for whom was asked, of whatever kind; the leaks are the dearest first.
    pub all: Leaks,
    /// Those of the page.
    pub page: Vec<Leak>,
    /// Whose they are.
    org: OrgId,
    /// What is known of those of the page.
    cases: HashMap<LeakId, LeakCase>,
    /// Where the next one begins.
    pub next: Option<String>,
}

impl LeaksPage {
    /// The id of a leak.
    pub fn id(&self, leak: &Leak) -> LeakId {
        LeakCase::id_of(self.org, &leak.key)
    }

    /// How a leak of the page stands.
    pub fn standing(&self, leak: &Leak) -> CaseStanding {
        standing(self.cases.get(&self.id(leak)))
    }

    /// Who takes care of a leak of the page.
    pub fn owner(&self, leak: &Leak) -> Option<UserId> {
        self.cases.get(&self.id(leak))?.owner
    }
}

/// A page of leaks, the dearest first.
pub async fn leaks(
    ctx: &Ctx,
    wanted: WantedLeaks,
    limit: usize,
    cursor: Option<&str>,
) -> Result<LeaksPage, Error> {
    ctx.require(Action::MarginsRead)?;
    let lead = match wanted.client {
        Some(client) => Some(clients::named(ctx, client, "query.clientId").await?.lead().id),
        None => None,
    };
    let mut all: Leaks = analysed(ctx, Part::Leaks).await?;
    if let Some(shown) = &mut all.shown {
        shown.result.leaks.retain(|leak| lead.is_none_or(|lead| leak.client == lead));
    }
    let found = all.shown.iter().flat_map(|shown| &shown.result.leaks);
    let mut chosen: Vec<_> =
        found.filter(|leak| wanted.kind.is_none_or(|kind| leak.kind == kind)).collect();
    if let Some(state) = wanted.state {
        let cases = by_id(ctx.tenant().all_lately::<LeakCase>().await?);
        chosen.retain(|leak| standing(cases.get(&LeakCase::id_of(ctx.org, &leak.key))) == state);
    }
    let rows = chosen.into_iter().map(|leak| (place(leak), leak.clone())).collect();
    let scope = format!("leaks|{lead:?}|{:?}|{:?}", wanted.kind, wanted.state);
    let (page, next) = sorted::page(ctx, &scope, rows, limit, cursor)?;
    let ids: Vec<_> = page.iter().map(|leak| LeakCase::id_of(ctx.org, &leak.key)).collect();
    let cases = by_id(ctx.tenant().get_many_lately::<LeakCase>(&ids).await?);
    Ok(LeaksPage { all, page, org: ctx.org, cases, next })
}

/// What was found is open, whatever was known of it as long as it was not.
fn standing(case: Option<&LeakCase>) -> CaseStanding {
    match case.map(|case| case.state.standing()) {
        None | Some(CaseStanding::Resolved) => CaseStanding::Open,
        Some(found) => found,
    }
}

fn by_id(cases: Vec<Stored<LeakCase>>) -> HashMap<LeakId, LeakCase> {
    cases.into_iter().map(|case| (case.id, case.value)).collect()
}

/// Brings what a run found together with what is known of each leak.
pub(super) async fn settle(ctx: &Ctx, run: &AnalysisRun) -> Result<(), Error> {
    let Some(of) = run.result(Part::Leaks) else { return Ok(()) };
    let bytes = file::find(ctx, run.id, Part::Leaks.as_str(), &of.kept).await?;
    let bytes = bytes.ok_or_else(|| Error::internal("the leaks that were found are gone"))?;
    let found: Findings = serde_json::from_slice(&bytes).map_err(Error::internal)?;
    leak_cases::settle(ctx, run, &found).await
}

/// By what leaks are sorted: the dearest first. It stays the same from one run to the next as long as a
/// leak comes to the same.
fn place(leak: &Leak) -> String {
    format!("{:020}|{}", i64::MAX.saturating_sub(leak.total.minor), leak.key)
}
