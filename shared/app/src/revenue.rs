//! What comes in: revenue by month, how it goes on, what recurs of it, and how long clients take to
//! pay.

mod billing_efficiency;
mod forecast;
mod outstanding_days;
mod payment_methods;
mod payment_status;
mod recurring;
mod trends;

pub use billing_efficiency::{EfficiencyAnswer, billing_efficiency};
pub use forecast::{Basis, FORECAST_MONTHS, Forecasting, NoForecast, RevenueForecast, forecasting};
pub use outstanding_days::{DsoAnswer, SIMPLE_MONTHS, days_sales_outstanding};
pub use payment_methods::{MethodMonth, PaymentMethods, payment_methods};
pub use payment_status::{PaymentStatusAnswer, payment_status};
pub use recurring::{LeftOut, MonthEnd, RecurringAnswer, RecurringBasis, recurring};
pub use trends::{Trends, trends};

/// How many months one answer may cover.
pub const MONTHS: usize = 36;
