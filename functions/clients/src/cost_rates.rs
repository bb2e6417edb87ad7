//! `GET` and `POST /api/cost-rates`

pub(crate) mod preview;

use clearmargin_app::cost_rates::{self, NewCostRate};
use clearmargin_domain::{cost_rate::CostRate, id::TechnicianId, money::Currency};
use clearmargin_web::{
    Amount, AmountIn, Caller, Created, Data, Json, Page, PageQuery, Query, Result, schema,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A labour cost rate.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CostRateView {
    /// Its id.
    id: String,
    /// The technician that it is for; null for a role's or the organisation's default.
    technician_id: Option<String>,
    /// The role that it is for; null for a technician's or the organisation's default.
    #[schema(example = "Engineer")]
    role: Option<String>,
    /// Cost of an hour, burden included.
    hourly_cost: Amount,
    /// The currency.
    #[schema(example = "USD")]
    currency: String,
    /// The first day it applies.
    #[schema(example = "2026-01-01")]
    effective_from: String,
}

impl CostRateView {
    fn new(rate: &CostRate) -> Self {
        Self {
            id: rate.id.to_string(),
            technician_id: rate.technician.map(|id| id.to_string()),
            role: rate.role.clone(),
            hourly_cost: Amount(rate.hourly),
            currency: rate.hourly.currency.to_string(),
            effective_from: rate.effective_from.to_string(),
        }
    }
}

/// A rate to set.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetCostRate {
    /// The technician that it is for; null or absent for a role's or the organisation's default.
    #[schema(value_type = Option<String>, pattern = "^tec_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    technician_id: Option<TechnicianId>,
    /// The role that it is for, as technicians have it; never beside a technician.
    #[schema(min_length = 1, max_length = 100, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    role: Option<String>,
    /// Cost of an hour, burden included.
    hourly_cost: AmountIn,
    /// The currency: that of the organisation's books.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
    /// The first day it applies.
    #[schema(schema_with = schema::day)]
    effective_from: Date,
}

impl SetCostRate {
    fn rate(self) -> Result<NewCostRate> {
        Ok(NewCostRate {
            technician: self.technician_id,
            role: self.role,
            hourly: self.hourly_cost.money(self.currency, "hourlyCost")?,
            effective_from: self.effective_from,
        })
    }
}

/// Labour cost rates, by id.
#[utoipa::path(
    get,
    path = "/api/cost-rates",
    tag = "Cost rates",
    extensions(("x-action" = json!("costRates.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of rates.", body = Page<CostRateView>)),
)]
pub(crate) async fn list_cost_rates(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<CostRateView>> {
    let page = cost_rates::list(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |rate| CostRateView::new(&rate)))
}

/// Sets a labour cost rate from a day on; one for the same and of the same day is replaced. Time
/// that it applies to is costed anew in the background. A technician's own rate goes before the
/// role's, and that before the default. A day in a closed month is refused.
#[utoipa::path(
    post,
    path = "/api/cost-rates",
    tag = "Cost rates",
    extensions(("x-action" = json!("costRates.write"))),
    request_body(content = SetCostRate, example = json!({
        "technicianId": null, "hourlyCost": 42.50, "currency": "USD", "effectiveFrom": "2026-01-01"
    })),
    responses((status = 201, description = "The rate.", body = Data<CostRateView>)),
)]
pub(crate) async fn set_cost_rate(
    Caller(ctx): Caller,
    Json(body): Json<SetCostRate>,
) -> Result<Created<CostRateView>> {
    let rate = cost_rates::set(&ctx, body.rate()?).await?;
    Ok(Created(CostRateView::new(&rate)))
}
