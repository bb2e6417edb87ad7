//! Revenue leaks: what was agreed, delivered, charged, booked and paid, and does not go together.
//!
//! [`detect`] is arithmetic over a [`Portfolio`]: the same portfolio and day give the same leaks, each
//! with its rule, its amount by month and the records that prove it. `docs/leaks.md` has the rules and
//! what is not reported.
//!
//! No dollar is claimed twice. Of a line's month, units and prices make a rectangle: missing units
//! up to what was agreed are one kind, those above up to what was counted another; of the units that were
//! charged, the price up to the agreed one is a third, above it up to the least margin or the usual price a
//! fourth. Documents and payments between ledgers are of what was charged, and so apart from all these.

mod assign;
mod bank;
mod books;
mod claim;
mod counts;
mod discount;
mod expense;
mod findings;
mod hours;
mod leak;
mod margin;
mod names;
mod outlier;
mod pairs;
mod policy;
mod portfolio;
mod price;
mod quantity;
mod spans;
mod sums;
mod uncontracted;
mod upstream;
mod view;
mod work;

use jiff::civil::Date;

use self::{
    books::Ledgers,
    margin::SharedCosts,
    names::Names,
    outlier::Usual,
    upstream::Vendors,
    view::{Context, View, items},
};

pub use clearmargin_domain::leak::{Bearing, LeakKind};
pub use findings::{Findings, Lack, LeakSum, MODEL, findings, judged, known_from};
pub use leak::{Confidence, Evidence, Leak, Ledger, RecordKind};
pub use policy::Policy;
pub use portfolio::{
    AgreedDiscount, CatalogueEntry, ClientBooks, CountedBy, DatedQuantity, Document, DocumentLine,
    GivenDiscount, Link, Portfolio, Purchase, Rebilling, Settlement, Sold, SoldLine, Worked,
};

/// The leaks of a portfolio as it is known on a day, by the usual policy; by client, kind and key.
pub fn detect(portfolio: &Portfolio, as_of: Date) -> Vec<Leak> {
    detect_by(portfolio, as_of, &Policy::default())
}

/// The leaks of a portfolio by a policy of one's own.
pub fn detect_by(portfolio: &Portfolio, as_of: Date, policy: &Policy) -> Vec<Leak> {
    let names = Names::of(&portfolio.catalogue);
    let context = Context { portfolio, policy, as_of, names };
    let (costs, vendors) = (SharedCosts::of(&context), Vendors::of(&context));
    let ledgers = Ledgers::of(&context);
    let mut usual = Usual::default();
    let mut lines = Vec::with_capacity(portfolio.clients.len());
    for client in &portfolio.clients {
        let items = items(&context, client);
        usual.add(&context, client.client, &items);
        lines.push(items);
    }
    usual.sort();
    let mut found = Vec::new();
    for (client, items) in portfolio.clients.iter().zip(lines) {
        let view = &View::of(&context, client, items);
        let mut own = quantity::detect(&context, view);
        own.extend(spans::detect(&context, view));
        own.extend(price::detect(&context, view));
        own.extend(margin::detect(&context, view, &costs));
        let outliers = outlier::detect(&context, view, &usual, &own);
        own.extend(outliers);
        own.extend(upstream::detect(&context, view, &vendors));
        own.extend(uncontracted::detect(&context, view));
        own.extend(discount::detect(&context, view));
        own.extend(work::detect(&context, view));
        own.extend(books::detect(&context, view, &ledgers));
        own.extend(expense::detect(&context, view));
        found.extend(own);
    }
    found.sort_by(|a, b| (a.client, a.kind, &a.key).cmp(&(b.client, b.kind, &b.key)));
    found
}

#[cfg(test)]
mod tests;
