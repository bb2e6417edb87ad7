//! What is said about a client, on whichever of its records: one record after the other.

use clearmargin_domain::id::ClientId;
use clearmargin_store::{List, Listing, Record, Stored};

use super::ClientGroup;
use crate::{Ctx, Error};

/// Pages through one record of the client after the other: the cursor says which one is read.
pub(crate) async fn over_records<T: Record>(
    ctx: &Ctx,
    ids: &[ClientId],
    list: impl Fn(ClientId) -> List,
    limit: usize,
    scope: &str,
    cursor: Option<&str>,
) -> Result<Listing<T>, Error> {
    let place = RecordPlace::of(ids, cursor)?;
    let (list, scope) = (list(place.record), place.scope(scope));
    let page = ctx.tenant().list(list, limit, &scope, place.cursor).await?;
    Ok(place.page(page))
}

/// Where a list that goes through one record of a client after the other stands.
pub(crate) struct RecordPlace<'a> {
    ids: &'a [ClientId],
    place: usize,
    /// The record that is read.
    pub(crate) record: ClientId,
    /// From where on it is read.
    pub(crate) cursor: Option<&'a str>,
}

impl<'a> RecordPlace<'a> {
    /// The place that a cursor of such a list names; the first without one.
    pub(crate) fn of(ids: &'a [ClientId], cursor: Option<&'a str>) -> Result<Self, Error> {
        let foreign = || Error::invalid("query.cursor", "the cursor does not belong to this list");
        let (place, cursor) = match cursor.map(|text| text.split_once(':').unwrap_or((text, ""))) {
            None => (0, None),
            Some((place, inner)) => {
                let place: usize = place.parse().map_err(|_| foreign())?;
                (place, Some(inner).filter(|inner| !inner.is_empty()))
            }
        };
        let record = *ids.get(place).ok_or_else(foreign)?;
        Ok(Self { ids, place, record, cursor })
    }

    /// The scope of the record's own list, within that of all of them.
    pub(crate) fn scope(&self, scope: &str) -> String {
        format!("{scope}|{}", self.place)
    }

    /// A page of the record as one of all of them.
    pub(crate) fn page<T>(&self, mut page: Listing<T>) -> Listing<T> {
        let place = self.place;
        page.next = match page.next {
            Some(inner) => Some(format!("{place}:{inner}")),
            None => (place + 1 < self.ids.len()).then(|| format!("{}:", place + 1)),
        };
        page
    }
}

/// Everything of a list over all records of a client; for lists that are kept short.
pub(super) async fn all_of<T: Record>(
    ctx: &Ctx,
    group: &ClientGroup,
    list: impl Fn(ClientId) -> List,
) -> Result<Vec<Stored<T>>, Error> {
    let mut found = Vec::new();
    for record in group.ids() {
        found.extend(ctx.tenant().every(list(record)).await?);
    }
    Ok(found)
}

/// The thing of that id about the client, whichever of its records it is about.
pub(super) async fn one_of<I: Copy, T: Record<Id = (ClientId, I)>>(
    ctx: &Ctx,
    group: &ClientGroup,
    id: I,
    thing: &'static str,
) -> Result<Stored<T>, Error> {
    let ids: Vec<_> = group.ids().into_iter().map(|record| (record, id)).collect();
    let found = ctx.tenant().get_many::<T>(&ids).await?;
    found.into_iter().next().ok_or(Error::NotFound(thing))
}
