//! Amounts in smallest units, rounded once, half to even; and months in a row.

use std::collections::BTreeMap;

use clearmargin_domain::period::Month;
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive as _};

/// So many units at a price.
pub(super) fn times(units: Decimal, price: i64) -> i64 {
    nearest(units.checked_mul(Decimal::from(price)))
}

/// An amount × numerator ÷ denominator.
pub(super) fn share(amount: i64, numerator: i64, denominator: i64) -> i64 {
    let product = Decimal::from(amount).checked_mul(Decimal::from(numerator));
    nearest(product.and_then(|product| product.checked_div(Decimal::from(denominator))))
}

/// An amount ÷ units; none for no units.
pub(super) fn each(amount: i64, units: Decimal) -> Option<i64> {
    let quotient = Decimal::from(amount).checked_div(units)?;
    Some(nearest(Some(quotient)))
}

/// What does not fit is nothing: no claim can be made of it.
fn nearest(number: Option<Decimal>) -> i64 {
    let whole = number.map(|number| {
        number.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven).to_i64()
    });
    whole.flatten().unwrap_or_default()
}

/// How many months in a row around one are among these, itself included.
pub(super) fn in_a_row<T>(months: &BTreeMap<Month, T>, month: Month) -> usize {
    let back = months.range(..month).rev().zip(1..);
    let back = back.take_while(|((known, _), n)| **known == month.plus(-n)).count();
    let ahead = months.range(month.plus(1)..).zip(1..);
    back + 1 + ahead.take_while(|((known, _), n)| **known == month.plus(*n)).count()
}
