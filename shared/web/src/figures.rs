//! How figures look on the wire: the same wherever they appear.

use clearmargin_app::profitability::AsOf;
use clearmargin_domain::{metrics::Profitability, period::Period};
use serde::Serialize;

use crate::{Amount, Ratio};

/// The figures of a client, or of everything, over some months.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FiguresView {
    /// Invoices less credit memos and discounts, before tax.
    revenue: Amount,
    /// The part of the revenue that is work.
    service_revenue: Amount,
    /// The part of the revenue that is products, at their selling price.
    product_revenue: Amount,
    /// Worked time at cost rates, as far as there are rates.
    labour_cost: Amount,
    /// Lines of bills and purchases that name the client.
    product_cost: Amount,
    /// Revenue less both costs; an upper bound while time is uncosted.
    gross_margin: Amount,
    /// Gross margin ÷ revenue; null without revenue.
    gross_margin_ratio: Option<Ratio>,
    /// Worked time.
    worked_minutes: Ratio,
    /// Worked time without a cost rate.
    uncosted_minutes: Ratio,
    /// What billable time on no invoice would bring at its price.
    unbilled: Amount,
    /// The part of it that waits for approval.
    unapproved: Amount,
    /// Unbilled time without a price.
    unpriced_minutes: Ratio,
    /// Revenue per worked hour, in three variants.
    effective_hourly_rate: RatesView,
    /// What the figures rest on.
    completeness: CompletenessView,
    /// How many rows were summed.
    rows: RowsView,
}

/// Effective hourly rates; null without worked time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RatesView {
    /// Revenue ÷ worked hours.
    gross: Option<Amount>,
    /// (Revenue − product cost) ÷ worked hours.
    net_of_cost: Option<Amount>,
    /// (Revenue − products at their selling price) ÷ worked hours.
    labour: Option<Amount>,
}

/// How much of what the figures need is there.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompletenessView {
    /// Share of the worked time that has a cost rate; null without worked time.
    costed_share: Option<Ratio>,
    /// Whether labour cost lacks nothing.
    labour_cost_complete: bool,
}

/// How many rows were summed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RowsView {
    /// Invoices and credit memos.
    revenue: i64,
    /// Time entries.
    labour: i64,
    /// Lines of bills and purchases.
    products: i64,
}

impl FiguresView {
    /// The view of these figures.
    pub fn new(figures: &Profitability) -> Self {
        let sums = figures.measures();
        Self {
            revenue: figures.revenue().into(),
            service_revenue: figures.service_revenue().into(),
            product_revenue: figures.product_revenue().into(),
            labour_cost: figures.labour_cost().into(),
            product_cost: figures.product_cost().into(),
            gross_margin: figures.gross_margin().into(),
            gross_margin_ratio: figures.gross_margin_ratio().map(Ratio),
            worked_minutes: figures.worked().minutes().into(),
            uncosted_minutes: figures.uncosted().minutes().into(),
            unbilled: figures.unbilled().into(),
            unapproved: figures.unapproved().into(),
            unpriced_minutes: figures.unpriced().minutes().into(),
            effective_hourly_rate: RatesView {
                gross: figures.ehr_gross().map(Amount),
                net_of_cost: figures.ehr_net_cost().map(Amount),
                labour: figures.ehr_labour().map(Amount),
            },
            completeness: CompletenessView {
                costed_share: figures.costed_share().map(Ratio),
                labour_cost_complete: sums.uncosted_seconds == 0,
            },
            rows: RowsView {
                revenue: sums.invoices,
                labour: sums.time_entries,
                products: sums.expense_lines,
            },
        }
    }
}

/// Up to when each source has been read; null: never.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AsOfView {
    /// SuperOps.
    superops: Option<String>,
    /// QuickBooks.
    quickbooks: Option<String>,
}

impl AsOfView {
    /// The view of it.
    pub fn new(as_of: AsOf) -> Self {
        Self {
            superops: as_of.superops.map(|at| at.to_string()),
            quickbooks: as_of.quickbooks.map(|at| at.to_string()),
        }
    }
}

/// Between what an amount is to lie.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BandView {
    /// In how many of 100 cases.
    #[schema(example = 80)]
    level: u8,
    /// The lower end.
    low: Amount,
    /// The upper end.
    high: Amount,
}

impl BandView {
    /// The view of a band between these ends.
    pub fn new(level: u8, low: Amount, high: Amount) -> Self {
        Self { level, low, high }
    }
}

/// First and last month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PeriodView {
    /// First month.
    #[schema(example = "2025-11")]
    from: String,
    /// Last month.
    #[schema(example = "2026-10")]
    to: String,
}

impl PeriodView {
    /// The view of it.
    pub fn new(period: Period) -> Self {
        Self { from: period.from().to_string(), to: period.to().to_string() }
    }
}
