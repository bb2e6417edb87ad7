//! From when on something is a leak: grace, tolerances and thresholds, each with its reason.

use clearmargin_domain::period::Month;
use jiff::{ToSpan as _, civil::Date};
use rust_decimal::Decimal;

/// What is not yet a leak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// A month is judged so many days after its end: one billing cycle, since a bill may come in
    /// arrears, and what was forgotten is often on the next one.
    pub billing_grace_days: i64,
    /// For so many months in a row more has to be counted than is charged, or the price be too low: a
    /// shorter excess is a device that is being replaced, and the first bill after a rise may be the
    /// old one.
    pub sustained_months: usize,
    /// The least that a leak comes to, in smallest units; less is rounding.
    pub least_minor: i64,
    /// By so much a unit price may be off, in smallest units.
    pub price_tolerance_minor: i64,
    /// For so many days a document or a payment may be in one ledger only.
    pub sync_grace_days: i64,
    /// By so much two ledgers' figures of a document may differ, in smallest units: where tax or
    /// discounts are rounded by line in one and by document in the other.
    pub document_tolerance_minor: i64,
    /// The least margin on a product, in per cent of its price.
    pub margin_floor_percent: u8,
    /// So many days after a vendor's price rose, ours has to follow: clients are told beforehand.
    pub vendor_notice_days: i64,
    /// A cost that more than so many times another one is for another unit, and no rise.
    pub unit_change_factor: i64,
    /// So many months after the last thing known from a vendor, what is sold counts as cancelled there.
    pub upstream_grace_months: i32,
    /// For so many months before its agreement begins, a service may be delivered: onboarding.
    pub onboarding_months: i32,
    /// For so many months after its agreement's end, likewise: offboarding.
    pub offboarding_months: i32,
    /// So far below the usual price, in per cent, is an outlier.
    pub outlier_percent: u8,
    /// Fewer other clients do not make a usual price.
    pub outlier_peers: usize,
    /// So many others that were sold it at about that price make a price list's tier of it.
    pub outlier_companions: usize,
    /// Prices that differ by no more, in per cent, are of one list.
    pub outlier_near_percent: i64,
    /// So many days after a purchase a document may charge it.
    pub rebilling_days: i64,
    /// So many days before it, likewise.
    pub rebilling_ahead_days: i64,
    /// By so much more than a purchase cost, in per cent, a client may be charged for it.
    pub rebilling_markup_percent: i64,
    /// A document may charge work of so many days before it without naming it: two billing cycles.
    pub hours_days: i64,
    /// So many days after a document a credit memo may take it back.
    pub taken_back_days: i64,
    /// So many days around a payment, money that is not applied yet may be the same.
    pub unapplied_days: i64,
    /// So many days apart, payments that ledgers use for different documents may be one.
    pub crosswise_days: i64,
    /// So many clients have to be named in vendors' records before one that is not says anything.
    pub vendor_clients: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            billing_grace_days: 31,
            sustained_months: 2,
            least_minor: 100,
            price_tolerance_minor: 1,
            sync_grace_days: 14,
            document_tolerance_minor: 10,
            margin_floor_percent: 10,
            vendor_notice_days: 30,
            unit_change_factor: 3,
            upstream_grace_months: 2,
            onboarding_months: 2,
            offboarding_months: 1,
            outlier_percent: 20,
            outlier_peers: 5,
            outlier_companions: 1,
            outlier_near_percent: 10,
            rebilling_days: 120,
            rebilling_ahead_days: 7,
            rebilling_markup_percent: 50,
            hours_days: 62,
            taken_back_days: 90,
            unapplied_days: 30,
            crosswise_days: 60,
            vendor_clients: 3,
        }
    }
}

impl Policy {
    /// The last month that is judged on a day.
    pub fn last_judged(&self, as_of: Date) -> Month {
        let reached = as_of.saturating_sub(self.billing_grace_days.days());
        let month = Month::of(reached);
        if reached == month.last_day() { month } else { month.plus(-1) }
    }

    /// The price at which a product that costs so much has the least margin, to the smallest unit, half
    /// to even.
    pub(super) fn floor_price(&self, cost: i64) -> i64 {
        let rest = 100 - i64::from(self.margin_floor_percent.min(99));
        super::sums::share(cost, 100, rest)
    }

    /// Whether a price is so far below another one.
    pub(super) fn is_outlier(&self, price: i64, usual: i64) -> bool {
        let least = Decimal::from(usual) * Decimal::from(100 - self.outlier_percent.min(100));
        Decimal::from(price) * Decimal::ONE_HUNDRED < least
    }
}
