//! The books of an organisation: up to which month they are closed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::period::Month;

/// Up to which month the figures are final. What would change them before is refused, so that a
/// statement that was handed out still says the same when it is made anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Books {
    /// The last closed month: every month before it is closed too. None while nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_through: Option<Month>,
}

/// A day lies in a month that is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the books of {month} are closed")]
pub struct ClosedPeriod {
    /// The month of the day.
    pub month: Month,
}

/// Why books are not closed or opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BooksError {
    /// The month is not over.
    #[error("{0} is not over yet")]
    NotOver(Month),
    /// The month is closed already.
    #[error("the books are closed through {0} already")]
    AlreadyClosed(Month),
    /// The month is open.
    #[error("the books of {0} are open")]
    NotClosed(Month),
}

impl Books {
    /// Whether figures of that day are final.
    pub fn is_closed(self, day: Date) -> bool {
        self.closed_through.is_some_and(|through| Month::of(day) <= through)
    }

    /// Refuses a change that takes effect on a day whose figures are final.
    pub fn refuse(self, day: Date) -> Result<(), ClosedPeriod> {
        if self.is_closed(day) { Err(ClosedPeriod { month: Month::of(day) }) } else { Ok(()) }
    }

    /// The books closed through a month that is over, later than the last closed one.
    pub fn close(self, through: Month, today: Date) -> Result<Self, BooksError> {
        if through >= Month::of(today) {
            return Err(BooksError::NotOver(through));
        }
        match self.closed_through {
            Some(closed) if through <= closed => Err(BooksError::AlreadyClosed(closed)),
            _ => Ok(Self { closed_through: Some(through) }),
        }
    }

    /// The books with a closed month and every later one open again.
    pub fn reopen(self, from: Month) -> Result<Self, BooksError> {
        if self.closed_through.is_some_and(|through| from <= through) {
            // Before the first month there is none that could be closed.
            Ok(Self { closed_through: (from > Month::FIRST).then(|| from.plus(-1)) })
        } else {
            Err(BooksError::NotClosed(from))
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn closed_through(text: &str) -> Books {
        Books { closed_through: Some(month(text)) }
    }

    #[test]
    fn every_day_of_the_last_closed_month_and_before_is_closed() {
        let books = closed_through("2026-02");
        assert!(books.is_closed(date(2026, 2, 28)) && books.is_closed(date(2020, 1, 1)));
        assert!(!books.is_closed(date(2026, 3, 1)));
        assert!(!Books::default().is_closed(date(2020, 1, 1)));
        let refused = books.refuse(date(2026, 1, 5)).unwrap_err();
        assert_eq!(refused.to_string(), "the books of 2026-01 are closed");
        assert_eq!(books.refuse(date(2026, 3, 1)), Ok(()));
    }

    #[test]
    fn books_close_forward_and_only_over_months_that_are_over() {
        let today = date(2026, 4, 1);
        let books = Books::default().close(month("2026-02"), today).unwrap();
        assert_eq!(books, closed_through("2026-02"));
        assert_eq!(books.close(month("2026-03"), today), Ok(closed_through("2026-03")));
        for again in ["2026-02", "2026-01"] {
            let closed = BooksError::AlreadyClosed(month("2026-02"));
            assert_eq!(books.close(month(again), today), Err(closed));
        }
        for early in ["2026-04", "2026-05"] {
            let early = month(early);
            assert_eq!(books.close(early, today), Err(BooksError::NotOver(early)));
        }
    }

    #[test]
    fn reopening_a_month_opens_the_later_ones_too() {
        let books = closed_through("2026-03");
        assert_eq!(books.reopen(month("2026-01")), Ok(closed_through("2025-12")));
        assert_eq!(books.reopen(month("2026-03")), Ok(closed_through("2026-02")));
        let open = month("2026-04");
        assert_eq!(books.reopen(open), Err(BooksError::NotClosed(open)));
        assert_eq!(Books::default().reopen(open), Err(BooksError::NotClosed(open)));
        // All of them: the books are as if they had never been closed.
        assert_eq!(books.reopen(Month::FIRST), Ok(Books::default()));
    }

    #[test]
    fn books_read_as_they_are_written() {
        assert_eq!(serde_json::to_value(Books::default()).unwrap(), json!({}));
        let text = json!({"closedThrough": "2026-02"});
        assert_eq!(serde_json::from_value::<Books>(text).unwrap(), closed_through("2026-02"));
    }
}
