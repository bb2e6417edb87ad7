//! What every document's lines have in common.

use clearmargin_domain::billing::Units;

use crate::{fields::Fields, rejection::Rejection};

/// A document has to fit into one stored record, and a page of them into one transaction.
const MOST_LINES: usize = 750;
/// How much of a line's description is kept; the archived answer has all of it.
const DESCRIPTION_CHARS: usize = 200;

/// Refuses a document that is too long to be stored.
pub(super) fn check_count(lines: usize) -> Result<(), Rejection> {
    if lines > MOST_LINES { Err(Rejection::TooManyLines { most: MOST_LINES }) } else { Ok(()) }
}

/// The beginning of a line's description; empty when it has none.
pub(super) fn description(line: &Fields<'_>) -> Result<String, Rejection> {
    let text = line.optional_text("Description")?.unwrap_or_default();
    Ok(text.chars().take(DESCRIPTION_CHARS).collect())
}

/// How many units the detail of a line is for and what one comes to; none where it says neither, or what
/// nobody could work with: the amount is what counts.
pub(super) fn units(detail: &Fields<'_>) -> Result<Option<Units>, Rejection> {
    let Some(quantity) = detail.optional_decimal("Qty")? else { return Ok(None) };
    Ok(Some(Units { quantity, unit_price: detail.optional_decimal("UnitPrice")? }))
}
