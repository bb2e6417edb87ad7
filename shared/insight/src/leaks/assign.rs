//! Which line of an agreement a line of a document charges, and how many units at what price.

use std::collections::BTreeMap;

use clearmargin_domain::{agreement::Days, id::ServiceId, period::Month};
use rust_decimal::Decimal;

use super::{
    DocumentLine,
    names::are_alike,
    sums,
    view::{Adjusted, Charged, Due, Item, Row},
};

/// Gives a row to the line that it charges: the one that it names; else, of those of its catalogue
/// entry that are due, the one at its price; else the first that still lacks units; else the first.
/// What means no entry is given to the one line that lacks just that amount.
pub(super) fn assign(items: &mut [Item<'_>], place: usize, row: &Row<'_>) {
    if row.line.amount.minor < 0 {
        return;
    }
    let found = match (row.line.agreed, row.service) {
        (Some(id), _) => items.iter().position(|item| item.id() == id),
        (None, Some(_)) => by_service(items, row),
        (None, None) => by_words(items, row).or_else(|| by_amount(items, row)),
    };
    let Some(item) = found.and_then(|at| items.get_mut(at)) else { return };
    for (month, charged) in read(item, place, row) {
        // A part of a month, or the difference to another price, is no unit more.
        let price = item.due_near(month).map_or(0, |due| due.price);
        if charged.price.saturating_mul(2) < price {
            let minor = sums::times(charged.units, charged.price);
            item.adjusted.push(Adjusted { month, minor });
        } else {
            item.charged.entry(month).or_default().push(charged);
        }
    }
}

fn by_service(items: &[Item<'_>], row: &Row<'_>) -> Option<usize> {
    let all: Vec<(usize, &Item<'_>)> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.service == row.service && item.line.line.is_fixed())
        .collect();
    let price = row.line.unit_price.map(|price| price.minor);
    let due = |item: &Item<'_>| item.due.get(&row.month).copied();
    let at_price = |(_, item): &&(usize, &Item<'_>)| {
        due(item).is_some_and(|due| Some(due.price) == price) && lacks(item, row.month)
    };
    let lacking = |(_, item): &&(usize, &Item<'_>)| lacks(item, row.month);
    let is_due = |(_, item): &&(usize, &Item<'_>)| due(item).is_some();
    let found = all.iter().find(at_price).or_else(|| all.iter().find(lacking));
    found.or_else(|| all.iter().find(is_due)).or_else(|| all.first()).map(|(at, _)| *at)
}

/// The one line that is no catalogue entry either and says the same.
fn by_words(items: &[Item<'_>], row: &Row<'_>) -> Option<usize> {
    let says = |item: &Item<'_>| {
        item.service.is_none() && are_alike(&item.line.line.description, &row.line.description)
    };
    let due = |item: &Item<'_>| item.due.contains_key(&row.month);
    let all: Vec<(usize, &Item<'_>)> =
        items.iter().enumerate().filter(|(_, item)| says(item)).collect();
    let found = all.iter().find(|(_, item)| lacks(item, row.month));
    found.or_else(|| all.iter().find(|(_, item)| due(item))).map(|(at, _)| *at)
}

fn by_amount(items: &[Item<'_>], row: &Row<'_>) -> Option<usize> {
    let fits = |item: &Item<'_>| {
        let due = item.due.get(&row.month);
        due.is_some_and(|due| due.amount == row.line.amount.minor) && lacks(item, row.month)
    };
    let mut all = items.iter().enumerate().filter(|(_, item)| fits(item)).map(|(at, _)| at);
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// The entries that a client's documents mean by words that nobody knows: those that come to just what
/// one line lacks in at least two months, and to no other line's in any.
pub(super) fn learned(items: &[Item<'_>], rows: &[Row<'_>]) -> BTreeMap<String, ServiceId> {
    let mut votes: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.service.is_none() && row.line.agreed.is_none()) {
        if let Some(at) = by_amount(items, row) {
            *votes.entry(&row.line.description).or_default().entry(at).or_default() += 1;
        }
    }
    let mut learned = BTreeMap::new();
    for (words, votes) in votes {
        let mut votes = votes.into_iter();
        let (Some((at, count)), None) = (votes.next(), votes.next()) else { continue };
        let service = items.get(at).and_then(|item| item.service);
        if let Some(service) = service.filter(|_| count >= 2) {
            learned.insert(words.to_owned(), service);
        }
    }
    learned
}

fn lacks(item: &Item<'_>, month: Month) -> bool {
    item.due.get(&month).is_some_and(|due| item.units(month) < due.units)
}

/// What a row says of units and price, in each month that it is for.
fn read(item: &Item<'_>, place: usize, row: &Row<'_>) -> Vec<(Month, Charged)> {
    let Some(charged) = units(item, place, row) else { return Vec::new() };
    let months = row.line.covers.filter(|_| item.is_monthly()).map_or(1, months);
    if months == 1 {
        return vec![(row.month, charged)];
    }
    // So many units at the price of all the months, or so many times the units.
    let of = |month: Month| {
        let price = item.due.get(&month).map_or(0, |due| due.price);
        let whole = charged.price.saturating_mul(2) >= price.saturating_mul(3);
        let many = Decimal::from(months);
        let one = if whole {
            Charged { price: sums::share(charged.price, 1, months), ..charged }
        } else {
            Charged { units: charged.units / many, ..charged }
        };
        (month, one)
    };
    (0_i32..)
        .map(|n| row.month.plus(n))
        .take(usize::try_from(months).unwrap_or(1))
        .map(of)
        .collect()
}

/// How many calendar months days are for, at least one.
fn months(days: Days) -> i64 {
    let (first, last) = (Month::of(days.first), Month::of(days.last));
    let whole = days.first == first.first_day() && days.last == last.last_day();
    if whole { i64::from(last.since(first) + 1) } else { 1 }
}

/// What a row says of units and price, as far as it does; else what they must have been.
fn units(item: &Item<'_>, row: usize, line: &Row<'_>) -> Option<Charged> {
    let DocumentLine { quantity, unit_price, amount, .. } = *line.line;
    let gross = amount.minor + line.line.discount.as_ref().map_or(0, |it| it.amount.minor);
    let said = quantity.is_some() || unit_price.is_some();
    let charged = |units, price| Some(Charged { row, units, price, said });
    match (quantity, unit_price) {
        (Some(units), Some(price)) => {
            // A price may be told after a discount.
            let before = sums::each(gross, units).filter(|_| line.line.discount.is_some());
            charged(units, price.minor.max(before.unwrap_or(price.minor)))
        }
        (Some(units), None) => charged(units, sums::each(gross, units)?),
        (None, Some(price)) => {
            charged(Decimal::from(gross).checked_div(Decimal::from(price.minor))?, price.minor)
        }
        (None, None) => {
            let due = item.due_near(line.month)?;
            let (units, price) = guessed(item, line.month, due, gross)?;
            charged(units, price)
        }
    }
}

/// The units and price of an amount alone: whole units at the price of then; else all units at an
/// earlier price, or at whichever one makes them up to the cent; else a part of them. Where units and
/// price may be either, they are those of the month before, if that came to as much.
fn guessed(item: &Item<'_>, month: Month, due: &Due, gross: i64) -> Option<(Decimal, i64)> {
    let whole = due.price > 0 && gross % due.price == 0;
    let mut earlier = item.due.values().map(|it| it.price).filter(|price| *price < due.price);
    let at_earlier = earlier.find(|price| sums::times(due.units, *price) == gross);
    let even = (!whole).then(|| sums::each(gross, due.units)).flatten();
    let even = even.filter(|price| sums::times(due.units, *price) == gross);
    let made_up = at_earlier.or(even).map(|price| (due.units, price));
    let at_price = || Some((Decimal::from(gross).checked_div(due.price.into())?, due.price));
    if made_up.is_none() || !whole {
        return made_up.or_else(at_price);
    }
    // Either fits: it is what it was in the month before, where that came to as much.
    let before = item.charged.get(&month.plus(-1)).and_then(|all| all.first());
    let before = before.filter(|it| sums::times(it.units, it.price) == gross);
    match before {
        Some(before) => Some((before.units, before.price)),
        None => at_price(),
    }
}
