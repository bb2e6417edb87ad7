//! Rules that cannot all hold.

use clearmargin_insight::allocation::{
    Conflict, Group, Limit, Move, NoDivision, Proportion, Rule, Wanted, divide,
};

use crate::{
    made::{Dice, Size, wanted},
    worked::{budget, line},
};

fn conflict(wanted: &Wanted) -> Conflict {
    wanted.check().unwrap();
    match divide(wanted) {
        Err(NoDivision::Conflict(conflict)) => conflict,
        answer => panic!("{answer:?}"),
    }
}

fn of(moves: &[(Rule, i64)]) -> Vec<Move> {
    moves.iter().map(|(rule, by)| Move { rule: *rule, by: *by }).collect()
}

#[test]
fn only_what_stands_against_each_other_is_named() {
    let lines = vec![
        line("Rent", 60_000, None, &[]),
        line("Tools", 50_000, None, &[]),
        line("Travel", 0, Some(10_000), &[]),
    ];
    let found = conflict(&budget(100_000, lines));
    let rules = [(Rule::Total, 10_000), (Rule::LineLeast(0), 10_000), (Rule::LineLeast(1), 10_000)];
    assert_eq!(found.rules, of(&rules));
    assert_eq!(found.way_out.iter().map(|moved| moved.by).sum::<i64>(), 10_000);
}

#[test]
fn two_conflicts_are_told_one_by_one_and_left_together() {
    let lines = vec![
        line("Rent", 60_000, None, &[]),
        line("Tools", 50_000, None, &[]),
        line("Travel", 0, Some(10_000), &[]),
    ];
    let mut wanted = budget(100_000, lines);
    wanted.groups.push(Group {
        name: "On the road".to_owned(),
        lines: vec![2],
        least: Some(Limit::Amount(12_000)),
        most: None,
    });
    let found = conflict(&wanted);
    // One of the two, with nothing of the other.
    let travel = of(&[(Rule::LineMost(2), 2_000), (Rule::GroupLeast(0), 2_000)]);
    let rest =
        found.rules.iter().all(|moved| matches!(moved.rule, Rule::Total | Rule::LineLeast(_)));
    assert!(found.rules == travel || rest, "{found:?}");
    let least: i64 = found.way_out.iter().map(|moved| moved.by).sum();
    // 600 + 500 of 1,000, and up to 20 of travel that is not there: 20 and 120, or 20 and 100 + 10.
    assert!((12_000..=24_000).contains(&least), "{found:?}");
}

#[test]
fn a_chain_of_proportions_against_a_limit() {
    let lines = ["a", "b", "c"].map(|name| line(name, 0, None, &[]));
    let mut wanted = budget(1_000, lines.into());
    wanted.lines[0].least = 100;
    let follows = |name: &str, line, of| Proportion {
        name: name.to_owned(),
        line,
        of,
        least: Some(30_000),
        most: None,
    };
    wanted.proportions = vec![follows("b", 1, 0), follows("c", 2, 1)];
    // 100, 300 and 900 are 1,300.
    let found = conflict(&wanted);
    let rules: Vec<Rule> = found.rules.iter().map(|moved| moved.rule).collect();
    let expected =
        [Rule::Total, Rule::LineLeast(0), Rule::ProportionLeast(0), Rule::ProportionLeast(1)];
    assert_eq!(rules, expected);
    // 1,000 ÷ 13 is 76.9: the first would have to go down by 24 in whole cents.
    assert_eq!(found.rules[..2], of(&[(Rule::Total, 300), (Rule::LineLeast(0), 24)]));
    wanted.lines[0].least = 76;
    assert!(divide(&wanted).is_ok());
}

#[test]
fn to_spend_everything_can_be_what_stands_against_it() {
    let lines = vec![line("Rent", 0, Some(300), &[]), line("Tools", 0, Some(200), &[])];
    let found = conflict(&Wanted { spend_all: true, ..budget(600, lines) });
    let rules = [(Rule::SpendAll, 100), (Rule::LineMost(0), 100), (Rule::LineMost(1), 100)];
    assert_eq!(found.rules, of(&rules));
}

/// Moving any one of them as far as it says ends this conflict, and the way out ends all.
#[test]
fn the_way_out_is_one() {
    let mut seen = 0;
    for seed in 1_000..1_200 {
        let mut dice = Dice(seed);
        let size = Size { lines: 7, groups: 3, proportions: 0, grain: 10_000 };
        let mut wanted = wanted(&mut dice, size);
        // In amounts, so that the total can move alone.
        for group in &mut wanted.groups {
            let fixed = |limit: Option<Limit>| {
                limit.map(|limit| match limit {
                    Limit::Share(parts) => Limit::Amount(i64::from(parts) * wanted.total / 10_000),
                    amount @ Limit::Amount(_) => amount,
                })
            };
            (group.least, group.most) = (fixed(group.least), fixed(group.most));
        }
        wanted.spend_all = false;
        let Err(NoDivision::Conflict(found)) = divide(&wanted) else { continue };
        for Move { rule, by } in &found.way_out {
            let amount = |limit: &mut Option<Limit>, by: i64| {
                if let Some(Limit::Amount(amount)) = limit {
                    *amount += by;
                }
            };
            match rule {
                Rule::Total => wanted.total += by,
                Rule::LineLeast(at) => wanted.lines[*at].least -= by,
                Rule::LineMost(at) => {
                    wanted.lines[*at].most = wanted.lines[*at].most.map(|it| it + by);
                }
                Rule::GroupLeast(at) => amount(&mut wanted.groups[*at].least, -by),
                Rule::GroupMost(at) => amount(&mut wanted.groups[*at].most, *by),
                rule => panic!("{rule:?}"),
            }
        }
        assert!(divide(&wanted).is_ok(), "{found:?}");
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}
