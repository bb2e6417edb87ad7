//! Revenue and margin of the last month that is over.

use clearmargin_app::analyses::Overview;
use clearmargin_domain::{
    metrics::{Profitability, ratio},
    money::Money,
};
use clearmargin_web::{Amount, Ratio, figures::AsOfView, schema};
use serde::Serialize;
use utoipa::openapi::Object;

/// Revenue and margin of the last month that is over.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewMonthView {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// Why there are no figures: `no_data` if there is nothing of the month; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// Whether the month was not invoiced yet when it was analysed; null where it was not analysed.
    still_open: Option<bool>,
    /// Invoices less credit memos and discounts, before tax.
    revenue: Option<OverviewChangeView>,
    /// Revenue less labour and products; an upper bound while time is uncosted.
    gross_margin: Option<OverviewChangeView>,
    /// Gross margin ÷ revenue; null without revenue, and while time is uncosted.
    gross_margin_ratio: Option<Ratio>,
    /// Share of the worked time that has a cost rate; null without worked time.
    costed_share: Option<Ratio>,
}

/// An amount of a month beside earlier ones.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewChangeView {
    /// How much.
    amount: Amount,
    /// Against the month before; null if there is nothing of that.
    month_before: Option<OverviewAgainstView>,
    /// Against the same month a year before; null if there is nothing of that.
    year_before: Option<OverviewAgainstView>,
}

/// An amount against an earlier one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OverviewAgainstView {
    /// The earlier amount.
    amount: Amount,
    /// By how much it rose; fell, if negative.
    change: Amount,
    /// The change ÷ the earlier amount; null unless that is above nothing.
    ratio: Option<Ratio>,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["no_data"]))
}

impl OverviewAgainstView {
    fn new(now: Money, earlier: Money) -> Self {
        let change = now.minor.saturating_sub(earlier.minor);
        Self {
            amount: Amount(earlier),
            change: Amount(Money::new(change, now.currency)),
            ratio: (earlier.minor > 0).then(|| ratio(change, earlier.minor)).flatten().map(Ratio),
        }
    }
}

impl OverviewChangeView {
    fn new(overview: &Overview, of: fn(Profitability) -> Money) -> Option<Self> {
        let at = |back: i32| overview.months.get(&overview.month.plus(-back)).copied().map(of);
        let now = at(0)?;
        let against = |back| at(back).map(|earlier| OverviewAgainstView::new(now, earlier));
        Some(Self { amount: Amount(now), month_before: against(1), year_before: against(12) })
    }
}

impl OverviewMonthView {
    pub(super) fn new(of: &Overview) -> Self {
        let now = of.months.get(&of.month);
        let analysed = of.anomalies.as_ref().filter(|it| it.snapshot.period.to() == of.month);
        Self {
            month: of.month.to_string(),
            as_of: AsOfView::new(of.as_of),
            reason: now.is_none().then_some("no_data"),
            still_open: analysed.map(|it| it.result.last_is_open),
            revenue: OverviewChangeView::new(of, Profitability::revenue),
            gross_margin: OverviewChangeView::new(of, Profitability::gross_margin),
            gross_margin_ratio: now.and_then(|it| it.costed_margin_ratio()).map(Ratio),
            costed_share: now.and_then(|it| it.costed_share()).map(Ratio),
        }
    }
}
