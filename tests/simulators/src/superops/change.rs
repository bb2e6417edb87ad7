//! Records that change while somebody reads page by page. No money is touched.

use jiff::Span;
use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::store::{Kind, Store};
use crate::faults::Touch;
use crate::random::Random;

/// Ids of added records begin here, far above those of the data set.
const ADDED: u64 = 8_000_000_000_000_000_000;

/// Touches some rows of a kind, and sometimes adds one that is worth nothing.
pub(super) fn touch(store: &mut Store, kind: Kind, touch: Touch) {
    let mut random = Random::new(touch.draw);
    let edit: fn(&mut Value, &str, &mut Random) = match kind {
        Kind::Ticket => edit_ticket,
        Kind::Worklog => edit_worklog,
        _ => return,
    };
    for _ in 0..touch.rows {
        let now = tick(store);
        let index = random.index(store.of(kind).len());
        store.of_mut(kind).change(index, |row| edit(row, &now, &mut random));
    }
    if random.chance(250) {
        add(store, kind, &mut random);
    }
}

/// A second later.
fn tick(store: &mut Store) -> String {
    let later = store.now().parse::<DateTime>().ok();
    let later = later.map(|now| now.saturating_add(Span::new().seconds(1)).to_string());
    if let Some(later) = later {
        store.set_now(later);
    }
    store.now().to_owned()
}

fn edit_ticket(row: &mut Value, now: &str, random: &mut Random) {
    set(row, "priority", json!(*random.pick(&["Low", "Medium", "High", "Critical"])));
    set(row, "updatedTime", json!(now));
}

fn edit_worklog(row: &mut Value, now: &str, _: &mut Random) {
    set(row, "notes", json!(format!("Reworded at {now}.")));
}

/// A copy of a row that costs nothing and earns nothing.
fn add(store: &mut Store, kind: Kind, random: &mut Random) {
    let now = tick(store);
    let count = store.of(kind).len();
    let Some(mut row) = store.of(kind).get(random.index(count)).cloned() else { return };
    let id = ADDED + u64::try_from(count).unwrap_or(0);
    set(&mut row, kind.id_field(), json!(id.to_string()));
    if kind == Kind::Ticket {
        set(&mut row, "createdTime", json!(now));
        set(&mut row, "updatedTime", json!(now));
        set(&mut row, "worklogTimespent", json!("0.00"));
    } else {
        set(&mut row, "billDateTime", json!(now));
        set(&mut row, "qty", json!("0"));
        set(&mut row, "billable", json!(false));
        set(&mut row, "status", json!("IGNORED"));
    }
    store.of_mut(kind).append(kind, row);
}

fn set(row: &mut Value, field: &str, value: Value) {
    if let Some(fields) = row.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
}
