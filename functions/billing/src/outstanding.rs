//! `GET /api/analytics/outstanding-payments`

use clearmargin_app::{
    clients::ClientGroup,
    receivables::{self, Outstanding},
};
use clearmargin_domain::{
    money::{Currency, Money},
    receivable::Ageing,
};
use clearmargin_web::{
    Amount, Caller, Data, Format, Query, Report, Result,
    figures::AsOfView,
    layout::{Column, Kind, Layout, Table},
    schema,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// On which day.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OutstandingQuery {
    /// At the end of which day; today unless given.
    #[param(schema_with = schema::day, required = false, example = "2026-10-31")]
    day: Option<Date>,
    /// As what.
    #[serde(default)]
    #[param(schema_with = schema::format, required = false)]
    format: Format,
}

/// What clients owed at the end of a day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutstandingView {
    /// The day.
    #[schema(format = Date, example = "2026-10-31")]
    day: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// Clients that owed something, or were owed; who owed most first.
    clients: Vec<OwedView>,
    /// All of them together.
    total: AgeingView,
}

/// What a client owed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwedView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// How much, by age.
    #[serde(flatten)]
    ageing: AgeingView,
}

/// What is owed, by the days for which it has been due. Credits that are not used count against it,
/// by their own day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgeingView {
    /// Not due before the day.
    current: Amount,
    /// Due for 1 to 30 days.
    #[serde(rename = "days1To30")]
    days_30: Amount,
    /// Due for 31 to 60 days.
    #[serde(rename = "days31To60")]
    days_60: Amount,
    /// Due for 61 to 90 days.
    #[serde(rename = "days61To90")]
    days_90: Amount,
    /// Due for more than 90 days.
    #[serde(rename = "daysOver90")]
    older: Amount,
    /// All but what is not due yet.
    overdue: Amount,
    /// Everything.
    total: Amount,
}

impl AgeingView {
    pub(crate) fn new(ageing: &Ageing, currency: Currency) -> Self {
        let amount = |minor| Amount(Money::new(minor, currency));
        Self {
            current: amount(ageing.current),
            days_30: amount(ageing.days_30),
            days_60: amount(ageing.days_60),
            days_90: amount(ageing.days_90),
            older: amount(ageing.older),
            overdue: amount(ageing.overdue()),
            total: amount(ageing.total()),
        }
    }
}

impl OutstandingView {
    fn new(owed: &Outstanding) -> Self {
        let client = |(group, ageing): &(ClientGroup, Ageing)| OwedView {
            client_id: group.lead().id.to_string(),
            name: group.name().to_owned(),
            ageing: AgeingView::new(ageing, owed.currency),
        };
        Self {
            day: owed.day.to_string(),
            currency: owed.currency.to_string(),
            as_of: AsOfView::new(owed.as_of),
            clients: owed.clients.iter().map(client).collect(),
            total: AgeingView::new(&owed.total, owed.currency),
        }
    }
}

const LAYOUT: Layout = Layout {
    name: "outstanding-payments",
    title: "Outstanding payments by age",
    tables: &[Table {
        title: "Clients",
        rows: "clients",
        total: Some("total"),
        columns: &[
            Column::new("name", "Client", Kind::Text),
            Column::new("clientId", "Id", Kind::Text),
            Column::new("current", "Not due", Kind::Amount),
            Column::new("days1To30", "1 to 30 days", Kind::Amount),
            Column::new("days31To60", "31 to 60 days", Kind::Amount),
            Column::new("days61To90", "61 to 90 days", Kind::Amount),
            Column::new("daysOver90", "Over 90 days", Kind::Amount),
            Column::new("overdue", "Overdue", Kind::Amount),
            Column::new("total", "Total", Kind::Amount),
        ],
    }],
};

/// What clients owed at the end of any day, by age (AR ageing): open invoices less credits and money
/// that is not used yet.
#[utoipa::path(
    get,
    path = "/api/analytics/outstanding-payments",
    tag = "Payments",
    extensions(("x-action" = json!("invoices.read"))),
    params(OutstandingQuery),
    responses((status = 200, description = "What is owed.", body = Data<OutstandingView>)),
)]
pub(crate) async fn outstanding_payments(
    Caller(ctx): Caller,
    Query(query): Query<OutstandingQuery>,
) -> Result<Report<OutstandingView>> {
    let owed = receivables::outstanding(&ctx, query.day).await?;
    Ok(Report::new(OutstandingView::new(&owed), query.format, &LAYOUT))
}
