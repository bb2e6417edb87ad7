//! Identifiers: a type prefix and 128 bits in Crockford base 32, such as `tic_01J8…`.
//!
//! Records made here are time-ordered ULIDs. Imported records get an id derived from
//! (organisation, source, kind, external id), so that importing twice names the same record and a
//! reference between two imported records needs no look-up: a worklog that names ticket `77` names
//! `TicketId::imported(org, SuperOps, "77")`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use ulid::Ulid;

use crate::source::Source;

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id such as {prefix}_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
pub struct InvalidId {
    /// The prefix that the wanted kind of id begins with.
    pub prefix: &'static str,
}

/// How many partitions a large collection is spread over: the last base-32 digit of the id.
pub const SHARDS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn derive(parts: &[&str]) -> Ulid {
    let mut hash = Sha256::new();
    for part in parts {
        // Length first, so that ("ab", "c") and ("a", "bc") differ.
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    Ulid::from_bytes(bytes)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Ulid);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id: 48 bits of time, 80 random bits.
            pub fn new(now: jiff::Timestamp, random: u128) -> Self {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
                Self(Ulid::from_parts(millis, random))
            }

            /// When an id that [`new`](Self::new) gave was given; of any other, it means nothing.
            pub fn at(&self) -> jiff::Timestamp {
                let millis = i64::try_from(self.0.timestamp_ms()).unwrap_or_default();
                jiff::Timestamp::from_millisecond(millis).unwrap_or_default()
            }

            /// The id that the same parts always give.
            pub fn derived(parts: &[&str]) -> Self {
                Self(derive(&[&[$prefix], parts].concat()))
            }

            /// The id of the record that `source` knows as `external_id`.
            pub fn imported(org: OrgId, source: Source, external_id: &str) -> Self {
                Self::derived(&[&org.to_string(), source.as_str(), external_id])
            }

            /// Which of the [`SHARDS`] the record lives in.
            pub fn shard(&self) -> char {
                self.0.to_string().chars().last().unwrap_or('0')
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let invalid = InvalidId { prefix: $prefix };
                let digits = text.strip_prefix(concat!($prefix, "_")).ok_or(invalid.clone())?;
                let ulid = Ulid::from_string(digits).map_err(|_| invalid.clone())?;
                // One spelling per id: base 32 also reads lower case and look-alike letters.
                if ulid.to_string() == digits { Ok(Self(ulid)) } else { Err(invalid) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    )*};
}

ids! {
    /// An organisation: the tenant.
    OrgId = "org";
    /// A person who signs in.
    UserId = "usr";
    /// A signed-in session.
    SessionId = "ses";
    /// A client of the organisation, as one source system knows it.
    ClientId = "cli";
    /// A client's site.
    SiteId = "sit";
    /// A person at a client.
    ContactId = "con";
    /// What somebody wrote down about a client.
    NoteId = "not";
    /// A person who does the work.
    TechnicianId = "tec";
    /// An agreement (client contract).
    AgreementId = "agr";
    /// A line of an agreement: what is sold, how much of it and at what price.
    AgreementLineId = "agl";
    /// A catalogue entry: a service or a product.
    ServiceId = "svc";
    /// A ticket.
    TicketId = "tic";
    /// What somebody said about a ticket.
    CommentId = "cmt";
    /// What happened to a ticket.
    TicketEventId = "tev";
    /// A ticket to begin with.
    TicketTemplateId = "tpl";
    /// A rule about who gets which tickets.
    RoutingRuleId = "rou";
    /// A change of many tickets at once.
    BulkId = "blk";
    /// A piece of worked time (worklog).
    TimeEntryId = "tim";
    /// An invoice or a credit memo.
    InvoiceId = "inv";
    /// A customer's payment.
    PaymentId = "pay";
    /// A tax code: which taxes a line of an invoice bears.
    TaxCodeId = "tax";
    /// A budget.
    BudgetId = "bud";
    /// A category of a budget.
    BudgetCategoryId = "bca";
    /// An expense of a budget.
    BudgetExpenseId = "bex";
    /// A bill or another purchase.
    ExpenseId = "exp";
    /// An account of a source's books that something was bought on.
    ExpenseAccountId = "acc";
    /// An effective-dated labour cost rate.
    CostRateId = "rat";
    /// A service level policy: how soon tickets are to be answered and resolved.
    SlaPolicyId = "slp";
    /// A dated count of what a client has.
    UsageCountId = "use";
    /// One synchronisation run.
    SyncRunId = "run";
    /// A suggestion that two clients are one.
    MatchId = "mat";
    /// A run of all analyses.
    AnalysisRunId = "anr";
    /// A leak, as people deal with it.
    LeakId = "lek";
    /// A recommendation, from one analysis to the next.
    RecommendationId = "rec";
    /// What a competitor quoted.
    CompetitorQuoteId = "cqt";
    /// An audit row.
    AuditId = "aud";
    /// An API key.
    ApiKeyId = "key";
    /// An invitation to an organisation.
    InvitationId = "ivt";
    /// An outbox record.
    OutboxId = "out";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org() -> OrgId {
        OrgId::new(jiff::Timestamp::UNIX_EPOCH, 1)
    }

    #[test]
    fn an_id_reads_back_as_itself() {
        let id = TicketId::imported(org(), Source::SuperOps, "1234567890123456789");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().len(), 30);
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let client = ClientId::imported(org(), Source::SuperOps, "1").to_string();
        assert!(client.parse::<TicketId>().is_err());
        assert!("tic_".parse::<TicketId>().is_err());
        assert!(client.to_lowercase().parse::<ClientId>().is_err());
    }

    #[test]
    fn importing_twice_names_the_same_record_and_another_tenant_another() {
        let other = OrgId::new(jiff::Timestamp::UNIX_EPOCH, 2);
        let id = |org| ClientId::imported(org, Source::QuickBooks, "12");
        assert_eq!(id(org()), id(org()));
        assert_ne!(id(org()), id(other));
        assert_ne!(id(org()), ClientId::imported(org(), Source::SuperOps, "12"));
    }
}
