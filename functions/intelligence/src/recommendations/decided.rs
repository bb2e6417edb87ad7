//! A recommendation about which something was decided, and what came of it.

use clearmargin_app::recommendations::{Outcome, OutcomeState};
use clearmargin_domain::{
    money::Money,
    recommendation::{
        Decided, Done, RecommendationCase, Verdict,
        realised::{Realised, Unrealised},
    },
};
use clearmargin_web::{Amount, schema};
use serde::Serialize;
use utoipa::openapi::Object;

use super::kind;

/// A recommendation about which something was decided.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecidedRecommendationView {
    /// Its id.
    #[schema(example = "rec_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// What kind.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// For which client.
    client_id: String,
    /// `accepted` or `dismissed`.
    #[schema(schema_with = verdict)]
    verdict: &'static str,
    /// Why it was dismissed; null if it was accepted.
    reason: Option<String>,
    /// Who decided.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The analysis that it is from.
    run_id: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// What was expected of it then.
    expected: Amount,
    /// What was done; null if it was dismissed.
    done: Option<RecommendationDoneView>,
    /// What came of it; null if it was dismissed, and where only what was done is told.
    outcome: Option<RecommendationOutcomeView>,
}

/// What was done, in the same transaction as the acceptance.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendationDoneView {
    /// The leak that was approved; null if none was.
    leak_id: Option<String>,
    /// The invoice that was drafted; null if none was.
    invoice_id: Option<String>,
    /// The agreement of which prices were set; null if none were.
    agreement_id: Option<String>,
    /// The day from which on they apply; null if none were.
    #[schema(schema_with = schema::day_or_null)]
    on: Option<String>,
    /// The prices that were set.
    prices: Vec<RepricedView>,
    /// The catalogue entry that somebody offers; null if none is.
    service_id: Option<String>,
}

/// A price that was set.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RepricedView {
    /// The line.
    line_id: String,
    /// What a unit cost.
    from: Amount,
    /// What it costs since.
    to: Amount,
}

/// What came of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RecommendationOutcomeView {
    /// Whether it waits for a day or somebody, is as it was to be, or was undone.
    #[schema(schema_with = outcome)]
    state: &'static str,
    /// What issued invoices charge of what was expected; null of what is not charged by an invoice of its own.
    invoiced: Option<Amount>,
    /// What of that is settled; null likewise.
    collected: Option<Amount>,
    /// What a raise or an offer brought since; null of what an invoice of its own charges.
    realised: Option<RecommendationRealisedView>,
}

/// What issued documents charge because of a raise or an offer, in the first year at most.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RecommendationRealisedView {
    /// Before tax and net of credit memos: of a raise, the part of what is charged at exactly the new price by which that
    /// was raised; of an offer, all that is charged for the entry. Null if that is not known.
    amount: Option<Amount>,
    /// Why it is not: the day has not come (`pending`), a raised line names no catalogue entry (`line_not_named`), no
    /// document names the entry since (`not_charged`), one does not say its price (`price_not_said`), or two
    /// things cost the same (`ambiguous`); null else.
    #[schema(schema_with = unrealised)]
    reason: Option<&'static str>,
    /// In how many lines of documents.
    lines: usize,
    /// The first day of the documents that were looked at.
    #[schema(format = Date, example = "2027-01-01")]
    from: String,
    /// The last one: today, or the last of the year.
    #[schema(format = Date, example = "2027-03-15")]
    to: String,
}

fn verdict() -> Object {
    schema::one_of(Decided::ALL.map(Decided::as_str))
}

fn outcome() -> Object {
    schema::one_of(OutcomeState::NAMES)
}

fn unrealised() -> Object {
    schema::or_null(schema::one_of(Unrealised::NAMES))
}

impl RecommendationRealisedView {
    fn new(of: Realised, case: &RecommendationCase) -> Self {
        let (from, to) = of.days;
        Self {
            amount: of.minor.ok().map(|minor| Amount(Money::new(minor, case.currency))),
            reason: of.minor.err().map(Unrealised::as_str),
            lines: of.lines,
            from: from.to_string(),
            to: to.to_string(),
        }
    }
}

impl DecidedRecommendationView {
    pub(super) fn new(case: &RecommendationCase, outcome: Option<Outcome>) -> Self {
        let (reason, done) = match &case.verdict {
            Verdict::Dismissed { reason } => (Some(String::from(reason.clone())), None),
            Verdict::Accepted { done } => (None, Some(RecommendationDoneView::new(done, case))),
        };
        Self {
            id: case.id.to_string(),
            kind: case.kind.as_str(),
            client_id: case.client.to_string(),
            verdict: case.verdict.decided().as_str(),
            reason,
            by: case.by.to_string(),
            at: case.at.to_string(),
            run_id: case.run.to_string(),
            currency: case.currency.to_string(),
            expected: Amount(Money::new(case.expected_minor, case.currency)),
            done,
            outcome: outcome.map(|outcome| RecommendationOutcomeView {
                state: outcome.state.as_str(),
                invoiced: outcome.invoiced.map(Amount),
                collected: outcome.collected.map(Amount),
                realised: outcome.realised.map(|it| RecommendationRealisedView::new(it, case)),
            }),
        }
    }
}

impl RecommendationDoneView {
    fn new(done: &Done, case: &RecommendationCase) -> Self {
        let money = |minor| Amount(Money::new(minor, case.currency));
        match done {
            Done::LeakApproved { leak, invoice } => Self {
                leak_id: Some(leak.to_string()),
                invoice_id: invoice.map(|id| id.to_string()),
                ..Self::default()
            },
            Done::PricesSet { agreement, on, lines } => Self {
                agreement_id: Some(agreement.to_string()),
                on: Some(on.to_string()),
                prices: lines
                    .iter()
                    .map(|price| RepricedView {
                        line_id: price.line.to_string(),
                        from: money(price.from_minor),
                        to: money(price.to_minor),
                    })
                    .collect(),
                ..Self::default()
            },
            Done::Noted { service } => {
                Self { service_id: Some(service.to_string()), ..Self::default() }
            }
        }
    }
}
