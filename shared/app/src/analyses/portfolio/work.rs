//! Work of a portfolio.

use clearmargin_domain::{
    agreement::AgreementTerms, id::ClientId, period::Month, time_entry::TimeEntry,
};
use clearmargin_insight::leaks::{ClientBooks, Worked};
use clearmargin_store::List;
use jiff::civil::Date;

use crate::{Ctx, Error, tickets};

/// The work on a client's records up to a day, by day. What was noted of it is left out: nothing follows
/// from that.
pub(super) async fn read(
    ctx: &Ctx,
    records: &[ClientId],
    (from, day): (Month, Date),
) -> Result<Vec<Worked>, Error> {
    let mut work = Vec::new();
    for record in records {
        for later in 0..=Month::of(day).since(from) {
            let list = List::TimeEntries(Some(*record), from.plus(later));
            let entries = ctx.tenant().every_lately::<TimeEntry>(list).await?;
            work.extend(entries.into_iter().map(|it| worked(it.value)));
        }
    }
    work.sort_by_key(|worked| (worked.entry.day, worked.entry.id));
    Ok(work)
}

/// No source says that work was logged as internal, and nobody waives it but by its status.
fn worked(entry: TimeEntry) -> Worked {
    let entry = TimeEntry { note: None, ..entry };
    Worked { entry, category: None, internal: false, waived: None }
}

/// Whether it depends on tickets' categories what a client's agreements charge.
pub(super) fn asks_for_categories(client: &ClientBooks) -> bool {
    let mut terms = client.agreements.iter().filter_map(|sold| sold.terms.as_ref());
    terms.any(AgreementTerms::depends_on_category)
}

/// Adds the categories of the tickets that work was on.
pub(super) async fn add_categories(ctx: &Ctx, work: &mut [Worked]) -> Result<(), Error> {
    let categories = tickets::categories(ctx, work.iter().map(|it| &it.entry)).await?;
    for worked in work {
        worked.category = worked.entry.ticket.and_then(|id| categories.get(&id)?.clone());
    }
    Ok(())
}
