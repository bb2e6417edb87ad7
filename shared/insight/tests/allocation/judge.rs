//! Against Clarabel, an interior point solver: another method, another author, and another way to write
//! the programme down: one variable for a line, and one under the tangents of its returns.

use clarabel::{
    algebra::CscMatrix,
    solver::{
        DefaultSettings, DefaultSolver, IPSolver as _, SolverStatus,
        SupportedConeT::NonnegativeConeT,
    },
};
use clearmargin_insight::allocation::{
    Limit, NoDivision, ONE, Rule, Standing, Wanted, Worth, divide,
};
use rust_decimal::prelude::ToPrimitive as _;

use crate::made::{Dice, Size, wanted};

/// Rows of `Σ entries · variable ≤ bound`, amounts in thousands of dollars.
#[derive(Default)]
struct Rows {
    entries: Vec<Vec<(usize, f64)>>,
    bounds: Vec<f64>,
}

const SCALE: f64 = 100_000.0;

fn scaled(minor: i64) -> f64 {
    minor as f64 / SCALE
}

impl Rows {
    fn most(&mut self, entries: Vec<(usize, f64)>, bound: f64) {
        self.entries.push(entries);
        self.bounds.push(bound);
    }

    fn least(&mut self, entries: Vec<(usize, f64)>, bound: f64) {
        let entries = entries.into_iter().map(|(variable, entry)| (variable, -entry)).collect();
        self.most(entries, -bound);
    }

    fn matrix(&self, variables: usize) -> CscMatrix<f64> {
        let (mut rows, mut columns, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (row, entries) in self.entries.iter().enumerate() {
            for (column, value) in entries {
                rows.push(row);
                columns.push(*column);
                values.push(*value);
            }
        }
        CscMatrix::new_from_triplets(self.bounds.len(), variables, rows, columns, values)
    }
}

/// What these rules are.
fn rows(wanted: &Wanted, rules: &[Rule]) -> Rows {
    let one = |lines: &[usize]| lines.iter().map(|line| (*line, 1.0)).collect::<Vec<_>>();
    let all = one(&(0..wanted.lines.len()).collect::<Vec<_>>());
    let share = |parts: u32| f64::from(parts) / f64::from(ONE);
    let cents = |parts: u32| i128::from(wanted.total) * i128::from(parts);
    let least = |limit| match limit {
        Limit::Amount(amount) => scaled(amount),
        Limit::Share(parts) => scaled(((cents(parts) + 9_999) / 10_000).try_into().unwrap()),
    };
    let most = |limit| match limit {
        Limit::Amount(amount) => scaled(amount),
        Limit::Share(parts) => scaled((cents(parts) / 10_000).try_into().unwrap()),
    };
    let mut rows = Rows::default();
    for at in 0..wanted.lines.len() {
        rows.least(vec![(at, 1.0)], 0.0);
    }
    for rule in rules {
        match *rule {
            Rule::Total => rows.most(all.clone(), scaled(wanted.total)),
            Rule::SpendAll => rows.least(all.clone(), scaled(wanted.total)),
            Rule::LineLeast(at) => rows.least(vec![(at, 1.0)], scaled(wanted.lines[at].least)),
            Rule::LineMost(at) => {
                rows.most(vec![(at, 1.0)], scaled(wanted.lines[at].most.unwrap()));
            }
            Rule::GroupLeast(at) => {
                let group = &wanted.groups[at];
                rows.least(one(&group.lines), least(group.least.unwrap()));
            }
            Rule::GroupMost(at) => {
                let group = &wanted.groups[at];
                rows.most(one(&group.lines), most(group.most.unwrap()));
            }
            Rule::ProportionLeast(at) => {
                let it = &wanted.proportions[at];
                rows.least(vec![(it.line, 1.0), (it.of, -share(it.least.unwrap()))], 0.0);
            }
            Rule::ProportionMost(at) => {
                let it = &wanted.proportions[at];
                rows.most(vec![(it.line, 1.0), (it.of, -share(it.most.unwrap()))], 0.0);
            }
        }
    }
    rows
}

/// Everything that was laid down.
fn rules(wanted: &Wanted) -> Vec<Rule> {
    let mut rules = vec![Rule::Total];
    rules.extend(wanted.spend_all.then_some(Rule::SpendAll));
    for (at, line) in wanted.lines.iter().enumerate() {
        rules.push(Rule::LineLeast(at));
        rules.extend(line.most.map(|_| Rule::LineMost(at)));
    }
    for (at, group) in wanted.groups.iter().enumerate() {
        rules.extend(group.least.map(|_| Rule::GroupLeast(at)));
        rules.extend(group.most.map(|_| Rule::GroupMost(at)));
    }
    for (at, it) in wanted.proportions.iter().enumerate() {
        rules.extend(it.least.map(|_| Rule::ProportionLeast(at)));
        rules.extend(it.most.map(|_| Rule::ProportionMost(at)));
    }
    rules
}

/// What is worth at most `slope · amount + start` for each of these: slope and start.
fn tangents(worth: &Worth) -> Vec<(f64, f64)> {
    match worth {
        Worth::Wish { wish, weight } => {
            let weight = f64::from(*weight) / f64::from(ONE);
            vec![(weight, -weight * scaled(*wish)), (-weight, weight * scaled(*wish))]
        }
        Worth::Returns(steps) => {
            let (mut from, mut so_far) = (0.0, 0.0);
            let mut tangents = Vec::new();
            for step in steps {
                let slope = f64::from(step.brings) / f64::from(ONE);
                tangents.push((slope, so_far - slope * from));
                so_far += slope * (scaled(step.up_to) - from);
                from = scaled(step.up_to);
            }
            tangents.push((0.0, so_far));
            tangents
        }
    }
}

/// The least cost; nothing where there is no answer.
fn solved(rows: &Rows, costs: &[f64]) -> Option<f64> {
    let settings = DefaultSettings {
        verbose: false,
        tol_gap_abs: 1e-10,
        tol_gap_rel: 1e-10,
        tol_feas: 1e-10,
        ..DefaultSettings::default()
    };
    let count = costs.len();
    let nothing = CscMatrix::zeros((count, count));
    let cones = [NonnegativeConeT(rows.bounds.len())];
    let matrix = rows.matrix(count);
    let mut solver =
        DefaultSolver::new(&nothing, costs, &matrix, &rows.bounds, &cones, settings).unwrap();
    solver.solve();
    match solver.solution.status {
        SolverStatus::Solved | SolverStatus::AlmostSolved => Some(solver.solution.obj_val),
        SolverStatus::PrimalInfeasible | SolverStatus::AlmostPrimalInfeasible => None,
        status => panic!("{status:?}"),
    }
}

/// By how much each of these rules has to give way at least so that all can hold, in minor units.
fn short(wanted: &Wanted, rules: &[Rule]) -> f64 {
    let mut rows = rows(wanted, rules);
    let more = wanted.lines.len();
    for entries in rows.entries.iter_mut().skip(more) {
        entries.push((more, -1.0));
    }
    rows.least(vec![(more, 1.0)], 0.0);
    let mut costs = vec![0.0; more];
    costs.push(1.0);
    solved(&rows, &costs).unwrap() * SCALE
}

/// Whether they can hold together. What cannot be is short of it by a cent among all lines at least.
fn possible(wanted: &Wanted, rules: &[Rule]) -> bool {
    let short = short(wanted, rules);
    assert!(!(0.01..0.03).contains(&short), "too near to say: {short} {rules:?} {wanted:?}");
    short < 0.01
}

/// The best value in minor units, with that rule moved by so much room; nothing if the rules cannot hold.
fn judged(wanted: &Wanted, moved: Rule, room: i64) -> Option<f64> {
    let count = wanted.lines.len();
    let rules = rules(wanted);
    let mut rows = rows(wanted, &rules);
    for (rule, bound) in rules.iter().zip(rows.bounds.iter_mut().skip(count)) {
        match (moved, *rule) {
            // A budget of which nothing may be left is moved as one.
            (Rule::Total, Rule::SpendAll) => *bound -= scaled(room),
            (moved, rule) if moved == rule => *bound += scaled(room),
            _ => {}
        }
    }
    for (at, line) in wanted.lines.iter().enumerate() {
        for (slope, start) in tangents(&line.worth) {
            rows.most(vec![(count + at, 1.0), (at, -slope)], start);
        }
    }
    let costs: Vec<f64> = (0..2 * count).map(|at| if at < count { 0.0 } else { -1.0 }).collect();
    Some(-solved(&rows, &costs)? * SCALE)
}

/// What was seen of a set of budgets.
#[derive(Debug, Default)]
struct Seen {
    divided: usize,
    impossible: usize,
    binding: usize,
    priced: usize,
    fractions: usize,
    missed: usize,
    worst: f64,
}

fn off(ours: f64, theirs: f64) -> f64 {
    (ours - theirs).abs() / theirs.abs().max(SCALE)
}

/// What is had for each unit falls with every further one: so a hundred dollars more room bring no more
/// than a hundred times the price of one, and a hundred less cost no less. How often that was seen to
/// be exactly so, too.
fn compare_price(wanted: &Wanted, standing: &Standing, best: f64) -> usize {
    let room = 10_000;
    let mut equal = 0;
    for (room, price) in [(room, Some(standing.looser)), (-room, standing.tighter)] {
        let Some(after) = judged(wanted, standing.rule, room) else { continue };
        let price = price.expect("what can be a hundred tighter can be a cent tighter");
        let bound = best + price.to_f64().unwrap() * room as f64;
        assert!(
            after < bound + 1e-6 * best.abs().max(SCALE),
            "{standing:?} {after} {bound} {wanted:?}"
        );
        equal += usize::from(off(after, bound) < 1e-6);
    }
    equal
}

fn compare(wanted: &Wanted, seen: &mut Seen) {
    wanted.check().unwrap();
    let possible_at_all = possible(wanted, &rules(wanted));
    match divide(wanted) {
        Ok(division) => {
            assert!(possible_at_all, "{wanted:?}");
            seen.divided += 1;
            seen.binding += division.rules.iter().filter(|rule| rule.binding).count();
            if division.rules.iter().any(|rule| rule.missed > 0) {
                // Only what is to be exactly a share of another line.
                assert!(wanted.proportions.iter().any(|it| it.least == it.most), "{wanted:?}");
                seen.missed += 1;
                return;
            }
            let best = (division.value + division.lost).to_f64().unwrap();
            let theirs = judged(wanted, Rule::Total, 0).unwrap();
            seen.worst = seen.worst.max(off(best, theirs));
            seen.fractions += usize::from(!division.lost.is_zero());
            assert!(off(best, theirs) < 1e-6, "{best} {theirs} {wanted:?}");
            for standing in division.rules.iter().filter(|standing| standing.binding) {
                seen.priced += compare_price(wanted, standing, theirs);
            }
        }
        Err(NoDivision::Conflict(conflict)) => {
            assert!(!possible_at_all, "{wanted:?}");
            seen.impossible += 1;
            let rules: Vec<Rule> = conflict.rules.iter().map(|moved| moved.rule).collect();
            assert!(!possible(wanted, &rules), "{rules:?} {wanted:?}");
            for rule in &rules {
                let others: Vec<_> = rules.iter().filter(|it| *it != rule).copied().collect();
                assert!(possible(wanted, &others), "{rule:?} {rules:?} {wanted:?}");
            }
        }
        Err(NoDivision::Unproved) => panic!("unproved: {wanted:?}"),
    }
}

#[test]
fn another_solver_comes_to_the_same_on_240_budgets() {
    let mut seen = Seen::default();
    for seed in 0..240 {
        let mut dice = Dice(seed);
        let size = Size {
            lines: usize::try_from(1 + dice.upto(13)).unwrap(),
            groups: usize::try_from(dice.upto(4)).unwrap(),
            proportions: usize::try_from(dice.upto(3)).unwrap(),
            grain: if seed % 3 == 0 { 5_000_000 } else { 1 },
        };
        compare(&wanted(&mut dice, size), &mut seen);
    }
    eprintln!("{seen:?}");
    assert!(seen.divided >= 60 && seen.impossible >= 60 && seen.fractions >= 10, "{seen:?}");
    // Most prices hold for more than a cent.
    assert!(seen.priced > seen.binding, "{seen:?}");
}
