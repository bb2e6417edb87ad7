//! What a forecast of demand promises, whatever it is given.
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "models are numbers")]
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use clearmargin_insight::{
    calendar::{Country, Kind},
    demand::{Expected, Forecast, Grain, History, HistoryError, Pool, Step, Told, coherent},
    forecast::{LEVELS, NotEnough, SeriesError},
};
use jiff::civil::{Date, date};
use proptest::{collection::vec, prelude::*};

/// Numbers between 0 and 1, the same each time.
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
    }

    /// A count with this mean.
    fn count(&mut self, mean: f64) -> f64 {
        let (mut count, mut left) = (0.0, (-mean).exp());
        let mut drawn = self.uniform();
        while drawn > left && count < 10.0 * mean + 20.0 {
            count += 1.0;
            drawn -= left;
            left *= mean / count;
        }
        count
    }
}

fn history(name: &str, start: Date, values: &[f64]) -> History {
    let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
    History::new(name, start, &values).unwrap()
}

/// The first day of the desk: a Tuesday.
const START: Date = date(2016, 3, 1);

fn day(at: usize) -> Date {
    START.saturating_add(jiff::Span::new().days(i64::try_from(at).unwrap()))
}

/// Days of a desk in Brazil with so many tickets on an ordinary day, a sixth of them on weekends, an
/// eighth on holidays and a quarter on the bridge of 22 April.
fn desk(tickets: f64, days: usize, noise: &mut Noise) -> Vec<f64> {
    let left = |at: usize| match day(at) {
        day if day == date(2016, 3, 25) || day == date(2016, 4, 21) => 0.125,
        day if day == date(2016, 4, 22) => 0.25,
        day if day.weekday().to_monday_zero_offset() > 4 => 1.0 / 6.0,
        _ => 1.0,
    };
    (0..days).map(|at| noise.count(tickets * left(at))).collect()
}

fn desks(days: usize) -> Vec<History> {
    let mut noise = Noise(7);
    let of = |(at, tickets): (usize, f64)| {
        history(&format!("client {at}"), START, &desk(tickets, days, &mut noise))
    };
    [60.0, 30.0, 12.0, 3.0, 0.4].into_iter().enumerate().map(of).collect()
}

fn one(values: &[f64], horizon: usize) -> Forecast {
    let histories = [history("desk", START, values)];
    let pool = Pool::new(Grain::Day, &histories, Told::NoCalendar);
    pool.forecasts(horizon, 1).remove(0).unwrap()
}

/// The width of the widest band, at the farthest step.
fn width(forecast: &Forecast) -> f64 {
    let band = forecast.steps.last().unwrap().counts.bands[2];
    band.high - band.low
}

#[test]
fn what_is_no_history_is_refused_by_type() {
    let refused = |values: &[Option<f64>]| History::new("desk", START, values).unwrap_err();
    let missing = refused(&[Some(1.0), None]);
    assert_eq!(missing, HistoryError::Series(SeriesError::Missing(1)));
    assert_eq!(refused(&[Some(1.0), Some(-1.0)]), HistoryError::Negative(1));
    assert_eq!(refused(&[Some(f64::NAN)]), HistoryError::Series(SeriesError::Unusable(0)));
    assert_eq!(History::new("desk", Date::MAX, &[]), Err(HistoryError::NoDays));
}

#[test]
fn too_short_a_history_says_how_much_is_needed() {
    for (grain, needed) in [(Grain::Day, 28), (Grain::Week, 26)] {
        for have in [0, 1, needed - 1, needed] {
            let histories = [history("desk", START, &vec![5.0; have])];
            let pool = Pool::new(grain, &histories, Told::Nothing);
            let told = pool.forecasts(7, 1).remove(0);
            if have < needed {
                assert_eq!(told, Err(NotEnough { have, needed }));
            } else {
                assert_eq!(told.unwrap().used, needed);
            }
        }
    }
}

#[test]
fn nothing_stays_nothing_and_what_is_constant_goes_on() {
    let nothing = one(&[0.0; 60], 14);
    for step in &nothing.steps {
        assert_eq!((step.mean, step.counts.point, step.counts.bands[2].high), (0.0, 0.0, 0.0));
    }
    assert_eq!(nothing.backtest.own.mase, None);
    let constant = one(&[20.0; 60], 14);
    for step in &constant.steps {
        assert!((step.mean - 20.0).abs() < 1e-6, "{}", step.mean);
        assert!((step.counts.point - 20.0).abs() < 1e-9);
        // What is counted varies at least as counts do, whatever a short past says.
        assert!(step.counts.bands[1].low <= 15.0 && step.counts.bands[1].high >= 25.0);
    }
}

#[test]
fn one_day_of_ten_times_as_many_widens_the_bands_and_hardly_moves_the_points() {
    let mut noise = Noise(3);
    let values: Vec<f64> = (0..60).map(|_| noise.count(20.0)).collect();
    let plain = one(&values, 14);
    let mut burst = values.clone();
    burst[55] = 200.0;
    let burst = one(&burst, 14);
    let mean =
        |forecast: &Forecast| forecast.steps.iter().map(|step| step.mean).sum::<f64>() / 14.0;
    assert!((mean(&burst) / mean(&plain) - 1.0).abs() < 0.5, "{} {}", mean(&burst), mean(&plain));
    assert!(width(&burst) > 1.3 * width(&plain), "{} {}", width(&burst), width(&plain));
}

#[test]
fn what_ended_fades() {
    let mut noise = Noise(5);
    let values: Vec<f64> = (0..90).map(|at| if at < 45 { noise.count(8.0) } else { 0.0 }).collect();
    let told = one(&values, 14);
    assert!(told.steps.iter().all(|step| step.mean < 0.5 && step.counts.point < 0.5));
}

#[test]
fn a_bridge_is_told_from_the_holidays_before_it_was_seen() {
    // Until the evening of 19 April only Good Friday was seen.
    let histories = desks(50);
    let pool = Pool::new(Grain::Day, &histories, Told::Country(Country::Brazil));
    let steps = pool.steps(7);
    let at = |client: usize, day: Date| -> Step {
        steps[client].iter().find(|step| step.date == day).unwrap().clone()
    };
    for client in 0..4 {
        let ordinary = at(client, date(2016, 4, 20));
        let holiday = at(client, date(2016, 4, 21));
        let bridge = at(client, date(2016, 4, 22));
        assert_eq!(ordinary.special, None);
        assert_eq!(holiday.special.unwrap().kind, Kind::Public);
        assert_eq!(bridge.special.unwrap().kind, Kind::Bridge);
        assert!(holiday.left < 0.25, "{}", holiday.left);
        assert!((0.2..0.45).contains(&bridge.left), "{}", bridge.left);
        assert!(holiday.mean < bridge.mean && bridge.mean < ordinary.mean);
    }
    // Who had no ticket to learn from is told by the others.
    assert!(at(4, date(2016, 4, 21)).left < 0.3);
    // Without a calendar nothing is special.
    let plain = Pool::new(Grain::Day, &histories, Told::NoCalendar).steps(7);
    assert!(plain.iter().flatten().all(|step| step.special.is_none() && step.left > 0.999));
}

#[test]
fn a_calendar_is_found_where_its_days_are_the_dips_and_only_there() {
    let kept = desks(60);
    let pool = Pool::new(Grain::Day, &kept, Told::Nothing);
    assert_eq!(pool.countries(), [Country::Brazil]);
    assert_eq!(pool.choice().dips, (3, 3));
    assert!(pool.choice().chance.unwrap() < 0.01);
    // Good Friday alone is a holiday of too many countries for one dip to say anything.
    let early = desks(45);
    assert!(Pool::new(Grain::Day, &early, Told::Nothing).countries().is_empty());
    let mut noise = Noise(11);
    let values: Vec<f64> = (0..400).map(|_| noise.count(15.0)).collect();
    let noise = [history("noise", START, &values)];
    let pool = Pool::new(Grain::Day, &noise, Told::Nothing);
    assert!(pool.countries().is_empty(), "{:?}", pool.choice());
}

#[test]
fn where_calendars_explain_the_past_equally_well_only_their_common_days_count() {
    let mut noise = Noise(19);
    let mut values = desk(50.0, 60, &mut noise);
    for (at, value) in values.iter_mut().enumerate() {
        match day(at) {
            day if day == date(2016, 3, 28) => *value = 6.0,
            day if day >= date(2016, 4, 21) && day <= date(2016, 4, 22) => *value = 50.0,
            _ => {}
        }
    }
    let histories = [history("desk", START, &values)];
    let pool = Pool::new(Grain::Day, &histories, Told::Nothing);
    let (germany, britain) = (&Country::Germany, &Country::Britain);
    assert!(pool.countries().contains(germany) && pool.countries().contains(britain));
    // 2 May is a holiday in Britain alone, 5 May in Germany.
    assert!(pool.steps(14)[0].iter().all(|step| step.special.is_none()));
}

#[test]
fn a_desk_that_works_on_holidays_too_keeps_its_tickets() {
    let mut noise = Noise(13);
    let values: Vec<f64> = (0..80).map(|_| noise.count(40.0)).collect();
    let histories = [history("around the clock", START, &values)];
    // 20 May; Corpus Christi and its bridge are ahead.
    let steps =
        Pool::new(Grain::Day, &histories, Told::Country(Country::Brazil)).steps(14).remove(0);
    assert_eq!(steps.iter().filter(|step| step.special.is_some()).count(), 2);
    assert!(steps.iter().all(|step| step.left > 0.85 && step.mean > 30.0));
}

#[test]
fn weeks_lose_what_their_holidays_take() {
    // Two years of weeks from Monday 6 January 2014; five tickets a day, none on English holidays.
    let start = date(2014, 1, 6);
    let calendar =
        clearmargin_insight::calendar::Calendar::new(Country::Britain, start, date(2016, 12, 31));
    let week = |at: i64| {
        let first = start.saturating_add(jiff::Span::new().weeks(at));
        let days = (0..5).map(|day| first.saturating_add(jiff::Span::new().days(day)));
        5.0 * days.filter(|day| calendar.at(*day).is_none_or(|it| it.kind != Kind::Public)).count()
            as f64
    };
    let values: Vec<f64> = (0..114).map(week).collect();
    let histories = [history("desk", start, &values)];
    // Good Friday and Easter Monday 2016 lie in the weeks of 21 and 28 March.
    let steps =
        Pool::new(Grain::Week, &histories, Told::Country(Country::Britain)).steps(4).remove(0);
    let means: Vec<(Date, f64)> = steps.iter().map(|step| (step.date, step.mean)).collect();
    assert_eq!(means[1].0, date(2016, 3, 21));
    assert!((23.0..26.0).contains(&means[0].1), "{means:?}");
    assert!((18.0..22.0).contains(&means[1].1), "{means:?}");
    assert!((18.0..22.0).contains(&means[2].1), "{means:?}");
}

#[test]
fn bands_hold_what_they_promise_on_counts() {
    let mut noise = Noise(17);
    let (mut inside, mut count) = ([0.0; 3], 0.0);
    for _ in 0..60 {
        let values = desk(6.0, 74, &mut noise);
        let steps = one(&values[..60], 14).steps;
        for (step, value) in steps.iter().zip(&values[60..]) {
            for (hits, band) in inside.iter_mut().zip(step.counts.bands) {
                *hits += f64::from(u8::from((band.low..=band.high).contains(value)));
            }
            count += 1.0;
        }
    }
    for (hits, level) in inside.iter().zip(LEVELS) {
        let off = 100.0 * hits / count - f64::from(level);
        assert!(off.abs() < 7.0, "{level} is off by {off}");
    }
}

/// Tickets a day of a company's service desk from 1 March 2016 on. Amaral, Fantinato, Peres: "Incident
/// management process enriched event log", UCI Machine Learning Repository 498, 2018, CC BY 4.0.
fn tickets() -> Vec<f64> {
    include_str!("tickets.txt").split_whitespace().map(|count| count.parse().unwrap()).collect()
}

#[test]
fn real_holidays_are_told_as_recorded() {
    let tickets = tickets();
    // On the evening of 20 April.
    let histories = [history("desk", START, &tickets[..51])];
    let pool = Pool::new(Grain::Day, &histories, Told::Country(Country::Brazil));
    let told = pool.forecasts(14, 1).remove(0).unwrap();
    let points: Vec<String> =
        told.steps.iter().map(|step| format!("{:.0}", step.counts.point)).collect();
    let points = points.join(" ");
    // 43 and 100 came on the holiday and its bridge, 333 to 445 on the weekdays after them.
    let recorded = "52 102 46 42 457 365 380 353 362 46 42 457 365 380";
    assert_eq!(points, recorded);
    let inside = told.steps.iter().zip(&tickets[51..]).filter(|(step, value)| {
        let band = step.counts.bands[2];
        (band.low..=band.high).contains(*value)
    });
    assert!(inside.count() >= 12);
    assert!(told.backtest.own.mae < told.backtest.naive.mae);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn nothing_panics_and_bands_are_nested_and_look_like_counts(
        mut values in vec(prop_oneof![Just(0_u32), 0_u32..40, 0_u32..2_000_000], 28..70),
        zeros in 0_usize..40, halves: bool, horizon in 1_usize..24
    ) {
        values.iter_mut().take(zeros).for_each(|value| *value = 0);
        let unit = if halves { 0.25 } else { 1.0 };
        let values: Vec<f64> = values.iter().map(|value| unit * f64::from(*value)).collect();
        let histories = [history("desk", START, &values)];
        let pool = Pool::new(Grain::Day, &histories, Told::Country(Country::Brazil));
        let told = pool.forecasts(horizon, 1).remove(0).unwrap();
        prop_assert_eq!(&told.steps, &pool.steps(horizon)[0]);
        prop_assert_eq!(told.steps.len(), horizon);
        for step in told.steps {
            prop_assert!(step.mean.is_finite() && step.mean >= 0.0 && step.variance >= 0.0);
            let (mut low, mut high) = (step.counts.point, step.counts.point);
            for band in step.counts.bands {
                prop_assert!(0.0 <= band.low && band.low <= low && high <= band.high);
                prop_assert!(band.high.is_finite());
                if values.iter().all(|value| value.fract() == 0.0) {
                    prop_assert_eq!((band.low.fract(), band.high.fract()), (0.0, 0.0));
                }
                (low, high) = (band.low, band.high);
            }
        }
    }

    #[test]
    fn parts_add_up_to_the_whole_to_the_thousandth(
        total in 0.0_f64..5_000.0, noise in 0.0_f64..500.0,
        groups in vec(vec((0.0_f64..400.0, 0.0_f64..900.0), 0..12), 0..4)
    ) {
        let expected = |(mean, variance): &(f64, f64)| Expected { mean: *mean, variance: *variance };
        let groups: Vec<Vec<Expected>> =
            groups.iter().map(|group| group.iter().map(expected).collect()).collect();
        let told = coherent(Expected { mean: total, variance: noise }, &groups);
        prop_assert!(told.total >= 0);
        prop_assert_eq!(told.groups.len(), groups.len());
        for (parts, group) in told.groups.iter().zip(&groups) {
            prop_assert_eq!(parts.len(), group.len());
            prop_assert!(parts.iter().all(|part| *part >= 0));
            if !group.is_empty() {
                prop_assert_eq!(parts.iter().sum::<i64>(), told.total);
            }
        }
    }
}

#[test]
fn what_adds_up_already_stays_and_what_is_surer_moves_less() {
    let part = |mean, variance| Expected { mean, variance };
    let told = coherent(part(10.0, 5.0), &[vec![part(4.0, 2.0), part(6.0, 1.0)]]);
    assert_eq!((told.total, told.groups), (10_000, vec![vec![4_000, 6_000]]));
    // The whole says 13 and the parts 10, equally sure: 11.5, of which the surer part takes a third.
    let told = coherent(part(13.0, 3.0), &[vec![part(4.0, 2.0), part(6.0, 1.0)]]);
    assert_eq!((told.total, told.groups), (11_500, vec![vec![5_000, 6_500]]));
}
