//! What leaks a portfolio has, as somebody knows who made it, and how near what is found comes.

use std::collections::BTreeMap;

use clearmargin_domain::{id::ClientId, period::Month};
use clearmargin_insight::leaks::{Bearing, Leak, LeakKind};
use serde::{Deserialize, Serialize};

/// All leaks of a portfolio.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Truth {
    /// The leaks, in any order.
    pub(crate) leaks: Vec<True>,
}

/// A leak.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct True {
    /// What kind.
    pub(crate) kind: LeakKind,
    /// Whose.
    pub(crate) client: ClientId,
    /// What it is about: the last part of the leak's key.
    pub(crate) subject: String,
    /// What it comes to in each month, in smallest units.
    pub(crate) months: BTreeMap<Month, i64>,
}

impl True {
    fn key(&self) -> String {
        format!("{}/{}/{}", self.kind.as_str(), self.client, self.subject)
    }

    pub(crate) fn total(&self) -> i64 {
        self.months.values().sum()
    }
}

/// How near what was found is to the truth.
#[derive(Debug, Clone, Default)]
pub(crate) struct Nearness {
    /// Leaks that are there and were found.
    pub(crate) found: usize,
    /// Leaks that were found and are not there.
    pub(crate) wrong: Vec<String>,
    /// Leaks that are there and were not found.
    pub(crate) missed: Vec<String>,
    /// What all leaks come to that are there.
    pub(crate) minor: i64,
    /// By how much what was found is off: all of each wrong and missed leak, and the difference of
    /// each found one.
    pub(crate) off: i64,
    /// Found leaks whose amount differs.
    pub(crate) differing: Vec<String>,
    /// Found leaks by kind, with those that are there.
    pub(crate) kinds: BTreeMap<LeakKind, (usize, usize)>,
}

impl Nearness {
    /// Compares what was found with the truth, adding it up over portfolios;
    /// `of` is put before what is told of each leak.
    pub(crate) fn add(&mut self, of: &str, found: &[Leak], truth: &Truth) {
        let mut by_key: BTreeMap<&str, &Leak> =
            found.iter().map(|leak| (leak.key.as_str(), leak)).collect();
        for known in &truth.leaks {
            self.minor += known.total();
            let (right, all) = self.kinds.entry(known.kind).or_default();
            *all += 1;
            let Some(leak) = by_key.remove(known.key().as_str()) else {
                self.off += known.total();
                self.missed.push(format!("{of}{}: {}", known.key(), known.total()));
                continue;
            };
            *right += 1;
            self.found += 1;
            let (said, is) = (leak.total.minor, known.total());
            self.off += (said - is).abs();
            if said != is {
                self.differing.push(format!("{of}{}: {said} for {is}", leak.key));
            }
        }
        for leak in by_key.into_values() {
            self.off += leak.total.minor;
            self.wrong.push(format!("{of}{}: {} {}", leak.key, leak.total.minor, leak.rule));
        }
    }

    /// Of what was found, what is there; none where nothing was found.
    pub(crate) fn precision(&self) -> Option<f64> {
        ratio(self.found, self.found + self.wrong.len())
    }

    /// Of what is there, what was found; none where nothing is there.
    pub(crate) fn recall(&self) -> Option<f64> {
        ratio(self.found, self.found + self.missed.len())
    }

    /// By how much of all dollars what was found is off; none where there are none.
    #[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a ratio")]
    pub(crate) fn dollar_error(&self) -> Option<f64> {
        (self.minor > 0).then(|| self.off as f64 / self.minor as f64)
    }
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a ratio")]
fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// What of leaks can be recovered, and what may have been charged too much, in smallest units.
pub(crate) fn sums(leaks: &[Leak]) -> (i64, i64) {
    let sum = |bearing| -> i64 {
        leaks.iter().filter(|it| it.bearing == bearing).map(|it| it.total.minor).sum()
    };
    (sum(Bearing::Recoverable), sum(Bearing::OverBilling))
}
