//! Every key format of the table, and nothing else. `docs/data-model.md` lists the access patterns.
//!
//! A partition key begins with the organisation, always; what is looked up before the organisation
//! is known begins with `@`, which no organisation id does. Large collections are spread over 32
//! partitions by the last digit of the record's id, so no partition grows with the tenant's
//! history alone and none gets hot; their lists go through the index, partitioned by month.

use aws_sdk_dynamodb::types::AttributeValue;
use clearmargin_domain::{
    id::{
        AgreementId, AgreementLineId, BudgetId, ClientId, OrgId, SessionId, SyncRunId, TicketId,
        UsageCountId, UserId,
    },
    market::Contributor,
    payment::PaymentMethod,
    period::Month,
    rollup::Subject,
    sla::SlaState,
    ticket::Ticket,
};
use jiff::{Timestamp, civil::Date};

/// Another way to find items. Numbered in the table, named here by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Index {
    /// By month, mostly: what happened when.
    Time,
    /// What belongs to something: a client's tickets, a ticket's time.
    Owner,
    /// What is still to be done, by when it next becomes news.
    Open,
}

impl Index {
    pub(crate) const ALL: [Self; 3] = [Self::Time, Self::Owner, Self::Open];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Time => "gsi1",
            Self::Owner => "gsi2",
            Self::Open => "gsi3",
        }
    }

    /// The attributes of its keys.
    pub(crate) const fn attributes(self) -> [&'static str; 2] {
        match self {
            Self::Time => ["gsi1pk", "gsi1sk"],
            Self::Owner => ["gsi2pk", "gsi2sk"],
            Self::Open => ["gsi3pk", "gsi3sk"],
        }
    }
}

/// Where an item lives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

/// Where an item appears in an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKey {
    pub(crate) index: Index,
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    /// The key attributes.
    pub(crate) fn attributes(&self) -> [(String, AttributeValue); 2] {
        [
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ]
    }
}

/// A small collection: one partition per organisation and kind.
pub(crate) fn collection(org: OrgId, kind: &str) -> String {
    format!("{org}#{kind}")
}

/// A record of a small collection.
pub(crate) fn member(org: OrgId, kind: &str, id: &str) -> Key {
    Key { pk: collection(org, kind), sk: id.to_owned() }
}

/// One partition of a large collection.
pub(crate) fn shard(org: OrgId, kind: &str, shard: char) -> String {
    format!("{org}#{kind}#{shard}")
}

/// The organisation itself.
pub(crate) fn organization(org: OrgId) -> Key {
    Key { pk: org.to_string(), sk: "META".to_owned() }
}

/// Up to which month the books are closed.
pub(crate) fn books(org: OrgId) -> Key {
    member(org, "BOOKS", "-")
}

/// A line of an agreement.
pub(crate) fn line(org: OrgId, agreement: AgreementId, line: AgreementLineId) -> Key {
    member(org, "LINE", &format!("{agreement}#{line}"))
}

/// The sort keys of an agreement's lines begin with this.
pub(crate) fn lines_of(agreement: AgreementId) -> String {
    format!("{agreement}#")
}

/// Index partition: the lines of a client's agreements.
pub(crate) fn lines_of_client(org: OrgId, client: ClientId) -> String {
    format!("{org}#LINES#{client}")
}

/// That an agreement was billed for a month.
pub(crate) fn billed(org: OrgId, month: Month, agreement: AgreementId) -> Key {
    member(org, "BILLED", &format!("{}{agreement}", billed_in(month)))
}

/// The sort keys of what was billed for a month begin with this.
pub(crate) fn billed_in(month: Month) -> String {
    format!("{month}#")
}

/// The partition of the counts of a client, and of others.
pub(crate) fn counts(org: OrgId, client: ClientId) -> String {
    shard(org, "COUNT", client.shard())
}

/// A count of what a client has on a day.
pub(crate) fn count(org: OrgId, client: ClientId, day: Date, id: UsageCountId) -> Key {
    Key { pk: counts(org, client), sk: format!("{client}#{day}#{id}") }
}

/// The sort keys of a client's counts of days: the first that may be there, and one behind the last.
pub(crate) fn count_days(client: ClientId, from: Date, to: Date) -> (String, String) {
    // '$' follows '#': the last day's counts all come before it.
    (format!("{client}#{from}#"), format!("{client}#{to}$"))
}

/// What belongs to budgets, of that kind.
pub(crate) fn of_budget(org: OrgId, kind: &str, budget: BudgetId, id: &str) -> Key {
    member(org, kind, &format!("{}{id}", budget_prefix(budget)))
}

/// The sort keys of what belongs to a budget begin with this.
pub(crate) fn budget_prefix(budget: BudgetId) -> String {
    format!("{budget}#")
}

/// Index partition: what counts for a client (or for none) in a month.
pub(crate) fn client_month(org: OrgId, client: Option<ClientId>, month: Month) -> String {
    match client {
        Some(client) => format!("{org}#{client}#{month}"),
        None => format!("{org}#-#{month}"),
    }
}

/// Index partition: the records of a kind in a month.
pub(crate) fn kind_month(org: OrgId, kind: &str, month: Month) -> String {
    format!("{org}#{kind}#{month}")
}

/// Index sort key: by day, then id; `letter` separates kinds that share a partition.
pub(crate) fn by_day(letter: &str, day: Date, id: &str) -> String {
    format!("{letter}#{day}#{id}")
}

/// The letters of the kinds of subject, in keys.
pub(crate) const SUBJECTS: [char; 6] = ['O', 'C', 'S', 'T', 'P', 'R'];

/// The rollups of one kind of subject, by its letter.
pub(crate) fn rollups(org: OrgId, letter: char) -> String {
    format!("{org}#R#{letter}")
}

/// The letter of a kind of subject.
pub(crate) fn letter(subject: Subject) -> char {
    match subject {
        Subject::Organization => 'O',
        Subject::Client(_) => 'C',
        Subject::Service(_) => 'S',
        Subject::Technician(_) => 'T',
        Subject::Method(_) => 'P',
        Subject::Recurring(_) => 'R',
    }
}

/// The subject that a letter and the id in a sort key stand for.
pub(crate) fn subject(letter: char, id: &str) -> Option<Subject> {
    match letter {
        'O' => Some(Subject::Organization),
        'C' => id.parse().ok().map(Subject::Client),
        'S' => id.parse().ok().map(Subject::Service),
        'T' => id.parse().ok().map(Subject::Technician),
        'P' if id == "-" => Some(Subject::Method(None)),
        'P' => PaymentMethod::named(id).map(|method| Subject::Method(Some(method))),
        'R' => id.parse().ok().map(Subject::Recurring),
        _ => None,
    }
}

/// What names a subject in keys.
pub(crate) fn subject_id(subject: Subject) -> String {
    match subject {
        Subject::Organization => "-".to_owned(),
        Subject::Client(id) | Subject::Recurring(id) => id.to_string(),
        Subject::Service(id) => id.to_string(),
        Subject::Technician(id) => id.to_string(),
        Subject::Method(method) => method.map_or("-", PaymentMethod::as_str).to_owned(),
    }
}

/// A subject's rollups of a year.
pub(crate) fn rollup(org: OrgId, subject: Subject, year: i16) -> Key {
    let sk = format!("{year:04}#{}", subject_id(subject));
    Key { pk: rollups(org, letter(subject)), sk }
}

/// The sort keys of years: the first one that may be there, and one behind the last.
pub(crate) fn rollup_years(from: i16, to: i16) -> (String, String) {
    // '$' follows '#': the last year's subjects all come before it.
    (format!("{from:04}#"), format!("{to:04}$"))
}

/// Index partition: what belongs to something, by its id.
pub(crate) fn owned(org: OrgId, owner: &str) -> String {
    format!("{org}#{owner}")
}

/// One partition of what belongs to tickets.
pub(crate) fn of_ticket(org: OrgId, kind: &str, ticket: TicketId) -> String {
    shard(org, kind, ticket.shard())
}

/// Index sort key of a ticket among others: by when it was opened.
pub(crate) fn opened(ticket: &Ticket) -> String {
    format!("{}#{}", ticket.created_at, ticket.id)
}

/// Index partition: open tickets.
pub(crate) fn open_tickets(org: OrgId) -> String {
    format!("{org}#OPEN")
}

/// Index sort key of an open ticket: broken promises first, the oldest first; then promises that
/// are at stake next; then those that nothing will happen to by itself. None for one that is done.
pub(crate) fn news(ticket: &Ticket) -> Option<String> {
    if !ticket.status.is_open() {
        return None;
    }
    let broken = ticket.sla.and_then(|sla| {
        let promises = [sla.response, sla.resolution].into_iter();
        let broken = promises.filter(|promise| promise.state == SlaState::Breached);
        broken.filter_map(|promise| promise.due).min()
    });
    let next = ticket.sla.and_then(|sla| sla.next_change);
    let id = ticket.id;
    Some(match (next, broken) {
        (Some(next), _) => format!("{}#{id}", news_by(next)),
        (None, Some(due)) => format!("B#{due}#{id}"),
        (None, None) => format!("W#{}", opened(ticket)),
    })
}

/// Index sort keys of open tickets that something will happen to by that moment end before this.
pub(crate) fn news_by(moment: Timestamp) -> String {
    format!("N#{moment}")
}

/// Index partition: invoices of which something is open, by the day on which they are due.
pub(crate) fn owed(org: OrgId) -> String {
    format!("{org}#OWED")
}

/// Index partition: the records that are joined with a client, its own included.
pub(crate) fn joined_with(org: OrgId, client: ClientId) -> String {
    format!("{org}#JOINED#{client}")
}

/// Index partition: a client record's sites.
pub(crate) fn sites_of(org: OrgId, client: ClientId) -> String {
    format!("{org}#SITES#{client}")
}

/// A record of that kind about a client.
pub(crate) fn about(org: OrgId, kind: &str, client: ClientId, id: &str) -> Key {
    member(org, kind, &format!("{}{id}", about_prefix(client)))
}

/// The sort keys of what is about a client begin with this.
pub(crate) fn about_prefix(client: ClientId) -> String {
    format!("{client}#")
}

/// Rows that a run refused.
pub(crate) fn run_failures(org: OrgId, run: SyncRunId) -> String {
    format!("{org}#RUN#{run}")
}

/// What a run has read in a stage.
pub(crate) fn seen_in_stage(org: OrgId, run: SyncRunId, stage: &str) -> String {
    format!("{org}#SEEN#{run}#{stage}")
}

/// What a page of a run has read in a stage.
pub(crate) fn seen(org: OrgId, run: SyncRunId, stage: &str, step: u64) -> Key {
    Key { pk: seen_in_stage(org, run, stage), sk: format!("{step:08}") }
}

/// A person's session.
pub(crate) fn session(org: OrgId, user: UserId, session: SessionId) -> Key {
    member(org, "SESSION", &format!("{user}#{session}"))
}

/// The sort keys of a person's sessions begin with this.
pub(crate) fn sessions_of(user: UserId) -> String {
    format!("{user}#")
}

/// Audit rows of the month of that moment.
pub(crate) fn audit(org: OrgId, at: Timestamp) -> String {
    audit_month(org, Month::of(jiff::tz::TimeZone::UTC.to_datetime(at).date()))
}

/// Audit rows of a month.
pub(crate) fn audit_month(org: OrgId, month: Month) -> String {
    format!("{org}#AUDIT#{month}")
}

/// Behind every audit row of a month.
pub(crate) const AUDIT_END: &str = "aud_~";

/// The partitions of the audit rows of a time, oldest first.
pub(crate) fn audit_months(org: OrgId, from: Timestamp, to: Timestamp) -> Vec<String> {
    let month = |at: Timestamp| Month::of(jiff::tz::TimeZone::UTC.to_datetime(at).date());
    let (from, to) = (month(from), month(to));
    (0..=to.since(from)).map(|count| kind_month(org, "AUDIT", from.plus(count))).collect()
}

/// Where the chain of sealed audit rows ends.
pub(crate) fn audit_head(org: OrgId) -> Key {
    member(org, "SEAL", "HEAD")
}

/// What routes were asked, by day.
pub(crate) const USAGE: &str = "METRICS";

/// What a route was asked on a day.
pub(crate) fn usage(org: OrgId, day: Date, route: &str) -> Key {
    member(org, USAGE, &format!("{day}#{route}"))
}

/// The sort keys of days: the first one that may be there, and one behind the last.
pub(crate) fn usage_days(from: Date, to: Date) -> (String, String) {
    // '$' follows '#': the last day's routes all come before it.
    (format!("{from}#"), format!("{to}$"))
}

/// Requests and messages carried out.
pub(crate) fn once(org: OrgId, hash: &str) -> Key {
    member(org, "ONCE", hash)
}

/// A directory entry: known before the organisation is.
pub(crate) fn directory(kind: &str, id: &str) -> Key {
    Key { pk: format!("@{kind}"), sk: id.to_owned() }
}

/// The sign-in entry of an e-mail address, by its hash: the address itself is in no key.
pub(crate) fn login(hash: &str) -> Key {
    Key { pk: format!("@LOGIN#{hash}"), sk: "-".to_owned() }
}

/// A person's account.
pub(crate) fn account(user: UserId) -> Key {
    Key { pk: format!("@ACCOUNT#{user}"), sk: "-".to_owned() }
}

/// The consent that a state stands for, by its hash: who reads the table cannot come back with it.
pub(crate) fn consent(hash: &str) -> Key {
    Key { pk: format!("@CONSENT#{hash}"), sk: "-".to_owned() }
}

/// The partition of the shares of a month, of whomever.
pub(crate) fn shares(month: Month) -> String {
    format!("@SHARE#{month}")
}

/// A share of a month, under the number that it stands under.
pub(crate) fn share(month: Month, contributor: Contributor) -> Key {
    Key { pk: shares(month), sk: contributor.digits() }
}

/// What the shares of a month come to.
pub(crate) fn cohort(month: Month) -> Key {
    directory("COHORT", &month.to_string())
}

/// A bucket of tokens of the organisation: requests of a caller, or of all.
pub(crate) fn bucket(org: OrgId, name: &str) -> Key {
    member(org, "LIMIT", &format!("bucket#{name}"))
}

/// Attempts by somebody who is not signed in, by the hash of who that is.
pub(crate) fn attempts(hash: &str) -> Key {
    Key { pk: format!("@ATTEMPTS#{hash}"), sk: "-".to_owned() }
}
