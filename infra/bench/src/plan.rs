//! What to measure, and what it may cost: `plan.json`.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use serde_json::Value;

use crate::Failure;

/// The table of what to measure.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Plan {
    /// How often each function is started.
    pub(crate) starts: usize,
    /// How often each route is called, unless it says otherwise.
    pub(crate) invocations: usize,
    /// The largest function, in bytes.
    pub(crate) binary_bytes: u64,
    /// Tables to measure against, smallest first, each with the simulators' options that fill it or
    /// the table that it has several times; a table without either stays empty.
    pub(crate) tables: Vec<Scale>,
    pub(crate) functions: BTreeMap<String, Vec<Route>>,
}

/// A table to measure against.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scale {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) simulate: Vec<String>,
    #[serde(default)]
    pub(crate) copy: Option<Copies>,
    /// Takes minutes to fill.
    #[serde(default)]
    pub(crate) slow: bool,
}

/// Each ticket, invoice and payment of a table that was filled before, several times.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Copies {
    pub(crate) of: String,
    pub(crate) times: u32,
}

impl Scale {
    pub(crate) fn is_empty(&self) -> bool {
        self.simulate.is_empty() && self.copy.is_none()
    }
}

/// A request, and what it may cost.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Route {
    pub(crate) method: String,
    /// With its query; `{client}` and the like are filled in from the table, `{n}` counts.
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) body: Option<Value>,
    #[serde(default = "ok")]
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) invocations: Option<usize>,
    /// Is called on the empty table alone.
    #[serde(default)]
    pub(crate) on_empty: bool,
    /// Reads every client's months: they fill with the first tickets, and are bounded once all are
    /// full. The budget decides, growth is only told.
    #[serde(default)]
    pub(crate) fills: bool,
    /// The most read units that one call may consume.
    pub(crate) read_units: f64,
    /// The most write units that one call may consume.
    #[serde(default)]
    pub(crate) write_units: f64,
}

fn ok() -> u16 {
    200
}

impl Plan {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?)
    }

    /// Forgets all functions but those.
    pub(crate) fn keep(&mut self, names: &[String]) {
        self.functions.retain(|name, _| names.contains(name));
    }

    /// Forgets all tables but those that are named; if none is, the slow ones unless they are wanted.
    pub(crate) fn keep_tables(&mut self, names: &[String], slow: bool) {
        self.tables.retain(|table| match names {
            [] => slow || !table.slow,
            names => names.contains(&table.name),
        });
    }

    /// Forgets what only sizes and times need.
    pub(crate) fn keep_units(&mut self) {
        (self.starts, self.invocations, self.binary_bytes) = (1, 3, u64::MAX);
    }
}

impl Route {
    /// How the route is called in tables.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it is called on that table.
    pub(crate) fn is_on(&self, scale: &Scale) -> bool {
        self.on_empty == scale.is_empty()
    }
}
