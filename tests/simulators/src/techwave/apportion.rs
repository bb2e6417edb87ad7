//! Splitting a whole number by weights so that nothing is lost.

/// Parts of `total` in proportion to the `weights`; their sum is `total` unless all weights are 0.
pub(super) fn apportion(total: u64, weights: &[u64]) -> Vec<u64> {
    let whole: u128 = weights.iter().copied().map(u128::from).sum();
    let mut seen = 0_u128;
    let mut given = 0_u64;
    weights
        .iter()
        .map(|weight| {
            seen += u128::from(*weight);
            let due = (u128::from(total) * seen).checked_div(whole).unwrap_or(0);
            let due = u64::try_from(due).unwrap_or(total);
            let part = due - given;
            given = due;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_whole() {
        for total in [0, 1, 7, 100, 15_000] {
            let parts = apportion(total, &[3, 0, 1, 5, 8, 13]);
            assert_eq!(parts.iter().sum::<u64>(), total);
            assert_eq!(parts.get(1), Some(&0));
        }
    }

    #[test]
    fn without_weights_there_are_no_parts() {
        assert_eq!(apportion(5, &[0, 0]), [0, 0]);
    }
}
