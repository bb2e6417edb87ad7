//! Lists that are read whole and put in order here, page by page.

use std::collections::BTreeMap;

use crate::{Ctx, Error};

/// What a cursor calls the key of the last row.
const KEY: &str = "key";

/// A page of these rows in the order of their keys, which differ, and where the next one begins.
/// `scope` names the route and its filters: a cursor works only where it was given.
pub(crate) fn page<T>(
    ctx: &Ctx,
    scope: &str,
    mut rows: Vec<(String, T)>,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Vec<T>, Option<String>), Error> {
    let tenant = ctx.tenant();
    let after = cursor.map(|cursor| tenant.open_place(scope, cursor)).transpose();
    let after = after.map_err(|error| Error::invalid("query.cursor", error.to_string()))?;
    if let Some(after) = after {
        let after = after.get(KEY).cloned().unwrap_or_default();
        rows.retain(|(key, _)| *key > after);
    }
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| more);
    let next = last
        .map(|(key, _)| tenant.seal_place(scope, &BTreeMap::from([(KEY.to_owned(), key.clone())])));
    Ok((rows.into_iter().map(|(_, row)| row).collect(), next))
}

/// The key of a row that is sorted by its name, however that is typed.
pub(crate) fn by_name(name: &str, id: impl std::fmt::Display) -> String {
    // No name holds the character between the two.
    format!("{}\u{0}{id}", name.to_lowercase())
}
