//! Texts that people write: bounded, printable, never blank.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One line of at most `MAX` characters: printable, not blank, without spaces around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(String);

/// A text of at most `MAX` characters that may have several lines: printable, not blank. What it says
/// is nobody's business but its readers': it does not print into logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prose<const MAX: usize>(String);

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to {max} printable characters")]
pub struct InvalidText {
    /// How many characters there may be.
    pub max: usize,
}

macro_rules! text {
    ($name:ident, $($allowed:literal)*) => {
        impl<const MAX: usize> $name<MAX> {
            /// The longest text, in characters.
            pub const MOST: usize = MAX;

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<const MAX: usize> TryFrom<String> for $name<MAX> {
            type Error = InvalidText;

            fn try_from(text: String) -> Result<Self, InvalidText> {
                let printable = |char: char| !char.is_control() $(|| char == $allowed)*;
                let trimmed = text.trim();
                // Spaces around it count, too: as the API's document counts them.
                let fits = !trimmed.is_empty() && text.chars().count() <= MAX;
                if fits && trimmed.chars().all(printable) {
                    Ok(Self(trimmed.to_owned()))
                } else {
                    Err(InvalidText { max: MAX })
                }
            }
        }

        impl<const MAX: usize> FromStr for $name<MAX> {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                text.to_owned().try_into()
            }
        }

        impl<const MAX: usize> From<$name<MAX>> for String {
            fn from(text: $name<MAX>) -> Self {
                text.0
            }
        }

        impl<const MAX: usize> fmt::Display for $name<MAX> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(Line,);
text!(Prose, '\n' '\r' '\t');

impl<const MAX: usize> fmt::Debug for Prose<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prose(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_printable_bounded_and_not_blank() {
        let line = |text: &str| text.parse::<Line<5>>().map(String::from);
        assert_eq!(line(" abc "), Ok("abc".to_owned()));
        assert_eq!(line("größe"), Ok("größe".to_owned()));
        for refused in ["", "   ", "longer", " four ", "a\nb", "a\0"] {
            assert_eq!(line(refused), Err(InvalidText { max: 5 }), "{refused:?}");
        }
    }

    #[test]
    fn prose_has_lines() {
        let prose = |text: &str| text.parse::<Prose<10>>().map(String::from);
        assert_eq!(prose("one\r\n\ttwo\n"), Ok("one\r\n\ttwo".to_owned()));
        assert!(!format!("{:?}", "secret".parse::<Prose<9>>()).contains("secret"));
        assert!(
            prose("a\u{7}").is_err() && prose("\n\n").is_err() && prose("01234567890").is_err()
        );
    }
}
