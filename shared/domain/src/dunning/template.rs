//! What a reminder says: text with placeholders from a closed list.

use std::{fmt, fmt::Write as _};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::days_overdue;
use crate::{
    money::Money,
    text::{InvalidText, Line, Prose},
};

/// The longest value that stands for a placeholder, in characters: names from sources have no bound.
const LONGEST_VALUE: usize = 200;
/// The longest subject of a mail, in characters.
const LONGEST_SUBJECT: usize = 250;

/// What can stand between `{{` and `}}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// What the client is called.
    Client,
    /// The number on the invoice.
    Number,
    /// The day it is due.
    DueOn,
    /// What is open of it.
    Open,
    /// What it came to.
    Total,
    /// For how many days it has been due; 0 before that.
    DaysOverdue,
    /// In how many days it is due; 0 after that.
    DaysUntilDue,
    /// What the client owes altogether, less its credit.
    OwedInAll,
    /// Who reminds.
    Organization,
}

impl Placeholder {
    /// Every placeholder.
    pub const ALL: [Self; 9] = [
        Self::Client,
        Self::Number,
        Self::DueOn,
        Self::Open,
        Self::Total,
        Self::DaysOverdue,
        Self::DaysUntilDue,
        Self::OwedInAll,
        Self::Organization,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Number => "number",
            Self::DueOn => "dueOn",
            Self::Open => "open",
            Self::Total => "total",
            Self::DaysOverdue => "daysOverdue",
            Self::DaysUntilDue => "daysUntilDue",
            Self::OwedInAll => "owedInAll",
            Self::Organization => "organization",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|placeholder| placeholder.as_str() == name.trim())
    }
}

/// Why a text is no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is no such text at all.
    #[error(transparent)]
    Text(#[from] InvalidText),
    /// It names something that is not on the list.
    #[error(
        "unknown placeholder: there are {{{{client}}}}, {{{{number}}}}, {{{{dueOn}}}}, {{{{open}}}}, \
         {{{{total}}}}, {{{{daysOverdue}}}}, {{{{daysUntilDue}}}}, {{{{owedInAll}}}} and \
         {{{{organization}}}}"
    )]
    Unknown,
    /// A placeholder begins and does not end.
    #[error("a placeholder begins with {{{{ and does not end with }}}}")]
    Unclosed,
}

/// What placeholders stand for.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    /// What the client is called.
    pub client: &'a str,
    /// The number on the invoice.
    pub number: &'a str,
    /// The day it is due.
    pub due: Date,
    /// What is open of it.
    pub open: Money,
    /// What it came to.
    pub total: Money,
    /// The day of the mail.
    pub today: Date,
    /// What the client owes altogether, less its credit.
    pub owed_in_all: Money,
    /// Who reminds.
    pub organization: &'a str,
}

impl Values<'_> {
    /// In one line, whatever it is.
    fn of(&self, placeholder: Placeholder) -> String {
        let money = |amount: Money| format!("{amount} {}", amount.currency);
        let days = days_overdue(self.due, self.today);
        let text = match placeholder {
            Placeholder::Client => self.client.to_owned(),
            Placeholder::Number => self.number.to_owned(),
            Placeholder::DueOn => self.due.to_string(),
            Placeholder::Open => money(self.open),
            Placeholder::Total => money(self.total),
            Placeholder::DaysOverdue => days.max(0).to_string(),
            Placeholder::DaysUntilDue => days.min(0).unsigned_abs().to_string(),
            Placeholder::OwedInAll => money(self.owed_in_all),
            Placeholder::Organization => self.organization.to_owned(),
        };
        let shown = |char: char| if char.is_control() { ' ' } else { char };
        text.chars().take(LONGEST_VALUE).map(shown).collect()
    }
}

enum Piece<'a> {
    Text(&'a str),
    Value(Placeholder),
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, TemplateError> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, behind) = after.split_once("}}").ok_or(TemplateError::Unclosed)?;
        let value = Placeholder::named(name).ok_or(TemplateError::Unknown)?;
        pieces.extend([Piece::Text(before), Piece::Value(value)]);
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

/// A template with its values. What a value says is looked at no more: it cannot name others.
fn filled(text: &str, values: &Values<'_>) -> String {
    let mut filled = String::with_capacity(text.len());
    // A template was checked when it was made.
    for piece in pieces(text).unwrap_or_default() {
        // Writing to a text cannot fail.
        let _ = match piece {
            Piece::Text(text) => filled.write_str(text),
            Piece::Value(placeholder) => filled.write_str(&values.of(placeholder)),
        };
    }
    filled
}

macro_rules! template {
    ($(#[$doc:meta])* $name:ident, $text:ty) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name($text);

        impl $name {
            /// The longest template, in characters.
            pub const MOST: usize = <$text>::MOST;

            /// The template as it was written.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl TryFrom<String> for $name {
            type Error = TemplateError;

            fn try_from(text: String) -> Result<Self, TemplateError> {
                let text = <$text>::try_from(text)?;
                pieces(text.as_str())?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(template: $name) -> Self {
                template.0.into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

template!(
    /// What a reminder is about: one line.
    Subject, Line<150>
);
template!(
    /// What a reminder says.
    Body, Prose<4000>
);

impl Subject {
    /// The subject of a mail: one line of at most 250 characters, whatever the values are.
    pub fn filled(&self, values: &Values<'_>) -> String {
        filled(self.as_str(), values).chars().take(LONGEST_SUBJECT).collect()
    }
}

impl Body {
    /// The text of a mail.
    pub fn filled(&self, values: &Values<'_>) -> String {
        filled(self.as_str(), values)
    }
}
