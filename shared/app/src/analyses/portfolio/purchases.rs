//! Purchases of a portfolio.

use std::collections::BTreeMap;

use clearmargin_domain::{
    expense::{Allocated, Division, Expense, ExpenseLine, Rebilled},
    id::{ClientId, ServiceId},
    money::{Currency, Money},
    period::Month,
};
use clearmargin_insight::leaks::{Purchase, Rebilling};
use clearmargin_store::List;
use rust_decimal::Decimal;

use crate::{Ctx, Error};

/// What was bought.
#[derive(Default)]
pub(super) struct Bought {
    /// For clients, by day and document.
    pub(super) of_clients: BTreeMap<ClientId, Vec<Purchase>>,
    /// For nobody in particular.
    pub(super) of_nobody: Vec<Purchase>,
}

/// What was bought in some months, in the currency of the books: each line for whom the source names,
/// else for those among whom somebody divided it.
pub(super) async fn read(
    ctx: &Ctx,
    currency: Currency,
    months: impl Iterator<Item = Month>,
    lead: impl Fn(ClientId) -> Option<ClientId>,
) -> Result<Bought, Error> {
    let mut bought = Bought::default();
    for month in months {
        for expense in ctx.tenant().every_lately::<Expense>(List::Expenses(month)).await? {
            bought.add(&expense, currency, &lead);
        }
    }
    Ok(bought)
}

impl Bought {
    fn add(
        &mut self,
        expense: &Expense,
        currency: Currency,
        lead: &impl Fn(ClientId) -> Option<ClientId>,
    ) {
        for (place, (line, home)) in expense.lines.iter().zip(expense.home_lines()).enumerate() {
            let units = units(line, expense, currency);
            let purchase = |service, minor| Purchase {
                expense: expense.id,
                line: u32::try_from(place).unwrap_or(u32::MAX),
                vendor: expense.vendor.clone(),
                description: line.description.clone(),
                day: expense.day,
                service,
                quantity: units.map(|(quantity, _)| quantity).filter(|_| minor == home),
                unit_cost: units.and_then(|(_, cost)| cost).filter(|_| minor == home),
                amount: Money::new(minor, currency),
                covers: None,
                rebilling: rebilling(line.rebilled),
            };
            for ((client, service), minor) in parts(line, home) {
                match client.and_then(lead) {
                    Some(lead) => {
                        let of = self.of_clients.entry(lead).or_default();
                        of.push(purchase(service, minor));
                    }
                    None => self.of_nobody.push(purchase(service, minor)),
                }
            }
        }
    }
}

/// What of a line is for which client and catalogue entry. What was divided by a key was bought for nobody
/// in particular: no vendor named these clients, and nobody else did.
fn parts(line: &ExpenseLine, home: i64) -> BTreeMap<(Option<ClientId>, Option<ServiceId>), i64> {
    let by_key = |allocated: &Allocated| matches!(allocated.division, Division::Key { .. });
    if line.client.is_none() && line.in_force().is_some_and(by_key) {
        return BTreeMap::from([((None, line.service), home)]);
    }
    line.uses(home)
}

/// How many a line is for, and what one cost. A price in another currency is none to compare with.
fn units(
    line: &ExpenseLine,
    expense: &Expense,
    currency: Currency,
) -> Option<(Decimal, Option<Money>)> {
    let units = line.units?;
    let home = expense.total.currency == currency;
    let price = units.unit_price.filter(|_| home);
    Some((units.quantity, price.and_then(|price| Money::exactly(price, currency).ok())))
}

fn rebilling(of: Rebilled) -> Rebilling {
    match of {
        Rebilled::No => Rebilling::Not,
        Rebilled::Due => Rebilling::Due,
        // QuickBooks does not say on which document.
        Rebilled::Done => Rebilling::Done { document: None },
    }
}
