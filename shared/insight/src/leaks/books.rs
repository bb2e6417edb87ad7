//! What one ledger says and the other does not: documents (14) and payments (15).

use std::collections::BTreeMap;

use clearmargin_domain::{id::InvoiceId, payment::PaymentKind, period::Month, source::Source};
use jiff::{ToSpan as _, civil::Date};

use super::{
    ClientBooks, Document, Evidence, Leak, LeakKind, Ledger, RecordKind, Settlement,
    claim::{Claim, Doubt},
    pairs::Pair,
    view::{Context, View},
};

/// Since when the books are known, and which ledgers know payments at all.
#[derive(Default)]
pub(super) struct Ledgers {
    books_since: Option<Date>,
    paid: [bool; 2],
}

impl Ledgers {
    /// Adds what a client's documents and payments say.
    pub(super) fn add(&mut self, client: &ClientBooks) {
        let books = client.documents.iter().filter(|it| it.system == Source::QuickBooks);
        self.books_since = self.books_since.into_iter().chain(books.map(|it| it.day)).min();
        let pays = |system| {
            let mut all = client.settlements.iter();
            all.any(|it| it.system == system && it.kind == PaymentKind::Received)
        };
        let [desk, books] = self.paid;
        self.paid = [desk || pays(Source::SuperOps), books || pays(Source::QuickBooks)];
    }

    /// Whether a ledger knows of payments.
    fn knows(&self, system: Source) -> bool {
        let [desk, books] = self.paid;
        if system == Source::SuperOps { desk } else { books }
    }
}

/// The leaks of a client between its two ledgers.
pub(super) fn detect(context: &Context<'_>, view: &View<'_>, ledgers: &Ledgers) -> Vec<Leak> {
    let in_books = view.client.documents.iter().any(|it| it.system == Source::QuickBooks);
    if !in_books {
        return Vec::new();
    }
    let (mut missing, mut open) = (Vec::new(), Vec::new());
    for pair in &view.pairs {
        match lacking(context, pair, ledgers) {
            Some(minor) => missing.push((pair, minor)),
            None => open.extend(Open::of(context, view, pair, ledgers)),
        }
    }
    let missing = without_taken_back(context, view, missing);
    let mut found: Vec<Leak> =
        missing.iter().filter_map(|(pair, minor)| told(context, view, pair, *minor)).collect();
    let open = crosswise(context, not_applied(context, view, open));
    let old = open.iter().filter(|open| open.is_old(context));
    found.extend(old.filter_map(|open| open.told(context, view)));
    found
}

fn counting<'a>(documents: &[&'a Document]) -> impl Iterator<Item = &'a Document> {
    documents.iter().copied().filter(|it| it.counts())
}

fn net(documents: &[&Document]) -> i64 {
    counting(documents).map(Document::net).sum()
}

/// What the books lack of a document, before tax; none where they do not.
fn lacking(context: &Context<'_>, pair: &Pair<'_>, ledgers: &Ledgers) -> Option<i64> {
    let last = counting(&pair.desk).map(|it| it.day).max()?;
    let grace = context.policy.sync_grace_days.days();
    let known = ledgers.books_since.is_some_and(|since| since <= last);
    let old = last.saturating_add(grace) <= context.as_of && last >= context.first().first_day();
    let lacks = net(&pair.desk) - net(&pair.books);
    (known && old && lacks > context.policy.document_tolerance_minor).then_some(lacks)
}

/// Leaves out what a credit memo of the desk takes back, which is in no books either.
fn without_taken_back<'a, 'b>(
    context: &Context<'_>,
    view: &'a View<'b>,
    missing: Vec<(&'a Pair<'b>, i64)>,
) -> Vec<(&'a Pair<'b>, i64)> {
    let alone = view.pairs.iter().filter(|pair| net(&pair.books) == 0);
    let mut memos: Vec<&Document> =
        alone.flat_map(|pair| counting(&pair.desk)).filter(|it| !it.is_invoice()).collect();
    memos.sort_by_key(|memo| (memo.day, memo.id));
    let mut kept = missing;
    for memo in memos {
        let after = |(pair, minor): &(&Pair<'_>, i64)| {
            let day = counting(&pair.desk).map(|it| it.day).max()?;
            let days = day.duration_until(memo.day).as_hours() / 24;
            let fits = memo.net() == -minor && (0..=context.policy.taken_back_days).contains(&days);
            fits.then_some(days)
        };
        let all = kept.iter().enumerate().filter_map(|(at, it)| Some((after(it)?, at)));
        if let Some((_, at)) = all.min() {
            kept.remove(at);
        }
    }
    kept
}

fn told(context: &Context<'_>, view: &View<'_>, pair: &Pair<'_>, minor: i64) -> Option<Leak> {
    let first = counting(&pair.desk).min_by_key(|it| it.id)?;
    let mut claim = Claim::new(LeakKind::MissingInBooks, &first.id);
    claim.add(Month::of(first.day), minor, first.day);
    for document in pair.desk.iter().chain(&pair.books) {
        claim.prove(row(document));
    }
    if pair.by_looks {
        claim.doubt(Doubt::PairedByLooks);
    }
    let number = first.number.clone().unwrap_or_default();
    let what = match (pair.books.is_empty(), counting(&pair.books).count()) {
        (true, _) => "is not in the books",
        (false, 0) => "is void in the books",
        _ => "comes to less in the books",
    };
    claim.told(view.client.client, (context.policy, context.currency()), |claim| {
        let (desk, books) = (context.money(net(&pair.desk)), context.money(net(&pair.books)));
        let money = context.money(claim.total());
        format!("invoice {number} {what}: {desk} against {books} before tax; {money}")
    })
}

fn row(document: &Document) -> Evidence {
    let ledger = Ledger::of(document.system);
    let state = if document.counts() { "issued" } else { "void or draft" };
    let number = document.number.as_deref().unwrap_or_default();
    Evidence::of(ledger, RecordKind::Document, &document.id)
        .from(document.source())
        .on(document.day)
        .amounting(document.total)
        .saying(&format!("{number} {state}, {} open", document.open))
}

/// A document that is paid in one ledger and open in the other.
struct Open<'a> {
    pair: &'a Pair<'a>,
    paid_in: Source,
    other: Source,
    minor: i64,
    day: Date,
    rows: Vec<&'a Settlement>,
}

impl<'a> Open<'a> {
    fn of(
        context: &Context<'_>,
        view: &'a View<'a>,
        pair: &'a Pair<'a>,
        ledgers: &Ledgers,
    ) -> Option<Self> {
        let open = |documents: &[&Document]| -> i64 {
            counting(documents).filter(|it| it.is_invoice()).map(|it| it.open.minor).sum()
        };
        let desk = received(view, &pair.desk);
        let books = received(view, &pair.books);
        let sum = |rows: &[&Settlement]| rows.iter().map(|it| it.amount.minor).sum::<i64>();
        let more = sum(&books) - sum(&desk);
        let (paid_in, rows, open, other) = if more > 0 {
            (Source::QuickBooks, books, open(&pair.desk), Source::SuperOps)
        } else {
            (Source::SuperOps, desk, open(&pair.books), Source::QuickBooks)
        };
        let minor = more.abs().min(open);
        let day = rows.iter().map(|it| it.day).max()?;
        let more = minor > context.policy.document_tolerance_minor;
        (more && ledgers.knows(other)).then_some(Self { pair, paid_in, other, minor, day, rows })
    }

    /// Whether the other ledger had the time to know.
    fn is_old(&self, context: &Context<'_>) -> bool {
        let grace = context.policy.sync_grace_days.days();
        let known = self.day.saturating_add(grace) <= context.as_of;
        known && self.day >= context.first().first_day()
    }

    fn told(&self, context: &Context<'_>, view: &View<'_>) -> Option<Leak> {
        let documents = || self.pair.desk.iter().chain(&self.pair.books);
        let first = documents().min_by_key(|it| it.id)?;
        let mut claim = Claim::new(LeakKind::PaidInOneLedger, &first.id);
        claim.add(Month::of(self.day), self.minor, self.day);
        documents().for_each(|document| claim.prove(row(document)));
        for paid in &self.rows {
            let row = Evidence::of(Ledger::Payments, RecordKind::Payment, &paid.payment)
                .from(Some(paid.system))
                .on(paid.day)
                .amounting(paid.amount)
                .saying("received");
            claim.prove(row);
        }
        if self.pair.by_looks {
            claim.doubt(Doubt::PairedByLooks);
        }
        let (paid, number) = (self.paid_in, first.number.clone().unwrap_or_default());
        claim.told(view.client.client, (context.policy, context.currency()), |claim| {
            let money = context.money(claim.total());
            format!("invoice {number}: paid in {paid}, and {money} of it open in the other ledger")
        })
    }
}

/// The money that a ledger says it received for documents.
fn received<'a>(view: &'a View<'_>, documents: &[&Document]) -> Vec<&'a Settlement> {
    let ids: BTreeMap<InvoiceId, Source> =
        counting(documents).map(|it| (it.id, it.system)).collect();
    let of = |it: &&Settlement| {
        let document = it.document.and_then(|id| ids.get(&id));
        it.kind == PaymentKind::Received && document == Some(&it.system)
    };
    view.client.settlements.iter().filter(of).collect()
}

/// Leaves out what the other ledger has received and not applied yet: the same amount about that day.
fn not_applied<'a>(
    context: &Context<'_>,
    view: &View<'_>,
    mut open: Vec<Open<'a>>,
) -> Vec<Open<'a>> {
    let free = view.client.settlements.iter();
    for paid in free.filter(|it| it.document.is_none() && it.kind == PaymentKind::Received) {
        let apart = |it: &Open<'_>| (it.day.duration_until(paid.day).as_hours() / 24).abs();
        let fits = |it: &Open<'_>| {
            it.other == paid.system
                && it.minor == paid.amount.minor
                && apart(it) <= context.policy.unapplied_days
        };
        let all = open.iter().enumerate().filter(|(_, it)| fits(it));
        if let Some((at, _)) = all.min_by_key(|(_, it)| apart(it)) {
            open.remove(at);
        }
    }
    open
}

/// Leaves out what was only applied to different documents: as much the other way round.
fn crosswise<'a>(context: &Context<'_>, mut open: Vec<Open<'a>>) -> Vec<Open<'a>> {
    let mut kept: Vec<Open<'a>> = Vec::new();
    open.sort_by_key(|it| it.day);
    for it in open {
        let opposite = kept.iter().position(|other| {
            let apart = other.day.duration_until(it.day).as_hours() / 24;
            let near = apart <= context.policy.crosswise_days;
            near && other.minor == it.minor && other.paid_in != it.paid_in
        });
        match opposite {
            Some(at) => drop(kept.remove(at)),
            None => kept.push(it),
        }
    }
    kept
}
