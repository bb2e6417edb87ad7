//! A month that is unlike those before it.

use clearmargin_app::analyses::Anomalies;
use clearmargin_domain::money::Currency;
use clearmargin_insight::anomalies::{Anomaly, BAND_LEVEL, Basis, DECIMALS, RestsOn, Series};
use clearmargin_web::{Ratio, figures::PeriodView, schema};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::openapi::Object;

/// A month that is unlike those before it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnomalyView {
    /// The client; null of the organisation itself.
    client_id: Option<String>,
    /// Its name; null of the organisation itself.
    name: Option<String>,
    /// Of what.
    #[schema(schema_with = series)]
    series: &'static str,
    /// In what it is counted: `money` in units of the currency, `hours`, `tickets`, `users`, `endpoints` or
    /// `licences`.
    #[schema(schema_with = unit)]
    unit: &'static str,
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// What it came to.
    value: Ratio,
    /// What it was to come to.
    expected: Ratio,
    /// `above` or `below` what it was to come to.
    #[schema(schema_with = direction)]
    direction: &'static str,
    /// By how much: value − expected.
    difference: Ratio,
    /// Between what such months lie.
    band: AnomalyBandView,
    /// How likely a value is that lies as far off or farther, rounded up.
    p: Ratio,
    /// The share of chance among this one and all that are surer, at most; rounded up.
    q: Ratio,
    /// What it rests on.
    evidence: AnomalyEvidenceView,
}

/// Between what such months lie.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AnomalyBandView {
    /// With how many per cent.
    #[schema(example = 95)]
    level: u8,
    /// The lower end.
    low: Ratio,
    /// The upper end.
    high: Ratio,
}

/// What an expectation rests on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AnomalyEvidenceView {
    /// What the month is held against: the median of the six months before (`level`), the same month a year before,
    /// moved as far as that median moved (`year_before`), the mean of the twelve months before, as a `count`, or, of
    /// users, devices and licences, the month before (`month_before`).
    #[schema(schema_with = basis)]
    basis: &'static str,
    /// The months that were used; all lie before it.
    period: PeriodView,
    /// How many earlier months it is known of how far they lay off; of a count, how many were counted, and of users,
    /// devices and licences how many changes of one month there were.
    months: usize,
    /// How many months have to lie before a month.
    needed: usize,
}

pub(crate) fn series() -> Object {
    schema::one_of(Series::ALL.map(Series::as_str))
}

fn unit() -> Object {
    schema::one_of(["money", "hours", "tickets", "users", "endpoints", "licences"])
}

fn direction() -> Object {
    schema::one_of(["above", "below"])
}

fn basis() -> Object {
    schema::one_of(Basis::NAMES)
}

/// A value of a series in its unit.
fn counted(series: Series, value: i64, currency: Currency) -> (&'static str, Ratio) {
    let unit = match series {
        Series::Revenue | Series::Cost => "money",
        Series::Hours => "hours",
        Series::Tickets => "tickets",
        Series::Users | Series::Endpoints | Series::Licences => series.as_str(),
    };
    (unit, Ratio(series.units(value, currency)))
}

fn share(billionths: i64) -> Ratio {
    Ratio(Decimal::new(billionths, DECIMALS).normalize())
}

impl AnomalyEvidenceView {
    fn new(series: Series, of: RestsOn) -> Self {
        Self {
            basis: of.basis.as_str(),
            period: PeriodView::new(of.period),
            months: of.size,
            needed: series.needed(),
        }
    }
}

impl AnomalyView {
    pub(super) fn new(of: &Anomaly, all: &Anomalies) -> Self {
        let number = |value| counted(of.series, value, all.currency).1;
        let (unit, value) = counted(of.series, of.value, all.currency);
        let expected = number(of.expected);
        let difference = Ratio((value.0 - expected.0).normalize());
        Self {
            client_id: of.client.map(|client| client.to_string()),
            name: of.client.map(|client| all.name(client)),
            series: of.series.as_str(),
            unit,
            month: of.month.to_string(),
            value,
            expected,
            direction: if of.difference() < 0 { "below" } else { "above" },
            difference,
            band: AnomalyBandView {
                level: BAND_LEVEL,
                low: number(of.band.0),
                high: number(of.band.1),
            },
            p: share(of.p),
            q: share(of.q),
            evidence: AnomalyEvidenceView::new(of.series, of.rests_on),
        }
    }
}
