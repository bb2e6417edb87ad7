//! How good the same method was on the organisation's own past: fitted to what was known at the end of
//! earlier months, it told of the clients of that time what has become of them since.

use serde::{Deserialize, Serialize};

use super::{
    FEWEST_MONTHS, FEWEST_ROWS, HORIZONS,
    course::{Portfolio, QUIET},
    facts::At,
    hazard::{Hazard, Prior, Row},
    millionths, within,
};
use crate::odds::Scores;

/// How many months lie between two looks: no client leaves twice.
const EVERY: usize = 3;
/// How many looks at most.
const MOST: usize = 12;
/// How many clients have to have left within the farthest horizon.
const FEWEST_LEAVERS: usize = 5;
/// The lower ends of the bins, in per cent: most probabilities are small.
const ENDS: [i64; 8] = [0, 1, 2, 5, 10, 20, 50, 100];

/// A look back. Numbers are in millionths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookBack {
    /// From the ends of how many months.
    pub origins: usize,
    /// Each horizon.
    pub horizons: Vec<Tested>,
}

/// Why there is none: too few clients left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NoLookBack {
    /// From the ends of how many months could be looked.
    pub origins: usize,
    /// How many clients left within the farthest horizon.
    pub leavers: usize,
    /// How many have to have.
    pub needed: usize,
}

/// What became of what was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tested {
    /// How many days ahead.
    pub days: u16,
    /// How many clients were told of, over all looks.
    pub cases: usize,
    /// How many of them left.
    pub left: usize,
    /// The mean squared distance of the probability from what became.
    pub brier: i64,
    /// That of saying the same of all clients.
    pub base_brier: i64,
    /// The mean of −ln of the probability of what became.
    pub log_loss: i64,
    /// That of saying the same of all clients.
    pub base_log_loss: i64,
    /// How often one who left was said to be likelier to than one who stayed; none with fewer than
    /// five of either.
    pub auc: Option<i64>,
    /// How far what was said lies from what became, over the bins, weighted by cases.
    pub calibration_error: i64,
    /// Those to whom a like probability was given; bins without any are absent.
    pub bins: Vec<Bin>,
}

/// Those to whom a like probability was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bin {
    /// The lowest probability, in per cent.
    pub from: i64,
    /// The highest.
    pub to: i64,
    /// How many there are.
    pub cases: usize,
    /// The mean of what was said.
    pub said: i64,
    /// The share that left.
    pub became: i64,
}

/// Looks back; `rows` are in an order that does not depend on who is who.
pub(super) fn look_back(portfolio: &Portfolio, rows: &[Row]) -> Result<LookBack, NoLookBack> {
    let mut told: [Told; HORIZONS] = Default::default();
    let mut origins = 0;
    // What becomes of a client by the farthest horizon is known when it was quiet for long enough.
    let judged = HORIZONS + QUIET;
    let ends = (1..).map_while(|look| portfolio.months.checked_sub(judged + EVERY * (look - 1)));
    for end in ends.take(MOST).filter_map(|end| end.checked_sub(1)).collect::<Vec<_>>() {
        let known: Vec<&Row> = rows.iter().filter(|row| row.month + QUIET <= end).collect();
        let steady = known.iter().filter(|row| !row.is_quiet()).count();
        if steady < FEWEST_ROWS || end + 1 < portfolio.first + FEWEST_MONTHS {
            continue;
        }
        origins += 1;
        add(&mut told, portfolio, &known, end);
    }
    let leavers = told.last().map_or(0, Told::left);
    if leavers < FEWEST_LEAVERS {
        return Err(NoLookBack { origins, leavers, needed: FEWEST_LEAVERS });
    }
    let horizons = (1..).zip(told).map(|(months, told)| told.tested(months));
    Ok(LookBack { origins, horizons: horizons.collect() })
}

/// Over some months ahead: what was told of each case, what saying the same of all would have been, and
/// whether it left.
#[derive(Default)]
struct Told {
    cases: Vec<(f64, f64, bool)>,
}

fn add(told: &mut [Told; HORIZONS], portfolio: &Portfolio, known: &[&Row], end: usize) {
    let hazard = Hazard::fit(&Prior::of(known), known);
    let blank: Vec<Row> = known
        .iter()
        .filter(|row| !row.is_quiet())
        .map(|row| Row { numbers: Default::default(), ..**row })
        .collect();
    let blank: Vec<&Row> = blank.iter().collect();
    let same = Hazard::fit(&Prior::without_factors(), &blank).log_odds(&Default::default());
    for (_, client) in &portfolio.clients {
        let state = client.states.get(end).copied().flatten();
        let Some(state) = state.filter(|it| it.is_client() && !it.is_quiet(end)) else { continue };
        let odds = hazard.log_odds(&At { portfolio, client, state, month: end }.numbers());
        for (months, told) in (1..).zip(told.iter_mut()) {
            let left = client.has_left(state, end + months);
            told.cases.push((within(odds, odds, months), within(same, same, months), left));
        }
    }
}

impl Told {
    fn left(&self) -> usize {
        self.cases.iter().filter(|(_, _, left)| *left).count()
    }

    fn tested(mut self, months: usize) -> Tested {
        // The order of clients makes no difference.
        self.cases.sort_unstable_by(|a, b| {
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2))
        });
        let said: Vec<f64> = self.cases.iter().map(|(said, _, _)| *said).collect();
        let same: Vec<f64> = self.cases.iter().map(|(_, same, _)| *same).collect();
        let became: Vec<bool> = self.cases.iter().map(|(_, _, left)| *left).collect();
        let (own, same, left) =
            (Scores::of(&said, &became), Scores::of(&same, &became), self.left());
        let enough = left.min(became.len() - left) >= FEWEST_LEAVERS;
        let bins: Vec<Bin> =
            ENDS.windows(2).filter_map(|pair| self.bin(pair[0], pair[1])).collect();
        let off = |bin: &Bin| bin.cases as f64 * (bin.said - bin.became).abs() as f64 / 1e6;
        let calibration_error = bins.iter().map(off).sum::<f64>() / own.cases.max(1) as f64;
        Tested {
            days: super::days(months),
            cases: own.cases,
            left,
            brier: millionths(own.brier),
            base_brier: millionths(same.brier),
            log_loss: millionths(own.log_loss),
            base_log_loss: millionths(same.log_loss),
            auc: own.auc.filter(|_| enough).map(millionths),
            calibration_error: millionths(calibration_error),
            bins,
        }
    }

    /// Those of a probability from `from` to below `to` per cent.
    fn bin(&self, from: i64, to: i64) -> Option<Bin> {
        let percent = |said: f64| 100.0 * said;
        let within =
            |said: f64| percent(said) >= from as f64 && (percent(said) < to as f64 || to == 100);
        let alike: Vec<_> = self.cases.iter().filter(|(said, _, _)| within(*said)).collect();
        let mean = |sum: f64| millionths(sum / alike.len() as f64);
        (!alike.is_empty()).then(|| Bin {
            from,
            to,
            cases: alike.len(),
            said: mean(alike.iter().map(|(said, _, _)| said).sum()),
            became: mean(alike.iter().filter(|(_, _, left)| *left).count() as f64),
        })
    }
}
