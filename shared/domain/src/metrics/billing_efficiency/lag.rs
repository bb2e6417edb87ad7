//! How long it takes from work to invoice.

/// Days from work to its invoice, each piece of work once, however long it was. Work that was
/// invoiced in advance has fewer than zero.
///
/// A percentile is by nearest rank: the ⌈percent × n ÷ 100⌉-th smallest, so that it is a number of
/// days that some work really took, and at least that part of the work took no longer. Of an even
/// number of pieces the median is the lower of the middle two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillingLag {
    /// How many pieces of work were invoiced; at least one.
    pub count: usize,
    /// The 50th percentile, in days.
    pub median: i64,
    /// The 90th percentile, in days.
    pub p90: i64,
}

impl BillingLag {
    /// Of days in ascending order; `None` when there are none.
    pub(super) fn of_sorted(days: &[i64]) -> Option<Self> {
        let (median, p90) = (nearest_rank(days, 50)?, nearest_rank(days, 90)?);
        Some(Self { count: days.len(), median, p90 })
    }
}

fn nearest_rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Wikipedia, "Percentile", the nearest-rank method: of 15, 20, 35, 40, 50 and of ten values
    /// 3 to 20.
    #[test]
    fn percentiles_of_the_published_examples() {
        let of = |percent| nearest_rank(&[15, 20, 35, 40, 50], percent);
        let expected = [(5, 15), (30, 20), (40, 20), (50, 35), (100, 50)];
        for (percent, value) in expected {
            assert_eq!(of(percent), Some(value), "{percent}");
        }
        let ten = [3, 6, 7, 8, 8, 10, 13, 15, 16, 20];
        let of = |percent| nearest_rank(&ten, percent);
        assert_eq!([of(25), of(50), of(75), of(100)], [Some(7), Some(8), Some(15), Some(20)]);
    }

    #[test]
    fn of_nothing_there_is_no_lag_and_of_one_it_is_that() {
        assert_eq!(BillingLag::of_sorted(&[]), None);
        let lag = BillingLag { count: 1, median: -3, p90: -3 };
        assert_eq!(BillingLag::of_sorted(&[-3]), Some(lag));
    }

    proptest! {
        #[test]
        fn a_percentile_is_the_least_value_that_so_many_do_not_exceed(
            mut days in vec(-50_i64..400, 1..60), percent in 1_usize..=100,
        ) {
            days.sort_unstable();
            let at_most = |most| days.iter().filter(|day| **day <= most).count() * 100;
            let enough = |most: &&i64| at_most(**most) >= percent * days.len();
            prop_assert_eq!(nearest_rank(&days, percent), days.iter().find(enough).copied());
        }
    }
}
