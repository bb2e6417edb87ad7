//! Rates: how often something may be done, as a bucket that fills at a steady pace.
//!
//! A bucket holds `quota` tokens and fills again within `window` seconds. All that is remembered of
//! one is the moment at which it will be full: each token taken moves that moment on by the time
//! that one token takes to come back, and no token can be taken that would move it past a whole
//! window. So what is taken over any time is at most `quota` and what came back meanwhile.

use jiff::Timestamp;

/// How often something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many times at once…
    pub quota: u32,
    /// …and again after so many seconds, little by little.
    pub window: u32,
}

/// When a bucket is full, in microseconds of Unix time; any moment that has passed means that it is
/// full now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FullAt(pub i64);

impl Rate {
    /// So often a minute.
    pub const fn per_minute(quota: u32) -> Self {
        Self { quota, window: 60 }
    }

    /// Microseconds until one token comes back; rounded up, so that never more come than allowed.
    fn interval(self) -> i64 {
        let window = u64::from(self.window) * 1_000_000;
        i64::try_from(window.div_ceil(u64::from(self.quota.max(1)))).unwrap_or(i64::MAX)
    }

    /// What moves `FullAt` on when so many tokens are taken.
    pub fn cost(self, tokens: u32) -> i64 {
        self.interval() * i64::from(tokens)
    }

    /// The latest moment that `FullAt` may be moved to.
    pub fn horizon(self, now: Timestamp) -> FullAt {
        FullAt(now.as_microsecond() + self.cost(self.quota))
    }

    /// How many tokens are there.
    pub fn left(self, full: FullAt, now: Timestamp) -> u32 {
        let room = self.horizon(now).0 - full.0.max(now.as_microsecond());
        u32::try_from(room / self.interval()).unwrap_or(0)
    }

    /// Seconds until the next token is there; at least one.
    pub fn wait(self, full: FullAt, now: Timestamp) -> u64 {
        seconds(full.0 + self.cost(1) - self.horizon(now).0).max(1)
    }
}

impl FullAt {
    /// Seconds until the bucket is full.
    pub fn seconds_from(self, now: Timestamp) -> u64 {
        seconds(self.0 - now.as_microsecond())
    }
}

/// Whole seconds, rounded up.
fn seconds(micros: i64) -> u64 {
    u64::try_from(micros.max(0)).unwrap_or(0).div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn after(rate: Rate, tokens: u32) -> FullAt {
        FullAt(NOW.as_microsecond() + rate.cost(tokens))
    }

    #[test]
    fn a_bucket_has_its_quota_and_fills_within_its_window() {
        let rate = Rate { quota: 3, window: 60 };
        assert_eq!(rate.left(FullAt::default(), NOW), 3);
        assert_eq!(rate.left(after(rate, 2), NOW), 1);
        let empty = after(rate, 3);
        assert_eq!((rate.left(empty, NOW), rate.wait(empty, NOW)), (0, 20));
        assert_eq!(empty.seconds_from(NOW), 60);
        let later = |seconds: i64| rate.left(empty, NOW + seconds.seconds());
        assert_eq!([later(19), later(20), later(59), later(60), later(9_999)], [0, 1, 2, 3, 3]);
    }

    #[test]
    fn a_pace_that_is_no_whole_number_never_gives_more() {
        let rate = Rate { quota: 7, window: 60 };
        let empty = after(rate, 7);
        assert_eq!(rate.left(empty, NOW), 0);
        assert_eq!(rate.left(empty, NOW + 60.seconds()), 6);
        assert_eq!(rate.left(empty, NOW + 61.seconds()), 7);
    }
}
