//! The linear programme of a budget: lines become pieces, rules become rows.

use std::ops::Range;

use num_integer::Integer as _;
use num_rational::BigRational;
use num_traits::Zero as _;

use super::{
    Limit, ONE, Rule, Wanted, Worth,
    simplex::{Column, Optimum, Programme},
};

/// From where to where each line may go.
pub(super) type Bounds = Vec<(i64, i64)>;

/// A rule as `Σ entries · line ≤ bound`.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) rule: Rule,
    pub(super) entries: Vec<(usize, i128)>,
    pub(super) bound: i128,
    /// How much of the bound is one unit of money.
    pub(super) unit: i128,
}

impl Row {
    /// What amounts come to.
    pub(super) fn used(&self, amounts: &[i64]) -> i128 {
        let amount = |line: usize| amounts.get(line).copied().unwrap_or_default();
        self.entries.iter().map(|(line, entry)| entry * i128::from(amount(*line))).sum()
    }

    /// What rounding each line by less than a unit cannot exceed.
    fn margin(&self) -> i128 {
        self.entries.iter().map(|(_, entry)| entry.abs()).sum()
    }

    /// The same with that much less room.
    pub(super) fn with_margin(mut self) -> Self {
        self.bound -= self.margin();
        self
    }
}

impl Worth {
    /// The pieces, from 0 on: up to where, and what each unit brings. The last one has no end.
    fn pieces(&self) -> Vec<(Option<i64>, i128)> {
        match self {
            Self::Returns(steps) => {
                let steps = steps.iter().map(|step| (Some(step.up_to), step.brings.into()));
                steps.chain([(None, 0)]).collect()
            }
            Self::Wish { wish, weight } => {
                vec![(Some(*wish), (*weight).into()), (None, -i128::from(*weight))]
            }
        }
    }

    /// The same between two amounts: how wide each piece is, and what each unit brings.
    fn between(&self, from: i64, to: i64) -> Vec<(u64, i128)> {
        let mut start = 0;
        let mut pieces = Vec::new();
        for (end, brings) in self.pieces() {
            let end = end.unwrap_or(i64::MAX);
            let width = end.min(to).saturating_sub(start.max(from));
            if let Ok(width @ 1..) = u64::try_from(width) {
                pieces.push((width, brings));
            }
            start = end;
        }
        pieces
    }

    /// What the unit below an amount brings.
    pub(super) fn below(&self, amount: i64) -> i128 {
        self.between(amount.saturating_sub(1), amount).first().map_or(0, |(_, brings)| *brings)
    }

    /// What the unit above an amount brings.
    pub(super) fn above(&self, amount: i64) -> i128 {
        self.between(amount, amount.saturating_add(1)).first().map_or(0, |(_, brings)| *brings)
    }

    /// What an amount is worth, in ten-thousandths: of a wish, less than 0 by what is off.
    pub(super) fn of(&self, amount: i64) -> i128 {
        let pieces = self.between(0, amount);
        let brings = pieces.iter().map(|(width, each)| i128::from(*width) * each);
        brings.sum::<i128>() - self.nought()
    }

    /// What nothing at all is short of a wish.
    fn nought(&self) -> i128 {
        match self {
            Self::Returns(_) => 0,
            Self::Wish { wish, weight } => i128::from(*wish) * i128::from(*weight),
        }
    }
}

impl Wanted {
    /// Everything that was laid down.
    pub(super) fn rules(&self) -> Vec<Rule> {
        let mut rules = vec![Rule::Total];
        rules.extend(self.spend_all.then_some(Rule::SpendAll));
        for (at, line) in self.lines.iter().enumerate() {
            rules.extend((line.least > 0).then_some(Rule::LineLeast(at)));
            rules.extend(line.most.map(|_| Rule::LineMost(at)));
        }
        for (at, group) in self.groups.iter().enumerate() {
            rules.extend(group.least.map(|_| Rule::GroupLeast(at)));
            rules.extend(group.most.map(|_| Rule::GroupMost(at)));
        }
        for (at, proportion) in self.proportions.iter().enumerate() {
            rules.extend(proportion.least.map(|_| Rule::ProportionLeast(at)));
            rules.extend(proportion.most.map(|_| Rule::ProportionMost(at)));
        }
        rules
    }

    /// From where to where each line may go: no further than a unit beyond the budget.
    pub(super) fn bounds(&self) -> Bounds {
        let end = self.total.saturating_add(1);
        let bounds = |line: &super::Line| {
            (line.least, line.most.map_or(end, |most| most.min(end)).max(line.least))
        };
        self.lines.iter().map(bounds).collect()
    }

    /// The row of a rule; none for a line's own limits.
    pub(super) fn row(&self, rule: Rule) -> Option<Row> {
        let all = |sign| (0..self.lines.len()).map(|line| (line, sign)).collect();
        let row = |entries, bound| Some(Row { rule, entries, bound, unit: 1 });
        match rule {
            Rule::Total => row(all(1), self.total.into()),
            Rule::SpendAll => row(all(-1), -i128::from(self.total)),
            Rule::LineLeast(_) | Rule::LineMost(_) => None,
            Rule::GroupLeast(at) => {
                let group = self.groups.get(at)?;
                let entries = group.lines.iter().map(|line| (*line, -1)).collect();
                row(entries, -self.least(group.least?))
            }
            Rule::GroupMost(at) => {
                let group = self.groups.get(at)?;
                let entries = group.lines.iter().map(|line| (*line, 1)).collect();
                row(entries, self.most(group.most?))
            }
            Rule::ProportionLeast(at) => {
                let it = self.proportions.get(at)?;
                Some(proportion(rule, it.line, it.of, it.least?, -1))
            }
            Rule::ProportionMost(at) => {
                let it = self.proportions.get(at)?;
                Some(proportion(rule, it.line, it.of, it.most?, 1))
            }
        }
    }

    /// A lower limit in whole units.
    pub(super) fn least(&self, limit: Limit) -> i128 {
        match limit {
            Limit::Amount(amount) => amount.into(),
            Limit::Share(parts) => -(-self.parts(parts)).div_euclid(ONE.into()),
        }
    }

    /// An upper limit in whole units.
    pub(super) fn most(&self, limit: Limit) -> i128 {
        match limit {
            Limit::Amount(amount) => amount.into(),
            Limit::Share(parts) => self.parts(parts).div_euclid(ONE.into()),
        }
    }

    fn parts(&self, parts: u32) -> i128 {
        i128::from(self.total) * i128::from(parts)
    }
}

/// `line − share · of`, times `sign`, is at most 0.
fn proportion(rule: Rule, line: usize, of: usize, share: u32, sign: i128) -> Row {
    let divisor = share.gcd(&ONE);
    let (unit, of_it) = (i128::from(ONE / divisor), i128::from(share / divisor));
    let mut entries = vec![(line, sign * unit)];
    if of_it > 0 {
        entries.push((of, -sign * of_it));
    }
    Row { rule, entries, bound: 0, unit }
}

/// A programme, and what its columns and rows stand for.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) programme: Programme,
    pub(super) rows: Vec<Row>,
    /// The columns of each line, the most worthwhile first: at least one.
    pub(super) lines: Vec<Range<usize>>,
    /// What each line gets before any column.
    pub(super) lows: Vec<i64>,
    /// What the lows are worth, in ten-thousandths.
    pub(super) constant: i128,
}

/// What a unit of a line takes of each row.
pub(super) fn taken(rows: &[Row], line: usize) -> Vec<(usize, i128)> {
    let entry = |row: &Row| row.entries.iter().find(|(it, _)| *it == line).map(|(_, entry)| *entry);
    rows.iter().enumerate().filter_map(|(at, row)| Some((at, entry(row)?))).collect()
}

/// The bounds of rows, less what lines get in any case.
pub(super) fn bounds_over(rows: &[Row], lows: &[i64]) -> Vec<i128> {
    rows.iter().map(|row| row.bound - row.used(lows)).collect()
}

impl Model {
    /// What divides best between these bounds, by these rules.
    pub(super) fn best(wanted: &Wanted, rules: &[Rule], bounds: &Bounds) -> Self {
        Self::of_rows(wanted, rules.iter().filter_map(|rule| wanted.row(*rule)).collect(), bounds)
    }

    /// The same with rows as they are.
    pub(super) fn of_rows(wanted: &Wanted, rows: Vec<Row>, bounds: &Bounds) -> Self {
        let lows: Vec<i64> = bounds.iter().map(|(low, _)| *low).collect();
        let mut programme = Programme { bounds: bounds_over(&rows, &lows), ..Programme::default() };
        let mut lines = Vec::new();
        let mut constant = 0;
        for (at, (line, (low, high))) in wanted.lines.iter().zip(bounds).enumerate() {
            let entries = taken(&rows, at);
            let first = programme.columns.len();
            let mut pieces = line.worth.between(*low, *high);
            if pieces.is_empty() {
                pieces.push((0, line.worth.above(*high)));
            }
            let columns = pieces.into_iter();
            let columns = columns.map(|(width, gain)| Column::within(width, gain, entries.clone()));
            programme.columns.extend(columns);
            lines.push(first..programme.columns.len());
            constant += line.worth.of(*low);
        }
        Self { programme, rows, lines, lows, constant }
    }

    /// What each line gets, with fractions.
    pub(super) fn amounts(&self, optimum: &Optimum) -> Vec<BigRational> {
        let of_line = |(columns, low): (&Range<usize>, &i64)| {
            let amounts = optimum.amounts.get(columns.clone()).unwrap_or_default();
            let sum = amounts.iter().fold(BigRational::zero(), |sum, amount| sum + amount);
            sum + BigRational::from_integer((*low).into())
        };
        self.lines.iter().zip(&self.lows).map(of_line).collect()
    }
}
