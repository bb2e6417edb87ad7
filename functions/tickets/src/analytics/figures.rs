//! The figures of each question.

use clearmargin_app::desk::Figures;
use clearmargin_domain::{desk::Sample, sketch::Sketch};
use clearmargin_web::Ratio;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

/// Figures of one question.
pub(crate) trait Figured: Serialize {
    /// The durations that it needs.
    const SAMPLES: &'static [Sample];

    /// The figures.
    fn of(figures: &Figures) -> Self;
}

const BOTH: &[Sample] = &[Sample::FirstResponse, Sample::Resolution];

/// How many tickets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct VolumeView {
    /// Tickets opened.
    opened: i64,
    /// Tickets resolved and not opened again since.
    resolved: i64,
    /// How often tickets were opened again.
    reopened: i64,
}

impl Figured for VolumeView {
    const SAMPLES: &'static [Sample] = &[];

    fn of(figures: &Figures) -> Self {
        let counts = figures.counts;
        Self { opened: counts.opened, resolved: counts.resolved, reopened: counts.reopened }
    }
}

/// How long it took.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DurationsView {
    /// From the opening to the first answer of a person.
    first_response: DurationView,
    /// From the opening to the resolution.
    resolution: DurationView,
}

/// How long something took.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct DurationView {
    /// How many tickets this rests on.
    n: i64,
    /// The mean; null without tickets.
    mean_minutes: Option<Ratio>,
    /// Half of them took at most this long, within 5 %; null without tickets.
    median_minutes: Option<Ratio>,
    /// Nine in ten took at most this long, within 5 %; null without tickets.
    p90_minutes: Option<Ratio>,
}

impl DurationView {
    fn new(n: i64, seconds: i64, durations: &Sketch) -> Self {
        let minutes = |seconds: Decimal| Ratio(rounded(seconds / Decimal::from(60), 1));
        let quantile = |percent| durations.quantile(percent).map(Decimal::from).map(minutes);
        let mean = Decimal::from(seconds).checked_div(Decimal::from(n));
        Self {
            n,
            mean_minutes: mean.map(minutes),
            median_minutes: quantile(50),
            p90_minutes: quantile(90),
        }
    }

    fn first_response(figures: &Figures) -> Self {
        let counts = figures.counts;
        let seconds = counts.first_response_seconds;
        Self::new(counts.first_responses, seconds, &figures.first_response)
    }

    fn resolution(figures: &Figures) -> Self {
        let counts = figures.counts;
        Self::new(counts.resolved, counts.resolution_seconds, &figures.resolution)
    }
}

impl Figured for DurationsView {
    const SAMPLES: &'static [Sample] = BOTH;

    fn of(figures: &Figures) -> Self {
        Self {
            first_response: DurationView::first_response(figures),
            resolution: DurationView::resolution(figures),
        }
    }
}

/// What was in time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SlaView {
    /// First answers.
    first_response: KeptView,
    /// Resolutions.
    resolution: KeptView,
}

/// How much of what was promised was kept.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct KeptView {
    /// For how many a time was promised.
    n: i64,
    /// How many were in time.
    in_time: i64,
    /// How many came late.
    late: i64,
    /// In time ÷ promised; null when nothing was promised.
    in_time_ratio: Option<Ratio>,
    /// For which share of all a time was promised; null when there were none.
    completeness: Option<Ratio>,
}

impl KeptView {
    fn new(in_time: i64, late: i64, all: i64) -> Self {
        let n = in_time + late;
        let (in_time_ratio, completeness) = (share(in_time, n), share(n, all));
        Self { n, in_time, late, in_time_ratio, completeness }
    }
}

impl Figured for SlaView {
    const SAMPLES: &'static [Sample] = &[];

    fn of(figures: &Figures) -> Self {
        let it = figures.counts;
        Self {
            first_response: KeptView::new(
                it.responses_in_time,
                it.responses_late,
                it.first_responses,
            ),
            resolution: KeptView::new(it.resolutions_in_time, it.resolutions_late, it.resolved),
        }
    }
}

/// What clients said.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RatingsView {
    /// How many ratings.
    n: i64,
    /// Their mean, from 1 to 5; null without ratings.
    mean_score: Option<Ratio>,
    /// The share of 4 and 5 in all ratings (CSAT); null without ratings.
    satisfied_ratio: Option<Ratio>,
    /// That share less the share of 1 and 2 (net CSAT); null without ratings.
    net_satisfied_ratio: Option<Ratio>,
    /// Ratings ÷ resolved tickets; null without resolved tickets.
    response_ratio: Option<Ratio>,
}

impl Figured for RatingsView {
    const SAMPLES: &'static [Sample] = &[];

    fn of(figures: &Figures) -> Self {
        let it = figures.counts;
        let mean = Decimal::from(it.rating_scores).checked_div(Decimal::from(it.ratings));
        Self {
            n: it.ratings,
            mean_score: mean.map(|mean| Ratio(rounded(mean, 2))),
            satisfied_ratio: share(it.satisfied, it.ratings),
            net_satisfied_ratio: share(it.satisfied - it.dissatisfied, it.ratings),
            response_ratio: share(it.ratings, it.resolved),
        }
    }
}

/// How many, how fast, how well.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PerformanceView {
    /// How many tickets.
    volume: VolumeView,
    /// How long they took.
    durations: DurationsView,
    /// What was in time.
    sla: SlaView,
    /// What clients said.
    satisfaction: RatingsView,
}

impl Figured for PerformanceView {
    const SAMPLES: &'static [Sample] = BOTH;

    fn of(figures: &Figures) -> Self {
        Self {
            volume: VolumeView::of(figures),
            durations: DurationsView::of(figures),
            sla: SlaView::of(figures),
            satisfaction: RatingsView::of(figures),
        }
    }
}

/// A share to four decimals; `None` for a share in nothing.
fn share(part: i64, whole: i64) -> Option<Ratio> {
    let share = Decimal::from(part).checked_div(Decimal::from(whole))?;
    Some(Ratio(rounded(share, 4)))
}

fn rounded(number: Decimal, decimals: u32) -> Decimal {
    number.round_dp_with_strategy(decimals, RoundingStrategy::MidpointNearestEven)
}
