//! Purchases as they are shown.

use clearmargin_domain::{
    expense::{
        Allocated, AllocatedPart, Division, Expense, ExpenseAccount, ExpenseKind, ExpenseLine,
        Lapse, Rebilled, allocation::AllocationKey,
    },
    money::Money,
};
use clearmargin_web::{Amount, Ratio, schema};
use serde::Serialize;
use utoipa::openapi::Object;

/// A bill or another purchase in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExpenseRow {
    /// Its id.
    #[schema(example = "exp_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// `bill` for what a vendor is paid later, `purchase` for what was paid at once.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// The vendor's name; null where the source says none.
    #[schema(example = "Datto")]
    vendor: Option<String>,
    /// The number on it; null where there is none.
    number: Option<String>,
    /// The day it counts for.
    #[schema(format = Date, example = "2026-10-15")]
    day: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Everything, tax included; negative where money comes back.
    total: Amount,
    /// What of its lines, before tax, is for nobody in particular.
    unallocated: Amount,
    /// How many lines it has.
    lines: usize,
    /// Of how many somebody here said for whom they were bought, so that it holds.
    allocated_lines: usize,
    /// Of how many that was said and does not hold any more.
    lapsed_lines: usize,
}

impl ExpenseRow {
    pub(crate) fn new(expense: &Expense) -> Self {
        let said = expense.lines.iter().filter(|line| line.allocated.is_some()).count();
        let holds = expense.lines.iter().filter(|line| line.in_force().is_some()).count();
        Self {
            id: expense.id.to_string(),
            kind: kind_name(expense.kind),
            vendor: expense.vendor.clone(),
            number: expense.number.clone(),
            day: expense.day.to_string(),
            currency: expense.total.currency.to_string(),
            total: Amount(expense.total),
            unallocated: Amount(expense.unallocated()),
            lines: expense.lines.len(),
            allocated_lines: holds,
            lapsed_lines: said - holds,
        }
    }
}

/// A bill or another purchase.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExpenseView {
    /// Its id.
    #[schema(example = "exp_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// `bill` for what a vendor is paid later, `purchase` for what was paid at once.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// The system that it is from.
    #[schema(example = "quickbooks")]
    source: &'static str,
    /// Its id there.
    external_id: String,
    /// The vendor's name; null where the source says none.
    #[schema(example = "Datto")]
    vendor: Option<String>,
    /// The number on it; null where there is none.
    number: Option<String>,
    /// The day it counts for.
    #[schema(format = Date, example = "2026-10-15")]
    day: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Everything, tax included; negative where money comes back.
    total: Amount,
    /// What of its lines, before tax, is for nobody in particular.
    unallocated: Amount,
    /// Units of the organisation's currency for one of its own; null where that is the same.
    exchange_rate: Option<Ratio>,
    /// The total in the organisation's currency; null where that is the same.
    home_total: Option<Amount>,
    /// Its lines.
    lines: Vec<ExpenseLineView>,
}

impl ExpenseView {
    pub(crate) fn new(expense: &Expense) -> Self {
        let lines = expense.lines.iter().zip(1..);
        Self {
            id: expense.id.to_string(),
            kind: kind_name(expense.kind),
            source: expense.origin.source.as_str(),
            external_id: expense.origin.external_id.clone(),
            vendor: expense.vendor.clone(),
            number: expense.number.clone(),
            day: expense.day.to_string(),
            currency: expense.total.currency.to_string(),
            total: Amount(expense.total),
            unallocated: Amount(expense.unallocated()),
            exchange_rate: expense.rate.map(|rate| Ratio(rate.rate)),
            home_total: expense.home_total().map(Amount),
            lines: lines.map(|(line, number)| ExpenseLineView::new(line, number)).collect(),
        }
    }
}

/// A line of a purchase.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExpenseLineView {
    /// Which line, from 1.
    #[schema(minimum = 1)]
    line: usize,
    /// What it says.
    description: String,
    /// The amount before tax; negative where money comes back.
    amount: Amount,
    /// How many were bought; null where the source does not say.
    quantity: Option<Ratio>,
    /// What one cost; null where the source does not say.
    unit_cost: Option<Ratio>,
    /// Whether the client is to pay for it by itself, as the source says it: `due` until it was charged.
    #[schema(schema_with = rebilled)]
    rebilled: &'static str,
    /// The account of the source's books that it was bought on: the line's own or, of what is of the
    /// catalogue, that of the catalogue entry. Null where neither is known.
    account_id: Option<String>,
    /// What that is called there.
    account_name: Option<String>,
    /// For whom it was bought, as the source says; null where it does not.
    client_id: Option<String>,
    /// Which catalogue entry it is for, as the source says; null where it does not.
    service_id: Option<String>,
    /// For whom it was bought, as somebody here said; null where nobody did.
    allocation: Option<LineAllocationView>,
    /// What of it is for nobody in particular.
    unallocated: Amount,
}

impl ExpenseLineView {
    fn new(line: &ExpenseLine, number: usize) -> Self {
        let account = line.account.as_ref();
        Self {
            line: number,
            description: line.description.clone(),
            amount: Amount(line.amount),
            quantity: line.units.map(|units| Ratio(units.quantity)),
            unit_cost: line.units.and_then(|units| units.unit_price).map(Ratio),
            rebilled: line.rebilled.as_str(),
            account_id: account.map(|account| account.id.to_string()),
            account_name: account.and_then(|account| account.name.clone()),
            client_id: line.client.map(String::from),
            service_id: line.service.map(String::from),
            allocation: line.allocated.as_ref().map(|it| LineAllocationView::new(it, line)),
            unallocated: Amount(line.unallocated()),
        }
    }
}

fn rebilled() -> Object {
    schema::one_of(Rebilled::NAMES)
}

/// An account that something was bought on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExpenseAccountView {
    /// Its id.
    #[schema(example = "acc_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// The system that it is from.
    #[schema(example = "quickbooks")]
    source: &'static str,
    /// Its id there.
    external_id: String,
    /// What it is called there; null where the source does not say.
    #[schema(example = "Cost of Licenses")]
    name: Option<String>,
}

impl ExpenseAccountView {
    pub(crate) fn new(account: &ExpenseAccount) -> Self {
        Self {
            id: account.id.to_string(),
            source: account.source.as_str(),
            external_id: account.external_id.clone(),
            name: account.name.clone(),
        }
    }
}

/// How a line was divided, with all that it followed from.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineAllocationView {
    /// By what; null where the parts were stated.
    #[schema(schema_with = key_or_null)]
    key: Option<&'static str>,
    /// The month whose use counts; null where the parts were stated.
    #[schema(example = "2026-10")]
    month: Option<String>,
    /// When it was decided.
    #[schema(format = DateTime)]
    decided_at: String,
    /// Why it does not hold any more, and the line counts as if nothing were said: the source
    /// `names_client` by now, or the parts are `more_than_line` or of `other_sign` than that is now.
    /// Null as long as it holds.
    #[schema(schema_with = lapse_or_null)]
    lapsed: Option<&'static str>,
    /// The parts.
    parts: Vec<AllocationPartView>,
    /// Clients that were left out, since nobody knows what they used.
    left_out_client_ids: Vec<String>,
}

/// A part of a line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AllocationPartView {
    /// Whose it is; null if it is for a catalogue entry alone.
    client_id: Option<String>,
    /// For which catalogue entry; null if it is for the client as a whole.
    service_id: Option<String>,
    /// What the client used: people, devices, seconds of work, or revenue in smallest units of the
    /// currency. Null where the parts were stated.
    weight: Option<i64>,
    /// How much it is.
    amount: Amount,
}

impl LineAllocationView {
    fn new(allocated: &Allocated, line: &ExpenseLine) -> Self {
        let (key, month, left_out) = match &allocated.division {
            Division::Exact => (None, None, &[][..]),
            Division::Key { key, month, left_out } => {
                (Some(key_name(*key)), Some(month.to_string()), &left_out[..])
            }
        };
        let part = |part: &AllocatedPart| AllocationPartView {
            client_id: part.client.map(String::from),
            service_id: part.service.map(String::from),
            weight: part.weight,
            amount: Amount(Money { minor: part.minor, ..line.amount }),
        };
        Self {
            key,
            month,
            decided_at: allocated.at.to_string(),
            lapsed: allocated.lapse(line).map(Lapse::as_str),
            parts: allocated.parts.iter().map(part).collect(),
            left_out_client_ids: left_out.iter().map(ToString::to_string).collect(),
        }
    }
}

const fn kind_name(kind: ExpenseKind) -> &'static str {
    match kind {
        ExpenseKind::Bill => "bill",
        ExpenseKind::Purchase => "purchase",
    }
}

fn kind() -> Object {
    schema::one_of(["bill", "purchase"])
}

/// The names of all keys.
pub(crate) const KEYS: [&str; 4] = ["seats", "endpoints", "hours", "revenue"];

const fn key_name(key: AllocationKey) -> &'static str {
    let [seats, endpoints, hours, revenue] = KEYS;
    match key {
        AllocationKey::Seats => seats,
        AllocationKey::Endpoints => endpoints,
        AllocationKey::Hours => hours,
        AllocationKey::Revenue => revenue,
    }
}

pub(crate) fn key_or_null() -> Object {
    schema::or_null(schema::one_of(KEYS))
}

fn lapse_or_null() -> Object {
    schema::or_null(schema::one_of(Lapse::ALL.map(Lapse::as_str)))
}
