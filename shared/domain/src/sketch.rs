//! Quantiles of durations that can be added up and taken back.
//!
//! A sketch counts durations in bins whose edges grow geometrically, after Masson, Rim and Lee,
//! "`DDSketch`: a fast and fully-mergeable quantile sketch with relative-error guarantees" (VLDB
//! 2019). Being counts, sketches of months add up to that of a year, and a duration that was
//! counted can be taken back exactly, so a sketch moves by *new − old* like every other sum.
//!
//! Edges are whole seconds from integer arithmetic alone: the same duration falls into the same bin
//! on every machine, which a logarithm would not promise.

use std::{collections::BTreeMap, sync::LazyLock};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The longest duration told apart: ten years; whatever is longer counts as that.
const LONGEST_SECONDS: u64 = 10 * 366 * 86_400;

/// The largest duration of each bin, in seconds; bin 0 holds zero alone.
static EDGES: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut edges = vec![0, 1];
    let mut edge = 1;
    while edge < LONGEST_SECONDS {
        // A bin may reach (1 + α) / (1 − α) times as far as the one before: 105 / 95.
        edge = (edge + 1).max(edge * 105 / 95);
        edges.push(edge);
    }
    edges
});

/// Counts of durations by bin.
///
/// A count may be below zero for a moment: changes arrive in any order, so what takes a duration
/// back can come before what counted it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sketch {
    bins: BTreeMap<u16, i64>,
}

/// Why bytes are no sketch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not a sketch")]
pub struct InvalidSketch;

impl Sketch {
    /// The largest relative error of a quantile: 5 %.
    pub const RELATIVE_ERROR: Decimal = Decimal::from_parts(5, 0, 0, false, 2);

    /// Counts a duration `count` times; below zero takes it back. Negative durations count as zero.
    pub fn add(&mut self, seconds: i64, count: i64) {
        let seconds = u64::try_from(seconds).unwrap_or_default();
        let bin = EDGES.partition_point(|edge| *edge < seconds).min(EDGES.len() - 1);
        self.add_to(u16::try_from(bin).unwrap_or(u16::MAX), count);
    }

    fn add_to(&mut self, bin: u16, count: i64) {
        let sum = self.bins.entry(bin).or_default();
        *sum += count;
        if *sum == 0 {
            self.bins.remove(&bin);
        }
    }

    /// Adds another sketch.
    pub fn merge(&mut self, other: &Self) {
        other.bins.iter().for_each(|(bin, count)| self.add_to(*bin, *count));
    }

    /// What takes this sketch back.
    #[must_use]
    pub fn negated(mut self) -> Self {
        self.bins.values_mut().for_each(|count| *count = -*count);
        self
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.bins.is_empty()
    }

    /// How many durations are counted.
    pub fn count(&self) -> i64 {
        self.bins.values().sum()
    }

    /// The duration below or at which `percent` % of the durations lie (nearest rank), in seconds,
    /// within [`RELATIVE_ERROR`](Self::RELATIVE_ERROR); `None` when nothing is counted.
    pub fn quantile(&self, percent: u8) -> Option<u64> {
        let count = u64::try_from(self.count()).ok().filter(|count| *count > 0)?;
        let rank = (count * u64::from(percent.min(100))).div_ceil(100).max(1);
        let mut below = 0;
        for (bin, count) in &self.bins {
            below += *count;
            if u64::try_from(below).is_ok_and(|below| below >= rank) {
                return estimate(usize::from(*bin));
            }
        }
        None
    }

    /// The sketch in bytes, about one and a half for each bin in use.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bins.len() * 2);
        let mut last = 0;
        for (bin, count) in &self.bins {
            write_varint(&mut bytes, u64::from(bin - last));
            // Zigzag: small numbers of either sign stay short.
            write_varint(&mut bytes, ((count << 1) ^ (count >> 63)).cast_unsigned());
            last = *bin;
        }
        bytes
    }

    /// The sketch that [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, InvalidSketch> {
        let (mut sketch, mut last) = (Self::default(), 0_u16);
        while !bytes.is_empty() {
            let gap = u16::try_from(read_varint(&mut bytes)?).map_err(|_| InvalidSketch)?;
            last = last.checked_add(gap).ok_or(InvalidSketch)?;
            let count = read_varint(&mut bytes)?;
            let count = (count >> 1).cast_signed() ^ -(count & 1).cast_signed();
            sketch.add_to(last, count);
        }
        Ok(sketch)
    }
}

/// The duration that stands for a bin: as far from its smallest as from its largest, relatively.
fn estimate(bin: usize) -> Option<u64> {
    let largest = *EDGES.get(bin)?;
    let smallest =
        bin.checked_sub(1).and_then(|before| EDGES.get(before)).map_or(0, |edge| edge + 1);
    let sum = smallest + largest;
    let doubled = 2 * smallest * largest + sum / 2;
    Some(doubled.checked_div(sum).unwrap_or(0))
}

fn write_varint(bytes: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            return bytes.push(low & 0x7f);
        }
        bytes.push(low | 0x80);
    }
}

fn read_varint(bytes: &mut &[u8]) -> Result<u64, InvalidSketch> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(InvalidSketch)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(InvalidSketch)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch(durations: &[i64]) -> Sketch {
        let mut sketch = Sketch::default();
        for seconds in durations {
            sketch.add(*seconds, 1);
        }
        sketch
    }

    #[test]
    fn nothing_counted_has_no_quantile() {
        assert_eq!(Sketch::default().quantile(50), None);
        let mut taken_back = sketch(&[60]);
        taken_back.add(60, -1);
        assert_eq!((taken_back.quantile(50), taken_back.is_empty()), (None, true));
    }

    #[test]
    fn short_durations_are_told_apart_to_the_second() {
        let short = sketch(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(
            (short.quantile(10), short.quantile(50), short.quantile(100)),
            (Some(0), Some(4), Some(9))
        );
    }

    #[test]
    fn bytes_that_nobody_wrote_are_refused() {
        for bytes in [&[0x80][..], &[1], &[0xff; 11], &[0xff, 0xff, 0x7f, 2]] {
            assert_eq!(Sketch::from_bytes(bytes), Err(InvalidSketch), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn a_quantile_is_within_the_stated_error_of_the_exact_one(
            mut durations in prop::collection::vec(prop_oneof![0_i64..200, 0_i64..3_000_000, 0_i64..300_000_000], 1..200),
            percent in 0_u8..=100,
        ) {
            let estimate = Decimal::from(sketch(&durations).quantile(percent).unwrap());
            durations.sort_unstable();
            let rank = (durations.len() * usize::from(percent)).div_ceil(100).max(1);
            let exact = Decimal::from(durations[rank - 1]);
            // Half a second more for an estimate in whole seconds.
            let allowed = exact * Sketch::RELATIVE_ERROR + Decimal::new(5, 1);
            prop_assert!((estimate - exact).abs() <= allowed, "{estimate} for {exact}");
        }

        #[test]
        fn parts_add_up_and_what_is_taken_back_is_as_if_never_counted(
            one in prop::collection::vec(0_i64..10_000_000, 0..50),
            other in prop::collection::vec(0_i64..10_000_000, 0..50),
        ) {
            let (first, second) = (sketch(&one), sketch(&other));
            let mut both = first.clone();
            both.merge(&second);
            prop_assert_eq!(&both, &sketch(&[one, other].concat()));
            prop_assert_eq!(Sketch::from_bytes(&both.clone().negated().to_bytes()).unwrap().negated(), both.clone());
            both.merge(&second.negated());
            prop_assert_eq!(both, first);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = Sketch::from_bytes(&bytes);
        }
    }
}
