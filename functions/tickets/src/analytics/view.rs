//! What an answer looks like, whatever it is about.

use clearmargin_app::desk::{Comparison, Course, Group};
use clearmargin_domain::{desk::Days, identity::TimeZoneName};
use clearmargin_web::figures::AsOfView;
use serde::Serialize;

use super::{figures::Figured, query::Grouping};

/// What the service desk did in some time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AnalyticsView<T> {
    /// The first day covered.
    #[schema(example = "2026-10-01")]
    from: String,
    /// The last day covered.
    #[schema(example = "2026-10-31")]
    to: String,
    /// On whose clocks days begin.
    #[schema(example = "America/New_York")]
    time_zone: String,
    /// What makes a group.
    group_by: Grouping,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// Each group: times in their order, those without anything included; others by how many
    /// tickets were opened.
    groups: Vec<GroupView<T>>,
    /// All of it.
    total: T,
    /// As much time right before.
    previous: PreviousView<T>,
}

/// One of the groups.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct GroupView<T> {
    /// The id of a client or technician, the category or priority, or the first day of a time; null
    /// for tickets that have none.
    key: Option<String>,
    /// What people call it; null where that is not known.
    name: Option<String>,
    /// The figures.
    figures: T,
    /// The same in as much time right before; left out for times, where it is the group before.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<T>,
}

/// A time to compare with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PreviousView<T> {
    /// Its first day.
    #[schema(example = "2026-09-01")]
    from: String,
    /// Its last day.
    #[schema(example = "2026-09-30")]
    to: String,
    /// The figures.
    figures: T,
}

impl<T: Figured> AnalyticsView<T> {
    pub(super) fn of_course(group_by: Grouping, zone: &TimeZoneName, course: &Course) -> Self {
        let group = |(days, figures): &(Days, _)| GroupView {
            key: Some(days.from.to_string()),
            name: Some(named(*days, group_by)),
            figures: T::of(figures),
            previous: None,
        };
        let (before, previous) = &course.previous;
        Self {
            from: course.days.from.to_string(),
            to: course.days.to.to_string(),
            time_zone: zone.as_str().to_owned(),
            group_by,
            as_of: AsOfView::new(course.as_of),
            groups: course.pieces.iter().map(group).collect(),
            total: T::of(&course.total),
            previous: PreviousView::new(*before, T::of(previous)),
        }
    }

    pub(super) fn of_comparison(
        group_by: Grouping,
        zone: &TimeZoneName,
        found: Comparison,
    ) -> Self {
        let group = |group: Group| GroupView {
            key: group.key,
            name: group.name,
            figures: T::of(&group.figures),
            previous: Some(T::of(&group.previous)),
        };
        let (before, previous) = &found.previous;
        Self {
            from: found.days.from.to_string(),
            to: found.days.to.to_string(),
            time_zone: zone.as_str().to_owned(),
            group_by,
            as_of: AsOfView::new(found.as_of),
            total: T::of(&found.total),
            previous: PreviousView::new(*before, T::of(previous)),
            groups: found.groups.into_iter().map(group).collect(),
        }
    }
}

impl<T> PreviousView<T> {
    fn new(days: Days, figures: T) -> Self {
        Self { from: days.from.to_string(), to: days.to.to_string(), figures }
    }
}

/// What people call a time.
fn named(days: Days, group_by: Grouping) -> String {
    match group_by {
        Grouping::Day => days.from.to_string(),
        Grouping::Month => days.from.strftime("%Y-%m").to_string(),
        _ => {
            let week = days.from.iso_week_date();
            format!("{}-W{:02}", week.year(), week.week())
        }
    }
}
