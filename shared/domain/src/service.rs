//! The catalogue: what is sold.

use serde::{Deserialize, Serialize};

use crate::{id::ServiceId, money::Money, source::Origin};

/// Whether a line sells work or a thing: the split that labour revenue needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Offering {
    /// Work, or a service whose cost is work.
    Service,
    /// A licence, a device, a subscription bought from a vendor: it has a purchase cost.
    Product,
}

/// A catalogue entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Our id.
    pub id: ServiceId,
    /// Its name.
    pub name: String,
    /// Work or product.
    pub offering: Offering,
    /// List price per unit, where the source knows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Money>,
    /// What a unit costs to buy, where the source knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_cost: Option<Money>,
    /// Whether it is still sold.
    pub active: bool,
    /// Where it came from.
    pub origin: Origin,
}
