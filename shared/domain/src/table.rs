//! Tables of comma-separated values, as people upload them: every error is told by its line and its
//! column.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::civil::Date;

/// What is wrong with a table, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The line of the table that the row begins in; the names of the columns are line 1.
    pub row: u64,
    /// The column by its name; none when it is about the whole row.
    pub column: Option<String>,
    /// What is wrong, to be shown to who made the table.
    pub message: String,
}

/// What a table says: the rows that can be read, and what is wrong with the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<T> {
    /// The rows, in their order.
    pub rows: Vec<T>,
    /// What is wrong, in the order of the rows.
    pub errors: Vec<RowError>,
}

/// What tables of a kind look like.
pub(crate) struct Form {
    /// Every column that there may be, in any order.
    pub(crate) columns: &'static [&'static str],
    /// Those that have to be there.
    pub(crate) required: &'static [&'static str],
    /// The most rows that one table may have.
    pub(crate) most: usize,
}

impl Form {
    /// Reads a table, row by row. When the columns are not these, or there are too many rows, nothing
    /// is read. The text's size is up to who calls.
    pub(crate) fn read<T>(
        &self,
        text: &str,
        mut read: impl FnMut(&mut Row<'_>) -> Option<T>,
    ) -> Table<T> {
        // Spreadsheets put a byte order mark before the first column's name, and end lines with two
        // characters, of which the reader would count the second for the next line.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        let mut reader =
            ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        let errors = self.errors(&header);
        if !errors.is_empty() {
            return Table { rows: Vec::new(), errors };
        }
        let header = Header::new(&header);
        let mut table = Table { rows: Vec::new(), errors: Vec::new() };
        for (number, record) in reader.records().enumerate() {
            if number == self.most {
                let error = RowError::whole(1, format!("at most {} rows in one table", self.most));
                return Table { rows: Vec::new(), errors: vec![error] };
            }
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let row = error.position().map_or(1, csv::Position::line);
                    table.errors.push(RowError::whole(row, "this row cannot be read"));
                    continue;
                }
            };
            let number = record.position().map_or(1, csv::Position::line);
            let mut row = Row { number, record: &record, header: &header, errors: Vec::new() };
            if record.len() > header.columns {
                row.refuse("more values than columns");
            } else if let Some(value) = read(&mut row).filter(|_| row.errors.is_empty()) {
                table.rows.push(value);
            }
            table.errors.append(&mut row.errors);
        }
        table
    }

    fn errors(&self, header: &StringRecord) -> Vec<RowError> {
        let names: Vec<_> = header.iter().map(str::to_lowercase).collect();
        let expected = self.columns.join(", ");
        let unknown =
            header.iter().zip(&names).filter(|(_, name)| !self.columns.contains(&name.as_str()));
        let unknown = unknown.map(|(typed, _)| {
            RowError::new(1, typed, format!("unknown column; expected {expected}"))
        });
        let count = |column: &str| names.iter().filter(|name| *name == column).count();
        let twice = self.columns.iter().filter(|column| count(column) > 1);
        let twice = twice.map(|column| RowError::new(1, column, "this column is there twice"));
        let missing = self.required.iter().filter(|column| count(column) == 0);
        let missing = missing.map(|column| RowError::new(1, column, "this column is missing"));
        unknown.chain(twice).chain(missing).collect()
    }
}

impl RowError {
    fn new(row: u64, column: &str, message: impl Into<String>) -> Self {
        Self { column: Some(column.to_owned()), ..Self::whole(row, message) }
    }

    fn whole(row: u64, message: impl Into<String>) -> Self {
        Self { row, column: None, message: message.into() }
    }
}

/// Where each column is.
struct Header {
    places: HashMap<String, usize>,
    columns: usize,
}

impl Header {
    fn new(header: &StringRecord) -> Self {
        let places = header.iter().enumerate().map(|(place, name)| (name.to_lowercase(), place));
        Self { places: places.collect(), columns: header.len() }
    }
}

/// A row that is being read.
pub(crate) struct Row<'a> {
    /// The line of the table that it begins in.
    pub(crate) number: u64,
    record: &'a StringRecord,
    header: &'a Header,
    /// What is wrong with it, so far.
    errors: Vec<RowError>,
}

impl<'a> Row<'a> {
    /// What it says in a column; `None` when the column or the value is not there.
    pub(crate) fn value(&self, column: &str) -> Option<&'a str> {
        let place = *self.header.places.get(column)?;
        self.record.get(place).filter(|value| !value.is_empty())
    }

    /// What it means in a column; `None`, with an error more, when that cannot be read.
    pub(crate) fn read<T>(
        &mut self,
        column: &str,
        read: impl Fn(Option<&str>) -> Result<T, &'static str>,
    ) -> Option<T> {
        let value = read(self.value(column));
        value.map_err(|it| self.errors.push(RowError::new(self.number, column, it))).ok()
    }

    /// An error of the row as a whole.
    pub(crate) fn refuse(&mut self, message: impl Into<String>) {
        self.errors.push(RowError::whole(self.number, message));
    }
}

/// A day such as `2026-01-31`.
pub(crate) fn day(text: Option<&str>) -> Result<Date, &'static str> {
    // A date with a time would read as a date too.
    let day = text.filter(|text| text.len() == "2026-01-31".len());
    let day = day.and_then(|text| text.parse().ok());
    day.ok_or("expected a day such as 2026-01-31")
}

/// A text of at most 200 printable characters, if there is any.
pub(crate) fn line(text: Option<&str>) -> Result<Option<String>, &'static str> {
    let fits = |text: &str| text.chars().count() <= 200 && !text.chars().any(char::is_control);
    match text {
        Some(text) if !fits(text) => Err("expected at most 200 printable characters"),
        text => Ok(text.map(str::to_owned)),
    }
}
