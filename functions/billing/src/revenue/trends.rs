//! `GET /api/analytics/revenue-trends`

use clearmargin_app::revenue::{self, Trends};
use clearmargin_domain::{
    metrics::{self, Profitability},
    period::Month,
};
use clearmargin_web::{
    Amount, Caller, Data, Query, Ratio, Report, Result,
    figures::{AsOfView, PeriodView},
    layout::{Column, Kind, Layout, Table},
};
use serde::Serialize;

use super::RevenueMonths;

/// Revenue by month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RevenueTrendsView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The months covered.
    period: PeriodView,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// Each month.
    months: Vec<RevenueMonthView>,
    /// The whole period.
    total: RevenueView,
    /// As many months right before.
    previous: PreviousRevenueView,
    /// (Revenue − revenue of the months before) ÷ revenue of the months before; null unless there was
    /// some.
    change: Option<Ratio>,
}

/// What was invoiced, less credit memos.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RevenueView {
    /// After discounts and before tax, by the day of the document.
    revenue: Amount,
    /// The part of it that is work.
    service_revenue: Amount,
    /// The part of it that is products, at their selling price.
    product_revenue: Amount,
    /// How many invoices and credit memos.
    documents: i64,
}

/// A month's revenue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RevenueMonthView {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// Its revenue.
    #[serde(flatten)]
    revenue: RevenueView,
}

/// The revenue of the months before.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct PreviousRevenueView {
    /// The months.
    period: PeriodView,
    /// Their revenue.
    #[serde(flatten)]
    revenue: RevenueView,
}

impl RevenueView {
    fn new(figures: &Profitability) -> Self {
        Self {
            revenue: Amount(figures.revenue()),
            service_revenue: Amount(figures.service_revenue()),
            product_revenue: Amount(figures.product_revenue()),
            documents: figures.measures().invoices,
        }
    }
}

impl RevenueTrendsView {
    fn new(trends: &Trends) -> Self {
        let month = |(month, figures): &(Month, Profitability)| RevenueMonthView {
            month: month.to_string(),
            revenue: RevenueView::new(figures),
        };
        let (before, previous) = &trends.previous;
        let (now, then) = (trends.total.revenue().minor, previous.revenue().minor);
        Self {
            currency: trends.currency.to_string(),
            period: PeriodView::new(trends.period),
            as_of: AsOfView::new(trends.as_of),
            months: trends.months.iter().map(month).collect(),
            total: RevenueView::new(&trends.total),
            previous: PreviousRevenueView {
                period: PeriodView::new(*before),
                revenue: RevenueView::new(previous),
            },
            change: if then > 0 { metrics::ratio(now - then, then).map(Ratio) } else { None },
        }
    }
}

const LAYOUT: Layout = Layout {
    name: "revenue-trends",
    title: "Revenue by month",
    tables: &[Table {
        title: "Months",
        rows: "months",
        total: Some("total"),
        columns: &[
            Column::new("month", "Month", Kind::Text),
            Column::new("revenue", "Revenue", Kind::Amount),
            Column::new("serviceRevenue", "Work", Kind::Amount),
            Column::new("productRevenue", "Products", Kind::Amount),
            Column::new("documents", "Documents", Kind::Count),
        ],
    }],
};

/// Revenue by month, of work and of products, beside as many months right before.
#[utoipa::path(
    get,
    path = "/api/analytics/revenue-trends",
    tag = "Revenue",
    extensions(("x-action" = json!("invoices.read"))),
    params(RevenueMonths),
    responses((status = 200, description = "The revenue.", body = Data<RevenueTrendsView>)),
)]
pub(crate) async fn revenue_trends(
    Caller(ctx): Caller,
    Query(months): Query<RevenueMonths>,
) -> Result<Report<RevenueTrendsView>> {
    let trends = revenue::trends(&ctx, months.period(&ctx)?).await?;
    Ok(Report::new(RevenueTrendsView::new(&trends), months.format, &LAYOUT))
}
