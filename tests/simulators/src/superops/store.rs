//! The state of the service desk.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::Seed;
use super::attribute::plain;

/// The kinds of objects that are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Client,
    Site,
    Technician,
    ServiceItem,
    Contract,
    Ticket,
    Worklog,
    Asset,
}

impl Kind {
    /// The GraphQL type.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::Site => "ClientSite",
            Self::Technician => "Technician",
            Self::ServiceItem => "ServiceItem",
            Self::Contract => "ClientContract",
            Self::Ticket => "Ticket",
            Self::Worklog => "WorklogEntry",
            Self::Asset => "Asset",
        }
    }

    /// The field that identifies an object.
    pub(super) fn id_field(self) -> &'static str {
        match self {
            Self::Client => "accountId",
            Self::Site => "id",
            Self::Technician => "userId",
            Self::ServiceItem | Self::Worklog => "itemId",
            Self::Contract => "contractId",
            Self::Ticket => "ticketId",
            Self::Asset => "assetId",
        }
    }

    /// The name of the list under `GET /_raw`.
    fn raw_name(self) -> &'static str {
        match self {
            Self::Client => "clients",
            Self::Site => "sites",
            Self::Technician => "technicians",
            Self::ServiceItem => "serviceItems",
            Self::Contract => "clientContracts",
            Self::Ticket => "tickets",
            Self::Worklog => "worklogs",
            Self::Asset => "assets",
        }
    }
}

/// Objects of one kind in order of insertion, with what was worked out about them.
#[derive(Debug, Default)]
pub(super) struct Collection {
    rows: Vec<Value>,
    by_id: BTreeMap<String, usize>,
    selections: Mutex<BTreeMap<String, Arc<Vec<usize>>>>,
}

/// Selections remembered at most; a reader that filters by a moving time leaves one for each page.
const REMEMBERED: usize = 64;

impl Collection {
    fn new(kind: Kind, rows: Vec<Value>) -> Self {
        let ids = rows.iter().map(|row| row.get(kind.id_field()).and_then(plain));
        let by_id = ids.enumerate().filter_map(|(index, id)| Some((id?, index))).collect();
        Self { rows, by_id, selections: Mutex::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Value> {
        self.rows.get(index)
    }

    pub(super) fn find(&self, id: &str) -> Option<&Value> {
        self.get(*self.by_id.get(id)?)
    }

    /// The selection of that name, worked out if it is not known.
    pub(super) fn remembered(
        &self,
        name: &str,
        select: impl FnOnce() -> Vec<usize>,
    ) -> Arc<Vec<usize>> {
        let known = self.known().get(name).cloned();
        known.unwrap_or_else(|| {
            let selected = Arc::new(select());
            let mut selections = self.known();
            if selections.len() >= REMEMBERED {
                selections.retain(|name, _| name.starts_with("order"));
            }
            selections.insert(name.to_owned(), selected.clone());
            selected
        })
    }

    /// Changes a row.
    pub(super) fn change(&mut self, index: usize, change: impl FnOnce(&mut Value)) {
        self.known().clear();
        if let Some(row) = self.rows.get_mut(index) {
            change(row);
        }
    }

    /// Takes rows out, as people do in the system's own pages; tells how many there were.
    pub(super) fn remove(&mut self, kind: Kind, ids: &[String]) -> usize {
        let is_named = |row: &Value| {
            row.get(kind.id_field()).and_then(plain).is_some_and(|id| ids.contains(&id))
        };
        let rows = std::mem::take(&mut self.rows);
        let before = rows.len();
        *self = Self::new(kind, rows.into_iter().filter(|row| !is_named(row)).collect());
        before - self.rows.len()
    }

    /// Adds a row at the end.
    pub(super) fn append(&mut self, kind: Kind, row: Value) {
        self.known().clear();
        if let Some(id) = row.get(kind.id_field()).and_then(plain) {
            self.by_id.insert(id, self.rows.len());
        }
        self.rows.push(row);
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<Vec<usize>>>> {
        self.selections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All objects.
#[derive(Debug)]
pub(super) struct Store {
    collections: BTreeMap<Kind, Collection>,
    none: Collection,
    now: String,
}

impl Store {
    pub(super) fn new(seed: &Seed) -> Self {
        let lists = [
            (Kind::Client, &seed.clients),
            (Kind::Site, &seed.sites),
            (Kind::Technician, &seed.technicians),
            (Kind::ServiceItem, &seed.service_items),
            (Kind::Contract, &seed.client_contracts),
            (Kind::Ticket, &seed.tickets),
            (Kind::Worklog, &seed.worklogs),
            (Kind::Asset, &seed.assets),
        ];
        let times = |rows: &'_ [Value], field: &str| {
            rows.iter().filter_map(|row| row.get(field)?.as_str().map(str::to_owned)).max()
        };
        let now = times(&seed.tickets, "updatedTime").max(times(&seed.worklogs, "billDateTime"));
        let collections = lists.map(|(kind, rows)| (kind, Collection::new(kind, rows.clone())));
        Self {
            collections: collections.into(),
            none: Collection::default(),
            now: now.unwrap_or_else(|| "2026-11-01T00:00:00".to_owned()),
        }
    }

    /// The desk's time: that of the last thing that happened on it.
    pub(super) fn now(&self) -> &str {
        &self.now
    }

    /// Moves the desk's time.
    pub(super) fn set_now(&mut self, now: String) {
        self.now = now;
    }

    /// The kind of that name under `GET /_raw`.
    pub(super) fn kind(&self, raw_name: &str) -> Option<Kind> {
        self.collections.keys().copied().find(|kind| kind.raw_name() == raw_name)
    }

    pub(super) fn of(&self, kind: Kind) -> &Collection {
        self.collections.get(&kind).unwrap_or(&self.none)
    }

    pub(super) fn of_mut(&mut self, kind: Kind) -> &mut Collection {
        self.collections.entry(kind).or_default()
    }

    /// Everything, each list sorted by id.
    pub(super) fn raw(&self) -> Value {
        let lists = self.collections.iter().map(|(kind, collection)| {
            let rows: Vec<&Value> =
                collection.by_id.values().filter_map(|index| collection.get(*index)).collect();
            (kind.raw_name().to_owned(), json!(rows))
        });
        Value::Object(lists.collect::<Map<_, _>>())
    }
}
