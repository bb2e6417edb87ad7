//! When a clock does not run.

use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::second_of;

/// Time in which a ticket does not wait for the organisation: it waits for the customer, or was
/// resolved before it was opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pause {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after it; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

/// The seconds from `since` on in which a clock runs, in order and apart; the end of the last may be
/// `i64::MAX`. The pauses may overlap and come in any order.
///
/// Pauses count up to `done`: what happens to a ticket after that does not change what was promised.
pub(super) fn running(since: i64, pauses: &[Pause], done: Option<i64>) -> Vec<Range<i64>> {
    let done = done.unwrap_or(i64::MAX);
    let seconds = |pause: &Pause| second_of(pause.from)..pause.to.map_or(done, second_of).min(done);
    let mut pauses: Vec<_> = pauses.iter().map(seconds).filter(|pause| !pause.is_empty()).collect();
    pauses.sort_by_key(|pause| pause.start);
    let mut at = since;
    let mut spans = Vec::new();
    for pause in pauses {
        spans.push(at..pause.start);
        at = at.max(pause.end);
    }
    spans.push(at..i64::MAX);
    spans.retain(|span| !span.is_empty());
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: i64 = i64::MAX;

    fn pause(from: i64, to: i64) -> Pause {
        let at = |second| Timestamp::from_second(second).unwrap();
        Pause { from: at(from), to: (to != NEVER).then(|| at(to)) }
    }

    /// What runs of a ticket opened at second 10.
    fn runs(pauses: &[Pause], done: Option<i64>) -> Vec<(i64, i64)> {
        running(10, pauses, done).into_iter().map(|span| (span.start, span.end)).collect()
    }

    #[test]
    fn pauses_may_overlap_touch_nest_and_come_in_any_order() {
        let pauses = [pause(50, 60), pause(20, 30), pause(25, 40), pause(22, 23), pause(40, 45)];
        assert_eq!(runs(&pauses, None), [(10, 20), (45, 50), (60, NEVER)]);
    }

    #[test]
    fn what_is_empty_or_over_before_the_ticket_is_no_pause() {
        assert_eq!(runs(&[pause(20, 20), pause(40, 30), pause(1, 5)], None), [(10, NEVER)]);
        assert_eq!(runs(&[pause(1, 15)], None), [(15, NEVER)]);
    }

    #[test]
    fn an_open_pause_ends_the_running_and_no_pause_outlasts_what_is_done() {
        let pauses = [pause(30, NEVER), pause(15, 20)];
        assert_eq!(runs(&pauses, None), [(10, 15), (20, 30)]);
        assert_eq!(runs(&pauses, Some(40)), [(10, 15), (20, 30), (40, NEVER)]);
        assert_eq!(runs(&pauses, Some(25)), [(10, 15), (20, NEVER)]);
        assert_eq!(runs(&[pause(5, NEVER)], None), []);
    }

    #[test]
    fn fractions_of_a_second_are_rounded_down() {
        let at = |nanos| Timestamp::from_nanosecond(nanos).unwrap();
        let pause = Pause { from: at(20_999_999_999), to: Some(at(30_000_000_001)) };
        assert_eq!(runs(&[pause], None), [(10, 20), (30, NEVER)]);
        assert_eq!(second_of(at(-1)), -1);
    }
}
