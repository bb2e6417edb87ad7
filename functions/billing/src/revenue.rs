//! `/api/analytics`: revenue by month, how it goes on, what recurs of it, and how long clients take to pay.

pub(crate) mod billing_efficiency;
pub(crate) mod forecast;
pub(crate) mod outstanding_days;
pub(crate) mod payment_methods;
pub(crate) mod payment_status;
pub(crate) mod recurring;
pub(crate) mod trends;

use clearmargin_app::{Ctx, profitability, revenue::MONTHS};
use clearmargin_domain::period::{Month, Period};
use clearmargin_web::{Format, Result, schema};
use serde::Deserialize;

/// Which months.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RevenueMonths {
    /// First month, such as `2026-01`; eleven before the last unless given.
    #[param(schema_with = schema::month, required = false, example = "2026-01")]
    from: Option<Month>,
    /// Last month; the current one unless given. At most 36 months in one answer.
    #[param(schema_with = schema::month, required = false, example = "2026-10")]
    to: Option<Month>,
    /// As what.
    #[serde(default)]
    #[param(schema_with = schema::format, required = false)]
    format: Format,
}

impl RevenueMonths {
    fn period(&self, ctx: &Ctx) -> Result<Period> {
        Ok(profitability::period(ctx, self.from, self.to, MONTHS)?)
    }
}
