//! From fractions to whole units of money, so that the rules hold.
//!
//! Where each set of lines of a rule holds another one or none of it, or is cut by one other such
//! family (a table with row and column limits), and nothing is proportional, the optimum is in whole
//! units already (the matrix is totally unimodular). Otherwise each line goes to one of its two
//! neighbours: by the same programme between them, of which the optimum is in whole units for the same
//! reason. A rule that this breaks is kept at a distance beforehand, and it is done again. Only where there is
//! no such room may a rule be missed, by less than its distance, and that is told.

use std::collections::BTreeSet;

use num_integer::Integer as _;
use num_rational::BigRational;
use num_traits::{ToPrimitive as _, Zero as _};

use super::{
    Rule, Wanted,
    model::{Bounds, Model, Row},
    simplex::Optimum,
};

/// The amounts of an optimum in whole units.
pub(super) fn whole(wanted: &Wanted, model: &Model, optimum: &Optimum) -> Vec<i64> {
    let amounts = model.amounts(optimum);
    if amounts.iter().all(BigRational::is_integer) {
        return amounts.iter().map(floor).collect();
    }
    let mut found = rounded(wanted, &amounts);
    let (mut distant, mut met) = (BTreeSet::new(), BTreeSet::new());
    loop {
        let mut broken = broken(model, &found);
        // Each rule is met once.
        broken.retain(|rule| met.insert(*rule));
        if broken.is_empty() {
            return found;
        }
        // All of them, else each that there is room for.
        let each = broken.iter().map(std::slice::from_ref);
        for rules in [broken.as_slice()].into_iter().chain(each) {
            let more: BTreeSet<_> = distant.iter().chain(rules).copied().collect();
            if let Some(amounts) = at_a_distance(wanted, model, &more) {
                found = rounded(wanted, &amounts);
                distant = more;
                if rules.len() == broken.len() {
                    break;
                }
            }
        }
    }
}

/// The best amounts that keep those rules at a distance, with fractions; nothing without the room.
fn at_a_distance(
    wanted: &Wanted,
    model: &Model,
    distant: &BTreeSet<Rule>,
) -> Option<Vec<BigRational>> {
    let kept = |row: &Row| {
        let row = row.clone();
        if distant.contains(&row.rule) { row.with_margin() } else { row }
    };
    let rows = model.rows.iter().map(kept).collect();
    let kept = Model::of_rows(wanted, rows, &wanted.bounds());
    let optimum = kept.programme.solve().ok()?;
    Some(kept.amounts(&optimum))
}

/// The rules that these amounts do not keep to.
fn broken(model: &Model, amounts: &[i64]) -> Vec<Rule> {
    let broken = model.rows.iter().filter(|row| row.used(amounts) > row.bound);
    broken.map(|row| row.rule).collect()
}

/// The whole units of an amount.
pub(super) fn floor(amount: &BigRational) -> i64 {
    amount.floor().to_integer().to_i64().unwrap_or_default()
}

/// Each amount at one of its neighbours: so that the total and the groups hold if that can be, else
/// so that the total holds.
fn rounded(wanted: &Wanted, amounts: &[BigRational]) -> Vec<i64> {
    let ends = |amount: &BigRational| (floor(amount), floor(&amount.ceil()));
    let bounds: Bounds = amounts.iter().map(ends).collect();
    let summed = |rule: &Rule| !matches!(rule, Rule::ProportionLeast(_) | Rule::ProportionMost(_));
    let rules: Vec<_> = wanted.rules().into_iter().filter(summed).collect();
    let between = Model::best(wanted, &rules, &bounds);
    if let Ok(optimum) = between.programme.solve() {
        let found = between.amounts(&optimum);
        if found.iter().all(BigRational::is_integer) {
            return found.iter().map(floor).collect();
        }
    }
    by_largest_remainder(amounts)
}

/// What the amounts come to, without the part of a unit, with each at one of its neighbours.
fn by_largest_remainder(amounts: &[BigRational]) -> Vec<i64> {
    let mut rounded: Vec<i64> = amounts.iter().map(floor).collect();
    let sum = amounts.iter().fold(BigRational::zero(), |sum, amount| sum + amount);
    let mut left = floor(&sum) - rounded.iter().sum::<i64>();
    let rest = |amount: &BigRational| amount.numer().mod_floor(amount.denom());
    let mut order: Vec<_> = amounts.iter().enumerate().collect();
    order.sort_by_cached_key(|(at, amount)| {
        (std::cmp::Reverse(BigRational::new(rest(amount), amount.denom().clone())), *at)
    });
    for (at, _) in order {
        if let Some(amount) = rounded.get_mut(at).filter(|_| left > 0) {
            *amount += 1;
            left -= 1;
        }
    }
    rounded
}
