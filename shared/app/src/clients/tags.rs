//! The tags in use.

use std::collections::BTreeMap;

use clearmargin_domain::{access::Action, client::ClientStatus};

use super::groups;
use crate::{Ctx, Error};

/// How many tags one answer names.
const MOST: usize = 1_000;

/// A tag, and how many clients have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCount {
    /// The tag, as one of the clients spells it.
    pub tag: String,
    /// How many clients have it, in whatever case.
    pub clients: usize,
}

/// The tags of the clients that are not archived: the commonest first, equal ones by name.
pub async fn tags(ctx: &Ctx) -> Result<Vec<TagCount>, Error> {
    ctx.require(Action::ClientsRead)?;
    let mut counts: BTreeMap<String, TagCount> = BTreeMap::new();
    for group in groups(ctx).await? {
        if group.status() == ClientStatus::Archived {
            continue;
        }
        for tag in group.profile().into_iter().flat_map(|profile| profile.tags.iter()) {
            let fresh = || TagCount { tag: tag.to_owned(), clients: 0 };
            counts.entry(tag.to_lowercase()).or_insert_with(fresh).clients += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.clients));
    counts.truncate(MOST);
    Ok(counts)
}
