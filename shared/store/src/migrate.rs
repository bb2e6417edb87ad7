//! Bringing stored records to today's shape.
//!
//! A record of an older shape is upgraded whenever it is read, so nothing has to be migrated before
//! a new program starts. A migration rewrites such records page by page, so that an old upgrade can
//! be dropped one day. Each page and the position after it are one transaction: killed anywhere, it
//! goes on where it was and counts no record twice. A rewrite names the version that was read, so a
//! newer write is never overwritten; it keeps that version, since the record says what it said.
//!
//! What a record adds to rollups must not depend on its shape; where it has to, the drift check's
//! `recompute` follows the migration.

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use serde::{Deserialize, Serialize};

use crate::{
    change::{Cancelled, cancelled},
    entity::Walked,
    error::{Conflict, StoreError},
    item::{self, Item},
    key::{self, Key},
    kinds::{ACCESS, BUSINESS, Kind},
    tenant::Tenant,
    walk::Walk,
};

/// Records looked at in one transaction, which has its position to write as well.
const PAGE: i32 = 50;
/// How often a page that met other writers is looked at again.
const ATTEMPTS: u32 = 10;
const KIND: &str = "migration";

/// How far a kind of record has come; stored, so that a migration can be interrupted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Migration {
    /// The kind.
    pub kind: String,
    /// The shape that records are brought to.
    pub shape: u16,
    /// Records looked at.
    pub looked_at: u64,
    /// Records that had an older shape.
    pub rewritten: u64,
    /// Whether every record has been looked at.
    pub done: bool,
    #[serde(flatten)]
    walk: Walk,
}

impl Migration {
    fn begin(kind: Kind) -> Self {
        Self {
            kind: kind.name.to_owned(),
            shape: kind.shape,
            looked_at: 0,
            rewritten: 0,
            done: false,
            walk: Walk::default(),
        }
    }
}

impl Tenant<'_> {
    /// Rewrites every record of every kind that has an older shape, going on where an earlier
    /// attempt stopped.
    pub async fn migrate_all(&self) -> Result<Vec<Migration>, StoreError> {
        let mut reports = Vec::with_capacity(BUSINESS.len() + ACCESS.len());
        for kind in BUSINESS.into_iter().chain(ACCESS) {
            reports.push(self.migrate_kind(kind).await?);
        }
        Ok(reports)
    }

    /// Rewrites every record of a kind that has an older shape, going on where an earlier attempt
    /// stopped; after a completed one it begins anew.
    pub async fn migrate<T: Walked>(&self) -> Result<Migration, StoreError> {
        self.migrate_kind(Kind::of::<T>()).await
    }

    /// The next page of [`migrate`](Self::migrate), for callers whose time is limited.
    pub async fn migrate_page<T: Walked>(&self) -> Result<Migration, StoreError> {
        self.migrate_page_of(Kind::of::<T>()).await
    }

    async fn migrate_kind(&self, kind: Kind) -> Result<Migration, StoreError> {
        loop {
            let migration = self.migrate_page_of(kind).await?;
            if migration.done {
                return Ok(migration);
            }
        }
    }

    async fn migrate_page_of(&self, kind: Kind) -> Result<Migration, StoreError> {
        for _ in 0..ATTEMPTS {
            match self.try_page(kind).await {
                // One of the records, or the position, was written meanwhile.
                Err(StoreError::Conflict(_) | StoreError::Busy) => {}
                outcome => return outcome,
            }
        }
        Err(StoreError::Busy)
    }

    async fn try_page(&self, kind: Kind) -> Result<Migration, StoreError> {
        let (mut migration, version) = self.position(kind).await?;
        let partitions = (kind.partitions)(self.org);
        let mut actions = Vec::new();
        let (items, next) = self.stretch(&partitions, &migration.walk, PAGE).await?;
        migration.looked_at += u64::try_from(items.len()).unwrap_or_default();
        for old in items.into_iter().filter(|item| item::shape(item) < kind.shape) {
            let expected = item::version(&old);
            actions.push(self.put((kind.rewritten)(self.org, old)?, expected)?);
            migration.rewritten += 1;
        }
        migration.done = next.is_none();
        migration.walk = next.unwrap_or_default();
        actions.push(self.put(self.position_item(&migration, version + 1)?, version)?);
        self.write(actions).await?;
        Ok(migration)
    }

    /// Where the migration stands, and the version of the item that says so; 0 for none.
    async fn position(&self, kind: Kind) -> Result<(Migration, u64), StoreError> {
        let Some(found) = self.store.get_item(&self.position_key(kind.name)).await? else {
            return Ok((Migration::begin(kind), 0));
        };
        let version = item::version(&found);
        let migration: Migration = item::read(found, KIND, 1, |_, doc| doc)?;
        if migration.done || migration.shape != kind.shape {
            return Ok((Migration::begin(kind), version));
        }
        Ok((migration, version))
    }

    fn position_key(&self, kind: &str) -> Key {
        key::member(self.org, "MIGRATION", kind)
    }

    fn position_item(&self, migration: &Migration, version: u64) -> Result<Item, StoreError> {
        let envelope = item::Envelope {
            key: &self.position_key(&migration.kind),
            indexes: Vec::new(),
            kind: KIND,
            shape: 1,
            version,
            expires_at: None,
        };
        item::write(envelope, migration)
    }

    /// The action that writes an item over the one of that version; 0 for none.
    fn put(&self, item: Item, expected: u64) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder().table_name(&self.store.table).set_item(Some(item));
        let put = match expected {
            0 => put.condition_expression("attribute_not_exists(pk)"),
            _ => put
                .condition_expression("v = :expected")
                .expression_attribute_values(":expected", AttributeValue::N(expected.to_string())),
        };
        let put = put.build().map_err(|error| StoreError::Backend {
            code: "InvalidRequest".to_owned(),
            source: Box::new(error),
        })?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    async fn write(&self, actions: Vec<TransactWriteItem>) -> Result<(), StoreError> {
        let request = self.store.client.transact_write_items();
        let outcome = request.set_transact_items(Some(actions)).send().await;
        outcome.map(|_| ()).map_err(|error| match cancelled(error) {
            Cancelled::Condition(_) => StoreError::Conflict(Conflict::Version),
            Cancelled::Otherwise(error) => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clearmargin_domain::id::{ClientId, OrgId};
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        bench::{Bench, NOW, audit, org},
        entity::{Entity, Stored},
    };

    /// A record whose first shape had one `name`, and whose second has two.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Person {
        id: ClientId,
        first: String,
        last: String,
    }

    impl Entity for Person {
        const KIND: &'static str = "PERSON";
        const SHAPE: u16 = 2;
        type Id = ClientId;

        fn id(&self) -> ClientId {
            self.id
        }

        fn key(org: OrgId, id: ClientId) -> Key {
            let pk = key::shard(org, Self::KIND, if id.shard() < 'A' { '0' } else { 'A' });
            let sk = id.to_string();
            Key { pk, sk }
        }

        fn upgrade(shape: u16, doc: Value) -> Value {
            assert_eq!(shape, 1);
            let (first, last) = doc["name"].as_str().unwrap().split_once(' ').unwrap();
            json!({"id": doc["id"], "first": first, "last": last})
        }
    }

    impl Walked for Person {
        fn partitions(org: OrgId) -> Vec<String> {
            ['0', 'A'].map(|shard| key::shard(org, Self::KIND, shard)).into()
        }
    }

    fn id(number: u128) -> ClientId {
        ClientId::new(NOW, number)
    }

    fn ada(number: u128) -> Person {
        Person { id: id(number), first: "Ada".to_owned(), last: format!("Lovelace {number}") }
    }

    /// Persons as an earlier program wrote them, and some as this one does.
    async fn with_persons(old: u128, new: u128) -> Bench {
        let bench = Bench::new().await;
        for number in 0..old {
            let key = Person::key(org(1), id(number));
            bench.put(&json!({
                "pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "PERSON"},
                "shape": {"N": "1"}, "v": {"N": "5"},
                "doc": {"M": {
                    "id": {"S": id(number).to_string()},
                    "name": {"S": format!("Ada Lovelace {number}")},
                }},
            }));
        }
        for number in old..old + new {
            let mut change = bench.tenant().change(audit());
            change.insert(&ada(number)).unwrap();
            change.commit().await.unwrap();
        }
        bench
    }

    async fn read(bench: &Bench, number: u128) -> Stored<Person> {
        bench.tenant().get::<Person>(id(number)).await.unwrap().unwrap()
    }

    fn shapes(bench: &Bench) -> Vec<Value> {
        let persons = bench.items_of("PERSON").into_iter();
        persons.map(|item| item["shape"]["N"].clone()).collect()
    }

    #[tokio::test]
    async fn an_old_record_is_read_in_todays_shape_and_written_in_it_at_the_next_change() {
        let bench = with_persons(1, 0).await;
        let found = read(&bench, 0).await;
        assert_eq!((&found.value, found.version), (&ada(0), 5));
        assert_eq!(shapes(&bench), ["1"]);
        let mut change = bench.tenant().change(audit());
        change.update(&found, &found.value).unwrap();
        change.commit().await.unwrap();
        assert_eq!(shapes(&bench), ["2"]);
        assert_eq!(read(&bench, 0).await.version, 6);
    }

    #[tokio::test]
    async fn a_migration_rewrites_what_is_old_and_only_that() {
        let bench = with_persons(130, 7).await;
        let report = bench.tenant().migrate::<Person>().await.unwrap();
        assert_eq!((report.looked_at, report.rewritten, report.done), (137, 130, true));
        assert_eq!(shapes(&bench), vec!["2"; 137]);
        for number in 0..137 {
            let (found, version) = (read(&bench, number).await, if number < 130 { 5 } else { 1 });
            assert_eq!((found.value, found.version), (ada(number), version));
        }
        let again = bench.tenant().migrate::<Person>().await.unwrap();
        assert_eq!((again.looked_at, again.rewritten), (137, 0));
        assert!(bench.other().migrate::<Person>().await.unwrap().looked_at == 0);
    }

    #[tokio::test]
    async fn a_migration_killed_anywhere_goes_on_where_it_was_and_counts_nothing_twice() {
        let bench = with_persons(230, 20).await;
        let (mut kills, mut patience) = (0, Duration::from_millis(1));
        let report = loop {
            let attempt = bench.tenant();
            let attempt = attempt.migrate::<Person>();
            if let Ok(report) = tokio::time::timeout(patience, attempt).await {
                break report.unwrap();
            }
            (kills, patience) = (kills + 1, patience * 5 / 4);
        };
        assert!(kills > 3, "{kills}");
        // A kill may also come between the last page and the answer: then all is done already, and
        // the next attempt finds nothing to do.
        let counts = (report.looked_at, report.rewritten);
        assert!([(250, 230), (250, 0)].contains(&counts), "{counts:?}");
        assert_eq!(shapes(&bench), vec!["2"; 250]);
    }

    #[tokio::test]
    async fn pages_can_be_taken_one_by_one_by_several_processes() {
        let bench = with_persons(230, 0).await;
        let mut pages = 0;
        let report = loop {
            let (tenant, other) = (bench.tenant(), bench.tenant());
            let both = (tenant.migrate_page::<Person>(), other.migrate_page::<Person>());
            let (one, two) = futures_util::future::join(both.0, both.1).await;
            pages += 2;
            let done = [one.unwrap(), two.unwrap()].into_iter().find(|report| report.done);
            if let Some(report) = done {
                break report;
            }
        };
        assert!(pages > 2, "{pages}");
        assert_eq!((report.looked_at, report.rewritten), (230, 230));
    }

    #[tokio::test]
    async fn a_newer_write_is_never_overwritten() {
        let bench = with_persons(120, 0).await;
        let marry = async |number: u128| {
            loop {
                let found = read(&bench, number).await;
                let married = Person { last: "King".to_owned(), ..found.value.clone() };
                let mut change = bench.tenant().change(audit());
                change.update(&found, &married).unwrap();
                match change.commit().await {
                    Ok(()) => break,
                    Err(StoreError::Conflict(_) | StoreError::Busy) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        };
        let writes = async {
            for number in 0..120 {
                marry(number).await;
            }
        };
        let tenant = bench.tenant();
        let (report, ()) = futures_util::future::join(tenant.migrate::<Person>(), writes).await;
        assert_eq!(report.unwrap().looked_at, 120);
        assert_eq!(shapes(&bench), vec!["2"; 120]);
        for number in 0..120 {
            let found = read(&bench, number).await;
            assert_eq!((found.value.last.as_str(), found.version), ("King", 6));
        }
    }

    #[tokio::test]
    async fn a_record_that_cannot_be_read_stops_the_migration_and_is_named() {
        let bench = with_persons(3, 0).await;
        let mut item = bench.items_of("PERSON").remove(1);
        item["doc"]["M"]["id"] = json!({"S": "nobody"});
        bench.put(&item);
        let report = bench.tenant().migrate::<Person>().await;
        assert!(matches!(report, Err(StoreError::Corrupt { kind: "PERSON", .. })), "{report:?}");
    }
}
