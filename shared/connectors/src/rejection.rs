//! Why a row is not a record.

use clearmargin_domain::money::Money;

/// Why a row was refused, for people; each names the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// A field that a record cannot do without is absent, null or empty.
    #[error("{field} is missing")]
    Missing {
        /// The field, as the source spells it.
        field: String,
    },
    /// A field holds something else than it should.
    #[error("{field} is {found:?}, expected {expected}")]
    Invalid {
        /// The field, as the source spells it.
        field: String,
        /// What should be there.
        expected: &'static str,
        /// What is there, shortened.
        found: String,
    },
    /// An exchange rate into another currency than the organisation's.
    #[error(
        "ExchangeRate leads to {books}, in which the company keeps its books, not to {expected}"
    )]
    OtherBooks {
        /// The currency of the company's books.
        books: String,
        /// The organisation's currency.
        expected: String,
    },
    /// The lines and the total contradict each other.
    #[error("the lines come to {lines}, but TotalAmt without tax is {net}")]
    LinesDoNotAddUp {
        /// What the lines sum to.
        lines: Money,
        /// Total minus tax.
        net: Money,
    },
    /// A document too long to be stored.
    #[error("it has more than {most} lines")]
    TooManyLines {
        /// How many it may have.
        most: usize,
    },
    /// Amounts too large to be summed.
    #[error("the amounts are out of range")]
    OutOfRange,
    /// The source listed the row and could not deliver it.
    #[error("the source could not deliver the row: {reason}")]
    Undelivered {
        /// What the source says.
        reason: String,
    },
}
