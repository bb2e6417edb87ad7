//! A catalogue entry.

use clearmargin_domain::{metrics::ratio, service::Offering};
use clearmargin_insight::services::{NoMargin, ServiceRow, Services};
use clearmargin_web::{Amount, Ratio, schema};
use serde::Serialize;
use utoipa::openapi::Object;

use super::{Renders, hours};

/// A catalogue entry over twelve months.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceRowView {
    /// Which.
    service_id: String,
    /// Its name.
    name: String,
    /// Work or product.
    #[schema(schema_with = schema::offering)]
    offering: Offering,
    /// Whether it is still sold.
    active: bool,
    /// How many clients buy it: it is agreed with them, or was charged.
    clients: usize,
    /// The share of all clients; null without any.
    attach_rate: Option<Ratio>,
    /// What was charged for it.
    revenue: Amount,
    /// What agreements in force come to in a month.
    agreed_monthly: Amount,
    /// The hours of work that name it.
    hours: Ratio,
    /// What they cost, as far as there are rates.
    labour_cost: Amount,
    /// What was bought for it.
    direct_costs: Amount,
    /// Revenue less labour and direct costs; null where that is not known.
    margin: Option<Amount>,
    /// Why it is not: there is `nothing` of it, `no_cost` if neither work nor purchases name it, `uncosted` if some of
    /// its time has no cost rate; null where it is.
    #[schema(schema_with = no_margin)]
    margin_reason: Option<&'static str>,
    /// Margin ÷ revenue; null where the margin is not known, and without revenue.
    margin_ratio: Option<Ratio>,
}

fn no_margin() -> Object {
    schema::or_null(schema::one_of(NoMargin::NAMES))
}

impl ServiceRowView {
    pub(super) fn new(of: &ServiceRow, all: &Services, renders: &Renders<'_>) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let margin = of.margin.ok();
        let part = margin.filter(|_| of.revenue > 0).and_then(|it| ratio(it, of.revenue));
        Self {
            service_id: of.service.to_string(),
            name: renders.name(of.service),
            offering: of.offering,
            active: of.active,
            clients: of.clients,
            attach_rate: ratio(count(of.clients), count(all.clients)).map(Ratio),
            revenue: renders.amount(of.revenue),
            agreed_monthly: renders.amount(of.monthly),
            hours: hours(of.seconds),
            labour_cost: renders.amount(of.labour),
            direct_costs: renders.amount(of.direct),
            margin: margin.map(|minor| renders.amount(minor)),
            margin_reason: of.margin.err().map(NoMargin::as_str),
            margin_ratio: part.map(Ratio),
        }
    }
}
