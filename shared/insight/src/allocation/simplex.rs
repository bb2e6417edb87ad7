//! A linear programme solved exactly: the dual simplex method with bounded variables, in whole numbers.
//!
//! `max c·x` subject to `A·x ≤ b` and `0 ≤ x ≤ width`, all data whole. Each row of the tableau has a
//! scale of its own and no common divisor, so its numbers stay as small as they can be, and nothing is
//! ever rounded. What goes out of range of 128 bits is worked out again without a range.
//!
//! Every variable that brings something has a width, so whatever may grow without end costs or is free:
//! an unbounded programme cannot be written down. For the same reason the slacks are a basis that is
//! dual feasible from the start, and one phase is enough. Among equals the first variable goes (Bland's
//! rule, on the dual), so it ends.

#![expect(clippy::indexing_slicing, reason = "rows and columns are counted when it is built")]

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{CheckedAdd, CheckedMul, CheckedSub, Signed, Zero as _};

/// A variable: from 0 up.
#[derive(Debug, Clone)]
pub(super) struct Column {
    gain: i128,
    width: Option<i128>,
    entries: Vec<(usize, i128)>,
}

impl Column {
    /// One that brings `gain` for each unit, and goes up to `width`. `entries` are its rows and how
    /// much of each a unit takes.
    pub(super) fn within(width: u64, gain: i128, entries: Vec<(usize, i128)>) -> Self {
        Self { gain, width: Some(width.into()), entries }
    }

    /// One that costs so much for each unit, and has no end.
    pub(super) fn open(cost: u32, entries: Vec<(usize, i128)>) -> Self {
        Self { gain: -i128::from(cost), width: None, entries }
    }
}

/// A programme: columns, and the most that each row may come to.
#[derive(Debug, Clone, Default)]
pub(super) struct Programme {
    pub(super) columns: Vec<Column>,
    pub(super) bounds: Vec<i128>,
}

/// Something that can be binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// A row.
    Row(usize),
    /// That a column does not go below 0.
    Low(usize),
    /// That a column does not go beyond its width.
    High(usize),
}

/// A change of a programme after it was solved.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    /// A row may come to so much more.
    Row(usize, i128),
    /// So much of a column is there beforehand.
    Ahead(usize, i128),
    /// A column ends one unit earlier.
    Narrower(usize),
    /// A column of width 1 that takes what that one takes, with this gain.
    Twin(usize, i128),
}

/// A number that a tableau is of: of 128 bits, or without end.
trait Whole:
    Integer + Signed + CheckedAdd + CheckedSub + CheckedMul + Clone + From<i128> + Into<BigInt>
{
}

impl Whole for i128 {}
impl Whole for BigInt {}

/// Why there is no optimum.
#[derive(Debug)]
enum Stop {
    /// A number does not fit.
    Range,
    /// Nothing can make up for what this row misses.
    Infeasible(usize),
}

fn fits<T>(number: Option<T>) -> Result<T, Stop> {
    number.ok_or(Stop::Range)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Variable {
    Column(usize),
    Slack(usize),
}

/// `scale · basic + Σ entries · free = value`, where what stands at its upper end is already taken off
/// the value.
#[derive(Debug, Clone)]
struct Row<T> {
    basic: Variable,
    scale: T,
    entries: Vec<T>,
    value: T,
}

impl<T: Whole> Row<T> {
    /// Takes the common divisor out.
    fn reduce(&mut self) {
        let mut divisor = self.scale.clone();
        for number in self.entries.iter().chain([&self.value]) {
            if divisor.is_one() {
                return;
            }
            if !number.is_zero() {
                divisor = divisor.gcd(number);
            }
        }
        if divisor.is_one() {
            return;
        }
        let numbers = self.entries.iter_mut().chain([&mut self.scale, &mut self.value]);
        for number in numbers.filter(|number| !number.is_zero()) {
            *number = number.div_floor(&divisor);
        }
    }

    /// Replaces the free variable of that column by what the other row says of it.
    fn eliminate(&mut self, at: usize, other: &Self) -> Result<(), Stop> {
        let entry = std::mem::replace(&mut self.entries[at], T::zero());
        if entry.is_zero() {
            return Ok(());
        }
        let divisor = entry.gcd(&other.scale);
        let (up, down) = (other.scale.div_floor(&divisor), entry.div_floor(&divisor));
        for (number, from) in self.entries.iter_mut().zip(&other.entries) {
            *number = difference(number, &up, from, &down)?;
        }
        self.value = difference(&self.value, &up, &other.value, &down)?;
        self.scale = fits(self.scale.checked_mul(&up))?;
        self.reduce();
        Ok(())
    }
}

/// `a·up − b·down`.
fn difference<T: Whole>(a: &T, up: &T, b: &T, down: &T) -> Result<T, Stop> {
    if b.is_zero() && (a.is_zero() || up.is_one()) {
        return Ok(a.clone());
    }
    let (more, less) = (fits(a.checked_mul(up))?, fits(b.checked_mul(down))?);
    fits(more.checked_sub(&less))
}

/// A variable that stands at one of its ends.
#[derive(Debug, Clone, Copy)]
struct Free {
    variable: Variable,
    high: bool,
}

#[derive(Debug, Clone)]
struct Tableau<T> {
    gains: Vec<T>,
    widths: Vec<Option<T>>,
    free: Vec<Free>,
    rows: Vec<Row<T>>,
    /// What a unit of each free variable would cost, as a row.
    prices: Row<T>,
}

impl<T: Whole> Tableau<T> {
    fn new(programme: &Programme) -> Result<Self, Stop> {
        let count = programme.columns.len();
        let row = |slack: usize, bound: i128| Row {
            basic: Variable::Slack(slack),
            scale: T::one(),
            entries: vec![T::zero(); count],
            value: T::from(bound),
        };
        let mut rows: Vec<_> = (0..).zip(&programme.bounds).map(|(i, b)| row(i, *b)).collect();
        let mut free = Vec::new();
        for (at, column) in programme.columns.iter().enumerate() {
            for (row, entry) in &column.entries {
                rows[*row].entries[at] = T::from(*entry);
            }
            let high = column.gain > 0;
            free.push(Free { variable: Variable::Column(at), high });
            let width = column.width.filter(|width| high && *width > 0);
            if let Some(width) = width.map(T::from) {
                for (row, entry) in &column.entries {
                    let value = &mut rows[*row].value;
                    *value = difference(value, &T::one(), &T::from(*entry), &width)?;
                }
            }
        }
        let columns = &programme.columns;
        let mut prices = row(usize::MAX, 0);
        prices.entries = columns.iter().map(|column| T::from(-column.gain)).collect();
        let gains = columns.iter().map(|column| T::from(column.gain)).collect();
        let widths = columns.iter().map(|column| column.width.map(T::from)).collect();
        Ok(Self { gains, widths, free, rows, prices })
    }

    fn width(&self, variable: Variable) -> Option<&T> {
        match variable {
            Variable::Column(column) => self.widths[column].as_ref(),
            Variable::Slack(_) => None,
        }
    }

    fn solve(&mut self) -> Result<(), Stop> {
        while let Some((row, high)) = self.leaving()? {
            let column = self.entering(row, high)?.ok_or(Stop::Infeasible(row))?;
            self.pivot(row, column, high)?;
        }
        Ok(())
    }

    /// The first variable that is outside its ends, and whether it is beyond the upper one.
    fn leaving(&self) -> Result<Option<(usize, bool)>, Stop> {
        let mut first: Option<(usize, bool)> = None;
        for (at, row) in self.rows.iter().enumerate() {
            if first.is_some_and(|(first, _)| self.rows[first].basic < row.basic) {
                continue;
            }
            if row.value.is_negative() {
                first = Some((at, false));
            } else if let Some(width) = self.width(row.basic)
                && row.value > fits(width.checked_mul(&row.scale))?
            {
                first = Some((at, true));
            }
        }
        Ok(first)
    }

    /// The variable that brings it back at the least price, the first one among equals.
    fn entering(&self, row: usize, high: bool) -> Result<Option<usize>, Stop> {
        let entries = &self.rows[row].entries;
        let mut best: Option<usize> = None;
        for (at, entry) in entries.iter().enumerate() {
            let free = self.free[at];
            let helps = !entry.is_zero() && (entry.is_negative() == (free.high == high));
            if !helps || self.width(free.variable).is_some_and(T::is_zero) {
                continue;
            }
            let Some(other) = best else {
                best = Some(at);
                continue;
            };
            let price = |at: usize, over: usize| {
                fits(self.prices.entries[at].abs().checked_mul(&entries[over].abs()))
            };
            let order = price(at, other)?.cmp(&price(other, at)?);
            let earlier = free.variable < self.free[other].variable;
            if order == Ordering::Less || (order == Ordering::Equal && earlier) {
                best = Some(at);
            }
        }
        Ok(best)
    }

    fn pivot(&mut self, at: usize, column: usize, high: bool) -> Result<(), Stop> {
        let entering = self.free[column];
        if entering.high {
            self.shift_free(column, self.width(entering.variable).cloned())?;
        }
        let mut row = self.rows.swap_remove(at);
        let leaving = std::mem::replace(&mut row.basic, entering.variable);
        std::mem::swap(&mut row.scale, &mut row.entries[column]);
        if row.scale.is_negative() {
            let numbers = row.entries.iter_mut().chain([&mut row.scale, &mut row.value]);
            numbers.for_each(|number| *number = -number.clone());
        }
        row.reduce();
        for other in self.rows.iter_mut().chain([&mut self.prices]) {
            other.eliminate(column, &row)?;
        }
        self.rows.push(row);
        self.free[column] = Free { variable: leaving, high };
        if high {
            let width = self.width(leaving).map(|width| -width.clone());
            self.shift_free(column, width)?;
        }
        Ok(())
    }

    /// Adds so much of a column of the tableau to the values.
    fn shift_free(&mut self, column: usize, by: Option<T>) -> Result<(), Stop> {
        let Some(by) = by.map(|by| -by) else { return Ok(()) };
        for row in &mut self.rows {
            row.value = difference(&row.value, &T::one(), &row.entries[column], &by)?;
        }
        Ok(())
    }

    /// Adds so much of what a unit of a variable takes to what the rows may come to.
    fn shift(&mut self, variable: Variable, by: T) -> Result<(), Stop> {
        if let Some(column) = self.free.iter().position(|free| free.variable == variable) {
            return self.shift_free(column, Some(by));
        }
        for row in self.rows.iter_mut().filter(|row| row.basic == variable) {
            row.value = difference(&row.value, &T::one(), &row.scale, &-by.clone())?;
        }
        Ok(())
    }

    fn apply(&mut self, change: Change) -> Result<(), Stop> {
        match change {
            Change::Row(row, by) => self.shift(Variable::Slack(row), T::from(by)),
            Change::Ahead(column, by) => self.shift(Variable::Column(column), T::from(-by)),
            Change::Narrower(column) => self.narrow(column),
            Change::Twin(column, gain) => self.twin(column, T::from(gain)),
        }
    }

    fn narrow(&mut self, column: usize) -> Result<(), Stop> {
        if let Some(width) = &mut self.widths[column] {
            *width = width.clone() - T::one();
        }
        let high = |free: &Free| free.high && free.variable == Variable::Column(column);
        match self.free.iter().position(high) {
            Some(at) => self.shift_free(at, Some(T::one())),
            None => Ok(()),
        }
    }

    fn twin(&mut self, column: usize, gain: T) -> Result<(), Stop> {
        let variable = Variable::Column(column);
        let at = self.free.iter().position(|free| free.variable == variable);
        for row in &mut self.rows {
            let entry = match at {
                Some(at) => row.entries[at].clone(),
                None if row.basic == variable => row.scale.clone(),
                None => T::zero(),
            };
            row.entries.push(entry);
        }
        let less = self.gains[column].clone() - gain.clone();
        let price = at.map_or_else(T::zero, |at| self.prices.entries[at].clone());
        let price = difference(&price, &T::one(), &self.prices.scale, &-less)?;
        let high = price.is_negative();
        self.prices.entries.push(price);
        self.free.push(Free { variable: Variable::Column(self.gains.len()), high });
        self.gains.push(gain);
        self.widths.push(Some(T::one()));
        if high { self.shift_free(self.free.len() - 1, Some(-T::one())) } else { Ok(()) }
    }

    fn solution(&self) -> Vec<BigRational> {
        let mut solution = vec![BigRational::zero(); self.gains.len()];
        for free in self.free.iter().filter(|free| free.high) {
            if let (Variable::Column(column), Some(width)) =
                (free.variable, self.width(free.variable))
            {
                solution[column] = BigRational::from_integer(width.clone().into());
            }
        }
        for row in &self.rows {
            if let Variable::Column(column) = row.basic {
                solution[column] =
                    BigRational::new(row.value.clone().into(), row.scale.clone().into());
            }
        }
        solution
    }

    /// What all of it brings. Fractions are few, and dear to add: whole numbers are summed apart.
    fn value(&self) -> BigRational {
        let mut whole = BigInt::zero();
        let mut fractions = BigRational::zero();
        let mut add = |gain: &T, amount: &T, scale: Option<&T>| {
            let product = gain.clone().into() * amount.clone().into();
            match scale.filter(|scale| !scale.is_one()) {
                Some(scale) => fractions += BigRational::new(product, scale.clone().into()),
                None => whole += product,
            }
        };
        for free in self.free.iter().filter(|free| free.high) {
            if let (Variable::Column(column), Some(width)) =
                (free.variable, self.width(free.variable))
            {
                add(&self.gains[column], width, None);
            }
        }
        for row in &self.rows {
            if let Variable::Column(column) = row.basic {
                add(&self.gains[column], &row.value, Some(&row.scale));
            }
        }
        fractions + BigRational::from_integer(whole)
    }

    fn duals(&self) -> Vec<BigRational> {
        let mut duals = vec![BigRational::zero(); self.rows.len()];
        for (free, price) in self.free.iter().zip(&self.prices.entries) {
            if let Variable::Slack(row) = free.variable {
                let scale = self.prices.scale.clone().into();
                duals[row] = BigRational::new(price.clone().into(), scale);
            }
        }
        duals
    }

    /// What together makes a row impossible.
    fn causes(&self, row: usize) -> Vec<Cause> {
        let row = &self.rows[row];
        let cause = |variable, high| match variable {
            Variable::Slack(row) => Cause::Row(row),
            Variable::Column(column) if high => Cause::High(column),
            Variable::Column(column) => Cause::Low(column),
        };
        let over = !row.value.is_negative();
        let free = self.free.iter().zip(&row.entries).filter(|(_, entry)| !entry.is_zero());
        // By the sign, not by where it stands: what has no width stands at both its ends.
        let free = free.map(|(free, entry)| cause(free.variable, entry.is_negative() != over));
        free.chain([cause(row.basic, over)]).collect()
    }
}

fn changed<T: Whole>(mut tableau: Tableau<T>, changes: &[Change]) -> Result<BigRational, Stop> {
    for change in changes {
        tableau.apply(*change)?;
    }
    tableau.solve()?;
    Ok(tableau.value())
}

impl Tableau<i128> {
    fn without_range(&self) -> Tableau<BigInt> {
        let all = |numbers: &[i128]| numbers.iter().copied().map(BigInt::from).collect();
        let row = |row: &Row<i128>| Row {
            basic: row.basic,
            scale: row.scale.into(),
            entries: all(&row.entries),
            value: row.value.into(),
        };
        Tableau {
            gains: all(&self.gains),
            widths: self.widths.iter().map(|width| width.map(BigInt::from)).collect(),
            free: self.free.clone(),
            rows: self.rows.iter().map(row).collect(),
            prices: row(&self.prices),
        }
    }
}

#[derive(Debug)]
enum Solved {
    Small(Tableau<i128>),
    Large(Tableau<BigInt>),
}

/// An optimum.
#[derive(Debug)]
pub(super) struct Optimum {
    solved: Solved,
    /// How much of each column.
    pub(super) amounts: Vec<BigRational>,
    /// What all of it brings.
    pub(super) value: BigRational,
    /// What a unit more of each row would bring.
    duals: Vec<BigRational>,
}

/// What together cannot be.
#[derive(Debug)]
pub(super) struct Infeasible(pub(super) Vec<Cause>);

impl Programme {
    /// The optimum, or what stands against any answer.
    pub(super) fn solve(&self) -> Result<Optimum, Infeasible> {
        match solved::<i128>(self) {
            Ok(tableau) => Ok(Optimum::new(Solved::Small(tableau))),
            Err(Some(causes)) => Err(Infeasible(causes)),
            Err(None) => match solved::<BigInt>(self) {
                Ok(tableau) => Ok(Optimum::new(Solved::Large(tableau))),
                Err(causes) => Err(Infeasible(causes.unwrap_or_default())),
            },
        }
    }

    /// Whether that is an optimum, by the data alone: what is divided keeps to the rows, and what the
    /// rows' prices say that nothing can exceed is what it brings.
    pub(super) fn proves(&self, optimum: &Optimum) -> bool {
        let whole = |number: i128| BigRational::from_integer(number.into());
        let mut used = vec![BigRational::zero(); self.bounds.len()];
        let mut least: BigRational =
            optimum.duals.iter().zip(&self.bounds).map(|(dual, bound)| dual * whole(*bound)).sum();
        for (column, amount) in self.columns.iter().zip(&optimum.amounts) {
            let mut margin = whole(column.gain);
            for (row, entry) in &column.entries {
                if !amount.is_zero() {
                    used[*row] += amount * whole(*entry);
                }
                let dual = &optimum.duals[*row];
                if !dual.is_zero() {
                    margin -= dual * whole(*entry);
                }
            }
            let over = column.width.is_some_and(|width| *amount > whole(width));
            if amount.is_negative() || over {
                return false;
            }
            match column.width {
                Some(width) if margin.is_positive() => least += margin * whole(width),
                None if margin.is_positive() => return false,
                Some(_) | None => {}
            }
        }
        let keeps = used.iter().zip(&self.bounds).all(|(used, bound)| *used <= whole(*bound));
        keeps && !optimum.duals.iter().any(Signed::is_negative) && least == optimum.value
    }
}

/// The tableau of an optimum, or what stands against one; nothing where a number does not fit.
fn solved<T: Whole>(programme: &Programme) -> Result<Tableau<T>, Option<Vec<Cause>>> {
    let mut tableau = Tableau::new(programme).map_err(|_| None)?;
    match tableau.solve() {
        Ok(()) => Ok(tableau),
        Err(Stop::Infeasible(row)) => Err(Some(tableau.causes(row))),
        Err(Stop::Range) => Err(None),
    }
}

impl Optimum {
    fn new(solved: Solved) -> Self {
        let (amounts, value, duals) = match &solved {
            Solved::Small(tableau) => (tableau.solution(), tableau.value(), tableau.duals()),
            Solved::Large(tableau) => (tableau.solution(), tableau.value(), tableau.duals()),
        };
        Self { solved, amounts, value, duals }
    }

    /// What the optimum would be after these changes; nothing where there would be none.
    pub(super) fn after(&self, changes: &[Change]) -> Option<BigRational> {
        let large = match &self.solved {
            Solved::Small(tableau) => match changed(tableau.clone(), changes) {
                Err(Stop::Range) => tableau.without_range(),
                answer => return answer.ok(),
            },
            Solved::Large(tableau) => tableau.clone(),
        };
        changed(large, changes).ok()
    }
}
