//! Counts from a table of comma-separated values.

use std::collections::HashMap;

use super::{UsageCount, UsageKind};
use crate::{
    id::{ClientId, OrgId, UsageCountId},
    table::{Form, Row, Table, day, line},
};

/// The most rows that one table may have.
pub const MAX_ROWS: usize = 5_000;

const FORM: Form = Form {
    columns: &["client", "kind", "product", "day", "assigned", "total", "committed"],
    required: &["client", "kind", "day"],
    most: MAX_ROWS,
};
const COUNTS: [&str; 3] = ["assigned", "total", "committed"];

/// Reads counts from comma-separated values with the columns client, kind, product, day, assigned,
/// total and committed, in any order. Client, kind and day have to be there; product and any count
/// may be left out or empty, and a row has at least one count. `client_of` finds a client by its id
/// or exact name.
///
/// When the columns are not these, or there are more than [`MAX_ROWS`] rows, nothing is read. The
/// text's size is up to who calls.
pub fn parse_csv(
    text: &str,
    org: OrgId,
    client_of: impl Fn(&str) -> Option<ClientId>,
) -> Table<UsageCount> {
    let mut seen: HashMap<UsageCountId, u64> = HashMap::new();
    FORM.read(text, |row| {
        let count = count(row, org, &client_of)?;
        if let Some(first) = seen.get(&count.id) {
            row.refuse(format!("the same client, kind, product and day as row {first}"));
            return None;
        }
        seen.insert(count.id, row.number);
        Some(count)
    })
}

/// The row's count; `None` when anything is wrong with the row.
fn count(
    row: &mut Row<'_>,
    org: OrgId,
    client_of: impl Fn(&str) -> Option<ClientId>,
) -> Option<UsageCount> {
    let client = row.read("client", |text| {
        text.and_then(&client_of).ok_or("there is no client with this id or name")
    });
    let kind = row.read("kind", kind);
    let product = row.read("product", line);
    let day = row.read("day", day);
    let [assigned, total, committed] = COUNTS.map(|column| row.read(column, number));
    if COUNTS.iter().all(|column| row.value(column).is_none()) {
        row.refuse(format!("expected a value for one of {}", COUNTS.join(", ")));
        return None;
    }
    let (client, kind, product, day) = (client?, kind?, product?, day?);
    let id = UsageCount::id_of(org, client, kind, product.as_deref(), day);
    Some(UsageCount {
        id,
        client,
        kind,
        product,
        day,
        assigned: assigned?,
        total: total?,
        committed: committed?,
        source: None,
    })
}

fn kind(text: Option<&str>) -> Result<UsageKind, &'static str> {
    let text = text.unwrap_or_default().to_lowercase();
    let known = UsageKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    known.ok_or("expected endpoints, users or licences")
}

fn number(text: Option<&str>) -> Result<Option<u32>, &'static str> {
    let read = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits).ok_or("expected a whole number, 0 or more")
    };
    text.map(read).transpose()
}

#[cfg(test)]
mod tests;
