//! Tokens that a process holds.

use clearmargin_domain::limit::{FullAt, Rate};
use clearmargin_store::Lease;
use jiff::Timestamp;

use super::allowance::Standing;

/// For how long a block should last.
const LASTS_MICROS: u32 = 15_000_000;
/// The share of a bucket that one block takes at most, and the one it begins with.
const LARGEST: u32 = 10;
const SMALLEST: u32 = 200;

/// A block of tokens out of a bucket, and what is known of the bucket.
#[derive(Debug, Default)]
pub(crate) struct Block {
    left: u32,
    size: u32,
    leased_at: Timestamp,
    full: FullAt,
}

impl Block {
    /// Whether the bucket has to be asked: no token is left here, and there may be one there.
    pub(crate) fn must_lease(&self, rate: Rate, now: Timestamp) -> bool {
        self.left == 0 && rate.left(self.full, now) > 0
    }

    /// How many tokens to lease: what was spent lately in the time that a block should last, at most
    /// twice what it was, so that a burst does not empty the bucket for others.
    pub(crate) fn next_size(&self, rate: Rate, now: Timestamp) -> u32 {
        let largest = (rate.quota / LARGEST).max(1);
        let smallest = (rate.quota / SMALLEST).clamp(1, largest);
        let micros = now.as_microsecond() - self.leased_at.as_microsecond();
        let micros = u64::try_from(micros).unwrap_or(0).max(1);
        let lately = u64::from(self.size) * u64::from(LASTS_MICROS) / micros;
        let lately = u32::try_from(lately).unwrap_or(u32::MAX);
        lately.min(self.size.saturating_mul(2)).clamp(smallest, largest)
    }

    /// When the bucket is full, as far as is known.
    pub(crate) fn full(&self) -> FullAt {
        self.full
    }

    /// Takes what the bucket gave.
    pub(crate) fn refill(&mut self, lease: Lease, now: Timestamp) {
        self.full = lease.full;
        self.assume(lease.tokens, now);
    }

    /// Goes on as if the bucket had given so many.
    pub(crate) fn assume(&mut self, tokens: u32, now: Timestamp) {
        (self.left, self.leased_at) = (tokens, now);
        if tokens > 0 {
            self.size = tokens;
        }
    }

    /// Spends a token, if there is one.
    pub(crate) fn spend(&mut self, rate: Rate, now: Timestamp) -> Standing {
        let wait = (self.left == 0).then(|| rate.wait(self.full, now));
        self.left = self.left.saturating_sub(1);
        let there = rate.left(self.full, now);
        Standing {
            left: self.left.saturating_add(there).min(rate.quota),
            reset: self.full.seconds_from(now),
            wait,
        }
    }

    /// Puts a token back.
    pub(crate) fn give_back(&mut self) {
        self.left += 1;
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, ToSpan as _};

    use super::*;

    const RATE: Rate = Rate::per_minute(6_000);
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn spent(size: u32) -> Block {
        Block { left: 0, size, leased_at: NOW, full: FullAt::default() }
    }

    #[test]
    fn a_block_lasts_for_a_while_of_what_was_spent_lately() {
        let next =
            |size, millis| spent(size).next_size(RATE, NOW + SignedDuration::from_millis(millis));
        assert_eq!(Block::default().next_size(RATE, NOW), 30);
        assert_eq!(next(100, 10_000), 150);
        assert_eq!(next(100, 100), 200, "grows to twice its size");
        assert_eq!(next(500, 100), 600, "a tenth of the bucket at most");
        assert_eq!(next(300, 45_000), 100);
        assert_eq!(next(300, 9_000_000), 30);
    }

    /// Blocks leased for requests at that pace over a minute, by one of so many processes that
    /// share them evenly, and those requests.
    fn leases(rate: Rate, millis: i64, processes: i64) -> (u64, u64) {
        let (mut block, mut leases, mut requests) = (Block::default(), 0, 0);
        for step in (0..60_000).step_by(usize::try_from(millis * processes).unwrap()) {
            let now = NOW + SignedDuration::from_millis(step);
            if block.must_lease(rate, now) {
                let tokens = block.next_size(rate, now);
                let full = block.full().0.max(now.as_microsecond()) + rate.cost(tokens);
                block.refill(Lease { tokens, full: FullAt(full) }, now);
                leases += 1;
            }
            assert_eq!(block.spend(rate, now).wait, None);
            requests += 1;
        }
        (leases, requests)
    }

    #[test]
    fn a_hundred_requests_a_second_cost_a_twentieth_of_a_write_each_at_most() {
        let usual = crate::Limits::default();
        // Five callers at twenty a second each; each lease is one write of one unit.
        for processes in [1, 2, 5] {
            let (own, of_own) = leases(usual.caller, 50, processes);
            let (shared, of_shared) = leases(usual.organization, 10, processes);
            let writes = own * of_shared + shared * of_own;
            let told = format!("{own} of {of_own}, {shared} of {of_shared}");
            assert!(writes * 20 <= of_own * of_shared, "{processes} processes: {told}");
        }
    }

    #[test]
    fn an_empty_bucket_is_not_asked_again_before_it_has_something() {
        let empty = FullAt(NOW.as_microsecond() + RATE.cost(RATE.quota));
        let mut block = Block::default();
        assert!(block.must_lease(RATE, NOW));
        block.refill(Lease { tokens: 0, full: empty }, NOW);
        assert!(!block.must_lease(RATE, NOW));
        assert_eq!(block.spend(RATE, NOW).wait, Some(1));
        assert!(block.must_lease(RATE, NOW + 1.second()));
    }
}
