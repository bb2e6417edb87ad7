//! `GET /api/ai/predictions/late-payments`

use clearmargin_app::analyses::{self, Receivables};
use clearmargin_domain::money::{Currency, Money};
use clearmargin_insight::{
    receipts::{BAND_LEVELS, ODDS_DECIMALS, Odds, OpenInvoice, Receipts, SHARE_DECIMALS},
    receivables::Fact,
};
use clearmargin_web::{Amount, Caller, Data, Limit, Query, Ratio, Result, schema};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use crate::{
    predictions::PredictionSourceView,
    receivables::{LearnedView, NoReceivables, no_receivables},
};

/// How likely open invoices are to be paid late.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LatePaymentsView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from, with the day on which it is told; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// What it rests on; null as long as nothing was analysed.
    learned_from: Option<LearnedView>,
    /// What is expected; null where nothing is.
    prediction: Option<LatePredictionView>,
    /// Why there is none: `not_analysed` as long as no analysis is done, `not_enough_data` if fewer
    /// invoices were paid than `learnedFrom` says are needed, `out_of_range` if what is open together cannot be
    /// worked with.
    #[schema(schema_with = no_receivables)]
    reason: NoReceivables,
}

/// What is expected of open invoices.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LatePredictionView {
    /// How many invoices are open, those that are not shown included.
    count: usize,
    /// What is open of all of them.
    open: Amount,
    /// What of it is late already.
    already_late: Amount,
    /// What of it is expected to be late, what is late already included.
    expected_late: Amount,
    /// The invoices of which most is expected to be late.
    invoices: Vec<LateInvoiceView>,
}

/// What is expected of an open invoice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LateInvoiceView {
    /// The invoice.
    #[schema(example = "inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    invoice_id: String,
    /// Whose it is.
    client_id: String,
    /// The client's name.
    name: String,
    /// Its day.
    #[schema(format = Date, example = "2026-11-01")]
    day: String,
    /// When it is due.
    #[schema(format = Date, example = "2026-12-01")]
    due: String,
    /// What is open of it.
    open: Amount,
    /// Whether it is past due on the day of the analysis.
    already_late: bool,
    /// How likely it is to be paid after it is due, between 0 and 1: 1 if it is late already.
    probability: Ratio,
    /// Probability × what is open.
    expected_late: Amount,
    /// The day by which it is paid as likely as not.
    #[schema(format = Date, example = "2026-12-05")]
    expected_day: String,
    /// Bands of days that are to hold 80 and 95 of 100 payments.
    bands: Vec<DayBandView>,
    /// Why; null if it is late already.
    odds: Option<LateOddsView>,
}

/// Days between which an invoice is paid.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DayBandView {
    /// The share of payments, in per cent, that it is to hold.
    #[schema(example = 80)]
    level: u8,
    /// The first day.
    #[schema(format = Date, example = "2026-11-29")]
    from: String,
    /// The last day.
    #[schema(format = Date, example = "2026-12-14")]
    to: String,
}

/// The log-odds of being paid late: base and reasons sum up to them exactly. The probability is
/// 1 ÷ (1 + e^−log-odds), to six decimals.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LateOddsView {
    /// The log-odds.
    log_odds: Ratio,
    /// Those of a mean invoice of a client that is not known.
    base: Ratio,
    /// What each fact adds; what adds nothing is absent.
    reasons: Vec<LateReasonView>,
}

/// What a fact adds to the log-odds of being paid late.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LateReasonView {
    /// The fact: the client's `habit` by when it paid before, its `open_bills` when it got this one, the
    /// `steadiness` of its payments, that it has `waited` so far, its `amount` or its `terms`. `disputed` and
    /// `word` are not known of invoices yet.
    #[schema(schema_with = fact)]
    fact: &'static str,
    /// What it adds.
    log_odds: Ratio,
}

fn fact() -> Object {
    schema::one_of(Fact::NAMES)
}

fn odds(units: i64) -> Ratio {
    Ratio(Decimal::new(units, ODDS_DECIMALS).normalize())
}

impl LateOddsView {
    fn new(of: &Odds) -> Self {
        let reasons = of
            .reasons
            .iter()
            .map(|(fact, part)| LateReasonView { fact: fact.as_str(), log_odds: odds(*part) });
        Self { log_odds: odds(of.sum()), base: odds(of.base), reasons: reasons.collect() }
    }
}

impl LateInvoiceView {
    fn new(it: &OpenInvoice, name: String, currency: Currency) -> Self {
        let amount = |minor: i64| Amount(Money::new(minor, currency));
        let bands = BAND_LEVELS.iter().zip(&it.bands).map(|(level, (from, to))| DayBandView {
            level: *level,
            from: from.to_string(),
            to: to.to_string(),
        });
        Self {
            invoice_id: it.id.to_string(),
            client_id: it.client.to_string(),
            name,
            day: it.day.to_string(),
            due: it.due.to_string(),
            open: amount(it.open),
            already_late: it.odds.is_none(),
            probability: Ratio(Decimal::new(it.probability, SHARE_DECIMALS).normalize()),
            expected_late: amount(it.expected_late),
            expected_day: it.expected.to_string(),
            bands: bands.collect(),
            odds: it.odds.as_ref().map(LateOddsView::new),
        }
    }
}

impl LatePredictionView {
    fn new(receipts: &Receipts, receivables: &Receivables, limit: Limit) -> Self {
        let currency = receivables.currency;
        let amount = |minor: i64| Amount(Money::new(minor, currency));
        let row =
            |it: &OpenInvoice| LateInvoiceView::new(it, receivables.name(it.client), currency);
        let late = receipts.invoices.iter().filter(|it| it.odds.is_none());
        Self {
            count: receipts.invoices.len(),
            open: amount(receipts.total.open),
            already_late: amount(late.map(|it| it.open).sum()),
            expected_late: amount(receipts.invoices.iter().map(|it| it.expected_late).sum()),
            invoices: receipts.invoices.iter().take(limit.get()).map(row).collect(),
        }
    }
}

impl LatePaymentsView {
    fn new(receivables: &Receivables, limit: Limit) -> Self {
        let told = NoReceivables::or_told(receivables);
        let shown = receivables.shown.as_ref();
        let prediction = |receipts| LatePredictionView::new(receipts, receivables, limit);
        Self {
            currency: receivables.currency.to_string(),
            analysis: shown.map(PredictionSourceView::new),
            learned_from: shown.map(|shown| LearnedView::new(&shown.result)),
            prediction: told.as_ref().copied().ok().map(prediction),
            reason: told.err().unwrap_or_default(),
        }
    }
}

/// How many of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LateQuery {
    /// How many invoices at most: those of which most is expected to be late.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
}

/// Open invoices with how likely each is to be paid late, when it will be paid and why, those first of
/// which most is expected to be late. It is from the last analysis that was done: what was paid since is still
/// there.
#[utoipa::path(
    get,
    path = "/api/ai/predictions/late-payments",
    tag = "Analytics",
    extensions(("x-action" = json!("invoices.read"))),
    params(LateQuery),
    responses((status = 200, description = "The invoices.", body = Data<LatePaymentsView>)),
)]
pub(crate) async fn predict_late_payments(
    Caller(ctx): Caller,
    Query(query): Query<LateQuery>,
) -> Result<Data<LatePaymentsView>> {
    let receivables = analyses::receivables(&ctx).await?;
    Ok(Data::new(LatePaymentsView::new(&receivables, query.limit)))
}
