//! A tenant with more tickets, invoices and payments than the simulated sources can hold: each of
//! those of another table several times, and every sum multiplied.
//!
//! Such an item names itself, and the documents that a payment settles, in its keys and in its
//! document alone, so a copy is the item with other ids wherever one stands; of an id that part
//! changes which decides nothing. Sums are numbers and sketches under names of their own, in items
//! that are no records.

use std::{collections::BTreeSet, path::Path};

use clearmargin_domain::sketch::Sketch;
use dynoxide::{
    AttributeValue, Database, ImportOptions, Item,
    actions::scan::{ScanRequest, ScanResponse},
};
use serde_json::json;

use crate::Failure;

/// What says of an item that it is more than sums.
const RECORDS: [&str; 3] = ["kind", "v", "expiresAt"];
const KEYS: [&str; 2] = ["pk", "sk"];
/// What is copied, and what ids of it begin with.
const COPIED: [(&str, &str); 3] = [("TICKET", "tic_"), ("INVOICE", "inv_"), ("PAYMENT", "pay_")];
const ID_LENGTH: usize = 30;
/// Where in an id it says which copy it is of: two digits of a hash.
const MARK: std::ops::Range<usize> = 6..8;
/// The most copies that two digits can tell apart.
const MOST: u32 = 99;

/// Fills the table of a file with that of another one, and `times - 1` copies of what is copied.
pub(crate) fn fill(from: &Path, to: &Path, table: &str, times: u32) -> Result<(), Failure> {
    if !(2..=MOST).contains(&times) {
        return Err(format!("{times} times each record is none of 2 to {MOST}").into());
    }
    let source = Database::new(&from.to_string_lossy()).map_err(|error| error.to_string())?;
    source.vacuum_into(&to.to_string_lossy()).map_err(|error| error.to_string())?;
    let target = Database::new(&to.to_string_lossy()).map_err(|error| error.to_string())?;
    target.enable_bulk_loading().map_err(|error| error.to_string())?;
    let mut after = None;
    loop {
        let page = page(&source, table, after)?;
        let mut items = Vec::new();
        for item in page.items.unwrap_or_default() {
            items.extend(multiplied(item, times)?);
        }
        let options = ImportOptions::default();
        target.import_items(table, items, options).map_err(|error| error.to_string())?;
        after = page.last_evaluated_key;
        if after.is_none() {
            break;
        }
    }
    target.disable_bulk_loading().map_err(|error| error.to_string())?;
    Ok(())
}

fn page(source: &Database, table: &str, after: Option<Item>) -> Result<ScanResponse, Failure> {
    let request = match after {
        Some(after) => json!({"TableName": table, "ExclusiveStartKey": after}),
        None => json!({"TableName": table}),
    };
    let request: ScanRequest = serde_json::from_value(request)?;
    Ok(source.scan(request).map_err(|error| error.to_string())?)
}

/// What an item becomes when there is all of it so many times; nothing where it stays as it is.
fn multiplied(item: Item, times: u32) -> Result<Vec<Item>, Failure> {
    match item.get("kind") {
        Some(AttributeValue::S(kind)) if COPIED.iter().any(|(copied, _)| kind == copied) => {
            copies(&item, times)
        }
        _ if RECORDS.iter().any(|name| item.contains_key(*name)) => Ok(Vec::new()),
        _ => Ok(vec![sums(item, times)?]),
    }
}

/// All copies of a record but itself.
fn copies(record: &Item, times: u32) -> Result<Vec<Item>, Failure> {
    let text = serde_json::to_string(record)?;
    let ids = COPIED.iter().flat_map(|(_, start)| text.match_indices(start));
    let ids: BTreeSet<&str> =
        ids.filter_map(|(at, _)| text.get(at..at + ID_LENGTH)).filter(|id| is_id(id)).collect();
    if ids.is_empty() {
        return Err("a record without an id".into());
    }
    let copy = |mark: u32| {
        let mut copy = text.clone();
        for id in &ids {
            let mut name = (*id).to_owned();
            name.replace_range(MARK, &format!("{mark:02}"));
            copy = copy.replace(id, &name);
        }
        Ok(serde_json::from_str(&copy)?)
    };
    (1..times).map(copy).collect()
}

fn is_id(text: &str) -> bool {
    let (_, digits) = text.split_at(4);
    digits.chars().all(|digit| digit.is_ascii_uppercase() || digit.is_ascii_digit())
}

/// The same sums of everything so many times.
fn sums(sheet: Item, times: u32) -> Result<Item, Failure> {
    let mut multiplied = Item::new();
    for (name, value) in sheet {
        let value = match value {
            _ if KEYS.contains(&name.as_str()) => value,
            AttributeValue::N(sum) => {
                AttributeValue::N((sum.parse::<i64>()? * i64::from(times)).to_string())
            }
            AttributeValue::B(bytes) => AttributeValue::B(sketch(&bytes, times)?),
            other => other,
        };
        multiplied.insert(name, value);
    }
    Ok(multiplied)
}

fn sketch(bytes: &[u8], times: u32) -> Result<Vec<u8>, Failure> {
    let once = Sketch::from_bytes(bytes)?;
    let mut all = Sketch::default();
    (0..times).for_each(|_| all.merge(&once));
    Ok(all.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(value: serde_json::Value) -> Item {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_copy_of_a_ticket_is_under_an_id_of_its_own_everywhere() {
        let id = "tic_0123456789ABCDEFGHJKMNPQRS";
        let ticket = item(json!({
            "pk": {"S": "org#TICKET#S"}, "sk": {"S": id}, "gsi1sk": {"S": format!("2026#{id}")},
            "kind": {"S": "TICKET"}, "v": {"N": "3"}, "doc": {"M": {"id": {"S": id}}},
        }));
        let copies = multiplied(ticket, 3).unwrap();
        let ids: Vec<_> = copies.iter().map(|copy| format!("{:?}", copy.get("sk"))).collect();
        assert_eq!(copies.len(), 2);
        assert_ne!(ids[0], ids[1]);
        for copy in copies {
            let text = serde_json::to_string(&copy).unwrap();
            assert!(!text.contains(id), "{text}");
            assert_eq!(copy.get("pk"), Some(&AttributeValue::S("org#TICKET#S".to_owned())));
        }
    }

    #[test]
    fn a_copy_of_a_payment_settles_the_copy_of_its_invoice() {
        let [payment, invoice] =
            ["pay", "inv"].map(|it| format!("{it}_0123456789ABCDEFGHJKMNPQRS"));
        let record = item(json!({
            "sk": {"S": payment}, "kind": {"S": "PAYMENT"}, "doc": {"S": format!("pay_me {invoice}")},
        }));
        let copy = multiplied(record, 2).unwrap().remove(0);
        let copied = |id: &str| id.replace("_0123", "_0101");
        assert_eq!(copy.get("sk"), Some(&AttributeValue::S(copied(&payment))));
        let document = format!("pay_me {}", copied(&invoice));
        assert_eq!(copy.get("doc"), Some(&AttributeValue::S(document)));
    }

    #[test]
    fn sums_are_multiplied_and_other_records_stay() {
        let mut durations = Sketch::default();
        durations.add(3_600, 2);
        let mut sheet = item(json!({"pk": {"S": "p"}, "sk": {"S": "2026"}, "bn": {"N": "-7"}}));
        sheet.insert("b".to_owned(), AttributeValue::B(durations.to_bytes()));
        let multiplied_sheet = multiplied(sheet, 10).unwrap().remove(0);
        assert_eq!(multiplied_sheet.get("bn"), Some(&AttributeValue::N("-70".to_owned())));
        let Some(AttributeValue::B(bytes)) = multiplied_sheet.get("b") else {
            panic!("no sketch in {multiplied_sheet:?}")
        };
        assert_eq!(Sketch::from_bytes(bytes).unwrap().count(), 20);
        let client = item(json!({"pk": {"S": "p"}, "sk": {"S": "c"}, "kind": {"S": "CLIENT"}}));
        assert!(multiplied(client, 10).unwrap().is_empty());
    }
}
