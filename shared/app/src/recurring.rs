//! Recurring invoices: what agreements charge for in a month, shown before it is drafted, and
//! drafted exactly once.
//!
//! A draft and the note that its agreement was billed for the month are one transaction, as are
//! their ends. So there is one draft for each, however often and wherever it is asked for.

mod generate;
mod proposal;

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
    organizations, services, sorted,
};

pub use generate::{Generated, MOST, Order, Outcome, generate};
pub use proposal::{Proposal, ProposedLine};

/// A page of what agreements charge for in a month, by the agreements' names, and where the next
/// one begins: of one client, by the id of any of its records, or of all. Drafts of agreements and
/// those of another time are left out.
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
    let rows = all.parts().filter(|(agreement, ..)| concerns(agreement, month));
    let rows = rows.map(|row| (sorted::by_name(&row.0.name, row.0.id), row)).collect();
    let scope = format!("recurring|{month}|{client:?}");
    let (rows, next) = sorted::page(ctx, &scope, rows, limit, cursor)?;
    let billed = ctx.tenant().every::<Billed>(List::Billed(month)).await?;
    let billed: HashMap<_, _> = billed.iter().map(|it| (it.period.agreement, it.invoice)).collect();
    let by_record = by_record(&groups);
    let mut proposals = Vec::with_capacity(rows.len());
    for (agreement, terms, lines) in rows {
        let billed = billed.get(&agreement.id).copied();
        let records = by_record.get(&agreement.client).map(|group| group.ids());
        let records = records.unwrap_or_else(|| vec![agreement.client]);
        let agreed = proposal::Agreed { agreement, terms, lines, records };
        proposals.push(agreed.proposal(ctx, &organization, month, billed).await?);
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
    match billed.filter(|billed| billed.invoice == invoice.id) {
        Some(billed) => Ok(change.delete(&billed)?),
        None => Ok(()),
    }
}
