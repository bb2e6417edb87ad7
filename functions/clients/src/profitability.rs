//! `GET /api/clients/{id}/profitability`

use clearmargin_app::profitability::{self, CLIENT_MONTHS, ClientAnswer};
use clearmargin_domain::{id::ClientId, period::Month};
use clearmargin_web::{
    Caller, Data, Path, Query, Result,
    figures::{AsOfView, FiguresView, PeriodView},
    schema,
};
use serde::{Deserialize, Serialize};

/// Which months.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Months {
    /// First month, such as `2026-01`; eleven before the last unless given.
    #[param(schema_with = schema::month, required = false, example = "2026-01")]
    from: Option<Month>,
    /// Last month; the current one unless given. At most 36 months in one answer.
    #[param(schema_with = schema::month, required = false, example = "2026-10")]
    to: Option<Month>,
}

/// A client's profitability.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfitabilityView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The months covered.
    period: PeriodView,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// Which version of the formulas.
    #[schema(example = "profitability/1")]
    formula: &'static str,
    /// Each month.
    months: Vec<MonthView>,
    /// The whole period.
    total: FiguresView,
}

/// A month's figures with the rows behind them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct MonthView {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// The figures.
    #[serde(flatten)]
    figures: FiguresView,
    /// Where the rows behind them are.
    sources: SourcesView,
}

/// Where the rows behind figures are.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SourcesView {
    /// Invoices and credit memos.
    revenue: String,
    /// Time entries.
    labour: String,
    /// Bills and purchases.
    products: String,
}

impl SourcesView {
    fn new(client: &str, month: Month) -> Self {
        let rows = |component: &str| {
            format!("/api/clients/{client}/profitability/rows?component={component}&month={month}")
        };
        Self { revenue: rows("revenue"), labour: rows("labour"), products: rows("products") }
    }
}

impl ProfitabilityView {
    fn new(answer: &ClientAnswer) -> Self {
        let id = answer.client.lead().id.to_string();
        let month = |(month, figures): &(Month, _)| MonthView {
            month: month.to_string(),
            figures: FiguresView::new(figures),
            sources: SourcesView::new(&id, *month),
        };
        Self {
            months: answer.months.iter().map(month).collect(),
            name: answer.client.name().to_owned(),
            currency: answer.currency.to_string(),
            period: PeriodView::new(answer.period),
            as_of: AsOfView::new(answer.as_of),
            formula: clearmargin_domain::metrics::FORMULA,
            total: FiguresView::new(&answer.total),
            client_id: id,
        }
    }
}

/// What a client earns: revenue, cost, margin and effective hourly rates, per month and in total,
/// with what they rest on.
#[utoipa::path(
    get,
    path = "/api/clients/{id}/profitability",
    tag = "Clients",
    extensions(("x-action" = json!("margins.read"))),
    params(("id" = String, Path, description = "The client's id."), Months),
    responses((status = 200, description = "The figures.", body = Data<ProfitabilityView>)),
)]
pub(crate) async fn get_client_profitability(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    Query(months): Query<Months>,
) -> Result<Data<ProfitabilityView>> {
    let period = profitability::period(&ctx, months.from, months.to, CLIENT_MONTHS)?;
    let answer = profitability::client(&ctx, id, period).await?;
    Ok(Data::new(ProfitabilityView::new(&answer)))
}
