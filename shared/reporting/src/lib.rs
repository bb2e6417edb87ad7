//! Reports as files: comma-separated values and Excel workbooks.
//!
//! A file is made from the very answer that the screen shows: a [`Layout`] only says which parts of it
//! are tables and what their columns are. So the formats cannot differ in a number. The same answer
//! gives the same bytes.

mod cell;
mod csv;
mod layout;
mod workbook;

pub use csv::render as csv;
pub use layout::{Column, Kind, Layout, Table};
pub use workbook::render as workbook;

/// A report could not be made: a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The answer has no such part.
    #[error("the report has no {0}")]
    Missing(String),
    /// A part is not what its column says.
    #[error("{0} is not what its column holds")]
    Unlike(String),
    /// The writer of comma-separated values failed.
    #[error("the table was not written")]
    Csv(#[from] ::csv::Error),
    /// The writer of workbooks failed.
    #[error("the workbook was not written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

#[cfg(test)]
mod tests;
