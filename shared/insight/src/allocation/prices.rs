//! What each rule costs: the optimum is found again with the rule a unit of money looser, and a unit
//! tighter. The optimum is concave in each limit, so no price between is larger than the one or smaller
//! than the other, also where the dual programme has many answers.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive as _, Zero as _};
use rust_decimal::Decimal;

use super::{
    Division, ONE, Rule, Standing, Wanted, cents,
    model::Model,
    simplex::{Change, Optimum},
};

/// How many decimals a price has.
const DECIMALS: u32 = 6;

/// A number of ten-thousandths as a decimal, half away from zero; `up` rounds up instead.
fn decimal(parts: &BigRational, up: bool) -> Decimal {
    let scaled = parts * BigRational::new(BigInt::from(10_u32).pow(DECIMALS), BigInt::from(ONE));
    let whole = if up { scaled.ceil() } else { scaled.round() };
    let mantissa = whole.to_integer().to_i128();
    let found =
        mantissa.and_then(|mantissa| Decimal::try_from_i128_with_scale(mantissa, DECIMALS).ok());
    found.unwrap_or(if parts > &BigRational::zero() { Decimal::MAX } else { Decimal::MIN })
}

fn whole(number: i128) -> BigRational {
    BigRational::from_integer(number.into())
}

/// The division of these amounts, with how each rule stands.
pub(super) fn told(
    wanted: &Wanted,
    model: &Model,
    optimum: &Optimum,
    amounts: Vec<i64>,
) -> Division {
    let exact = model.amounts(optimum);
    let floors: Vec<i64> = exact.iter().map(cents::floor).collect();
    let rests = exact.iter().map(BigRational::fract).enumerate();
    let rests: Vec<_> = rests.filter(|(_, rest)| !rest.is_zero()).collect();
    let worth: Vec<_> =
        wanted.lines.iter().zip(&amounts).map(|(line, amount)| line.worth.of(*amount)).collect();
    let value: i128 = worth.iter().sum();
    let best = &optimum.value + whole(model.constant);
    let prices = Prices { wanted, model, optimum, floors: &floors, rests: &rests };
    let rules = wanted.rules().into_iter().map(|rule| prices.standing(rule, &amounts));
    Division {
        rules: rules.collect(),
        worth: worth.into_iter().map(|worth| decimal(&whole(worth), false)).collect(),
        value: decimal(&whole(value), false),
        lost: decimal(&(best - whole(value)).max(BigRational::zero()), true),
        amounts,
    }
}

struct Prices<'a> {
    wanted: &'a Wanted,
    model: &'a Model,
    optimum: &'a Optimum,
    /// What each line gets of the optimum, in whole units, and what is over, where something is.
    floors: &'a [i64],
    rests: &'a [(usize, BigRational)],
}

impl Prices<'_> {
    fn standing(&self, rule: Rule, amounts: &[i64]) -> Standing {
        let (actual, limit, missed) = self.wanted.measured(rule, amounts);
        let binding = self.near(rule);
        let priced = |tighter: bool| {
            if !binding {
                return Some(BigRational::zero());
            }
            self.moved(rule, tighter)
        };
        let (looser, tighter) = (priced(false).unwrap_or_default(), priced(true));
        Standing {
            rule,
            actual,
            limit,
            binding,
            looser: decimal(&looser, false),
            tighter: tighter.map(|price| decimal(&-price, false)),
            missed,
        }
    }

    /// Whether less than a unit of money is between a rule and what it comes to.
    fn near(&self, rule: Rule) -> bool {
        let line = |line: usize| self.wanted.lines.get(line).zip(self.floors.get(line));
        let rest = |line: usize| self.rests.iter().find(|(it, _)| *it == line).map(|(_, it)| it);
        match rule {
            // Limits are whole, so what is a whole unit above one was never less than that.
            Rule::LineLeast(at) => line(at).is_some_and(|(line, floor)| *floor <= line.least),
            Rule::LineMost(at) => line(at).is_some_and(|(line, floor)| {
                let used = floor.saturating_add(i64::from(rest(at).is_some()));
                line.most.is_some_and(|most| used >= most)
            }),
            rule => self.model.rows.iter().find(|row| row.rule == rule).is_some_and(|row| {
                let parts =
                    row.entries.iter().filter_map(|(at, entry)| Some(rest(*at)? * whole(*entry)));
                whole(row.bound - row.used(self.floors) - row.unit) < parts.sum::<BigRational>()
            }),
        }
    }

    /// What moving a rule by a unit of money changes; nothing where there is no division then.
    fn moved(&self, rule: Rule, tighter: bool) -> Option<BigRational> {
        let mut constant = 0;
        let changes = match rule {
            Rule::LineLeast(line) => {
                let (columns, wanted) = self.line(line)?;
                let first = columns.start;
                if tighter {
                    // The best piece goes first, so it is the one that is there in any case.
                    let (low, high) = *self.wanted.bounds().get(line)?;
                    constant = wanted.worth.above(low);
                    if low == high {
                        return None;
                    }
                    vec![Change::Narrower(first), Change::Ahead(first, 1)]
                } else {
                    let brings = wanted.worth.below(wanted.least);
                    constant = -brings;
                    vec![Change::Ahead(first, -1), Change::Twin(first, brings)]
                }
            }
            Rule::LineMost(line) => {
                let (columns, wanted) = self.line(line)?;
                let last = columns.end.checked_sub(1)?;
                let most = wanted.most?;
                if tighter {
                    if most == wanted.least {
                        return None;
                    }
                    vec![Change::Narrower(last)]
                } else {
                    vec![Change::Twin(last, wanted.worth.above(most))]
                }
            }
            rule => self.rows(rule, if tighter { -1 } else { 1 }),
        };
        let after = self.optimum.after(&changes)?;
        Some(after + whole(constant) - &self.optimum.value)
    }

    fn line(&self, line: usize) -> Option<(&std::ops::Range<usize>, &super::Line)> {
        self.model.lines.get(line).zip(self.wanted.lines.get(line))
    }

    /// A rule's row moved by so many units. A budget of which nothing may be left is moved as one.
    fn rows(&self, rule: Rule, by: i128) -> Vec<Change> {
        let mut changes = Vec::new();
        for (at, row) in self.model.rows.iter().enumerate() {
            if row.rule == rule {
                changes.push(Change::Row(at, by * row.unit));
            } else if rule == Rule::Total && row.rule == Rule::SpendAll {
                changes.push(Change::Row(at, -by * row.unit));
            }
        }
        changes
    }
}

impl Wanted {
    /// What a rule comes to, what it may come to, and by how much it is missed, in units of money.
    pub(super) fn measured(&self, rule: Rule, amounts: &[i64]) -> (i64, i64, i64) {
        let amount = |line: usize| amounts.get(line).copied().unwrap_or_default();
        let minor = |number: i128| i64::try_from(number).unwrap_or(i64::MAX);
        let line = |line: usize| self.lines.get(line);
        match rule {
            Rule::LineLeast(at) => (amount(at), line(at).map_or(0, |line| line.least), 0),
            Rule::LineMost(at) => (amount(at), line(at).and_then(|line| line.most).unwrap_or(0), 0),
            rule => {
                let Some(row) = self.row(rule) else { return (0, 0, 0) };
                let over = row.used(amounts) - row.bound;
                let missed = minor(-(-over).div_euclid(row.unit).min(0));
                let upper = row.entries.first().is_some_and(|(_, entry)| *entry > 0);
                match rule {
                    Rule::ProportionLeast(at) | Rule::ProportionMost(at) => {
                        let own = self.proportions.get(at).map_or(0, |it| amount(it.line));
                        // What the other line allows, in whole units towards the inside.
                        let room = (-over).div_euclid(row.unit);
                        let limit =
                            if upper { i128::from(own) + room } else { i128::from(own) - room };
                        (own, minor(limit), missed)
                    }
                    _ => {
                        let sign = if upper { 1 } else { -1 };
                        (minor(row.used(amounts) * sign), minor(row.bound * sign), missed)
                    }
                }
            }
        }
    }
}
