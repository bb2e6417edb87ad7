//! The entities that are read, and what each becomes.

use clearmargin_domain::{expense::ExpenseAccount, invoice::DocumentKind, source::Origin};
use serde_json::Value;

use super::{SOURCE, document, expense, key, list, payment};
use crate::{
    fields::{Fields, id_of},
    record::{Context, Record, RemovedKind, Row},
    rejection::Rejection,
};

/// An entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entity {
    Customer,
    Item,
    Invoice,
    CreditMemo,
    Payment,
    Bill,
    Purchase,
}

impl Entity {
    pub(super) const ALL: [Self; 7] = [
        Self::Customer,
        Self::Item,
        Self::Invoice,
        Self::CreditMemo,
        Self::Payment,
        Self::Bill,
        Self::Purchase,
    ];

    /// The name in queries and answers.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::Item => "Item",
            Self::Invoice => "Invoice",
            Self::CreditMemo => "CreditMemo",
            Self::Payment => "Payment",
            Self::Bill => "Bill",
            Self::Purchase => "Purchase",
        }
    }

    /// Whether queries leave out inactive ones unless they are asked for.
    pub(super) const fn may_be_inactive(self) -> bool {
        matches!(self, Self::Customer | Self::Item)
    }

    /// A row as a record.
    pub(super) fn row(self, context: &Context, row: &Value) -> Row {
        Row {
            external_id: id_of(row, "Id"),
            mapped: Fields::of(row).and_then(|fields| self.record(context, &fields)),
        }
    }

    fn record(self, context: &Context, row: &Fields<'_>) -> Result<Record, Rejection> {
        if row.optional_text("status")?.as_deref() == Some("Deleted") {
            return Ok(Record::Removed {
                kind: self.removed(),
                external_id: key::of(self, &row.text("Id")?),
            });
        }
        match self {
            Self::Customer => list::customer(context, row).map(Record::Client),
            Self::Item => list::item(context, row).map(Record::Service),
            Self::Invoice => {
                document::read(context, row, DocumentKind::Invoice).map(Record::Invoice)
            }
            Self::CreditMemo => {
                document::read(context, row, DocumentKind::CreditMemo).map(Record::Invoice)
            }
            Self::Payment => payment::read(context, row).map(Record::Payment),
            Self::Bill => expense::bill(context, row).map(Record::Expense),
            Self::Purchase => expense::purchase(context, row).map(Record::Expense),
        }
    }

    const fn removed(self) -> RemovedKind {
        match self {
            Self::Customer => RemovedKind::Client,
            Self::Item => RemovedKind::Service,
            Self::Invoice | Self::CreditMemo => RemovedKind::Invoice,
            Self::Payment => RemovedKind::Payment,
            Self::Bill | Self::Purchase => RemovedKind::Expense,
        }
    }
}

/// The origin of a row, with its version.
pub(super) fn origin(row: &Fields<'_>, kind: &str) -> Result<Origin, Rejection> {
    Ok(Origin {
        source: SOURCE,
        kind: kind.to_owned(),
        external_id: row.text("Id")?,
        revision: row.optional("SyncToken", "a whole number", |text| text.parse().ok())?,
    })
}

/// The value of a reference.
pub(super) fn reference(row: &Fields<'_>, field: &str) -> Result<Option<String>, Rejection> {
    let reference = row.optional_object(field)?;
    let value = reference.map(|reference| reference.optional_text("value"));
    Ok(value.transpose()?.flatten())
}

/// The name in a reference.
pub(super) fn name(row: &Fields<'_>, field: &str) -> Result<Option<String>, Rejection> {
    let reference = row.optional_object(field)?;
    let name = reference.map(|reference| reference.optional_text("name"));
    Ok(name.transpose()?.flatten())
}

/// The account in a reference, in the books that are read.
pub(super) fn account(
    context: &Context,
    row: &Fields<'_>,
    field: &str,
) -> Result<Option<ExpenseAccount>, Rejection> {
    let name = name(row, field)?;
    Ok(reference(row, field)?.map(|external_id| ExpenseAccount {
        id: key::account(context, &external_id),
        source: SOURCE,
        external_id,
        name,
    }))
}

#[cfg(test)]
mod tests;
