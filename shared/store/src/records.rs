//! The layout of each canonical record.

mod agreed;
mod analysis;
mod billing;
mod budgets;
mod desk;
mod market;

use clearmargin_domain::{
    agreement::Agreement,
    billing::TaxCode,
    budget::SpentDelta,
    client::{Client, ClientProfile, Contact, Note, Site},
    cost_rate::CostRate,
    expense::{Expense, ExpenseAccount},
    id::{
        AgreementId, ApiKeyId, ClientId, ContactId, CostRateId, ExpenseAccountId, ExpenseId,
        InvitationId, MatchId, NoteId, OrgId, SHARDS, ServiceId, SessionId, SiteId, SyncRunId,
        TaxCodeId, TechnicianId, TicketId, TimeEntryId, UserId,
    },
    identity::{ApiKey, Invitation, Organization, Session, User},
    integration::{ClientMatch, Connection, RowFailure, SyncRun},
    period::Month,
    rollup::{Contributes, Delta},
    service::Service,
    source::Source,
    standing::StandingDelta,
    technician::Technician,
    ticket::{Ticket, TicketStatus},
    time_entry::TimeEntry,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    entity::{Entity, Listed, Walked},
    key::{self, Index, IndexKey, Key},
};

fn delta_of<R: Contributes>(row: &R) -> Delta {
    let mut delta = Delta::default();
    delta.add_row(row);
    delta
}

/// Records of small collections: one partition, sorted by id.
macro_rules! small {
    ($($record:ident: $id:ident = $kind:literal, shape $shape:literal;)*) => {$(
        impl Entity for $record {
            const KIND: &'static str = $kind;
            const SHAPE: u16 = $shape;
            type Id = $id;

            fn id(&self) -> $id {
                self.id
            }

            fn key(org: OrgId, id: $id) -> Key {
                key::member(org, $kind, &id.to_string())
            }
        }

        impl Listed for $record {}

        impl Walked for $record {
            fn partitions(org: OrgId) -> Vec<String> {
                vec![key::collection(org, $kind)]
            }
        }
    )*};
}

small! {
    // Records of shape 1 know of nothing that was changed here.
    Agreement: AgreementId = "AGREEMENT", shape 2;
    ApiKey: ApiKeyId = "APIKEY", shape 1;
    CostRate: CostRateId = "RATE", shape 1;
    ExpenseAccount: ExpenseAccountId = "EXPENSEACCOUNT", shape 1;
    Invitation: InvitationId = "INVITATION", shape 1;
    // Records of shape 1 know of nothing that was changed here, and of no prices; those of shape 2 of
    // no account.
    Service: ServiceId = "SERVICE", shape 3;
    SyncRun: SyncRunId = "RUN", shape 1;
    TaxCode: TaxCodeId = "TAX", shape 1;
    Technician: TechnicianId = "TECHNICIAN", shape 1;
}

/// Records that are about a client: one partition, sorted by the client's record, then by id, so
/// that a client's are one query and none is out of sight of what walks through all of them.
macro_rules! about_clients {
    ($($record:ident: $id:ident = $kind:literal;)*) => {$(
        impl Entity for $record {
            const KIND: &'static str = $kind;
            type Id = (ClientId, $id);

            fn id(&self) -> Self::Id {
                (self.client, self.id)
            }

            fn key(org: OrgId, (client, id): Self::Id) -> Key {
                key::about(org, $kind, client, &id.to_string())
            }
        }

        impl Walked for $record {
            fn partitions(org: OrgId) -> Vec<String> {
                vec![key::collection(org, $kind)]
            }
        }
    )*};
}

about_clients! {
    Contact: ContactId = "CONTACT";
    Note: NoteId = "NOTE";
}

impl Entity for ClientProfile {
    const KIND: &'static str = "PROFILE";
    type Id = ClientId;

    fn id(&self) -> ClientId {
        self.client
    }

    fn key(org: OrgId, id: ClientId) -> Key {
        key::member(org, Self::KIND, &id.to_string())
    }
}

impl Listed for ClientProfile {}

impl Walked for ClientProfile {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for Site {
    const KIND: &'static str = "SITE";
    /// Records of shape 1 are not in the index.
    const SHAPE: u16 = 2;
    type Id = SiteId;

    fn id(&self) -> SiteId {
        self.id
    }

    fn key(org: OrgId, id: SiteId) -> Key {
        key::member(org, Self::KIND, &id.to_string())
    }

    fn indexes(&self, org: OrgId) -> Vec<IndexKey> {
        let pk = key::sites_of(org, self.client);
        vec![IndexKey { index: Index::Time, pk, sk: self.id.to_string() }]
    }
}

impl Listed for Site {}

impl Walked for Site {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for User {
    const KIND: &'static str = "USER";
    /// Records of shape 1 hold the password's hash, which is the account's now.
    const SHAPE: u16 = 2;
    type Id = UserId;

    fn id(&self) -> UserId {
        self.id
    }

    fn key(org: OrgId, id: UserId) -> Key {
        key::member(org, Self::KIND, &id.to_string())
    }
}

impl Listed for User {}

impl Walked for User {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for Session {
    const KIND: &'static str = "SESSION";
    type Id = (UserId, SessionId);

    fn id(&self) -> Self::Id {
        (self.user, self.id)
    }

    fn key(org: OrgId, (user, id): Self::Id) -> Key {
        key::session(org, user, id)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.expires_at().as_second())
    }
}

impl Walked for Session {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for Organization {
    const KIND: &'static str = "ORGANIZATION";
    /// Records of shape 1 know of no plan, hours, holidays and deletion, and of one owner.
    const SHAPE: u16 = 2;
    type Id = OrgId;

    fn id(&self) -> OrgId {
        self.id
    }

    /// The organisation of the tenant and no other, whatever id is asked for.
    fn key(org: OrgId, _: OrgId) -> Key {
        key::organization(org)
    }
}

impl Walked for Organization {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::organization(org).pk]
    }
}

impl Entity for Client {
    const KIND: &'static str = "CLIENT";
    /// Records of shape 1 are not in the index.
    const SHAPE: u16 = 2;
    type Id = ClientId;

    fn id(&self) -> ClientId {
        self.id
    }

    fn key(org: OrgId, id: ClientId) -> Key {
        key::member(org, Self::KIND, &id.to_string())
    }

    fn indexes(&self, org: OrgId) -> Vec<IndexKey> {
        let with = self.merged_into.unwrap_or(self.id);
        vec![IndexKey {
            index: Index::Time,
            pk: key::joined_with(org, with),
            sk: self.id.to_string(),
        }]
    }
}

impl Listed for Client {}

impl Walked for Client {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for ClientMatch {
    const KIND: &'static str = "MATCH";
    const SHAPE: u16 = 2;
    type Id = MatchId;

    fn id(&self) -> MatchId {
        self.id
    }

    fn key(org: OrgId, id: MatchId) -> Key {
        key::member(org, Self::KIND, &id.to_string())
    }

    /// Shape 1 had a time, `at`, that meant a decision only where there was one.
    fn upgrade(_: u16, mut doc: Value) -> Value {
        let decided = |doc: &Value| {
            let status = doc.get("status").and_then(Value::as_str);
            status.is_some_and(|status| ["accepted", "rejected"].contains(&status))
        };
        let keep = decided(&doc);
        if let Some(members) = doc.as_object_mut()
            && let Some(at) = members.remove("at")
            && keep
        {
            members.insert("decidedAt".to_owned(), at);
        }
        doc
    }
}

impl Listed for ClientMatch {}

impl Walked for ClientMatch {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for Connection {
    const KIND: &'static str = "CONNECTION";
    type Id = Source;

    fn id(&self) -> Source {
        self.source
    }

    fn key(org: OrgId, source: Source) -> Key {
        key::member(org, Self::KIND, source.as_str())
    }
}

impl Listed for Connection {}

impl Walked for Connection {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

/// Records of large collections: spread over partitions by the last digit of their id.
macro_rules! large {
    ($($record:ident),*) => {$(
        impl Walked for $record {
            fn partitions(org: OrgId) -> Vec<String> {
                let shards = SHARDS.iter().map(|shard| char::from(*shard));
                shards.map(|shard| key::shard(org, Self::KIND, shard)).collect()
            }
        }
    )*};
}

pub(crate) use {large, small};

large!(Expense, Ticket, TimeEntry);

impl Entity for Ticket {
    const KIND: &'static str = "TICKET";
    /// Records of shape 1 have the source's word for a status, and no day of opening.
    const SHAPE: u16 = 2;
    type Id = TicketId;

    fn id(&self) -> TicketId {
        self.id
    }

    fn key(org: OrgId, id: TicketId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn indexes(&self, org: OrgId) -> Vec<IndexKey> {
        let day = jiff::tz::TimeZone::UTC.to_datetime(self.created_at).date();
        let (pk, sk) = (key::kind_month(org, Self::KIND, Month::of(day)), key::opened(self));
        let mut keys = Vec::new();
        if let Some(client) = self.client {
            let pk = key::owned(org, &client.to_string());
            keys.push(IndexKey { index: Index::Owner, pk, sk: sk.clone() });
        }
        if let Some(sk) = key::news(self) {
            keys.push(IndexKey { index: Index::Open, pk: key::open_tickets(org), sk });
        }
        keys.push(IndexKey { index: Index::Time, pk, sk });
        keys
    }

    fn contribution(&self) -> Delta {
        Delta::of_ticket(self)
    }

    fn upgrade(_: u16, mut doc: Value) -> Value {
        if let Some(members) = doc.as_object_mut() {
            let word = members.remove("status");
            let status = word.as_ref().and_then(Value::as_str).and_then(TicketStatus::from_word);
            let status = status.unwrap_or(TicketStatus::InProgress);
            members.insert("status".to_owned(), status.as_str().into());
            members.extend(word.map(|word| ("sourceStatus".to_owned(), word)));
            let opened = members.get("createdAt").and_then(Value::as_str);
            let opened = opened.and_then(|at| at.get(..10)).map(Value::from);
            members.extend(opened.map(|day| ("openedOn".to_owned(), day)));
        }
        doc
    }
}

impl Entity for TimeEntry {
    const KIND: &'static str = "TIME";
    /// Records of shape 1 are not found by their ticket.
    const SHAPE: u16 = 2;
    type Id = TimeEntryId;

    fn id(&self) -> TimeEntryId {
        self.id
    }

    fn key(org: OrgId, id: TimeEntryId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn indexes(&self, org: OrgId) -> Vec<IndexKey> {
        let pk = key::client_month(org, self.client, Month::of(self.day));
        let sk = key::by_day("T", self.day, &self.id.to_string());
        let mut keys = Vec::new();
        if let Some(ticket) = self.ticket {
            let pk = key::owned(org, &ticket.to_string());
            keys.push(IndexKey { index: Index::Owner, pk, sk: sk.clone() });
        }
        keys.push(IndexKey { index: Index::Time, pk, sk });
        keys
    }

    fn contribution(&self) -> Delta {
        let mut delta = delta_of(self);
        delta.stand(StandingDelta::of_time(self));
        delta
    }
}

impl Entity for Expense {
    const KIND: &'static str = "EXPENSE";
    /// Records of shape 1 know of nothing that was decided here, those of shape 2 of no accounts, and those
    /// of shape 3 of no units.
    const SHAPE: u16 = 4;
    type Id = ExpenseId;

    fn id(&self) -> ExpenseId {
        self.id
    }

    fn key(org: OrgId, id: ExpenseId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn indexes(&self, org: OrgId) -> Vec<IndexKey> {
        let pk = key::kind_month(org, Self::KIND, Month::of(self.day));
        vec![IndexKey {
            index: Index::Time,
            pk,
            sk: key::by_day("E", self.day, &self.id.to_string()),
        }]
    }

    fn contribution(&self) -> Delta {
        let mut delta = delta_of(self);
        delta.spend(SpentDelta::bought(self));
        delta
    }
}

/// A refused row, under its run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFailure {
    /// The run.
    pub run: SyncRunId,
    /// The row's number within the run.
    pub number: u64,
    /// The row and the reason.
    pub failure: RowFailure,
}

impl Entity for RunFailure {
    const KIND: &'static str = "FAILURE";
    type Id = (SyncRunId, u64);

    fn id(&self) -> (SyncRunId, u64) {
        (self.run, self.number)
    }

    fn key(org: OrgId, (run, number): (SyncRunId, u64)) -> Key {
        Key { pk: key::run_failures(org, run), sk: format!("{number:08}") }
    }
}
