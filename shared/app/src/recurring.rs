//! Recurring invoices: what agreements charge for in a month, shown before it is drafted, and
//! drafted exactly once.
//!
//! A draft and the note that its agreement was billed for the month are one transaction, as are
//! their ends. So there is one draft for each, however often and wherever it is asked for.

mod generate;
mod hours;
mod proposal;
mod schedule;

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    agreement::{Agreement, AgreementStatus},
    id::{AgreementId, ClientId},
    invoice::Invoice,
    period::Month,
    recurring::Billed,
};
use clearmargin_store::{Change, List, Stored};

use crate::{
    Ctx, Error,
    agreements::Everything,
    clients::{self, ClientGroup},
    organizations, services, sorted, tax_codes,
};

pub use generate::{Generated, MOST, Order, Outcome, generate};
pub(crate) use hours::mark_next;
pub use proposal::{Proposal, ProposedLine};
pub(crate) use schedule::{begin_due, step};
pub use schedule::{schedule, scheduled_run, set_schedule};

/// A page of what agreements charge for in a month, by the agreements' names, and where the next
/// one begins: of one client, by the id of any of its records, or of all. Drafts of agreements and
/// those of another time are left out. Work by the hour is looked at for one client alone, as long
/// as the agreement was not billed.
pub async fn preview(
    ctx: &Ctx,
    month: Month,
    client: Option<ClientId>,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Vec<Proposal>, Option<String>), Error> {
    ctx.require(Action::InvoicesRead)?;
    services::check_day(month.first_day(), "query.month")?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let groups = match client {
        Some(id) => vec![clients::named(ctx, id, "query.clientId").await?],
        None => clients::groups(ctx).await?,
    };
    let all = match (client, groups.first()) {
        (Some(_), Some(group)) => Everything::of(ctx, &group.ids()).await?,
        _ => Everything::read(ctx).await?,
    };
    let all: Vec<_> = all.parts().collect();
    let rows = all.iter().filter(|(agreement, ..)| concerns(agreement, month)).cloned();
    let rows = rows.map(|row| (sorted::by_name(&row.0.name, row.0.id), row)).collect();
    let scope = format!("recurring|{month}|{client:?}");
    let (rows, next) = sorted::page(ctx, &scope, rows, limit, cursor)?;
    let billed = ctx.tenant().every::<Billed>(List::Billed(month)).await?;
    let billed: HashMap<_, _> = billed.iter().map(|it| (it.period.agreement, it.invoice)).collect();
    let codes = tax_codes::in_use(ctx).await?;
    let by_record = by_record(&groups);
    let mut proposals = Vec::with_capacity(rows.len());
    for agreed in rows {
        let billed = billed.get(&agreed.0.id).copied();
        let records = by_record.get(&agreed.0.client).map(|group| group.ids());
        let records = records.unwrap_or_else(|| vec![agreed.0.client]);
        // The work of all clients would be too much to read.
        let work = match client.filter(|_| billed.is_none()) {
            Some(_) => {
                let (siblings, currency) = (&all, organization.currency);
                let (agreed, records) = (&agreed, &records);
                let asked = hours::Asked { agreed, siblings, records, month, currency };
                hours::gather(ctx, &asked).await?.map(|work| work.hours)
            }
            None => None,
        };
        let agreed = proposal::Agreed { parts: agreed, records };
        let proposal = agreed.proposal(ctx, &organization, month, work).await?;
        let proposal = Proposal { billed, ..proposal };
        proposals.push(proposal.taxed(&codes));
    }
    Ok((proposals, next))
}

fn by_record(groups: &[ClientGroup]) -> HashMap<ClientId, &ClientGroup> {
    groups.iter().flat_map(|group| group.ids().into_iter().map(move |id| (id, group))).collect()
}

/// Whether anything of an agreement can fall due in a month.
fn concerns(agreement: &Agreement, month: Month) -> bool {
    let begun = agreement.start <= month.last_day();
    let ended = agreement.end.is_some_and(|end| end < month.first_day());
    agreement.status != AgreementStatus::Draft && begun && !ended
}

/// That an agreement was billed for a month, if it was.
async fn billed(
    ctx: &Ctx,
    month: Month,
    agreement: AgreementId,
) -> Result<Option<Stored<Billed>>, Error> {
    Ok(ctx.tenant().get::<Billed>((month, agreement)).await?)
}

/// Lets what a recurring invoice bills be billed again, with the change that ends the invoice.
pub(crate) async fn free(
    ctx: &Ctx,
    change: &mut Change<'_>,
    invoice: &Invoice,
) -> Result<(), Error> {
    let Some(period) = invoice.recurring() else { return Ok(()) };
    let billed = billed(ctx, period.month, period.agreement).await?;
    let Some(billed) = billed.filter(|billed| billed.invoice == invoice.id) else { return Ok(()) };
    hours::release(ctx, change, invoice, period.month, &billed.time_of).await?;
    Ok(change.delete(&billed)?)
}
