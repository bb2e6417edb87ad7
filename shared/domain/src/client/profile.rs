//! What the organisation says of a client, beside what the source systems do.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    id::{ClientId, UserId},
    identity::Name,
    tags::Tags,
    text::Line,
};

/// What a client does, in the organisation's own words.
pub type Industry = Line<60>;

/// How a client is charged, in the words of [`AgreementKind`](crate::agreement::AgreementKind) as
/// far as there are any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractType {
    /// A recurring service.
    Recurring,
    /// By usage: users, devices, licences.
    Usage,
    /// Once.
    OneTime,
    /// Time and material.
    TimeAndMaterial,
    /// Several of these.
    Mixed,
}

impl ContractType {
    /// Every type.
    pub const ALL: [Self; 5] =
        [Self::Recurring, Self::Usage, Self::OneTime, Self::TimeAndMaterial, Self::Mixed];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recurring => "recurring",
            Self::Usage => "usage",
            Self::OneTime => "one_time",
            Self::TimeAndMaterial => "time_and_material",
            Self::Mixed => "mixed",
        }
    }
}

/// Where a client stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientStatus {
    /// The system whose record leads lists it.
    Active,
    /// It does not list it any more.
    Inactive,
    /// The organisation has put it away.
    Archived,
}

impl ClientStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Archived];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Archived => "archived",
        }
    }
}

/// The first and the last day of something, as far as they are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Term {
    /// The first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// The last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
}

/// The last day lies before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a day that is not before the first")]
pub struct EndsBeforeItStarts;

impl Term {
    /// From the one day to the other.
    pub fn new(start: Option<Date>, end: Option<Date>) -> Result<Self, EndsBeforeItStarts> {
        match (start, end) {
            (Some(first), Some(last)) if last < first => Err(EndsBeforeItStarts),
            _ => Ok(Self { start, end }),
        }
    }
}

/// What the organisation says of a client.
///
/// A profile belongs to one record of a client. Of a client with several records, the profile of the
/// leading one counts or, when that has none, the first one there is in the order of the records.
/// Changes are written to the leading record's: so joining clients and undoing it loses nothing, for
/// each record still has what was said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientProfile {
    /// The record.
    pub client: ClientId,
    /// How often what counts for the client was changed; goes on when a profile is taken over from
    /// another record.
    pub revision: u64,
    /// What to call it, other than the sources do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<Industry>,
    /// How it is charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_type: Option<ContractType>,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// The organisation's own words for it.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// From when until when it is a client.
    #[serde(flatten)]
    pub term: Term,
    /// When it was put away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
}

impl ClientProfile {
    /// A profile that says nothing.
    pub fn empty(client: ClientId) -> Self {
        Self {
            client,
            revision: 0,
            name: None,
            industry: None,
            contract_type: None,
            owner: None,
            tags: Tags::default(),
            term: Term::default(),
            archived_at: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_term_may_be_a_day_but_not_end_before_it_starts() {
        let (first, last) = (Some(date(2026, 10, 1)), Some(date(2026, 10, 2)));
        assert!(Term::new(first, last).is_ok() && Term::new(first, first).is_ok());
        assert!(Term::new(None, first).is_ok() && Term::new(last, None).is_ok());
        assert_eq!(Term::new(last, first), Err(EndsBeforeItStarts));
    }

    #[test]
    fn names_in_json_are_those_of_the_table() {
        for kind in ContractType::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        for status in ClientStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
