//! Clients as people know them: one per group of records that are one client.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action, client::Client, id::ClientId, matching, technician::Technician,
};
use clearmargin_store::{List, Listing, Stored};

use crate::{Ctx, Error};

/// A client with all its records, the leading one first.
#[derive(Debug, Clone)]
pub struct ClientGroup {
    /// The records; never empty.
    members: Vec<Client>,
    lead: Client,
}

impl ClientGroup {
    fn new(lead: Client, mut members: Vec<Client>) -> Self {
        members.sort_by_key(|member| (member.id != lead.id, member.id));
        Self { members, lead }
    }

    /// The record whose id and name the client goes by.
    pub fn lead(&self) -> &Client {
        &self.lead
    }

    /// Every record, the leading one first.
    pub fn members(&self) -> &[Client] {
        &self.members
    }

    /// The ids of the records.
    pub fn ids(&self) -> Vec<ClientId> {
        self.members.iter().map(|member| member.id).collect()
    }
}

/// Every client.
pub(crate) async fn groups(ctx: &Ctx) -> Result<Vec<ClientGroup>, Error> {
    let records = ctx.tenant().all_lately::<Client>().await?;
    Ok(grouped(records))
}

fn grouped(records: Vec<Stored<Client>>) -> Vec<ClientGroup> {
    let records: Vec<_> = records.into_iter().map(|record| record.value).collect();
    let groups = matching::groups(&records);
    let by_id: HashMap<_, _> = records.into_iter().map(|record| (record.id, record)).collect();
    let group = |(lead, ids): (ClientId, Vec<ClientId>)| {
        let members = ids.iter().filter_map(|id| by_id.get(id).cloned()).collect();
        Some(ClientGroup::new(by_id.get(&lead)?.clone(), members))
    };
    groups.into_iter().filter_map(group).collect()
}

/// A page of clients, by id. Records that are part of another one's group are not clients of their
/// own; a page may therefore hold fewer than `limit`.
pub async fn list(ctx: &Ctx, limit: usize, cursor: Option<&str>) -> Result<Listing<Client>, Error> {
    ctx.require(Action::ClientsRead)?;
    let mut page: Listing<Client> =
        ctx.tenant().list(List::Clients, limit, "clients", cursor).await?;
    page.items.retain(|client| client.merged_into.is_none());
    Ok(page)
}

/// The client that a record belongs to.
pub async fn get(ctx: &Ctx, id: ClientId) -> Result<ClientGroup, Error> {
    ctx.require(Action::ClientsRead)?;
    group_of(ctx, id).await
}

/// The group that a record belongs to, whichever of its records is named.
pub(crate) async fn group_of(ctx: &Ctx, id: ClientId) -> Result<ClientGroup, Error> {
    let groups = grouped(connected(ctx, id).await?);
    let group = groups.into_iter().find(|group| group.members.iter().any(|record| record.id == id));
    group.ok_or(Error::NotFound("client"))
}

/// The record of that id and every one that joins connect it with, in either direction.
async fn connected(ctx: &Ctx, id: ClientId) -> Result<Vec<Stored<Client>>, Error> {
    let tenant = ctx.tenant();
    let start = tenant.get::<Client>(id).await?.ok_or(Error::NotFound("client"))?;
    let mut found = HashMap::new();
    let mut frontier = vec![start];
    while let Some(record) = frontier.pop() {
        let (id, into) = (record.id, record.merged_into);
        if found.insert(id, record).is_some() {
            continue;
        }
        frontier.extend(tenant.joined_with(id).await?);
        let into = into.filter(|into| !found.contains_key(into));
        if let Some(into) = into {
            frontier.extend(tenant.get::<Client>(into).await?);
        }
        frontier.retain(|record| !found.contains_key(&record.id));
    }
    Ok(found.into_values().collect())
}

/// Every technician, by id.
pub async fn technicians(ctx: &Ctx) -> Result<Vec<Technician>, Error> {
    ctx.require(Action::ClientsRead)?;
    let technicians = ctx.tenant().all::<Technician>().await?;
    Ok(technicians.into_iter().map(|technician| technician.value).collect())
}
