//! Reports, in the "modernized" flavour served since August 2026: columns carry a `ColKey`, headings
//! are in title case, zero is an empty string.
//!
//! No recorded answer of that flavour is public. Shapes are those of the recorded older ones with the
//! announced differences applied; the keys of columns other than `account` and `total` are inferred.

mod aging;
mod customer_income;
mod ledger;
mod period;
mod profit_and_loss;
mod table;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::books::Books;
use super::clock;
use super::fault::{Fault, no_such_resource};
use super::params::Params;

/// Which cash a report counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    Accrual,
    Cash,
}

/// Runs a report by its name in the path.
pub(crate) fn run(
    books: &Books,
    name: &str,
    params: &Params,
    now: Timestamp,
) -> Result<Value, Fault> {
    match name {
        "ProfitAndLoss" => profit_and_loss::run(books, params, now),
        "CustomerIncome" => customer_income::run(books, params, now),
        "AgedReceivables" => aging::run(books, params, now),
        _ => Err(no_such_resource(&format!("/reports/{name}"))),
    }
}

fn basis(params: &Params) -> Result<Basis, Fault> {
    match params.get("accounting_method") {
        None | Some("Accrual") => Ok(Basis::Accrual),
        Some("Cash") => Ok(Basis::Cash),
        Some(other) => Err(invalid("accounting_method", other)),
    }
}

impl Basis {
    const fn name(self) -> &'static str {
        match self {
            Self::Accrual => "Accrual",
            Self::Cash => "Cash",
        }
    }
}

/// The customers a report is narrowed to; `None` for all.
fn customers(params: &Params) -> Result<Option<Vec<u64>>, Fault> {
    let Some(list) = params.get("customer") else {
        return Ok(None);
    };
    let ids =
        list.split(',').map(|id| id.trim().parse().map_err(|_| Fault::InvalidId(id.to_owned())));
    ids.collect::<Result<_, _>>().map(Some)
}

/// Wording inferred.
fn invalid(parameter: &str, value: &str) -> Fault {
    Fault::Business(format!("{value} is not a supported value of {parameter}."))
}

/// The `Header` of a report; `fields` are its own.
fn header(name: &str, fields: Value, options: &[(&str, &str)], now: Timestamp) -> Value {
    let options: Vec<Value> =
        options.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect();
    let mut header = json!({
        "Time": clock::in_seconds(now), "ReportName": name, "Currency": "USD", "Option": options,
    });
    if let (Some(header), Value::Object(fields)) = (header.as_object_mut(), fields) {
        header.extend(fields.into_iter().filter(|(_, value)| !value.is_null()));
    }
    header
}
