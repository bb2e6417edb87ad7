//! Dated counts of what clients have: endpoints, users, licences.

mod table;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{ClientId, OrgId, UsageCountId},
    source::Source,
};

pub use table::{MAX_ROWS, parse_csv};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UsageKind {
    /// Devices that are looked after.
    Endpoints,
    /// People who are looked after.
    Users,
    /// Licences of a product.
    Licences,
}

impl UsageKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Endpoints, Self::Users, Self::Licences];

    /// The name in files, keys and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Endpoints => "endpoints",
            Self::Users => "users",
            Self::Licences => "licences",
        }
    }
}

/// How many of something a client has on a day. There are three ways to count, and a source knows
/// one of them at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageCount {
    /// Our id, derived from client, kind, product and day: one count of each.
    pub id: UsageCountId,
    /// Whose they are.
    pub client: ClientId,
    /// What is counted.
    pub kind: UsageKind,
    /// Of which product, in the vendor's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The day of the count.
    pub day: Date,
    /// How many are in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<u32>,
    /// How many there are, the unused ones included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u32>,
    /// How many are paid for until the end of a term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed: Option<u32>,
    /// The system that it was counted in; none when somebody brought it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

impl UsageCount {
    /// The id of a count. A product is the same however it is typed: capitals and spaces around
    /// it make no difference.
    pub fn id_of(
        org: OrgId,
        client: ClientId,
        kind: UsageKind,
        product: Option<&str>,
        day: Date,
    ) -> UsageCountId {
        let product = product.map(|product| product.trim().to_lowercase()).unwrap_or_default();
        let (org, client, day) = (org.to_string(), client.to_string(), day.to_string());
        UsageCountId::derived(&[&org, &client, kind.as_str(), &product, &day])
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use serde_json::json;

    use super::*;

    #[test]
    fn there_is_one_count_for_each_client_kind_product_and_day() {
        let org = OrgId::new(Timestamp::UNIX_EPOCH, 1);
        let client = |n| ClientId::new(Timestamp::UNIX_EPOCH, n);
        let day = date(2026, 1, 31);
        let id = |n, kind, product, day| UsageCount::id_of(org, client(n), kind, product, day);
        let licences = id(1, UsageKind::Licences, Some("Business Premium"), day);
        assert_eq!(id(1, UsageKind::Licences, Some(" business premium "), day), licences);
        for other in [
            id(2, UsageKind::Licences, Some("Business Premium"), day),
            id(1, UsageKind::Users, Some("Business Premium"), day),
            id(1, UsageKind::Licences, Some("Business Basic"), day),
            id(1, UsageKind::Licences, None, day),
            id(1, UsageKind::Licences, Some("Business Premium"), date(2026, 2, 1)),
        ] {
            assert_ne!(other, licences);
        }
    }

    #[test]
    fn a_kind_has_one_name() {
        for kind in UsageKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), json!(kind.as_str()));
        }
    }
}
