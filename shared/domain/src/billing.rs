//! What invoices are made of: quantities, prices, discounts and taxes, and what they come to.
//!
//! Everything is computed in the smallest unit of one currency. An amount is rounded once, where it
//! comes to be, to the nearest unit and half away from zero, as tax authorities ask for; what is
//! divided among lines is divided by largest remainder, so that the parts make up the whole.

mod apportion;
mod discount;
mod number;
mod tax;
mod totals;
mod units;

pub use apportion::apportion;
pub use discount::Discount;
pub use number::{InvalidNumber, LineQuantity, UnitPrice};
pub use tax::{InvalidTax, MAX_RATES, TaxCode, TaxPercent, TaxRate};
pub use totals::{
    BillingError, Charge, ChargeTotals, RateTotals, TaxRounding, TaxedBy, Terms, Totals, gross,
    totals,
};
pub use units::Units;
