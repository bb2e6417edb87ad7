//! Leaks as they were last found.

use clearmargin_domain::{access::Action, analysis::Part, id::ClientId};
use clearmargin_insight::leaks::{Findings, Leak, LeakKind};

use super::shown::{Analysed, analysed};
use crate::{Ctx, Error, clients, sorted};

/// What was found, as it was last analysed.
pub type Leaks = Analysed<Findings>;

/// Which leaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct WantedLeaks {
    /// Those of that client, by the id of any of its records.
    pub client: Option<ClientId>,
    /// Those of that kind.
    pub kind: Option<LeakKind>,
}

/// A page of leaks.
#[derive(Debug)]
pub struct LeaksPage {
    /// Everything that was found for whom was asked, of whatever kind; the leaks are the dearest first.
    pub all: Leaks,
    /// Those of the page.
    pub page: Vec<Leak>,
    /// Where the next one begins.
    pub next: Option<String>,
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
    let chosen = found.filter(|leak| wanted.kind.is_none_or(|kind| leak.kind == kind));
    let rows = chosen.map(|leak| (place(leak), leak.clone())).collect();
    let scope = format!("leaks|{lead:?}|{:?}", wanted.kind);
    let (page, next) = sorted::page(ctx, &scope, rows, limit, cursor)?;
    Ok(LeaksPage { all, page, next })
}

/// By what leaks are sorted: the dearest first. It stays the same from one run to the next as long as a
/// leak comes to the same.
fn place(leak: &Leak) -> String {
    format!("{:020}|{}", i64::MAX.saturating_sub(leak.total.minor), leak.key)
}
