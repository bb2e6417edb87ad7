//! Columns and nested rows.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::books::Books;
use super::super::kind::Kind;
use super::super::object::{reference_id, text};
use crate::money;

/// A heading.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) title: String,
    pub(super) kind: &'static str,
    pub(super) key: String,
    pub(super) dates: Option<(String, String)>,
}

impl Column {
    pub(super) fn new(title: &str, kind: &'static str, key: &str) -> Self {
        Self { title: title.to_owned(), kind, key: key.to_owned(), dates: None }
    }

    fn shown(&self) -> Value {
        let mut meta = Vec::new();
        if let Some((start, end)) = &self.dates {
            meta.push(json!({ "Name": "StartDate", "Value": start }));
            meta.push(json!({ "Name": "EndDate", "Value": end }));
        }
        meta.push(json!({ "Name": "ColKey", "Value": self.key }));
        json!({ "ColTitle": self.title, "ColType": self.kind, "MetaData": meta })
    }
}

pub(super) fn columns(columns: &[Column]) -> Value {
    json!({ "Column": columns.iter().map(Column::shown).collect::<Vec<_>>() })
}

/// Amounts in cents, one per money column.
pub(super) type Cells = Vec<i64>;

/// Adds `amounts` to `sum`, cell by cell.
pub(super) fn add(sum: &mut Cells, amounts: &[i64], sign: i64) {
    for (cell, amount) in sum.iter_mut().zip(amounts) {
        *cell += sign * amount;
    }
}

/// The amounts of things that stand below one another: accounts or customers.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: BTreeMap<u64, Node>,
    width: usize,
}

#[derive(Debug)]
struct Node {
    name: String,
    parent: Option<u64>,
    own: Cells,
}

/// Rows and what they come to.
pub(super) struct Listed {
    pub(super) rows: Vec<Value>,
    pub(super) total: Cells,
}

impl Tree {
    pub(super) fn new(width: usize) -> Self {
        Self { nodes: BTreeMap::new(), width }
    }

    /// Adds to a cell of the object `id` of a list, which brings its parents along.
    pub(super) fn post(&mut self, books: &Books, kind: Kind, id: u64, column: usize, cents: i64) {
        self.plant(books, kind, id);
        let cell = self.nodes.get_mut(&id).and_then(|node| node.own.get_mut(column));
        if let Some(cell) = cell {
            *cell += cents;
        }
    }

    fn plant(&mut self, books: &Books, kind: Kind, id: u64) {
        if self.nodes.contains_key(&id) {
            return;
        }
        let object = books.get(kind, id);
        let name =
            object.and_then(|object| text(object, "DisplayName").or_else(|| text(object, "Name")));
        let parent = object.and_then(|object| reference_id(object, "ParentRef"));
        let node = Node {
            name: name.unwrap_or("Not Specified").to_owned(),
            parent,
            own: vec![0; self.width],
        };
        self.nodes.insert(id, node);
        if let Some(parent) = parent {
            self.plant(books, kind, parent);
        }
    }

    /// All rows by name, those without any amount left out.
    pub(super) fn list(&self) -> Listed {
        self.below(None)
    }

    fn below(&self, parent: Option<u64>) -> Listed {
        let mut children: Vec<_> =
            self.nodes.iter().filter(|(_, node)| node.parent == parent).collect();
        children.sort_by_key(|(id, node)| (node.name.to_lowercase(), **id));
        let mut listed = Listed { rows: Vec::new(), total: vec![0; self.width] };
        for (id, node) in children {
            self.push(*id, node, &mut listed);
        }
        listed
    }

    fn push(&self, id: u64, node: &Node, listed: &mut Listed) {
        let below = self.below(Some(id));
        let mut total = below.total;
        add(&mut total, &node.own, 1);
        add(&mut listed.total, &total, 1);
        if !below.rows.is_empty() {
            listed.rows.push(json!({
                "Header": { "ColData": data(&node.name, Some(id), &node.own) },
                "Rows": { "Row": below.rows },
                "Summary": { "ColData": data(&format!("Total {}", node.name), None, &total) },
                "type": "Section",
            }));
        } else if node.own.iter().any(|cell| *cell != 0) {
            listed
                .rows
                .push(json!({ "ColData": data(&node.name, Some(id), &node.own), "type": "Data" }));
        }
    }
}

/// A line of cells behind a label; zero is empty.
pub(super) fn data(label: &str, id: Option<u64>, cells: &[i64]) -> Vec<Value> {
    let mut first = Map::from_iter([("value".to_owned(), json!(label))]);
    if let Some(id) = id.filter(|id| *id != NOBODY) {
        first.insert("id".to_owned(), id.to_string().into());
    }
    let amounts = cells.iter().map(|cents| json!({ "value": cell(*cents) }));
    std::iter::once(Value::Object(first)).chain(amounts).collect()
}

/// Stands for amounts without a customer; no object has this id.
pub(super) const NOBODY: u64 = 0;

fn cell(cents: i64) -> String {
    if cents == 0 { String::new() } else { money::text(cents) }
}

/// A group of a report: heading, rows and total. An empty group keeps heading and total, as recorded.
pub(super) fn section(title: &str, group: &str, listed: &Listed) -> Value {
    let blank = vec![0; listed.total.len()];
    let mut section = json!({
        "Header": { "ColData": data(title, None, &blank) },
        "Summary": { "ColData": data(&format!("Total {title}"), None, &listed.total) },
        "type": "Section",
        "group": group,
    });
    if let (false, Some(section)) = (listed.rows.is_empty(), section.as_object_mut()) {
        section.insert("Rows".to_owned(), json!({ "Row": listed.rows }));
    }
    section
}

/// A group that is only a total.
pub(super) fn summary(title: &str, group: &str, cells: &[i64]) -> Value {
    json!({ "Summary": { "ColData": data(title, None, cells) }, "type": "Section", "group": group })
}
