//! What came of what was accepted.

use std::collections::HashMap;

use clearmargin_domain::{
    agreement::AgreementLine,
    id::{AgreementId, AgreementLineId, InvoiceId, ServiceId},
    invoice::{DocumentState, Invoice},
    money::Money,
    recommendation::{Done, RecommendationCase, Repriced, Verdict, realised::Realised},
};
use jiff::civil::Date;

use super::realised;
use crate::{Ctx, Error, books, leak_cases};

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeState {
    /// It waits for a day, or for somebody.
    Pending,
    /// It is as it was to be.
    Done,
    /// Somebody undid it.
    Undone,
}

impl OutcomeState {
    /// The name of each.
    pub const NAMES: [&'static str; 3] = ["pending", "done", "undone"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [pending, done, undone] = Self::NAMES;
        match self {
            Self::Pending => pending,
            Self::Done => done,
            Self::Undone => undone,
        }
    }
}

/// What came of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// How far it has come.
    pub state: OutcomeState,
    /// What is charged of what was expected; nothing is known of what is not charged by itself.
    pub invoiced: Option<Money>,
    /// What of that is settled.
    pub collected: Option<Money>,
    /// What issued documents charge because of it since; `None` of what an invoice of its own charges.
    pub realised: Option<Realised>,
}

/// What came of each; `None` of what was dismissed.
pub(super) async fn outcomes(
    ctx: &Ctx,
    cases: &[RecommendationCase],
) -> Result<Vec<Option<Outcome>>, Error> {
    let today = books::today(ctx).await?;
    let ids: Vec<_> = cases.iter().filter_map(drafted).collect();
    let invoices = ctx.tenant().get_many_lately::<Invoice>(&ids).await?;
    let invoices: HashMap<_, _> = invoices.into_iter().map(|it| (it.id, it.value)).collect();
    let mut outcomes = Vec::with_capacity(cases.len());
    for case in cases {
        outcomes.push(match &case.verdict {
            Verdict::Dismissed { .. } => None,
            Verdict::Accepted { done } => Some(outcome(ctx, case, done, &invoices, today).await?),
        });
    }
    Ok(outcomes)
}

fn drafted(case: &RecommendationCase) -> Option<InvoiceId> {
    match &case.verdict {
        Verdict::Accepted { done: Done::LeakApproved { invoice, .. } } => *invoice,
        _ => None,
    }
}

async fn outcome(
    ctx: &Ctx,
    case: &RecommendationCase,
    done: &Done,
    invoices: &HashMap<InvoiceId, Invoice>,
    today: Date,
) -> Result<Outcome, Error> {
    let only = |state, realised| Outcome { state, invoiced: None, collected: None, realised };
    Ok(match done {
        Done::LeakApproved { invoice: None, .. } => only(OutcomeState::Pending, None),
        Done::LeakApproved { invoice: Some(id), .. } => charged(case, invoices.get(id)),
        Done::PricesSet { agreement, on, lines } => {
            let state = priced(ctx, *agreement, *on, lines, today).await?;
            let raise = (*agreement, *on, lines.as_slice());
            only(state, Some(realised::of_raise(ctx, case, raise, today).await?))
        }
        Done::Noted { service } => {
            let state = sold(ctx, case, *service, today).await?;
            let offer = (*service, books::day_of(ctx, case.at).await?);
            only(state, Some(realised::of_offer(ctx, case, offer, today).await?))
        }
    })
}

/// A draft waits; what was thrown away or taken back is undone.
fn charged(case: &RecommendationCase, invoice: Option<&Invoice>) -> Outcome {
    let money = |minor| Some(Money::new(minor, case.currency));
    let (state, invoiced, collected) = match invoice.map(|invoice| (invoice.state, invoice)) {
        None | Some((DocumentState::Void { .. }, _)) => (OutcomeState::Undone, 0, 0),
        Some((DocumentState::Draft, _)) => (OutcomeState::Pending, 0, 0),
        Some((DocumentState::Issued, invoice)) => {
            let charged = leak_cases::charged_by(case.expected_minor, invoice);
            (OutcomeState::Done, charged, leak_cases::settled(charged, invoice))
        }
    };
    Outcome { state, invoiced: money(invoiced), collected: money(collected), realised: None }
}

async fn priced(
    ctx: &Ctx,
    agreement: AgreementId,
    on: Date,
    set: &[Repriced],
    today: Date,
) -> Result<OutcomeState, Error> {
    let known: Vec<(AgreementId, AgreementLineId)> =
        set.iter().map(|price| (agreement, price.line)).collect();
    let lines = ctx.tenant().get_many_lately::<AgreementLine>(&known).await?;
    let stands = set.iter().all(|price| {
        lines.iter().any(|line| {
            let there = line.price_on(on).map(|price| price.unit_price.minor);
            line.id == price.line
                && line.is_active_on(on.max(today))
                && there == Some(price.to_minor)
        })
    });
    Ok(match (stands, on <= today) {
        (false, _) => OutcomeState::Undone,
        (true, false) => OutcomeState::Pending,
        (true, true) => OutcomeState::Done,
    })
}

/// Whether the client has what it was to be offered.
async fn sold(
    ctx: &Ctx,
    case: &RecommendationCase,
    service: ServiceId,
    today: Date,
) -> Result<OutcomeState, Error> {
    for record in realised::records(ctx, case).await? {
        let lines = ctx.tenant().lines_of_client(record).await?;
        if lines.iter().any(|line| line.service == Some(service) && line.is_active_on(today)) {
            return Ok(OutcomeState::Done);
        }
    }
    Ok(OutcomeState::Pending)
}
