//! Rules that cannot all hold: the fewest that stand against each other, and what would help.
//!
//! What the simplex method stops at is a set of rules that is impossible together. Each of it is then
//! left out in turn: where the rest is still impossible, it is not needed. What remains is irreducible
//! (the deletion filter of Chinneck and Dravnieks 1991).

use num_rational::BigRational;
use num_traits::{Signed as _, ToPrimitive as _};

use super::{
    Rule, Wanted,
    model::{bounds_over, taken},
    simplex::{Cause, Column, Programme},
};

/// Rules that stand against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Each of them, with how far it alone would have to move for these to hold together. Without any
    /// one of them the others can hold together.
    pub rules: Vec<Move>,
    /// Moves after which everything can hold, also what else there may be against it: of all such
    /// moves those that come to the least money.
    pub way_out: Vec<Move>,
}

/// How far a rule would have to move, in the smallest unit of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The rule.
    pub rule: Rule,
    /// By how much: a lower limit down, an upper limit up.
    pub by: i64,
}

/// What stands against any division, once it is known that something does.
pub(super) fn find(wanted: &Wanted) -> Conflict {
    let all = wanted.rules();
    let mut rules = Check::of(wanted, &all, &[]).impossible().unwrap_or_else(|| all.clone());
    rules.sort_unstable();
    rules.dedup();
    let mut at = 0;
    while at < rules.len() {
        let mut without = rules.clone();
        let tried = without.remove(at);
        match Check::of(wanted, &without, &[]).impossible() {
            // What it stops at now is smaller still.
            Some(left) => rules.retain(|rule| *rule != tried && left.contains(rule)),
            None => at += 1,
        }
        // What was found needed before stays in every smaller set, so its place holds.
    }
    let alone = |rule: &Rule| {
        let moves = Check::of(wanted, &rules, &[*rule]).moves();
        moves.into_iter().next().unwrap_or(Move { rule: *rule, by: 0 })
    };
    Conflict {
        rules: rules.iter().map(alone).collect(),
        way_out: Check::of(wanted, &all, &all).moves(),
    }
}

/// What a column stands for.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// An amount of a line.
    Line(usize),
    /// How far a rule is moved.
    Moved(Rule),
}

/// Whether rules can hold together, some of which may be moved at the price of 1 for a unit.
struct Check {
    programme: Programme,
    rules: Vec<Rule>,
    rows: Vec<Rule>,
    parts: Vec<Part>,
}

impl Check {
    fn of(wanted: &Wanted, rules: &[Rule], movable: &[Rule]) -> Self {
        let rows: Vec<_> = rules.iter().filter_map(|rule| wanted.row(*rule)).collect();
        let mut parts = Vec::new();
        let mut columns = Vec::new();
        let mut lows = Vec::new();
        for (at, line) in wanted.lines.iter().enumerate() {
            let (least, most) = (Rule::LineLeast(at), Rule::LineMost(at));
            let low = if rules.contains(&least) { line.least } else { 0 };
            let entries = taken(&rows, at);
            lows.push(low);
            parts.push(Part::Line(at));
            let limit = line.most.filter(|_| rules.contains(&most));
            columns.push(match limit {
                Some(most) => Column::within(most.abs_diff(low), 0, entries.clone()),
                None => Column::open(0, entries.clone()),
            });
            if movable.contains(&most) && limit.is_some() {
                parts.push(Part::Moved(most));
                columns.push(Column::open(1, entries.clone()));
            }
            if movable.contains(&least) && low > 0 {
                parts.push(Part::Moved(least));
                let back = entries.iter().map(|(row, entry)| (*row, -entry)).collect();
                columns.push(Column::within(low.unsigned_abs(), -1, back));
            }
        }
        for (at, row) in rows.iter().enumerate() {
            if movable.contains(&row.rule) {
                parts.push(Part::Moved(row.rule));
                columns.push(Column::open(1, vec![(at, -row.unit)]));
            }
        }
        let programme = Programme { columns, bounds: bounds_over(&rows, &lows) };
        let rows = rows.iter().map(|row| row.rule).collect();
        Self { programme, rules: rules.to_vec(), rows, parts }
    }

    /// Rules that cannot hold together; nothing if all can.
    fn impossible(&self) -> Option<Vec<Rule>> {
        let causes = self.programme.solve().err()?.0;
        let part = |column: usize| self.parts.get(column).copied();
        let rule = |cause: Cause| match cause {
            Cause::Row(row) => self.rows.get(row).copied(),
            Cause::Low(column) => match part(column)? {
                Part::Line(line) => Some(Rule::LineLeast(line)),
                Part::Moved(_) => None,
            },
            Cause::High(column) => match part(column)? {
                Part::Line(line) => Some(Rule::LineMost(line)),
                Part::Moved(_) => None,
            },
        };
        // That no line gets less than nothing is no rule that anybody laid down.
        let laid_down = |rule: &Rule| self.rules.contains(rule);
        Some(causes.into_iter().filter_map(rule).filter(laid_down).collect())
    }

    /// By how much rules are moved so that all can hold, in whole units, rounded up.
    fn moves(&self) -> Vec<Move> {
        let Ok(optimum) = self.programme.solve() else { return Vec::new() };
        let moved = |(part, amount): (&Part, &BigRational)| match part {
            Part::Moved(rule) if amount.is_positive() => {
                Some(Move { rule: *rule, by: amount.ceil().to_integer().to_i64()? })
            }
            Part::Moved(_) | Part::Line(_) => None,
        };
        self.parts.iter().zip(&optimum.amounts).filter_map(moved).collect()
    }
}
