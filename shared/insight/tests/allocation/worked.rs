//! Divisions worked by hand, and what every division keeps to.

use std::time::Instant;

use clearmargin_insight::allocation::{
    Division, Group, Limit, Line, MOST, MOST_GROUPS, MOST_LINES, MOST_PROPORTIONS, NoDivision,
    Proportion, Rule, Standing, Step, Wanted, Worth, divide,
};
use proptest::prelude::*;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use crate::made::{Dice, Size, wanted};

/// A line that brings so much in steps: up to which amount, and ten-thousandths for each unit.
pub(crate) fn line(name: &str, least: i64, most: Option<i64>, steps: &[(i64, u32)]) -> Line {
    let step = |(up_to, brings): &(i64, u32)| Step { up_to: *up_to, brings: *brings };
    let worth = Worth::Returns(steps.iter().map(step).collect());
    Line { name: name.to_owned(), least, most, worth }
}

pub(crate) fn wish(name: &str, wish: i64, weight: u32) -> Line {
    Line { name: name.to_owned(), least: 0, most: None, worth: Worth::Wish { wish, weight } }
}

pub(crate) fn budget(total: i64, lines: Vec<Line>) -> Wanted {
    Wanted { total, spend_all: false, lines, groups: Vec::new(), proportions: Vec::new() }
}

fn divided(wanted: &Wanted) -> Division {
    wanted.check().unwrap();
    divide(wanted).unwrap()
}

fn standing(division: &Division, rule: Rule) -> &Standing {
    division.rules.iter().find(|standing| standing.rule == rule).unwrap()
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn prices(division: &Division, rule: Rule) -> (Decimal, Option<Decimal>) {
    let standing = standing(division, rule);
    (standing.looser, standing.tighter)
}

/// Sales bring 3 up to 400 and 1.50 up to 1,000; tools 2 up to 500; training 1 up to 300.
fn office() -> Wanted {
    let lines = vec![
        line("Sales", 0, None, &[(40_000, 30_000), (100_000, 15_000)]),
        line("Tools", 0, None, &[(50_000, 20_000)]),
        line("Training", 10_000, None, &[(30_000, 10_000)]),
    ];
    budget(120_000, lines)
}

#[test]
fn what_brings_most_is_served_first() {
    let division = divided(&office());
    // Training has its 100. 400 at 3.00, 500 at 2.00, and what is left, 200, at 1.50.
    assert_eq!(division.amounts, [60_000, 50_000, 10_000]);
    assert_eq!(division.worth, ["150000", "100000", "10000"].map(number));
    assert_eq!((division.value, division.lost), (number("260000"), Decimal::ZERO));
    // Another dollar would go to sales; without the least for training, its dollar would, too.
    assert_eq!(prices(&division, Rule::Total), (number("1.5"), Some(number("1.5"))));
    assert_eq!(prices(&division, Rule::LineLeast(2)), (number("0.5"), Some(number("0.5"))));
}

#[test]
fn a_price_has_two_sides_where_a_step_ends() {
    let division = divided(&Wanted { total: 50_000, ..office() });
    assert_eq!(division.amounts, [40_000, 0, 10_000]);
    // A dollar more goes to tools and brings 2, one less is missing where it brings 3.
    assert_eq!(prices(&division, Rule::Total), (number("2"), Some(number("3"))));
}

#[test]
fn more_than_is_worth_anything_is_left() {
    let division = divided(&Wanted { total: 1_000_000, ..office() });
    assert_eq!(division.amounts.iter().sum::<i64>(), 180_000);
    assert_eq!(prices(&division, Rule::Total), (Decimal::ZERO, Some(Decimal::ZERO)));
    let all = divided(&Wanted { total: 1_000_000, spend_all: true, ..office() });
    assert_eq!((all.amounts.iter().sum::<i64>(), all.value), (1_000_000, division.value));
}

#[test]
fn groups_and_proportions_hold_and_have_their_price() {
    let mut wanted = office();
    wanted.groups.push(Group {
        name: "Growth".to_owned(),
        lines: vec![0, 1],
        least: None,
        most: Some(Limit::Share(7_500)),
    });
    wanted.proportions.push(Proportion {
        name: "Training follows sales".to_owned(),
        line: 2,
        of: 0,
        least: Some(5_000),
        most: None,
    });
    let division = divided(&wanted);
    // 900 for both: tools cost nothing else, sales bring 3 only with half a dollar of training.
    assert_eq!(division.amounts, [40_000, 50_000, 30_000]);
    assert_eq!(standing(&division, Rule::GroupMost(0)).limit, 90_000);
    assert_eq!(standing(&division, Rule::ProportionLeast(0)).limit, 20_000);
    assert!(!standing(&division, Rule::ProportionLeast(0)).binding);
    // A dollar more for both is one less for training; one less is a dollar of tools, and nothing for
    // training, which has all that brings something.
    assert_eq!(prices(&division, Rule::GroupMost(0)), (number("0.5"), Some(number("2"))));
}

#[test]
fn wishes_are_cut_where_it_counts_least() {
    let lines = vec![
        wish("Rent", 50_000, 30_000),
        wish("Travel", 30_000, 5_000),
        wish("Books", 5_000, 10_000),
    ];
    let division = divided(&budget(70_000, lines.clone()));
    assert_eq!(division.amounts, [50_000, 15_000, 5_000]);
    assert_eq!(division.value, number("-7500"));
    assert_eq!(prices(&division, Rule::Total), (number("0.5"), Some(number("0.5"))));
    // All wishes together fit: they are what is given, and nothing more.
    assert_eq!(divided(&budget(90_000, lines)).amounts, [50_000, 30_000, 5_000]);
}

#[test]
fn thirds_become_cents_and_the_rules_hold() {
    // Two of three parts, of 100.00.
    let mut wanted = budget(
        10_000,
        vec![
            line("Field", 0, None, &[(20_000, 10_000)]),
            line("Office", 0, None, &[(20_000, 30_000)]),
        ],
    );
    wanted.spend_all = true;
    let twice = |least, most| Proportion { name: "Twice".to_owned(), line: 0, of: 1, least, most };
    wanted.proportions.push(twice(Some(20_000), None));
    let division = divided(&wanted);
    assert_eq!(division.amounts, [6_667, 3_333]);
    // A third of a cent of what is worth 2 more in the office.
    assert_eq!(division.lost, number("0.666667"));
    assert_eq!(standing(&division, Rule::ProportionLeast(0)).missed, 0);
    // Exactly twice as much cannot be: then it is missed, by less than it says, and that is told.
    wanted.proportions = vec![twice(Some(20_000), Some(20_000))];
    let division = divided(&wanted);
    assert_eq!(division.amounts.iter().sum::<i64>(), 10_000);
    let missed: i64 = division.rules.iter().map(|standing| standing.missed).sum();
    assert!((1..3).contains(&missed), "{division:?}");
}

#[test]
fn three_lines_of_which_each_two_make_up_a_cent_cannot_be_in_cents() {
    let mut wanted =
        budget(100, ["a", "b", "c"].map(|name| line(name, 0, None, &[(9, 10_000)])).into());
    for (name, lines) in [("ab", vec![0, 1]), ("bc", vec![1, 2]), ("ac", vec![0, 2])] {
        let limit = Some(Limit::Amount(1));
        wanted.groups.push(Group { name: name.to_owned(), lines, least: None, most: limit });
    }
    let division = divided(&wanted);
    assert!(division.rules.iter().all(|standing| standing.missed == 0), "{division:?}");
    // A half for each, 1.5 in all; what keeps to every limit in cents is 1 at most.
    assert!(division.lost >= number("0.5"), "{division:?}");
}

#[test]
fn odd_input_is_refused_by_name() {
    let path = |change: fn(&mut Wanted)| {
        let mut wanted = office();
        change(&mut wanted);
        wanted.check().unwrap_err().path
    };
    assert_eq!(path(|it| it.total = -1), "total");
    assert_eq!(path(|it| it.total = MOST + 1), "total");
    assert_eq!(path(|it| it.lines.clear()), "lines");
    assert_eq!(path(|it| it.lines = vec![it.lines[0].clone(); 201]), "lines");
    assert_eq!(path(|it| it.lines[1].name = "sALES".to_owned()), "lines[1].name");
    assert_eq!(path(|it| it.lines[2].most = Some(9_999)), "lines[2].most");
    assert_eq!(path(|it| it.lines[2].least = i64::MIN), "lines[2].least");
    assert_eq!(
        path(|it| it.lines[0] = line("x", 0, None, &[(5, 1), (5, 1)])),
        "lines[0].returns[1].upTo"
    );
    assert_eq!(
        path(|it| it.lines[0] = line("x", 0, None, &[(5, 1), (6, 2)])),
        "lines[0].returns[1].perUnit"
    );
    assert_eq!(path(|it| it.lines[0] = wish("x", i64::MAX, 1)), "lines[0].wish");
    assert_eq!(path(|it| it.lines[0] = wish("x", 1, u32::MAX)), "lines[0].weight");
    let group = |lines: Vec<usize>, least, most| Group { name: "G".to_owned(), lines, least, most };
    let of = |group: Group| Wanted { groups: vec![group], ..office() }.check().unwrap_err().path;
    let amount = |amount| Some(Limit::Amount(amount));
    assert_eq!(of(group(vec![], amount(1), None)), "groups[0].lines");
    assert_eq!(of(group(vec![0, 3], amount(1), None)), "groups[0].lines[1]");
    assert_eq!(of(group(vec![1, 1], amount(1), None)), "groups[0].lines[1]");
    assert_eq!(of(group(vec![1], None, None)), "groups[0].least");
    assert_eq!(of(group(vec![1], amount(2), amount(1))), "groups[0].most");
    assert_eq!(of(group(vec![1], None, Some(Limit::Share(10_001)))), "groups[0].mostShare");
    let follows = |line, of, least, most| {
        let it = Proportion { name: "P".to_owned(), line, of, least, most };
        Wanted { proportions: vec![it], ..office() }.check().unwrap_err().path
    };
    assert_eq!(follows(0, 0, Some(100), None), "proportions[0].of");
    assert_eq!(follows(9, 0, Some(100), None), "proportions[0].line");
    assert_eq!(follows(0, 1, None, None), "proportions[0].least");
    assert_eq!(follows(0, 1, Some(200), Some(100)), "proportions[0].most");
    assert_eq!(follows(0, 1, Some(150), None), "proportions[0].least");
}

/// The sum that a rule is of, worked out anew.
fn holds(wanted: &Wanted, amounts: &[i64], missed: &[(Rule, i64)]) -> bool {
    let part = |parts: u32, of: i64| i128::from(parts) * i128::from(of);
    let tolerated = |rule| missed.iter().find(|(it, _)| *it == rule).map_or(0, |(_, by)| *by);
    let sum = |lines: &[usize]| lines.iter().map(|line| amounts[*line]).sum::<i64>();
    let total: i64 = amounts.iter().sum();
    let lines = wanted.lines.iter().zip(amounts);
    let limit = |limit: Limit| match limit {
        Limit::Amount(amount) => part(10_000, amount),
        Limit::Share(share) => part(share, wanted.total),
    };
    (total <= wanted.total)
        && (!wanted.spend_all || total == wanted.total)
        && lines.into_iter().all(|(line, amount)| {
            *amount >= line.least && line.most.is_none_or(|most| *amount <= most)
        })
        && wanted.groups.iter().enumerate().all(|(at, group)| {
            let sum = sum(&group.lines);
            let least = sum + tolerated(Rule::GroupLeast(at));
            let most = sum - tolerated(Rule::GroupMost(at));
            group.least.is_none_or(|it| part(10_000, least) >= limit(it))
                && group.most.is_none_or(|it| part(10_000, most) <= limit(it))
        })
        && wanted.proportions.iter().enumerate().all(|(at, it)| {
            let least = amounts[it.line] + tolerated(Rule::ProportionLeast(at));
            let most = amounts[it.line] - tolerated(Rule::ProportionMost(at));
            it.least.is_none_or(|share| part(10_000, least) >= part(share, amounts[it.of]))
                && it.most.is_none_or(|share| part(10_000, most) <= part(share, amounts[it.of]))
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn amounts_keep_to_every_rule_in_whole_units(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let size = Size {
            lines: usize::try_from(1 + dice.upto(9)).unwrap(),
            groups: usize::try_from(dice.upto(4)).unwrap(),
            proportions: usize::try_from(dice.upto(3)).unwrap(),
            grain: 1,
        };
        let wanted = wanted(&mut dice, size);
        match divide(&wanted) {
            Ok(division) => {
                let missed: Vec<_> = division.rules.iter().map(|it| (it.rule, it.missed)).collect();
                prop_assert!(holds(&wanted, &division.amounts, &missed));
                prop_assert_eq!(division.worth.iter().sum::<Decimal>(), division.value);
                prop_assert!(!division.lost.is_sign_negative());
            }
            Err(NoDivision::Conflict(conflict)) => prop_assert!(!conflict.rules.is_empty()),
            Err(NoDivision::Unproved) => prop_assert!(false, "unproved"),
        }
    }
}

/// Without a rounded amount, a rule moved by a cent changes the value by exactly its price.
#[test]
fn prices_are_what_a_cent_changes() {
    let (mut checked, mut two_sided) = (0, 0);
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let size = Size { lines: 6, groups: 2, proportions: 1, grain: 5_000_000 };
        let before = wanted(&mut dice, size);
        let Ok(division) = divide(&before) else { continue };
        if division.rules.iter().any(|standing| standing.missed > 0) {
            continue;
        }
        for standing in division.rules.iter().filter(|standing| standing.binding) {
            for (by, price) in [(1, Some(standing.looser)), (-1, standing.tighter.map(|it| -it))] {
                let Some(after) = moved(&before, standing.rule, by) else { continue };
                let after =
                    divide(&after).ok().filter(|it| it.rules.iter().all(|it| it.missed == 0));
                if let Some(after) = &after {
                    let (new, old) = (after.value + after.lost, division.value + division.lost);
                    let off = (new - old - price.unwrap()).abs();
                    assert!(off < number("0.00001"), "{:?} {by} {before:?}", standing.rule);
                }
                checked += usize::from(after.is_some());
            }
            two_sided += usize::from(standing.tighter != Some(standing.looser));
        }
    }
    assert!(checked > 500 && two_sided > 50, "{checked} {two_sided}");
}

/// The same with a rule that has a unit more room, or less; nothing for what is no amount.
fn moved(wanted: &Wanted, rule: Rule, by: i64) -> Option<Wanted> {
    let mut it = wanted.clone();
    match rule {
        // What is a share of it would move, too.
        Rule::Total if it.groups.iter().any(shared) => return None,
        Rule::Total => it.total += by,
        Rule::LineLeast(line) => it.lines[line].least -= by,
        Rule::LineMost(line) => it.lines[line].most = Some(it.lines[line].most? + by),
        Rule::GroupLeast(at) => it.groups[at].least = Some(amount(it.groups[at].least?, -by)?),
        Rule::GroupMost(at) => it.groups[at].most = Some(amount(it.groups[at].most?, by)?),
        Rule::SpendAll | Rule::ProportionLeast(_) | Rule::ProportionMost(_) => return None,
    }
    it.check().ok().map(|()| it)
}

fn shared(group: &Group) -> bool {
    matches!(group.least.or(group.most), Some(Limit::Share(_)))
}

fn amount(limit: Limit, by: i64) -> Option<Limit> {
    match limit {
        Limit::Amount(amount) => Some(Limit::Amount(amount + by)),
        Limit::Share(_) => None,
    }
}

/// Twenty lines of which each gets at least 97 % of the one before: the first one's part of the whole has
/// a denominator of 40 digits, beyond what 128 bits hold.
#[test]
fn what_no_machine_word_holds_is_exact_too() {
    let count = MOST_PROPORTIONS + 1;
    let steps = |at: usize| if at == 0 { vec![(MOST, 10_000)] } else { Vec::new() };
    let lines = (0..count).map(|at| line(&format!("line {at}"), 0, None, &steps(at)));
    let mut wanted = budget(100_000_000_000, lines.collect());
    let follows = |at: usize| Proportion {
        name: format!("follows {at}"),
        line: at + 1,
        of: at,
        least: Some(9_700),
        most: None,
    };
    wanted.proportions = (0..MOST_PROPORTIONS).map(follows).collect();
    let division = divided(&wanted);
    let parts: f64 = (0..21).map(|at| 0.97_f64.powi(at)).sum();
    let expected = 100_000_000_000.0 / parts;
    let best = (division.value + division.lost).to_f64().unwrap();
    assert!((best - expected).abs() < 1e-3, "{best} {expected}");
    assert!(division.rules.iter().all(|standing| standing.missed == 0));
    assert!(division.lost < number("100"), "{}", division.lost);
}

/// What the largest budgets are, with rules that can hold.
fn largest(seed: u64, proportions: usize) -> Wanted {
    let mut dice = Dice(seed);
    let size = Size { lines: MOST_LINES, groups: MOST_GROUPS, proportions, grain: 1 };
    let mut wanted = wanted(&mut dice, size);
    (wanted.total, wanted.spend_all) = (2_000_000_000, false);
    for line in &mut wanted.lines {
        line.least = if proportions == 0 { line.least / 10 } else { 0 };
    }
    for group in &mut wanted.groups {
        let most = Some(Limit::Amount(100_000_000 + dice.upto(1_500_000_000)));
        (group.least, group.most) = (None, most);
    }
    wanted
}

/// The largest with a chain of proportions, so that denominators grow as far as they can.
fn chained(seed: u64) -> Wanted {
    let mut wanted = largest(seed, 0);
    let mut dice = Dice(seed);
    for line in &mut wanted.lines {
        (line.least, line.most) = (0, None);
    }
    let mut follows = |at: usize| Proportion {
        name: format!("follows {at}"),
        line: at + 1,
        of: at,
        least: Some(9_100 + 200 * u32::try_from(dice.upto(9)).unwrap()),
        most: None,
    };
    wanted.proportions = (0..MOST_PROPORTIONS).map(&mut follows).collect();
    wanted
}

#[test]
fn the_largest_budgets_take_moderate_time() {
    let plain = [(3, 0), (1, MOST_PROPORTIONS), (2, MOST_PROPORTIONS)];
    let plain = plain.map(|(seed, proportions)| largest(seed, proportions));
    for wanted in plain.into_iter().chain([chained(1), chained(2)]) {
        let began = Instant::now();
        let division = divided(&wanted);
        let took = began.elapsed();
        let binding = division.rules.iter().filter(|it| it.binding).count();
        eprintln!("{binding} binding, {} lost: {took:?}", division.lost);
        assert!(took.as_secs() < 60, "{took:?}");
    }
}
