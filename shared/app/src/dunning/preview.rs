//! What would go out today, and what would not and why.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    dunning::{InvoiceDunning, NotReminded, days_overdue},
    identity::Email,
    invoice::Invoice,
    money::Money,
};
use clearmargin_store::Stored;

use super::{
    judge::{Judge, Verdict},
    policy,
    run::open_between,
};
use crate::{Ctx, Error, books, organizations};

/// What would become of an invoice today.
#[derive(Debug)]
pub struct PreviewRow {
    /// The invoice.
    pub invoice: Stored<Invoice>,
    /// For how many days it has been due; below zero before that.
    pub days_overdue: i32,
    /// What would become of it.
    pub told: Told,
}

/// What would become of an invoice.
#[derive(Debug)]
pub enum Told {
    /// It would be reminded of.
    Reminded {
        /// With the step of so many days after it was due.
        days_after_due: i16,
        /// To whom; none for who may not see the contacts of clients.
        to: Option<Email>,
        /// What the client owes altogether, less its credit.
        client_owes: Money,
    },
    /// It would not.
    Not(NotReminded),
}

/// A page of the invoices that the policy reaches today, those due first first, and what would become
/// of each if the reminders of today were made now; where the next page begins. A policy that is
/// switched off tells what it would do.
pub async fn preview(
    ctx: &Ctx,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Vec<PreviewRow>, Option<String>), Error> {
    ctx.require(Action::InvoicesRead)?;
    let policy = policy(ctx).await?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let today = books::today_in(ctx, &organization)?;
    let Some(reach) = policy.reach(today) else { return Ok((Vec::new(), None)) };
    let list = open_between(today, reach, limit);
    let (found, next) = ctx.tenant().invoices(&list, cursor).await?;
    let ids: Vec<_> = found.iter().map(|invoice| invoice.id).collect();
    let known = ctx.tenant().get_many_lately::<InvoiceDunning>(&ids).await?;
    let known: HashMap<_, _> = known.into_iter().map(|it| (it.invoice, it.value)).collect();
    let mut judge = Judge::new(ctx, today);
    let mut rows = Vec::with_capacity(found.len());
    for invoice in found {
        let nothing = InvoiceDunning::none(invoice.id);
        let dunning = known.get(&invoice.id).unwrap_or(&nothing);
        let told = match judge.verdict(&policy, &invoice, dunning).await? {
            Verdict::Due(due) => Told::Reminded {
                days_after_due: due.step,
                to: Some(due.to).filter(|_| ctx.may(Action::ClientsRead)),
                client_owes: Money::new(due.owed_minor, organization.currency),
            },
            Verdict::Not(why) => Told::Not(why),
        };
        let days_overdue = days_overdue(invoice.due_day(), today);
        rows.push(PreviewRow { invoice, days_overdue, told });
    }
    Ok((rows, next))
}
