//! `GET /api/analytics/days-sales-outstanding`

use clearmargin_app::revenue::{self, DsoAnswer};
use clearmargin_domain::{
    metrics::dso::{FORMULA, NoCountBack},
    period::Month,
};
use clearmargin_web::{
    Amount, Caller, Data, Format, Query, Ratio, Report, Result,
    figures::{AsOfView, PeriodView},
    layout::Layout,
    schema,
};
use serde::{Deserialize, Serialize};

/// At the end of which month.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DsoQuery {
    /// A month that is over; the last one unless given.
    #[param(schema_with = schema::month, required = false, example = "2026-10")]
    month: Option<Month>,
    /// As what.
    #[serde(default)]
    #[param(schema_with = schema::format, required = false)]
    format: Format,
}

/// Days sales outstanding at the end of a month, in both variants.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DsoView {
    /// The last day of the month.
    #[schema(format = Date, example = "2026-10-31")]
    day: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Which version of the formulas.
    #[schema(example = "dso/1")]
    formula: &'static str,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// What clients owed at the end of the day, credits taken off.
    receivables: Amount,
    /// By the sales of the last three months.
    simple: SimpleDsoView,
    /// Month by month backwards until the sales make up what is owed.
    count_back: CountBackDsoView,
}

/// Receivables ÷ sales × days.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct SimpleDsoView {
    /// Days to one decimal; null without sales, and where clients are owed more than they owe.
    days: Option<Ratio>,
    /// The months that the sales are of.
    period: PeriodView,
    /// What was invoiced in them with tax, less credit memos.
    sales: Amount,
    /// How many invoices and credit memos these are.
    documents: i64,
}

/// The months whose sales are still owed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct CountBackDsoView {
    /// Days to one decimal; null where there is no answer.
    days: Option<Ratio>,
    /// Why there is none: `net_credit` when clients are owed more than they owe, `no_sales`, or
    /// `not_enough_data` when 36 months did not sell as much as is owed. Null with an answer.
    #[schema(example = "no_sales")]
    no_answer: Option<&'static str>,
}

impl CountBackDsoView {
    fn new(answer: &DsoAnswer) -> Self {
        let reason = |reason: NoCountBack| match reason {
            NoCountBack::NetCredit => "net_credit",
            NoCountBack::NoSales => "no_sales",
            NoCountBack::Exhausted => "not_enough_data",
        };
        Self {
            days: answer.count_back.ok().map(Ratio),
            no_answer: answer.count_back.err().map(reason),
        }
    }
}

impl DsoView {
    fn new(answer: &DsoAnswer) -> Self {
        Self {
            day: answer.day.to_string(),
            currency: answer.receivables.currency.to_string(),
            formula: FORMULA,
            as_of: AsOfView::new(answer.as_of),
            receivables: Amount(answer.receivables),
            simple: SimpleDsoView {
                days: answer.simple.map(Ratio),
                period: PeriodView::new(answer.period),
                sales: Amount(answer.sales),
                documents: answer.documents,
            },
            count_back: CountBackDsoView::new(answer),
        }
    }
}

const LAYOUT: Layout =
    Layout { name: "days-sales-outstanding", title: "Days sales outstanding", tables: &[] };

/// Days sales outstanding (DSO) at the end of a month: for how many days of sales clients still
/// owe, by the simple and by the count-back method.
#[utoipa::path(
    get,
    path = "/api/analytics/days-sales-outstanding",
    tag = "Revenue",
    extensions(("x-action" = json!("invoices.read"))),
    params(DsoQuery),
    responses((status = 200, description = "The days.", body = Data<DsoView>)),
)]
pub(crate) async fn days_sales_outstanding(
    Caller(ctx): Caller,
    Query(query): Query<DsoQuery>,
) -> Result<Report<DsoView>> {
    let answer = revenue::days_sales_outstanding(&ctx, query.month).await?;
    Ok(Report::new(DsoView::new(&answer), query.format, &LAYOUT))
}
