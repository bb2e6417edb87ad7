//! Hours and holidays on the wire.

use clearmargin_domain::identity::Holiday;
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::Object;

use crate::schema;

/// Hours of a day of the week in which work is done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BusinessHours)]
pub struct HoursView {
    /// The day.
    #[schema(schema_with = day, example = "monday")]
    day: Value,
    /// When work begins, on the organisation's clocks.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "08:30")]
    from: Value,
    /// When it ends; later the same day.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "17:00")]
    to: Value,
}

fn day() -> Object {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    schema::one_of(days)
}

impl HoursView {
    /// Hours, by how they are written in JSON.
    pub fn new(hours: &impl Serialize) -> Self {
        let mut text = serde_json::to_value(hours).unwrap_or_default();
        let mut take = |name: &str| text.get_mut(name).map(Value::take).unwrap_or_default();
        Self { day: take("day"), from: take("from"), to: take("to") }
    }
}

/// A day on which no work is done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Holiday)]
pub struct HolidayView {
    /// The day.
    #[schema(format = Date, example = "2026-12-25")]
    date: String,
    /// What it is called.
    #[schema(schema_with = schema::name)]
    name: String,
}

impl HolidayView {
    /// A holiday.
    pub fn new(holiday: &Holiday) -> Self {
        Self { date: holiday.date.to_string(), name: holiday.name.as_str().to_owned() }
    }
}
