//! Tables that people upload: all of one or nothing, and every error is told.

use clearmargin_domain::table::{RowError, Table};

use crate::{Error, FieldError};

/// How many errors of a table are told.
const MOST_ERRORS: usize = 100;

/// The rows of a table that came in the field `csv`; refused with all that is wrong with any of them,
/// each by its line, as in `csv[3].day`.
pub(crate) fn rows<T>(table: Table<T>) -> Result<Vec<T>, Error> {
    if !table.errors.is_empty() {
        let errors = table.errors.into_iter().take(MOST_ERRORS);
        return Err(Error::Invalid(errors.map(refused).collect()));
    }
    if table.rows.is_empty() {
        return Err(Error::invalid("csv", "expected at least one row"));
    }
    Ok(table.rows)
}

fn refused(error: RowError) -> FieldError {
    let RowError { row, column, message } = error;
    let column = column.map(|column| format!(".{column}")).unwrap_or_default();
    FieldError { path: format!("csv[{row}]{column}"), code: "invalid", message }
}
