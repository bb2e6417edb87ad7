//! What a model scored.

use std::fmt;

use serde_json::{Map, Value};

/// Figures by name, in the order in which they are told. Ratios are from 0 to 1.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<(&'static str, Option<f64>)>);

impl Report {
    /// The report with one figure more; none where it is not defined.
    pub(crate) fn with(mut self, name: &'static str, figure: impl Into<Option<f64>>) -> Self {
        self.0.push((name, figure.into()));
        self
    }

    /// One line of JSON.
    pub(crate) fn json(&self) -> String {
        let value = |figure: &Option<f64>| figure.map_or(Value::Null, Value::from);
        let all = self.0.iter().map(|(name, figure)| ((*name).to_owned(), value(figure)));
        Value::Object(all.collect::<Map<_, _>>()).to_string()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, figure)) in self.0.iter().enumerate() {
            let line = if at == 0 { "" } else { "\n" };
            match figure {
                Some(figure) => write!(f, "{line}{name:<14} {figure:.4}")?,
                None => write!(f, "{line}{name:<14} -")?,
            }
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
