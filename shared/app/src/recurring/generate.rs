//! Drafting recurring invoices, each exactly once.

use std::collections::HashSet;

use clearmargin_domain::{
    access::Action,
    agreement::Agreement,
    id::{AgreementId, ClientId, InvoiceId},
    identity::Organization,
    period::Month,
    recurring::{Billed, BilledPeriod, MOST_CLAIMED, Unbilled, charges_hours},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{billed, concerns, hours, proposal::Agreed};
use crate::{
    Ctx, Error,
    agreements::{self, Everything},
    clients, invoices, organizations, services, sorted,
    tries::Tries,
};

/// How many agreements one request bills at most.
pub const MOST: usize = 50;
/// How often an agreement is tried again that changed while it was billed.
const TRIES: usize = 64;

/// Which invoices are to be drafted.
#[derive(Debug, Clone)]
pub struct Order {
    /// For which month.
    pub month: Month,
    /// Of which agreements; of all that concern the month unless said, 50 at a time.
    pub agreements: Option<Vec<AgreementId>>,
    /// Also of those of which a part cannot be computed.
    pub incomplete: bool,
    /// Where the request before stopped.
    pub cursor: Option<String>,
}

/// What is wanted of each agreement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// For which month.
    pub(super) month: Month,
    /// Whether also that of which a part cannot be computed.
    pub(super) incomplete: bool,
    /// Whether the schedule wants it, and nobody asked.
    pub(super) scheduled: bool,
}

/// What became of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Generated {
    /// What became of each agreement.
    pub outcomes: Vec<(AgreementId, Outcome)>,
    /// What to go on with; none when that were all.
    pub next: Option<String>,
}

/// What became of an agreement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Outcome {
    /// Its invoice was drafted.
    Created(InvoiceId),
    /// It was billed before.
    AlreadyThere(InvoiceId),
    /// Nothing of it falls due in the month.
    Nothing,
    /// A part of it cannot be computed.
    Incomplete(Vec<Unbilled>),
    /// The invoice would not be one; why, for people.
    Refused(String),
}

/// Drafts the recurring invoices of a month. Whatever was billed before stays as it is, so an order
/// can be repeated, by whomever and at any time.
pub async fn generate(ctx: &Ctx, order: Order) -> Result<Generated, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(generated) = ctx.replay().await? {
        return Ok(generated);
    }
    services::check_day(order.month.first_day(), "month")?;
    let (ids, next) = ordered(ctx, &order).await?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let mut outcomes = Vec::with_capacity(ids.len());
    let wanted = Wanted { month: order.month, incomplete: order.incomplete, scheduled: false };
    for id in ids {
        outcomes.push((id, bill(ctx, &organization, id, wanted).await?));
    }
    let created = outcomes.iter().filter(|(_, it)| matches!(it, Outcome::Created(_))).count();
    let detail = json!({"month": order.month, "created": created});
    // What was made stands already: this is who asked, and the answer if the same is asked again.
    let change = ctx.tenant().change(ctx.audit("invoices.generated", ctx.org, detail));
    ctx.commit(change, Generated { outcomes, next }).await
}

/// The agreements to bill, and where the next request goes on.
async fn ordered(ctx: &Ctx, order: &Order) -> Result<(Vec<AgreementId>, Option<String>), Error> {
    if let Some(ids) = &order.agreements {
        return Ok((named(ctx, ids).await?, None));
    }
    let all = ctx.tenant().all::<Agreement>().await?;
    let all = all.into_iter().filter(|agreement| concerns(agreement, order.month));
    let rows = all.map(|agreement| (agreement.id.to_string(), agreement.id)).collect();
    let scope = format!("recurring-order|{}", order.month);
    sorted::page(ctx, &scope, rows, MOST, order.cursor.as_deref())
        .map_err(|_| Error::invalid("cursor", "it was not given for this order"))
}

/// Those agreements, each once. Whoever names one that is not there gets none billed.
async fn named(ctx: &Ctx, ids: &[AgreementId]) -> Result<Vec<AgreementId>, Error> {
    if !(1..=MOST).contains(&ids.len()) {
        return Err(Error::invalid("agreementIds", format!("expected 1 to {MOST}")));
    }
    let known = ctx.tenant().get_many::<Agreement>(ids).await?;
    let known: HashSet<_> = known.iter().map(|agreement| agreement.id).collect();
    if let Some(place) = ids.iter().position(|id| !known.contains(id)) {
        return Err(Error::invalid(format!("agreementIds[{place}]"), "there is no such agreement"));
    }
    let mut seen = HashSet::new();
    Ok(ids.iter().copied().filter(|id| seen.insert(*id)).collect())
}

/// Bills an agreement, unless it was billed before.
pub(super) async fn bill(
    ctx: &Ctx,
    organization: &Organization,
    id: AgreementId,
    wanted: Wanted,
) -> Result<Outcome, Error> {
    let mut tries = Tries::most(TRIES);
    loop {
        match bill_once(ctx, organization, id, wanted).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

/// The work by the hour that an agreement charges for.
async fn gathered(
    ctx: &Ctx,
    organization: &Organization,
    agreed: &hours::Parts,
    records: &[ClientId],
    month: Month,
) -> Result<Option<hours::Gathered>, Error> {
    if !charges_hours(&agreed.0, agreed.1.as_ref(), &agreed.2) {
        return Ok(None);
    }
    let siblings: Vec<_> = Everything::of(ctx, records).await?.parts().collect();
    let (siblings, currency) = (&siblings, organization.currency);
    hours::gather(ctx, &hours::Asked { agreed, siblings, records, month, currency }).await
}

async fn bill_once(
    ctx: &Ctx,
    organization: &Organization,
    id: AgreementId,
    wanted: Wanted,
) -> Result<Outcome, Error> {
    let month = wanted.month;
    if let Some(billed) = billed(ctx, month, id).await? {
        return Ok(Outcome::AlreadyThere(billed.invoice));
    }
    let (stored, terms, lines) = agreements::parts(ctx, id).await?;
    let records = clients::group_of(ctx, stored.client).await?.ids();
    let parts = (stored.value.clone(), terms, lines);
    let work = gathered(ctx, organization, &parts, &records, month).await?;
    if work.as_ref().is_some_and(hours::Gathered::is_too_much) {
        return Ok(Outcome::Refused(format!("more than {MOST_CLAIMED} pieces of work")));
    }
    let agreed = Agreed { parts, records };
    let hours = work.as_ref().map(|work| work.hours.clone());
    let proposal = agreed.proposal(ctx, organization, month, hours).await?;
    if proposal.incomplete && (!wanted.incomplete || proposal.lines.is_empty()) {
        return Ok(Outcome::Incomplete(proposal.unbilled));
    }
    if proposal.lines.is_empty() {
        return Ok(Outcome::Nothing);
    }
    let invoice = InvoiceId::new(ctx.now, ctx.app.random());
    let period = BilledPeriod { agreement: id, month };
    let draft = match invoices::drafted(ctx, invoice, proposal.draft(), Some(period)).await {
        Err(Error::Invalid(fields)) => {
            let messages = fields.into_iter().map(|it| format!("{}: {}", it.path, it.message));
            return Ok(Outcome::Refused(messages.collect::<Vec<_>>().join("; ")));
        }
        draft => draft?,
    };
    let detail = json!({"agreement": id, "month": month});
    let mut change = ctx.tenant().change(ctx.audit("invoice.drafted", invoice, detail));
    change.insert(&draft)?;
    let time_of = work.as_ref().map_or_else(Vec::new, hours::Gathered::records);
    if let Some(work) = work {
        work.claim(&mut change, invoice, draft.day, month)?;
    }
    change.insert(&Billed { period, invoice, scheduled: wanted.scheduled, time_of })?;
    // Its version counts changes of its terms and lines, too.
    change.unchanged(&stored)?;
    change.commit().await?;
    Ok(Outcome::Created(invoice))
}
