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
        let said = |percent: Option<MarginPercent>| percent.map(|percent| percent.0);
        let uplift = self.churn_uplift.map(|percent| percent.0);
        Wishes::of(said(self.target_margin), said(self.floor_margin), uplift)
            .map_err(|refused| Error::invalid("query.floorMargin", refused.to_string()))
    }
}
