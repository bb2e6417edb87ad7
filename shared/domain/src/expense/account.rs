//! Accounts of a source's books that something was bought on.

use serde::{Deserialize, Serialize};

use crate::{id::ExpenseAccountId, source::Source};

/// An account of a source's books that something was bought on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpenseAccount {
    /// Our id.
    pub id: ExpenseAccountId,
    /// Whose books.
    pub source: Source,
    /// Its id there.
    pub external_id: String,
    /// What it is called there; none where the source does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl ExpenseAccount {
    /// What is known of the account once this was read, too: the name that was said last.
    #[must_use]
    pub fn read_over(self, was: &Self) -> Self {
        Self { name: self.name.or_else(|| was.name.clone()), ..self }
    }
}
