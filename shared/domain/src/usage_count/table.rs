//! Counts from a table of comma-separated values.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::civil::Date;

use super::{UsageCount, UsageKind};
use crate::id::{ClientId, OrgId, UsageCountId};

/// The most rows that one table may have.
pub const MAX_ROWS: usize = 5_000;

const COLUMNS: [&str; 7] = ["client", "kind", "product", "day", "assigned", "total", "committed"];
const REQUIRED: [&str; 3] = ["client", "kind", "day"];
const COUNTS: [&str; 3] = ["assigned", "total", "committed"];
const PRODUCT_LENGTH: usize = 200;

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The counts, in the order of the rows.
    pub rows: Vec<UsageCount>,
    /// What is wrong, in the order of the rows.
    pub errors: Vec<RowError>,
}

/// Reads counts from comma-separated values with the columns client, kind, product, day, assigned,
/// total and committed, in any order. Client, kind and day have to be there; product and any count
/// may be left out or empty, and a row has at least one count. `client_of` finds a client by its id
/// or exact name.
///
/// When the columns are not these, or there are more than [`MAX_ROWS`] rows, nothing is read. The
/// text's size is up to who calls.
pub fn parse_csv(text: &str, org: OrgId, client_of: impl Fn(&str) -> Option<ClientId>) -> Table {
    // Spreadsheets put a byte order mark before the first column's name.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let errors = Header::errors(&header);
    if !errors.is_empty() {
        return Table { errors, ..Table::default() };
    }
    let parser = Parser { header: Header::new(&header), org, client_of };
    let (mut table, mut seen) = (Table::default(), HashMap::new());
    for (number, record) in reader.records().enumerate() {
        if number == MAX_ROWS {
            let error = RowError::whole(1, format!("at most {MAX_ROWS} rows in one table"));
            return Table { errors: vec![error], ..Table::default() };
        }
        match record {
            Ok(record) => parser.add(&record, &mut table, &mut seen),
            Err(error) => {
                let row = error.position().map_or(1, csv::Position::line);
                table.errors.push(RowError::whole(row, "this row cannot be read"));
            }
        }
    }
    table
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

    fn errors(header: &StringRecord) -> Vec<RowError> {
        let names: Vec<_> = header.iter().map(str::to_lowercase).collect();
        let unknown =
            header.iter().zip(&names).filter(|(_, name)| !COLUMNS.contains(&name.as_str()));
        let unknown = unknown.map(|(typed, _)| {
            RowError::new(1, typed, format!("unknown column; expected {}", COLUMNS.join(", ")))
        });
        let count = |column: &str| names.iter().filter(|name| *name == column).count();
        let twice = COLUMNS.iter().filter(|column| count(column) > 1);
        let twice = twice.map(|column| RowError::new(1, column, "this column is there twice"));
        let missing = REQUIRED.iter().filter(|column| count(column) == 0);
        let missing = missing.map(|column| RowError::new(1, column, "this column is missing"));
        unknown.chain(twice).chain(missing).collect()
    }
}

struct Parser<F> {
    header: Header,
    org: OrgId,
    client_of: F,
}

impl<F: Fn(&str) -> Option<ClientId>> Parser<F> {
    fn add(&self, record: &StringRecord, table: &mut Table, seen: &mut HashMap<UsageCountId, u64>) {
        let number = record.position().map_or(1, csv::Position::line);
        let row = Row { number, record, header: &self.header, errors: Vec::new() };
        let count = match self.count(row) {
            Ok(count) => count,
            Err(errors) => return table.errors.extend(errors),
        };
        if let Some(first) = seen.get(&count.id) {
            let message = format!("the same client, kind, product and day as row {first}");
            return table.errors.push(RowError::whole(number, message));
        }
        seen.insert(count.id, number);
        table.rows.push(count);
    }

    /// The row's count, or all that is wrong with the row.
    fn count(&self, mut row: Row<'_>) -> Result<UsageCount, Vec<RowError>> {
        if row.record.len() > self.header.columns {
            return Err(vec![RowError::whole(row.number, "more values than columns")]);
        }
        let client = row.read("client", |text| {
            text.and_then(&self.client_of).ok_or("there is no client with this id or name")
        });
        let kind = row.read("kind", kind);
        let product = row.read("product", product).flatten();
        let day = row.read("day", day);
        let [assigned, total, committed] = COUNTS.map(|column| row.read(column, number).flatten());
        if COUNTS.iter().all(|column| row.value(column).is_none()) {
            let message = format!("expected a value for one of {}", COUNTS.join(", "));
            row.errors.push(RowError::whole(row.number, message));
        }
        match (client, kind, day) {
            (Some(client), Some(kind), Some(day)) if row.errors.is_empty() => {
                let id = UsageCount::id_of(self.org, client, kind, product.as_deref(), day);
                Ok(UsageCount {
                    id,
                    client,
                    kind,
                    product,
                    day,
                    assigned,
                    total,
                    committed,
                    source: None,
                })
            }
            _ => Err(row.errors),
        }
    }
}

/// A row that is being read.
struct Row<'a> {
    number: u64,
    record: &'a StringRecord,
    header: &'a Header,
    /// What is wrong with it, so far.
    errors: Vec<RowError>,
}

impl<'a> Row<'a> {
    /// What it says in a column; `None` when the column or the value is not there.
    fn value(&self, column: &str) -> Option<&'a str> {
        let place = *self.header.places.get(column)?;
        self.record.get(place).filter(|value| !value.is_empty())
    }

    /// What it means in a column; `None`, with an error more, when that cannot be read.
    fn read<T>(
        &mut self,
        column: &str,
        read: impl Fn(Option<&str>) -> Result<T, &'static str>,
    ) -> Option<T> {
        let value = read(self.value(column));
        value.map_err(|it| self.errors.push(RowError::new(self.number, column, it))).ok()
    }
}

fn kind(text: Option<&str>) -> Result<UsageKind, &'static str> {
    let text = text.unwrap_or_default().to_lowercase();
    let known = UsageKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    known.ok_or("expected endpoints, users or licences")
}

fn product(text: Option<&str>) -> Result<Option<String>, &'static str> {
    let fits =
        |text: &str| text.chars().count() <= PRODUCT_LENGTH && !text.chars().any(char::is_control);
    match text {
        Some(text) if !fits(text) => Err("expected at most 200 printable characters"),
        text => Ok(text.map(str::to_owned)),
    }
}

fn day(text: Option<&str>) -> Result<Date, &'static str> {
    // A date with a time would read as a date too.
    let day = text.filter(|text| text.len() == "2026-01-31".len());
    let day = day.and_then(|text| text.parse().ok());
    day.ok_or("expected a day such as 2026-01-31")
}

fn number(text: Option<&str>) -> Result<Option<u32>, &'static str> {
    let read = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits).ok_or("expected a whole number, 0 or more")
    };
    text.map(read).transpose()
}

#[cfg(test)]
mod tests;
