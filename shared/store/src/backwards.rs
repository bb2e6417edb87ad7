//! Long lists as people read them: newest first, or the other way round, filtered, page by page, month
//! by month.
//!
//! A page looks at a limited number of rows, whatever is wanted of them, so that it costs the same
//! however long the list; it may hold fewer rows than asked for although there are more.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    cursor::InvalidCursor,
    error::{StoreError, translate},
    item::{self, Item},
    key::Index,
    table::{Sort, Span},
    tenant::{ListError, Tenant},
};

/// Months without a matching row that one page goes back over: each costs a read.
const MONTHS: usize = 6;

/// What is read backwards.
pub(crate) struct Backwards {
    /// What a cursor is bound to, beside the organisation.
    pub(crate) scope: String,
    /// Whether the oldest come first instead.
    pub(crate) forwards: bool,
    /// The partitions of the months, in the order in which they are read.
    pub(crate) months: Vec<String>,
    /// The first and the last sort key that are wanted.
    pub(crate) between: (String, String),
    /// The index that they are partitions of.
    pub(crate) index: Option<Index>,
    /// Whether some rows are not wanted.
    pub(crate) filtered: bool,
    /// How many rows at most.
    pub(crate) limit: usize,
    /// How many rows to look at at most.
    pub(crate) look_at: usize,
}

/// A page that is being filled.
struct Page<'a, T> {
    list: &'a Backwards,
    rows: Vec<T>,
    looked_at: usize,
}

impl Tenant<'_> {
    /// Rows in that order, and where the next page begins.
    pub(crate) async fn page_back<T>(
        &self,
        list: &Backwards,
        cursor: Option<&str>,
        read: impl Fn(Item) -> Result<Option<T>, StoreError>,
    ) -> Result<(Vec<T>, Option<String>), ListError> {
        let scope = format!("{}|{}", self.org, list.scope);
        let start = cursor.map(|text| self.store.cursors.open(&scope, text)).transpose()?;
        let [partition, _] = list.index.map_or(["pk", "sk"], Index::attributes);
        let first = match &start {
            Some(key) => list.months.iter().position(|pk| item::text(key, partition) == Some(pk)),
            None => Some(0),
        };
        let months = list.months.get(first.ok_or(InvalidCursor)?..).unwrap_or_default();
        let mut after = start.filter(|key| key.contains_key("sk"));
        let mut page = Page { list, rows: Vec::new(), looked_at: 0 };
        for (visited, pk) in months.iter().enumerate() {
            if page.is_full() || visited == MONTHS {
                let month = Item::from([(partition.to_owned(), AttributeValue::S(pk.clone()))]);
                let next = self.store.cursors.seal(&scope, &month);
                return Ok((page.rows, Some(next)));
            }
            if let Some(last) = self.fill(&mut page, pk, after.take(), &read).await? {
                return Ok((page.rows, Some(self.store.cursors.seal(&scope, &last))));
            }
        }
        Ok((page.rows, None))
    }

    /// Adds a month's rows; the last key looked at when the month has more than the page takes.
    async fn fill<T>(
        &self,
        page: &mut Page<'_, T>,
        pk: &str,
        mut after: Option<Item>,
        read: &impl Fn(Item) -> Result<Option<T>, StoreError>,
    ) -> Result<Option<Item>, ListError> {
        loop {
            let (from, to) = page.list.between.clone();
            let sort = Sort::Between(from, to);
            let span = Span { pk: pk.to_owned(), sort, index: page.list.index };
            let query = self.store.query(&span).scan_index_forward(page.list.forwards);
            let query = query.set_exclusive_start_key(after).limit(page.wants());
            let found = query.send().await.map_err(translate)?;
            let more = found.last_evaluated_key;
            let items = found.items.unwrap_or_default();
            let count = items.len();
            for (place, item) in items.into_iter().enumerate() {
                let key = key_of(&item, page.list.index);
                page.looked_at += 1;
                page.rows.extend(read(item)?);
                if page.is_full() && (more.is_some() || place + 1 < count) {
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

impl<T> Page<'_, T> {
    fn is_full(&self) -> bool {
        self.rows.len() >= self.list.limit || self.looked_at >= self.list.look_at
    }

    /// How many rows to ask for.
    fn wants(&self) -> i32 {
        let looks = self.list.look_at.saturating_sub(self.looked_at);
        let rows = self.list.limit.saturating_sub(self.rows.len());
        let wanted = if self.list.filtered { looks } else { rows.min(looks) };
        i32::try_from(wanted.max(1)).unwrap_or(i32::MAX)
    }
}

fn key_of(item: &Item, index: Option<Index>) -> Item {
    let text = |name: &str| item.get(name).map(|value| (name.to_owned(), value.clone()));
    let keys = ["pk", "sk"].into_iter().chain(index.into_iter().flat_map(Index::attributes));
    keys.filter_map(text).collect()
}
