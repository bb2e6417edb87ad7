//! Figures: what was measured of a function and of a route.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// A function.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FunctionFigures {
    pub(crate) function: String,
    pub(crate) binary_bytes: u64,
    pub(crate) zip_bytes: Option<u64>,
    /// The median over several starts.
    #[serde(serialize_with = "milliseconds")]
    pub(crate) init_ms: Duration,
    /// After all its routes, or after its start when it has none.
    pub(crate) resident_bytes: u64,
    pub(crate) peak_bytes: u64,
    pub(crate) routes: Vec<RouteFigures>,
}

/// A route on a table.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RouteFigures {
    pub(crate) route: String,
    pub(crate) table: String,
    pub(crate) invocations: usize,
    #[serde(serialize_with = "milliseconds")]
    pub(crate) p50_ms: Duration,
    #[serde(serialize_with = "milliseconds")]
    pub(crate) p99_ms: Duration,
    /// The function's own, on average.
    #[serde(serialize_with = "milliseconds")]
    pub(crate) cpu_ms: Duration,
    /// The time without the table's, which 95 of 100 calls did not exceed. The kernel counts what a
    /// process computes in pieces longer than a call; this is that and what the two processes take
    /// to talk to each other.
    #[serde(serialize_with = "milliseconds")]
    pub(crate) own_p95_ms: Duration,
    /// The most that one call consumed.
    pub(crate) read_units: f64,
    pub(crate) write_units: f64,
    /// The most requests to the table that one call made.
    pub(crate) requests: u32,
    /// Status codes other than the expected one.
    pub(crate) unexpected: Vec<String>,
}

fn milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 1e6).round() / 1e3)
}

/// The value that so many hundredths of the values do not exceed.
pub(crate) fn percentile(values: &mut [Duration], hundredths: usize) -> Duration {
    values.sort_unstable();
    let place = (values.len() * hundredths).div_ceil(100).max(1) - 1;
    values.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut values: Vec<_> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut values, 50), Duration::from_millis(100));
        assert_eq!(percentile(&mut values, 99), Duration::from_millis(198));
        assert_eq!(percentile(&mut [Duration::from_millis(7)], 99), Duration::from_millis(7));
        assert_eq!(percentile(&mut [], 50), Duration::ZERO);
    }
}
