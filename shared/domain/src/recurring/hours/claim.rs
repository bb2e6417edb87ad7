//! Which work is on which recurring invoice: one record for each client's record and month.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{ClientId, InvoiceId, TimeEntryId},
    period::Month,
    time_entry::TimeInvoiced,
};

/// The most pieces of work of a client's record and month that can be on invoices: what one record
/// can hold.
pub const MOST_CLAIMED: usize = 5_000;

/// The work that an invoice charges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimedBy {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The day that it counts for.
    pub day: Date,
    /// What it charges for each piece of work, in smallest units.
    pub entries: Vec<(TimeEntryId, i64)>,
}

/// Which work of a month, by a client's record, is on which invoice. Whoever bills or lets go of such
/// work changes this record in the same transaction, however much work it is: so none is billed twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimedTime {
    /// The client's record.
    pub client: ClientId,
    /// The month.
    pub month: Month,
    /// Which invoice charges what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<ClaimedBy>,
    /// Work that does not say yet what this record says.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unwritten: BTreeSet<TimeEntryId>,
}

impl ClaimedTime {
    /// None of a month's work.
    pub fn none(client: ClientId, month: Month) -> Self {
        Self { client, month, by: Vec::new(), unwritten: BTreeSet::new() }
    }

    /// Whether a piece of work is on no invoice.
    pub fn is_free(&self, id: TimeEntryId) -> bool {
        self.invoiced(id).is_none()
    }

    /// On which invoice a piece of work is.
    pub fn invoiced(&self, id: TimeEntryId) -> Option<TimeInvoiced> {
        self.by.iter().find_map(|claim| {
            let (_, minor) = claim.entries.iter().find(|(entry, _)| *entry == id)?;
            Some(TimeInvoiced { invoice: claim.invoice, day: claim.day, minor: *minor })
        })
    }

    /// The work that is on invoices.
    pub fn ids(&self) -> impl Iterator<Item = TimeEntryId> {
        self.by.iter().flat_map(|claim| claim.entries.iter().map(|(id, _)| *id))
    }

    /// The work that is on an invoice.
    pub fn of(&self, invoice: InvoiceId) -> impl Iterator<Item = TimeEntryId> {
        let by = self.by.iter().filter(move |claim| claim.invoice == invoice);
        by.flat_map(|claim| claim.entries.iter().map(|(id, _)| *id))
    }

    /// How much work is on invoices.
    pub fn count(&self) -> usize {
        self.by.iter().map(|claim| claim.entries.len()).sum()
    }

    /// With that work on that invoice. None of it says so yet.
    #[must_use]
    pub fn claimed(mut self, claim: ClaimedBy) -> Self {
        self.unwritten.extend(claim.entries.iter().map(|(id, _)| *id));
        self.by.push(claim);
        self
    }

    /// Without an invoice. None of its work says so yet.
    #[must_use]
    pub fn released(mut self, invoice: InvoiceId) -> Self {
        let (gone, by) = self.by.into_iter().partition(|claim| claim.invoice == invoice);
        self.by = by;
        let gone: Vec<ClaimedBy> = gone;
        let ids = gone.iter().flat_map(|claim| claim.entries.iter().map(|(id, _)| *id));
        self.unwritten.extend(ids);
        self
    }

    /// The same once these pieces of work say what it says.
    #[must_use]
    pub fn written(mut self, ids: &[TimeEntryId]) -> Self {
        self.unwritten.retain(|id| !ids.contains(id));
        self
    }
}
