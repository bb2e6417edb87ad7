//! What each client's profitability is made of: its genome.
//!
//! A signature over eight sides, a score in parts, the gap to the margin that its like would have,
//! divided among what makes it, the clients most like it, segments, and the change over a year. All of
//! it is arithmetic over monthly sums; what is not known is told with what is needed. `docs/genome.md`
//! has the definitions.
#![expect(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "ratios are numbers and their places; money is whole on both sides of them"
)]

mod alike;
mod change;
mod dimension;
mod drivers;
mod figures;
mod gap;
mod missing;
mod public;
mod score;
mod segments;
mod shapley;
mod signature;
mod space;
mod standing;
mod taken;

use std::cmp::Reverse;

use clearmargin_domain::{id::ClientId, money::Currency, period::Period};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use alike::{Difference, LookAlike, NEAREST};
pub use change::{Change, Moved};
pub use dimension::{Axis, Better, DIMENSIONS, Dimension, Unit};
pub use drivers::{Basis, Bridge, Driver, Part};
pub use figures::{Client, MonthFigures};
pub use gap::{Gap, Peers};
pub use missing::{Known, Missing, Of};
pub use public::PublicBand;
pub use score::{Element, Score, ScorePart};
pub use segments::{FEWEST_SEGMENTED, Lead, MOST, Segment, Segments};
pub use space::{SHARED, SIDES};
pub use taken::of_snapshot;

use figures::Window;
use signature::{Values, shown, ten_thousandths};
use space::Point;
use standing::Cohort;

/// The version of the definitions; kept with what they gave.
pub const VERSION: &str = "genome/1";

/// How many values a standing needs, and how many other clients a gap: fewer say little of a client.
pub const FEWEST: usize = 5;

/// The genomes of all clients of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Genome {
    /// The version of the definitions.
    pub version: String,
    /// The months that it is about.
    pub period: Period,
    /// The currency of all money.
    pub currency: Currency,
    /// Each client, in the order of ids.
    pub clients: Vec<ClientGenome>,
    /// The clients in groups of their like.
    pub segments: Known<Segments>,
}

/// The genome of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientGenome {
    /// Whose it is.
    pub client: ClientId,
    /// In how many months of the period the client was there.
    pub months: usize,
    /// Each dimension, in the order of [`Dimension::ALL`].
    pub signature: Vec<Reading>,
    /// Its score.
    pub score: Known<Score>,
    /// How its margin differs from what the ratios of all other clients would give.
    pub gap: Known<Gap>,
    /// The same of the other clients of its segment; `None` where that has fewer than [`FEWEST`] others
    /// or is not to be trusted.
    pub segment_gap: Option<Gap>,
    /// The clients most like it, the nearest first.
    pub look_alikes: Known<Vec<LookAlike>>,
    /// The number of its segment, from 0; `None` where it is in none.
    pub segment: Option<usize>,
    /// The last twelve months of the period against the twelve before.
    pub change: Known<Change>,
}

/// A client's place among those that have a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// The client.
    pub client: ClientId,
    /// Its score, from 0 to 100.
    pub score: Decimal,
    /// Whether worked time lacks a cost rate, so that it can only be lower.
    pub upper_bound: bool,
}

impl Genome {
    /// The clients that have a score, the best first, by id where they have the same.
    pub fn ranked(&self) -> Vec<Ranked> {
        let ranked = |it: &ClientGenome| {
            let score = it.score.known()?;
            let (client, upper_bound) = (it.client, score.upper_bound);
            Some(Ranked { client, score: score.score, upper_bound })
        };
        let mut all: Vec<Ranked> = self.clients.iter().filter_map(ranked).collect();
        all.sort_by_key(|it| (Reverse(it.score), it.client));
        all
    }
}

impl ClientGenome {
    /// What is said of a dimension.
    pub fn reading(&self, dimension: Dimension) -> Option<&Reading> {
        self.signature.get(dimension.place())
    }
}

/// A dimension of a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// The dimension.
    pub dimension: Dimension,
    /// What its value is counted in.
    pub unit: Unit,
    /// Its value; money in the currency.
    pub value: Known<Decimal>,
    /// Where it stands among all clients of whom it is known.
    pub standing: Known<Standing>,
}

/// Where a value stands among those of all clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// How many robust standard deviations it is above the median; `None` where all values are equal.
    pub z: Option<Decimal>,
    /// The share of clients below it, those equal to it by half.
    pub percentile: Decimal,
    /// The median.
    pub median: Decimal,
    /// Of how many clients it is known.
    pub of: usize,
}

/// The genomes of these clients over a period. Their order makes no difference.
pub fn analyse(clients: &[Client], period: Period, currency: Currency) -> Genome {
    let histories = figures::in_order(clients);
    let windows = histories.iter().map(|(client, months)| (*client, Window::of(months, period)));
    let windows: Vec<(ClientId, Window)> = windows.collect();
    let values: Vec<Values> =
        windows.iter().map(|(_, window)| signature::values(window, currency)).collect();
    let cohorts = Dimension::ALL.map(|dimension| cohort(&values, dimension));
    let points = windows.iter().zip(&values).map(|((client, _), values)| {
        let z = |at: usize| cohorts[at].0.as_ref()?.z(*values[at].as_ref().ok()?);
        (*client, Point::of(z))
    });
    let points: Vec<(ClientId, Point)> = points.collect();
    let segments: Known<Segments> = segments::segments(&points).into();
    let numbers = segments.known().map(Segments::of_clients).unwrap_or_default();
    let by_id = windows.iter().map(|(client, window)| (*client, window));
    let sums = gap::Cohorts::of(by_id, segments.known());
    let look_alikes = alike::look_alikes(&points);
    let one = |((((client, window), values), look_alikes), history)| {
        let (client, window, values): (ClientId, &Window, &Values) = (client, window, values);
        let signature = signature_of(values, &cohorts, currency);
        let percentiles = signature.iter().filter_map(|reading: &Reading| {
            Some((reading.dimension, reading.standing.known()?.percentile))
        });
        let percentiles: Vec<_> = percentiles.collect();
        ClientGenome {
            client,
            months: window.months.len(),
            score: score::score(&window.sum, &percentiles, currency).into(),
            gap: sums.gap(client, currency).into(),
            segment_gap: sums.segment_gap(client, currency),
            look_alikes,
            segment: numbers.get(&client).copied(),
            change: change::change(history, period.to(), currency).into(),
            signature,
        }
    };
    let rows = windows.iter().map(|(client, window)| (*client, window)).zip(&values);
    let rows = rows.zip(look_alikes).zip(histories.values());
    let clients = rows.map(one).collect();
    Genome { version: VERSION.to_owned(), period, currency, clients, segments }
}

/// The known values of a dimension, if they are enough, and how many they are.
fn cohort(values: &[Values], dimension: Dimension) -> (Option<Cohort>, usize) {
    let known = values.iter().filter_map(|values| values[dimension.place()].as_ref().ok().copied());
    let known: Vec<f64> = known.collect();
    let count = known.len();
    (Cohort::of(known), count)
}

fn signature_of(
    values: &Values,
    cohorts: &[(Option<Cohort>, usize); DIMENSIONS],
    currency: Currency,
) -> Vec<Reading> {
    let reading = |dimension: Dimension| {
        let unit = dimension.unit();
        let (value, (cohort, have)) = (&values[dimension.place()], &cohorts[dimension.place()]);
        let standing = match (value, cohort) {
            (Err(missing), _) => Known::Missing(missing.clone()),
            (Ok(_), None) => Known::Missing(Missing::Clients { have: *have, needed: FEWEST }),
            (Ok(value), Some(cohort)) => Known::Known(Standing {
                z: cohort.z(*value).map(ten_thousandths),
                percentile: cohort.percentile(*value),
                median: shown(cohort.centre(), unit, currency),
                of: cohort.count(),
            }),
        };
        let value = value.clone().map(|value| shown(value, unit, currency)).into();
        Reading { dimension, unit, value, standing }
    };
    Dimension::ALL.into_iter().map(reading).collect()
}
