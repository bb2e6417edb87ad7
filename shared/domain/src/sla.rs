//! Service levels: how soon a ticket is to be answered and resolved, and how it stands.
//!
//! A [`SlaPolicy`] promises minutes, a [`Calendar`] says which minutes count, and a [`SlaClock`]
//! reads how much of a promise a ticket has used up and when that next becomes news.
//!
//! Every instant counts as its whole second, rounded down: state, due moment and next change then
//! agree to the second, whatever fractions a source system writes.

mod calendar;
mod clock;
mod pause;
mod policy;
mod window;

use jiff::Timestamp;

pub use calendar::Calendar;
pub use clock::{SlaClock, SlaMeasure, SlaState, SlaStatus, TicketEvents, elapsed_seconds};
pub use pause::Pause;
pub use policy::{
    AtRiskPercent, PriorityTarget, SlaHours, SlaPolicy, SlaTarget, SlaTargets, choose,
};
pub use window::Window;

/// Why a service level is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSla {
    /// Not hours of a day of the week.
    #[error("expected a day of the week and two times such as 22:00 and 06:00")]
    Window,
    /// Not a share of the target.
    #[error("expected a percentage from 1 to 99")]
    AtRiskPercent,
    /// A priority without a name, or one that has two targets.
    #[error("expected each priority once, and with a name")]
    Priority,
}

/// The whole second that an instant lies in, counted from the Unix epoch.
fn second_of(at: Timestamp) -> i64 {
    // `as_second` rounds towards zero, which is up before 1970.
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

/// The instant of a second since the Unix epoch; `None` outside the years that there are.
fn instant(second: i64) -> Option<Timestamp> {
    Timestamp::from_second(second).ok()
}

#[cfg(test)]
mod tests;
