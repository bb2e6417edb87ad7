//! Expenses from a table of comma-separated values.

use jiff::civil::Date;

use super::{Budget, MOST_MINOR};
use crate::{
    id::BudgetCategoryId,
    money::{Currency, Money},
    period::Month,
    table::{Form, Row, Table, day, line},
};

/// The most rows that one table may have: all are recorded at once.
pub const MAX_ROWS: usize = 90;

const FORM: Form = Form {
    columns: &["category", "day", "amount", "vendor", "note"],
    required: &["category", "day", "amount"],
    most: MAX_ROWS,
};

/// An expense as a table says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpenseRow {
    /// The line of the table.
    pub row: u64,
    /// The category that it counts in.
    pub category: BudgetCategoryId,
    /// The day on which it counts.
    pub day: Date,
    /// How much, in the budget's currency.
    pub amount: Money,
    /// Who was paid.
    pub vendor: Option<String>,
    /// What it was for.
    pub note: Option<String>,
}

/// Reads expenses of a budget from comma-separated values with the columns category (its id, or its
/// name in any case), day, amount, vendor and note, in any order; the last two may be left out or
/// empty. When the columns are not these, or there are more than [`MAX_ROWS`] rows, nothing is read.
/// The text's size is up to who calls.
pub fn parse_csv(text: &str, budget: &Budget) -> Table<ExpenseRow> {
    FORM.read(text, |row| expense(row, budget))
}

/// The row's expense; `None` when anything is wrong with the row.
fn expense(row: &mut Row<'_>, budget: &Budget) -> Option<ExpenseRow> {
    let category = row.read("category", |text| category(text, budget));
    let day = row.read("day", |text| day(text).and_then(|day| budget.check_day(day)));
    let amount = row.read("amount", |text| amount(text, budget.currency));
    let vendor = row.read("vendor", line);
    let note = row.read("note", line);
    Some(ExpenseRow {
        row: row.number,
        category: category?,
        day: day?,
        amount: amount?,
        vendor: vendor?,
        note: note?,
    })
}

fn category(text: Option<&str>, budget: &Budget) -> Result<BudgetCategoryId, &'static str> {
    let text = text.unwrap_or_default();
    let name = text.to_lowercase();
    let mut known = budget.categories.iter();
    let known =
        known.find(|known| known.name.to_lowercase() == name || known.id.to_string() == text);
    known.map(|known| known.id).ok_or("the budget has no category with this id or name")
}

fn amount(text: Option<&str>, currency: Currency) -> Result<Money, &'static str> {
    let amount = Money::parse(text.unwrap_or_default(), currency);
    let amount = amount.map_err(|_| "expected an amount such as 42.50")?;
    Budget::check_amount(amount)
}

impl Budget {
    /// The day, if it is one of the budget's.
    pub fn check_day(&self, day: Date) -> Result<Date, &'static str> {
        let within = self.period.contains(Month::of(day));
        within.then_some(day).ok_or("expected a day of the budget's months")
    }

    /// The amount, if an expense can be that much: not nothing, and not beyond [`MOST_MINOR`].
    pub fn check_amount(amount: Money) -> Result<Money, &'static str> {
        let fits = amount.minor != 0 && amount.minor.unsigned_abs() <= MOST_MINOR.unsigned_abs();
        fits.then_some(amount).ok_or("expected an amount that is not nothing, and not enormous")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::budget::figures::tests::{budget, category};

    #[test]
    fn a_table_is_read_row_by_row() {
        let budget = budget(&[category(1, &[100]), category(2, &[100])]);
        let text = "Day,Category,Amount,Note\r\n\
            2026-01-05,category 1,12.50,\"Posters, A3\"\r\n\
            2026-01-31,bca_00000000000000000000000002,-3,\r\n";
        let table = parse_csv(text, &budget);
        assert_eq!(table.errors, []);
        let rows: Vec<_> = table
            .rows
            .iter()
            .map(|row| (row.row, row.category, row.day, row.amount.minor))
            .collect();
        let [one, two] = [1, 2].map(|number| category(number, &[]).id);
        assert_eq!(rows, [(2, one, date(2026, 1, 5), 1_250), (3, two, date(2026, 1, 31), -300)]);
        assert_eq!(table.rows[0].note.as_deref(), Some("Posters, A3"));
        assert_eq!((&table.rows[1].note, &table.rows[1].vendor), (&None, &None));
    }

    #[test]
    fn every_error_names_its_row_and_column() {
        let budget = budget(&[category(1, &[100])]);
        let errors = |text: &str| {
            let table = parse_csv(text, &budget);
            let place = |error: &crate::table::RowError| {
                format!("{} {}", error.row, error.column.clone().unwrap_or_default())
            };
            (table.rows.len(), table.errors.iter().map(place).collect::<Vec<_>>().join(", "))
        };
        let header = "category,day,amount\n";
        let refused = |rows: &str| errors(&format!("{header}{rows}"));
        assert_eq!(refused("Category 1,2026-01-05,1\n,2026-01-05,1"), (1, "3 category".to_owned()));
        assert_eq!(refused("Category 1,2026-02-01,0.001"), (0, "2 day, 2 amount".to_owned()));
        assert_eq!(refused("Category 1,2026-1-1,0"), (0, "2 day, 2 amount".to_owned()));
        assert_eq!(refused("Category 1,2026-01-01,1e30"), (0, "2 amount".to_owned()));
        assert_eq!(refused("Category 1,2026-01-01,1,x"), (0, "2 ".to_owned()));
        assert_eq!(errors("category,when\nx,y"), (0, "1 when, 1 day, 1 amount".to_owned()));
        let many = "Category 1,2026-01-01,1\n".repeat(91);
        assert_eq!(refused(&many), (0, "1 ".to_owned()));
        assert_eq!(refused(&many[24..]).0, 90);
    }
}
