//! Recurring invoices as they are told.

use clearmargin_app::recurring::{Generated, Outcome, Proposal, ProposedLine};
use clearmargin_domain::{
    id::AgreementId,
    recurring::{Count, Reason, Unbilled},
    service::Offering,
};
use clearmargin_web::{Amount, Ratio, schema};
use rust_decimal::Decimal;
use serde::Serialize;

/// What an agreement charges for in a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProposalView {
    /// The agreement.
    agreement_id: String,
    /// Its name.
    #[schema(example = "Managed services")]
    agreement_name: String,
    /// The client's record whose the invoice is.
    client_id: String,
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// The day that the invoice counts for: today, or the day of the month that is nearest to it.
    #[schema(format = Date, example = "2026-10-31")]
    day: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Its lines, as the invoice has them.
    lines: Vec<ProposedLineView>,
    /// What is not on it, although it may be owed.
    unbilled: Vec<UnbilledView>,
    /// Whether something has to be put right before all is on it.
    incomplete: bool,
    /// What the lines come to, before tax.
    total: Amount,
    /// The invoice, if the agreement was billed for the month already.
    invoice_id: Option<String>,
}

/// A line of a recurring invoice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProposedLineView {
    /// The line of the agreement.
    agreement_line_id: String,
    /// The catalogue entry sold.
    service_id: Option<String>,
    /// Work or product.
    #[schema(schema_with = schema::offering)]
    offering: Offering,
    /// What it says.
    #[schema(example = "Managed workstation, 2026-10-01 to 2026-10-31")]
    description: String,
    /// The first day that it is for.
    #[schema(format = Date, example = "2026-10-01")]
    from: String,
    /// The last.
    #[schema(format = Date, example = "2026-10-31")]
    to: String,
    /// How much of it; one of a part of a span.
    quantity: Ratio,
    /// The price of one.
    unit_price: Ratio,
    /// Before tax.
    net: Amount,
    /// How many units are charged.
    units: Ratio,
    /// What a unit costs over a whole span.
    span_price: Amount,
    /// Why it is so much.
    reasons: Vec<ReasonView>,
}

/// Why a line is what it is.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReasonView {
    /// `whole_period`, `once`, `prorated` (`days` of `of` days), `price_changed` (on `day`),
    /// `counted` (`count` on `day`) or `minimum` (less than agreed was counted: `count` on `day`).
    #[schema(example = "prorated")]
    code: &'static str,
    /// For how many days.
    days: Option<i64>,
    /// Of how many.
    of: Option<i64>,
    /// How many were counted.
    count: Option<u32>,
    /// On which day.
    #[schema(format = Date, example = "2026-10-11")]
    day: Option<String>,
}

/// Something that is not on a recurring invoice, although it may be owed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnbilledView {
    /// The line of the agreement.
    agreement_line_id: String,
    /// The first day.
    #[schema(format = Date, example = "2026-10-01")]
    from: String,
    /// The last.
    #[schema(format = Date, example = "2026-10-10")]
    to: String,
    /// `by_the_hour`, `no_price`, `no_count`, `other_currency`, `draft`, `end_unknown` or
    /// `too_large`.
    #[schema(example = "no_price")]
    code: &'static str,
    /// Why, for people.
    message: String,
}

/// What became of an order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GeneratedView {
    /// What became of each agreement.
    agreements: Vec<OutcomeView>,
    /// What to ask the next request with; null when these were all.
    next_cursor: Option<String>,
}

/// What became of an agreement.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct OutcomeView {
    /// The agreement.
    agreement_id: String,
    /// `created`, `already_there`, `nothing` (falls due), `incomplete` (a part cannot be computed:
    /// see `unbilled`) or `refused` (see `message`).
    #[schema(example = "created")]
    outcome: &'static str,
    /// The invoice.
    invoice_id: Option<String>,
    /// What could not be computed.
    unbilled: Vec<UnbilledView>,
    /// Why it was refused, for people.
    message: Option<String>,
}

impl ProposalView {
    pub(crate) fn new(proposal: &Proposal) -> Self {
        Self {
            agreement_id: proposal.agreement.id.to_string(),
            agreement_name: proposal.agreement.name.clone(),
            client_id: proposal.client.to_string(),
            month: proposal.month.to_string(),
            day: proposal.day.to_string(),
            currency: proposal.total.currency.to_string(),
            lines: proposal.lines.iter().map(ProposedLineView::new).collect(),
            unbilled: proposal.unbilled.iter().map(UnbilledView::new).collect(),
            incomplete: proposal.incomplete,
            total: Amount(proposal.total),
            invoice_id: proposal.billed.map(|id| id.to_string()),
        }
    }
}

impl ProposedLineView {
    fn new(line: &ProposedLine) -> Self {
        let charge = &line.charge;
        Self {
            agreement_line_id: charge.line.to_string(),
            service_id: charge.service.map(|id| id.to_string()),
            offering: charge.offering,
            description: line.description.clone(),
            from: charge.days.first.to_string(),
            to: charge.days.last.to_string(),
            quantity: Ratio(Decimal::from(line.quantity)),
            unit_price: Ratio(Decimal::from(line.unit_price)),
            net: Amount(charge.amount),
            units: Ratio(Decimal::from(charge.units)),
            span_price: Amount(charge.unit_price),
            reasons: charge.reasons.iter().copied().map(ReasonView::new).collect(),
        }
    }
}

impl ReasonView {
    fn new(reason: Reason) -> Self {
        let plain = |code| Self { code, ..Self::default() };
        let counted = |code, count: Count| Self {
            count: Some(count.number),
            day: Some(count.day.to_string()),
            ..plain(code)
        };
        match reason {
            Reason::WholePeriod => plain("whole_period"),
            Reason::Once => plain("once"),
            Reason::Prorated { days, of } => {
                Self { days: Some(days), of: Some(of), ..plain("prorated") }
            }
            Reason::PriceChanged { from } => {
                Self { day: Some(from.to_string()), ..plain("price_changed") }
            }
            Reason::Counted(count) => counted("counted", count),
            Reason::Minimum(count) => counted("minimum", count),
        }
    }
}

impl UnbilledView {
    fn new(unbilled: &Unbilled) -> Self {
        Self {
            agreement_line_id: unbilled.line.to_string(),
            from: unbilled.days.first.to_string(),
            to: unbilled.days.last.to_string(),
            code: unbilled.why.as_str(),
            message: unbilled.why.to_string(),
        }
    }
}

impl GeneratedView {
    pub(crate) fn new(generated: Generated) -> Self {
        let outcomes = generated.outcomes.into_iter();
        Self {
            agreements: outcomes.map(|(id, outcome)| OutcomeView::new(id, outcome)).collect(),
            next_cursor: generated.next,
        }
    }
}

impl OutcomeView {
    fn new(agreement: AgreementId, outcome: Outcome) -> Self {
        let plain = |outcome| Self {
            agreement_id: agreement.to_string(),
            outcome,
            invoice_id: None,
            unbilled: Vec::new(),
            message: None,
        };
        match outcome {
            Outcome::Created(id) => Self { invoice_id: Some(id.to_string()), ..plain("created") },
            Outcome::AlreadyThere(id) => {
                Self { invoice_id: Some(id.to_string()), ..plain("already_there") }
            }
            Outcome::Nothing => plain("nothing"),
            Outcome::Incomplete(unbilled) => {
                let unbilled = unbilled.iter().map(UnbilledView::new).collect();
                Self { unbilled, ..plain("incomplete") }
            }
            Outcome::Refused(message) => Self { message: Some(message), ..plain("refused") },
        }
    }
}
