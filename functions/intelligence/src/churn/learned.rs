//! What was learned of clients' leaving, and how good that was.

use clearmargin_insight::churn::{
    Bin, Churn, FEWEST_MONTHS, FEWEST_ROWS, Factor, Learned, LookBack, NoLookBack, Tested, Weight,
    YEARLY_SHARE,
};
use clearmargin_web::Ratio;
use rust_decimal::Decimal;
use serde::Serialize;

use super::client::{factor, odds, share};

/// What a prediction of leaving rests on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnLearnedView {
    /// How many months are known since anybody was first charged.
    months: usize,
    /// How many have to be.
    months_needed: usize,
    /// Of how many months of clients it is known what became of them.
    client_months: usize,
    /// How many have to be.
    client_months_needed: usize,
    /// How many clients left after one of them.
    leavers: usize,
    /// How often one who left, or was not charged for a year, came back.
    returned: usize,
}

/// What factors mean for leaving.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnEffectsView {
    /// The share of clients that is taken to leave in a year before anything is learned.
    prior_yearly: Ratio,
    /// The share of clients like those of the past that leaves in a year, as learned.
    yearly: Ratio,
    /// How much of what is known of the base is the prior, between 0 and 1: near 1 where few have left.
    prior_share: Ratio,
    /// The log-odds of leaving in a month if there is nothing to note.
    base: ChurnWeightView,
    /// What each factor adds to them where it is 1.
    factors: Vec<ChurnEffectView>,
}

/// What a factor means for leaving.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnEffectView {
    /// The factor.
    #[schema(schema_with = factor)]
    factor: &'static str,
    /// Whether the past can teach it; else it is what it was taken to be.
    can_be_learned: bool,
    /// What it adds.
    weight: ChurnWeightView,
}

/// A weight in log-odds, before and after it was learned.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnWeightView {
    /// What it was taken to be.
    prior: Ratio,
    /// The standard deviation of that.
    prior_width: Ratio,
    /// What it is.
    learned: Ratio,
    /// The standard deviation of that.
    width: Ratio,
}

/// How good the same method was on the past: from the ends of earlier months, by what was known then, of clients
/// that were not quiet.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnLookBackView {
    /// From the ends of how many months, each three after the other.
    origins: usize,
    /// Within 30, 60 and 90 days.
    horizons: Vec<ChurnTestedView>,
}

/// What became of what was told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnTestedView {
    /// How many days ahead.
    days: u16,
    /// Of how many clients was told, over all months.
    cases: usize,
    /// How many of them left.
    left: usize,
    /// The mean squared distance of the probability from what became.
    brier: Ratio,
    /// That of saying the same of all.
    base_brier: Ratio,
    /// The mean of −ln of the probability of what became.
    log_loss: Ratio,
    /// That of saying the same of all.
    base_log_loss: Ratio,
    /// How often one who left was said to be likelier to than one who stayed; null with fewer than five of either.
    auc: Option<Ratio>,
    /// How far what was said lies from what became, over the bins.
    calibration_error: Ratio,
    /// Those to whom a like probability was given.
    bins: Vec<ChurnBinView>,
}

/// Those to whom a like probability was given.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChurnBinView {
    /// The lowest probability.
    from: Ratio,
    /// The highest.
    to: Ratio,
    /// How many there are.
    cases: usize,
    /// The mean of what was said.
    said: Ratio,
    /// The share that left.
    became: Ratio,
}

/// Why it is not known how good the method was.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NoChurnLookBackView {
    /// Too few `leavers`.
    #[schema(example = "leavers")]
    why: &'static str,
    /// From the ends of how many months could be looked.
    origins: usize,
    /// How many clients left within 90 days of them.
    have: usize,
    /// How many have to have.
    needed: usize,
}

impl ChurnLearnedView {
    pub(super) fn new(churn: &Churn) -> Self {
        Self {
            months: churn.months,
            months_needed: FEWEST_MONTHS,
            client_months: churn.client_months,
            client_months_needed: FEWEST_ROWS,
            leavers: churn.leavers,
            returned: churn.returned,
        }
    }
}

impl ChurnWeightView {
    fn new(of: &Weight) -> Self {
        Self {
            prior: odds(of.prior),
            prior_width: odds(of.prior_width),
            learned: odds(of.learned),
            width: odds(of.width),
        }
    }
}

impl ChurnEffectsView {
    pub(super) fn new(learned: &Learned) -> Self {
        let effect = |(factor, weight): &(Factor, Weight)| ChurnEffectView {
            factor: factor.as_str(),
            can_be_learned: factor.can_be_learned(),
            weight: ChurnWeightView::new(weight),
        };
        Self {
            prior_yearly: share(YEARLY_SHARE),
            yearly: share(learned.yearly),
            prior_share: share(learned.prior_share),
            base: ChurnWeightView::new(&learned.base),
            factors: learned.effects.iter().map(effect).collect(),
        }
    }
}

impl ChurnBinView {
    fn new(of: &Bin) -> Self {
        let percent = |number: i64| Ratio(Decimal::new(number, 2).normalize());
        Self {
            from: percent(of.from),
            to: percent(of.to),
            cases: of.cases,
            said: share(of.said),
            became: share(of.became),
        }
    }
}

impl ChurnTestedView {
    fn new(of: &Tested) -> Self {
        Self {
            days: of.days,
            cases: of.cases,
            left: of.left,
            brier: share(of.brier),
            base_brier: share(of.base_brier),
            log_loss: share(of.log_loss),
            base_log_loss: share(of.base_log_loss),
            auc: of.auc.map(share),
            calibration_error: share(of.calibration_error),
            bins: of.bins.iter().map(ChurnBinView::new).collect(),
        }
    }
}

impl ChurnLookBackView {
    pub(super) fn new(of: &LookBack) -> Self {
        let horizons = of.horizons.iter().map(ChurnTestedView::new);
        Self { origins: of.origins, horizons: horizons.collect() }
    }
}

impl NoChurnLookBackView {
    pub(super) fn new(of: NoLookBack) -> Self {
        Self { why: "leavers", origins: of.origins, have: of.leavers, needed: of.needed }
    }
}
