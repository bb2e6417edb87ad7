//! Figures of a single agreement: how its price compares with the work that it takes.

use rust_decimal::{Decimal, RoundingStrategy};

use super::ratio;
use crate::{
    money::{Money, MoneyError},
    time_entry::{BillingStatus, TimeEntry},
};

/// What the covered work would have brought without the agreement: Σ hours × hourly price over time
/// that is billable, covered by the agreement, and has a price other than zero. `None` when there
/// is no such time.
pub fn shadow_billable<'a>(
    entries: impl IntoIterator<Item = &'a TimeEntry>,
) -> Result<Option<Money>, MoneyError> {
    let covered =
        |entry: &&TimeEntry| entry.billable && entry.status == BillingStatus::UnderContract;
    let mut total: Option<Money> = None;
    for entry in entries.into_iter().filter(covered) {
        let Some(hourly) = entry.hourly_price.filter(|hourly| hourly.minor != 0) else { continue };
        let price = entry.worked.at(hourly)?;
        total = Some(total.map_or(Ok(price), |total| total.checked_add(price))?);
    }
    Ok(total)
}

/// Agreement efficiency: labour revenue ÷ shadow billable, to four decimals. At 1 the agreement
/// brings what its work would at list price; below it is underpriced. `None` without shadow
/// billable, or in two currencies.
pub fn efficiency(labour_revenue: Money, shadow_billable: Money) -> Option<Decimal> {
    let same = labour_revenue.currency == shadow_billable.currency;
    same.then(|| ratio(labour_revenue.minor, shadow_billable.minor)).flatten()
}

/// How many hours the agreement may take and still reach a target margin, to two decimals:
/// (billed × (1 − target margin) − product cost) ÷ loaded hourly rate. Negative when products alone
/// cost too much. `None` without a rate, or in two currencies.
pub fn target_hours(
    billed: Money,
    target_margin: Decimal,
    product_cost: Money,
    hourly_cost: Money,
) -> Option<Decimal> {
    let currency = billed.currency;
    if product_cost.currency != currency || hourly_cost.currency != currency {
        return None;
    }
    let share = Decimal::ONE.checked_sub(target_margin)?;
    let allowed = billed.major().checked_mul(share)?.checked_sub(product_cost.major())?;
    let hours = allowed.checked_div(hourly_cost.major())?;
    Some(hours.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{labour::WorkedTime, money::Currency, time_entry::tests::hour};

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    /// Billable time that an agreement covers.
    fn covered(seconds: i64, hourly_minor: i64) -> TimeEntry {
        TimeEntry {
            worked: WorkedTime { seconds },
            status: BillingStatus::UnderContract,
            hourly_price: Some(usd(hourly_minor)),
            ..hour()
        }
    }

    #[test]
    fn the_efficiency_of_the_worked_example() {
        assert_eq!(efficiency(usd(100_000), usd(80_000)), Some(Decimal::new(125, 2)));
        assert_eq!(efficiency(usd(100_000), usd(0)), None);
        assert_eq!(efficiency(usd(1), Money::new(1, "EUR".parse().unwrap())), None);
    }

    #[test]
    fn shadow_billable_is_covered_billable_time_at_its_price() {
        let hour = covered(3_600, 10_000);
        let entries = [
            hour.clone(),
            covered(1_800, 12_000),
            covered(3_600, 0),
            TimeEntry { hourly_price: None, ..hour.clone() },
            TimeEntry { billable: false, ..hour.clone() },
            TimeEntry { status: BillingStatus::Invoiced, ..hour },
        ];
        assert_eq!(shadow_billable(&entries), Ok(Some(usd(16_000))));
        assert_eq!(shadow_billable(&entries[2..]), Ok(None));
    }

    #[test]
    fn target_hours_are_what_the_margin_leaves_for_work() {
        let hours = |margin: &str, hourly| {
            target_hours(usd(300_000), margin.parse().unwrap(), usd(70_000), usd(hourly))
        };
        // ($3,000 × 60 % − $700) ÷ $55.
        assert_eq!(hours("0.4", 5_500), Some(Decimal::from(20)));
        assert_eq!(hours("0.8", 5_500), Some(Decimal::new(-182, 2)));
        assert_eq!(hours("0.4", 0), None);
    }

    proptest! {
        #[test]
        fn work_that_takes_the_target_hours_leaves_the_target_margin(
            billed in 1_i64..10_000_000, percent in 0_i64..100,
            product_cost in 0_i64..1_000_000, hourly in 1_000_i64..100_000,
        ) {
            let margin = Decimal::new(percent, 2);
            let hours = target_hours(usd(billed), margin, usd(product_cost), usd(hourly)).unwrap();
            let labour_cost = hours * Decimal::from(hourly);
            let left = Decimal::from(billed - product_cost) - labour_cost;
            // Half a hundredth of an hour is what rounding may move.
            let off = left - Decimal::from(billed) * margin;
            prop_assert!(off.abs() <= Decimal::from(hourly) * Decimal::new(5, 3));
        }

        #[test]
        fn in_which_parts_time_is_added_changes_nothing(
            times in vec((0_i64..40_000, 1_i64..50_000), 0..10), cut in 0_usize..10,
        ) {
            let entries: Vec<_> = times.iter().map(|(time, price)| covered(*time, *price)).collect();
            let minor = |part: &[TimeEntry]| shadow_billable(part).unwrap().map_or(0, |it| it.minor);
            let (a, b) = entries.split_at(cut.min(entries.len()));
            prop_assert_eq!(minor(&entries), minor(a) + minor(b));
        }
    }
}
