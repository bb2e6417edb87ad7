//! Walking through every record of a kind, a stretch at a time.

use serde::{Deserialize, Serialize};

use crate::{
    entity::{Stored, Walked, from_item},
    error::{StoreError, translate},
    item::{self, Item},
    key::Key,
    table::{Sort, Span},
    tenant::Tenant,
};

/// Where a walk stands; it begins with the default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// The partition that is being walked through, by its place in the list of the kind's.
    partition: usize,
    /// The sort key of the last record met in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl Tenant<'_> {
    /// The next records, at most `limit`, and where the walk goes on; `None` at its end. A stretch
    /// may hold fewer, or none, although the walk goes on.
    pub async fn walk<T: Walked>(
        &self,
        walk: &Walk,
        limit: i32,
    ) -> Result<(Vec<Stored<T>>, Option<Walk>), StoreError> {
        let (items, next) = self.stretch(&T::partitions(self.org), walk, limit).await?;
        Ok((items.into_iter().map(from_item).collect::<Result<_, _>>()?, next))
    }

    /// [`walk`](Self::walk), over items as they are.
    pub(crate) async fn stretch(
        &self,
        partitions: &[String],
        walk: &Walk,
        limit: i32,
    ) -> Result<(Vec<Item>, Option<Walk>), StoreError> {
        let Some(pk) = partitions.get(walk.partition) else {
            return Ok((Vec::new(), None));
        };
        let start = walk.after.as_ref().map(|sk| {
            let key = Key { pk: pk.clone(), sk: sk.clone() };
            Item::from(key.attributes())
        });
        let span = Span { pk: pk.clone(), sort: Sort::All, index: None };
        let query = self.store.query(&span).limit(limit).set_exclusive_start_key(start);
        let page = query.send().await.map_err(translate)?;
        let last = page.last_evaluated_key;
        let after = last.and_then(|key| item::text(&key, "sk").map(str::to_owned));
        let next = match after {
            Some(_) => Walk { partition: walk.partition, after },
            None => Walk { partition: walk.partition + 1, after: None },
        };
        let next = (next.partition < partitions.len()).then_some(next);
        Ok((page.items.unwrap_or_default(), next))
    }
}
