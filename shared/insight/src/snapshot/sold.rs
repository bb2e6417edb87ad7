//! What is sold: agreements in force, and the catalogue.

use std::collections::BTreeMap;

use clearmargin_domain::{
    agreement::{Escalator, Months, PricingUnit, Quantity, Renewal},
    id::{AgreementId, AgreementLineId, ClientId, ServiceId},
    service::Offering,
};
use jiff::civil::Date;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde::{Deserialize, Serialize};

/// What is sold. Amounts are in smallest units of the snapshot's currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sold {
    /// The agreements that are in force on the day of the snapshot, by id.
    pub agreements: Vec<SoldAgreement>,
    /// The catalogue.
    pub catalogue: BTreeMap<ServiceId, Entry>,
}

/// A catalogue entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Work or product.
    pub offering: Offering,
    /// Whether it is still sold.
    pub active: bool,
    /// What a unit is sold for when nothing else is agreed, where somebody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_price: Option<i64>,
    /// What a unit costs to buy, where somebody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<i64>,
}

/// An agreement in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoldAgreement {
    /// Its id.
    pub id: AgreementId,
    /// The client, by the id of its leading record.
    pub client: ClientId,
    /// Its last day, when one is agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
    /// When its term ends or begins anew, when that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<Renewal>,
    /// How its prices rise by themselves, when that was agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalator: Option<Escalator>,
    /// The lines in force, by id.
    pub lines: Vec<SoldLine>,
}

/// A line in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoldLine {
    /// Its id.
    pub id: AgreementLineId,
    /// The catalogue entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// Work or product.
    pub offering: Offering,
    /// What the price is for.
    pub unit: PricingUnit,
    /// How many units one charge is for.
    pub quantity: Quantity,
    /// How many months a charge is for; none for what is charged once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Months>,
    /// What a unit is sold for on the day, with the rises that came; none without a price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<i64>,
    /// What a unit costs to buy, as the line says; none where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<i64>,
    /// Whether its prices are in another currency; then it has none here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foreign: bool,
}

impl SoldLine {
    /// How many months a charge is for, if it is charged again and again, the same each time.
    pub fn recurs(&self) -> Option<Months> {
        self.every.filter(|_| self.unit != PricingUnit::Hour)
    }

    /// How many units one charge is for, in hundredths: exact.
    pub fn hundredths(&self) -> i128 {
        (Decimal::from(self.quantity) * Decimal::ONE_HUNDRED).to_i128().unwrap_or_default()
    }

    /// What it comes to in a month, in smallest units: quantity × price ÷ the months of a charge, rounded
    /// once, half to even. `None` without a price, 0 for what does not recur.
    pub fn monthly(&self) -> Option<i64> {
        let Some(every) = self.recurs() else { return Some(0) };
        per_months(self.unit_price?, self.hundredths(), 1, every)
    }
}

/// What so many hundredths of a unit come to in so many months at a price that is for `every` months, rounded
/// once, half to even; `None` where that does not fit.
pub(crate) fn per_months(price: i64, hundredths: i128, months: i128, every: Months) -> Option<i64> {
    let product = i128::from(price).checked_mul(hundredths)?.checked_mul(months)?;
    let divisor = 100 * i128::from(every.count());
    clearmargin_domain::money::divide_half_even(product, divisor)?.try_into().ok()
}
