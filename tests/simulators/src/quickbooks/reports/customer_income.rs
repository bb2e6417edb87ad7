//! `CustomerIncome`: what each customer brought in and what was spent on it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::books::Books;
use super::super::fault::Fault;
use super::super::kind::Kind;
use super::super::object::text;
use super::super::params::Params;
use super::ledger::{Posting, postings};
use super::period::Period;
use super::table::{self, Column, Tree, summary};
use super::{basis, customers, header};

/// Runs the report. Amounts that belong to no customer are not in it.
pub(super) fn run(books: &Books, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    let (basis, period, only) = (basis(params)?, Period::of(params, now)?, customers(params)?);
    let mut tree = Tree::new(3);
    for posting in postings(books, basis).iter().filter(|posting| period.contains(posting.date)) {
        let Some(customer) = posting.customer else {
            continue;
        };
        let Some(effect) = Effect::of(books, posting) else {
            continue;
        };
        if only.as_ref().is_none_or(|only| only.contains(&customer)) {
            effect.post(books, &mut tree, customer, posting.cents);
        }
    }
    let listed = tree.list();
    let no_data = listed.rows.is_empty().to_string();
    let mut rows = listed.rows;
    rows.push(summary("Total", "GrandTotal", &listed.total));
    let fields = json!({
        "ReportBasis": basis.name(),
        "StartPeriod": period.start.to_string(),
        "EndPeriod": period.end.to_string(),
        "SummarizeColumnsBy": "Total",
        "DateMacro": params.get("date_macro"),
        "Customer": params.get("customer"),
    });
    let columns = [
        Column::new("", "Customer", "customer"),
        Column::new("Total Income", "Money", "income"),
        Column::new("Total Expenses", "Money", "expense"),
        Column::new("Net Income", "Money", "net_income"),
    ];
    Ok(json!({
        "Header": header("CustomerIncome", fields, &[("NoReportData", &no_data)], now),
        "Columns": table::columns(&columns),
        "Rows": { "Row": rows },
    }))
}

enum Effect {
    Income,
    Expense,
}

impl Effect {
    /// `None` for accounts of the balance sheet.
    fn of(books: &Books, posting: &Posting) -> Option<Self> {
        match text(books.get(Kind::Account, posting.account)?, "AccountType")? {
            "Income" | "Other Income" => Some(Self::Income),
            "Cost of Goods Sold" | "Expense" | "Other Expense" => Some(Self::Expense),
            _ => None,
        }
    }

    fn post(&self, books: &Books, tree: &mut Tree, customer: u64, cents: i64) {
        let (column, net) = match self {
            Self::Income => (0, cents),
            Self::Expense => (1, -cents),
        };
        tree.post(books, Kind::Customer, customer, column, cents);
        tree.post(books, Kind::Customer, customer, 2, net);
    }
}
