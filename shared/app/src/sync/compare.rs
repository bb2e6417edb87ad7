//! What a source has no longer, found by comparing what is stored with what was read.
//!
//! Clients, technicians and catalogue entries stay: time and money hang on them.

use std::collections::HashSet;

use clearmargin_connectors::{QuickBooksStage, SuperOpsStage};
use clearmargin_domain::{
    agreement::Agreement,
    client::Site,
    expense::Expense,
    integration::{Phase, RowCounts, SyncRun},
    invoice::Invoice,
    job::Job,
    payment::Payment,
    source::Source,
    ticket::Ticket,
    time_entry::TimeEntry,
};
use clearmargin_store::{Change, Stored, Walk, Walked};
use serde_json::Value;

use super::{
    import::{Imported, left_behind},
    place::Place,
};
use crate::{Ctx, Error};

/// Records of one query.
const STRETCH: i32 = 1_000;
/// Records looked at for one message.
const LOOK: usize = 5_000;
/// Records removed in one transaction: each may touch several rollups.
const REMOVALS: usize = 80;

/// Whether records of a stage are compared.
pub(super) fn is_compared(source: Source, stage: &str) -> bool {
    match source {
        Source::SuperOps => stage.parse().is_ok_and(|stage| {
            use SuperOpsStage::{Agreements, ProjectTime, Sites, TicketTime, Tickets};
            matches!(stage, Sites | Agreements | Tickets | TicketTime | ProjectTime)
        }),
        Source::QuickBooks => stage.parse().is_ok_and(|stage| {
            use QuickBooksStage::{Bills, CreditMemos, Invoices, Payments, Purchases};
            matches!(stage, Invoices | CreditMemos | Payments | Bills | Purchases)
        }),
    }
}

/// One stretch of a comparison: what it removes goes into `change`.
pub(super) async fn step(
    ctx: &Ctx,
    run: &SyncRun,
    change: &mut Change<'_>,
) -> Result<(Place, RowCounts), Error> {
    let stage = run.stage.as_deref().unwrap_or_default();
    let seen = ctx.tenant().seen(run.id, stage).await?;
    // A list that is suddenly empty speaks of lost rights rather than of deleted books, and one
    // with a row that nobody could read does not say which one is missing.
    if seen.is_empty() || seen.contains("") {
        return Ok((Place::after_stretch(run, None), RowCounts::default()));
    }
    let mut comparison = Comparison { ctx, run, seen, change };
    match run.source {
        Source::SuperOps => match stage.parse().map_err(Error::internal)? {
            SuperOpsStage::Sites => comparison.of::<Site>(|_| true).await,
            SuperOpsStage::Agreements => comparison.of::<Agreement>(|_| true).await,
            SuperOpsStage::Tickets => comparison.of::<Ticket>(|_| true).await,
            SuperOpsStage::TicketTime => {
                comparison.of::<TimeEntry>(|entry| entry.ticket.is_some()).await
            }
            SuperOpsStage::ProjectTime => {
                comparison.of::<TimeEntry>(|entry| entry.ticket.is_none()).await
            }
            SuperOpsStage::Technicians
            | SuperOpsStage::Services
            | SuperOpsStage::Clients
            | SuperOpsStage::Assets => Ok(comparison.nothing()),
        },
        Source::QuickBooks => match stage.parse().map_err(Error::internal)? {
            QuickBooksStage::Invoices => {
                comparison.of::<Invoice>(|invoice| invoice.is_from("Invoice")).await
            }
            QuickBooksStage::CreditMemos => {
                comparison.of::<Invoice>(|invoice| invoice.is_from("CreditMemo")).await
            }
            QuickBooksStage::Payments => {
                comparison.of::<Payment>(|payment| payment.origin.is_some()).await
            }
            QuickBooksStage::Bills => {
                comparison.of::<Expense>(|expense| expense.origin.kind == "Bill").await
            }
            QuickBooksStage::Purchases => {
                comparison.of::<Expense>(|expense| expense.origin.kind == "Purchase").await
            }
            QuickBooksStage::Customers | QuickBooksStage::Items | QuickBooksStage::Changes => {
                Ok(comparison.nothing())
            }
        },
    }
}

struct Comparison<'a, 'c> {
    ctx: &'a Ctx,
    run: &'a SyncRun,
    seen: HashSet<String>,
    change: &'a mut Change<'c>,
}

impl Comparison<'_, '_> {
    fn nothing(&self) -> (Place, RowCounts) {
        (Place::after_stretch(self.run, None), RowCounts::default())
    }

    /// Compares the next records of a kind, of which `ours` says whether the stage reads them.
    async fn of<T: Imported + Walked>(
        &mut self,
        ours: impl Fn(&T) -> bool,
    ) -> Result<(Place, RowCounts), Error> {
        let begin: Walk = match &self.run.cursor {
            Value::Null => Walk::default(),
            cursor => serde_json::from_value(cursor.clone()).map_err(Error::internal)?,
        };
        let mut walk = Some(begin);
        let mut looked = 0;
        while let Some(here) = walk.as_ref().filter(|_| looked < LOOK) {
            let (records, next) = self.ctx.tenant().walk::<T>(here, STRETCH).await?;
            looked += records.len();
            let missing = records.into_iter().filter(|record| self.is_missing(&record.value));
            let missing: Vec<_> = missing.filter(|record| ours(&record.value)).collect();
            if !missing.is_empty() && self.run.phase == Phase::Comparing {
                return Ok((Place::to_read_again(self.run), RowCounts::default()));
            }
            if !missing.is_empty() {
                // What is left of the stretch is looked at once more when these are gone.
                let again = if missing.len() > REMOVALS { Some(here.clone()) } else { next };
                return self.remove(&missing, again);
            }
            walk = next;
        }
        Ok((self.after(walk)?, RowCounts::default()))
    }

    fn is_missing<T: Imported>(&self, record: &T) -> bool {
        // What was made here is not the source's to miss.
        record.origin().is_some_and(|origin| {
            origin.source == self.run.source && !self.seen.contains(&origin.external_id)
        })
    }

    fn remove<T: Imported>(
        &mut self,
        missing: &[Stored<T>],
        next: Option<Walk>,
    ) -> Result<(Place, RowCounts), Error> {
        let (mut removed, mut documents) = (0, Vec::new());
        for record in missing.iter().take(REMOVALS) {
            documents.extend(left_behind(&record.value));
            self.change.delete(record)?;
            removed += 1;
        }
        if !documents.is_empty() {
            self.change.send(Job::FollowDocuments { documents, payments: Vec::new() });
        }
        Ok((self.after(next)?, RowCounts { removed, ..RowCounts::default() }))
    }

    fn after(&self, walk: Option<Walk>) -> Result<Place, Error> {
        let cursor = walk.map(serde_json::to_value).transpose().map_err(Error::internal)?;
        Ok(Place::after_stretch(self.run, cursor))
    }
}
