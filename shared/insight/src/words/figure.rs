//! A figure, and how it is said.

use clearmargin_domain::{labour::WorkedTime, money::Money, period::Month};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// What months are called, January first.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The value of a figure, as the API tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// An amount, exact to the cent.
    Money(Money),
    /// A share: 0.25 is said as 25 %.
    Percent(Decimal),
    /// How many.
    Count {
        /// The number.
        number: Decimal,
        /// What one is called.
        one: &'static str,
        /// What any other number of them is called.
        many: &'static str,
    },
    /// Worked time, in hours.
    Hours(Decimal),
    /// A score from 0 to 100.
    Score(Decimal),
    /// A day.
    Day(Date),
    /// A month.
    Month(Month),
}

impl Value {
    /// The name of every kind.
    pub const KINDS: [&'static str; 7] =
        ["money", "percent", "count", "hours", "score", "day", "month"];

    /// So many, with what one and many are called.
    pub fn count(number: usize, one: &'static str, many: &'static str) -> Self {
        Self::Count { number: Decimal::from(number), one, many }
    }

    /// Worked time.
    pub fn hours(time: WorkedTime) -> Self {
        Self::Hours(time.hours())
    }

    /// Its kind, as JSON has it.
    pub const fn kind(&self) -> &'static str {
        let [money, percent, count, hours, score, day, month] = Self::KINDS;
        match self {
            Self::Money(_) => money,
            Self::Percent(_) => percent,
            Self::Count { .. } => count,
            Self::Hours(_) => hours,
            Self::Score(_) => score,
            Self::Day(_) => day,
            Self::Month(_) => month,
        }
    }

    /// The same without its sign: for a sentence that says the direction itself.
    fn size(self) -> Self {
        match self {
            Self::Money(money) => {
                // The one amount without an opposite is one beyond any sum of documents.
                Self::Money(Money::new(money.minor.saturating_abs(), money.currency))
            }
            Self::Percent(share) => Self::Percent(share.abs()),
            other => other,
        }
    }

    /// How it is said.
    fn words(self) -> String {
        match self {
            Self::Money(money) => format!("{} {}", money.currency, grouped(&money.to_string())),
            Self::Percent(share) => {
                format!("{} %", plain(share * Decimal::ONE_HUNDRED))
            }
            Self::Count { number, one, many } => counted(number, one, many),
            Self::Hours(hours) => counted(hours, "hour", "hours"),
            Self::Score(score) => format!("{} of 100 points", plain(score)),
            Self::Day(day) => format!("{} {}", day.day(), month_words(Month::of(day))),
            Self::Month(month) => month_words(month),
        }
    }
}

/// A figure that a paragraph says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is, in its paragraph.
    pub name: &'static str,
    /// The value, as the API tells it.
    pub value: Value,
    /// How it is said.
    pub words: String,
}

impl Figure {
    /// A figure that is said with its sign.
    pub(super) fn new(name: &'static str, value: Value) -> Self {
        Self { name, value, words: value.words() }
    }

    /// A figure whose sign the sentence says.
    pub(super) fn size(name: &'static str, value: Value) -> Self {
        Self { name, value, words: value.size().words() }
    }
}

fn counted(number: Decimal, one: &str, many: &str) -> String {
    format!("{} {}", plain(number), if number == Decimal::ONE { one } else { many })
}

fn plain(number: Decimal) -> String {
    grouped(&number.normalize().to_string())
}

fn month_words(month: Month) -> String {
    let at = usize::try_from(month.number()).unwrap_or_default();
    let name = MONTHS.get(at.saturating_sub(1)).copied().unwrap_or_default();
    format!("{name} {}", month.year())
}

/// A number with its thousands set apart by commas.
fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at != 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !rest.is_empty() {
        text.push('.');
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use clearmargin_domain::money::Currency;
    use jiff::civil::date;

    use super::*;

    fn usd(minor: i64) -> Value {
        Value::Money(Money::new(minor, Currency::USD))
    }

    #[test]
    fn amounts_are_said_to_the_cent_with_their_currency() {
        let said = [0, 5, -5, 99_999, 100_000, -123_456_789].map(|minor| usd(minor).words());
        let wanted = [
            "USD 0.00",
            "USD 0.05",
            "USD -0.05",
            "USD 999.99",
            "USD 1,000.00",
            "USD -1,234,567.89",
        ];
        assert_eq!(said, wanted);
        assert_eq!(usd(i64::MIN).words(), "USD -92,233,720,368,547,758.08");
        let yen = Value::Money(Money::new(1_234_567, "JPY".parse().unwrap()));
        assert_eq!(yen.words(), "JPY 1,234,567");
    }

    #[test]
    fn one_is_not_many_and_none_is() {
        let said = [0, 1, 2, 1_000].map(|many| Value::count(many, "leak", "leaks").words());
        assert_eq!(said, ["0 leaks", "1 leak", "2 leaks", "1,000 leaks"]);
        let hours = [(50, "0.5 hours"), (100, "1 hour"), (1_250, "12.5 hours")];
        for (hundredths, wanted) in hours {
            assert_eq!(Value::Hours(Decimal::new(hundredths, 2)).words(), wanted);
        }
    }

    #[test]
    fn shares_days_and_months_are_said_as_people_say_them() {
        assert_eq!(Value::Percent(Decimal::new(-408, 4)).words(), "-4.08 %");
        assert_eq!(Value::Percent(Decimal::new(-408, 4)).size().words(), "4.08 %");
        assert_eq!(Value::Percent(Decimal::ONE).words(), "100 %");
        assert_eq!(Value::Day(date(2026, 7, 1)).words(), "1 July 2026");
        assert_eq!(Value::Month("2026-12".parse().unwrap()).words(), "December 2026");
        assert_eq!(Value::Score(Decimal::new(8750, 2)).words(), "87.5 of 100 points");
    }

    #[test]
    fn a_direction_that_the_sentence_says_leaves_the_value_as_it_is() {
        let figure = Figure::size("revenueChange", usd(-200_000));
        assert_eq!((figure.value, figure.words.as_str()), (usd(-200_000), "USD 2,000.00"));
    }
}
