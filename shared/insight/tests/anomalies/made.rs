//! Organisations that are made up: clean ones, in which nothing is unusual, by laws that are known.
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is made up is drawn from distributions"
)]

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::ClientId,
    money::Currency,
    period::{Month, Period},
    rollup::Measures,
};
use clearmargin_insight::snapshot::{Client, Counted, Desk, Snapshot, sold::Sold};
use jiff::Timestamp;

pub(crate) fn id(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

/// Numbers that a seed decides: `SplitMix64` (Steele, Lea and Flood, 2014).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// Between 0 and 1.
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((mixed ^ (mixed >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + self.next() * (to - from)
    }

    /// One in so many times.
    pub(crate) fn one_in(&mut self, times: f64) -> bool {
        self.next() * times < 1.0
    }

    /// Box and Muller, 1958.
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.next().ln()).sqrt() * (std::f64::consts::TAU * self.next()).cos()
    }

    /// Student's with four degrees of freedom, with a variance of 1.
    fn heavy(&mut self) -> f64 {
        let squares: f64 = (0..4).map(|_| self.normal().powi(2)).sum();
        self.normal() / (squares / 4.0).sqrt() / 2.0_f64.sqrt()
    }

    /// Poisson's, around a mean that itself is spread by a gamma distribution of that size.
    fn count(&mut self, mean: f64, size: usize) -> i64 {
        let gamma: f64 = (0..size).map(|_| -self.next().ln()).sum();
        let (mean, mut count, mut product) = (mean * gamma / size as f64, 0, self.next());
        while product > (-mean).exp() {
            product *= self.next();
            count += 1;
        }
        count
    }
}

/// By what law months differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noise {
    /// Around a level that stays, lognormal.
    Usual,
    /// With tails as heavy as those of Student's distribution with four degrees of freedom.
    Heavy,
    /// Around levels that wander, with growth and seasons.
    Wandering,
}

/// The amounts of months.
fn amounts(chance: &mut Chance, noise: Noise, months: usize, spread: f64) -> Vec<i64> {
    let mut level = chance.between(60_000.0, 900_000.0);
    let growth = chance.between(-0.01, 0.02);
    let season = if chance.one_in(3.0) { chance.between(0.05, 0.3) } else { 0.0 };
    let phase = chance.between(0.0, std::f64::consts::TAU);
    let month = |at: usize| {
        let turn = at as f64 * std::f64::consts::TAU / 12.0 + phase;
        let drawn = if noise == Noise::Heavy { chance.heavy() } else { chance.normal() };
        let mut here = level * (spread * drawn).exp();
        if noise == Noise::Wandering {
            here *= 1.0 + season * turn.sin();
            level *= 1.0 + growth;
            if chance.one_in(8.0) {
                level *= chance.between(0.95, 1.07);
            }
        }
        here.round() as i64
    };
    (0..months).map(month).collect()
}

/// Of how many months counts are known.
pub(crate) const COUNTED: usize = 14;

/// How many there are at the end of months: units come and go one by one, by Poisson's law; some clients grow
/// steadily. With tails, one month in thirty a batch of up to a tenth comes or goes at once.
fn counts(chance: &mut Chance, noise: Noise, months: usize) -> Vec<i64> {
    let mut there = chance.between(5.0_f64.ln(), 400.0_f64.ln()).exp().round() as i64;
    let moves = chance.between(0.002_f64.ln(), 0.03_f64.ln()).exp();
    let growth = if noise == Noise::Wandering { chance.between(0.0, 0.02) } else { 0.0 };
    let mut month = |_| {
        let (size, exact) = (there as f64, 1_000);
        there += chance.count((moves + growth) * size, exact) - chance.count(moves * size, exact);
        if noise != Noise::Usual && chance.one_in(30.0) {
            there += (size * chance.between(-0.1, 0.1)).round() as i64;
        }
        there = there.max(0);
        there
    };
    (0..months.min(COUNTED)).map(&mut month).collect()
}

/// Everything of a client, the last month last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Made {
    pub(crate) revenue: Vec<i64>,
    pub(crate) products: Vec<i64>,
    pub(crate) hours: Vec<i64>,
    pub(crate) tickets: Vec<i64>,
    pub(crate) users: Vec<i64>,
    pub(crate) endpoints: Vec<i64>,
    pub(crate) licences: Vec<i64>,
    pub(crate) inactive: bool,
    pub(crate) uncosted: bool,
}

impl Made {
    /// A client in which nothing is unusual.
    pub(crate) fn clean(chance: &mut Chance, noise: Noise, months: usize) -> Self {
        let flat = chance.one_in(2.0);
        let spread = if flat { chance.between(0.0, 0.03) } else { chance.between(0.1, 0.4) };
        let (mean, size) = (chance.between(0.3, 30.0), 3 + (chance.next() * 10.0) as usize);
        Self {
            revenue: amounts(chance, noise, months, spread),
            products: amounts(chance, noise, months, 0.25),
            hours: amounts(chance, noise, months, 0.35),
            tickets: (0..months).map(|_| chance.count(mean, size)).collect(),
            ..Self::default()
        }
    }

    /// The same with what is counted, by chance of its own.
    fn counted(self, chance: &mut Chance, noise: Noise, months: usize) -> Self {
        let [users, endpoints, licences] = [0; 3].map(|_| counts(chance, noise, months));
        Self { users, endpoints, licences, ..self }
    }

    /// What is counted so many months before the last one.
    fn usage(&self, back: usize) -> Counted {
        let of = |counts: &Vec<i64>| counts.len().checked_sub(back + 1).map(|at| counts[at]);
        Counted {
            users: of(&self.users),
            endpoints: of(&self.endpoints),
            licences: of(&self.licences),
        }
    }

    fn measures(&self, at: usize) -> Measures {
        let of = |values: &[i64]| values.get(at).copied().unwrap_or_default();
        let worked = of(&self.hours);
        Measures {
            service_revenue_minor: of(&self.revenue),
            product_cost_minor: of(&self.products),
            labour_cost_minor: if self.uncosted { 0 } else { worked / 2 },
            worked_seconds: worked,
            uncosted_seconds: if self.uncosted { worked } else { 0 },
            ..Measures::default()
        }
    }

    fn len(&self) -> usize {
        let all = [&self.revenue, &self.products, &self.hours, &self.tickets];
        all.map(Vec::len).into_iter().max().unwrap_or_default()
    }
}

/// Some clean clients.
pub(crate) fn clean(seed: u64, noise: Noise, clients: usize, months: usize) -> Vec<Made> {
    let (mut chance, mut counts) = (Chance(seed), Chance(seed ^ 0xC0DE));
    let mut client =
        |_| Made::clean(&mut chance, noise, months).counted(&mut counts, noise, months);
    (0..clients).map(&mut client).collect()
}

/// The organisation with these clients, up to October 2026.
pub(crate) fn snapshot(clients: &[Made]) -> Snapshot {
    let last: Month = "2026-10".parse().unwrap();
    let mut organization: BTreeMap<Month, Measures> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for (number, made) in (1..).zip(clients) {
        let mut client = Client { active: !made.inactive, ..Client::default() };
        for (back, before) in (0..).zip(0..60) {
            let counted = made.usage(back);
            if counted != Counted::default() {
                client.usage.insert(last.plus(-before), counted);
            }
        }
        for at in 0..made.len() {
            let back = i32::try_from(made.len() - 1 - at).unwrap();
            let (month, sums) = (last.plus(-back), made.measures(at));
            if sums != Measures::default() {
                client.months.insert(month, sums);
                let sum = organization.entry(month).or_default();
                *sum = sum.plus(sums);
            }
            if let Some(count) = made.tickets.get(at).filter(|count| **count != 0) {
                client.tickets.insert(month, *count);
            }
        }
        all.insert(id(number), client);
    }
    Snapshot {
        currency: Currency::USD,
        day: last.plus(1).first_day(),
        period: Period::ending(last, 60),
        organization,
        tickets_since: None,
        clients: all,
        desk: Desk::default(),
        bills: Vec::new(),
        sold: Sold::default(),
        owed_minor: None,
    }
}
