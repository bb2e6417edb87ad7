//! Clients as people know them: one per group of records that are one client.

mod about;
mod archive;
mod contacts;
mod detail;
mod list;
mod notes;
mod profile;
mod row;
mod sites;
mod tags;

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    client::{Client, ClientProfile, ClientStatus},
    id::ClientId,
    matching,
    technician::Technician,
};
use clearmargin_store::Stored;
use tokio::task::JoinSet;

use crate::{Ctx, Error};

pub(crate) use about::{RecordPlace, over_records};
pub use archive::{archive, restore};
pub use contacts::{NewContact, contact, contacts, create_contact, delete_contact, update_contact};
pub use detail::{Detail, ServiceLevel, get};
pub use list::{Page, Sort, Wanted, list};
pub use notes::{NewNote, create_note, delete_note, note, notes, update_note};
pub use profile::{ClientChange, Said, create, update};
pub use row::{Figures, Promised, Row};
pub use sites::{NewSite, create_site, delete_site, site, sites, update_site};
pub use tags::{TagCount, tags};

/// How many clients are read at once, of what is read client by client.
const AT_ONCE: usize = 16;

/// A client with all its records, the leading one first.
#[derive(Debug, Clone)]
pub struct ClientGroup {
    /// The records; never empty.
    members: Vec<Client>,
    lead: Client,
    /// What the organisation says of the records, in their order.
    profiles: Vec<Stored<ClientProfile>>,
}

impl ClientGroup {
    fn new(lead: Client, mut members: Vec<Client>) -> Self {
        members.sort_by_key(|member| (member.id != lead.id, member.id));
        Self { members, lead, profiles: Vec::new() }
    }

    fn with_profiles(mut self, known: &HashMap<ClientId, Stored<ClientProfile>>) -> Self {
        let profiles = self.members.iter().filter_map(|member| known.get(&member.id).cloned());
        self.profiles = profiles.collect();
        self
    }

    /// The record whose id the client goes by.
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

    /// What the organisation says of the client: the leading record's profile or, when that has
    /// none, the first one there is.
    pub fn profile(&self) -> Option<&ClientProfile> {
        self.profiles.first().map(|profile| &profile.value)
    }

    /// The profile of the leading record itself: the one that is written.
    fn own_profile(&self) -> Option<&Stored<ClientProfile>> {
        self.profiles.first().filter(|profile| profile.client == self.lead.id)
    }

    /// How often what the organisation says of the client was changed.
    pub fn revision(&self) -> u64 {
        self.profile().map_or(0, |profile| profile.revision)
    }

    /// What people call it: what the organisation does or, unless it says, the leading record.
    pub fn name(&self) -> &str {
        let said = self.profile().and_then(|profile| profile.name.as_ref());
        said.map_or(&self.lead.name, |name| name.as_str())
    }

    /// Where it stands.
    pub fn status(&self) -> ClientStatus {
        if self.profile().is_some_and(|profile| profile.archived_at.is_some()) {
            ClientStatus::Archived
        } else if self.lead.active {
            ClientStatus::Active
        } else {
            ClientStatus::Inactive
        }
    }

    /// The domains of all its records, each once.
    pub fn domains(&self) -> Vec<&str> {
        let mut domains: Vec<&str> = Vec::new();
        for domain in self.members.iter().flat_map(|member| &member.domains) {
            if !domains.contains(&domain.as_str()) {
                domains.push(domain);
            }
        }
        domains
    }
}

/// Every client.
pub(crate) async fn groups(ctx: &Ctx) -> Result<Vec<ClientGroup>, Error> {
    let records = ctx.tenant().all_lately::<Client>().await?;
    let profiles = by_client(ctx.tenant().all_lately::<ClientProfile>().await?);
    let groups = grouped(records).into_iter();
    Ok(groups.map(|group| group.with_profiles(&profiles)).collect())
}

/// What is read client by client, of all its records together, by the id that the client goes by; some
/// are read at once.
pub(crate) async fn each<T, Reading>(
    ctx: &Ctx,
    groups: &[&ClientGroup],
    read: impl Fn(Ctx, Vec<ClientId>) -> Reading,
) -> Result<Vec<(ClientId, T)>, Error>
where
    T: Send + 'static,
    Reading: Future<Output = Result<T, Error>> + Send + 'static,
{
    let mut all = Vec::with_capacity(groups.len());
    for some in groups.chunks(AT_ONCE) {
        let mut reads = JoinSet::new();
        for group in some {
            let (lead, reading) = (group.lead().id, read(ctx.clone(), group.ids()));
            reads.spawn(async move { (lead, reading.await) });
        }
        for (lead, answer) in reads.join_all().await {
            all.push((lead, answer?));
        }
    }
    Ok(all)
}

fn by_client(profiles: Vec<Stored<ClientProfile>>) -> HashMap<ClientId, Stored<ClientProfile>> {
    profiles.into_iter().map(|profile| (profile.client, profile)).collect()
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

/// The group that a record belongs to, whichever of its records is named.
pub async fn group_of(ctx: &Ctx, id: ClientId) -> Result<ClientGroup, Error> {
    let groups = grouped(connected(ctx, id).await?);
    let group = groups.into_iter().find(|group| group.members.iter().any(|record| record.id == id));
    let group = group.ok_or(Error::NotFound("client"))?;
    let profiles = by_client(ctx.tenant().get_many::<ClientProfile>(&group.ids()).await?);
    Ok(group.with_profiles(&profiles))
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

/// The client that a value of a request names, by the id of any of its records.
pub async fn named(ctx: &Ctx, id: ClientId, path: &str) -> Result<ClientGroup, Error> {
    group_of(ctx, id).await.map_err(|error| match error {
        Error::NotFound(_) => Error::invalid(path, "there is no such client"),
        other => other,
    })
}

/// Every technician, by id.
pub async fn technicians(ctx: &Ctx) -> Result<Vec<Technician>, Error> {
    ctx.require(Action::ClientsRead)?;
    let technicians = ctx.tenant().all::<Technician>().await?;
    Ok(technicians.into_iter().map(|technician| technician.value).collect())
}
