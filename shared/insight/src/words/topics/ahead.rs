//! What is expected of the month and the weeks ahead.

use clearmargin_domain::money::{Currency, Money};
use rust_decimal::Decimal;

use super::{
    super::{Paragraph, Value},
    Silence,
};
use crate::{
    forecast::LEVELS,
    receipts::{NoReceipts, Receipts, Receivables},
    revenue::{NoOutlook, RevenueOutlook},
};

/// The level of the band that is said, in per cent.
const LEVEL: u8 = 80;

fn money(minor: i64, currency: Currency) -> Value {
    Value::Money(Money::new(minor, currency))
}

/// Revenue of the month after that of the analysis, with its band.
pub fn next_month(outlook: &RevenueOutlook, currency: Currency) -> Result<Paragraph, Silence> {
    let organization = outlook.outcome.as_ref().map_err(|why| match why {
        NoOutlook::NotEnough { .. } => Silence::NotEnoughData,
        NoOutlook::OutOfRange => Silence::OutOfRange,
    })?;
    // The current month comes first.
    let of = outlook.months.iter().zip(&organization.total.expected).nth(1);
    let (month, expected) = of.ok_or(Silence::NotEnoughData)?;
    let of = Paragraph::default().says("In ").figure("month", Value::Month(*month));
    let of = of.says(" revenue of ").figure("expected", money(*expected, currency));
    let of = of.says(" is expected.");
    let bands = LEVELS.iter().zip(&organization.total.bands);
    let band = bands.filter(|(level, _)| **level == LEVEL).find_map(|(_, ends)| ends.get(1));
    let Some((low, high)) = band else { return Ok(of) };
    let of = of.says(" It lies between ").figure("low", money(*low, currency));
    let of = of.says(" and ").figure("high", money(*high, currency));
    let level = Value::Percent(Decimal::new(LEVEL.into(), 2));
    Ok(of.says(" with a probability of ").figure("level", level).says("."))
}

/// What is open, what of it comes in within the weeks ahead, and the week in which least does.
pub fn cash(receivables: &Receivables, currency: Currency) -> Result<Paragraph, Silence> {
    match &receivables.outcome {
        Ok(receipts) => inflow(receipts, currency).ok_or(Silence::NotEnoughData),
        Err(NoReceipts::NotEnough { .. }) => Err(Silence::NotEnoughData),
        Err(NoReceipts::OutOfRange) => Err(Silence::OutOfRange),
    }
}

fn inflow(receipts: &Receipts, currency: Currency) -> Option<Paragraph> {
    let ((from, to), least) = receipts.lowest_week()?;
    let of = Paragraph::default()
        .says("Of invoices ")
        .figure("open", money(receipts.total.open, currency));
    let of = of.says(" is open; ").figure("expected", money(receipts.total.within(), currency));
    let of = of.says(" of that is expected within ");
    let of = of.figure("weeks", Value::count(receipts.weeks.len(), "week", "weeks"));
    let of = of.says(". The week between ").figure("from", Value::Day(from));
    let of = of.says(" and ").figure("to", Value::Day(to)).says(" brings the least: ");
    Some(of.figure("leastExpected", money(least, currency)).says("."))
}
