//! What is expected of one client.

use clearmargin_domain::money::{Currency, Money};
use clearmargin_insight::churn::{
    BAND_LEVELS, ClientRisk, Evidence, Factor, HORIZONS, Horizon, ODDS_DECIMALS, Reason,
    SHARE_DECIMALS, Unit, days, play,
};
use clearmargin_web::{Amount, Ratio, schema};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::openapi::Object;

/// What is at risk within some days.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ChurnAtRiskView {
    /// How many days.
    #[schema(example = 90)]
    days: u16,
    /// Probability × what is brought in a year, rounded half up.
    amount: Amount,
}

/// What is expected of a client.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnClientView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// The month in which it was first charged, since it last came.
    #[schema(example = "2024-02")]
    since: String,
    /// The month in which it was last charged.
    #[schema(example = "2026-10")]
    last_charged: String,
    /// How many months usually lie between its documents.
    step: usize,
    /// What it was charged over the last twelve months; of one that is younger, twelve times its mean month.
    revenue_of_year: Amount,
    /// Within 30, 60 and 90 days.
    horizons: Vec<ChurnHorizonView>,
    /// Why.
    odds: ChurnOddsView,
    /// What may be done.
    play: ChurnPlayView,
}

/// How likely a client is to have left.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnHorizonView {
    /// Within how many days.
    #[schema(example = 90)]
    days: u16,
    /// How likely that is, between 0 and 1.
    probability: Ratio,
    /// Bands that are to hold the probability with 80 and 95 per cent: they say how little is known.
    bands: Vec<ChurnShareBandView>,
    /// Probability × what it brings in a year, rounded half up.
    at_risk: Amount,
}

/// Between what a probability lies.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ChurnShareBandView {
    /// With how many per cent.
    #[schema(example = 80)]
    level: u8,
    /// The lower end.
    low: Ratio,
    /// The upper end.
    high: Ratio,
}

/// The log-odds of leaving within 30 days: base and reasons sum up to them exactly. The probability is
/// 1 ÷ (1 + e^−log-odds), to six decimals.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnOddsView {
    /// The log-odds.
    log_odds: Ratio,
    /// Those of a client of whom nothing is to note.
    base: Ratio,
    /// What each factor adds; what adds nothing is absent.
    reasons: Vec<ChurnReasonView>,
    /// The factors that are not known of it, and so add nothing.
    #[schema(value_type = Vec<String>, example = json!(["tickets"]))]
    not_known: Vec<&'static str>,
}

/// What a factor adds to the log-odds of leaving.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnReasonView {
    /// The factor: falling `revenue`, fewer `tickets`, `silence`, `late_payments`, more `work`, being `young`, that
    /// `nothing_recurs`, that the `contract_ends`, or being `quiet` when it was time for a document.
    #[schema(schema_with = factor)]
    factor: &'static str,
    /// What it adds.
    log_odds: Ratio,
    /// The figures that it is of.
    evidence: ChurnEvidenceView,
}

/// The figures behind a reason. Revenue: a usual month of the last three, against the six before. Tickets, silence
/// and work: the sum of three months, against that of the six before. Late payments: the share of what was due in six
/// months. Young: months since it was first charged. Nothing recurs: months of a year in which something did. Contract
/// ends: a month's worth three months ahead, against the current month. Quiet: months without a document, against the
/// usual step.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnEvidenceView {
    /// In what it is counted: `money_per_month` in units of the currency, `tickets`, a `share` between 0 and 1,
    /// `hours` or `months`.
    #[schema(schema_with = unit)]
    unit: &'static str,
    /// How it is.
    now: Ratio,
    /// What that is held against; null where there is nothing.
    against: Option<Ratio>,
}

/// What may be done about a client.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ChurnPlayView {
    /// The factor that speaks most for its leaving, whose reason is the evidence; null if none does.
    #[schema(schema_with = factor_or_null)]
    factor: Option<&'static str>,
    /// In words.
    #[schema(example = "Nothing stands out. Keep the usual review.")]
    text: &'static str,
}

const UNITS: [&str; 5] = ["money_per_month", "tickets", "share", "hours", "months"];

pub(super) fn factor() -> Object {
    schema::one_of(Factor::NAMES)
}

fn factor_or_null() -> Object {
    schema::or_null(factor())
}

fn unit() -> Object {
    schema::one_of(UNITS)
}

pub(super) fn odds(units: i64) -> Ratio {
    Ratio(Decimal::new(units, ODDS_DECIMALS).normalize())
}

pub(super) fn share(millionths: i64) -> Ratio {
    Ratio(Decimal::new(millionths, SHARE_DECIMALS).normalize())
}

impl ChurnAtRiskView {
    pub(super) fn each(minor: [i64; HORIZONS], currency: Currency) -> Vec<Self> {
        let amount = |minor| Amount(Money::new(minor, currency));
        let each = (1..).zip(minor);
        each.map(|(months, minor)| Self { days: days(months), amount: amount(minor) }).collect()
    }
}

impl ChurnHorizonView {
    fn new(months: usize, of: &Horizon, currency: Currency) -> Self {
        let bands = BAND_LEVELS.iter().zip(&of.bands);
        let band = |(level, (low, high)): (&u8, &(i64, i64))| ChurnShareBandView {
            level: *level,
            low: share(*low),
            high: share(*high),
        };
        Self {
            days: days(months),
            probability: share(of.probability),
            bands: bands.map(band).collect(),
            at_risk: Amount(Money::new(of.at_risk, currency)),
        }
    }
}

impl ChurnEvidenceView {
    fn new(of: &Evidence, currency: Currency) -> Self {
        let [money, tickets, shares, hours, months] = UNITS;
        let whole = |number: i64| Ratio(Decimal::from(number));
        let major = |minor: i64| Ratio(Money::new(minor, currency).major().normalize());
        let in_hours = |seconds: i64| {
            Ratio((Decimal::from(seconds) / Decimal::from(3_600)).round_dp(2).normalize())
        };
        let (unit, view): (_, &dyn Fn(i64) -> Ratio) = match of.unit {
            Unit::MoneyPerMonth => (money, &major),
            Unit::Tickets => (tickets, &whole),
            Unit::Share => (shares, &share),
            Unit::Time => (hours, &in_hours),
            Unit::Months => (months, &whole),
        };
        Self { unit, now: view(of.now), against: of.against.map(view) }
    }
}

impl ChurnReasonView {
    fn new(of: &Reason, currency: Currency) -> Self {
        Self {
            factor: of.factor.as_str(),
            log_odds: odds(of.part),
            evidence: ChurnEvidenceView::new(&of.evidence, currency),
        }
    }
}

impl ChurnClientView {
    pub(super) fn new(it: &ClientRisk, name: String, currency: Currency) -> Self {
        let horizons = (1..).zip(&it.horizons);
        let reasons = it.reasons.iter().map(|reason| ChurnReasonView::new(reason, currency));
        Self {
            client_id: it.client.to_string(),
            name,
            since: it.since.to_string(),
            last_charged: it.last_charged.to_string(),
            step: it.step,
            revenue_of_year: Amount(Money::new(it.revenue_of_year, currency)),
            horizons: horizons
                .map(|(months, of)| ChurnHorizonView::new(months, of, currency))
                .collect(),
            odds: ChurnOddsView {
                log_odds: odds(it.log_odds()),
                base: odds(it.base),
                reasons: reasons.collect(),
                not_known: it.not_known.iter().map(|factor| factor.as_str()).collect(),
            },
            play: ChurnPlayView { factor: it.play.map(Factor::as_str), text: play(it.play) },
        }
    }
}
