//! Spans of days: what `on`, `between`, `inLast` and `inNext` mean.

use jiff::Span;
use jiff::civil::{Date, DateTime, Weekday};
use serde_json::Value;

/// Times from the first up to and not including the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Days {
    start: String,
    end: String,
}

impl Days {
    /// A date, or a placeholder such as `placeholder.last.month`.
    pub(super) fn on(text: &str, now: &str) -> Option<Self> {
        let Some(name) = text.strip_prefix("placeholder.") else {
            return Some(Self::of(text.parse().ok()?, 1));
        };
        let today = now.parse::<DateTime>().ok()?.date();
        let (which, unit) = name.split_once('.').unwrap_or((name, "day"));
        match (which, unit) {
            ("today", _) => Some(Self::of(today, 1)),
            ("yesterday", _) => Some(Self::of(later(today, -1), 1)),
            ("tomorrow", _) => Some(Self::of(later(today, 1), 1)),
            ("this", unit) => Self::period(today, unit, 0),
            ("last", unit) => Self::period(today, unit, -1),
            ("next", unit) => Self::period(today, unit, 1),
            _ => None,
        }
    }

    /// `[from, to]`, both included when they are dates.
    pub(super) fn between(value: &Value) -> Option<Self> {
        let [from, to] = value.as_array()?.as_slice() else { return None };
        let (from, to) = (from.as_str()?, to.as_str()?);
        if let (Ok(from), Ok(to)) = (from.parse::<Date>(), to.parse::<Date>())
            && !value.to_string().contains('T')
        {
            return Some(Self { start: from.to_string(), end: later(to, 1).to_string() });
        }
        Some(Self { start: from.to_owned(), end: format!("{to}~") })
    }

    /// `{unit, quantity}` back from now.
    pub(super) fn in_last(value: &Value, now: &str) -> Option<Self> {
        let start = shifted(value, now, -1)?;
        Some(Self { start, end: format!("{now}~") })
    }

    /// `{unit, quantity}` on from now.
    pub(super) fn in_next(value: &Value, now: &str) -> Option<Self> {
        let end = shifted(value, now, 1)?;
        Some(Self { start: now.to_owned(), end: format!("{end}~") })
    }

    pub(super) fn contain(&self, time: &str) -> bool {
        self.start.as_str() <= time && time < self.end.as_str()
    }

    fn of(first: Date, days: i64) -> Self {
        Self { start: first.to_string(), end: later(first, days).to_string() }
    }

    fn period(today: Date, unit: &str, steps: i64) -> Option<Self> {
        if unit == "week" {
            let into = i64::from(today.weekday().since(Weekday::Monday));
            return Some(Self::of(later(today, steps * 7 - into), 7));
        }
        let length = match unit {
            "month" => 1,
            "quarter" => 3,
            _ => return None,
        };
        let into = i64::from(today.month() - 1) % length;
        let first =
            today.first_of_month().saturating_add(Span::new().months(steps * length - into));
        let next = first.saturating_add(Span::new().months(length));
        Some(Self { start: first.to_string(), end: next.to_string() })
    }
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

fn shifted(value: &Value, now: &str, direction: i64) -> Option<String> {
    let quantity = direction * value.get("quantity")?.as_i64()?;
    let span = Span::new();
    let span = match value.get("unit")?.as_str()? {
        "HOUR" => span.try_hours(quantity),
        "DAY" => span.try_days(quantity),
        "WEEK" => span.try_weeks(quantity),
        "MONTH" => span.try_months(quantity),
        "YEAR" => span.try_years(quantity),
        _ => return None,
    };
    let now = now.parse::<DateTime>().ok()?;
    Some(now.checked_add(span.ok()?).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: &str = "2026-05-14T10:30:00";

    fn days(text: &str) -> (String, String) {
        let days = Days::on(text, NOW).unwrap();
        (days.start, days.end)
    }

    #[test]
    fn placeholders_are_periods_around_now() {
        let pair = |start: &str, end: &str| (start.to_owned(), end.to_owned());
        assert_eq!(days("placeholder.today"), pair("2026-05-14", "2026-05-15"));
        assert_eq!(days("placeholder.last.week"), pair("2026-05-04", "2026-05-11"));
        assert_eq!(days("placeholder.this.month"), pair("2026-05-01", "2026-06-01"));
        assert_eq!(days("placeholder.last.quarter"), pair("2026-01-01", "2026-04-01"));
        assert_eq!(days("2026-02-28"), pair("2026-02-28", "2026-03-01"));
        assert_eq!(Days::on("placeholder.last.century", NOW), None);
    }

    #[test]
    fn the_last_days_end_now() {
        let days = Days::in_last(&json!({ "unit": "DAY", "quantity": 7 }), NOW).unwrap();
        assert!(days.contain("2026-05-07T10:30:00") && days.contain(NOW));
        assert!(!days.contain("2026-05-07T10:29:59") && !days.contain("2026-05-14T10:30:01"));
    }

    #[test]
    fn a_range_of_dates_includes_its_last_day() {
        let days = Days::between(&json!(["2026-01-01", "2026-01-31"])).unwrap();
        assert!(days.contain("2026-01-31T23:59:59") && !days.contain("2026-02-01T00:00:00"));
    }
}
