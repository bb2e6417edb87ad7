//! Excel workbooks.

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError,
    utility::row_col_to_cell,
};
use serde_json::Value;

use crate::{Kind, Layout, RenderError, Table, cell::Cell};

/// A spreadsheet's numbers have so many digits; longer ones are written as words, to stay exact.
const DIGITS: u32 = 15;
/// A sheet's name has at most so many characters.
const LONGEST_NAME: usize = 31;

/// A report as a workbook: a sheet for each table, with its headings always in sight, and one for
/// what it says beside. Totals are formulas wherever the rows add up to them.
pub fn render(layout: &Layout, answer: &Value) -> Result<Vec<u8>, RenderError> {
    let mut book = Workbook::new();
    // The same report is the same file, whenever it is made.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(layout.title).set_creation_datetime(&made));
    for table in layout.tables {
        write_table(book.add_worksheet(), table, answer)?;
    }
    write_facts(book.add_worksheet(), layout, answer)?;
    Ok(book.save_to_buffer()?)
}

fn write_table(sheet: &mut Worksheet, table: &Table, answer: &Value) -> Result<(), RenderError> {
    sheet.set_name(table.title.chars().take(LONGEST_NAME).collect::<String>())?;
    let heading = Format::new().set_bold().set_text_wrap();
    for (column, at) in table.columns.iter().zip(0_u16..) {
        sheet.write_string_with_format(0, at, column.title, &heading)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    let rows = table.rows(answer)?.map(|row| table.cells(row)).collect::<Result<Vec<_>, _>>()?;
    for (cells, at) in rows.iter().zip(1_u32..) {
        for (cell, column) in cells.iter().zip(0_u16..) {
            write(sheet, (at, column), cell, Format::new())?;
        }
    }
    let last = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let columns = u16::try_from(table.columns.len()).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last, columns.saturating_sub(1))?;
    if let Some(total) = table.total(answer) {
        write_totals(sheet, &rows, &table.total_cells(total)?)?;
    }
    sheet.autofit();
    Ok(())
}

/// The row of totals, below all others.
fn write_totals(
    sheet: &mut Worksheet,
    rows: &[Vec<Cell>],
    totals: &[Cell],
) -> Result<(), RenderError> {
    let at = u32::try_from(rows.len() + 1).unwrap_or(u32::MAX);
    for ((total, column), place) in totals.iter().zip(0_u16..).zip(0_usize..) {
        let style = Format::new().set_bold();
        match (total, adds_up(rows, place, total)) {
            (Cell::Number(number, kind), true) if at > 1 => {
                let (first, last) = (row_col_to_cell(1, column), row_col_to_cell(at - 1, column));
                let sum = Formula::new(format!("=SUM({first}:{last})"));
                let sum = sum.set_result(number.to_string());
                sheet.write_formula_with_format(at, column, sum, &shown(style, *kind))?;
            }
            _ => write(sheet, (at, column), total, style)?,
        }
    }
    Ok(())
}

/// Whether the rows of a column, as the sheet has them, make up its total exactly.
fn adds_up(rows: &[Vec<Cell>], column: usize, total: &Cell) -> bool {
    let number = |row: &Vec<Cell>| match row.get(column) {
        None | Some(Cell::Empty) => Some(Decimal::ZERO),
        Some(cell) => exact(cell).and(cell.decimal()),
    };
    let mut numbers = rows.iter().map(number);
    let sum = numbers.try_fold(Decimal::ZERO, |sum, number| sum.checked_add(number?));
    sum.is_some() && sum == exact(total).and(total.decimal())
}

fn write_facts(sheet: &mut Worksheet, layout: &Layout, answer: &Value) -> Result<(), RenderError> {
    sheet.set_name("About")?;
    sheet.write_string_with_format(0, 0, layout.title, &Format::new().set_bold())?;
    for ((name, cell), at) in layout.facts(answer).iter().zip(1_u32..) {
        sheet.write_string(at, 0, name)?;
        write(sheet, (at, 1), cell, Format::new())?;
    }
    sheet.autofit();
    Ok(())
}

/// Words are written as words: no text of anybody's becomes a formula.
fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    style: Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string_with_format(row, column, text, &style)?;
        }
        Cell::Day(day) => {
            let year = u16::try_from(day.year()).unwrap_or_default();
            let (month, day) = (day.month().unsigned_abs(), day.day().unsigned_abs());
            let day = ExcelDateTime::from_ymd(year, month, day)?;
            let style = style.set_num_format("yyyy-mm-dd");
            sheet.write_datetime_with_format(row, column, &day, &style)?;
        }
        Cell::Flag(flag) => {
            sheet.write_boolean_with_format(row, column, *flag, &style)?;
        }
        Cell::Number(number, kind) => match exact(cell) {
            Some(number) => {
                sheet.write_number_with_format(row, column, number, &shown(style, *kind))?;
            }
            None => {
                sheet.write_string_with_format(row, column, number.to_string(), &style)?;
            }
        },
    }
    Ok(())
}

/// The number as spreadsheets have them, if none of its digits is lost.
fn exact(cell: &Cell) -> Option<f64> {
    let number = cell.decimal()?.normalize();
    let fits = number.mantissa().unsigned_abs() < 10_u128.pow(DIGITS);
    if fits { number.to_f64() } else { None }
}

fn shown(style: Format, kind: Kind) -> Format {
    match kind {
        Kind::Amount => style.set_num_format("#,##0.00;[Red]-#,##0.00"),
        Kind::Share => style.set_num_format("0.0%"),
        Kind::Count => style.set_num_format("#,##0"),
        Kind::Text | Kind::Day | Kind::Number => style,
    }
}
