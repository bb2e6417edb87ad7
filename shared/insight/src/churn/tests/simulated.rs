//! Portfolios whose clients leave by a law that is known: what is told is held against it.

use super::*;

/// By what law clients leave.
pub(super) struct Truth {
    pub(super) base: f64,
    pub(super) effects: [f64; 9],
}

impl Truth {
    /// Signs mean more than is taken to be so, some nothing, and twice as many leave.
    pub(super) fn strong() -> Self {
        Self { base: -4.6, effects: [1.6, 0.0, 1.0, 1.4, 0.0, 0.0, 0.0, 0.0, 0.0] }
    }

    /// Nothing means anything: one of a hundred leaves in a month.
    fn none() -> Self {
        Self { base: -4.6, effects: [0.0; 9] }
    }

    fn monthly(&self, numbers: &[f64; 9]) -> f64 {
        let parts = self.effects.iter().zip(numbers).map(|(effect, number)| effect * number);
        probability(self.base + parts.sum::<f64>())
    }
}

/// `SplitMix64` (Steele, Lea and Flood, 2014).
pub(super) struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Nearly normal: the sum of twelve.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }

    fn whole(&mut self, from: i64, to: i64) -> i64 {
        from + whole(self.next() * (to - from) as f64)
    }
}

const MONTHS: usize = 40;
const CLIENTS: usize = 60;

/// A client that never leaves, from some month on.
fn stays(chance: &mut Chance) -> Made {
    let begins =
        if chance.next() < 0.6 { 0 } else { usize::try_from(chance.whole(1, 30)).unwrap() };
    let (mut usual, mut tickets) =
        (chance.whole(50_000, 500_000) as f64, chance.whole(1, 15) as f64);
    let late = chance.next();
    let mut made = Made::default();
    for month in 0..MONTHS {
        if chance.next() < 0.06 {
            usual *= 0.6 + 0.7 * chance.next();
        }
        if chance.next() < 0.06 {
            tickets *= 0.2 + 1.3 * chance.next();
        }
        let there = month >= begins;
        let amount = whole(usual * (0.95 + 0.1 * chance.next())).max(1);
        let count = whole(tickets * 2.0 * chance.next());
        made.revenue.push(if there { amount } else { 0 });
        made.tickets.push(if there { count } else { 0 });
        made.hours.push(if there { 2 * count } else { 0 });
        let days = if chance.next() < late { 12 } else { -3 };
        made.paid.push(there.then_some(days));
    }
    made
}

/// Clients of whom each leaves by the law.
pub(super) fn portfolio(seed: u64, truth: &Truth) -> Vec<(u128, Made)> {
    let mut chance = Chance(seed);
    let mut clients = numbered((0..CLIENTS).map(|_| stays(&mut chance)));
    let all = seen(&clients);
    let first = all.months - MONTHS;
    for ((_, made), (_, client)) in clients.iter_mut().zip(&all.clients) {
        for month in 0..MONTHS - 1 {
            let at = first + month;
            let Some(state) = client.states[at].filter(State::is_client) else { continue };
            let numbers = At { portfolio: &all, client, state, month: at }.numbers();
            if chance.next() < truth.monthly(&numbers) {
                made.revenue[month + 1..].fill(0);
                made.tickets[month + 1..].fill(0);
                made.hours[month + 1..].fill(0);
                made.paid.truncate(month + 1);
                made.paid.resize(MONTHS, None);
                break;
            }
        }
    }
    clients
}

/// As months are seen by the model, with bills only where there are any.
fn seen(clients: &[(u128, Made)]) -> Portfolio {
    Portfolio::of(&taken(clients))
}

/// Where nothing was charged there is no bill.
fn taken(clients: &[(u128, Made)]) -> Snapshot {
    let mut snapshot = snapshot(clients);
    snapshot.bills.retain(|bill| bill.paid.is_some());
    snapshot
}

/// How far what is told lies from the law, over many portfolios.
#[derive(Debug, Default)]
struct Off {
    clients: f64,
    said: f64,
    lawful: f64,
    squared: f64,
    same_squared: f64,
    within_80: f64,
    within_twice: f64,
    leavers: usize,
    looks: f64,
    brier: f64,
    base_brier: f64,
    log_loss: f64,
    base_log_loss: f64,
    bins: BTreeMap<usize, (f64, f64, f64)>,
}

impl Off {
    fn of(seeds: u64, truth: impl Fn(&mut Chance) -> Truth) -> Self {
        let mut off = Self::default();
        for seed in 1_000..1_000 + seeds {
            let truth = truth(&mut Chance(seed << 32));
            off.add(&truth, &portfolio(seed, &truth));
        }
        off
    }

    fn look(&mut self, risk: &Risk) {
        let Ok(look_back) = &risk.look_back else { return };
        let test = look_back.horizons.last().unwrap();
        let (cases, share) = (test.cases as f64, |of: i64| of as f64 / 1e6);
        self.looks += 1.0;
        self.brier += cases * share(test.brier);
        self.base_brier += cases * share(test.base_brier);
        self.log_loss += cases * share(test.log_loss);
        self.base_log_loss += cases * share(test.base_log_loss);
    }

    fn add(&mut self, truth: &Truth, clients: &[(u128, Made)]) {
        let snapshot = taken(clients);
        let churn = risk(&snapshot);
        self.leavers += churn.leavers;
        let (risk, portfolio) = (churn.outcome.unwrap(), Portfolio::of(&snapshot));
        self.look(&risk);
        let rows = rows(&portfolio);
        let steady = rows.iter().filter(|row| !row.is_quiet());
        let blank: Vec<Row> = steady.map(|row| Row { numbers: [0.0; 9], ..*row }).collect();
        let same = Hazard::fit(&Prior::without_factors(), &blank.iter().collect::<Vec<_>>());
        let same = probability(same.log_odds(&[0.0; 9]));
        let month = portfolio.months - 1;
        for told in &risk.clients {
            let (_, client) = portfolio.clients.iter().find(|(id, _)| *id == told.client).unwrap();
            let state = client.states[month].unwrap();
            if state.is_quiet(month) {
                continue;
            }
            let numbers = At { portfolio: &portfolio, client, state, month }.numbers();
            let (said, lawful) =
                (told.horizons[0].probability as f64 / 1e6, truth.monthly(&numbers));
            let (low, high) = told.horizons[0].bands[0];
            let ratio = said / lawful;
            self.clients += 1.0;
            self.said += said;
            self.lawful += lawful;
            self.squared += (said - lawful).powi(2);
            self.same_squared += (same - lawful).powi(2);
            let inside = low as f64 <= lawful * 1e6 && lawful * 1e6 <= high as f64;
            self.within_80 += f64::from(u8::from(inside));
            self.within_twice += f64::from(u8::from((0.5..=2.0).contains(&ratio)));
            let bin = usize::try_from(whole(said.ln() * 2.0).abs()).unwrap();
            let bin = self.bins.entry(bin).or_default();
            *bin = (bin.0 + 1.0, bin.1 + said, bin.2 + lawful);
        }
    }

    /// How far what is told lies from the law among those of whom the like is told.
    fn calibration_error(&self) -> f64 {
        let off: f64 = self.bins.values().map(|(_, said, lawful)| (said - lawful).abs()).sum();
        off / self.clients
    }
}

#[test]
fn probabilities_are_those_of_the_law() {
    let off = Off::of(20, |_| Truth::strong());
    let (said, lawful) = (off.said / off.clients, off.lawful / off.clients);
    assert!((said / lawful - 1.0).abs() < 0.15, "{said} {lawful}");
    assert!(off.calibration_error() < 0.004, "{off:?}");
    // The expected Brier score is larger than that of the law by the squared distance from it.
    assert!(off.squared < 0.5 * off.same_squared, "{off:?}");
    // So the past says, too.
    assert!(off.looks > 15.0 && off.brier < off.base_brier, "{off:?}");
    assert!(off.log_loss < off.base_log_loss, "{off:?}");
}

#[test]
fn where_nothing_means_anything_all_stay_near_the_base() {
    let off = Off::of(20, |_| Truth::none());
    let (said, lawful) = (off.said / off.clients, off.lawful / off.clients);
    assert!((said / lawful - 1.0).abs() < 0.15, "{said} {lawful}");
    assert!(off.within_twice > 0.9 * off.clients, "{off:?}");
    assert!(off.calibration_error() < 0.004, "{off:?}");
    // What it costs to look for signs where there are none is less than one in a hundred of a Brier score.
    assert!(off.squared / off.clients < 0.01 * lawful * (1.0 - lawful), "{off:?}");
}

#[test]
fn bands_hold_what_they_are_to_where_the_prior_is_right() {
    let off = Off::of(40, |chance| {
        let mut drawn = |mean: f64, width: f64| mean + width * chance.normal();
        let base = drawn(-5.1, prior::BASE_WIDTH);
        let effects = Factor::ALL.map(|factor| {
            let (mean, width) = factor.prior();
            drawn(mean, width)
        });
        Truth { base, effects }
    });
    let held = off.within_80 / off.clients;
    assert!((0.74..0.86).contains(&held), "{held}");
    assert!(off.calibration_error() < 0.002, "{off:?}");
}
