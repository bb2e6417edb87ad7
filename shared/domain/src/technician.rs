//! The people who do the work.

use serde::{Deserialize, Serialize};

use crate::{id::TechnicianId, source::Origin};

/// A technician.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Technician {
    /// Our id.
    pub id: TechnicianId,
    /// Full name.
    pub name: String,
    /// The role in the source system, for rates by role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Where it came from.
    pub origin: Origin,
}
