//! How much each model counts: stacking (Wolpert, 1992; Breiman, 1996), with weights that are never
//! negative, on what each says of cases that it did not see.

use super::{FOLDS, encoding::Columns, fold_of, member::Member, probability};

/// What counts less is left out.
const LEAST: f64 = 0.05;
const MOST_ROUNDS: usize = 200;
const CLOSE: f64 = 1e-6;

/// The weights of the models, and what is added to their sum.
#[derive(Debug)]
pub(super) struct Blend {
    members: Vec<(f64, Member)>,
    base: f64,
}

/// What a model said of the cases that were held back from it.
struct Told {
    member: Member,
    log_odds: Vec<f64>,
}

impl Blend {
    /// What each of these models counts. One that counts for nothing on the first part of the cases
    /// is not tried on the others.
    pub(super) fn learn(members: &[Member], columns: &Columns, outcomes: &[f64]) -> Self {
        let blank = |member: &Member| Told { member: *member, log_odds: vec![0.0; outcomes.len()] };
        let mut told: Vec<Told> = members.iter().map(blank).collect();
        for fold in 0..FOLDS {
            let held = |row: &usize| fold_of(*row, FOLDS) == fold;
            let known: Vec<usize> = (0..outcomes.len()).filter(|row| !held(row)).collect();
            for it in &mut told {
                let fitted = it.member.fit(columns, &known, outcomes);
                let said = fitted.log_odds(columns);
                for row in (0..outcomes.len()).filter(held) {
                    it.log_odds[row] = said[row];
                }
            }
            if fold == 0 {
                let tried: Vec<usize> = (0..outcomes.len()).filter(held).collect();
                let (weights, _) = weigh(&told, &tried, outcomes);
                let mut weights = weights.into_iter();
                told.retain(|_| weights.next().is_some_and(|weight| weight >= LEAST));
            }
        }
        let all: Vec<usize> = (0..outcomes.len()).collect();
        let (weights, base) = weigh(&told, &all, outcomes);
        let members = weights.into_iter().zip(told.iter().map(|it| it.member)).collect();
        Self { members, base }
    }

    /// The models that count, each with its weight.
    pub(super) fn counted(&self) -> impl Iterator<Item = (f64, Member)> {
        self.members.iter().copied().filter(|(weight, _)| *weight >= LEAST)
    }

    /// What is added to the weighted sum.
    pub(super) fn base(&self) -> f64 {
        self.base
    }
}

/// The weights, none below zero, and the base that make the outcomes of these rows likeliest: Newton's
/// method for one at a time.
fn weigh(told: &[Told], rows: &[usize], outcomes: &[f64]) -> (Vec<f64>, f64) {
    let mut weights = vec![1.0 / told.len() as f64; told.len()];
    let mut base = 0.0;
    for _ in 0..MOST_ROUNDS {
        let mut largest = 0.0_f64;
        for at in 0..=told.len() {
            let (mut slope, mut bend) = (0.0, f64::EPSILON);
            for row in rows {
                let parts = told.iter().zip(&weights);
                let sum = parts.fold(base, |sum, (it, weight)| sum + weight * it.log_odds[*row]);
                let said = probability(sum);
                let x = told.get(at).map_or(1.0, |it| it.log_odds[*row]);
                slope += (outcomes[*row] - said) * x;
                bend += said * (1.0 - said) * x * x;
            }
            let change = slope / bend;
            if let Some(weight) = weights.get_mut(at) {
                let next = (*weight + change).max(0.0);
                largest = largest.max((next - *weight).abs());
                *weight = next;
            } else {
                largest = largest.max(change.abs());
                base += change;
            }
        }
        if largest < CLOSE {
            break;
        }
    }
    (weights, base)
}
