//! How a difference is divided among what made it, exactly.

/// The Shapley values of a product (Shapley 1953): what each factor adds, going from `from` to `to`, on
/// the average over every order in which they may change. They add up to Π `to` − Π `from`.
///
/// Every subset of the factors is looked at, so there must be few: at most eight.
pub(super) fn of_product(from: &[f64], to: &[f64]) -> Vec<f64> {
    let count = from.len().min(to.len()).min(8);
    let product = |subset: usize| -> f64 {
        (0..count).map(|at| if subset >> at & 1 == 1 { to[at] } else { from[at] }).product()
    };
    let products: Vec<f64> = (0..1 << count).map(product).collect();
    let share = |factor: usize| {
        let without = (0..1_usize << count).filter(|subset| subset >> factor & 1 == 0);
        let adds = without.map(|subset| {
            let before = subset.count_ones();
            weight(before, count) * (products[subset | 1 << factor] - products[subset])
        });
        adds.sum()
    };
    (0..count).map(share).collect()
}

/// In what part of all orders exactly these `before` factors come before one of `count`:
/// `before! (count − before − 1)! ÷ count!`.
fn weight(before: u32, count: usize) -> f64 {
    let count = u32::try_from(count).unwrap_or_default();
    let factorial = |number: u32| (1..=number).map(f64::from).product::<f64>();
    factorial(before) * factorial(count - before - 1) / factorial(count)
}

/// The parts in whole units that add up to `whole`: each rounded down, and what is left to the largest
/// fractions, to the earlier of equal ones. What the parts themselves are off `whole` by, at most a unit
/// or so, is in what is left.
pub(super) fn to_the_unit(parts: &[f64], whole: i64) -> Vec<i64> {
    let down = |part: &f64| crate::forecast::whole(part.floor());
    let mut units: Vec<i64> = parts.iter().map(down).collect();
    let sum: i128 = units.iter().map(|unit| i128::from(*unit)).sum();
    let left = i128::from(whole) - sum;
    let Ok(count) = i128::try_from(units.len()) else { return units };
    if count == 0 {
        return units;
    }
    let (each, more) = (left.div_euclid(count), left.rem_euclid(count));
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let fraction = |at: &usize| parts[*at] - parts[*at].floor();
    order.sort_by(|one, two| fraction(two).total_cmp(&fraction(one)));
    for (place, at) in (0_i128..).zip(order) {
        let added = each + i128::from(place < more);
        let unit = i128::from(units[at]) + added;
        units[at] = i64::try_from(unit).unwrap_or_default();
    }
    units
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// What each factor adds, in each order one after the other.
    fn by_orders(from: &[f64], to: &[f64]) -> Vec<f64> {
        fn orders(left: &[usize]) -> Vec<Vec<usize>> {
            if left.is_empty() {
                return vec![Vec::new()];
            }
            let begun = |first: &usize| {
                let others: Vec<_> = left.iter().copied().filter(|other| other != first).collect();
                let rest = orders(&others);
                rest.into_iter().map(|rest| [vec![*first], rest].concat()).collect::<Vec<_>>()
            };
            left.iter().flat_map(begun).collect()
        }
        let all = orders(&(0..from.len()).collect::<Vec<_>>());
        let mut added = vec![0.0; from.len()];
        for order in &all {
            let mut now = from.to_vec();
            for factor in order {
                let before: f64 = now.iter().product();
                now[*factor] = to[*factor];
                added[*factor] += now.iter().product::<f64>() - before;
            }
        }
        added.iter().map(|sum| sum / all.len() as f64).collect()
    }

    #[test]
    fn of_two_factors_each_has_its_change_at_the_mean_of_the_other() {
        // 10 × 100 becomes 12 × 110.
        assert_eq!(of_product(&[10.0, 100.0], &[12.0, 110.0]), [210.0, 110.0]);
    }

    #[test]
    fn what_is_left_goes_to_the_largest_fractions() {
        assert_eq!(to_the_unit(&[1.6, 1.3, -0.9], 2), [2, 1, -1]);
        assert_eq!(to_the_unit(&[0.5, 0.5], 1), [1, 0]);
        assert_eq!(to_the_unit(&[], 0), Vec::<i64>::new());
    }

    proptest! {
        #[test]
        fn values_are_the_mean_over_all_orders(
            pairs in vec((-50.0_f64..50.0, -50.0_f64..50.0), 1..6),
        ) {
            let (from, to): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            let values = of_product(&from, &to);
            let scale = 1e-9 * 50_f64.powi(5);
            for (value, expected) in values.iter().zip(by_orders(&from, &to)) {
                prop_assert!((value - expected).abs() < scale);
            }
            let change = to.iter().product::<f64>() - from.iter().product::<f64>();
            prop_assert!((values.iter().sum::<f64>() - change).abs() < scale);
        }

        #[test]
        fn whole_parts_make_up_the_whole_and_stay_near(
            parts in vec(-1e9_f64..1e9, 1..12), off in -0.5_f64..0.5,
        ) {
            let whole = crate::forecast::whole(parts.iter().sum::<f64>() + off);
            let units = to_the_unit(&parts, whole);
            prop_assert_eq!(units.iter().sum::<i64>(), whole);
            for (unit, part) in units.iter().zip(&parts) {
                prop_assert!((*unit as f64 - part).abs() <= 2.0);
            }
        }
    }
}
