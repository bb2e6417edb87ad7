//! What is expected of the month and the weeks ahead.

use clearmargin_app::analyses::Overview;
use clearmargin_insight::{
    forecast::LEVELS,
    receipts::{NoReceipts, Receipts, Receivables},
    revenue::{NoOutlook, Organization, RevenueOutlook},
};
use clearmargin_web::{Amount, figures::BandView, schema};
use serde::Serialize;
use utoipa::openapi::Object;

use super::{NOT_ENOUGH, OUT_OF_RANGE, OverviewSourceView, amount};

/// Revenue of the month after that of the analysis.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OverviewNextMonthView {
    /// What it rests on.
    #[serde(flatten)]
    source: OverviewSourceView,
    /// What is expected; null if there is no figure.
    revenue: Option<OverviewExpectedView>,
}

/// What is expected of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OverviewExpectedView {
    /// The month.
    #[schema(example = "2026-12")]
    month: String,
    /// The most likely amount.
    expected: Amount,
    /// Bands that are to hold 50, 80 and 95 of 100 months.
    bands: Vec<BandView>,
}

impl OverviewNextMonthView {
    pub(super) fn new(of: &Overview) -> Self {
        let expected = |outlook: &RevenueOutlook, organization: &Organization| {
            // The current month comes first.
            let (month, expected) =
                outlook.months.iter().zip(&organization.total.expected).nth(1)?;
            let bands = LEVELS.iter().zip(&organization.total.bands).filter_map(|(level, ends)| {
                let (low, high) = ends.get(1)?;
                let [low, high] = [low, high].map(|end| amount(*end, of.currency));
                Some(BandView::new(*level, low, high))
            });
            Some(OverviewExpectedView {
                month: month.to_string(),
                expected: amount(*expected, of.currency),
                bands: bands.collect(),
            })
        };
        let figure = |outlook: &RevenueOutlook| match &outlook.outcome {
            Ok(organization) => expected(outlook, organization).ok_or(NOT_ENOUGH),
            Err(NoOutlook::NotEnough { .. }) => Err(NOT_ENOUGH),
            Err(NoOutlook::OutOfRange) => Err(OUT_OF_RANGE),
        };
        let (source, revenue) = OverviewSourceView::of(of.revenue.as_ref(), figure);
        Self { source, revenue }
    }
}

/// What comes in week by week of what is invoiced. What is in the bank and what is paid out is not known.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OverviewCashView {
    /// What it rests on.
    #[serde(flatten)]
    source: OverviewSourceView,
    /// What is expected; null if there is no figure.
    inflow: Option<OverviewInflowView>,
}

/// What comes in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewInflowView {
    /// What is open.
    open: Amount,
    /// What of it is expected within the 13 weeks.
    expected: Amount,
    /// The week in which least is: the first of those.
    lowest_week: OverviewWeekView,
}

/// A week.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewWeekView {
    /// Its first day.
    #[schema(format = Date, example = "2026-11-28")]
    from: String,
    /// Its last day.
    #[schema(format = Date, example = "2026-12-04")]
    to: String,
    /// What is expected in it.
    expected: Amount,
    /// Between what that lies: always null, since how invoices are late together was not measured.
    band: Option<BandView>,
    /// Why there is no band.
    #[schema(schema_with = no_band)]
    band_reason: &'static str,
}

fn no_band() -> Object {
    schema::one_of(["not_measured"])
}

impl OverviewCashView {
    pub(super) fn new(of: &Overview) -> Self {
        if !of.may_read_invoices {
            return Self { source: OverviewSourceView::not_permitted(), inflow: None };
        }
        let inflow = |receipts: &Receipts| {
            let ((from, to), least) = receipts.lowest_week()?;
            Some(OverviewInflowView {
                open: amount(receipts.total.open, of.currency),
                expected: amount(receipts.total.within(), of.currency),
                lowest_week: OverviewWeekView {
                    from: from.to_string(),
                    to: to.to_string(),
                    expected: amount(least, of.currency),
                    band: None,
                    band_reason: "not_measured",
                },
            })
        };
        let figure = |receivables: &Receivables| match &receivables.outcome {
            Ok(receipts) => inflow(receipts).ok_or(NOT_ENOUGH),
            Err(NoReceipts::NotEnough { .. }) => Err(NOT_ENOUGH),
            Err(NoReceipts::OutOfRange) => Err(OUT_OF_RANGE),
        };
        let (source, inflow) = OverviewSourceView::of(of.receivables.as_ref(), figure);
        Self { source, inflow }
    }
}
