//! Clients as points: how far apart two of them are.

use super::dimension::{Axis, DIMENSIONS, Dimension};

/// How many dimensions must be known of both for a distance, on at least [`SIDES`] sides.
pub const SHARED: usize = 5;

/// On how many sides.
pub const SIDES: usize = 3;

/// Beyond how many robust deviations a value is only far off: a thousand is no further than three.
const FAR: f64 = 3.0;

/// A client's standing in each dimension in robust deviations, where it is known.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub z: [Option<f64>; DIMENSIONS],
}

impl Point {
    pub(super) fn of(z: impl Fn(usize) -> Option<f64>) -> Self {
        Self { z: std::array::from_fn(|at| z(at).map(|z| z.clamp(-FAR, FAR))) }
    }

    /// How many dimensions are known.
    pub(super) fn known(&self) -> usize {
        self.z.iter().flatten().count()
    }

    /// How far another is off, over the dimensions known of both; each side counts the same, however
    /// many dimensions it has: √(mean over sides of the mean square over their dimensions). `None` for
    /// fewer than [`SHARED`] dimensions or [`SIDES`] sides.
    pub(super) fn distance(&self, other: &Self) -> Option<f64> {
        let mut squares = [0.0; Axis::ALL.len()];
        let mut counts = [0_u8; Axis::ALL.len()];
        for ((one, two), axis) in self.z.iter().zip(&other.z).zip(AXES) {
            if let (Some(one), Some(two)) = (one, two) {
                squares[axis] += (one - two) * (one - two);
                counts[axis] += 1;
            }
        }
        let shared: usize = counts.iter().map(|count| usize::from(*count)).sum();
        let sides = counts.iter().filter(|count| **count > 0).count();
        if shared < SHARED || sides < SIDES {
            return None;
        }
        let known = squares.iter().zip(counts).filter(|(_, count)| *count > 0);
        let sum: f64 = known.map(|(square, count)| square / f64::from(count)).sum();
        Some((sum / sides as f64).sqrt())
    }

    /// How much higher this one is than another in each dimension known of both.
    pub(super) fn above(&self, other: &Self) -> Vec<(Dimension, f64)> {
        let pairs = Dimension::ALL.into_iter().zip(self.z.iter().zip(&other.z));
        let both = |(dimension, (one, two)): (_, (&Option<f64>, &Option<f64>))| {
            Some((dimension, (*one)? - (*two)?))
        };
        pairs.filter_map(both).collect()
    }
}

/// The side of each dimension.
const AXES: [usize; DIMENSIONS] = {
    let mut axes = [0; DIMENSIONS];
    let mut at = 0;
    while at < DIMENSIONS {
        axes[at] = Dimension::ALL[at].axis() as usize;
        at += 1;
    }
    axes
};

/// The dimensions that lead: the largest first, at most so many; of equal ones the earlier.
pub(super) fn leading(mut all: Vec<(Dimension, f64)>, most: usize) -> Vec<(Dimension, f64)> {
    all.sort_by(|(_, one), (_, two)| two.abs().total_cmp(&one.abs()));
    all.truncate(most);
    all
}

/// Numbers that look like chance and are the same each time (splitmix64; Steele, Lea and Flood 2014).
#[derive(Debug)]
pub(super) struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// At least 0 and below 1.
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below `count`, which is not 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % count).unwrap_or_default()
    }
}
