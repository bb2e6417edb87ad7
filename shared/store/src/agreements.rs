//! Lines of agreements, and counts of what clients have, as they are asked for.

use clearmargin_domain::{
    agreement::AgreementLine,
    id::{AgreementId, ClientId},
    usage_count::UsageCount,
};
use jiff::civil::Date;

use crate::{
    entity::{Entity as _, Listing, Stored, from_item},
    error::{StoreError, translate},
    key::{self, Index},
    table::{Sort, Span},
    tenant::{ListError, Tenant},
};

impl Tenant<'_> {
    /// The lines of an agreement, by id.
    pub async fn lines_of(
        &self,
        agreement: AgreementId,
    ) -> Result<Vec<Stored<AgreementLine>>, StoreError> {
        let prefix = key::lines_of(agreement);
        let pk = key::collection(self.org, AgreementLine::KIND);
        let span = Span { pk, sort: Sort::Prefix(&prefix), index: None };
        self.store.query_all(span).await?.into_iter().map(from_item).collect()
    }

    /// The lines of a client record's agreements.
    pub async fn lines_of_client(
        &self,
        client: ClientId,
    ) -> Result<Vec<Stored<AgreementLine>>, StoreError> {
        let pk = key::lines_of_client(self.org, client);
        let span = Span { pk, sort: Sort::All, index: Some(Index::Time) };
        self.store.query_all(span).await?.into_iter().map(from_item).collect()
    }

    /// A page of a client record's counts of days, the oldest first.
    pub async fn counts(
        &self,
        client: ClientId,
        (from, to): (Date, Date),
        limit: usize,
        scope: &str,
        cursor: Option<&str>,
    ) -> Result<Listing<UsageCount>, ListError> {
        let (pk, (first, last)) =
            (key::counts(self.org, client), key::count_days(client, from, to));
        let scope = format!("{pk}|{first}|{last}|{scope}");
        let start = cursor.map(|text| self.store.cursors.open(&scope, text)).transpose()?;
        let span = Span { pk, sort: Sort::Between(first, last), index: None };
        let query = self.store.query(&span).set_exclusive_start_key(start);
        let page = query.limit(i32::try_from(limit).unwrap_or(100)).send().await;
        let page = page.map_err(translate)?;
        let items = page.items.unwrap_or_default().into_iter().map(from_item);
        Ok(Listing {
            items: items.collect::<Result<_, _>>()?,
            next: page.last_evaluated_key.map(|key| self.store.cursors.seal(&scope, &key)),
        })
    }

    /// All counts of a client record of days, the oldest first, perhaps a moment behind.
    pub async fn every_count(
        &self,
        client: ClientId,
        (from, to): (Date, Date),
    ) -> Result<Vec<UsageCount>, StoreError> {
        let (first, last) = key::count_days(client, from, to);
        let pk = key::counts(self.org, client);
        let span = Span { pk, sort: Sort::Between(first, last), index: None };
        let items = self.store.query_all_lately(span).await?.into_iter();
        items.map(|item| from_item(item).map(|stored| stored.value)).collect()
    }

    /// The last counts of a client record up to a day, the newest first, at most `limit`.
    pub async fn last_counts(
        &self,
        client: ClientId,
        (from, to): (Date, Date),
        limit: i32,
    ) -> Result<Vec<UsageCount>, StoreError> {
        let (first, last) = key::count_days(client, from, to);
        let pk = key::counts(self.org, client);
        let span = Span { pk, sort: Sort::Between(first, last), index: None };
        let query = self.store.query(&span).scan_index_forward(false).limit(limit);
        let page = query.send().await.map_err(translate)?;
        let items = page.items.unwrap_or_default().into_iter().map(from_item::<UsageCount>);
        items.map(|item| item.map(|stored| stored.value)).collect()
    }
}
