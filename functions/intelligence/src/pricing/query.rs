//! What somebody wants of prices, as they ask for it.

use clearmargin_app::Error;
use clearmargin_insight::pricing::Wishes;
use clearmargin_web::Limit;
use serde::Deserialize;

use super::percent::{ChurnPercent, MarginPercent};

/// What is wanted of prices.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct PricingQuery {
    /// The gross margin that an agreement is to bring, in per cent of what it brings; 50 unless given.
    #[param(inline)]
    target_margin: Option<MarginPercent>,
    /// The least that a line may bring, in per cent and at most the target; 35 unless
    /// given, or the target if that is lower.
    #[param(inline)]
    floor_margin: Option<MarginPercent>,
    /// Assumed: how many per cent more likely a client is to leave within a year for a raise of ten per cent,
    /// and in proportion for others; 5 unless given.
    #[param(inline)]
    churn_uplift: Option<ChurnPercent>,
    /// How many agreements at most: those whose raise is expected to bring most.
    #[serde(default)]
    #[param(inline)]
    pub(crate) limit: Limit,
}

impl PricingQuery {
    /// What is wanted; refused where the floor lies above the target.
    pub(crate) fn wishes(&self) -> Result<Wishes, Error> {
        let usual = Wishes::default();
        let target = self.target_margin.map_or(usual.target, |percent| percent.0);
        let floor = self.floor_margin.map_or(usual.floor.min(target), |percent| percent.0);
        if floor > target {
            let message = format!("expected at most the target margin, {target} per cent");
            return Err(Error::invalid("query.floorMargin", message));
        }
        let churn_uplift = self.churn_uplift.map_or(usual.churn_uplift, |percent| percent.0);
        Ok(Wishes { target, floor, churn_uplift })
    }
}
