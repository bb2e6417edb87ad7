//! Cells as columns of numbers.

use std::collections::BTreeMap;

use super::table::{Cell, Kind, Table};

/// A word that fewer cases have stands for itself alone.
const RAREST: usize = 5;
/// The most words of a field that get a column.
const MOST_WORDS: usize = 30;

/// What a column holds.
#[derive(Debug)]
enum Column {
    /// The number.
    Number,
    /// Whether the number is missing.
    Absent,
    /// Whether it is this word.
    Word(String),
}

/// Which columns the fields of a table become.
#[derive(Debug)]
pub(super) struct Encoding {
    columns: Vec<(usize, Column)>,
}

/// Columns of numbers, of which missing ones are none (`NaN`).
#[derive(Debug)]
pub(super) struct Columns {
    fields: Vec<usize>,
    values: Vec<Vec<f64>>,
    rows: usize,
}

impl Columns {
    /// The field that each column is of.
    pub(super) fn fields(&self) -> &[usize] {
        &self.fields
    }

    /// The values of each column.
    pub(super) fn values(&self) -> &[Vec<f64>] {
        &self.values
    }

    /// How many cases there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }
}

impl Encoding {
    /// The columns for tables like this one. Words become one column each, without the last of two,
    /// which says nothing new.
    pub(super) fn of(table: &Table) -> Self {
        let mut columns = Vec::new();
        for (at, field) in table.fields().iter().enumerate() {
            let cells = || table.rows().iter().filter_map(|row| row.get(at));
            match field.kind {
                Kind::Number => {
                    columns.push((at, Column::Number));
                    if cells().any(|cell| *cell == Cell::Missing) {
                        columns.push((at, Column::Absent));
                    }
                }
                Kind::Word => {
                    let words = cells().filter_map(|cell| match cell {
                        Cell::Word(word) => Some(word.as_str()),
                        _ => None,
                    });
                    columns.extend(frequent(words).into_iter().map(|it| (at, Column::Word(it))));
                }
            }
        }
        Self { columns }
    }

    /// The cases of a table with the same fields.
    pub(super) fn encode(&self, table: &Table) -> Columns {
        let encoded = |(field, column): &(usize, Column)| {
            table.rows().iter().map(|row| value(column, row.get(*field))).collect()
        };
        Columns {
            fields: self.columns.iter().map(|(field, _)| *field).collect(),
            values: self.columns.iter().map(encoded).collect(),
            rows: table.rows().len(),
        }
    }
}

fn value(column: &Column, cell: Option<&Cell>) -> f64 {
    let said = |truth: bool| f64::from(u8::from(truth));
    match (column, cell) {
        (Column::Number, Some(Cell::Number(number))) => *number,
        (Column::Number, _) => f64::NAN,
        (Column::Absent, Some(Cell::Number(_))) => 0.0,
        (Column::Absent, _) => 1.0,
        (Column::Word(word), Some(Cell::Word(other))) => said(word == other),
        (Column::Word(_), _) => 0.0,
    }
}

/// The words that enough cases have, the most frequent ones if there are many, in their own order;
/// one of them where there are two, since the other says nothing new.
pub(crate) fn frequent<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let all = counts.len();
    let mut frequent: Vec<_> = counts.into_iter().filter(|(_, count)| *count >= RAREST).collect();
    frequent.sort_by(|(a, many), (b, few)| few.cmp(many).then_with(|| a.cmp(b)));
    frequent.truncate(MOST_WORDS);
    if all == 2 {
        frequent.truncate(1);
    }
    frequent.sort_unstable();
    frequent.into_iter().map(|(word, _)| word.to_owned()).collect()
}
