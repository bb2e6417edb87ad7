//! Budgets made up from a seed.

use clearmargin_insight::allocation::{Group, Limit, Line, Proportion, Step, Wanted, Worth};

/// `SplitMix64`.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn upto(&mut self, most: i64) -> i64 {
        i64::try_from(self.roll() % (most.unsigned_abs() + 1)).unwrap()
    }

    fn parts(&mut self, most: u32) -> u32 {
        u32::try_from(self.upto(most.into())).unwrap()
    }

    fn chance(&mut self, percent: i64) -> bool {
        self.upto(99) < percent
    }

    fn some_of(&mut self, count: usize) -> Vec<usize> {
        let lines: Vec<usize> = (0..count).filter(|_| self.chance(40)).collect();
        if lines.is_empty() { vec![0] } else { lines }
    }
}

/// How a budget is made up.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) lines: usize,
    pub(crate) groups: usize,
    pub(crate) proportions: usize,
    /// Amounts are multiples of it: large ones make many ties.
    pub(crate) grain: i64,
}

pub(crate) fn wanted(dice: &mut Dice, size: Size) -> Wanted {
    let Size { lines: count, grain, .. } = size;
    let each = 40_000_000 / grain;
    let total = dice.upto(each * i64::try_from(count).unwrap() / 3) * grain;
    let near = dice.chance(40);
    let lines = (0..count).map(|at| line(dice, at, grain, near)).collect();
    let groups = (0..size.groups).map(|at| group(dice, at, count, total / grain, grain)).collect();
    let proportions = (0..size.proportions).filter(|_| count > 1);
    let proportions = proportions.map(|at| proportion(dice, at, count)).collect();
    Wanted { total, spend_all: dice.chance(40), lines, groups, proportions }
}

fn line(dice: &mut Dice, at: usize, grain: i64, near: bool) -> Line {
    let each = 10_000_000 / grain;
    let least = if dice.chance(40) { dice.upto(each / 2) * grain } else { 0 };
    let most = dice.chance(60).then(|| least + dice.upto(2 * each) * grain);
    let worth = if near {
        Worth::Wish { wish: dice.upto(2 * each) * grain, weight: dice.parts(4) * 5_000 }
    } else {
        let (mut up_to, mut brings) = (0, 60_000);
        let steps = (0..dice.upto(4)).map(|_| {
            up_to += (1 + dice.upto(each)) * grain;
            brings = if dice.chance(20) { brings } else { dice.parts(brings / 100) * 100 };
            Step { up_to, brings }
        });
        Worth::Returns(steps.collect())
    };
    Line { name: format!("line {at}"), least, most, worth }
}

fn group(dice: &mut Dice, at: usize, count: usize, total: i64, grain: i64) -> Group {
    let lines = dice.some_of(count);
    let least = dice.chance(50);
    let share = dice.chance(40);
    let amount = dice.upto(total) * grain;
    let parts = dice.parts(100) * 100;
    let limit = if share { Limit::Share(parts) } else { Limit::Amount(amount) };
    Group {
        name: format!("group {at}"),
        lines,
        least: least.then_some(limit),
        most: (!least).then_some(limit),
    }
}

fn proportion(dice: &mut Dice, at: usize, count: usize) -> Proportion {
    let line = usize::try_from(dice.roll() % u64::try_from(count).unwrap()).unwrap();
    let of = (line + 1) % count;
    let share = dice.parts(40) * 500;
    let (low, both) = (dice.chance(60), dice.chance(10));
    Proportion {
        name: format!("proportion {at}"),
        line,
        of,
        least: (low || both).then_some(share),
        most: (!low || both).then_some(share),
    }
}
