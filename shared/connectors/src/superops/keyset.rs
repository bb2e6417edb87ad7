//! Paging along a time: each page asks for what comes after the last time seen, so that a row that
//! changes meanwhile is met again later instead of shifting others past the reader.

use jiff::{
    SignedDuration, Timestamp, Unit,
    civil::{DateTime, DateTimeRound},
    tz::Offset,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::reply::List;
use crate::fields::{id_of, moment};

/// Where along the time the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Keyset {
    /// Only rows after this time; none begins at the first.
    after: Option<DateTime>,
    /// Above 1 only while more rows than a page share one second.
    page: u32,
    /// Ids read already among the rows after `after`.
    seen: Vec<String>,
    /// Whether this pass had to go by page number, where a row touched meanwhile may shift another.
    shared_second: bool,
    /// Whether this is the second pass, which makes up for that.
    again: bool,
}

impl Keyset {
    pub(super) fn start(since: Option<Timestamp>) -> Self {
        Self {
            after: since.map(|time| just_before(Offset::UTC.to_datetime(time))),
            page: 1,
            seen: Vec::new(),
            shared_second: false,
            again: false,
        }
    }

    /// Which rows to list: along the time of change, or along the time of creation, which stands
    /// still while rows are touched.
    pub(super) fn list_info(&self, changes: bool, limit: usize) -> Value {
        let attribute = attribute(changes);
        let mut info = json!({
            "page": self.page,
            "pageSize": limit,
            "sort": [{"attribute": attribute, "order": "ASC"}],
        });
        if let (Some(after), Value::Object(info)) = (self.after, &mut info) {
            let condition = json!({
                "attribute": attribute, "operator": "after", "value": after.to_string(),
            });
            info.insert("condition".to_owned(), condition);
        }
        info
    }

    pub(super) fn has_seen(&self, row: &Value) -> bool {
        self.seen.contains(&id_of(row, "ticketId"))
    }

    /// The place after a page; none when all is read. `since` is where the reading began.
    pub(super) fn next(&self, list: &List, since: Option<Timestamp>) -> Option<Self> {
        if !list.has_more || list.rows.is_empty() {
            return (self.shared_second && !self.again)
                .then(|| Self { again: true, ..Self::start(since) });
        }
        let attribute = attribute(since.is_some());
        let time = |row: &Value| moment(row.get(attribute)?.as_str()?);
        let bound = list.rows.iter().filter_map(time).max().map(just_before);
        match bound.filter(|bound| self.after.is_none_or(|after| *bound > after)) {
            Some(bound) => {
                let met_again = |row: &&Value| time(row).is_some_and(|time| time >= bound);
                let seen = list.rows.iter().filter(met_again);
                Some(Self {
                    after: Some(bound),
                    page: 1,
                    seen: seen.map(|row| id_of(row, "ticketId")).collect(),
                    ..*self
                })
            }
            None => Some(Self { page: self.page + 1, shared_second: true, ..self.clone() }),
        }
    }
}

fn attribute(changes: bool) -> &'static str {
    if changes { "updatedTime" } else { "createdTime" }
}

/// The second before: the source's times are full seconds, and several rows may share one.
fn just_before(time: DateTime) -> DateTime {
    let second = DateTimeRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Floor);
    let floor = time.round(second).unwrap_or(time);
    floor.checked_sub(SignedDuration::from_secs(1)).unwrap_or(floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source with tickets (id, second), sorted; `after` excludes or includes its bound.
    struct Tickets {
        rows: Vec<(u32, u32)>,
        inclusive: bool,
    }

    impl Tickets {
        fn list(&self, info: &Value) -> List {
            let number = |field: &str| info[field].as_u64().unwrap().try_into().unwrap();
            let (page, size): (usize, usize) = (number("page"), number("pageSize"));
            let bound = info["condition"]["value"].as_str();
            let text = |second| format!("2026-01-01T00:{:02}:{:02}", second / 60, second % 60);
            let after = |second| {
                bound.is_none_or(|bound| {
                    text(second).as_str() > bound || self.inclusive && text(second) == bound
                })
            };
            let fits = self.rows.iter().filter(|(_, second)| after(*second));
            let row = |(id, second): &(u32, u32)| json!({"ticketId": id.to_string(), "createdTime": text(*second)});
            let all: Vec<_> = fits.map(row).collect();
            List {
                rows: all.iter().skip((page - 1) * size).take(size).cloned().collect(),
                has_more: all.len() > page * size,
                total: Some(all.len() as u64),
                trouble: String::new(),
                raw: Vec::new(),
            }
        }

        fn read(&self, limit: usize) -> Vec<String> {
            let mut read = Vec::new();
            let mut place = Some(Keyset::start(None));
            for _ in 0..1_000 {
                let Some(here) = place else { return read };
                let list = self.list(&here.list_info(false, limit));
                let new = list.rows.iter().filter(|row| !here.has_seen(row));
                read.extend(new.map(|row| id_of(row, "ticketId")));
                place = here.next(&list, None);
            }
            panic!("the reading does not end");
        }
    }

    #[test]
    fn each_ticket_is_read_once_whether_after_includes_its_bound_or_not() {
        let rows: Vec<_> = [0, 1, 1, 2, 5, 5, 5, 9, 9, 70].into_iter().zip(1..).collect();
        let rows: Vec<(u32, u32)> = rows.into_iter().map(|(second, id)| (id, second)).collect();
        let ids: Vec<_> = rows.iter().map(|(id, _)| id.to_string()).collect();
        for inclusive in [false, true] {
            let tickets = Tickets { rows: rows.clone(), inclusive };
            assert_eq!(tickets.read(6), ids);
        }
    }

    #[test]
    fn more_tickets_in_one_second_than_fit_a_page_are_all_read() {
        let rows: Vec<_> = (1..=20).map(|id| (id, if id == 20 { 9 } else { 3 })).collect();
        for inclusive in [false, true] {
            let tickets = Tickets { rows: rows.clone(), inclusive };
            let mut read = tickets.read(4);
            read.sort_by_key(|id| id.parse::<u32>().unwrap());
            read.dedup();
            assert_eq!(read.len(), 20);
        }
    }

    #[test]
    fn a_reading_of_changes_asks_along_the_time_of_change() {
        let since = "2026-03-01T10:00:00.5Z".parse().unwrap();
        let info = Keyset::start(Some(since)).list_info(true, 50);
        assert_eq!(info["sort"][0]["attribute"], "updatedTime");
        assert_eq!(
            info["condition"],
            json!({"attribute": "updatedTime", "operator": "after", "value": "2026-03-01T09:59:59"})
        );
    }
}
