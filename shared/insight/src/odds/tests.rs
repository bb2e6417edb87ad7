use std::cmp::Ordering;

use proptest::prelude::*;

use super::{Cell, Field, Fitted, Kind, Model, Scores, Table, Unfit, cross_validate, probability};

/// Numbers that look random and are the same each time.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn fields(kinds: &[Kind]) -> Vec<Field> {
    let named = kinds.iter().enumerate();
    named.map(|(at, kind)| Field { name: format!("field {at}"), kind: *kind }).collect()
}

/// Clients of whom some are late, some large, some of either city: who left follows from `truth`.
fn clients(count: usize, truth: impl Fn(f64, f64, bool) -> f64) -> (Table, Vec<bool>) {
    let mut next = noise(7);
    let (mut rows, mut left) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (late, seats, north) = (next(), (next() * 40.0).floor(), next() < 0.5);
        left.push(next() < probability(truth(late, seats, north)));
        let city = if north { "north" } else { "south" };
        let seats = if next() < 0.1 { Cell::Missing } else { Cell::Number(seats) };
        rows.push(vec![Cell::Number(late), seats, Cell::Word(city.to_owned())]);
    }
    let kinds = fields(&[Kind::Number, Kind::Number, Kind::Word]);
    (Table::new(kinds, rows).unwrap(), left)
}

#[test]
fn reasons_add_up_to_the_log_odds_and_these_are_what_is_told_without_reasons() {
    let together = |late: f64, seats: f64, north: bool| {
        if north { 6.0 * (late - 0.5) } else { 6.0 * (0.5 - late) + seats / 20.0 }
    };
    let alone = |late: f64, seats: f64, _: bool| 4.0 * late - seats / 10.0;
    let (mut trees, mut regressions) = (0, 0);
    for (table, left) in [clients(800, together), clients(800, alone)] {
        let model = Model::fit(&table, &left).unwrap();
        for (_, fitted) in &model.fitted {
            match fitted {
                Fitted::Trees(_) => trees += 1,
                Fitted::Regression(_) => regressions += 1,
            }
        }
        for (expected, told) in model.explain(&table).iter().zip(model.log_odds(&table)) {
            let sum = expected.base + expected.parts.iter().sum::<f64>();
            assert!((sum - expected.log_odds()).abs() < 1e-9);
            assert!((sum - told).abs() < 1e-5, "{sum} {told}");
            assert!((expected.probability() - probability(sum)).abs() < 1e-12);
        }
    }
    assert!(trees > 0 && regressions > 0, "both kinds count: {trees} {regressions}");
}

#[test]
fn a_field_that_decides_nothing_adds_next_to_nothing() {
    let (table, left) = clients(600, |late, _, _| 6.0 * (late - 0.5));
    let expected = Model::fit(&table, &left).unwrap().explain(&table);
    let size = |field: usize| {
        expected.iter().map(|it| it.parts[field].abs()).sum::<f64>() / expected.len() as f64
    };
    assert!(size(0) > 1.0 && size(1) < 0.3 && size(2) < 0.3, "{} {} {}", size(0), size(1), size(2));
}

#[test]
fn what_is_learned_is_near_what_is_true_and_probabilities_come_true_as_often_as_they_say() {
    let truth = |late: f64, seats: f64, north: bool| {
        5.0 * (late - 0.5).max(0.0) - seats / 20.0 + f64::from(u8::from(north))
    };
    let (table, left) = clients(2_000, truth);
    let scores = cross_validate(&table, &left).unwrap();
    let best: Vec<f64> = (table.rows().iter())
        .map(|row| match row.as_slice() {
            [Cell::Number(late), seats, city] => {
                let seats = if let Cell::Number(seats) = seats { *seats } else { 20.0 };
                probability(truth(*late, seats, *city == Cell::Word("north".to_owned())))
            }
            _ => unreachable!("as the table is made"),
        })
        .collect();
    let best = Scores::of(&best, &left);
    assert!(scores.log_loss < best.log_loss + 0.01, "{} {}", scores.log_loss, best.log_loss);
    assert!(scores.calibration_error < 0.03, "{}", scores.calibration_error);
    assert_eq!(scores.cases, 2_000);
}

#[test]
fn the_same_cases_give_the_same_model_to_the_bit() {
    let (table, left) = clients(400, |late, seats, _| 4.0 * late - seats / 10.0);
    let told = || Model::fit(&table, &left).unwrap().log_odds(&table);
    let bits = |told: Vec<f64>| told.into_iter().map(f64::to_bits).collect::<Vec<_>>();
    assert_eq!(bits(told()), bits(told()));
}

#[test]
fn too_few_of_either_outcome_are_refused_with_their_numbers() {
    let (table, _) = clients(30, |_, _, _| 0.0);
    let left: Vec<bool> = (0..30).map(|at| at < 9).collect();
    assert_eq!(Model::fit(&table, &left).unwrap_err(), Unfit::NotEnough { with: 9, without: 21 });
    let stayed: Vec<bool> = left.iter().map(|it| !it).collect();
    assert_eq!(Model::fit(&table, &stayed).unwrap_err(), Unfit::NotEnough { with: 21, without: 9 });
    let short = Model::fit(&table, &left[1..]).unwrap_err();
    assert_eq!(short, Unfit::Outcomes { rows: 30, outcomes: 29 });
}

#[test]
fn cells_that_do_not_fit_their_field_are_refused() {
    let kinds = || fields(&[Kind::Number, Kind::Word]);
    let row = |cells: [Cell; 2]| Table::new(kinds(), vec![cells.to_vec()]);
    assert!(row([Cell::Number(1.0), Cell::Missing]).is_ok());
    for wrong in [
        [Cell::Number(f64::NAN), Cell::Missing],
        [Cell::Number(f64::INFINITY), Cell::Missing],
        [Cell::Word("1".to_owned()), Cell::Missing],
        [Cell::Missing, Cell::Number(1.0)],
    ] {
        assert!(row(wrong.clone()).is_err(), "{wrong:?}");
    }
    assert!(Table::new(kinds(), vec![vec![Cell::Missing]]).is_err());
}

#[test]
fn nothing_to_learn_from_gives_what_is_usual_and_no_reasons() {
    let rows = vec![vec![Cell::Number(3.0), Cell::Missing, Cell::Word("all".to_owned())]; 300];
    let table = Table::new(fields(&[Kind::Number, Kind::Number, Kind::Word]), rows).unwrap();
    let left: Vec<bool> = (0..300).map(|at| at % 4 == 0).collect();
    for expected in Model::fit(&table, &left).unwrap().explain(&table) {
        assert!((expected.probability() - 0.25).abs() < 0.01, "{expected:?}");
        assert!(expected.parts.iter().all(|part| part.abs() < 1e-6), "{expected:?}");
    }
}

#[test]
fn what_was_never_seen_gives_numbers_all_the_same() {
    let (table, left) = clients(600, |late, seats, _| 4.0 * late - seats / 10.0);
    let model = Model::fit(&table, &left).unwrap();
    let strange = vec![
        vec![Cell::Missing, Cell::Missing, Cell::Missing],
        vec![Cell::Number(1e300), Cell::Number(-1e300), Cell::Word("east".to_owned())],
    ];
    let strange = Table::new(table.fields().to_vec(), strange).unwrap();
    for expected in model.explain(&strange) {
        assert!((0.0..=1.0).contains(&expected.probability()), "{expected:?}");
    }
}

#[test]
fn scores_of_a_case_by_hand() {
    // Of the four pairs of one that left and one that stayed, three are told in the right order.
    let scores = Scores::of(&[0.9, 0.3, 0.4, 0.1], &[true, true, false, false]);
    assert!((scores.auc.unwrap() - 0.75).abs() < 1e-12);
    let surprise = -(0.9_f64.ln() + 0.3_f64.ln() + 0.6_f64.ln() + 0.9_f64.ln()) / 4.0;
    assert!((scores.log_loss - surprise).abs() < 1e-12);
    assert!((scores.brier - (0.01 + 0.49 + 0.16 + 0.01) / 4.0).abs() < 1e-12);
    assert!((scores.calibration_error - (0.1 + 0.7 + 0.4 + 0.1) / 4.0).abs() < 1e-12);
    assert_eq!(scores.bins[9].cases, 1);
    assert_eq!(scores.bins[5].said, None);
    assert_eq!(Scores::of(&[0.5], &[true]).auc, None);
}

proptest! {
    /// The definition: over all pairs of one with the outcome and one without.
    #[test]
    fn the_area_is_the_share_of_pairs_in_the_right_order(
        cases in prop::collection::vec((0_u8..20, any::<bool>()), 2..60),
    ) {
        let said: Vec<f64> = cases.iter().map(|(said, _)| f64::from(*said) / 20.0).collect();
        let became: Vec<bool> = cases.iter().map(|(_, became)| *became).collect();
        let (mut right, mut pairs) = (0.0, 0.0);
        for (one, _) in cases.iter().filter(|(_, became)| *became) {
            for (other, _) in cases.iter().filter(|(_, became)| !*became) {
                pairs += 1.0;
                right += match one.cmp(other) {
                    Ordering::Greater => 1.0,
                    Ordering::Equal => 0.5,
                    Ordering::Less => 0.0,
                };
            }
        }
        let auc = Scores::of(&said, &became).auc;
        prop_assert_eq!(auc.is_some(), pairs > 0.0);
        prop_assert!(auc.is_none_or(|auc| (auc - right / pairs).abs() < 1e-12));
    }
}
