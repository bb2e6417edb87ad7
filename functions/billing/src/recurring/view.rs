//! Recurring invoices as they are told.

use clearmargin_app::recurring::{Generated, Outcome, Proposal, ProposedLine};
use clearmargin_domain::{
    id::AgreementId,
    money::Money,
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
    /// The tax on them; null where a tax code of theirs is no longer in use, so that no invoice can
    /// be drafted.
    tax: Option<Amount>,
    /// What is to be paid: lines and tax; null where the tax is.
    total_with_tax: Option<Amount>,
    /// The work by the hour that is on it; null where nobody looked, since no client was named, or it
    /// was billed already, or the agreement charges none.
    hours: Option<HoursView>,
    /// The invoice, if the agreement was billed for the month already.
    invoice_id: Option<String>,
}

/// Work by the hour on a recurring invoice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct HoursView {
    /// How many pieces of work are charged.
    time_entries: usize,
    /// How much work of the month the agreement's included time covers.
    included_minutes: Ratio,
    /// The most that the work comes to; null without a cap.
    cap: Option<Ratio>,
    /// What is beyond the cap, and not charged.
    above_cap: Amount,
}

/// A line of a recurring invoice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProposedLineView {
    /// The line of the agreement; null of work by the hour at its own price.
    agreement_line_id: Option<String>,
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
    /// Which taxes it bears; null for none.
    tax_code_id: Option<String>,
    /// Before tax.
    net: Amount,
    /// How many units are charged; of work, hours.
    units: Ratio,
    /// What a unit costs over a whole span; of work, an hour.
    span_price: Amount,
    /// Why it is so much.
    reasons: Vec<ReasonView>,
}

/// Why a line is what it is.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReasonView {
    /// `whole_period`, `once`, `prorated` (`days` of `of` days), `price_changed` (on `day`),
    /// `counted` (`count` on `day`), `minimum` (less than agreed was counted: `count` on `day`),
    /// `hours` (`count` pieces of work), `beyond_included` (beyond the hours that the agreement
    /// includes) or `capped` (it would be more without the agreement's cap).
    #[schema(example = "prorated")]
    code: &'static str,
    /// For how many days.
    days: Option<i64>,
    /// Of how many.
    of: Option<i64>,
    /// How many were counted, or are charged.
    count: Option<u32>,
    /// On which day.
    #[schema(format = Date, example = "2026-10-11")]
    day: Option<String>,
}

/// Something that is not on a recurring invoice, although it may be owed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnbilledView {
    /// The line of the agreement; null of work by the hour.
    agreement_line_id: Option<String>,
    /// The first day.
    #[schema(format = Date, example = "2026-10-01")]
    from: String,
    /// The last.
    #[schema(format = Date, example = "2026-10-10")]
    to: String,
    /// `by_the_hour` (nobody looked), `not_approved`, `hours_unpriced`, `no_price`, `no_count`, `other_currency`, `draft`, `end_unknown` or
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
            tax: proposal.tax.map(Amount),
            total_with_tax: proposal.with_tax().map(Amount),
            hours: proposal.hours.as_ref().map(|hours| HoursView {
                time_entries: hours.entries.len(),
                included_minutes: Ratio(hours.included.minutes()),
                cap: proposal.cap.map(|cap| Ratio(cap.into())),
                above_cap: Amount(Money { minor: hours.above_cap_minor, ..proposal.total }),
            }),
            invoice_id: proposal.billed.map(|id| id.to_string()),
        }
    }
}

impl ProposedLineView {
    fn new(line: &ProposedLine) -> Self {
        Self {
            agreement_line_id: line.line.map(|id| id.to_string()),
            service_id: line.service.map(|id| id.to_string()),
            offering: line.offering,
            description: line.description.clone(),
            from: line.days.first.to_string(),
            to: line.days.last.to_string(),
            quantity: Ratio(Decimal::from(line.quantity)),
            unit_price: Ratio(Decimal::from(line.unit_price)),
            tax_code_id: line.tax_code.map(|id| id.to_string()),
            net: Amount(line.amount),
            units: Ratio(Decimal::from(line.units)),
            span_price: Amount(line.span_price),
            reasons: line.reasons.iter().copied().map(ReasonView::new).collect(),
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
            Reason::Hours { entries } => Self { count: Some(entries), ..plain("hours") },
            Reason::BeyondIncluded => plain("beyond_included"),
            Reason::Capped => plain("capped"),
            Reason::Minimum(count) => counted("minimum", count),
        }
    }
}

impl UnbilledView {
    fn new(unbilled: &Unbilled) -> Self {
        Self {
            agreement_line_id: unbilled.line.map(|id| id.to_string()),
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
