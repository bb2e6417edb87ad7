//! `PUT /api/services/{id}/pricing`

use clearmargin_app::services;
use clearmargin_domain::{agreement::DatedPrice, id::ServiceId, money::Currency};
use clearmargin_web::{AmountIn, Caller, Data, IfMatch, Json, Path, Result, Versioned, schema};
use jiff::civil::Date;
use serde::Deserialize;

use super::view::{Eyes, ServiceView};

/// A list price to set.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetPrice {
    /// What a unit is sold for: 0 to 1,000,000.
    unit_price: AmountIn,
    /// What a unit costs to buy; null or absent where that is not known.
    unit_cost: Option<AmountIn>,
    /// The currency: that of the organisation's books.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
    /// The first day it applies; in no closed month.
    #[schema(schema_with = schema::day)]
    effective_from: Date,
}

impl SetPrice {
    /// The price; what is refused is named under `place`.
    pub(crate) fn price(&self, place: &str) -> Result<DatedPrice> {
        let money =
            |amount: &AmountIn, name: &str| amount.money(self.currency, &format!("{place}{name}"));
        let unit_cost = self.unit_cost.as_ref().map(|cost| money(cost, "unitCost")).transpose()?;
        let unit_price = money(&self.unit_price, "unitPrice")?;
        Ok(DatedPrice { effective_from: self.effective_from, unit_price, unit_cost })
    }
}

/// Sets a list price from a day on; one of the same day is replaced, others stay. A day in a closed
/// month is refused. What lines of agreements and worked time are charged at does not change.
#[utoipa::path(
    put,
    path = "/api/services/{id}/pricing",
    tag = "Services",
    extensions(("x-action" = json!("services.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The service's id.")),
    request_body(content = SetPrice, example = json!({
        "unitPrice": 75, "unitCost": 31.50, "currency": "USD", "effectiveFrom": "2026-10-01"
    })),
    responses((status = 200, description = "The service.", body = Data<ServiceView>)),
)]
pub(crate) async fn set_service_price(
    Caller(ctx): Caller,
    Path(id): Path<ServiceId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<SetPrice>,
) -> Result<Versioned<ServiceView>> {
    let service = services::set_price(&ctx, id, body.price("")?, &seen).await?;
    Ok(Versioned::new(service.version, Eyes::of(&ctx).await?.see(&service)))
}
