//! Hours and holidays on the wire.

use clearmargin_domain::identity::{BusinessHours, Holiday};
use clearmargin_web::schema;
use serde::Serialize;
use serde_json::Value;

/// Hours of a day of the week in which work is done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BusinessHours)]
pub(crate) struct HoursView {
    /// The day.
    #[schema(value_type = DayName, example = "monday")]
    day: Value,
    /// When work begins, on the organisation's clocks.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "08:30")]
    from: Value,
    /// When it ends; later the same day.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "17:00")]
    to: Value,
}

/// Days of the week, for the document.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "the document's words for days")]
pub(crate) enum DayName {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl HoursView {
    pub(crate) fn new(hours: &BusinessHours) -> Self {
        let mut text = serde_json::to_value(hours).unwrap_or_default();
        let mut take = |name: &str| text.get_mut(name).map(Value::take).unwrap_or_default();
        Self { day: take("day"), from: take("from"), to: take("to") }
    }
}

/// A day on which no work is done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Holiday)]
pub(crate) struct HolidayView {
    /// The day.
    #[schema(format = Date, example = "2026-12-25")]
    date: String,
    /// What it is called.
    #[schema(schema_with = schema::name)]
    name: String,
}

impl HolidayView {
    pub(crate) fn new(holiday: &Holiday) -> Self {
        Self { date: holiday.date.to_string(), name: holiday.name.as_str().to_owned() }
    }
}
