//! Whether groups are found again among other clients of the same kind.

use super::{
    super::space::Dice,
    means::{Centre, Grouping, grouping},
};

/// How often clients are drawn.
const DRAWS: usize = 50;

/// From how many starts groups are looked for in each draw.
const STARTS: usize = 2;

/// For each group the mean over draws with replacement of its Jaccard coefficient with the most similar
/// group of the draw, over the clients that were drawn (Hennig 2007, "Cluster-wise assessment of cluster
/// stability"). A group of which nobody is drawn is not found in that draw.
pub(super) fn of(places: &[Centre], found: &Grouping) -> Vec<f64> {
    let groups = found.centres.len();
    let mut dice = Dice(7);
    let mut sums = vec![0.0; groups];
    for _ in 0..DRAWS {
        let drawn: Vec<usize> = (0..places.len()).map(|_| dice.below(places.len())).collect();
        let there: Vec<Centre> = drawn.iter().map(|at| places[*at]).collect();
        let again = grouping(&there, groups, STARTS, &mut dice);
        // Each client counts once, however often it was drawn.
        let mut group_of = vec![None; places.len()];
        drawn.iter().zip(&again.of).for_each(|(at, group)| group_of[*at] = Some(*group));
        for (sum, jaccard) in sums.iter_mut().zip(jaccards(&found.of, &group_of, groups)) {
            *sum += jaccard;
        }
    }
    sums.into_iter().map(|sum| sum / DRAWS as f64).collect()
}

/// The highest Jaccard coefficient of each group with any of the draw's.
fn jaccards(before: &[usize], again: &[Option<usize>], groups: usize) -> Vec<f64> {
    let mut common = vec![vec![0_u32; groups]; groups];
    for (before, again) in before.iter().zip(again) {
        if let Some(again) = again {
            common[*before][*again] += 1;
        }
    }
    let size = |group: usize| common[group].iter().sum::<u32>();
    let size_again = |group: usize| common.iter().map(|row| row[group]).sum::<u32>();
    let highest = |group: usize| {
        let of = |other: usize| {
            let both = common[group][other];
            let any = size(group) + size_again(other) - both;
            if any == 0 { 0.0 } else { f64::from(both) / f64::from(any) }
        };
        (0..groups).map(of).fold(0.0, f64::max)
    };
    (0..groups).map(highest).collect()
}
