//! `ProfitAndLoss`: income less expenses, in one column, by month or by customer.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::books::Books;
use super::super::fault::Fault;
use super::super::kind::Kind;
use super::super::object::{shown_name, text};
use super::super::params::Params;
use super::ledger::{Posting, postings};
use super::period::Period;
use super::table::{self, Cells, Column, Listed, NOBODY, Tree, add, section, summary};
use super::{basis, customers, header, invalid};

/// More months than this share the last column.
const MOST_DATE_COLUMNS: usize = 100;

/// Runs the report.
pub(super) fn run(books: &Books, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    let (basis, period, only) = (basis(params)?, Period::of(params, now)?, customers(params)?);
    let mut posted = postings(books, basis);
    posted.retain(|posting| {
        period.contains(posting.date)
            && only
                .as_ref()
                .is_none_or(|only| posting.customer.is_some_and(|id| only.contains(&id)))
    });
    let by = params.get("summarize_column_by").unwrap_or("Total");
    let layout = Layout::new(books, by, period, &posted)?;
    let statement = Statement::of(books, &layout, &posted);
    let no_data = statement.is_empty().to_string();
    let fields = json!({
        "ReportBasis": basis.name(),
        "StartPeriod": period.start.to_string(),
        "EndPeriod": period.end.to_string(),
        "SummarizeColumnsBy": by,
        "DateMacro": params.get("date_macro"),
        "Customer": params.get("customer"),
    });
    let options = [("AccountingStandard", "GAAP"), ("NoReportData", no_data.as_str())];
    Ok(json!({
        "Header": header("ProfitAndLoss", fields, &options, now),
        "Columns": table::columns(&layout.columns()),
        "Rows": { "Row": statement.rows() },
    }))
}

/// The money columns; a total closes them if there are others.
enum Layout {
    Total,
    Months(Vec<Period>),
    Customers(Vec<(u64, String)>),
}

impl Layout {
    fn new(books: &Books, by: &str, period: Period, posted: &[Posting]) -> Result<Self, Fault> {
        match by {
            "Total" => Ok(Self::Total),
            "Month" => Ok(Self::Months(shared_last(period.months()))),
            "Customers" => Ok(Self::Customers(customers_of(books, posted))),
            other => Err(invalid("summarize_column_by", other)),
        }
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::new("", "Account", "account")];
        match self {
            Self::Total => {}
            Self::Months(months) => columns.extend(months.iter().copied().map(month_column)),
            Self::Customers(customers) => {
                columns.extend(
                    customers.iter().map(|(id, name)| Column::new(name, "Money", &id.to_string())),
                );
            }
        }
        columns.push(Column::new("Total", "Money", "total"));
        columns
    }

    /// How many amounts a row has, the total included.
    fn width(&self) -> usize {
        1 + match self {
            Self::Total => 0,
            Self::Months(months) => months.len(),
            Self::Customers(customers) => customers.len(),
        }
    }

    /// The column of a posting, beside the total.
    fn column(&self, posting: &Posting) -> Option<usize> {
        match self {
            Self::Total => None,
            Self::Months(months) => months.iter().position(|month| month.contains(posting.date)),
            Self::Customers(customers) => {
                let customer = posting.customer.unwrap_or(NOBODY);
                customers.iter().position(|(id, _)| *id == customer)
            }
        }
    }
}

/// At most a hundred date columns: the last takes the rest.
fn shared_last(mut months: Vec<Period>) -> Vec<Period> {
    if let (true, Some(last)) = (months.len() > MOST_DATE_COLUMNS, months.last().copied()) {
        months.truncate(MOST_DATE_COLUMNS);
        if let Some(others) = months.last_mut() {
            others.end = last.end;
        }
    }
    months
}

fn month_column(month: Period) -> Column {
    let one_month = month.start.first_of_month() == month.end.first_of_month();
    let title =
        if one_month { month.start.strftime("%b %Y").to_string() } else { "Others".to_owned() };
    let mut column = Column::new(&title, "Money", &title);
    column.dates = Some((month.start.to_string(), month.end.to_string()));
    column
}

fn customers_of(books: &Books, posted: &[Posting]) -> Vec<(u64, String)> {
    let ids: BTreeSet<u64> =
        posted.iter().map(|posting| posting.customer.unwrap_or(NOBODY)).collect();
    let named = ids.into_iter().map(|id| {
        let name =
            books.get(Kind::Customer, id).map(|customer| shown_name(Kind::Customer, customer));
        (id, name.unwrap_or("Not Specified").to_owned())
    });
    let mut named: Vec<_> = named.collect();
    named.sort_by_key(|(id, name)| (*id == NOBODY, name.to_lowercase()));
    named
}

/// The accounts of each group.
struct Statement {
    income: Listed,
    cost: Listed,
    expenses: Listed,
    other_income: Listed,
    other_expenses: Listed,
}

impl Statement {
    fn of(books: &Books, layout: &Layout, posted: &[Posting]) -> Self {
        let list = |account_type: &str| {
            let mut tree = Tree::new(layout.width());
            let belongs = |posting: &&Posting| {
                let account = books.get(Kind::Account, posting.account);
                account.and_then(|account| text(account, "AccountType")) == Some(account_type)
            };
            for posting in posted.iter().filter(belongs) {
                let total = layout.width() - 1;
                for column in layout.column(posting).into_iter().chain([total]) {
                    tree.post(books, Kind::Account, posting.account, column, posting.cents);
                }
            }
            tree.list()
        };
        Self {
            income: list("Income"),
            cost: list("Cost of Goods Sold"),
            expenses: list("Expense"),
            other_income: list("Other Income"),
            other_expenses: list("Other Expense"),
        }
    }

    fn is_empty(&self) -> bool {
        let groups =
            [&self.income, &self.cost, &self.expenses, &self.other_income, &self.other_expenses];
        groups.iter().all(|group| group.rows.is_empty())
    }

    fn rows(&self) -> Vec<Value> {
        let gross = difference(&self.income.total, &self.cost.total);
        let operating = difference(&gross, &self.expenses.total);
        let other = difference(&self.other_income.total, &self.other_expenses.total);
        let mut net = operating.clone();
        add(&mut net, &other, 1);
        let has_other = !self.other_income.rows.is_empty() || !self.other_expenses.rows.is_empty();
        let has_cost = !self.cost.rows.is_empty();

        let mut rows = vec![section("Income", "Income", &self.income)];
        if has_cost {
            rows.push(section("Cost of Goods Sold", "COGS", &self.cost));
        }
        rows.push(summary("Gross Profit", "GrossProfit", &gross));
        rows.push(section("Expenses", "Expenses", &self.expenses));
        rows.push(summary("Net Operating Income", "NetOperatingIncome", &operating));
        if has_other {
            rows.push(section("Other Income", "OtherIncome", &self.other_income));
            rows.push(section("Other Expenses", "OtherExpenses", &self.other_expenses));
            rows.push(summary("Net Other Income", "NetOtherIncome", &other));
        }
        rows.push(summary("Net Income", "NetIncome", &net));
        rows
    }
}

fn difference(minuend: &[i64], subtrahend: &[i64]) -> Cells {
    let mut difference = minuend.to_vec();
    add(&mut difference, subtrahend, -1);
    difference
}
