//! What the API shows of catalogue entries.

use clearmargin_app::{Ctx, books};
use clearmargin_domain::{
    access::Action,
    agreement::DatedPrice,
    service::{Offering, Service},
    source::Source,
};
use clearmargin_web::{Amount, Result, schema};
use jiff::civil::Date;
use serde::Serialize;

/// A catalogue entry.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Service)]
pub(crate) struct ServiceView {
    /// Its id.
    #[schema(example = "svc_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Its name.
    #[schema(example = "Managed workstation")]
    name: String,
    /// Work or product.
    #[schema(schema_with = schema::offering)]
    offering: Offering,
    /// Whether it is still sold.
    active: bool,
    /// What a unit is sold for today when nothing else is agreed; null where nobody said.
    unit_price: Option<Amount>,
    /// What a unit costs to buy today; null where nobody said, and for those who may not see costs.
    unit_cost: Option<Amount>,
    /// The currency of both; null without a price.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The list prices that were set here, the oldest first.
    prices: Vec<PriceView>,
    /// The system that it comes from; null for one made here.
    #[schema(value_type = Option<String>, example = "superops")]
    source: Option<Source>,
    /// Whether it was changed here and the source says something else.
    edited: bool,
}

/// A price, from a day until the next one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DatedPrice)]
pub(crate) struct PriceView {
    /// The first day it applies.
    #[schema(example = "2026-01-01")]
    effective_from: String,
    /// What a unit is sold for.
    unit_price: Amount,
    /// What a unit costs to buy; null where nobody said, and for those who may not see costs.
    unit_cost: Option<Amount>,
}

impl PriceView {
    pub(crate) fn new(price: &DatedPrice, costs: bool) -> Self {
        Self {
            effective_from: price.effective_from.to_string(),
            unit_price: Amount(price.unit_price),
            unit_cost: price.unit_cost.filter(|_| costs).map(Amount),
        }
    }
}

/// How a caller sees the catalogue today.
pub(crate) struct Eyes {
    costs: bool,
    today: Date,
}

impl Eyes {
    pub(crate) async fn of(ctx: &Ctx) -> Result<Self> {
        Ok(Self { costs: ctx.may(Action::CostRatesRead), today: books::today(ctx).await? })
    }

    pub(crate) fn see(&self, service: &Service) -> ServiceView {
        let price = service.list_price(self.today);
        let prices = service.pricing.as_ref().map_or(&[][..], |pricing| pricing.prices.all());
        ServiceView {
            id: service.id.to_string(),
            name: service.name.clone(),
            offering: service.offering,
            active: service.active,
            unit_price: price.map(Amount),
            unit_cost: service.unit_cost(self.today).filter(|_| self.costs).map(Amount),
            currency: price.map(|price| price.currency.to_string()),
            prices: prices.iter().map(|price| PriceView::new(price, self.costs)).collect(),
            source: service.origin.as_ref().map(|origin| origin.source),
            edited: service.said.is_some(),
        }
    }
}
