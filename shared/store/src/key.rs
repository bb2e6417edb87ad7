//! Every key format of the table, and nothing else. `docs/data-model.md` lists the access patterns.
//!
//! A partition key begins with the organisation, always; what is looked up before the organisation
//! is known begins with `@`, which no organisation id does. Large collections are spread over 32
//! partitions by the last digit of the record's id, so no partition grows with the tenant's
//! history alone and none gets hot; their lists go through the index, partitioned by month.

use aws_sdk_dynamodb::types::AttributeValue;
use clearmargin_domain::{
    id::{ClientId, OrgId, SessionId, SyncRunId, UserId},
    period::Month,
    rollup::Subject,
};
use jiff::{Timestamp, civil::Date};

/// The name of the one index.
pub(crate) const INDEX: &str = "gsi1";

/// Where an item lives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

/// Where an item appears in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKey {
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
pub(crate) const SUBJECTS: [char; 4] = ['O', 'C', 'S', 'T'];

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
    }
}

/// The subject that a letter and the id in a sort key stand for.
pub(crate) fn subject(letter: char, id: &str) -> Option<Subject> {
    match letter {
        'O' => Some(Subject::Organization),
        'C' => id.parse().ok().map(Subject::Client),
        'S' => id.parse().ok().map(Subject::Service),
        'T' => id.parse().ok().map(Subject::Technician),
        _ => None,
    }
}

/// What names a subject in keys.
pub(crate) fn subject_id(subject: Subject) -> String {
    match subject {
        Subject::Organization => "-".to_owned(),
        Subject::Client(id) => id.to_string(),
        Subject::Service(id) => id.to_string(),
        Subject::Technician(id) => id.to_string(),
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

/// Index partition: the records that are joined with a client, its own included.
pub(crate) fn joined_with(org: OrgId, client: ClientId) -> String {
    format!("{org}#JOINED#{client}")
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

/// A bucket of tokens of the organisation: requests of a caller, or of all.
pub(crate) fn bucket(org: OrgId, name: &str) -> Key {
    member(org, "LIMIT", &format!("bucket#{name}"))
}

/// Attempts by somebody who is not signed in, by the hash of who that is.
pub(crate) fn attempts(hash: &str) -> Key {
    Key { pk: format!("@ATTEMPTS#{hash}"), sk: "-".to_owned() }
}
