//! The lines of an agreement: what is sold, how much of it and at what price.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{AgreementTerms, DatedPrice, Escalator, Months, PriceError, Prices, Quantity};
use crate::{
    books::Books,
    id::{AgreementId, AgreementLineId, ClientId, ServiceId, TaxCodeId},
    money::{Money, MoneyError},
    service::Offering,
};

/// How often something is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every twelve months.
    Annual,
    /// Once.
    OneTime,
}

impl Frequency {
    /// How many months one charge is for; `None` for what is charged once.
    pub const fn months(self) -> Option<Months> {
        match self {
            Self::Monthly => Some(Months::ONE),
            Self::Quarterly => Some(Months::QUARTER),
            Self::Annual => Some(Months::YEAR),
            Self::OneTime => None,
        }
    }
}

/// What a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PricingUnit {
    /// A person who is looked after.
    User,
    /// A device that is looked after.
    Device,
    /// An hour of work: charged by what is used, and so never recurring revenue.
    Hour,
    /// A month of service.
    Month,
    /// The whole line.
    Flat,
}

/// A line of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreementLine {
    /// Our id.
    pub id: AgreementLineId,
    /// The agreement it is part of.
    pub agreement: AgreementId,
    /// Whose the agreement is.
    pub client: ClientId,
    /// The catalogue entry sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Work or product.
    pub offering: Offering,
    /// What the price is for.
    pub unit: PricingUnit,
    /// How many units one charge is for.
    pub quantity: Quantity,
    /// What a unit costs, from when on.
    pub prices: Prices,
    /// How often it is charged.
    pub frequency: Frequency,
    /// First day.
    pub start: Date,
    /// Last day, when one is agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
    /// Minutes of work that the price includes with every charge, when the line says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub included_minutes: Option<u32>,
    /// Which taxes its invoices charge; those of the agreement's terms unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<TaxCodeId>,
}

impl AgreementLine {
    /// Which taxes its invoices charge: its own, else those of the agreement's terms.
    pub fn taxed_by(&self, terms: Option<&AgreementTerms>) -> Option<TaxCodeId> {
        self.tax_code.or_else(|| terms.and_then(|terms| terms.tax_code))
    }

    /// Whether the line is in force on a day.
    pub fn is_active_on(&self, day: Date) -> bool {
        self.start <= day && self.end.is_none_or(|end| day <= end)
    }

    /// Whether its charges are known in advance, whatever is used.
    pub fn is_fixed(&self) -> bool {
        self.unit != PricingUnit::Hour
    }

    /// Whether it is charged again and again, the same each time.
    pub fn is_recurring(&self) -> bool {
        self.frequency.months().is_some() && self.is_fixed()
    }

    /// Whether it recurs on a day, and nobody can say yet for how much.
    pub fn is_unpriced_on(&self, day: Date) -> bool {
        self.is_recurring() && self.is_active_on(day) && self.price_on(day).is_none()
    }

    /// The price as it was set, in force on a day; `None` before the first.
    pub fn price_on(&self, day: Date) -> Option<&DatedPrice> {
        self.prices.on(day)
    }

    /// The price of a unit on a day, with the rises that came since the price was set: setting a
    /// price anew starts from that price. The days of the rises stay as agreed. `None` before the
    /// first price.
    pub fn unit_price_on(
        &self,
        day: Date,
        escalator: Option<&Escalator>,
    ) -> Result<Option<Money>, MoneyError> {
        let Some(price) = self.price_on(day) else { return Ok(None) };
        let risen = |escalator: &Escalator| {
            escalator.escalated(price.unit_price, price.effective_from, day)
        };
        escalator.map_or(Ok(price.unit_price), risen).map(Some)
    }

    /// What one charge of a day comes to: quantity × unit price, rounded once, half to even, to
    /// the smallest unit. `None` when the line is not in force or has no price yet.
    pub fn amount_on(
        &self,
        day: Date,
        escalator: Option<&Escalator>,
    ) -> Result<Option<Money>, MoneyError> {
        if self.is_active_on(day) { self.amount_over(1, day, escalator) } else { Ok(None) }
    }

    /// Its part in the contracted monthly recurring revenue on a day: quantity × unit price ÷ the
    /// months of a charge (annual ÷ 12, quarterly ÷ 3), rounded once. Zero when the line is not in
    /// force or does not recur: charged once, or by the hour. `None` while it has no price yet.
    pub fn monthly_value(
        &self,
        day: Date,
        escalator: Option<&Escalator>,
    ) -> Result<Option<Money>, MoneyError> {
        match self.frequency.months() {
            Some(months) if self.is_recurring() && self.is_active_on(day) => {
                self.amount_over(months.count(), day, escalator)
            }
            _ => Ok(Some(Money::new(0, self.prices.currency()))),
        }
    }

    fn amount_over(
        &self,
        parts: u16,
        day: Date,
        escalator: Option<&Escalator>,
    ) -> Result<Option<Money>, MoneyError> {
        let unit_price = self.unit_price_on(day, escalator)?;
        let amount =
            |price: Money| price.scaled(self.quantity.hundredths(), 100 * i128::from(parts));
        unit_price.map(amount).transpose()
    }

    /// The line with a price set from a day on, in place of one of the same day; the others stay.
    /// Refused where it would change what was charged in a closed month.
    pub fn set_price(&self, price: DatedPrice, books: Books) -> Result<Self, PriceError> {
        Ok(Self { prices: self.prices.with(price, books)?, ..self.clone() })
    }
}

#[cfg(test)]
pub(crate) mod tests;
