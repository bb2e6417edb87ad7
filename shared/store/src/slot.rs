//! Slots of a sheet: the months of a year, the days of a month, or the one of how things stand.

use clearmargin_domain::{desk::Span, period::Month};
use jiff::civil::Date;

/// A number of one digit reaches this far, from 0.
const RADIX: u32 = 32;

/// The number of a day within its month, or of a month within its year; 0 for how things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot(i8);

impl Slot {
    pub(crate) fn of(span: Span) -> Self {
        match span {
            Span::Day(day) => Self::of_day(day),
            Span::Month(month) => Self::of_month(month),
            Span::Now => Self(0),
        }
    }

    pub(crate) fn of_day(day: Date) -> Self {
        Self(day.day())
    }

    pub(crate) fn of_month(month: Month) -> Self {
        Self(month.number())
    }

    pub(crate) fn number(self) -> i8 {
        self.0
    }

    /// What a sum of that slot is called in its sheet: `an` for what was opened in October. Names
    /// are stored with each sum and would be longer than it, so the slot is one digit to base 32.
    pub(crate) fn attribute(self, name: &str) -> String {
        let digit = u32::try_from(self.0).ok().and_then(|number| char::from_digit(number, RADIX));
        digit.into_iter().chain(name.chars()).collect()
    }

    /// The slot and the name that an attribute is called by; `None` for what is called otherwise.
    pub(crate) fn split(attribute: &str) -> Option<(Self, &str)> {
        let (digit, name) = attribute.split_at_checked(1)?;
        let number = digit.chars().next()?.to_digit(RADIX)?;
        Some((Self(i8::try_from(number).ok()?), name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_is_read_back_from_what_it_is_called() {
        for number in 0..=31 {
            let called = Slot(number).attribute("n");
            assert_eq!((called.len(), Slot::split(&called)), (2, Some((Slot(number), "n"))));
        }
        assert_eq!(Slot::split(&Slot(10).attribute("")), Some((Slot(10), "")));
        assert_eq!((Slot::split(""), Slot::split("äa"), Slot::split("zn")), (None, None, None));
    }
}
