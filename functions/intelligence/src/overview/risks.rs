//! What goes lost, may go lost, and is unusual.

use clearmargin_app::analyses::Overview;
use clearmargin_domain::money::divide_half_even;
use clearmargin_insight::{
    anomalies::{Anomalies, Series},
    churn::{Churn, HORIZONS, NoChurn, Risk, days},
    leaks::{Bearing, Findings, LeakSum},
};
use clearmargin_web::{Amount, Ratio, figures::PeriodView};
use serde::Serialize;

use super::{NOT_ENOUGH, OUT_OF_RANGE, OverviewSourceView, amount};
use crate::anomalies::series;

/// Money that goes lost and can be charged or collected.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OverviewLeaksView {
    /// What it rests on.
    #[serde(flatten)]
    source: OverviewSourceView,
    /// What was found; null if there is no figure.
    found: Option<OverviewLeakSumView>,
}

/// What was found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewLeakSumView {
    /// The months that were judged.
    judged: PeriodView,
    /// How many leaks.
    count: usize,
    /// What they come to over these months.
    total: Amount,
    /// The same ÷ the months, rounded half to even.
    per_month: Amount,
    /// How many kinds could not be looked for, since something lacks that they follow from.
    kinds_not_looked_for: usize,
}

impl OverviewLeaksView {
    pub(super) fn new(of: &Overview) -> Self {
        let figure = |findings: &Findings| {
            let blind = findings.not_looked_for(Bearing::Recoverable).ok_or(NOT_ENOUGH)?;
            let sum = LeakSum::of(findings.bearing(Bearing::Recoverable));
            let months = i128::try_from(findings.judged.len()).unwrap_or(i128::MAX);
            let mean = divide_half_even(sum.minor.into(), months);
            let per_month = mean.and_then(|mean| i64::try_from(mean).ok()).ok_or(OUT_OF_RANGE)?;
            Ok(OverviewLeakSumView {
                judged: PeriodView::new(findings.judged),
                count: sum.count,
                total: amount(sum.minor, of.currency),
                per_month: amount(per_month, of.currency),
                kinds_not_looked_for: blind,
            })
        };
        let (source, found) = OverviewSourceView::of(of.leaks.as_ref(), figure);
        Self { source, found }
    }
}

/// What is expected to be lost of revenue as clients leave.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewChurnView {
    /// What it rests on.
    #[serde(flatten)]
    source: OverviewSourceView,
    /// What is at risk; null if there is no figure.
    at_risk: Option<OverviewAtRiskView>,
}

/// What is at risk.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewAtRiskView {
    /// Within how many days.
    #[schema(example = 90)]
    days: u16,
    /// The sum over the clients of probability × what each brings in a year.
    amount: Amount,
    /// What they bring in a year.
    revenue_of_year: Amount,
    /// The one ÷ the other; null without revenue.
    share: Option<Ratio>,
    /// How many clients.
    clients: usize,
}

impl OverviewChurnView {
    pub(super) fn new(of: &Overview) -> Self {
        let at_risk = |risk: &Risk| {
            let [.., most] = risk.at_risk;
            OverviewAtRiskView {
                days: days(HORIZONS),
                amount: amount(most, of.currency),
                revenue_of_year: amount(risk.revenue_of_year, of.currency),
                share: clearmargin_domain::metrics::ratio(most, risk.revenue_of_year).map(Ratio),
                clients: risk.clients.len(),
            }
        };
        let figure = |churn: &Churn| match &churn.outcome {
            Ok(risk) => Ok(at_risk(risk)),
            Err(NoChurn::NotEnough) => Err(NOT_ENOUGH),
            Err(NoChurn::OutOfRange) => Err(OUT_OF_RANGE),
        };
        let (source, at_risk) = OverviewSourceView::of(of.churn.as_ref(), figure);
        Self { source, at_risk }
    }
}

/// Months that are unlike those before them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OverviewAnomaliesView {
    /// What it rests on.
    #[serde(flatten)]
    source: OverviewSourceView,
    /// What was found; null if there is no figure.
    found: Option<OverviewUnusualView>,
}

/// Unusual months.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OverviewUnusualView {
    /// The months that were tested.
    recent: PeriodView,
    /// How many months of series are unusual.
    count: usize,
    /// Of how many that were tested.
    tests: usize,
    /// How many are of each series; series of which none is are absent.
    series: Vec<OverviewUnusualSeriesView>,
}

/// How many months of a series are unusual.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OverviewUnusualSeriesView {
    /// The series.
    #[schema(schema_with = series)]
    series: &'static str,
    /// How many.
    count: usize,
}

impl OverviewAnomaliesView {
    pub(super) fn new(of: &Overview) -> Self {
        let figure = |all: &Anomalies| {
            if all.tests == 0 {
                return Err(NOT_ENOUGH);
            }
            let each = Series::ALL.map(|series| OverviewUnusualSeriesView {
                series: series.as_str(),
                count: all.found.iter().filter(|it| it.series == series).count(),
            });
            Ok(OverviewUnusualView {
                recent: PeriodView::new(all.recent),
                count: all.found.len(),
                tests: all.tests,
                series: each.into_iter().filter(|it| it.count != 0).collect(),
            })
        };
        let (source, found) = OverviewSourceView::of(of.anomalies.as_ref(), figure);
        Self { source, found }
    }
}
