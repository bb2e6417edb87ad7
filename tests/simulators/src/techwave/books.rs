//! The books: QuickBooks objects with their ids, versions and times.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::calendar::Calendar;

/// A growing set of books.
pub(super) struct Books<'a> {
    calendar: &'a Calendar,
    entities: BTreeMap<String, Vec<Value>>,
    last_id: u32,
}

/// A reference to another object: its id and name.
#[derive(Clone, Debug)]
pub(super) struct Ref {
    pub(super) id: String,
    pub(super) name: String,
}

impl Ref {
    pub(super) fn json(&self) -> Value {
        json!({ "value": self.id, "name": self.name })
    }
}

/// When an object was entered and last changed, and how often it changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    created: Date,
    changed: Date,
    changes: u32,
}

impl Stamp {
    /// Entered on the day and never touched again.
    pub(super) fn new(created: Date) -> Self {
        Self { created, changed: created, changes: 0 }
    }

    /// Changed on the day.
    pub(super) fn touch(&mut self, day: Date) {
        self.changed = self.changed.max(day);
        self.changes += 1;
    }
}

impl<'a> Books<'a> {
    pub(super) fn new(calendar: &'a Calendar) -> Self {
        Self { calendar, entities: BTreeMap::new(), last_id: 0 }
    }

    pub(super) fn next_id(&mut self) -> String {
        self.last_id += 1;
        self.last_id.to_string()
    }

    /// Enters an object under an id taken before.
    pub(super) fn put(&mut self, entity: &str, id: &str, stamp: Stamp, mut object: Value) {
        let minute = 540 + id.parse::<i64>().unwrap_or(0) % 480;
        let lag = if stamp.changes == 0 { 0 } else { 17 };
        if let Some(fields) = object.as_object_mut() {
            let time = |day, minute| self.calendar.offset(day, minute);
            let meta = json!({
                "CreateTime": time(stamp.created, minute),
                "LastUpdatedTime": time(stamp.changed, minute + lag),
            });
            fields.insert("Id".to_owned(), json!(id));
            fields.insert("SyncToken".to_owned(), json!(stamp.changes.to_string()));
            fields.insert("MetaData".to_owned(), meta);
            fields.insert("domain".to_owned(), json!("QBO"));
            fields.insert("sparse".to_owned(), json!(false));
        }
        self.entities.entry(entity.to_owned()).or_default().push(object);
    }

    /// Enters an object that was there from the start.
    pub(super) fn found(&mut self, entity: &str, name: &str, object: Value) -> Ref {
        let reference = Ref { id: self.next_id(), name: name.to_owned() };
        self.put(entity, &reference.id, Stamp::new(self.calendar.start()), object);
        reference
    }

    pub(super) fn into_entities(self) -> BTreeMap<String, Vec<Value>> {
        self.entities
    }
}

/// US dollars, the only currency of these books.
pub(super) fn dollars() -> Value {
    json!({ "value": "USD", "name": "United States Dollar" })
}
