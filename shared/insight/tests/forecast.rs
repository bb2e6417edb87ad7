//! What a forecast promises, whatever it is given.
#![expect(clippy::float_arithmetic, reason = "models are numbers")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use clearmargin_insight::forecast::{
    FARTHEST, Forecast, LONGEST, Member, NotEnough, Rhythm, Series, SeriesError, forecast, outlook,
};
use proptest::prelude::*;

fn monthly(values: &[f64]) -> Series {
    Series::new(Rhythm::Monthly, values).unwrap()
}

fn of(values: &[f64], horizon: usize) -> Forecast {
    forecast(&monthly(values), horizon).unwrap()
}

/// Numbers of a standard normal distribution, the same each time.
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// A level that rises, and a season of the year.
fn rising(month: u32) -> f64 {
    let season = [0.0, -4.0, 3.0, 5.0, 1.0, -2.0, -6.0, -5.0, 2.0, 4.0, 1.0, 1.0];
    100.0 + 2.0 * f64::from(month) + season[month as usize % 12]
}

#[test]
fn what_is_no_number_is_refused_by_type() {
    let refused = |values: &[f64]| Series::new(Rhythm::Monthly, values).unwrap_err();
    assert_eq!(refused(&[1.0, f64::NAN]), SeriesError::Unusable(1));
    assert_eq!(refused(&[f64::INFINITY]), SeriesError::Unusable(0));
    assert_eq!(refused(&[1.0, 2.0, -1e300]), SeriesError::Unusable(2));
    assert_eq!(refused(&vec![0.0; LONGEST + 1]), SeriesError::TooMany(LONGEST + 1));
    let gap = Series::with_gaps(Rhythm::Monthly, &[Some(1.0), None, Some(3.0)]);
    assert_eq!(gap.unwrap_err(), SeriesError::Missing(1));
}

#[test]
fn too_short_a_history_says_how_much_is_needed() {
    for (rhythm, needed) in [(Rhythm::Monthly, 12), (Rhythm::Weekly, 26), (Rhythm::Daily, 28)] {
        for have in [0, 1, needed - 1] {
            let series = Series::new(rhythm, &vec![5.0; have]).unwrap();
            assert_eq!(forecast(&series, 6), Err(NotEnough { have, needed }));
        }
        let series = Series::new(rhythm, &vec![5.0; needed]).unwrap();
        assert_eq!(forecast(&series, 6).unwrap().used, needed);
    }
}

#[test]
fn a_constant_goes_on_without_width() {
    for value in [0.0, 1_234.5, -7.0] {
        let said = of(&[value; 30], 6);
        for step in &said.steps {
            assert!((step.point - value).abs() < 1e-6, "{value}: {}", step.point);
            assert!(step.bands[2].high - step.bands[2].low < 1e-3);
        }
        assert_eq!(said.backtest.own.mase, None);
    }
}

#[test]
fn a_trend_with_a_season_is_found() {
    let values: Vec<f64> = (0..60).map(rising).collect();
    let said = of(&values, 12);
    for (step, month) in said.steps.iter().zip(60..) {
        let off = (step.point - rising(month)).abs() / rising(month);
        assert!(off < 0.02, "month {month}: {} for {}", step.point, rising(month));
    }
    assert!(said.backtest.own.mae < 0.25 * said.backtest.naive.mae);
}

#[test]
fn a_year_that_repeats_itself_goes_on_and_seasonal_naive_is_told_to_be_better() {
    let mut noise = Noise(7);
    let year: Vec<f64> = (0..12).map(|_| 1_000.0 + 900.0 * noise.uniform()).collect();
    let values: Vec<f64> = year.iter().copied().cycle().take(42).collect();
    let said = of(&values, 12);
    for (step, naive) in said.steps.iter().zip(&said.naive) {
        assert!((step.point - naive).abs() < 0.05 * naive, "{} for {naive}", step.point);
    }
    assert_eq!(said.naive[..6], year[6..]);
    assert!(said.backtest.naive.mae < 1e-9 && said.backtest.own.mae > 0.0);
}

#[test]
fn a_backtest_tells_origins_and_what_was_tested() {
    let values: Vec<f64> = (0..40).map(rising).collect();
    let backtest = of(&values, 6).backtest;
    // From 12 months before the end on, each looks at most 6 months ahead: 7 × 6 + 5 + 4 + 3 + 2 + 1.
    assert_eq!((backtest.origins, backtest.tested), (12, 57));
    let shortest = of(&values[..12], 6).backtest;
    assert_eq!((shortest.origins, shortest.tested), (6, 21));
}

#[test]
fn what_was_never_negative_stays_so() {
    let mut noise = Noise(3);
    let values: Vec<f64> = (0..36).map(|_| (4.0 * noise.normal()).max(0.0)).collect();
    for step in of(&values, 12).steps {
        assert!(step.point >= 0.0);
        assert!(step.bands.iter().all(|band| band.low >= 0.0));
    }
}

#[test]
fn bands_hold_what_they_say_of_noise_around_a_season() {
    let mut noise = Noise(11);
    let (mut inside, mut tested) = ([0_u32; 3], 0_u32);
    for _ in 0..80 {
        let all: Vec<f64> = (0..42).map(|month| rising(month) + 8.0 * noise.normal()).collect();
        for (step, value) in of(&all[..36], 6).steps.iter().zip(&all[36..]) {
            for (inside, band) in inside.iter_mut().zip(step.bands) {
                *inside += u32::from((band.low..=band.high).contains(value));
            }
            tested += 1;
        }
    }
    let share = inside.map(|inside| 100.0 * f64::from(inside) / f64::from(tested));
    let near = |share: f64, level: f64, off: f64| (share - level).abs() <= off;
    assert!(near(share[0], 50.0, 12.0), "{share:?}");
    assert!(near(share[1], 80.0, 9.0), "{share:?}");
    assert!(near(share[2], 95.0, 4.5), "{share:?}");
}

/// Tickets a day of a company's service desk from 1 March 2016 on. Amaral, Fantinato, Peres: "Incident
/// management process enriched event log", UCI Machine Learning Repository 498, 2018, CC BY 4.0.
fn tickets() -> Vec<f64> {
    include_str!("tickets.txt").split_whitespace().map(|count| count.parse().unwrap()).collect()
}

#[test]
fn real_tickets_are_forecast_as_recorded() {
    let tickets = tickets();
    let series = Series::new(Rhythm::Daily, &tickets[..60]).unwrap();
    let said = forecast(&series, 14).unwrap();
    let rounded: Vec<String> = said.steps.iter().map(|step| format!("{:.0}", step.point)).collect();
    assert_eq!(rounded.join(" "), "50 39 455 368 386 308 290 50 38 455 368 386 307 289");
    let inside = said.steps.iter().zip(&tickets[60..]).filter(|(step, value)| {
        let band = step.bands[2];
        (band.low..=band.high).contains(*value)
    });
    assert!(inside.count() >= 13);
    assert!(said.backtest.own.mae < said.backtest.naive.mae);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_panics_and_bands_are_nested(
        values in odd_values(),
        horizon in 0_usize..40,
        rhythm in prop_oneof![Just(Rhythm::Daily), Just(Rhythm::Weekly), Just(Rhythm::Monthly)],
    ) {
        let series = Series::new(rhythm, &values).unwrap();
        for member in Member::PANEL.into_iter().chain([Member::Naive2, Member::Theta]) {
            prop_assert_eq!(member.points(&series, horizon).len(), horizon);
        }
        prop_assert!(outlook(&series, horizon).points.iter().all(|point| point.is_finite()));
        let Ok(said) = forecast(&series, horizon) else {
            prop_assert!(values.len() < rhythm.needed());
            return Ok(());
        };
        prop_assert_eq!(said.steps.len(), horizon.clamp(1, FARTHEST));
        prop_assert_eq!(said.naive.len(), said.steps.len());
        for step in &said.steps {
            let [half, most, nearly_all] = step.bands;
            let ends = [nearly_all.low, most.low, half.low, step.point, half.high, most.high, nearly_all.high];
            prop_assert!(ends.iter().all(|end| end.is_finite()), "{:?}", ends);
            prop_assert!(ends.is_sorted(), "{:?}", ends);
        }
        prop_assert!(said.backtest.own.mae.is_finite());
        prop_assert!((0.0..=200.0).contains(&said.backtest.own.smape));
        // The same again, to the last bit.
        prop_assert_eq!(format!("{:?}", said), format!("{:?}", forecast(&series, horizon).unwrap()));
    }

    #[test]
    fn another_currency_makes_no_other_forecast(seed in 0_u64..1_000) {
        let mut noise = Noise(seed);
        let values: Vec<f64> = (0..30).map(|month| rising(month) + 5.0 * noise.normal()).collect();
        let larger: Vec<f64> = values.iter().map(|value| value * 1_024.0).collect();
        for (one, other) in of(&values, 6).steps.iter().zip(of(&larger, 6).steps) {
            prop_assert_eq!((one.point * 1_024.0).to_bits(), other.point.to_bits());
            for (one, other) in one.bands.iter().zip(other.bands) {
                prop_assert_eq!((one.high * 1_024.0).to_bits(), other.high.to_bits());
            }
        }
    }
}

/// Series as they come: steps, zeros, credits, huge and tiny numbers.
fn odd_values() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![
        Just(0.0),
        Just(100.0),
        -1e3..1e3_f64,
        0.0..1e13_f64,
        Just(-9e15),
        Just(9e15),
        Just(1e-300),
    ];
    prop_oneof![
        prop::collection::vec(value.clone(), 0..70),
        prop::collection::vec(0.0..1e9_f64, 12..70),
        (value, 0_usize..70).prop_map(|(value, length)| vec![value; length]),
    ]
}
