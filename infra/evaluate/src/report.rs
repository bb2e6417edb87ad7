//! What a model scored.

use std::fmt;

use serde_json::{Map, Value};

/// Figures by name, in the order in which they are told, and then words. Ratios are from 0 to 1.
#[derive(Debug, Default)]
pub(crate) struct Report {
    figures: Vec<(&'static str, Option<f64>)>,
    words: Vec<(&'static str, String)>,
}

impl Report {
    /// The report with one figure more; none where it is not defined.
    pub(crate) fn with(mut self, name: &'static str, figure: impl Into<Option<f64>>) -> Self {
        self.figures.push((name, figure.into()));
        self
    }

    /// The report with a word more.
    pub(crate) fn named(mut self, name: &'static str, word: String) -> Self {
        self.words.push((name, word));
        self
    }

    /// One line of JSON.
    pub(crate) fn json(&self) -> String {
        let value = |figure: &Option<f64>| figure.map_or(Value::Null, Value::from);
        let figures = self.figures.iter().map(|(name, figure)| ((*name).to_owned(), value(figure)));
        let words =
            self.words.iter().map(|(name, word)| ((*name).to_owned(), Value::from(word.as_str())));
        Value::Object(figures.chain(words).collect::<Map<_, _>>()).to_string()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, figure)) in self.figures.iter().enumerate() {
            let line = if at == 0 { "" } else { "\n" };
            match figure {
                Some(figure) => write!(f, "{line}{name:<14} {figure:.4}")?,
                None => write!(f, "{line}{name:<14} -")?,
            }
        }
        for (name, word) in &self.words {
            write!(f, "\n{name:<14} {word}")?;
        }
        Ok(())
    }
}

/// The time in milliseconds that this thread has had on a core, as Linux counts it: other work on the
/// machine is no part of it.
#[expect(clippy::float_arithmetic, reason = "a measurement")]
pub(crate) fn milliseconds() -> f64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = counted.split(' ').next().and_then(|first| first.parse::<f64>().ok());
    first.unwrap_or_default() / 1e6
}

/// The time in milliseconds since such a moment.
#[expect(clippy::float_arithmetic, reason = "a measurement")]
pub(crate) fn since(start: f64) -> f64 {
    milliseconds() - start
}
