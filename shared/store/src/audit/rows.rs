//! Audit rows as people read them: newest first, filtered, page by page.

use clearmargin_domain::{
    audit::{Actor, AuditEntry},
    id::AuditId,
};
use jiff::{SignedDuration, Timestamp};

use super::AuditRow;
use crate::{
    cursor::InvalidCursor,
    error::translate,
    item::{self, Item},
    key,
    table::{Sort, Span},
    tenant::{ListError, Tenant},
};

/// Months without a matching row that one page goes back over: each costs a read.
const MONTHS: usize = 6;

/// Which rows.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// The id of who acted.
    pub actor: Option<String>,
    /// The action, or the beginning of its name.
    pub action: Option<String>,
    /// The subject.
    pub subject: Option<String>,
}

impl AuditFilter {
    fn takes_all(&self) -> bool {
        self.actor.is_none() && self.action.is_none() && self.subject.is_none()
    }

    fn takes(&self, entry: &AuditEntry) -> bool {
        let actor = match entry.actor {
            Actor::User(id) => id.to_string(),
            Actor::Key(id) => id.to_string(),
            Actor::System => "system".to_owned(),
        };
        self.actor.as_ref().is_none_or(|wanted| *wanted == actor)
            && self.action.as_ref().is_none_or(|wanted| names(wanted, &entry.action))
            && self.subject.as_ref().is_none_or(|wanted| *wanted == entry.subject)
    }
}

/// Whether the wanted action is this one, or begins its name up to a dot.
fn names(wanted: &str, action: &str) -> bool {
    wanted == action || wanted.ends_with('.') && action.starts_with(wanted)
}

/// Which rows, and how many.
#[derive(Debug, Clone)]
pub struct AuditList {
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment, if at all.
    pub before: Option<Timestamp>,
    /// There is nothing after this moment.
    pub now: Timestamp,
    /// Which of them.
    pub filter: AuditFilter,
    /// How many rows at most.
    pub limit: usize,
    /// How many rows to look at at most.
    pub look_at: usize,
}

impl AuditList {
    fn scope(&self) -> String {
        let Self { from, before, filter, .. } = self;
        format!("audit|{from}|{before:?}|{filter:?}")
    }

    fn end(&self) -> Timestamp {
        self.before.map_or(self.now, |before| before.min(self.now))
    }

    fn span(&self, pk: &str) -> Span<'static> {
        // Ids begin with the time.
        let last = self.end().checked_sub(SignedDuration::from_millis(1)).unwrap_or(self.now);
        let sort = Sort::Between(
            AuditId::new(self.from, 0).to_string(),
            AuditId::new(last, u128::MAX).to_string(),
        );
        Span { pk: pk.to_owned(), sort, indexed: false }
    }
}

/// A page that is being filled.
struct Page {
    rows: Vec<AuditRow>,
    looked_at: usize,
}

impl Tenant<'_> {
    /// Rows, newest first, and where the next page begins. A page may hold fewer rows than wanted,
    /// although there are more: it looks at a limited number.
    pub async fn audit_rows(
        &self,
        list: &AuditList,
        cursor: Option<&str>,
    ) -> Result<(Vec<AuditRow>, Option<String>), ListError> {
        let scope = format!("{}|{}", self.org, list.scope());
        let start = cursor.map(|text| self.store.cursors.open(&scope, text)).transpose()?;
        if list.end() <= list.from {
            return Ok((Vec::new(), None));
        }
        let mut months = key::audit_months(self.org, list.from, list.end());
        months.reverse();
        let first = match &start {
            Some(key) => months.iter().position(|pk| item::text(key, "pk") == Some(pk)),
            None => Some(0),
        };
        let months = months.get(first.ok_or(InvalidCursor)?..).unwrap_or_default();
        let mut after = start.filter(|key| key.contains_key("sk"));
        let mut page = Page { rows: Vec::new(), looked_at: 0 };
        for (visited, pk) in months.iter().enumerate() {
            if page.is_full(list) || visited == MONTHS {
                let next = self.store.cursors.seal(&scope, &month_key(pk));
                return Ok((page.rows, Some(next)));
            }
            if let Some(last) = self.fill(&mut page, list, pk, after.take()).await? {
                return Ok((page.rows, Some(self.store.cursors.seal(&scope, &last))));
            }
        }
        Ok((page.rows, None))
    }

    /// Adds a month's rows; the last key looked at when the month has more than the page takes.
    async fn fill(
        &self,
        page: &mut Page,
        list: &AuditList,
        pk: &str,
        mut after: Option<Item>,
    ) -> Result<Option<Item>, ListError> {
        loop {
            let span = list.span(pk);
            let query = self.store.query(&span).scan_index_forward(false);
            let query = query.set_exclusive_start_key(after).limit(page.wants(list));
            let found = query.send().await.map_err(translate)?;
            let more = found.last_evaluated_key;
            let items = found.items.unwrap_or_default();
            let count = items.len();
            for (place, item) in items.into_iter().enumerate() {
                let key = key_of(&item);
                page.take(list, AuditRow::read(item)?);
                if page.is_full(list) && (more.is_some() || place + 1 < count) {
                    return Ok(Some(key));
                }
            }
            after = more;
            if after.is_none() {
                return Ok(None);
            }
        }
    }
}

impl Page {
    fn is_full(&self, list: &AuditList) -> bool {
        self.rows.len() >= list.limit || self.looked_at >= list.look_at
    }

    fn take(&mut self, list: &AuditList, row: AuditRow) {
        self.looked_at += 1;
        if list.filter.takes(&row.entry) {
            self.rows.push(row);
        }
    }

    /// How many rows to ask for.
    fn wants(&self, list: &AuditList) -> i32 {
        let looks = list.look_at.saturating_sub(self.looked_at);
        let rows = list.limit.saturating_sub(self.rows.len());
        let wanted = if list.filter.takes_all() { rows.min(looks) } else { looks };
        i32::try_from(wanted.max(1)).unwrap_or(i32::MAX)
    }
}

fn key_of(item: &Item) -> Item {
    let text = |name: &str| item.get(name).map(|value| (name.to_owned(), value.clone()));
    ["pk", "sk"].into_iter().filter_map(text).collect()
}

/// Stands before every row of a month.
fn month_key(pk: &str) -> Item {
    let pk = aws_sdk_dynamodb::types::AttributeValue::S(pk.to_owned());
    Item::from([("pk".to_owned(), pk)])
}
