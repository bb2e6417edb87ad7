//! Requests a minute.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::clock;

/// Counts the requests of the last sixty seconds.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    recent: VecDeque<Timestamp>,
}

impl Meter {
    /// Whether another request fits under `limit`, which is then counted; zero means no limit.
    pub(crate) fn admits(&mut self, limit: u32, now: Timestamp) -> bool {
        let minute_ago = clock::later(now, SignedDuration::from_secs(-60));
        while self.recent.front().is_some_and(|oldest| *oldest <= minute_ago) {
            self.recent.pop_front();
        }
        let fits = limit == 0 || self.recent.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        if fits && limit > 0 {
            self.recent.push_back(now);
        }
        fits
    }
}

/// The meters of one company: reports and batches count on their own as well.
#[derive(Debug, Default)]
pub(crate) struct Meters {
    pub(crate) requests: Meter,
    pub(crate) reports: Meter,
    pub(crate) batches: Meter,
}
