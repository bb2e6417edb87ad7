//! An organisation's records.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, Select};
use clearmargin_domain::{
    audit::AuditEntry,
    client::Client,
    id::{ClientId, OrgId, UserId},
    identity::Session,
};

use crate::{
    change::Change,
    cursor::InvalidCursor,
    entity::{Entity as _, Listed, Listing, Record, Stored, from_item},
    error::{StoreError, translate},
    item::Item,
    key::{self, Index},
    lists::List,
    table::{Sort, Span, Store},
};

/// How many keys one batch read takes.
const BATCH: usize = 100;

/// The door to one organisation's records: every key made behind it begins with that organisation.
#[derive(Debug, Clone, Copy)]
pub struct Tenant<'a> {
    pub(crate) store: &'a Store,
    pub(crate) org: OrgId,
}

impl<'a> Tenant<'a> {
    /// Whose records these are.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The record of that id; `None` when the organisation has none.
    pub async fn get<T: Record>(&self, id: T::Id) -> Result<Option<Stored<T>>, StoreError> {
        let item = self.store.get_item(&T::key(self.org, id)).await?;
        item.map(from_item).transpose()
    }

    /// [`get`](Self::get), perhaps a moment behind and for half the price.
    pub async fn get_lately<T: Record>(&self, id: T::Id) -> Result<Option<Stored<T>>, StoreError> {
        let item = self.store.get_item_lately(&T::key(self.org, id)).await?;
        item.map(from_item).transpose()
    }

    /// A person's sessions in this organisation.
    pub async fn sessions(&self, user: UserId) -> Result<Vec<Stored<Session>>, StoreError> {
        let (pk, prefix) = (key::collection(self.org, Session::KIND), key::sessions_of(user));
        let span = Span { pk, sort: Sort::Prefix(&prefix), index: None };
        self.store.query_all(span).await?.into_iter().map(from_item).collect()
    }

    /// The records of those ids that exist, in no particular order.
    pub async fn get_many<T: Record>(&self, ids: &[T::Id]) -> Result<Vec<Stored<T>>, StoreError> {
        let keys = Self::keys_of_ids::<T>(self.org, ids);
        self.read_batch(keys).await?.into_iter().map(from_item).collect()
    }

    /// [`get_many`](Self::get_many), perhaps a moment behind and for half the price.
    pub async fn get_many_lately<T: Record>(
        &self,
        ids: &[T::Id],
    ) -> Result<Vec<Stored<T>>, StoreError> {
        let items = self.read_batch_lately(Self::keys_of_ids::<T>(self.org, ids)).await?;
        items.into_iter().map(from_item).collect()
    }

    /// Each key once.
    fn keys_of_ids<T: Record>(org: OrgId, ids: &[T::Id]) -> Vec<Item> {
        let mut keys: Vec<_> = ids.iter().map(|id| T::key(org, *id)).collect();
        keys.sort_by(|a, b| (&a.pk, &a.sk).cmp(&(&b.pk, &b.sk)));
        keys.dedup();
        keys.iter().map(|key| Item::from(key.attributes())).collect()
    }

    pub(crate) async fn read_batch(&self, keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        self.read_keys(keys, true).await
    }

    /// [`read_batch`](Self::read_batch), perhaps a moment behind and for half the price.
    pub(crate) async fn read_batch_lately(&self, keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        self.read_keys(keys, false).await
    }

    async fn read_keys(
        &self,
        mut keys: Vec<Item>,
        consistent: bool,
    ) -> Result<Vec<Item>, StoreError> {
        let table = &self.store.table;
        let mut found = Vec::with_capacity(keys.len());
        while !keys.is_empty() {
            let later = keys.split_off(keys.len().min(BATCH));
            let wanted = KeysAndAttributes::builder().set_keys(Some(keys));
            let wanted = wanted.consistent_read(consistent).build().map_err(|error| {
                StoreError::Backend { code: "InvalidRequest".to_owned(), source: Box::new(error) }
            })?;
            let request = self.store.client.batch_get_item().request_items(table, wanted);
            let answer = request.send().await.map_err(translate)?;
            found
                .extend(answer.responses.and_then(|mut all| all.remove(table)).unwrap_or_default());
            let left = answer.unprocessed_keys.and_then(|mut all| all.remove(table));
            keys = left.map(|left| left.keys).unwrap_or_default();
            keys.extend(later);
        }
        Ok(found)
    }

    /// Every record of a small collection, by id.
    pub async fn all<T: Listed>(&self) -> Result<Vec<Stored<T>>, StoreError> {
        let span = Span { pk: key::collection(self.org, T::KIND), sort: Sort::All, index: None };
        let items = self.store.query_all(span).await?;
        items.into_iter().map(from_item).collect()
    }

    /// [`all`](Self::all), perhaps a moment behind and for half the price.
    pub async fn all_lately<T: Listed>(&self) -> Result<Vec<Stored<T>>, StoreError> {
        let span = Span { pk: key::collection(self.org, T::KIND), sort: Sort::All, index: None };
        let items = self.store.query_all_lately(span).await?;
        items.into_iter().map(from_item).collect()
    }

    /// The client records that name this one as the one they are joined with, itself included.
    pub async fn joined_with(&self, client: ClientId) -> Result<Vec<Stored<Client>>, StoreError> {
        let pk = key::joined_with(self.org, client);
        let items =
            self.store.query_all(Span { pk, sort: Sort::All, index: Some(Index::Time) }).await?;
        items.into_iter().map(from_item).collect()
    }

    /// A page of a list: at most `limit` records from `cursor` on. `scope` names the route and its
    /// filters: a cursor works only where it was given.
    pub async fn list<T: Record>(
        &self,
        list: List,
        limit: usize,
        scope: &str,
        cursor: Option<&str>,
    ) -> Result<Listing<T>, ListError> {
        let range = list.range(self.org);
        let scope = format!("{}|{}|{scope}", range.pk, range.prefix);
        let start = cursor.map(|text| self.store.cursors.open(&scope, text)).transpose()?;
        let index = range.index;
        let span = Span { pk: range.pk, sort: Sort::Prefix(&range.prefix), index };
        let query = self.store.query(&span).set_exclusive_start_key(start);
        let query = query.scan_index_forward(!range.backwards);
        let query = query.limit(i32::try_from(limit).unwrap_or(100));
        let page = query.send().await.map_err(translate)?;
        let items = page.items.unwrap_or_default().into_iter().map(from_item);
        Ok(Listing {
            items: items.collect::<Result<_, _>>()?,
            next: page.last_evaluated_key.map(|key| self.store.cursors.seal(&scope, &key)),
        })
    }

    /// Everything of a list; for lists that are kept short, or that all of is needed of.
    pub async fn every<T: Record>(&self, list: List) -> Result<Vec<Stored<T>>, StoreError> {
        let range = list.range(self.org);
        let sort = Sort::Prefix(&range.prefix);
        let items = self.store.query_all(Span { pk: range.pk, sort, index: range.index }).await?;
        items.into_iter().map(from_item).collect()
    }

    /// [`every`](Self::every), perhaps a moment behind and for half the price.
    pub async fn every_lately<T: Record>(&self, list: List) -> Result<Vec<Stored<T>>, StoreError> {
        let range = list.range(self.org);
        let span = Span { pk: range.pk, sort: Sort::Prefix(&range.prefix), index: range.index };
        let items = self.store.query_all_lately(span).await?;
        items.into_iter().map(from_item).collect()
    }

    /// How long a list is, perhaps a moment behind; for lists that are kept short.
    pub async fn count(&self, list: List) -> Result<usize, StoreError> {
        let range = list.range(self.org);
        let sort = Sort::Prefix(&range.prefix);
        let span = Span { pk: range.pk, sort, index: range.index };
        let (mut count, mut start) = (0, None);
        loop {
            let page = self.store.query(&span).consistent_read(false).select(Select::Count);
            let page = page.set_exclusive_start_key(start).send();
            let page = page.await.map_err(translate)?;
            count += usize::try_from(page.count).unwrap_or_default();
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(count);
            }
        }
    }

    /// A cursor for a list that is put together elsewhere: where its next page begins, in texts. It
    /// works only in this organisation and for that scope.
    pub fn seal_place(&self, scope: &str, place: &BTreeMap<String, String>) -> String {
        let texts =
            place.iter().map(|(name, text)| (name.clone(), AttributeValue::S(text.clone())));
        self.store.cursors.seal(&format!("{}|{scope}", self.org), &texts.collect())
    }

    /// The place in a cursor that [`seal_place`](Self::seal_place) gave for the same scope.
    pub fn open_place(
        &self,
        scope: &str,
        cursor: &str,
    ) -> Result<BTreeMap<String, String>, InvalidCursor> {
        let texts = self.store.cursors.open(&format!("{}|{scope}", self.org), cursor)?;
        let text =
            |(name, value): (String, AttributeValue)| Some((name, value.as_s().ok()?.clone()));
        Ok(texts.into_iter().filter_map(text).collect())
    }

    /// Begins a change; `audit` says who changes what.
    pub fn change(&self, audit: AuditEntry) -> Change<'a> {
        Change::new(*self, audit)
    }
}

/// Why a page of a list could not be given.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The cursor was not given here.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// The table failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
