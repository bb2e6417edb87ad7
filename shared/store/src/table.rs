//! The table itself: the client, the name, and the few operations that everything else is made of.

use aws_sdk_dynamodb::{
    Client, operation::query::builders::QueryFluentBuilder, types::AttributeValue,
};
use clearmargin_domain::id::OrgId;
use serde_json::{Value, json};

use crate::{
    commons::Commons,
    consumption::metered,
    cursor::CursorKey,
    directory::Directory,
    error::{StoreError, translate},
    item::Item,
    key::{Index, Key},
    outbox::Outbox,
    tenant::Tenant,
};

/// The one table.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) client: Client,
    pub(crate) table: String,
    pub(crate) cursors: CursorKey,
}

/// The definition of the table, as `CreateTable` takes it.
pub fn definition(table: &str) -> Value {
    let keys = |[hash, range]: [&str; 2]| {
        json!([
            {"AttributeName": hash, "KeyType": "HASH"},
            {"AttributeName": range, "KeyType": "RANGE"},
        ])
    };
    let attributes =
        ["pk", "sk"].into_iter().chain(Index::ALL.iter().flat_map(|it| it.attributes()));
    let attribute = |name| json!({"AttributeName": name, "AttributeType": "S"});
    let index = |index: &Index| {
        json!({
            "IndexName": index.name(),
            "KeySchema": keys(index.attributes()),
            "Projection": {"ProjectionType": "ALL"},
        })
    };
    json!({
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes.map(attribute).collect::<Vec<_>>(),
        "KeySchema": keys(["pk", "sk"]),
        "GlobalSecondaryIndexes": Index::ALL.iter().map(index).collect::<Vec<_>>(),
    })
}

/// What a query reads.
pub(crate) struct Span<'a> {
    pub(crate) pk: String,
    pub(crate) sort: Sort<'a>,
    pub(crate) index: Option<Index>,
}

/// Which sort keys of the partition.
pub(crate) enum Sort<'a> {
    All,
    Prefix(&'a str),
    Between(String, String),
}

impl Store {
    /// The table of that name, reached through that client; `cursors` signs page cursors.
    #[expect(clippy::needless_pass_by_value, reason = "nobody else is to use this client")]
    pub fn new(client: Client, table: impl Into<String>, cursors: CursorKey) -> Self {
        Self { client: metered(&client), table: table.into(), cursors }
    }

    /// The only door to an organisation's records.
    pub fn tenant(&self, org: OrgId) -> Tenant<'_> {
        Tenant { store: self, org }
    }

    /// What is looked up before the organisation is known.
    pub fn directory(&self) -> Directory<'_> {
        Directory { store: self }
    }

    /// What organisations share without a name.
    pub fn commons(&self) -> Commons<'_> {
        Commons { store: self }
    }

    /// The stream function's door.
    pub fn outbox(&self) -> Outbox<'_> {
        Outbox { store: self }
    }

    /// Opens a client's connection ahead of the first request: the handshake costs more than any
    /// read. Needs no store yet, so that what a store needs may be fetched meanwhile.
    pub async fn warm(client: &Client, table: &str) -> Result<(), StoreError> {
        let key = Item::from(crate::key::directory("WARM", "-").attributes());
        let request = client.get_item().table_name(table).set_key(Some(key));
        request.send().await.map(|_| ()).map_err(translate)
    }

    /// Whether the table answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Self::warm(&self.client, &self.table).await
    }

    pub(crate) async fn get_item(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        self.get_item_as_of(key, true).await
    }

    /// [`get_item`](Self::get_item), perhaps a moment behind and for half the price.
    pub(crate) async fn get_item_lately(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        self.get_item_as_of(key, false).await
    }

    async fn get_item_as_of(
        &self,
        key: &Key,
        consistent: bool,
    ) -> Result<Option<Item>, StoreError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(consistent);
        let request = request.set_key(Some(Item::from(key.attributes())));
        Ok(request.send().await.map_err(translate)?.item)
    }

    pub(crate) fn query(&self, span: &Span<'_>) -> QueryFluentBuilder {
        let [pk, sk] = span.index.map_or(["pk", "sk"], Index::attributes);
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .set_index_name(span.index.map(|index| index.name().to_owned()))
            // Whoever reads after a write must see it; an index cannot promise that.
            .consistent_read(span.index.is_none())
            .expression_attribute_names("#pk", pk)
            .expression_attribute_values(":pk", text(&span.pk));
        match &span.sort {
            Sort::All | Sort::Prefix("") => query.key_condition_expression("#pk = :pk"),
            Sort::Prefix(prefix) => query
                .key_condition_expression("#pk = :pk AND begins_with(#sk, :from)")
                .expression_attribute_names("#sk", sk)
                .expression_attribute_values(":from", text(prefix)),
            Sort::Between(from, to) => query
                .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
                .expression_attribute_names("#sk", sk)
                .expression_attribute_values(":from", text(from))
                .expression_attribute_values(":to", text(to)),
        }
    }

    /// Every item of a span; for spans whose size does not grow with history.
    pub(crate) async fn query_all(&self, span: Span<'_>) -> Result<Vec<Item>, StoreError> {
        let consistent = span.index.is_none();
        self.query_whole(span, consistent).await
    }

    /// [`query_all`](Self::query_all), perhaps a moment behind and for half the price: for what is
    /// behind by itself, such as rollups, or only looked at.
    pub(crate) async fn query_all_lately(&self, span: Span<'_>) -> Result<Vec<Item>, StoreError> {
        self.query_whole(span, false).await
    }

    async fn query_whole(&self, span: Span<'_>, consistent: bool) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let page = self.query(&span).consistent_read(consistent);
            let page = page.set_exclusive_start_key(start).send();
            let page = page.await.map_err(translate)?;
            items.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(items);
            }
        }
    }
}
