//! How an API is used and how it answers: counts that add up, whoever counted them.

use std::{collections::BTreeMap, time::Duration};

use rust_decimal::{Decimal, RoundingStrategy};

/// Latencies below two to the power of this, in microseconds, share the first bucket.
const FINEST: u32 = 8;
/// Latencies from two to the power of this on share the last one: half a minute.
const COARSEST: u32 = 25;
/// Into how many buckets a doubling is divided; a power of two.
const PARTS: u32 = 4;
/// The last bucket.
const LAST: u32 = 1 + (COARSEST - FINEST) * PARTS;

/// How often each latency occurred, in buckets that grow with the latency.
///
/// A percentile read from them is off by at most an eighth of itself, or by 128 microseconds where
/// that is more; from 33.5 seconds on it says no more than that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latencies(BTreeMap<u8, u64>);

impl Latencies {
    /// Counts one.
    pub fn record(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.add(bucket(micros), 1);
    }

    /// Adds to a bucket.
    pub fn add(&mut self, bucket: u8, count: u64) {
        *self.0.entry(bucket).or_default() += count;
    }

    /// Adds what somebody else counted.
    pub fn merge(&mut self, other: &Self) {
        other.buckets().for_each(|(bucket, count)| self.add(bucket, count));
    }

    /// The buckets in which there is anything, each with its count.
    pub fn buckets(&self) -> impl Iterator<Item = (u8, u64)> {
        self.0.iter().map(|(bucket, count)| (*bucket, *count))
    }

    /// The latency that so many of a thousand do not exceed; `None` when nothing was counted.
    pub fn percentile(&self, per_mille: u64) -> Option<Duration> {
        let total: u64 = self.0.values().sum();
        let rank = total.saturating_mul(per_mille).div_ceil(1_000).max(1);
        let mut passed = 0;
        let found = self.buckets().find(|(_, count)| {
            passed += count;
            passed >= rank
        });
        found.map(|(bucket, _)| Duration::from_micros(middle(bucket)))
    }
}

/// The bucket of a latency.
fn bucket(micros: u64) -> u8 {
    let power = micros.max(1).ilog2();
    let place = match power {
        ..FINEST => 0,
        FINEST..COARSEST => {
            let part = (micros >> (power - PARTS.ilog2())) & u64::from(PARTS - 1);
            1 + (power - FINEST) * PARTS + u32::try_from(part).unwrap_or(0)
        }
        COARSEST.. => LAST,
    };
    u8::try_from(place).unwrap_or(u8::MAX)
}

/// What stands for the latencies of a bucket: the middle between its ends.
fn middle(bucket: u8) -> u64 {
    let Some(place) = u32::from(bucket).checked_sub(1) else {
        return 1 << (FINEST - 1);
    };
    let power = FINEST + place / PARTS;
    if power >= COARSEST {
        return 1 << COARSEST;
    }
    // Twice the lower end plus the width, halved.
    let twice = 2 * (PARTS + place % PARTS) + 1;
    u64::from(twice) << (power - PARTS.ilog2() - 1)
}

/// What requests were and cost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many there were.
    pub requests: u64,
    /// How many of them were refused: 4xx.
    pub client_errors: u64,
    /// How many of them failed: 5xx.
    pub server_errors: u64,
    /// Read units of the table, in tenths.
    pub read_tenths: u64,
    /// Write units of the table, in tenths.
    pub write_tenths: u64,
    /// How long they took.
    pub latencies: Latencies,
}

impl Usage {
    /// One request.
    pub fn one(status: u16, latency: Duration, read_tenths: u64, write_tenths: u64) -> Self {
        let mut latencies = Latencies::default();
        latencies.record(latency);
        Self {
            requests: 1,
            client_errors: u64::from((400..500).contains(&status)),
            server_errors: u64::from(status >= 500),
            read_tenths,
            write_tenths,
            latencies,
        }
    }

    /// Adds other requests.
    pub fn merge(&mut self, other: &Self) {
        self.requests += other.requests;
        self.client_errors += other.client_errors;
        self.server_errors += other.server_errors;
        self.read_tenths += other.read_tenths;
        self.write_tenths += other.write_tenths;
        self.latencies.merge(&other.latencies);
    }

    /// The share of a count in all requests, to four decimals; `None` without requests.
    pub fn share(&self, count: u64) -> Option<Decimal> {
        let share = Decimal::from(count).checked_div(Decimal::from(self.requests))?;
        Some(share.round_dp_with_strategy(4, RoundingStrategy::MidpointNearestEven))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn counted(micros: &[u64]) -> Latencies {
        let mut latencies = Latencies::default();
        for micros in micros {
            latencies.record(Duration::from_micros(*micros));
        }
        latencies
    }

    fn merged(parts: [&Latencies; 2]) -> Latencies {
        let mut sum = parts[0].clone();
        sum.merge(parts[1]);
        sum
    }

    /// Any latency below the last bucket, every order of magnitude as likely as the others.
    fn micros() -> impl Strategy<Value = u64> {
        (0..COARSEST, any::<u64>())
            .prop_map(|(power, low)| (1 << power) | (low & ((1 << power) - 1)))
    }

    proptest! {
        #[test]
        fn a_percentile_is_off_by_an_eighth_at_most(
            mut micros in vec(micros(), 1..200),
            per_mille in 1_u64..=1_000,
        ) {
            let found = counted(&micros).percentile(per_mille).unwrap().as_micros();
            micros.sort_unstable();
            let rank = usize::try_from(per_mille).unwrap() * micros.len();
            let exact = u128::from(micros[rank.div_ceil(1_000) - 1]);
            let off = found.abs_diff(exact);
            prop_assert!(off * 8 <= exact || off <= 128, "{found} for {exact}");
        }

        #[test]
        fn in_which_order_parts_are_added_changes_nothing(
            a in vec(any::<u64>(), 0..20),
            b in vec(any::<u64>(), 0..20),
            c in vec(any::<u64>(), 0..20),
        ) {
            let whole = counted(&[a.clone(), b.clone(), c.clone()].concat());
            let [a, b, c] = [a, b, c].map(|part| counted(&part));
            prop_assert_eq!(&merged([&merged([&a, &b]), &c]), &whole);
            prop_assert_eq!(&merged([&a, &merged([&b, &c])]), &whole);
            prop_assert_eq!(&merged([&c, &merged([&b, &a])]), &whole);
        }

        #[test]
        fn a_longer_latency_is_in_no_earlier_bucket(a in any::<u64>(), b in any::<u64>()) {
            prop_assert!(bucket(a.min(b)) <= bucket(a.max(b)));
        }
    }

    #[test]
    fn nothing_counted_has_no_percentiles_and_no_shares() {
        assert_eq!(Latencies::default().percentile(500), None);
        assert_eq!(Usage::default().share(0), None);
    }

    #[test]
    fn what_is_longer_than_the_last_bucket_begins_says_that() {
        let latencies = counted(&[u64::MAX]);
        assert_eq!(latencies.percentile(500), Some(Duration::from_micros(1 << COARSEST)));
    }

    #[test]
    fn a_request_counts_in_the_class_of_its_status() {
        let one = |status| {
            let usage = Usage::one(status, Duration::ZERO, 5, 10);
            (usage.requests, usage.client_errors, usage.server_errors)
        };
        assert_eq!(
            [one(200), one(304), one(404), one(503)],
            [(1, 0, 0), (1, 0, 0), (1, 1, 0), (1, 0, 1)]
        );
        let mut sum = Usage::one(404, Duration::ZERO, 5, 10);
        sum.merge(&Usage::one(200, Duration::from_secs(1), 15, 0));
        sum.merge(&Usage::one(200, Duration::from_secs(1), 0, 0));
        assert_eq!((sum.requests, sum.read_tenths, sum.write_tenths), (3, 20, 10));
        assert_eq!(sum.share(sum.client_errors), Some(Decimal::new(3_333, 4)));
    }
}
