//! Whether a text may be shown in place of a template.
//!
//! Whoever rephrases is given signs in place of figures and names, so that none can be altered; here it is looked at
//! whether what comes back says the same. A text passes only if all of this holds:
//!
//! - It consists of letters from a to z, spaces, `. , : ; ( )` and signs. So there is no digit of any script, no
//!   look-alike, no markup, no address, and nothing that cannot be seen.
//! - Every word is one that we know: see [`vocabulary`]. So there is no number in words, and nothing that the
//!   template does not speak of.
//! - Signs and words with a meaning follow each other as in the template; a word may be replaced by another of the same
//!   meaning, and words without one may come and go. So nothing rises that fell, nothing is denied that was
//!   said, and no two figures trade places.
//! - No sentence ends where none did. Two may become one.
//! - It is at most twice as long.

mod vocabulary;

use super::Template;
use vocabulary::{Sense, sense};

pub use vocabulary::instructions;

/// Why a text may not be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Refusal {
    /// It has more than twice the characters of the template, or no words.
    #[error("the text is too long or empty")]
    Length,
    /// It has a character that is none of those allowed, or a sign that is none.
    #[error("the text has a character that is not allowed")]
    Character,
    /// It has a word that is not known.
    #[error("the text has a word that is not known")]
    Word,
    /// Signs and words with a meaning do not follow each other as in the template.
    #[error("the text does not say the same")]
    Meaning,
    /// A sentence ends where none did, or the last one does not.
    #[error("the sentences of the text are others")]
    Sentences,
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// A sign such as `[[F1]]`.
    Sign(&'a str),
    Word(&'a str),
    /// The end of a sentence.
    Stop,
    /// A mark within one.
    Mark,
}

/// What has to stay: signs and the senses of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said<'a> {
    Sign(&'a str),
    Sense(&'static str),
}

/// What a text says, and after how much of that its sentences end.
#[derive(Debug, PartialEq, Eq)]
struct Skeleton<'a> {
    said: Vec<Said<'a>>,
    ends: Vec<usize>,
}

/// Whether a text may be shown in place of a template.
pub fn check(template: &Template, candidate: &str) -> Result<(), Refusal> {
    let own = template.as_str();
    if candidate.chars().count() > 2 * own.chars().count() || candidate.trim().is_empty() {
        return Err(Refusal::Length);
    }
    let (wanted, found) = (skeleton(own)?, skeleton(candidate)?);
    if wanted.said != found.said {
        return Err(Refusal::Meaning);
    }
    let closed = candidate.ends_with('.');
    if closed && found.ends.iter().all(|end| wanted.ends.contains(end)) {
        Ok(())
    } else {
        Err(Refusal::Sentences)
    }
}

/// What stands before the first sign of a text, and what after it.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let (before, rest) = text.split_once("[[")?;
    let (_, after) = rest.split_once("]]")?;
    Some((before, after))
}

fn skeleton(text: &str) -> Result<Skeleton<'_>, Refusal> {
    let (mut said, mut ends) = (Vec::new(), Vec::new());
    for token in tokens(text)? {
        match token {
            Token::Sign(sign) => said.push(Said::Sign(sign)),
            Token::Word(word) => match sense(word).ok_or(Refusal::Word)? {
                Sense::Bound(sense) => said.push(Said::Sense(sense)),
                Sense::Free => {}
            },
            Token::Stop => ends.push(said.len()),
            Token::Mark => {}
        }
    }
    Ok(Skeleton { said, ends })
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, Refusal> {
    let (mut tokens, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let length = if let Some(sign) = sign(rest) {
            tokens.push(Token::Sign(sign));
            sign.len()
        } else if first.is_ascii_alphabetic() {
            let word = rest.split(|it: char| !it.is_ascii_alphabetic()).next().unwrap_or_default();
            tokens.push(Token::Word(word));
            word.len()
        } else {
            match first {
                ' ' => {}
                '.' => tokens.push(Token::Stop),
                ',' | ':' | ';' | '(' | ')' => tokens.push(Token::Mark),
                _ => return Err(Refusal::Character),
            }
            1
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(tokens)
}

/// The sign that a text begins with: `[[F1]]` for a figure, `[[N1]]` for a name.
fn sign(text: &str) -> Option<&str> {
    let (inner, _) = text.strip_prefix("[[")?.split_once("]]")?;
    let digits = inner.strip_prefix(['F', 'N'])?;
    let is_sign = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    if is_sign { text.get(..inner.len() + 4) } else { None }
}

#[cfg(test)]
mod tests;
