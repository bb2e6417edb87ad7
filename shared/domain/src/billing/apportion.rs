//! Dividing a whole so that the parts make it up.

/// The parts of `whole` in proportion to `weights`: each is its exact share rounded down, and the
/// units that are left go to the largest fractions, to the earlier of equal ones (the method of
/// largest remainder, or Hamilton's). Nothing is lost: Σ parts = `whole`.
///
/// Weights may be negative as long as their sum is not zero; where it is, all goes to the first
/// part. Without weights there are no parts.
pub fn apportion(whole: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return weights.iter().enumerate().map(|(at, _)| if at == 0 { whole } else { 0 }).collect();
    }
    // By a positive sum, so that "down" and "fraction" mean the same for every part.
    let shares: Vec<_> = weights
        .iter()
        .map(|weight| {
            let product = i128::from(whole) * i128::from(*weight) * sum.signum();
            (product.div_euclid(sum.abs()), product.rem_euclid(sum.abs()))
        })
        .collect();
    let left = i128::from(whole) - shares.iter().map(|(part, _)| part).sum::<i128>();
    let mut order: Vec<_> = (0..shares.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(shares.get(*at).map(|(_, fraction)| *fraction)));
    let more = usize::try_from(left).unwrap_or_default();
    let favoured: std::collections::HashSet<_> = order.into_iter().take(more).collect();
    let part = |(at, (part, _)): (usize, &(i128, i128))| {
        let part = part + i128::from(favoured.contains(&at));
        i64::try_from(part).unwrap_or_default()
    };
    shares.iter().enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn what_is_left_goes_to_the_largest_fractions() {
        assert_eq!(apportion(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(apportion(-100, &[1, 1, 1]), [-33, -33, -34]);
        assert_eq!(apportion(10, &[1, 2, 3, 4]), [1, 2, 3, 4]);
        assert_eq!(apportion(5, &[70, 25, 5]), [4, 1, 0]);
        assert_eq!(apportion(7, &[0, 0]), [7, 0]);
        assert_eq!(apportion(90, &[100, -10]), [100, -10]);
        assert_eq!(apportion(1, &[]), Vec::<i64>::new());
    }

    proptest! {
        #[test]
        fn the_parts_make_up_the_whole_and_none_is_a_unit_off(
            whole in -1_000_000_000_i64..1_000_000_000,
            weights in vec(0_i64..1_000_000, 1..30),
        ) {
            let parts = apportion(whole, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), whole);
            let sum: i64 = weights.iter().sum();
            for (part, weight) in parts.iter().zip(&weights).filter(|_| sum > 0) {
                let exact = i128::from(whole) * i128::from(*weight);
                let off = i128::from(*part) * i128::from(sum) - exact;
                prop_assert!(off.abs() < i128::from(sum), "{} of {} by {:?}", part, whole, weights);
            }
        }
    }
}
