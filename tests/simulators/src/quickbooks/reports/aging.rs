//! `AgedReceivables`: what customers owe on a day, by how long it has been due.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::books::Books;
use super::super::clock;
use super::super::currency::at_home;
use super::super::fault::Fault;
use super::super::kind::Kind;
use super::super::object::{Link, Object, cents, lines, links, reference_id, text};
use super::super::params::Params;
use super::ledger::{self, Settlements};
use super::period;
use super::table::{self, Column, NOBODY, Tree, summary};
use super::{customers, header, invalid};

/// Runs the report.
pub(super) fn run(books: &Books, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    let ages = Ages::of(params, now)?;
    let only = customers(params)?;
    let mut tree = Tree::new(ages.width());
    for open in open_documents(books, ages.report_date) {
        if open.cents != 0 && only.as_ref().is_none_or(|only| only.contains(&open.customer)) {
            for column in [ages.column(open.due), ages.width() - 1] {
                tree.post(books, Kind::Customer, open.customer, column, open.cents);
            }
        }
    }
    let listed = tree.list();
    let no_data = listed.rows.is_empty().to_string();
    let mut rows = listed.rows;
    rows.push(summary("Total", "GrandTotal", &listed.total));
    let date = ages.report_date.to_string();
    let fields = json!({
        "StartPeriod": date,
        "EndPeriod": date,
        "SummarizeColumnsBy": "Total",
        "Customer": params.get("customer"),
    });
    let options = [("report_date", date.as_str()), ("NoReportData", no_data.as_str())];
    Ok(json!({
        "Header": header("AgedReceivables", fields, &options, now),
        "Columns": table::columns(&ages.columns()),
        "Rows": { "Row": rows },
    }))
}

/// How days past due fall into columns.
struct Ages {
    report_date: Date,
    counted_to: Date,
    days: i64,
    periods: i64,
}

impl Ages {
    fn of(params: &Params, now: Timestamp) -> Result<Self, Fault> {
        let today = clock::date(now);
        let report_date = period::date(params, "report_date")?.unwrap_or(today);
        let counted_to = match params.get("aging_method") {
            None | Some("Report_Date") => report_date,
            Some("Current") => today,
            Some(other) => return Err(invalid("aging_method", other)),
        };
        Ok(Self {
            report_date,
            counted_to,
            days: small_number(params, "aging_period", 30)?,
            periods: small_number(params, "num_periods", 4)?,
        })
    }

    /// Current, the periods, and a total.
    fn width(&self) -> usize {
        usize::try_from(self.periods).unwrap_or(0) + 2
    }

    fn column(&self, due: Date) -> usize {
        let late = i64::from(due.until(self.counted_to).map_or(0, |span| span.get_days()));
        let period = if late <= 0 { 0 } else { (1 + (late - 1) / self.days).min(self.periods) };
        usize::try_from(period).unwrap_or(0)
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![
            Column::new("", "Customer", "customer"),
            Column::new("Current", "Money", "current"),
        ];
        for period in 1..=self.periods {
            let first = (period - 1) * self.days + 1;
            let last = period * self.days;
            let is_last = period == self.periods;
            let title =
                if is_last { format!("{first} and over") } else { format!("{first} - {last}") };
            let key = if is_last { format!("{first}_and_over") } else { format!("{first}_{last}") };
            columns.push(Column::new(&title, "Money", &key));
        }
        columns.push(Column::new("Total", "Money", "total"));
        columns
    }
}

fn small_number(params: &Params, name: &str, otherwise: i64) -> Result<i64, Fault> {
    let Some(text) = params.get(name) else {
        return Ok(otherwise);
    };
    text.parse().ok().filter(|number| (1..=365).contains(number)).ok_or_else(|| invalid(name, text))
}

/// What one document leaves open on the report's day; credits and money in hand count against it.
struct Open {
    customer: u64,
    due: Date,
    cents: i64,
}

fn open_documents(books: &Books, on: Date) -> Vec<Open> {
    let settlements = Settlements::of(books);
    let mut open = Vec::new();
    for (kind, field, sign) in
        [(Kind::Invoice, "Balance", 1), (Kind::CreditMemo, "RemainingCredit", -1)]
    {
        for (id, document) in books.all(kind) {
            let settled_later: i64 = settlements
                .on(&Link { kind, id })
                .iter()
                .filter(|(date, _)| *date > on)
                .map(|(_, cents)| cents)
                .sum();
            open.extend(opened(document, on, sign * (cents(document, field) + settled_later)));
        }
    }
    for (_, payment) in books.all(Kind::Payment) {
        let unapplied = cents(payment, "UnappliedAmt") + applied_to_later(books, payment, on);
        open.extend(opened(payment, on, -unapplied));
    }
    open
}

/// Documents of later days are not open yet. What has no due date ages from its own (inferred).
fn opened(document: &Object, on: Date, cents: i64) -> Option<Open> {
    let date = ledger::date(document).filter(|date| *date <= on)?;
    let due = text(document, "DueDate").and_then(|due| due.parse().ok()).unwrap_or(date);
    let customer = reference_id(document, "CustomerRef").unwrap_or(NOBODY);
    Some(Open { customer, due, cents: at_home(document, cents) })
}

/// On the report's day this part of a payment had no document yet.
fn applied_to_later(books: &Books, payment: &Object, on: Date) -> i64 {
    let later = lines(payment).filter_map(|line| {
        let Link { kind, id } = links(line).next()?;
        let date = ledger::date(books.get(kind, id)?)?;
        let sign = if kind == Kind::CreditMemo { -1 } else { 1 };
        (date > on).then(|| sign * cents(line, "Amount"))
    });
    later.sum()
}
