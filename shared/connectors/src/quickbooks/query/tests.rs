use std::cell::Cell;

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Invoices (id, second of change), as the source would list them.
#[derive(Clone)]
struct Books {
    rows: Vec<(u32, i64)>,
    /// Tells apart the orders of rows of one time, for a source that has no fixed one.
    shuffle: Option<Cell<u32>>,
}

impl Books {
    fn answer(&self, query: &str) -> Vec<Value> {
        let word = |after: &str| {
            let (_, rest) = query.split_once(after)?;
            rest.split([' ', '\'']).next()
        };
        let from = word(">= '").map_or(i64::MIN, |from| timestamp(from).unwrap().as_second());
        let start: usize = word("STARTPOSITION ").unwrap().parse().unwrap();
        let max: usize = word("MAXRESULTS ").unwrap().parse().unwrap();
        let turn = self.shuffle.as_ref().map_or(0, |turn| turn.replace(turn.get() + 1));
        let mut rows: Vec<_> = self.rows.iter().filter(|(_, time)| *time >= from).collect();
        rows.sort_by_key(|(id, time)| (*time, (id + turn * 7) % 10, *id));
        let page = rows.into_iter().skip(start - 1).take(max);
        page.map(|(id, second)| {
            let time = Timestamp::from_second(*second).unwrap();
            json!({"Id": id.to_string(), "MetaData": {"LastUpdatedTime": time.to_string()}})
        })
        .collect()
    }

    fn touch(&mut self, id: u32, now: i64) {
        self.rows.iter_mut().filter(|row| row.0 == id).for_each(|row| row.1 = now);
    }
}

fn read(books: &mut Books, limit: usize, mut meanwhile: impl FnMut(usize, &mut Books)) -> Vec<u32> {
    let mut read = Vec::new();
    let mut place = Query::start(None);
    for page in 0..1_000 {
        let received = books.answer(&place.text(Entity::Invoice, limit));
        let step = place.step(&received, limit);
        assert!(step.rows.len() <= limit);
        read.extend(step.rows.iter().map(|row| id_of(row, "Id").parse::<u32>().unwrap()));
        let Some(next) = step.next else { return read };
        place = next;
        meanwhile(page, books);
    }
    panic!("the reading does not end");
}

fn tied() -> Books {
    let rows = (1..=30).map(|id| (id, if id <= 25 { 100 } else { 200 }));
    Books { rows: rows.collect(), shuffle: None }
}

#[test]
fn a_query_pages_along_the_time_of_change() {
    let place = Query::start(Some("2026-01-01T00:00:00.9Z".parse().unwrap()));
    assert_eq!(
        place.text(Entity::Customer, 90),
        "SELECT * FROM Customer WHERE Active IN (true, false) AND \
         MetaData.LastUpdatedTime >= '2026-01-01T00:00:00Z' \
         ORDERBY MetaData.LastUpdatedTime STARTPOSITION 1 MAXRESULTS 90"
    );
    assert_eq!(
        Query::start(None).text(Entity::Invoice, 90),
        "SELECT * FROM Invoice ORDERBY MetaData.LastUpdatedTime STARTPOSITION 1 MAXRESULTS 90"
    );
}

#[test]
fn books_that_stand_still_are_read_once_each() {
    let read = read(&mut tied(), 4, |_, _| {});
    let mut ids = read.clone();
    ids.sort_unstable();
    assert_eq!(ids, (1..=30).collect::<Vec<_>>());
}

#[test]
fn a_row_deleted_before_the_reader_shifts_nothing_past_it() {
    let mut books = tied();
    let read = read(&mut books, 4, |page, books| {
        if page == 2 {
            books.rows.retain(|row| row.0 != 1 && row.0 != 2);
        }
    });
    for (id, _) in &books.rows {
        assert!(read.contains(id), "{id}");
    }
}

#[test]
fn a_source_without_a_fixed_order_does_not_hold_the_reader_forever() {
    let mut books = Books { shuffle: Some(Cell::new(0)), ..tied() };
    assert!(!read(&mut books, 4, |_, _| {}).is_empty());
}

proptest! {
    #[test]
    fn what_is_touched_while_it_is_read_is_read_again_and_nothing_is_lost(
        times in prop::collection::vec(0_i64..6, 0..40),
        touched in prop::collection::vec((0_usize..12, 1_u32..40), 0..3),
        limit in 1_usize..8,
    ) {
        let rows = times.iter().zip(1..).map(|(time, id)| (id, *time));
        let mut books = Books { rows: rows.collect(), shuffle: None };
        let read = read(&mut books, limit, |page, books| {
            for (_, id) in touched.iter().filter(|(when, _)| *when == page) {
                books.touch(*id, 1_000 + i64::try_from(page).unwrap());
            }
        });
        for (id, _) in &books.rows {
            prop_assert!(read.contains(id), "{} is lost", id);
        }
    }
}
