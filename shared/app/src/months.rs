//! Which months of a time are worth looking at.

use std::collections::BTreeSet;

use clearmargin_domain::period::{Month, Period};

/// The months of a time to look at, the earliest first: those that hold something as sums tell, so that
/// nobody goes back over years without anything, and those around the current one, of which what was
/// written just now may not be summed yet.
pub(crate) fn visited(
    holding: impl IntoIterator<Item = Month>,
    period: Period,
    current: Month,
) -> BTreeSet<Month> {
    let near = (-2..=2).map(|months| current.plus(months));
    holding.into_iter().chain(near).filter(|month| period.contains(*month)).collect()
}
