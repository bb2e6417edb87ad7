//! A table for one test.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicU64, Ordering},
};

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
};
use clearmargin_domain::{
    audit::{Actor, AuditEntry, Block},
    id::{AuditId, OrgId},
};
use clearmargin_store::{Advanced, Change, CursorKey, Store, Tenant};
use dynoxide::Database;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const TABLE: &str = "main";

/// The moment at which everything happens.
pub(crate) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// An embedded DynamoDB with the one table, and the store on it.
pub(crate) struct Bench {
    pub(crate) store: Store,
    database: Database,
}

/// One of two organisations.
pub(crate) fn org(number: u128) -> OrgId {
    OrgId::new(NOW, number)
}

/// The audit row of a change; no two are the same.
pub(crate) fn audit() -> AuditEntry {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    AuditEntry {
        version: AuditEntry::VERSION,
        id: AuditId::new(NOW, count.into()),
        at: NOW,
        actor: Actor::System,
        action: "test".to_owned(),
        subject: "test".to_owned(),
        request_id: "request".to_owned(),
        detail: json!({"count": count}),
    }
}

impl Bench {
    /// A table in memory.
    pub(crate) async fn new() -> Self {
        Self::on(Database::memory().unwrap()).await
    }

    /// A table in that database.
    pub(crate) async fn on(database: Database) -> Self {
        create_table(&database);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(dynoxide::server::serve_on(listener, database.clone()));
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .endpoint_url(endpoint)
            .build();
        let cursors = CursorKey::new(&[7; 32]);
        let store = Store::new(Client::from_conf(config), TABLE, cursors);
        Self { store, database }
    }

    /// The first organisation.
    pub(crate) fn tenant(&self) -> Tenant<'_> {
        self.store.tenant(org(1))
    }

    /// The second organisation.
    pub(crate) fn other(&self) -> Tenant<'_> {
        self.store.tenant(org(2))
    }

    /// A change of the first organisation.
    pub(crate) fn change(&self) -> Change<'_> {
        self.tenant().change(audit())
    }

    /// Carries out what is in the outboxes.
    pub(crate) async fn settle(&self) {
        for org in [org(1), org(2)] {
            let waiting = self.store.outbox().waiting(org).await.unwrap();
            self.store.outbox().apply(waiting).await.unwrap();
        }
    }

    /// Seals the first organisation's audit rows into a block.
    pub(crate) async fn seal(&self) -> Block {
        let tenant = self.tenant();
        let head = tenant.audit_head().await.unwrap();
        let rows = tenant.audit_since(NOW, NOW).await.unwrap().into_iter();
        let rows = rows.filter(|row| row.sealed_in.is_none()).map(|row| row.entry).collect();
        let block = Block::after(&head, org(1), rows, NOW);
        let advanced = tenant.advance_audit(&head, &block, &HashSet::new()).await.unwrap();
        assert_eq!(advanced, Advanced::Done);
        block
    }

    /// Every item, in DynamoDB's JSON, by key.
    pub(crate) fn items(&self) -> Vec<Value> {
        let request = serde_json::from_value(json!({"TableName": TABLE})).unwrap();
        let answer = serde_json::to_value(self.database.scan(request).unwrap()).unwrap();
        assert_eq!(answer.get("LastEvaluatedKey"), None);
        let mut items = answer["Items"].as_array().unwrap().clone();
        items.sort_by_key(|item| (text(item, "pk").to_owned(), text(item, "sk").to_owned()));
        items
    }

    /// The items of a kind, in DynamoDB's JSON.
    pub(crate) fn items_of(&self, kind: &str) -> Vec<Value> {
        let mut items = self.items();
        items.retain(|item| item.get("kind").is_some_and(|found| found["S"] == kind));
        items
    }

    /// Puts an item, in DynamoDB's JSON, whatever was there.
    pub(crate) fn put(&self, item: &Value) {
        let request = json!({"TableName": TABLE, "Item": item});
        let request = serde_json::from_value(request).unwrap();
        self.database.put_item(request).unwrap();
    }
}

/// A text attribute.
pub(crate) fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap()
}

fn create_table(database: &Database) {
    let mut request = clearmargin_store::definition(TABLE);
    request["StreamSpecification"] =
        json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
    database.create_table(serde_json::from_value(request).unwrap()).unwrap();
}
