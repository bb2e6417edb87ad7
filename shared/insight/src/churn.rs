//! How likely each client is to leave within 30, 60 and 90 days, why, and what that puts at risk.
//!
//! A [hazard](hazard) is learned from the organisation's own months of clients, each with what was known at
//! its end ([`facts`]), around a [prior](prior) that counts for most where few have left. When a client has left
//! is said in [`course`]. All is kept in whole units: log-odds in billionths, shares in millionths,
//! amounts in smallest units.
#![expect(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "models are numbers and their places"
)]

mod course;
mod facts;
mod hazard;
mod kept;
mod lookback;
mod plays;
mod prior;

use std::{cmp::Reverse, collections::BTreeMap};

use clearmargin_domain::id::ClientId;

use crate::{forecast::whole, odds::probability, receipts::share_of, snapshot::Snapshot};
pub(crate) use course::charged_months;
use course::{CHARGED, Course, Portfolio, QUIET, State};
use facts::At;
pub use facts::{Evidence, Unit};
use hazard::{Hazard, Prior, Row};
pub use kept::{Churn, ClientRisk, Horizon, Learned, NoChurn, Reason, Risk, Untold, Weight};
pub use lookback::{Bin, LookBack, NoLookBack, Tested};
pub use plays::play;
pub use prior::{Factor, YEARLY_SHARE};

/// The version of the model.
pub const MODEL: &str = "churn/1";
/// How many months ahead are told, each of 30 days.
pub const HORIZONS: usize = 3;
/// How many months have to be known of the organisation.
pub const FEWEST_MONTHS: usize = 6;
/// How many months of clients it has to be known what became of.
pub const FEWEST_ROWS: usize = 24;
/// The levels of the bands of a probability, in per cent.
pub const BAND_LEVELS: [u8; 2] = [80, 95];
/// How many standard deviations of the log-odds they are wide, to either side.
const BAND_WIDTHS: [f64; 2] = [1.281_551_565_544_600_4, 1.959_963_984_540_054];
/// The decimals of log-odds.
pub const ODDS_DECIMALS: u32 = 9;
/// The decimals of probabilities and shares.
pub const SHARE_DECIMALS: u32 = 6;
const ODDS_UNIT: f64 = 1e9;
/// A factor that adds less is no reason to do anything.
const NOTABLE: i64 = 50_000_000;
const YEAR: usize = 12;

impl ClientRisk {
    /// The log-odds of leaving within a month: base and reasons.
    pub fn log_odds(&self) -> i64 {
        self.reasons.iter().fold(self.base, |sum, reason| sum.saturating_add(reason.part))
    }
}

/// How many days so many months are taken to be.
pub fn days(months: usize) -> u16 {
    u16::try_from(30 * months).unwrap_or(u16::MAX)
}

fn millionths(share: f64) -> i64 {
    whole(share * 1e6)
}

fn billionths(odds: f64) -> i64 {
    whole(odds * ODDS_UNIT)
}

/// How likely a client is to have left within some months, by the log-odds of the first and those of
/// each later one.
fn within(first: f64, later: f64, months: usize) -> f64 {
    let more = i32::try_from(months.saturating_sub(1)).unwrap_or(i32::MAX);
    1.0 - (1.0 - probability(first)) * (1.0 - probability(later)).powi(more)
}

/// How likely the clients of a snapshot are to leave.
pub fn risk(snapshot: &Snapshot) -> Churn {
    let portfolio = Portfolio::of(snapshot);
    let rows = rows(&portfolio);
    let steady = || rows.iter().filter(|row| !row.is_quiet());
    let (client_months, months) = (steady().count(), portfolio.history());
    let outcome = if client_months < FEWEST_ROWS || months < FEWEST_MONTHS {
        Err(NoChurn::NotEnough)
    } else {
        told(&portfolio, &rows)
    };
    Churn {
        months,
        client_months,
        leavers: steady().filter(|row| row.left).count(),
        returned: portfolio.clients.iter().map(|(_, client)| returned(client)).sum(),
        outcome,
    }
}

/// How often it is known that a client came back after it had left.
fn returned(client: &Course) -> usize {
    client.ends.len().saturating_sub(1)
}

/// Every month of every client of which it is known what became, in an order that does not depend on who
/// is who.
fn rows(portfolio: &Portfolio) -> Vec<Row> {
    let judged = portfolio.months.saturating_sub(QUIET);
    let mut rows = Vec::new();
    for (_, client) in &portfolio.clients {
        for (month, state) in client.states.iter().enumerate().take(judged) {
            let Some(state) = state.filter(State::is_client) else { continue };
            let numbers = At { portfolio, client, state, month }.numbers();
            rows.push(Row { numbers, left: client.has_left(state, month + 1), month });
        }
    }
    rows.sort_unstable_by(|a, b| {
        let numbers = a.numbers.iter().zip(&b.numbers).map(|(a, b)| a.total_cmp(b));
        let first = numbers.into_iter().find(|it| it.is_ne());
        first.unwrap_or_else(|| (a.month, a.left).cmp(&(b.month, b.left)))
    });
    rows
}

fn told(portfolio: &Portfolio, rows: &[Row]) -> Result<Risk, NoChurn> {
    let all: Vec<&Row> = rows.iter().collect();
    let prior = Prior::of(&all);
    let hazard = Hazard::fit(&prior, &all);
    let now = portfolio.months - 1;
    let (mut clients, mut untold) = (Vec::new(), BTreeMap::new());
    for (id, client) in &portfolio.clients {
        match standing(portfolio, client, now) {
            Ok(state) => {
                let at = At { portfolio, client, state, month: now };
                clients.push(client_risk(*id, &at, &hazard).ok_or(NoChurn::OutOfRange)?);
            }
            Err(why) => drop(untold.insert(*id, why)),
        }
    }
    clients.sort_by_key(|it| (Reverse(it.horizons[HORIZONS - 1].at_risk), it.client));
    let sum = |of: &dyn Fn(&ClientRisk) -> i64| {
        let sum = clients.iter().try_fold(0_i64, |sum, it| sum.checked_add(of(it)));
        sum.ok_or(NoChurn::OutOfRange)
    };
    // Each is at most what the clients bring, so that none can be out of range.
    let at_risk = [0, 1, 2].map(|at: usize| sum(&|it| it.horizons[at].at_risk).unwrap_or_default());
    Ok(Risk {
        through: portfolio.month(now),
        learned: Learned::of(&prior, &hazard, &all),
        revenue_of_year: sum(&|it| it.revenue_of_year)?,
        at_risk,
        clients,
        untold,
        look_back: lookback::look_back(portfolio, rows),
    })
}

/// Where a client stands that may leave, or why it cannot.
fn standing(portfolio: &Portfolio, client: &Course, now: usize) -> Result<State, Untold> {
    if !client.active {
        return Err(Untold::Inactive);
    }
    let gone = || match client.last_end() {
        Some(end) => Untold::Gone { since: portfolio.month(end) },
        None => Untold::NeverCharged,
    };
    let state = client.states.get(now).copied().flatten().ok_or_else(gone)?;
    let few = Untold::Few { have: state.charged, needed: CHARGED };
    if state.is_client() { Ok(state) } else { Err(few) }
}

fn client_risk(id: ClientId, at: &At<'_>, hazard: &Hazard) -> Option<ClientRisk> {
    let (mut numbers, mut reasons, mut not_known) = ([0.0; 9], Vec::new(), Vec::new());
    for factor in Factor::ALL {
        let Some((number, evidence)) = at.factor(factor) else {
            not_known.push(factor);
            continue;
        };
        numbers[factor.at()] = number;
        let part = billionths(hazard.weights[1 + factor.at()] * number);
        if part != 0 {
            reasons.push(Reason { factor, part, evidence });
        }
    }
    let most = reasons.iter().max_by_key(|reason| (reason.part, Reverse(reason.factor)));
    let mut risk = ClientRisk {
        client: id,
        since: at.portfolio.month(at.state.first),
        last_charged: at.portfolio.month(at.state.last),
        step: at.state.step,
        revenue_of_year: revenue_of_year(at)?,
        horizons: [Horizon { probability: 0, bands: [(0, 0); 2], at_risk: 0 }; HORIZONS],
        base: billionths(hazard.weights[0]),
        play: most.filter(|reason| reason.part >= NOTABLE).map(|reason| reason.factor),
        reasons,
        not_known,
    };
    let width = hazard.width(&numbers);
    risk.horizons = [1, 2, 3].map(|months| risk.within(months, width));
    Some(risk)
}

impl ClientRisk {
    /// What is expected within some months. One that is quiet either has left already, or goes on as if it
    /// were not.
    fn within(&self, months: usize, width: f64) -> Horizon {
        let first = self.log_odds() as f64 / ODDS_UNIT;
        let quiet = self.reasons.iter().filter(|reason| reason.factor == Factor::Quiet);
        let later = first - quiet.map(|reason| reason.part as f64 / ODDS_UNIT).sum::<f64>();
        let moved = |by: f64| millionths(within(first + by, later + by, months));
        let probability = moved(0.0);
        Horizon {
            probability,
            bands: BAND_WIDTHS.map(|times| (moved(-times * width), moved(times * width))),
            at_risk: share_of(self.revenue_of_year, probability),
        }
    }
}

/// What a client was charged over twelve months, rounded half up; of one that has been there for fewer,
/// twelve times the mean. At least nothing; none if that is out of range.
fn revenue_of_year(at: &At<'_>) -> Option<i64> {
    let end = at.month + 1;
    let begin = end.saturating_sub(YEAR).max(at.state.first);
    let sum: i128 = at.client.revenue[begin..end].iter().map(|minor| i128::from(*minor)).sum();
    let months = i128::try_from(end - begin).ok()?;
    i64::try_from((sum.max(0) * 12 * 2 + months) / (2 * months)).ok()
}

impl Learned {
    fn of(prior: &Prior, hazard: &Hazard, rows: &[&Row]) -> Self {
        let weight = |at: usize| Weight {
            prior: billionths(prior.weights[at]),
            prior_width: billionths(prior.widths[at]),
            learned: billionths(hazard.weights[at]),
            width: billionths(hazard.width_of(at)),
        };
        let steady = rows.iter().filter(|row| !row.is_quiet());
        let (mut sum, mut count) = (0.0, 0_usize);
        for row in steady {
            sum += probability(hazard.log_odds(&row.numbers));
            count += 1;
        }
        let monthly = sum / count.max(1) as f64;
        let left = hazard.width_of(0) / prior.widths[0];
        Self {
            yearly: millionths(1.0 - (1.0 - monthly).powi(12)),
            prior_share: millionths((left * left).min(1.0)),
            base: weight(0),
            effects: Factor::ALL.map(|factor| (factor, weight(1 + factor.at()))).to_vec(),
        }
    }
}

#[cfg(test)]
mod tests;
