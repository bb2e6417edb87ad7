use serde_json::{Map, json};

use super::*;
use crate::{fixture::context, record::Record};

fn since() -> Timestamp {
    Timestamp::from_second(1_000).unwrap()
}

fn deleted(id: usize, second: usize) -> Value {
    let time = Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
    json!({
        "Id": id.to_string(), "status": "Deleted",
        "MetaData": {"LastUpdatedTime": time.to_string()},
    })
}

/// Deleted objects (entity, id, second), as the source tells of them: at most 1000.
struct Company {
    objects: Vec<(Entity, usize, usize)>,
    cap: usize,
}

impl Company {
    fn answer(&self, place: &Changes) -> Value {
        let [(_, entities), (_, since)] = place.parameters();
        let since = since.parse::<Timestamp>().unwrap().as_second();
        let asked = |entity: Entity| entities.split(',').any(|name| name == entity.name());
        let told = self.objects.iter().filter(|(entity, _, second)| {
            asked(*entity) && i64::try_from(*second).unwrap() >= since
        });
        let mut response: Map<String, Value> = Map::new();
        for (entity, id, second) in told.take(self.cap) {
            let rows = response.entry(entity.name()).or_insert_with(|| json!([]));
            rows.as_array_mut().unwrap().push(deleted(*id, *second));
        }
        json!({"CDCResponse": [{"QueryResponse": [response]}]})
    }

    fn read(&self, limit: usize) -> Result<(Vec<String>, usize), Error> {
        let mut place = Changes::start(since());
        let mut read = Vec::new();
        for pages in 1..1_000 {
            let step = place.step(&self.answer(&place), &context(), limit)?;
            assert!(step.rows.len() <= limit);
            read.extend(step.rows.into_iter().map(|row| match row.mapped {
                Ok(Record::Removed { external_id, .. }) => external_id,
                other => panic!("{other:?}"),
            }));
            match step.next {
                Some(next) => place = next,
                None => return Ok((read, pages)),
            }
        }
        panic!("the reading does not end");
    }
}

#[test]
fn all_entities_are_asked_for_at_once() {
    let [(entities, names), (time, since)] = Changes::start(since()).parameters();
    assert_eq!((entities, time), ("entities", "changedSince"));
    assert_eq!(names, "Customer,Item,Invoice,CreditMemo,Payment,Bill,Purchase");
    assert_eq!(since, "1970-01-01T00:16:40Z");
}

#[test]
fn an_answer_larger_than_a_page_is_read_over_several_pages_once_each() {
    let invoices = (0..50).map(|id| (Entity::Invoice, id, 2_000 + id / 20));
    let memos = (0..50).map(|id| (Entity::CreditMemo, id, 2_000 + id / 20));
    let company = Company { objects: invoices.chain(memos).collect(), cap: CAP };
    let (read, pages) = company.read(30).unwrap();
    let distinct: std::collections::BTreeSet<_> = read.iter().collect();
    assert_eq!((read.len(), distinct.len(), pages), (100, 100, 4));
}

#[test]
fn more_than_the_source_tells_at_once_is_read_entity_by_entity() {
    let invoices = (0..1_500).map(|id| (Entity::Invoice, id, 2_000 + id));
    let bills = (0..10).map(|id| (Entity::Bill, id, 2_000));
    let company = Company { objects: invoices.chain(bills).collect(), cap: CAP };
    let (read, _) = company.read(90).unwrap();
    let distinct: std::collections::BTreeSet<_> = read.iter().collect();
    assert_eq!((read.len(), distinct.len()), (1_510, 1_510));
}

#[test]
fn more_than_the_source_tells_at_once_in_no_order_is_refused_rather_than_lost() {
    let company = Company {
        objects: (0..1_500).map(|id| (Entity::Invoice, id, 9_000 - id)).collect(),
        cap: CAP,
    };
    assert_eq!(company.read(90), Err(too_many()));
    let one_second =
        Company { objects: (0..1_500).map(|id| (Entity::Invoice, id, 2_000)).collect(), cap: CAP };
    assert_eq!(one_second.read(90), Err(too_many()));
}

#[test]
fn nothing_changed_is_one_empty_page() {
    let company = Company { objects: Vec::new(), cap: CAP };
    assert_eq!(company.read(90), Ok((Vec::new(), 1)));
}

#[test]
fn the_source_looks_back_thirty_days_from_its_own_now() {
    let started_at: Timestamp = "2026-03-31T00:00:00Z".parse().unwrap();
    assert_eq!(change_horizon(started_at).to_string(), "2026-03-02T00:00:00Z");
}
