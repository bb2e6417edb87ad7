//! What prices would have to be for what somebody wants.

use rust_decimal::Decimal;

use super::{
    Costed, LineCost, NoPrice, PriceBook,
    raise::{RAISE_CAP, Raise, Wishes},
    share,
};

/// What prices would have to be. Amounts are in smallest units, of a year where nothing else is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pricing<'a> {
    /// The agreements: those first that are expected to bring most with a raise, those without one by id, and
    /// those of which nothing is known last.
    pub agreements: Vec<Priced<'a>>,
    /// The sums.
    pub totals: Totals,
}

/// The sums of all agreements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many agreements of which the costs are known.
    pub known: usize,
    /// What they bring.
    pub brings: i64,
    /// What they cost.
    pub costs: i64,
    /// How many are to be raised.
    pub raises: usize,
    /// What these raises come to together; its probabilities say nothing.
    pub raise: Raise,
}

/// An agreement with what its prices would have to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced<'a> {
    /// What it costs and brings.
    pub costed: &'a Costed,
    /// What its prices would have to be, or why that is not known.
    pub outcome: Result<Target, NoPrice>,
}

/// What the prices of an agreement would have to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What it brings, as it is.
    pub brings: i64,
    /// What it costs.
    pub costs: i64,
    /// What it would have to bring for the target.
    pub target: i64,
    /// Whether it brings less than the floor.
    pub below_floor: bool,
    /// What is to be done.
    pub advice: Advice,
    /// What raising its prices as proposed is worth; none where nothing is to be raised.
    pub raise: Option<Raise>,
    /// Its lines.
    pub lines: Vec<LinePrice>,
}

/// What is to be done about an agreement's prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Nothing: it reaches the target, with the rises that were agreed.
    OnTarget,
    /// Raise them.
    Raise,
    /// Raise them as far as they may within a year; more is to follow.
    RaiseAndMore,
    /// Nothing: what is expected to be lost is more than is won.
    NotWorthIt,
    /// Nothing: the rises that were agreed use up what prices may rise by within a year.
    NoRoom,
}

impl Advice {
    /// The name of each.
    pub const NAMES: [&'static str; 5] =
        ["on_target", "raise", "raise_and_more", "not_worth_it", "no_room"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [on_target, raise, more, not_worth_it, no_room] = Self::NAMES;
        match self {
            Self::OnTarget => on_target,
            Self::Raise => raise,
            Self::RaiseAndMore => more,
            Self::NotWorthIt => not_worth_it,
            Self::NoRoom => no_room,
        }
    }

    /// Whether prices are to be raised.
    pub const fn raises(self) -> bool {
        matches!(self, Self::Raise | Self::RaiseAndMore)
    }
}

/// What the price of a line would have to be. Prices are for a unit and as often as it is charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinePrice {
    /// What it brings in a year, as it is.
    pub brings: i64,
    /// The price that covers its own cost; none without units.
    pub cost_price: Option<i64>,
    /// The price at which it brings the floor; none without units.
    pub floor_price: Option<i64>,
    /// The price at which the agreement reaches the target, if all lines change alike.
    pub target_price: i64,
    /// The price to be proposed: what it will be by then unless it is to be raised.
    pub proposed: i64,
    /// What the proposal brings more in a year.
    pub gain: i64,
}

impl PriceBook {
    /// What prices would have to be for what somebody wants.
    pub fn answer(&self, wishes: Wishes) -> Pricing<'_> {
        let priced = |costed| Priced { costed, outcome: target(costed, wishes) };
        let mut agreements: Vec<Priced<'_>> = self.agreements.iter().map(priced).collect();
        let mut totals = Totals::default();
        for target in agreements.iter().filter_map(|it| it.outcome.as_ref().ok()) {
            totals.add(target);
        }
        agreements.sort_by_key(|it| {
            let expected = it.outcome.as_ref().ok().map(Target::expected);
            (std::cmp::Reverse(expected), it.costed.agreement)
        });
        Pricing { agreements, totals }
    }
}

impl Pricing<'_> {
    /// How many agreements of which nothing is known.
    pub fn unknown(&self) -> usize {
        self.agreements.len().saturating_sub(self.totals.known)
    }
}

impl Totals {
    fn add(&mut self, target: &Target) {
        self.known += 1;
        self.brings = self.brings.saturating_add(target.brings);
        self.costs = self.costs.saturating_add(target.costs);
        let Some(raise) = target.raise.filter(|_| target.advice.raises()) else { return };
        self.raises += 1;
        self.raise.gain = self.raise.gain.saturating_add(raise.gain);
        self.raise.expected_loss = self.raise.expected_loss.saturating_add(raise.expected_loss);
        self.raise.expected = self.raise.expected.saturating_add(raise.expected);
    }
}

impl Target {
    /// What its raise is expected to bring; 0 unless it is to be raised.
    fn expected(&self) -> i64 {
        self.raise.filter(|_| self.advice.raises()).map_or(0, |raise| raise.expected)
    }

    /// Its gross margin, to four decimals; `None` where it brings nothing.
    pub fn margin(&self) -> Option<Decimal> {
        share(i128::from(self.brings) - i128::from(self.costs), self.brings.into())
    }
}

fn target(costed: &Costed, wishes: Wishes) -> Result<Target, NoPrice> {
    let lines = costed.lines.as_ref().map_err(|why| *why)?;
    let sums = Sums::of(lines).ok_or(NoPrice::OutOfRange)?;
    if sums.brings <= 0 || sums.then <= 0 {
        return Err(NoPrice::NothingRecurs);
    }
    reached(lines, &sums, wishes).ok_or(NoPrice::OutOfRange)
}

/// What lines come to in a year.
struct Sums {
    /// At the prices of today.
    brings: i128,
    /// At those of the first day on which they may change.
    then: i128,
    /// The same before it is rounded, as a fraction.
    exact: (i128, i128),
    costs: i128,
}

impl Sums {
    fn of(lines: &[LineCost]) -> Option<Self> {
        let every = |line: &LineCost| i128::from(line.every.count());
        let common = lines.iter().try_fold(1, |all, line| common_multiple(all, every(line)))?;
        let mut sums = Self { brings: 0, then: 0, exact: (0, 100 * common), costs: 0 };
        for line in lines {
            let units = i128::from(line.hundredths).checked_mul(12 * (common / every(line)))?;
            sums.exact.0 = sums.exact.0.checked_add(units.checked_mul(line.then.into())?)?;
            sums.brings += i128::from(line.yearly(line.price)?);
            sums.then += i128::from(line.yearly(line.then)?);
            sums.costs += i128::from(line.labour) + i128::from(line.bought);
        }
        Some(sums)
    }
}

fn reached(lines: &[LineCost], sums: &Sums, wishes: Wishes) -> Option<Target> {
    let (at_target, at_floor) = wishes.left();
    let wanted = ceil(sums.costs.checked_mul(100)?, at_target)?;
    let falls_short = wanted > sums.then;
    let priced = lines.iter().map(|line| line_price(line, sums, wanted, at_floor, falls_short));
    let priced: Vec<LinePrice> = priced.collect::<Option<_>>()?;
    let gain: i128 = priced.iter().map(|line| i128::from(line.gain)).sum();
    let raise = Raise::of(sums.then, sums.costs, gain, wishes.churn_uplift)?;
    let capped = priced.iter().any(|line| line.proposed < line.target_price);
    let advice = match () {
        () if !falls_short => Advice::OnTarget,
        () if gain <= 0 => Advice::NoRoom,
        () if raise.expected <= 0 => Advice::NotWorthIt,
        () if capped => Advice::RaiseAndMore,
        () => Advice::Raise,
    };
    let brings_floor = sums.costs.checked_mul(100)? <= sums.brings.checked_mul(at_floor)?;
    Some(Target {
        brings: sums.brings.try_into().ok()?,
        costs: sums.costs.try_into().ok()?,
        target: wanted.try_into().ok()?,
        below_floor: !brings_floor,
        advice,
        raise: (gain > 0).then_some(raise),
        lines: priced,
    })
}

fn line_price(
    line: &LineCost,
    sums: &Sums,
    wanted: i128,
    at_floor: i128,
    falls_short: bool,
) -> Option<LinePrice> {
    let (above, below) = sums.exact;
    let target = ceil(i128::from(line.then).checked_mul(wanted)?.checked_mul(below)?, above)?;
    let cap = i128::from(line.price).checked_mul(100 + i128::from(RAISE_CAP))?.div_euclid(100);
    let proposed =
        if falls_short { target.min(cap).max(line.then.into()) } else { line.then.into() };
    let proposed: i64 = proposed.try_into().ok()?;
    let gain = i128::from(line.yearly(proposed)?) - i128::from(line.yearly(line.then)?);
    Some(LinePrice {
        brings: line.yearly(line.price)?,
        cost_price: covering(line, 1, 1),
        floor_price: covering(line, 100, at_floor),
        target_price: target.try_into().ok()?,
        proposed,
        gain: gain.try_into().ok()?,
    })
}

/// The least price at which a year brings a line's own cost × a fraction.
fn covering(line: &LineCost, above: i128, below: i128) -> Option<i64> {
    let cost = i128::from(line.labour) + i128::from(line.bought);
    let each = cost.checked_mul(100 * i128::from(line.every.count()))?.checked_mul(above)?;
    let units = i128::from(line.hundredths).checked_mul(12)?.checked_mul(below)?;
    ceil(each, units)?.try_into().ok()
}

/// The least number that both divide; `None` where it does not fit.
fn common_multiple(one: i128, two: i128) -> Option<i128> {
    let (mut divisor, mut rest) = (one, two);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    one.checked_div(divisor)?.checked_mul(two)
}

/// A quotient rounded up; `None` unless the divisor is positive.
fn ceil(dividend: i128, divisor: i128) -> Option<i128> {
    if divisor <= 0 {
        return None;
    }
    Some(-dividend.checked_neg()?.div_euclid(divisor))
}
