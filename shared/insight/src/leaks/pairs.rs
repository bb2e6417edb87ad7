//! Which documents of the two ledgers are the same.

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{
    id::InvoiceId,
    invoice::{DocumentKind, DocumentState},
    source::Source,
};

use jiff::civil::Date;

use super::{ClientBooks, Document};

/// So many days apart, documents of the same amount may still be one.
const DAYS_APART: i64 = 10;
/// So many days apart, documents of the same number may still be one: numbers begin anew.
const DAYS_APART_BY_NUMBER: i64 = 60;

/// Documents of the two ledgers that are the same: usually one of each.
#[derive(Debug, Default)]
pub(super) struct Pair<'a> {
    pub(super) desk: Vec<&'a Document>,
    pub(super) books: Vec<&'a Document>,
    /// Whether nobody said that they are the same.
    pub(super) by_looks: bool,
}

impl Document {
    /// The system that it was read from; none of what was made here.
    pub(super) fn source(&self) -> Option<Source> {
        (!self.made_here).then_some(self.system)
    }

    /// Whether it counts.
    pub(super) fn counts(&self) -> bool {
        self.state == DocumentState::Issued
    }

    pub(super) fn is_invoice(&self) -> bool {
        self.kind == DocumentKind::Invoice
    }

    /// What it comes to before tax, in smallest units.
    pub(super) fn net(&self) -> i64 {
        self.total.minor.saturating_sub(self.tax.minor)
    }

    /// The digits at the end of its number, which systems keep while they change what is before.
    fn digits(&self) -> Option<&str> {
        let number = self.number.as_deref()?;
        let from = number.trim_end_matches(|it: char| it.is_ascii_digit()).len();
        let digits = number.get(from..)?.trim_start_matches('0');
        (digits.len() >= 2).then_some(digits)
    }

    fn days_from(&self, other: &Self) -> i64 {
        (self.day.duration_until(other.day).as_hours() / 24).abs()
    }
}

/// A client's documents in groups that are the same, by the links that are known, else by number, else
/// by day and amount. What is in no other ledger is a group of its own.
pub(super) fn pairs(client: &ClientBooks) -> Vec<Pair<'_>> {
    let by_id: BTreeMap<InvoiceId, &Document> =
        client.documents.iter().map(|document| (document.id, document)).collect();
    let mut of: BTreeMap<InvoiceId, InvoiceId> = BTreeMap::new();
    for link in &client.links {
        if by_id.contains_key(&link.desk) && by_id.contains_key(&link.books) {
            join(&mut of, link.desk, link.books);
        }
    }
    let linked: BTreeSet<InvoiceId> = of.keys().copied().collect();
    let free = |system: Source| {
        let free = client.documents.iter().filter(move |it| it.system == system);
        free.filter(|it| !linked.contains(&it.id)).collect::<Vec<_>>()
    };
    let looks = by_looks(free(Source::SuperOps), free(Source::QuickBooks));
    for (desk, books) in &looks {
        join(&mut of, *desk, *books);
    }
    let mut groups: BTreeMap<InvoiceId, Pair<'_>> = BTreeMap::new();
    for document in &client.documents {
        let group = groups.entry(root(&of, document.id)).or_default();
        group.by_looks |= looks.contains_key(&document.id);
        match document.system {
            Source::SuperOps => group.desk.push(document),
            Source::QuickBooks => group.books.push(document),
        }
    }
    groups.into_values().collect()
}

fn root(of: &BTreeMap<InvoiceId, InvoiceId>, id: InvoiceId) -> InvoiceId {
    let mut at = id;
    while let Some(next) = of.get(&at).filter(|next| **next != at) {
        at = *next;
    }
    at
}

fn join(of: &mut BTreeMap<InvoiceId, InvoiceId>, one: InvoiceId, other: InvoiceId) {
    of.entry(one).or_insert(one);
    of.entry(other).or_insert(other);
    let (one, other) = (root(of, one), root(of, other));
    of.insert(one.max(other), one.min(other));
}

/// Pairs of documents that nobody linked, each used once: by number; else by amount and nearly the
/// day; else by the day alone.
fn by_looks(desk: Vec<&Document>, books: Vec<&Document>) -> BTreeMap<InvoiceId, InvoiceId> {
    let mut found = BTreeMap::new();
    let mut by_digits: BTreeMap<&str, Vec<&Document>> = BTreeMap::new();
    let mut by_amount: BTreeMap<i64, Vec<&Document>> = BTreeMap::new();
    let mut by_day: BTreeMap<Date, Vec<&Document>> = BTreeMap::new();
    for document in books {
        if let Some(digits) = document.digits() {
            by_digits.entry(digits).or_default().push(document);
        }
        by_amount.entry(document.net()).or_default().push(document);
        by_day.entry(document.day).or_default().push(document);
    }
    let mut used = BTreeSet::new();
    let mut pick = |from: Option<&Vec<&Document>>, document: &Document, apart: i64| {
        let near = from.into_iter().flatten().filter(|it| {
            it.kind == document.kind && !used.contains(&it.id) && it.days_from(document) <= apart
        });
        let nearest = near.min_by_key(|it| (it.days_from(document), it.id)).map(|it| it.id);
        used.extend(nearest);
        nearest
    };
    let mut left = Vec::new();
    for document in desk {
        let same = document.digits().and_then(|digits| by_digits.get(digits));
        match pick(same, document, DAYS_APART_BY_NUMBER) {
            Some(id) => drop(found.insert(document.id, id)),
            None => left.push(document),
        }
    }
    let mut alone = Vec::new();
    for document in left.into_iter().filter(|it| it.counts()) {
        match pick(by_amount.get(&document.net()), document, DAYS_APART) {
            Some(id) => drop(found.insert(document.id, id)),
            None => alone.push(document),
        }
    }
    for document in alone {
        if let Some(id) = pick(by_day.get(&document.day), document, 0) {
            found.insert(document.id, id);
        }
    }
    found
}
