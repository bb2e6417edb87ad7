//! What analyses found, in words: sentences of ours around figures that were computed.
//!
//! A [`Paragraph`] is made of fixed text, of [`Figure`]s that are added as typed values, and of clients that are
//! named. What is said of a figure therefore cannot differ from it, and nothing that people wrote becomes a
//! sentence. Whoever is to put it in other words is given its [`Template`], which has neither figures nor
//! names, and what comes back has to pass the [`gate`]. `docs/words.md` has the rules.

mod figure;
pub mod gate;
mod paragraph;
mod topics;

pub use figure::{Figure, Value};
pub use paragraph::{Paragraph, Template};
pub use topics::{Silence, Topic, anomalies, cash, churn, leaks, month, next_month, scores};
