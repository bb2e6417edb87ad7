//! Answers to queries: the operations that are served, over raw objects.

use std::cell::{Cell, RefCell};

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use serde_json::Value;

use super::error::ClientError;
use super::list::{Page, Request};
use super::schema::{from_executor, to_executor};
use super::store::{Kind, Store};

/// The root of a query.
pub(super) struct Root<'s> {
    schema: &'s Valid<Schema>,
    store: &'s Store,
    errors: RefCell<Vec<Value>>,
    inner_page: Cell<Option<Kind>>,
}

impl<'s> Root<'s> {
    pub(super) fn new(schema: &'s Valid<Schema>, store: &'s Store) -> Self {
        Self { schema, store, errors: RefCell::default(), inner_page: Cell::new(None) }
    }

    /// What went wrong in the application, and the kind of list of which more pages follow.
    pub(super) fn into_outcome(self) -> (Vec<Value>, Option<Kind>) {
        (self.errors.into_inner(), self.inner_page.get())
    }

    fn answer<'a>(&'a self, info: &ResolveInfo<'_>) -> Result<ResolvedValue<'a>, ClientError> {
        let input = info.arguments().get("input").map(from_executor).unwrap_or_default();
        match info.field_name() {
            "getClientList" => self.list("ClientList", "clients", Kind::Client, &input),
            "getTechnicianList" => {
                self.list("TechnicianList", "userList", Kind::Technician, &input)
            }
            "getServiceItemList" => {
                self.list("ServiceItemList", "items", Kind::ServiceItem, &input)
            }
            "getClientContractList" => {
                self.list("ClientContractList", "clientContracts", Kind::Contract, &input)
            }
            "getAssetList" => self.assets(&input),
            "getTicketList" => self.list("TicketList", "tickets", Kind::Ticket, &input),
            "getClientSiteList" => self.sites(&input),
            "getWorklogEntries" => self.worklogs(&input),
            "getClient" => self.one(Kind::Client, &input),
            "getClientSite" => self.one(Kind::Site, &input),
            "getServiceItem" => self.one(Kind::ServiceItem, &input),
            "getClientContract" => self.one(Kind::Contract, &input),
            "getAsset" => self.one(Kind::Asset, &input),
            "getTicket" => self.one(Kind::Ticket, &input),
            _ => Err(ClientError::forbidden()),
        }
    }

    fn list(
        &self,
        type_name: &'static str,
        field: &'static str,
        kind: Kind,
        list_info: &Value,
    ) -> Result<ResolvedValue<'_>, ClientError> {
        let shape = Shape { type_name, field, kind };
        self.scoped(shape, list_info, "", |_| true)
    }

    /// The rows of a list that belong to a scope, which is named so that it can be remembered.
    fn scoped(
        &self,
        shape: Shape,
        list_info: &Value,
        scope: &str,
        belongs: impl Fn(&Value) -> bool,
    ) -> Result<ResolvedValue<'_>, ClientError> {
        let Shape { kind, .. } = shape;
        let request = Request::read(self.schema, kind.type_name(), list_info, self.store.now())?;
        let page = request.page(self.store.of(kind), scope, belongs);
        if page.has_more {
            self.inner_page.set(Some(kind));
        }
        Ok(ResolvedValue::object(Listed { shape, page }))
    }

    fn sites(&self, input: &Value) -> Result<ResolvedValue<'_>, ClientError> {
        let shape = Shape { type_name: "ClientSiteList", field: "sites", kind: Kind::Site };
        let list_info = input.get("listInfo").unwrap_or(&Value::Null);
        let client = input.get("clientId").and_then(super::attribute::plain);
        let scope = client.clone().unwrap_or_default();
        self.scoped(shape, list_info, &scope, |site| {
            let owner = site.pointer("/client/accountId").and_then(super::attribute::plain);
            client.is_none() || owner == client
        })
    }

    /// Observed: assets cannot be sorted by when they last communicated.
    fn assets(&self, list_info: &Value) -> Result<ResolvedValue<'_>, ClientError> {
        let refused = "lastCommunicatedTime";
        let mut sorts = list_info.get("sort").and_then(Value::as_array).into_iter().flatten();
        if sorts.any(|sort| sort.get("attribute").and_then(Value::as_str) == Some(refused)) {
            return Err(ClientError::invalid(refused));
        }
        self.list("AssetList", "assets", Kind::Asset, list_info)
    }

    /// The module is optional in the reference and required in life.
    fn worklogs(&self, input: &Value) -> Result<ResolvedValue<'_>, ClientError> {
        let shape = Shape { type_name: "WorklogEntryList", field: "entries", kind: Kind::Worklog };
        let list_info = input.get("listInfo").unwrap_or(&Value::Null);
        let module = input.get("module").and_then(Value::as_str);
        let module = module.ok_or_else(|| ClientError::missing("module"))?;
        self.scoped(shape, list_info, module, |worklog| {
            worklog.pointer("/workItem/module").and_then(Value::as_str) == Some(module)
        })
    }

    fn one(&self, kind: Kind, input: &Value) -> Result<ResolvedValue<'_>, ClientError> {
        let id = input.get(kind.id_field()).and_then(super::attribute::plain).unwrap_or_default();
        let row = self.store.of(kind).find(&id);
        let value = row.ok_or_else(|| ClientError::absent(kind.id_field()))?;
        Ok(ResolvedValue::object(Raw { type_name: kind.type_name(), value }))
    }
}

impl ObjectValue for Root<'_> {
    fn type_name(&self) -> &'static str {
        "Query"
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        Ok(self.answer(info).unwrap_or_else(|error| {
            let key = info.field_selections().first().map(|field| field.response_key().as_str());
            self.errors.borrow_mut().push(error.json(key));
            ResolvedValue::null()
        }))
    }
}

/// What a list is made of.
#[derive(Clone, Copy)]
struct Shape {
    type_name: &'static str,
    field: &'static str,
    kind: Kind,
}

/// A list with its page.
struct Listed<'s> {
    shape: Shape,
    page: Page<'s>,
}

impl ObjectValue for Listed<'_> {
    fn type_name(&self) -> &'static str {
        self.shape.type_name
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        if info.field_name() == self.shape.field {
            let type_name = self.shape.kind.type_name();
            let rows = self.page.rows.iter();
            let rows = rows.map(move |value| ResolvedValue::object(Raw { type_name, value }));
            return Ok(ResolvedValue::list(rows));
        }
        Ok(ResolvedValue::object(Raw { type_name: "ListInfo", value: &self.page.info }))
    }
}

/// An object as it is stored, of a type that the schema describes.
struct Raw<'v> {
    type_name: &'v str,
    value: &'v Value,
}

impl ObjectValue for Raw<'_> {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        let value = self.value.get(info.field_name()).unwrap_or(&Value::Null);
        Ok(resolved(info.schema(), &info.field_definition().ty, value))
    }
}

/// A stored value as its type in the schema wants it.
fn resolved<'a>(schema: &'a Schema, ty: &'a Type, value: &'a Value) -> ResolvedValue<'a> {
    match (ty, value) {
        (_, Value::Null) => ResolvedValue::null(),
        (Type::List(inner) | Type::NonNullList(inner), Value::Array(items)) => {
            ResolvedValue::list(items.iter().map(move |item| resolved(schema, inner, item)))
        }
        (Type::Named(name) | Type::NonNullNamed(name), _)
            if matches!(schema.types.get(name), Some(ExtendedType::Object(_))) =>
        {
            ResolvedValue::object(Raw { type_name: name.as_str(), value })
        }
        _ => ResolvedValue::leaf(to_executor(value)),
    }
}
