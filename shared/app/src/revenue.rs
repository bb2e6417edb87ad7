//! What comes in: revenue by month, what recurs of it, and how long clients take to pay.

mod outstanding_days;
mod recurring;
mod trends;

pub use outstanding_days::{DsoAnswer, SIMPLE_MONTHS, days_sales_outstanding};
pub use recurring::{MonthEnd, RecurringAnswer, recurring};
pub use trends::{Trends, trends};

/// How many months one answer may cover.
pub const MONTHS: usize = 36;
