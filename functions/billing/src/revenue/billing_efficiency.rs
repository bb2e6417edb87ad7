//! `GET /api/analytics/billing-efficiency`

use clearmargin_app::revenue::{self, EfficiencyAnswer};
use clearmargin_domain::{
    labour::WorkedTime,
    metrics::billing_efficiency::{BillingEfficiency, FORMULA, UnbilledAge},
    money::{Currency, Money},
    period::Month,
};
use clearmargin_web::{
    Amount, Caller, Data, Query, Ratio, Report, Result,
    figures::{AsOfView, PeriodView},
    layout::{Column, Kind, Layout, Table},
};
use serde::Serialize;

use super::RevenueMonths;

/// What became of the billable work of some months, as it stands today.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BillingEfficiencyView {
    /// Today, on the organisation's clocks.
    #[schema(format = Date, example = "2026-10-31")]
    day: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Which version of the formulas.
    #[schema(example = "billing-efficiency/1")]
    formula: &'static str,
    /// The months covered.
    period: PeriodView,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// The work of each month, by its day.
    months: Vec<EfficiencyMonthView>,
    /// All of it.
    total: EfficiencyView,
}

/// The work of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct EfficiencyMonthView {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// What became of its work.
    #[serde(flatten)]
    efficiency: EfficiencyView,
}

/// What became of work that may be charged by itself: what agreements cover is not in it. Time is as
/// it is charged, amounts are at the price of the work. Billable = billed + written off + unbilled.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct EfficiencyView {
    /// Work of which it is known what became.
    billable_minutes: Ratio,
    /// What it is worth.
    billable_amount: Amount,
    /// Work that is on an invoice.
    billed_minutes: Ratio,
    /// What invoices charge for it, and what it is worth where nobody says on which invoice it is.
    billed_amount: Amount,
    /// The part of it of which nobody says on which invoice it is: neither since when nor for how much.
    billed_somewhere_minutes: Ratio,
    /// Work that will not be invoiced.
    written_off_minutes: Ratio,
    /// What it is worth.
    written_off_amount: Amount,
    /// Work on no invoice that is up to 30 days old.
    #[serde(rename = "unbilled0To30Minutes")]
    unbilled_30_minutes: Ratio,
    /// What it is worth.
    #[serde(rename = "unbilled0To30Amount")]
    unbilled_30_amount: Amount,
    /// Work on no invoice that is 31 to 60 days old.
    #[serde(rename = "unbilled31To60Minutes")]
    unbilled_60_minutes: Ratio,
    /// What it is worth.
    #[serde(rename = "unbilled31To60Amount")]
    unbilled_60_amount: Amount,
    /// Work on no invoice that is 61 to 90 days old.
    #[serde(rename = "unbilled61To90Minutes")]
    unbilled_90_minutes: Ratio,
    /// What it is worth.
    #[serde(rename = "unbilled61To90Amount")]
    unbilled_90_amount: Amount,
    /// Work on no invoice that is older.
    #[serde(rename = "unbilledOver90Minutes")]
    unbilled_older_minutes: Ratio,
    /// What it is worth.
    #[serde(rename = "unbilledOver90Amount")]
    unbilled_older_amount: Amount,
    /// Billable work without a price: in the amounts it is missing.
    unpriced_minutes: Ratio,
    /// Work of which nobody says whether it is on an invoice: what was entered here. It is in no other
    /// figure.
    unknown_minutes: Ratio,
    /// What it is worth.
    unknown_amount: Amount,
    /// Billed ÷ billable time; null without billable time.
    time_ratio: Option<Ratio>,
    /// What billed work is worth ÷ what billable work is worth; null when that is nothing.
    worth_ratio: Option<Ratio>,
    /// What invoices charge for work ÷ what billable work is worth; null when that is nothing, and when
    /// nobody says on which invoice some of it is.
    money_ratio: Option<Ratio>,
    /// What written off work is worth ÷ what billed work is worth; null when nothing was billed.
    write_off_ratio: Option<Ratio>,
    /// Days from work to its invoice, the mean; null when nobody says on which invoice any work is.
    average_days_to_invoice: Option<Ratio>,
}

fn minutes(time: WorkedTime) -> Ratio {
    Ratio(time.minutes())
}

impl EfficiencyView {
    fn new(figures: &BillingEfficiency, currency: Currency) -> Self {
        let amount = |minor| Amount(Money::new(minor, currency));
        let [young, months, quarter, older] = UnbilledAge::ALL.map(|age| figures.unbilled(age));
        Self {
            billable_minutes: minutes(figures.billable.time),
            billable_amount: amount(figures.billable.minor),
            billed_minutes: minutes(figures.billed.time),
            billed_amount: amount(figures.billed.minor),
            billed_somewhere_minutes: minutes(figures.somewhere.time),
            written_off_minutes: minutes(figures.written_off.time),
            written_off_amount: amount(figures.written_off.minor),
            unbilled_30_minutes: minutes(young.time),
            unbilled_30_amount: amount(young.minor),
            unbilled_60_minutes: minutes(months.time),
            unbilled_60_amount: amount(months.minor),
            unbilled_90_minutes: minutes(quarter.time),
            unbilled_90_amount: amount(quarter.minor),
            unbilled_older_minutes: minutes(older.time),
            unbilled_older_amount: amount(older.minor),
            unpriced_minutes: minutes(figures.unpriced),
            unknown_minutes: minutes(figures.unknown.time),
            unknown_amount: amount(figures.unknown.minor),
            time_ratio: figures.time_ratio().map(Ratio),
            worth_ratio: figures.worth_ratio().map(Ratio),
            money_ratio: figures.money_ratio().map(Ratio),
            write_off_ratio: figures.write_off_ratio().map(Ratio),
            average_days_to_invoice: figures.average_lag().map(Ratio),
        }
    }
}

impl BillingEfficiencyView {
    fn new(answer: &EfficiencyAnswer) -> Self {
        let month = |(month, figures): &(Month, BillingEfficiency)| EfficiencyMonthView {
            month: month.to_string(),
            efficiency: EfficiencyView::new(figures, answer.currency),
        };
        Self {
            day: answer.day.to_string(),
            currency: answer.currency.to_string(),
            formula: FORMULA,
            period: PeriodView::new(answer.period),
            as_of: AsOfView::new(answer.as_of),
            months: answer.months.iter().map(month).collect(),
            total: EfficiencyView::new(&answer.total, answer.currency),
        }
    }
}

const LAYOUT: Layout = Layout {
    name: "billing-efficiency",
    title: "Billing efficiency",
    tables: &[Table {
        title: "Months",
        rows: "months",
        total: Some("total"),
        columns: &[
            Column::new("month", "Month", Kind::Text),
            Column::new("billableMinutes", "Billable minutes", Kind::Number),
            Column::new("billableAmount", "Billable", Kind::Amount),
            Column::new("billedMinutes", "Billed minutes", Kind::Number),
            Column::new("billedAmount", "Billed", Kind::Amount),
            Column::new("billedSomewhereMinutes", "Billed somewhere, minutes", Kind::Number),
            Column::new("writtenOffMinutes", "Written off, minutes", Kind::Number),
            Column::new("writtenOffAmount", "Written off", Kind::Amount),
            Column::new("unbilled0To30Minutes", "Unbilled to 30 days, minutes", Kind::Number),
            Column::new("unbilled0To30Amount", "Unbilled to 30 days", Kind::Amount),
            Column::new("unbilled31To60Minutes", "Unbilled 31 to 60 days, minutes", Kind::Number),
            Column::new("unbilled31To60Amount", "Unbilled 31 to 60 days", Kind::Amount),
            Column::new("unbilled61To90Minutes", "Unbilled 61 to 90 days, minutes", Kind::Number),
            Column::new("unbilled61To90Amount", "Unbilled 61 to 90 days", Kind::Amount),
            Column::new("unbilledOver90Minutes", "Unbilled over 90 days, minutes", Kind::Number),
            Column::new("unbilledOver90Amount", "Unbilled over 90 days", Kind::Amount),
            Column::new("unpricedMinutes", "Without a price, minutes", Kind::Number),
            Column::new("unknownMinutes", "Unknown, minutes", Kind::Number),
            Column::new("unknownAmount", "Unknown", Kind::Amount),
            Column::new("timeRatio", "Billed of the time", Kind::Share),
            Column::new("worthRatio", "Billed of the worth", Kind::Share),
            Column::new("moneyRatio", "Invoiced of the worth", Kind::Share),
            Column::new("writeOffRatio", "Written off of the billed", Kind::Share),
            Column::new("averageDaysToInvoice", "Days to the invoice", Kind::Number),
        ],
    }],
};

/// How much of the billable work of each month is on invoices, what was written off, and how old what
/// is unbilled has become.
#[utoipa::path(
    get,
    path = "/api/analytics/billing-efficiency",
    tag = "Revenue",
    extensions(("x-action" = json!("invoices.read"))),
    params(RevenueMonths),
    responses((status = 200, description = "The work.", body = Data<BillingEfficiencyView>)),
)]
pub(crate) async fn billing_efficiency(
    Caller(ctx): Caller,
    Query(months): Query<RevenueMonths>,
) -> Result<Report<BillingEfficiencyView>> {
    let answer = revenue::billing_efficiency(&ctx, months.from, months.to).await?;
    Ok(Report::new(BillingEfficiencyView::new(&answer), months.format, &LAYOUT))
}
