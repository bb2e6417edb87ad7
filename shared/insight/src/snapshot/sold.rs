//! What is sold: agreements in force, and the catalogue.

use std::collections::BTreeMap;

use clearmargin_domain::{
    agreement::{
        Agreement, AgreementLine, AgreementTerms, Escalator, Months, PricingUnit, Quantity, Renewal,
    },
    id::{AgreementId, AgreementLineId, ClientId, ServiceId},
    money::{Currency, Money, MoneyError, divide_half_even},
    service::{Offering, Service},
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

impl Entry {
    /// A catalogue entry on a day; amounts in another currency are not known.
    pub fn of(service: &Service, (day, currency): (Date, Currency)) -> Self {
        let own = |money: Option<Money>| money.and_then(|it| minor_in(it, currency));
        Self {
            offering: service.offering,
            active: service.active,
            list_price: own(service.list_price(day)),
            unit_cost: own(service.unit_cost(day)),
        }
    }
}

impl SoldAgreement {
    /// An agreement of a client with the lines that are in force on a day, by id.
    pub fn of(
        agreement: &Agreement,
        client: ClientId,
        (terms, lines): (Option<&AgreementTerms>, &[AgreementLine]),
        (day, currency): (Date, Currency),
    ) -> Result<Self, MoneyError> {
        let escalator = terms.and_then(|terms| terms.escalator);
        let active = lines.iter().filter(|line| line.is_active_on(day));
        let sold = active.map(|line| SoldLine::of(line, escalator.as_ref(), (day, currency)));
        let mut lines = sold.collect::<Result<Vec<_>, _>>()?;
        lines.sort_by_key(|line| line.id);
        Ok(Self {
            id: agreement.id,
            client,
            end: agreement.end,
            renewal: terms.and_then(|terms| terms.renewal),
            escalator,
            lines,
        })
    }
}

fn minor_in(money: Money, currency: Currency) -> Option<i64> {
    (money.currency == currency).then_some(money.minor)
}

impl SoldLine {
    fn of(
        line: &AgreementLine,
        escalator: Option<&Escalator>,
        (day, currency): (Date, Currency),
    ) -> Result<Self, MoneyError> {
        let own = |money: Money| minor_in(money, currency);
        Ok(Self {
            id: line.id,
            service: line.service,
            offering: line.offering,
            unit: line.unit,
            quantity: line.quantity,
            every: line.frequency.months(),
            unit_price: line.unit_price_on(day, escalator)?.and_then(own),
            unit_cost: line.price_on(day).and_then(|price| price.unit_cost).and_then(own),
            foreign: line.prices.currency() != currency,
        })
    }

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
    divide_half_even(product, divisor)?.try_into().ok()
}
