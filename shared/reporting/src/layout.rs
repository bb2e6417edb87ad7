//! How an answer is laid out as tables.

use serde_json::Value;

use crate::{RenderError, cell::Cell};

/// A report: its tables, the leading one first.
#[derive(Debug)]
pub struct Layout {
    /// What it is called, also as a file: small letters and hyphens.
    pub name: &'static str,
    /// What a reader calls it.
    pub title: &'static str,
    /// Its tables. A file of comma-separated values holds the first one alone.
    pub tables: &'static [Table],
}

/// A table: an array of the answer.
#[derive(Debug)]
pub struct Table {
    /// What a reader calls it.
    pub title: &'static str,
    /// Where its rows are: members and dots.
    pub rows: &'static str,
    /// Where the row of totals is, if there is one.
    pub total: Option<&'static str>,
    /// Its columns, the first of which says what a row is about.
    pub columns: &'static [Column],
}

/// A column: a member of every row.
#[derive(Debug)]
pub struct Column {
    /// Where it is in a row: members and dots; its heading in comma-separated values.
    pub at: &'static str,
    /// Its heading in a workbook.
    pub title: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds. What an answer has no value for is an empty cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words, ids and months.
    Text,
    /// A day.
    Day,
    /// Money in the report's currency.
    Amount,
    /// A whole number.
    Count,
    /// A number with decimals.
    Number,
    /// A share of one, shown as a percentage.
    Share,
}

impl Column {
    /// A column of that kind.
    pub const fn new(at: &'static str, title: &'static str, kind: Kind) -> Self {
        Self { at, title, kind }
    }
}

impl Table {
    /// The rows, in the answer's order.
    pub(crate) fn rows<'a>(
        &self,
        answer: &'a Value,
    ) -> Result<impl Iterator<Item = &'a Value>, RenderError> {
        if is_of_nothing(answer, self.rows) {
            return Ok([].iter());
        }
        let rows = part(answer, self.rows).and_then(Value::as_array);
        Ok(rows.ok_or_else(|| RenderError::Missing(self.rows.to_owned()))?.iter())
    }

    /// The row of totals.
    pub(crate) fn total<'a>(&self, answer: &'a Value) -> Option<&'a Value> {
        part(answer, self.total?)
    }

    /// The cells of a row.
    pub(crate) fn cells(&self, row: &Value) -> Result<Vec<Cell>, RenderError> {
        self.columns.iter().map(|column| column.cell(row)).collect()
    }

    /// The cells of the row of totals: a column that it lacks is empty, and the first one says that
    /// it is the total.
    pub(crate) fn total_cells(&self, total: &Value) -> Result<Vec<Cell>, RenderError> {
        let cell = |(place, column): (usize, &Column)| match (place, part(total, column.at)) {
            (0, _) => Ok(Cell::Text("Total".to_owned())),
            (_, None) => Ok(Cell::Empty),
            (_, Some(_)) => column.cell(total),
        };
        self.columns.iter().enumerate().map(cell).collect()
    }
}

impl Column {
    fn cell(&self, row: &Value) -> Result<Cell, RenderError> {
        if is_of_nothing(row, self.at) {
            return Ok(Cell::Empty);
        }
        let value = part(row, self.at).ok_or_else(|| RenderError::Missing(self.at.to_owned()))?;
        Cell::of(value, self.kind).ok_or_else(|| RenderError::Unlike(self.at.to_owned()))
    }
}

/// A part of a value, by members and dots; those of an array are numbered from one.
fn part<'a>(value: &'a Value, at: &str) -> Option<&'a Value> {
    at.split('.').try_fold(value, |value, member| match value {
        Value::Array(values) => values.get(member.parse::<usize>().ok()?.checked_sub(1)?),
        _ => value.get(member),
    })
}

/// Whether that would be a part of something that is not there, and so is not there either.
fn is_of_nothing(value: &Value, at: &str) -> bool {
    at.match_indices('.').any(|(end, _)| {
        at.get(..end).and_then(|above| part(value, above)).is_some_and(Value::is_null)
    })
}

impl Layout {
    /// What the answer says beside its tables, such as its currency and up to when its sources were
    /// read: a path and a value each, by their names.
    pub(crate) fn facts(&self, answer: &Value) -> Vec<(String, Cell)> {
        let mut facts = Vec::new();
        self.collect("", answer, &mut facts);
        facts
    }

    fn collect(&self, at: &str, value: &Value, facts: &mut Vec<(String, Cell)>) {
        if self.is_table(at) {
            return;
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                    self.collect(&at, value, facts);
                }
            }
            Value::Array(values) => {
                for (place, value) in values.iter().enumerate() {
                    self.collect(&format!("{at}.{}", place + 1), value, facts);
                }
            }
            scalar => facts.push((at.to_owned(), Cell::plain(scalar))),
        }
    }

    fn is_table(&self, at: &str) -> bool {
        self.tables.iter().any(|table| table.rows == at || table.total == Some(at))
    }
}
