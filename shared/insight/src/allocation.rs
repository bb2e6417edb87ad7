//! Dividing a budget: as much value as can be had, or as near to what was wished as can be, within what
//! the organisation lays down; what each of its rules costs; and, where they cannot all hold, which ones
//! stand against each other.
//!
//! What a line brings is a concave function of straight pieces, so the whole is a linear programme
//! (Dantzig 1963). It is solved in whole numbers, and each answer is proved by the data before it is
//! given. See docs/allocation.md.

mod cents;
mod check;
mod conflict;
mod model;
mod prices;
mod simplex;

use clearmargin_domain::budget::MOST_MINOR;
use rust_decimal::Decimal;

pub use check::Invalid;
pub use conflict::{Conflict, Move};

/// The most lines.
pub const MOST_LINES: usize = 200;
/// The most groups.
pub const MOST_GROUPS: usize = 30;
/// The most proportions. Each multiplies the denominators that there can be by up to a hundred, and with
/// them the time: see docs/allocation.md.
pub const MOST_PROPORTIONS: usize = 20;
/// The most steps of a line's returns.
pub const MOST_STEPS: usize = 10;
/// Ten-thousandths in one.
pub const ONE: u32 = 10_000;
/// The largest return, weight or proportion, in ten-thousandths.
pub const MOST_PARTS: u32 = 1_000 * ONE;
/// The largest amount, in the smallest unit of the currency.
pub const MOST: i64 = MOST_MINOR;

/// What is to be divided, and how. Amounts are in the smallest unit of the currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The budget.
    pub total: i64,
    /// Whether nothing may be left of it.
    pub spend_all: bool,
    /// What it is divided among.
    pub lines: Vec<Line>,
    /// Limits of several lines together.
    pub groups: Vec<Group>,
    /// Lines that follow other lines.
    pub proportions: Vec<Proportion>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is called; no other line is called so.
    pub name: String,
    /// What it gets at least.
    pub least: i64,
    /// What it gets at most.
    pub most: Option<i64>,
    /// What its amount is worth.
    pub worth: Worth,
}

/// What an amount is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// It brings so much, in steps that bring less and less; nothing beyond the last one.
    Returns(Vec<Step>),
    /// Each unit that it is off the wish counts as a loss.
    Wish {
        /// What was wished.
        wish: i64,
        /// How much a unit counts, in ten-thousandths.
        weight: u32,
    },
}

/// A step of returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Up to which amount of the line.
    pub up_to: i64,
    /// What each unit brings, in ten-thousandths.
    pub brings: u32,
}

/// Limits of several lines together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it is called; no other group or proportion is called so.
    pub name: String,
    /// The lines, by their places.
    pub lines: Vec<usize>,
    /// What they get at least.
    pub least: Option<Limit>,
    /// What they get at most.
    pub most: Option<Limit>,
}

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// An amount.
    Amount(i64),
    /// A share of the budget, in ten-thousandths. What is no whole unit counts towards the inside.
    Share(u32),
}

/// That a line follows another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proportion {
    /// What it is called; no other group or proportion is called so.
    pub name: String,
    /// The line.
    pub line: usize,
    /// The one that it follows.
    pub of: usize,
    /// It gets at least so much of the other, in ten-thousandths: whole hundredths.
    pub least: Option<u32>,
    /// It gets at most so much of the other, in ten-thousandths: whole hundredths.
    pub most: Option<u32>,
}

/// Something that was laid down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// No more than the budget.
    Total,
    /// All of the budget.
    SpendAll,
    /// What a line gets at least.
    LineLeast(usize),
    /// What a line gets at most.
    LineMost(usize),
    /// What a group gets at least.
    GroupLeast(usize),
    /// What a group gets at most.
    GroupMost(usize),
    /// What a line gets at least of another one.
    ProportionLeast(usize),
    /// What a line gets at most of another one.
    ProportionMost(usize),
}

/// A budget that is divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// What each line gets.
    pub amounts: Vec<i64>,
    /// What each line brings, or loses by being off its wish (then negative), exactly.
    pub worth: Vec<Decimal>,
    /// All of it.
    pub value: Decimal,
    /// How much more could be had, at most, if there were fractions of the smallest unit: rounded up
    /// to a millionth of it. Zero where this is the best division there is.
    pub lost: Decimal,
    /// Every rule.
    pub rules: Vec<Standing>,
}

/// How a rule stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The rule.
    pub rule: Rule,
    /// What it comes to: of a line, of a group, of the whole; of the line that follows.
    pub actual: i64,
    /// What it may come to.
    pub limit: i64,
    /// Whether it is in the way: it cannot be moved without another best division.
    pub binding: bool,
    /// What a unit more room would bring, measured on the smallest unit; nothing where it is moot.
    pub looser: Decimal,
    /// What a unit less room would cost; nothing where it cannot be.
    pub tighter: Option<Decimal>,
    /// By how much it is missed, since amounts are whole units.
    pub missed: i64,
}

/// Why there is no division.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoDivision {
    /// The rules stand against each other.
    #[error("the rules cannot all hold")]
    Conflict(Conflict),
    /// An answer that the data does not prove.
    #[error("the answer could not be proved")]
    Unproved,
}

/// Divides a budget, once [`Wanted::check`] found nothing wrong.
pub fn divide(wanted: &Wanted) -> Result<Division, NoDivision> {
    let model = model::Model::best(wanted, &wanted.rules(), &wanted.bounds());
    let Ok(optimum) = model.programme.solve() else {
        return Err(NoDivision::Conflict(conflict::find(wanted)));
    };
    if !model.programme.proves(&optimum) {
        return Err(NoDivision::Unproved);
    }
    let whole = cents::whole(wanted, &model, &optimum);
    Ok(prices::told(wanted, &model, &optimum, whole))
}
