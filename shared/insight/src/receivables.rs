//! When open bills will be paid, and how likely each is to be late, with reasons that add up.
//!
//! One distribution answers both, so that dates and probabilities never contradict each other: the
//! days past due are expected from what the client is used to and from the facts of the bill, and how
//! far payments were from what was expected says the rest. Of a client counts only what was known on
//! the date of the bill. `docs/risk.md` has the figures that each choice was made by.
#![expect(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "models are numbers and their places"
)]

mod bill;
mod course;
mod effects;
mod habits;
mod late;
mod spread;

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use bill::{Bill, Book, OwnMean};
pub use course::Course;
use effects::Sample;
use habits::Habits;
pub use late::{Late, Reason};
use spread::Spread;

/// How many settled bills a model needs.
pub const FEWEST: usize = 40;
/// The rarer a long wait could be seen at all, the more a bill that was seen to end it counts, up to
/// one ÷ this.
const RAREST: f64 = 0.1;

/// What may make a bill late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fact {
    /// When its client paid earlier bills.
    Habit,
    /// Which bills its client had not paid when it got this one.
    OpenBills,
    /// How much its client's payments, and those of all clients, vary around what is expected.
    Steadiness,
    /// That it was not paid so far.
    Waited,
    /// Its amount.
    Amount,
    /// How long its client has to pay it.
    Terms,
    /// Whether its client disputes it.
    Disputed,
    /// A word that is known of it, by its name.
    Word(String),
}

impl Fact {
    /// The name of every fact.
    pub const NAMES: [&'static str; 8] =
        ["habit", "open_bills", "steadiness", "waited", "amount", "terms", "disputed", "word"];

    /// The name in JSON.
    pub const fn as_str(&self) -> &'static str {
        let [habit, open_bills, steadiness, waited, amount, terms, disputed, word] = Self::NAMES;
        match self {
            Self::Habit => habit,
            Self::OpenBills => open_bills,
            Self::Steadiness => steadiness,
            Self::Waited => waited,
            Self::Amount => amount,
            Self::Terms => terms,
            Self::Disputed => disputed,
            Self::Word(_) => word,
        }
    }
}

/// Too little to learn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{settled} settled bills are not enough, {FEWEST} are needed")]
pub struct NotEnough {
    /// How many bills were settled.
    pub settled: usize,
}

/// What is expected of a bill.
#[derive(Debug, Clone)]
pub struct Expected {
    /// How likely it is to be paid late.
    pub late: Late,
    /// When it will be paid.
    pub course: Course,
}

/// What was learned of clients.
#[derive(Debug)]
pub struct Model {
    habits: Habits,
    spread: Arc<Spread>,
}

impl Model {
    /// What can be learned from a book in the morning of a day: from bills dated before it, and from
    /// payments before it.
    ///
    /// A payment that could only be seen because its bill is old enough counts for those that could
    /// not yet be (inverse probability of censoring; Robins and Rotnitzky, 1992). A bill that is open
    /// for longer than any was that is settled counts as settled on that day.
    pub fn fit(book: &Book, as_of: Date) -> Result<Self, NotEnough> {
        let samples = samples(book, as_of)?;
        let habits = Habits::fit(&samples);
        let reading = habits.read(book);
        let error = |it: &Sample<'_>| {
            let standing = habits.standing(&reading, it.bill);
            (it.weight, (it.delay - standing.expected) / standing.scale)
        };
        let errors: Vec<(f64, f64)> = samples.iter().map(error).collect();
        let spread = Arc::new(Spread::of(&errors));
        Ok(Self { habits, spread })
    }

    /// What is expected of bills that are open in the morning of a day. Of each one's client counts what
    /// the book knew in the morning of the bill's date; a bill dated later waits for nothing yet.
    pub fn expect(&self, book: &Book, bills: &[Bill], as_of: Date) -> Vec<Expected> {
        let reading = self.habits.read(book);
        let expected = |bill: &Bill| {
            let standing = self.habits.standing(&reading, bill);
            let course = Course::new(Arc::clone(&self.spread), bill, &standing, as_of);
            let late = Late::of(&self.habits, &self.spread, &standing, &course);
            Expected { late, course }
        };
        bills.iter().map(expected).collect()
    }
}

fn samples<'a>(book: &'a Book, as_of: Date) -> Result<Vec<Sample<'a>>, NotEnough> {
    let known = || book.bills().iter().filter(|bill| bill.day < as_of);
    let settled = || known().filter_map(|bill| Some((bill, bill.settled_before(as_of)?)));
    let count = settled().count();
    if count < FEWEST {
        return Err(NotEnough { settled: count });
    }
    let longest = settled().map(|(bill, day)| bill::days(bill.day, day)).fold(0.0, f64::max);
    let mut ages: Vec<f64> = known().map(|bill| bill::days(bill.day, as_of)).collect();
    ages.sort_unstable_by(f64::total_cmp);
    let sample = |bill: &'a Bill| {
        let age = bill::days(bill.day, as_of);
        let end = bill.settled_before(as_of).or((age > longest).then_some(as_of))?;
        let younger = ages.partition_point(|age| *age <= bill::days(bill.day, end));
        let seen = (ages.len() - younger) as f64 / ages.len() as f64;
        let weight = if end < as_of { 1.0 / seen.max(RAREST) } else { 1.0 };
        Some(Sample { bill, delay: bill.past_due(end), weight })
    };
    Ok(known().filter_map(sample).collect())
}
