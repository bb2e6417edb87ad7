//! What can be asked.

use clearmargin_domain::{
    desk::{Grain, SubjectKind},
    id::ClientId,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// When, and how the tickets are put into groups.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct CourseQuery {
    /// First day, on the organisation's clocks. Unless given, 30 days, 12 weeks or 12 months before
    /// the last.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-01")]
    pub(super) from: Option<Date>,
    /// Last day; unless given today, or the last day of this month. At most 92 days by day, 182 by
    /// week, 36 whole months by month, and 12 whole months otherwise.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-31")]
    pub(super) to: Option<Date>,
    /// What makes a group.
    #[serde(default)]
    #[param(inline)]
    pub(super) group_by: Grouping,
    /// Only this client's tickets; not together with groups that are no times.
    #[param(value_type = Option<String>, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    pub(super) client_id: Option<ClientId>,
}

/// When.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ComparedQuery {
    /// First day, on the organisation's clocks: the first of a month. Unless given, eleven months
    /// before the last day's.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-01")]
    pub(super) from: Option<Date>,
    /// Last day: the last of a month; this month's unless given. At most 12 months.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-31")]
    pub(super) to: Option<Date>,
}

/// When, and how one client's tickets are put into groups.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimesQuery {
    /// First day, on the organisation's clocks. Unless given, 30 days, 12 weeks or 12 months before
    /// the last.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-01")]
    pub(super) from: Option<Date>,
    /// Last day; unless given today, or the last day of this month. At most 92 days by day, 182 by
    /// week, 36 whole months by month.
    #[param(value_type = Option<String>, format = Date, example = "2026-10-31")]
    pub(super) to: Option<Date>,
    /// What makes a group.
    #[serde(default)]
    #[param(inline)]
    pub(super) group_by: Times,
}

/// Times that make groups.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Times {
    /// Each day.
    Day,
    /// Each week, from Monday on.
    #[default]
    Week,
    /// Each month.
    Month,
}

impl From<Times> for Grouping {
    fn from(times: Times) -> Self {
        match times {
            Times::Day => Self::Day,
            Times::Week => Self::Week,
            Times::Month => Self::Month,
        }
    }
}

/// What makes a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Grouping {
    /// Each day.
    Day,
    /// Each week, from Monday on.
    #[default]
    Week,
    /// Each month.
    Month,
    /// Each client, over whole months.
    Client,
    /// Each category, over whole months.
    Category,
    /// Each technician, over whole months.
    Technician,
    /// Each priority, over whole months.
    Priority,
}

impl Grouping {
    pub(super) fn grain(self) -> Grain {
        match self {
            Self::Day => Grain::Day,
            Self::Week => Grain::Week,
            _ => Grain::Month,
        }
    }

    /// What is compared; none for times.
    pub(super) fn kind(self) -> Option<SubjectKind> {
        Some(match self {
            Self::Day | Self::Week | Self::Month => return None,
            Self::Client => SubjectKind::Client,
            Self::Category => SubjectKind::Category,
            Self::Technician => SubjectKind::Technician,
            Self::Priority => SubjectKind::Priority,
        })
    }
}
