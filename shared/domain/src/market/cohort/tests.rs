use proptest::prelude::*;

use super::*;

const SIZES: [SizeBand; 3] = [SizeBand::Under10, SizeBand::From25, SizeBand::From100];

fn month() -> Month {
    "2026-10".parse().unwrap()
}

fn share((size, hundredths, euro): (usize, Option<i64>, bool)) -> Share {
    let currency = if euro { "EUR".parse().unwrap() } else { Currency::USD };
    let value = hundredths.map(|it| Decimal::new(it, 2));
    let coarse = |metric: Metric| Some((metric, metric.coarse(value?)?));
    let values = [Metric::GrossMargin, Metric::EffectiveHourlyRate].into_iter().filter_map(coarse);
    Share { month: month(), size: SIZES[size % 3], currency, values: values.collect() }
}

fn shares(most: usize) -> impl Strategy<Value = Vec<Share>> {
    let one = (0..3_usize, proptest::option::weighted(0.9, -50..100_i64), any::<bool>());
    proptest::collection::vec(one.prop_map(share), 0..most)
}

/// The least value with at least so many quarters of all at or below it.
fn plainly(values: &[Decimal], quarters: usize) -> Decimal {
    let reached = |value: &Decimal| {
        let count = values.iter().filter(|other| *other <= value).count();
        4 * count >= quarters * values.len()
    };
    values.iter().copied().filter(|value| reached(value)).min().unwrap()
}

proptest! {
    #[test]
    fn nothing_is_told_of_fewer_than_there_have_to_be(shares in shares(60)) {
        let cohort = Cohort::of(month(), &shares);
        for cell in &cohort.cells {
            let values = cell.values(&shares);
            prop_assert!(values.len() > FEWEST_OTHERS, "{cell:?} of {}", values.len());
            // What is left of all without those whose size is told is as many, too.
            let same = |other: &&Cell| (other.metric, other.currency) == (cell.metric, cell.currency);
            let sizes = cohort.cells.iter().filter(same).filter(|it| it.size.is_some());
            let told: usize = sizes.map(|it| it.values(&shares).len()).sum();
            let rest = Cell { size: None, ..cell.clone() }.values(&shares).len() - told;
            prop_assert!(rest == 0 || rest > FEWEST_OTHERS, "{cell:?} leaves {rest}");
        }
        for size in SIZES {
            if let Some(cell) = cohort.cell(Metric::EffectiveHourlyRate, Currency::USD, size) {
                prop_assert_eq!(cell.currency, Some(Currency::USD));
            }
        }
    }

    #[test]
    fn whatever_enough_gave_is_told(shares in shares(60)) {
        let cohort = Cohort::of(month(), &shares);
        let gave = shares.iter().filter(|it| it.values.contains_key(&Metric::GrossMargin)).count();
        let told = cohort.cell(Metric::GrossMargin, Currency::USD, SizeBand::From10).is_some();
        prop_assert_eq!(told, gave > FEWEST_OTHERS);
    }

    #[test]
    fn quartiles_are_those_of_a_plain_reckoning(shares in shares(60)) {
        for cell in Cohort::of(month(), &shares).cells {
            let values = cell.values(&shares);
            prop_assert_eq!(cell.quartiles, [1, 2, 3].map(|quarters| plainly(&values, quarters)));
        }
    }

    #[test]
    fn order_does_not_matter(shares in shares(40).prop_shuffle(), seed in any::<u64>()) {
        let mut other = shares.clone();
        let by = usize::try_from(seed % 40).unwrap() % other.len().max(1);
        other.rotate_left(by);
        prop_assert_eq!(Cohort::of(month(), &shares), Cohort::of(month(), &other));
    }

    #[test]
    fn a_percentile_is_that_of_a_plain_reckoning(
        value in -20..20_i64,
        others in proptest::collection::vec(-20..20_i64, 0..40),
    ) {
        let all: Vec<_> = others.iter().map(|it| Decimal::new(*it, 2)).collect();
        let told = percentile(Decimal::new(value, 2), &all);
        prop_assert_eq!(told.is_some(), others.len() >= FEWEST_OTHERS);
        if let Some(told) = told {
            let points: i64 = others.iter().map(|it| 1 - (*it - value).signum()).sum();
            let exact = Decimal::from(points) / Decimal::from(2 * others.len());
            let bounds = [Decimal::new(5, 2), Decimal::new(95, 2)];
            let exact = exact.clamp(bounds[0], bounds[1]);
            prop_assert!((told - exact).abs() <= Decimal::new(251, 4), "{told} for {exact}");
            prop_assert!((told / Decimal::new(5, 2)).is_integer() && told >= bounds[0]);
        }
    }

    #[test]
    fn one_member_moves_a_quartile_by_one_place_at_most(
        values in proptest::collection::vec(-50..100_i64, 11..40),
        other in -1_000_000..1_000_000_i64,
    ) {
        let of = |values: &[i64]| {
            let shares: Vec<_> = values.iter().map(|it| share((0, Some(*it), false))).collect();
            Cohort::of(month(), &shares).cells.remove(0).quartiles
        };
        let mut changed = values.clone();
        changed[0] = other;
        let mut sorted: Vec<_> = values.iter().map(|it| share((0, Some(*it), false))).collect();
        sorted.sort_by_key(|it| it.values[&Metric::GrossMargin]);
        let at = |place: usize| sorted.get(place).map(|it| it.values[&Metric::GrossMargin]);
        for (quarter, moved) in (1..).zip(of(&changed)) {
            let place = (quarter * values.len()).div_ceil(4) - 1;
            let lowest = place.checked_sub(1).and_then(at);
            prop_assert!(lowest.is_none_or(|lowest| moved >= lowest));
            prop_assert!(at(place + 1).is_none_or(|highest| moved <= highest));
        }
    }
}

#[test]
fn eleven_are_told_and_ten_are_not() {
    let of =
        |count: i64| -> Vec<_> { (0..count).map(|it| share((0, Some(it * 2), false))).collect() };
    assert_eq!(Cohort::of(month(), &of(10)).cells, []);
    let cohort = Cohort::of(month(), &of(11));
    let cell = cohort.cell(Metric::GrossMargin, Currency::USD, SizeBand::Under10).unwrap();
    let hundredths = |number| Decimal::new(number, 2);
    assert_eq!(cell.quartiles, [hundredths(4), hundredths(10), hundredths(16)]);
    assert_eq!(cell.size, None);
}

#[test]
fn those_of_a_size_are_told_once_the_others_are_enough_too() {
    let of = |counts: [usize; 3]| {
        let one = |size| move |at: usize| share((size, i64::try_from(at).ok(), false));
        let each = counts.into_iter().enumerate();
        let shares: Vec<_> = each.flat_map(|(size, count)| (0..count).map(one(size))).collect();
        let cohort = Cohort::of(month(), &shares);
        cohort.cell(Metric::GrossMargin, Currency::USD, SizeBand::Under10).unwrap().size
    };
    assert_eq!(of([20, 0, 0]), None);
    assert_eq!(of([11, 0, 1]), None);
    assert_eq!(of([11, 11, 10]), None);
    assert_eq!(of([11, 0, 11]), Some(SizeBand::Under10));
    assert_eq!(of([11, 5, 6]), Some(SizeBand::Under10));
}

#[test]
fn a_month_is_worked_out_from_the_eighth_of_the_next_on() {
    let day = |text: &str| text.parse().unwrap();
    assert!(!due(month(), day("2026-11-07")));
    assert!(due(month(), day("2026-11-08")));
    assert!(due(month(), day("2027-01-01")));
}
