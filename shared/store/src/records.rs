//! The layout of each canonical record.

use clearmargin_domain::{
    agreement::Agreement,
    client::{Client, Site},
    cost_rate::CostRate,
    expense::Expense,
    id::{
        AgreementId, ApiKeyId, ClientId, CostRateId, ExpenseId, InvitationId, InvoiceId, MatchId,
        OrgId, PaymentId, SHARDS, ServiceId, SessionId, SiteId, SyncRunId, TechnicianId, TicketId,
        TimeEntryId, UserId,
    },
    identity::{ApiKey, Invitation, Organization, Session, User},
    integration::{ClientMatch, Connection, RowFailure, SyncRun},
    invoice::Invoice,
    payment::Payment,
    period::Month,
    rollup::{Contributes, Delta},
    service::Service,
    source::Source,
    technician::Technician,
    ticket::Ticket,
    time_entry::TimeEntry,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    entity::{Entity, Listed, Walked},
    key::{self, IndexKey, Key},
};

fn delta_of<R: Contributes>(row: &R) -> Delta {
    let mut delta = Delta::default();
    delta.add_row(row);
    delta
}

/// Records of small collections: one partition, sorted by id.
macro_rules! small {
    ($($record:ident: $id:ident = $kind:literal;)*) => {$(
        impl Entity for $record {
            const KIND: &'static str = $kind;
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
    Agreement: AgreementId = "AGREEMENT";
    ApiKey: ApiKeyId = "APIKEY";
    CostRate: CostRateId = "RATE";
    Invitation: InvitationId = "INVITATION";
    Service: ServiceId = "SERVICE";
    Site: SiteId = "SITE";
    SyncRun: SyncRunId = "RUN";
    Technician: TechnicianId = "TECHNICIAN";
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

    fn index(&self, org: OrgId) -> Option<IndexKey> {
        let with = self.merged_into.unwrap_or(self.id);
        Some(IndexKey { pk: key::joined_with(org, with), sk: self.id.to_string() })
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

large!(Expense, Invoice, Payment, Ticket, TimeEntry);

impl Entity for Ticket {
    const KIND: &'static str = "TICKET";
    type Id = TicketId;

    fn id(&self) -> TicketId {
        self.id
    }

    fn key(org: OrgId, id: TicketId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn index(&self, org: OrgId) -> Option<IndexKey> {
        let day = jiff::tz::TimeZone::UTC.to_datetime(self.created_at).date();
        let pk = key::kind_month(org, Self::KIND, Month::of(day));
        Some(IndexKey { pk, sk: format!("{}#{}", self.created_at, self.id) })
    }
}

impl Entity for TimeEntry {
    const KIND: &'static str = "TIME";
    type Id = TimeEntryId;

    fn id(&self) -> TimeEntryId {
        self.id
    }

    fn key(org: OrgId, id: TimeEntryId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn index(&self, org: OrgId) -> Option<IndexKey> {
        let pk = key::client_month(org, self.client, Month::of(self.day));
        Some(IndexKey { pk, sk: key::by_day("T", self.day, &self.id.to_string()) })
    }

    fn contribution(&self) -> Delta {
        delta_of(self)
    }
}

impl Entity for Invoice {
    const KIND: &'static str = "INVOICE";
    type Id = InvoiceId;

    fn id(&self) -> InvoiceId {
        self.id
    }

    fn key(org: OrgId, id: InvoiceId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn index(&self, org: OrgId) -> Option<IndexKey> {
        let pk = key::client_month(org, Some(self.client), Month::of(self.day));
        Some(IndexKey { pk, sk: key::by_day("I", self.day, &self.id.to_string()) })
    }

    fn contribution(&self) -> Delta {
        delta_of(self)
    }
}

impl Entity for Payment {
    const KIND: &'static str = "PAYMENT";
    type Id = PaymentId;

    fn id(&self) -> PaymentId {
        self.id
    }

    fn key(org: OrgId, id: PaymentId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn index(&self, org: OrgId) -> Option<IndexKey> {
        let pk = key::kind_month(org, Self::KIND, Month::of(self.day));
        Some(IndexKey { pk, sk: key::by_day("P", self.day, &self.id.to_string()) })
    }
}

impl Entity for Expense {
    const KIND: &'static str = "EXPENSE";
    type Id = ExpenseId;

    fn id(&self) -> ExpenseId {
        self.id
    }

    fn key(org: OrgId, id: ExpenseId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn index(&self, org: OrgId) -> Option<IndexKey> {
        let pk = key::kind_month(org, Self::KIND, Month::of(self.day));
        Some(IndexKey { pk, sk: key::by_day("E", self.day, &self.id.to_string()) })
    }

    fn contribution(&self) -> Delta {
        delta_of(self)
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

/// What can be listed page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Clients, by id.
    Clients,
    /// Doubtful and decided matches, by id.
    Matches,
    /// Labour cost rates, by id.
    CostRates,
    /// The people of the organisation, by id.
    Users,
    /// Invitations, by id.
    Invitations,
    /// API keys, by id.
    ApiKeys,
    /// Synchronisation runs, oldest first.
    Runs,
    /// Rows that a run refused.
    Failures(SyncRunId),
    /// A client's time entries of a month, by day.
    TimeEntries(Option<ClientId>, Month),
    /// A client's invoices and credit memos of a month, by day.
    Invoices(ClientId, Month),
    /// All expenses of a month, by day.
    Expenses(Month),
    /// Tickets opened in a month, by time.
    Tickets(Month),
}

/// Which partition a list reads, and what its sort keys begin with.
pub(crate) struct Range {
    pub(crate) pk: String,
    pub(crate) prefix: &'static str,
    pub(crate) indexed: bool,
}

impl List {
    pub(crate) fn range(self, org: OrgId) -> Range {
        let collection =
            |kind| Range { pk: key::collection(org, kind), prefix: "", indexed: false };
        let indexed = |pk, prefix| Range { pk, prefix, indexed: true };
        match self {
            Self::Clients => collection(Client::KIND),
            Self::Matches => collection(ClientMatch::KIND),
            Self::CostRates => collection(CostRate::KIND),
            Self::Users => collection(User::KIND),
            Self::Invitations => collection(Invitation::KIND),
            Self::ApiKeys => collection(ApiKey::KIND),
            Self::Runs => collection(SyncRun::KIND),
            Self::Failures(run) => {
                Range { pk: key::run_failures(org, run), prefix: "", indexed: false }
            }
            Self::TimeEntries(client, month) => {
                indexed(key::client_month(org, client, month), "T#")
            }
            Self::Invoices(client, month) => {
                indexed(key::client_month(org, Some(client), month), "I#")
            }
            Self::Expenses(month) => indexed(key::kind_month(org, Expense::KIND, month), "E#"),
            Self::Tickets(month) => indexed(key::kind_month(org, Ticket::KIND, month), ""),
        }
    }
}
