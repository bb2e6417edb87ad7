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
use clearmargin_store::{Change, List, Listing, Stored};
use serde_json::json;

use crate::{Ctx, Error, jobs::Outcome};

/// How many clients one transaction carries: each with a match that goes, one that comes, and itself.
const BATCH: usize = 30;

/// Looks for clients that are one: certain ones are joined, doubtful ones wait for a decision.
pub(crate) async fn run(ctx: &Ctx) -> Result<Outcome, Error> {
    let tenant = ctx.tenant();
    let clients = tenant.all::<Client>().await?;
    let known = tenant.all::<ClientMatch>().await?;
    let ours = clients.iter().map(|client| client.value.clone());
    let billed = |client: &Client| client.source() == Some(Source::QuickBooks);
    let (right, left): (Vec<_>, Vec<_>) = ours.partition(billed);
    let decided: Vec<_> = known.iter().map(|known| known.value.clone()).collect();
    let proposed = matching::propose(&left, &right, &decided, ctx.org);
    let steps = steps(&clients, &known, &proposed);
    for batch in steps.chunks(BATCH) {
        let detail = json!({"matches": batch.len()});
        let mut change = tenant.change(ctx.audit("clients.matched", ctx.org, detail));
        for step in batch {
            step.write(&mut change)?;
        }
        if !change.attempt().await? {
            return Ok(Outcome::Later(std::time::Duration::ZERO));
        }
    }
    Ok(Outcome::Done)
}

/// What has to change about a client and its matches.
struct Step<'a> {
    /// Matches that rules no longer speak for.
    gone: Vec<&'a Stored<ClientMatch>>,
    /// The match that holds now and how it stands in the table, unless it stands there already.
    found: Option<(&'a ClientMatch, Option<&'a Stored<ClientMatch>>)>,
    /// The client and whom it belongs to now, unless it does already.
    joined: Option<(&'a Stored<Client>, Option<ClientId>)>,
}

/// The difference between what is stored and what holds, client by client: rules have the say over
/// what rules found, people over what they decided.
fn steps<'a>(
    clients: &'a [Stored<Client>],
    known: &'a [Stored<ClientMatch>],
    proposed: &'a [ClientMatch],
) -> Vec<Step<'a>> {
    let stored: HashMap<_, _> = known.iter().map(|known| (known.id, known)).collect();
    let holds: HashMap<_, _> = proposed.iter().map(|found| (found.client, found)).collect();
    let step = |client: &'a Stored<Client>| {
        let found = holds.get(&client.id).copied();
        let by_rule =
            |known: &&Stored<ClientMatch>| known.client == client.id && known.decided_at.is_none();
        let gone = known.iter().filter(by_rule);
        let gone = gone.filter(|known| found.is_none_or(|found| found.id != known.id)).collect();
        let old = found.and_then(|found| stored.get(&found.id).copied());
        let found_anew = found.filter(|found| old.is_none_or(|old| old.value != **found));
        let into = found.and_then(target);
        let joined = (client.merged_into != into).then_some((client, into));
        Step { gone, found: found_anew.map(|found| (found, old)), joined }
    };
    clients.iter().map(step).filter(Step::is_any).collect()
}

impl Step<'_> {
    fn is_any(&self) -> bool {
        !self.gone.is_empty() || self.found.is_some() || self.joined.is_some()
    }

    fn write(&self, change: &mut Change<'_>) -> Result<(), Error> {
        for gone in &self.gone {
            change.delete(gone)?;
        }
        match self.found {
            Some((found, Some(old))) => change.update(old, found)?,
            Some((found, None)) => change.insert(found)?,
            None => {}
        }
        match self.joined {
            Some((client, into)) => join(change, client, into),
            None => Ok(()),
        }
    }
}

/// Where a match sends its client.
fn target(found: &ClientMatch) -> Option<ClientId> {
    match found.status {
        MatchStatus::Certain | MatchStatus::Accepted => Some(found.into),
        MatchStatus::Doubtful | MatchStatus::Rejected => None,
    }
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
    let decided = ClientMatch { status, decided_at: Some(ctx.now), ..found.value.clone() };
    let detail = json!({"same": same, "client": client.id});
    let mut change = tenant.change(ctx.audit("match.decided", id, detail));
    change.update(&found, &decided)?;
    // A refusal undoes this match's own join, never another one's.
    let into =
        if same { Some(found.into) } else { client.merged_into.filter(|i| *i != found.into) };
    join(&mut change, &client, into)?;
    ctx.commit(change, decided).await
}
