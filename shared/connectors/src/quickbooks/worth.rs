//! In which currency a row's amounts are, and what that is worth in the organisation's.
//!
//! The schema says that `ExchangeRate` is "the number of home currency units it takes to equal one
//! foreign currency unit", and `HomeTotalAmt` what the whole comes to in the home currency. Payments
//! and bills have none, by the same schema; where it is given it goes before the rate, which is rounded.

use clearmargin_domain::{
    exchange::{ExchangeRate, RateSource},
    money::{Currency, Money, decimal},
};
use rust_decimal::{Decimal, RoundingStrategy};

use super::entity::reference;
use crate::{
    fields::Fields,
    record::{Context, Record, Row},
    rejection::Rejection,
};

/// Rates have been seen with six decimals; those of a division have more than can be kept.
const DECIMALS: u32 = 10;

/// The currency of a row's amounts: the books' own where it names none.
pub(super) fn currency(context: &Context, row: &Fields<'_>) -> Result<Currency, Rejection> {
    let Some(code) = reference(row, "CurrencyRef")? else { return Ok(context.currency) };
    let unknown = |_| Rejection::Invalid {
        field: "CurrencyRef.value".to_owned(),
        expected: "a currency that is known here",
        found: code.chars().take(3).collect(),
    };
    code.parse().map_err(unknown)
}

/// What the currency of a row that comes to `total`, as it stands there, is worth in the
/// organisation's; none where they are the same.
pub(super) fn rate(
    context: &Context,
    row: &Fields<'_>,
    total: Money,
) -> Result<Option<ExchangeRate>, Rejection> {
    let said = row.optional("ExchangeRate", "a number", |text| decimal(text).ok())?;
    let said = said.map(|rate| nearest(rate, DECIMALS));
    if total.currency == context.currency {
        // Another one speaks of books that are kept in another currency.
        let own = said.is_none_or(|rate| rate.is_zero() || rate == Decimal::ONE);
        let expected = "1, since the amounts are in the organisation's currency";
        return if own { Ok(None) } else { Err(row.wrong("ExchangeRate", expected)) };
    }
    let expected = "what the currency is worth in the organisation's";
    let wrong = || row.wrong("ExchangeRate", expected);
    let (said, day) = (said.ok_or_else(wrong)?, row.date("TxnDate")?);
    let source = RateSource::QuickBooks;
    let rate = ExchangeRate::new(total.currency, context.currency, said, source, day);
    let mut rate = rate.map_err(|_| wrong())?;
    let whole = row.optional("HomeTotalAmt", "an amount", |text| decimal(text).ok())?;
    if let Some(whole) = whole {
        let expected = "TotalAmt in the organisation's currency";
        let whole = nearest(whole, context.currency.decimals());
        let whole = Money::exactly(whole, context.currency).map_err(|_| Rejection::OutOfRange)?;
        rate = rate.making(total, whole).map_err(|_| row.wrong("HomeTotalAmt", expected))?;
    }
    rate.convert(total).map_err(|_| Rejection::OutOfRange)?;
    Ok(Some(rate))
}

/// Goes on only if a whole and its parts can be added up, and that sum has a worth at the rate.
pub(super) fn check_range(
    whole: Money,
    parts: impl Iterator<Item = Money>,
    rate: Option<&ExchangeRate>,
) -> Result<(), Rejection> {
    let sizes = parts.chain([whole]).map(|amount| amount.minor.checked_abs());
    let sum = sizes.into_iter().try_fold(0_i64, |sum, minor| sum.checked_add(minor?));
    let sum = sum.ok_or(Rejection::OutOfRange)?;
    let worth = rate.map(|rate| rate.convert(Money { minor: sum, ..whole }));
    worth.transpose().map(drop).map_err(|_| Rejection::OutOfRange)
}

fn nearest(number: Decimal, decimals: u32) -> Decimal {
    number.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// Whether a row was worth something in another currency than the organisation's.
pub(super) fn is_abroad(row: &Row) -> bool {
    match &row.mapped {
        Ok(Record::Invoice(invoice)) => invoice.rate.is_some(),
        Ok(Record::Payment(payment)) => payment.rate.is_some(),
        Ok(Record::Expense(expense)) => expense.rate.is_some(),
        Ok(_) | Err(_) => false,
    }
}

/// The row, refused if its rate is one into another currency than the organisation's.
pub(super) fn checked(context: &Context, home: Option<&str>, row: Row) -> Row {
    if home == Some(context.currency.code()) || !is_abroad(&row) {
        return row;
    }
    let books = home.unwrap_or("an unknown currency").to_owned();
    let refused = Rejection::OtherBooks { books, expected: context.currency.to_string() };
    Row { mapped: Err(refused), ..row }
}

#[cfg(test)]
mod tests;
