//! Bills and other purchases: what was bought.

pub mod allocation;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    billing::apportion,
    exchange::ExchangeRate,
    id::{ClientId, ExpenseId, ServiceId},
    money::Money,
    source::Origin,
};

/// What kind of purchase it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpenseKind {
    /// A vendor's bill, paid later.
    Bill,
    /// Paid at once: cash, cheque or card.
    Purchase,
}

/// A line of a purchase. Amounts are signed: a refund is negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpenseLine {
    /// For whom it was bought; none for overhead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// The catalogue entry bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The amount before tax.
    pub amount: Money,
}

/// A bill or another purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expense {
    /// Our id.
    pub id: ExpenseId,
    /// Bill or purchase.
    pub kind: ExpenseKind,
    /// The vendor's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The number on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The day it counts for.
    pub day: Date,
    /// Its lines.
    pub lines: Vec<ExpenseLine>,
    /// Everything, tax included. Signed as the lines are.
    pub total: Money,
    /// What its currency is worth in the organisation's, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<ExchangeRate>,
    /// Where it came from.
    pub origin: Origin,
}

impl Expense {
    /// What each line costs in the organisation's currency, in smallest units: what all comes to less
    /// what is on no line, the tax, divided among them by largest remainder.
    pub fn home_lines(&self) -> Vec<i64> {
        let amounts: Vec<_> = self.lines.iter().map(|line| line.amount.minor).collect();
        let Some(rate) = &self.rate else { return amounts };
        let home = |minor| rate.convert(Money { minor, ..self.total }).map_or(0, |home| home.minor);
        let tax = self.total.minor - amounts.iter().sum::<i64>();
        apportion(home(self.total.minor) - home(tax), &amounts)
    }
}
