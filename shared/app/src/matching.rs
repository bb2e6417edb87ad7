//! Which clients of two systems are one: rules propose, people decide, and nothing is rewritten.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    client::Client,
    id::{ClientId, MatchId},
    integration::{ClientMatch, MatchStatus},
    matching,
    source::Source,
};
use clearmargin_store::{Change, List, Listing, StoreError, Stored};
use serde_json::json;

use crate::{Ctx, Error, jobs::Outcome};

/// How many matches one transaction carries: each may bring its client along.
const BATCH: usize = 40;

/// Looks for clients that are one: certain ones are joined, doubtful ones wait for a decision.
pub(crate) async fn run(ctx: &Ctx) -> Result<Outcome, Error> {
    let tenant = ctx.tenant();
    let clients = tenant.all::<Client>().await?;
    let known = tenant.all::<ClientMatch>().await?;
    let of = |source| -> Vec<Client> {
        let from = clients.iter().filter(|client| client.origin.source == source);
        from.map(|client| client.value.clone()).collect()
    };
    let decided: Vec<_> = known.iter().map(|known| known.value.clone()).collect();
    let (left, right) = (of(Source::SuperOps), of(Source::QuickBooks));
    let proposed = matching::propose(&left, &right, &decided, ctx.now, ctx.org);
    let clients: HashMap<_, _> = clients.into_iter().map(|client| (client.id, client)).collect();
    let known: HashMap<_, _> = known.into_iter().map(|known| (known.id, known)).collect();
    let news: Vec<_> = proposed.iter().filter(|found| is_news(found, &known, &clients)).collect();
    for batch in news.chunks(BATCH) {
        let detail = json!({"matches": batch.len()});
        let mut change = tenant.change(ctx.audit("clients.matched", ctx.org, detail));
        for found in batch {
            write(&mut change, found, known.get(&found.id))?;
            if let Some(client) = clients.get(&found.client) {
                join(&mut change, client, target(found))?;
            }
        }
        match change.commit().await {
            Ok(()) => {}
            Err(StoreError::Conflict(_) | StoreError::Busy) => {
                return Ok(Outcome::Later(std::time::Duration::ZERO));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Outcome::Done)
}

/// Where a match sends its client.
fn target(found: &ClientMatch) -> Option<ClientId> {
    match found.status {
        MatchStatus::Certain | MatchStatus::Accepted => Some(found.into),
        MatchStatus::Doubtful | MatchStatus::Rejected => None,
    }
}

fn is_news(
    found: &ClientMatch,
    known: &HashMap<MatchId, Stored<ClientMatch>>,
    clients: &HashMap<ClientId, Stored<Client>>,
) -> bool {
    let same =
        |known: &Stored<ClientMatch>| ClientMatch { at: found.at, ..known.value.clone() } == *found;
    let joined =
        clients.get(&found.client).is_none_or(|client| client.merged_into == target(found));
    !(joined && known.get(&found.id).is_some_and(same))
}

fn write(
    change: &mut Change<'_>,
    found: &ClientMatch,
    known: Option<&Stored<ClientMatch>>,
) -> Result<(), Error> {
    match known {
        Some(known) => change.update(known, found)?,
        None => change.insert(found)?,
    }
    Ok(())
}

fn join(
    change: &mut Change<'_>,
    client: &Stored<Client>,
    into: Option<ClientId>,
) -> Result<(), Error> {
    if client.merged_into == into {
        return Ok(());
    }
    Ok(change.update(client, &Client { merged_into: into, ..client.value.clone() })?)
}

/// Matches found so far, doubtful and decided ones.
pub async fn list(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<ClientMatch>, Error> {
    ctx.require(Action::ClientsRead)?;
    Ok(ctx.tenant().list(List::Matches, limit, "matches", cursor).await?)
}

/// How many matches wait for a decision.
pub(crate) async fn waiting(ctx: &Ctx) -> Result<usize, Error> {
    let matches = ctx.tenant().all::<ClientMatch>().await?;
    Ok(matches.iter().filter(|found| found.status == MatchStatus::Doubtful).count())
}

/// A person's word on a match; may be changed later, and undoes a join.
pub async fn decide(ctx: &Ctx, id: MatchId, same: bool) -> Result<ClientMatch, Error> {
    ctx.require(Action::MatchesDecide)?;
    if let Some(decided) = ctx.replay().await? {
        return Ok(decided);
    }
    let tenant = ctx.tenant();
    let found = tenant.get::<ClientMatch>(id).await?.ok_or(Error::NotFound("match"))?;
    let client = tenant.get::<Client>(found.client).await?.ok_or(Error::NotFound("client"))?;
    if same && client.merged_into.is_some_and(|into| into != found.into) {
        let message = "the client is joined with another one; undo that first";
        return Err(Error::conflict("joined_elsewhere", message));
    }
    let status = if same { MatchStatus::Accepted } else { MatchStatus::Rejected };
    let decided = ClientMatch { status, at: ctx.now, ..found.value.clone() };
    let detail = json!({"same": same, "client": client.id});
    let mut change = tenant.change(ctx.audit("match.decided", id, detail));
    change.update(&found, &decided)?;
    // A refusal undoes this match's own join, never another one's.
    let into =
        if same { Some(found.into) } else { client.merged_into.filter(|i| *i != found.into) };
    join(&mut change, &client, into)?;
    if let Some(once) = ctx.once(&decided)? {
        change.once(&once)?;
    }
    change.commit().await?;
    Ok(decided)
}
