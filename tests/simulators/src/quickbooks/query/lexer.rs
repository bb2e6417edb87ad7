//! Splits a query into words, literals and signs.

use super::super::fault::Fault;

/// A token and the column it starts at, counted from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) lexeme: Lexeme,
    pub(crate) column: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lexeme {
    /// A keyword or a (dotted) name.
    Word(String),
    /// A quoted string, unescaped.
    Text(String),
    Number(String),
    Sign(&'static str),
    End,
}

impl Lexeme {
    /// The token as an error message names it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Word(word) if is_reserved(word) => {
                format!("\" \"{}\" \"{word} \"\"", word.to_lowercase())
            }
            Self::Word(word) => format!("\" <IDENTIFIER> \"{word} \"\""),
            Self::Text(text) => format!("\" <QUOTED_STRING> \"\\'{text}\\' \"\""),
            Self::Number(number) => format!("\" <NUMBER> \"{number} \"\""),
            Self::Sign(sign) => format!("\" \"{sign}\" \"{sign} \"\""),
            Self::End => "\"<EOF>\"".to_owned(),
        }
    }
}

/// Longest first, so that `<=` is not read as `<`.
const SIGNS: [&str; 8] = ["<=", ">=", "=", "<", ">", "(", ")", ","];

/// All tokens of `query`, closed by [`Lexeme::End`].
pub(crate) fn tokens(query: &str) -> Result<Vec<Token>, Fault> {
    let mut rest = query;
    let mut tokens = Vec::new();
    loop {
        rest = rest.trim_start();
        let column = query.len() - rest.len() + 1;
        let Some(first) = rest.chars().next() else {
            tokens.push(Token { lexeme: Lexeme::End, column });
            return Ok(tokens);
        };
        let (lexeme, length) = lexeme(rest, first).ok_or_else(|| unknown(first, column))?;
        tokens.push(Token { lexeme, column });
        rest = rest.get(length..).unwrap_or_default();
    }
}

fn lexeme(rest: &str, first: char) -> Option<(Lexeme, usize)> {
    if first == '\'' {
        return quoted(rest);
    }
    if first == '*' {
        return Some((Lexeme::Sign("*"), 1));
    }
    if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        return Some((Lexeme::Sign(sign), sign.len()));
    }
    if first.is_ascii_digit() || first == '-' {
        let number = leading(rest, |c| c.is_ascii_digit() || matches!(c, '.' | '-'));
        return Some((Lexeme::Number(number.to_owned()), number.len()));
    }
    let word = leading(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    (!word.is_empty()).then(|| (Lexeme::Word(word.to_owned()), word.len()))
}

fn leading(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// A string in single quotes, in which a backslash takes the next character literally.
fn quoted(rest: &str) -> Option<(Lexeme, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' => return Some((Lexeme::Text(text), at + 1)),
            '\\' => text.push(characters.next()?.1),
            _ => text.push(character),
        }
    }
    None
}

/// Wording inferred from the generator that QuickBooks' parser is made with.
fn unknown(character: char, column: usize) -> Fault {
    Fault::QueryParse(format!(
        "QueryParserError: Lexical error at line 1, column {column}.  Encountered: \"{character}\" ({}), after : \"\"",
        u32::from(character)
    ))
}

/// Words that cannot name an entity or a field.
pub(crate) fn is_reserved(word: &str) -> bool {
    const RESERVED: [&str; 12] = [
        "SELECT",
        "FROM",
        "WHERE",
        "AND",
        "OR",
        "IN",
        "LIKE",
        "ORDERBY",
        "ORDER",
        "STARTPOSITION",
        "MAXRESULTS",
        "NULL",
    ];
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}
