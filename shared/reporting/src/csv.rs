//! Comma-separated values, as RFC 4180 has them.

use serde_json::Value;

use crate::{Layout, RenderError, Table, cell::Cell};

/// What spreadsheets take for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The first table of a report with its totals, in UTF-8, lines ended by CR LF. What each figure needs
/// to be read, its currency and up to when its sources were read, stands in columns of its own. A
/// report without tables is a table of what it says, a line each.
pub fn render(layout: &Layout, answer: &Value) -> Result<Vec<u8>, RenderError> {
    let terminator = csv::Terminator::CRLF;
    let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
    let facts = layout.facts(answer);
    if let Some(table) = layout.tables.first() {
        write_table(&mut writer, table, answer, &facts)?;
    } else {
        writer.write_record(["figure", "value"])?;
        for (at, fact) in &facts {
            writer.write_record([at.clone(), text(fact)])?;
        }
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()).into())
}

fn write_table(
    writer: &mut csv::Writer<Vec<u8>>,
    table: &Table,
    answer: &Value,
    facts: &[(String, Cell)],
) -> Result<(), RenderError> {
    let facts: Vec<_> = facts.iter().filter(|(at, _)| is_of_each_figure(at)).collect();
    let headings = table.columns.iter().map(|column| column.at);
    writer.write_record(headings.chain(facts.iter().map(|(at, _)| at.as_str())))?;
    let rows = table.rows(answer)?.map(|row| table.cells(row));
    let total = table.total(answer).map(|total| table.total_cells(total));
    for cells in rows.chain(total) {
        let cells = cells?;
        let all = cells.iter().chain(facts.iter().map(|(_, fact)| fact));
        writer.write_record(all.map(text))?;
    }
    Ok(())
}

/// Whether that is said of the whole report at its top.
fn is_of_each_figure(at: &str) -> bool {
    !at.contains('.') || at.starts_with("asOf.")
}

/// A cell. Words are kept from being taken for formulas by an apostrophe before them.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) if text.starts_with(FORMULA) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Day(day) => day.to_string(),
        Cell::Number(number, _) => number.to_string(),
        Cell::Flag(flag) => flag.to_string(),
    }
}
