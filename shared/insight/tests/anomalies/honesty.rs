//! How many of the months that are told are chance, and how many unusual ones are found.
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "shares are measured"
)]

use std::collections::BTreeMap;

use clearmargin_insight::anomalies::{self, Anomaly, Series};

use crate::made::{Chance, Made, Noise, clean, id, snapshot};

const MONTHS: usize = 36;

/// The share of runs over clean organisations in which anything is told.
fn false_runs(noise: Noise, clients: usize, runs: u64) -> f64 {
    let rings = |seed: &u64| {
        let told = anomalies::of_snapshot(&snapshot(&clean(*seed, noise, clients, MONTHS)));
        assert!(told.tests > 6 * clients, "{}", told.tests);
        !told.found.is_empty()
    };
    (1..=runs).filter(rings).count() as f64 / runs as f64
}

#[test]
fn where_nothing_is_unusual_one_run_in_ten_at_most_tells_of_anything() {
    for (noise, clients, runs, most) in [
        (Noise::Usual, 20, 300, 0.10),
        (Noise::Wandering, 20, 300, 0.10),
        (Noise::Heavy, 20, 300, 0.10),
        (Noise::Usual, 3, 300, 0.10),
        (Noise::Wandering, 3, 300, 0.10),
        (Noise::Wandering, 60, 100, 0.10),
    ] {
        let share = false_runs(noise, clients, runs);
        println!("{noise:?}, {clients} clients: {share:.3}");
        assert!(share <= most, "{noise:?}, {clients} clients: {share}");
    }
}

/// What is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Planted {
    /// The last month alone, so many times as large.
    Spike,
    /// The last three months.
    Shift,
}

/// Plants into one series in twelve of each kind.
fn plant(made: &mut [Made], chance: &mut Chance, times: f64) -> BTreeMap<(u128, Series), Planted> {
    let mut planted = BTreeMap::new();
    for (number, client) in (1..).zip(made) {
        for series in [Series::Revenue, Series::Hours, Series::Tickets] {
            if !chance.one_in(12.0) {
                continue;
            }
            let what = if chance.one_in(2.0) { Planted::Spike } else { Planted::Shift };
            let values = match series {
                Series::Hours => &mut client.hours,
                Series::Tickets => &mut client.tickets,
                _ => &mut client.revenue,
            };
            let from = values.len() - if what == Planted::Spike { 1 } else { 3 };
            for value in &mut values[from..] {
                *value = (*value as f64 * times).round() as i64;
            }
            planted.insert((number, series), what);
        }
    }
    planted
}

/// What became of what was planted.
#[derive(Debug, Default)]
struct Outcome {
    /// Of each kind, how many were found, and of how many.
    kinds: BTreeMap<(Series, Planted), (usize, usize)>,
    /// How many months were told of clients, but for cost, and how many of them in which nothing was planted.
    told: usize,
    wrong: usize,
}

impl Outcome {
    fn of(times: f64) -> Self {
        let mut outcome = Self::default();
        for seed in 1..=60 {
            let mut made = clean(seed, Noise::Wandering, 40, MONTHS);
            let planted = plant(&mut made, &mut Chance(seed * 7_919), times);
            let found = anomalies::of_snapshot(&snapshot(&made)).found;
            outcome.add(&planted, &found);
        }
        outcome
    }

    /// What is planted into hours is in cost, and what is planted into a client is in the organisation.
    fn add(&mut self, planted: &BTreeMap<(u128, Series), Planted>, found: &[Anomaly]) {
        let of = |it: &Anomaly, (number, series): (u128, Series)| {
            it.client == Some(id(number)) && it.series == series
        };
        for (place, what) in planted {
            let (hit, all) = self.kinds.entry((place.1, *what)).or_default();
            *hit += usize::from(found.iter().any(|it| of(it, *place)));
            *all += 1;
        }
        let told = found.iter().filter(|it| it.client.is_some() && it.series != Series::Cost);
        for it in told {
            self.told += 1;
            self.wrong += usize::from(!planted.keys().any(|place| of(it, *place)));
        }
    }

    fn recall(&self, series: Series) -> f64 {
        let own = self.kinds.iter().filter(|((of, _), _)| *of == series);
        let (hit, all) = own.fold((0, 0), |sum, (_, it)| (sum.0 + it.0, sum.1 + it.1));
        hit as f64 / all as f64
    }
}

#[test]
fn what_is_planted_is_found() {
    let wanted = [
        (0.0, [0.97, 0.97, 0.35]),
        (0.5, [0.45, 0.0, 0.0]),
        (2.0, [0.5, 0.04, 0.04]),
        (3.0, [0.75, 0.25, 0.3]),
    ];
    for (times, least) in wanted {
        let outcome = Outcome::of(times);
        let wrong = outcome.wrong as f64 / outcome.told as f64;
        println!("× {times}: {} of {} wrong; {:?}", outcome.wrong, outcome.told, outcome.kinds);
        assert!(wrong <= 0.1, "× {times}: {wrong}");
        let of = [Series::Revenue, Series::Hours, Series::Tickets];
        for (series, least) in of.into_iter().zip(least) {
            let recall = outcome.recall(series);
            println!("  {series:?}: {recall:.2}");
            assert!(recall >= least, "× {times}, {series:?}: {recall}");
        }
    }
}

/// Clients of whom nothing is known but what is counted.
fn only_counted(seed: u64, noise: Noise, clients: usize) -> Vec<Made> {
    let counted = |made: Made| Made {
        users: made.users,
        endpoints: made.endpoints,
        licences: made.licences,
        ..Made::default()
    };
    clean(seed, noise, clients, MONTHS).into_iter().map(counted).collect()
}

/// The share of runs in which anything is told where a few come and go.
fn false_counts(noise: Noise, clients: usize, runs: u64) -> f64 {
    let rings = |seed: &u64| {
        let told = anomalies::of_snapshot(&snapshot(&only_counted(*seed, noise, clients)));
        assert_eq!(told.tests, 9 * clients);
        !told.found.is_empty()
    };
    (1..=runs).filter(rings).count() as f64 / runs as f64
}

#[test]
fn where_only_a_few_come_and_go_one_run_in_ten_at_most_tells_of_a_count() {
    for (noise, clients, runs) in [
        (Noise::Usual, 3, 300),
        (Noise::Wandering, 3, 300),
        (Noise::Heavy, 3, 300),
        (Noise::Usual, 20, 300),
        (Noise::Wandering, 20, 300),
        (Noise::Heavy, 20, 300),
        (Noise::Wandering, 60, 100),
    ] {
        let share = false_counts(noise, clients, runs);
        println!("{noise:?}, {clients} clients: {share:.3}");
        assert!(share <= 0.10, "{noise:?}, {clients} clients: {share}");
    }
}

/// What became of jumps of endpoints.
#[derive(Debug, Default)]
struct Jumps {
    /// How many were found, and of how many.
    hit: usize,
    all: usize,
    /// How much of what was told of endpoints was wrong, and of how much.
    wrong: usize,
    told: usize,
}

impl Jumps {
    /// One client in twelve of those of a size has so many times as many from the last month, or from the last three
    /// on.
    fn of(noise: Noise, times: f64, sizes: (i64, i64)) -> Self {
        let mut jumps = Self::default();
        for seed in 1..=60 {
            let (mut made, mut chance) = (only_counted(seed, noise, 40), Chance(seed * 7_919));
            let mut planted = Vec::new();
            for (number, client) in (1..).zip(&mut made) {
                let from = client.endpoints.len() - if chance.one_in(2.0) { 1 } else { 3 };
                let size = client.endpoints[from - 1];
                if chance.one_in(12.0) && sizes.0 <= size && size < sizes.1 {
                    for count in &mut client.endpoints[from..] {
                        *count = (*count as f64 * times).round() as i64;
                    }
                    planted.push(number);
                }
            }
            jumps.add(&planted, &anomalies::of_snapshot(&snapshot(&made)).found);
        }
        jumps
    }

    fn add(&mut self, planted: &[u128], found: &[Anomaly]) {
        for number in 1..=40 {
            let own =
                |it: &&Anomaly| it.client == Some(id(number)) && it.series == Series::Endpoints;
            let told = found.iter().filter(own).count();
            self.told += told;
            if planted.contains(&number) {
                self.all += 1;
                self.hit += usize::from(told > 0);
            } else {
                self.wrong += told;
            }
        }
    }
}

#[test]
fn a_jump_of_devices_is_found_where_there_are_some() {
    for (times, sizes, least) in [
        // Six of twenty are not rare enough among so many.
        (1.3, (5, 20), 0.0),
        (1.3, (20, 60), 0.75),
        (1.3, (60, 500), 0.95),
        (0.7, (60, 500), 0.95),
        (1.15, (60, 500), 0.0),
        (1.5, (5, 20), 0.0),
        (1.5, (20, 60), 0.95),
    ] {
        let Jumps { hit, all, wrong, told } = Jumps::of(Noise::Wandering, times, sizes);
        println!("× {times}, {sizes:?}: {hit} of {all} found, {wrong} of {told} wrong");
        assert!(hit as f64 >= least * all as f64, "× {times}, {sizes:?}: {hit} of {all}");
        assert!(wrong * 10 <= told, "× {times}, {sizes:?}: {wrong} of {told}");
    }
}
