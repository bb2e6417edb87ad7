//! What organisations share without a name: a share of a month under a number that only the organisation
//! itself knows, and what the shares of a month come to. No key and no document here has an organisation in it.

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};
use clearmargin_domain::{
    market::{Cohort, Contributor, Participation, Share},
    period::Month,
};

use crate::{
    change::Change,
    error::{Conflict, StoreError, translate},
    item::{self, Item},
    key::{self, Key},
    table::{Sort, Span, Store},
    tenant::Tenant,
};

/// What a share is called in its item.
const SHARE: &str = "share";
/// What a month's cohort is called in its item.
const COHORT: &str = "cohort";

/// What organisations share without a name.
#[derive(Debug, Clone, Copy)]
pub struct Commons<'a> {
    pub(crate) store: &'a Store,
}

fn written<T: serde::Serialize>(
    key: &Key,
    kind: &'static str,
    doc: &T,
) -> Result<Item, StoreError> {
    let envelope =
        item::Envelope { key, indexes: Vec::new(), kind, shape: 1, version: 1, expires_at: None };
    item::write(envelope, doc)
}

impl Commons<'_> {
    /// Every share of a month, with the digits that it stands under.
    pub async fn shares(&self, month: Month) -> Result<Vec<(String, Share)>, StoreError> {
        let span = Span { pk: key::shares(month), sort: Sort::All, index: None };
        let items = self.store.query_all(span).await?.into_iter();
        let share = |item: Item| {
            let digits = item::text(&item, "sk").unwrap_or_default().to_owned();
            Ok((digits, item::read(item, SHARE, 1, |_, doc| doc)?))
        };
        items.map(share).collect()
    }

    /// What the shares of a month come to; none as long as nobody worked it out.
    pub async fn cohort(&self, month: Month) -> Result<Option<Cohort>, StoreError> {
        let item = self.store.get_item(&key::cohort(month)).await?;
        item.map(|item| item::read(item, COHORT, 1, |_, doc| doc)).transpose()
    }

    /// Keeps what the shares of a month come to, for good: of several who work it out the first one counts, and
    /// what counts is given back.
    pub async fn settle(&self, cohort: Cohort) -> Result<Cohort, StoreError> {
        let item = written(&key::cohort(cohort.month), COHORT, &cohort)?;
        let put = self.store.client.put_item().table_name(&self.store.table);
        let put = put.set_item(Some(item)).condition_expression("attribute_not_exists(pk)");
        match put.send().await.map_err(translate) {
            Ok(_) => Ok(cohort),
            Err(StoreError::Conflict(Conflict::Version)) => {
                Ok(self.cohort(cohort.month).await?.unwrap_or(cohort))
            }
            Err(error) => Err(error),
        }
    }
}

impl Change<'_> {
    /// Adds a share under a number under which there is none of that month yet.
    pub fn give(&mut self, contributor: Contributor, share: &Share) -> Result<(), StoreError> {
        self.claim(written(&key::share(share.month, contributor), SHARE, share)?)
    }

    /// Takes a share back, if it is there.
    pub fn take_back(&mut self, contributor: Contributor, month: Month) -> Result<(), StoreError> {
        let key = Item::from(key::share(month, contributor).attributes());
        let delete = Delete::builder().table_name(&self.tenant.store.table).set_key(Some(key));
        let action = delete.build();
        let action = action.map(|delete| TransactWriteItem::builder().delete(delete).build());
        self.push(action, Conflict::Version)
    }
}

impl Tenant<'_> {
    /// Takes every share of the organisation back.
    pub(crate) async fn leave_commons(&self) -> Result<(), StoreError> {
        let Some(participation) = self.get::<Participation>(()).await? else { return Ok(()) };
        let Some(contributor) = participation.contributor else { return Ok(()) };
        for month in &participation.shared {
            let key = Item::from(key::share(*month, contributor).attributes());
            let request = self.store.client.delete_item().table_name(&self.store.table);
            request.set_key(Some(key)).send().await.map_err(translate)?;
        }
        Ok(())
    }
}
