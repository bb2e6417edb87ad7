//! Lines that recur: what of monthly recurring revenue an invoice charges.

use jiff::ToSpan as _;

use super::{DocumentState, Invoice, InvoiceLine};
use crate::{agreement::Days, money::divide_half_even, period::Month};

/// For how many months one line may charge: five years.
pub const MOST_MONTHS: i32 = 60;

/// Why days are no span that a line can charge for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// The last lies before the first.
    #[error("must not lie before the first day")]
    Backwards,
    /// Longer than a line may be for.
    #[error("at most {MOST_MONTHS} months")]
    TooLong,
}

/// Those days, if a line that recurs can charge for them.
pub fn span(days: Days) -> Result<Days, SpanError> {
    if days.last < days.first {
        return Err(SpanError::Backwards);
    }
    months(days).map(|_| days).ok_or(SpanError::TooLong)
}

/// How many months days are, counted from the first of them, a part of a month as a whole one: from
/// the fifteenth of January to the fourteenth of April they are three. `None` for more than a line
/// may charge for.
fn months(days: Days) -> Option<i32> {
    let reach = |count: &i32| {
        let next = days.first.checked_add(count.months());
        next.is_ok_and(|next| next > days.last)
    };
    (1..=MOST_MONTHS).find(reach)
}

impl Invoice {
    /// What its lines that recur charge in each month, in smallest units of the organisation's
    /// currency. A line for several months charges the same in each of them: its amount ÷ their
    /// number, half to even, so that nothing seems to move by a cent in between. Drafts charge
    /// nothing, nor does what was taken back.
    pub fn recurring_charges(&self) -> Vec<(Month, i64)> {
        if self.state != DocumentState::Issued {
            return Vec::new();
        }
        let lines = self.lines.iter().zip(self.home_lines());
        lines.flat_map(|(line, minor)| line.monthly(minor)).collect()
    }
}

impl InvoiceLine {
    /// What it charges in each month, if it recurs and comes to so much.
    fn monthly(&self, minor: i64) -> Vec<(Month, i64)> {
        let Some((days, count)) = self.recurs.and_then(|days| Some((days, months(days)?))) else {
            return Vec::new();
        };
        let each = divide_half_even(minor.into(), count.into());
        let each = each.and_then(|each| i64::try_from(each).ok()).unwrap_or_default();
        (0..count).map(|later| (Month::of(days.first).plus(later), each)).collect()
    }
}

#[cfg(test)]
mod tests;
