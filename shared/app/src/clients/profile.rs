//! Clients made here, and what the organisation says of all of them.

use clearmargin_domain::{
    access::Action,
    client::{Client, ClientProfile, ContractType, Industry, Term},
    id::{ClientId, UserId},
    identity::{DomainName, Name, User},
    tags::Tags,
};
use clearmargin_store::{Change, Stored};
use serde_json::json;

use super::{ClientGroup, group_of};
use crate::{Ctx, Error, Precondition};

/// How many domains a client made here may have.
const DOMAINS: usize = 20;

/// What the organisation says of a client, but for its name.
#[derive(Debug, Clone)]
pub struct Said {
    /// What it does.
    pub industry: Option<Industry>,
    /// How it is charged.
    pub contract_type: Option<ContractType>,
    /// Who looks after it.
    pub owner: Option<UserId>,
    /// The organisation's own words for it.
    pub tags: Tags,
    /// From when until when it is a client.
    pub term: Term,
}

/// A client as it is to be.
#[derive(Debug, Clone)]
pub struct ClientChange {
    /// What to call it; none to call it what its source does.
    pub name: Option<Name>,
    /// E-mail and web domains; none to leave them.
    pub domains: Option<Vec<DomainName>>,
    /// The rest.
    pub said: Said,
}

/// Makes a client that no source system knows; its id.
pub async fn create(
    ctx: &Ctx,
    name: Name,
    domains: Vec<DomainName>,
    said: Said,
) -> Result<ClientId, Error> {
    ctx.require(Action::ClientsWrite)?;
    if let Some(made) = ctx.replay().await? {
        return Ok(made);
    }
    check_owner(ctx, said.owner, None).await?;
    let id = ClientId::new(ctx.now, ctx.app.random());
    let client = Client {
        id,
        name: name.as_str().to_owned(),
        domains: texts(domains)?,
        stage: None,
        active: true,
        parent: None,
        merged_into: None,
        origin: None,
    };
    let profile = said.into_profile(ClientProfile { revision: 1, ..ClientProfile::empty(id) });
    let mut change = ctx.tenant().change(ctx.audit("client.created", id, json!(null)));
    change.insert(&client)?;
    change.insert(&profile)?;
    ctx.commit(change, id).await
}

/// Changes what the organisation says of a client, and of one made here its name and domains, too.
/// `seen` is what the caller has seen.
pub async fn update(
    ctx: &Ctx,
    id: ClientId,
    change: ClientChange,
    seen: &Precondition,
) -> Result<(), Error> {
    ctx.require(Action::ClientsWrite)?;
    let group = group_of(ctx, id).await?;
    seen.check(group.revision())?;
    let before = effective(&group);
    check_owner(ctx, change.said.owner, before.owner).await?;
    let (record, name) = renamed(&group, change.name, change.domains)?;
    let after = change.said.into_profile(ClientProfile { name, ..before.clone() });
    let mut fields = changed_fields(&before, &after);
    if record != *group.lead() {
        fields.push("record");
    }
    if fields.is_empty() {
        return Ok(());
    }
    let detail = json!({"fields": fields});
    let lead = group.lead().id;
    let mut change = ctx.tenant().change(ctx.audit("client.changed", lead, detail));
    write(&mut change, &group, after)?;
    if record != *group.lead() {
        let old = ctx.tenant().get::<Client>(lead).await?.ok_or(Error::NotFound("client"))?;
        // What else was changed of it meanwhile stays.
        let Client { name, domains, .. } = record;
        change.update(&old, &Client { name, domains, ..old.value.clone() })?;
    }
    ctx.commit(change, ()).await
}

/// What counts for the client today, as a profile of its leading record.
pub(super) fn effective(group: &ClientGroup) -> ClientProfile {
    let lead = group.lead().id;
    let known = group.profile().cloned().unwrap_or_else(|| ClientProfile::empty(lead));
    ClientProfile { client: lead, ..known }
}

/// Writes what is to count from now on. Other records keep what was said of them.
pub(super) fn write(
    change: &mut Change<'_>,
    group: &ClientGroup,
    after: ClientProfile,
) -> Result<(), Error> {
    let after = ClientProfile { revision: group.revision() + 1, ..after };
    Ok(change.set(group.own_profile(), &after)?)
}

impl Said {
    fn into_profile(self, other: ClientProfile) -> ClientProfile {
        let Self { industry, contract_type, owner, tags, term } = self;
        ClientProfile { industry, contract_type, owner, tags, term, ..other }
    }
}

/// The leading record and the name of the profile after a change. What a source brought stays as it
/// is: another name for it is the profile's.
fn renamed(
    group: &ClientGroup,
    name: Option<Name>,
    domains: Option<Vec<DomainName>>,
) -> Result<(Client, Option<Name>), Error> {
    let lead = group.lead();
    let domains = domains.map(texts).transpose()?;
    if lead.origin.is_none() {
        let name =
            name.ok_or(Error::invalid("name", "a client that was made here needs a name"))?;
        let domains = domains.unwrap_or_else(|| lead.domains.clone());
        let record = Client { name: name.into(), domains, ..lead.clone() };
        return Ok((record, None));
    }
    if domains.is_some_and(|domains| domains != group.domains()) {
        return Err(Error::invalid("domains", "they come from the source system"));
    }
    // Whoever sends back the source's name wants no other.
    Ok((lead.clone(), name.filter(|name| name.as_str() != lead.name)))
}

fn texts(domains: Vec<DomainName>) -> Result<Vec<String>, Error> {
    let mut texts: Vec<String> = Vec::new();
    for domain in domains.into_iter().map(|domain| domain.as_str().to_owned()) {
        if !texts.contains(&domain) {
            texts.push(domain);
        }
    }
    if texts.len() > DOMAINS {
        return Err(Error::invalid("domains", format!("expected at most {DOMAINS} domains")));
    }
    Ok(texts)
}

/// Goes on only if that is a person of the organisation; one who has left may stay, not come.
async fn check_owner(
    ctx: &Ctx,
    owner: Option<UserId>,
    before: Option<UserId>,
) -> Result<(), Error> {
    let Some(id) = owner.filter(|_| owner != before) else {
        return Ok(());
    };
    let found: Option<Stored<User>> = ctx.tenant().get(id).await?;
    let works = found.is_some_and(|user| user.active);
    if works { Ok(()) } else { Err(Error::invalid("ownerId", "there is no such person")) }
}

fn changed_fields(before: &ClientProfile, after: &ClientProfile) -> Vec<&'static str> {
    let fields = [
        ("name", before.name != after.name),
        ("industry", before.industry != after.industry),
        ("contractType", before.contract_type != after.contract_type),
        ("ownerId", before.owner != after.owner),
        ("tags", before.tags != after.tags),
        ("startDate", before.term.start != after.term.start),
        ("endDate", before.term.end != after.term.end),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
