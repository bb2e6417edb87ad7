//! Cases to learn from, as they are told.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Amounts, counts, times.
    Number,
    /// One of a few words.
    Word,
}

/// A field of each case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What a case says in a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A finite number.
    Number(f64),
    /// A word.
    Word(String),
    /// Nothing.
    Missing,
}

/// Why cases are no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A row has more or fewer cells than there are fields.
    #[error("row {0} has not one cell for each field")]
    Width(usize),
    /// A cell is not of its field's kind, or no number that can be worked with.
    #[error("row {row}, field {field}: not of the field's kind")]
    Kind {
        /// The row, from 0.
        row: usize,
        /// The field, from 0.
        field: usize,
    },
}

/// Cases, each with a cell for every field.
#[derive(Debug, Clone)]
pub struct Table {
    fields: Vec<Field>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The table of these rows.
    pub fn new(fields: Vec<Field>, rows: Vec<Vec<Cell>>) -> Result<Self, TableError> {
        for (at, row) in rows.iter().enumerate() {
            if row.len() != fields.len() {
                return Err(TableError::Width(at));
            }
            let fits = |(cell, field): (&Cell, &Field)| match (cell, field.kind) {
                (Cell::Missing, _) | (Cell::Word(_), Kind::Word) => true,
                (Cell::Number(number), Kind::Number) => number.is_finite(),
                _ => false,
            };
            if let Some(field) = row.iter().zip(&fields).position(|pair| !fits(pair)) {
                return Err(TableError::Kind { row: at, field });
            }
        }
        Ok(Self { fields, rows })
    }

    /// The fields.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The cases.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// Some of the cases, by their places.
    #[must_use]
    pub fn only(&self, rows: &[usize]) -> Self {
        let rows = rows.iter().map(|row| self.rows[*row].clone()).collect();
        Self { fields: self.fields.clone(), rows }
    }
}
