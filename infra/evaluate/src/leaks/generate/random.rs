//! Numbers that a seed decides: `SplitMix64` (Steele, Lea and Flood 2014).

/// A source of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number, both ends included.
    pub(super) fn within(&mut self, from: i64, to: i64) -> i64 {
        let count = u64::try_from(to - from + 1).unwrap_or(1).max(1);
        from + i64::try_from(self.next() % count).unwrap_or(0)
    }

    /// Yes, in so many of a hundred cases.
    pub(super) fn chance(&mut self, percent: i64) -> bool {
        self.within(1, 100) <= percent
    }

    /// One of these.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(of.len()).unwrap_or(0) - 1;
        if last < 0 {
            return None;
        }
        usize::try_from(self.within(0, last)).ok().and_then(|at| of.get(at))
    }

    /// In another order.
    pub(super) fn shuffle<T>(&mut self, of: &mut [T]) {
        for at in (1..of.len()).rev() {
            let other = self.within(0, i64::try_from(at).unwrap_or(0));
            of.swap(at, usize::try_from(other).unwrap_or(0));
        }
    }
}
