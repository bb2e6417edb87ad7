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
mod kept;
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
mod survey;
mod uncontracted;
mod upstream;
mod view;
mod work;

use jiff::civil::Date;

use self::survey::Survey;

pub use clearmargin_domain::leak::{Bearing, LeakKind};
pub use findings::{Findings, Lack, LeakSum, MODEL, findings, judged, known_from};
pub use kept::{KeptError, KeptPortfolio, PortfolioWriter};
pub use leak::{Confidence, Evidence, Leak, Ledger, RecordKind};
pub use policy::Policy;
pub use portfolio::{
    AgreedDiscount, CatalogueEntry, ClientBooks, Common, CountedBy, DatedQuantity, Document,
    DocumentLine, GivenDiscount, Link, Portfolio, Purchase, Rebilling, Settlement, Sold, SoldLine,
    Worked,
};

/// The leaks of a portfolio as it is known on a day, by the usual policy; by client, kind and key.
pub fn detect(portfolio: &Portfolio, as_of: Date) -> Vec<Leak> {
    detect_by(portfolio, as_of, &Policy::default())
}

/// The leaks of a portfolio by a policy of one's own.
pub fn detect_by(portfolio: &Portfolio, as_of: Date, policy: &Policy) -> Vec<Leak> {
    let mut survey = Survey::of(&portfolio.common, as_of, policy);
    portfolio.clients.iter().for_each(|client| survey.add(client));
    let survey = survey.done();
    let mut found: Vec<Leak> =
        portfolio.clients.iter().flat_map(|client| survey.leaks_of(client)).collect();
    found.sort_by(Leak::order);
    found
}

#[cfg(test)]
mod tests;
