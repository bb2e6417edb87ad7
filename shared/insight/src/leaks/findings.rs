//! What is told of a portfolio: its leaks, and which kinds could not be looked for.

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{
    period::{Month, Period},
    source::Source,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Bearing, ClientBooks, KeptError, KeptPortfolio, Leak, LeakKind, Policy, Purchase, Rebilling,
    survey::Survey,
};

/// The version of the rules.
pub const MODEL: &str = "leaks/1";
/// How many months are judged, at most.
const JUDGED: u16 = 12;

/// The months that are judged on a day.
pub fn judged(day: Date) -> Period {
    Period::ending(Policy::default().last_judged(day), JUDGED)
}

/// The month from which on everything has to be known for that: the one before, which is context.
pub fn known_from(day: Date) -> Month {
    judged(day).from().plus(-1)
}

/// What a kind of leak needs and nothing is known of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// Lines of agreements.
    Agreements,
    /// Counts of devices, people and licences, or vendors' bills that say how many.
    Counts,
    /// Documents.
    Documents,
    /// Documents of the service desk beside those of the books.
    DeskDocuments,
    /// Work.
    Work,
    /// Purchases that name clients.
    Purchases,
    /// Purchases that clients are to pay.
    Rebilling,
    /// Discounts that were agreed.
    Discounts,
}

impl Lack {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Agreements,
        Self::Counts,
        Self::Documents,
        Self::DeskDocuments,
        Self::Work,
        Self::Purchases,
        Self::Rebilling,
        Self::Discounts,
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agreements => "agreements",
            Self::Counts => "counts",
            Self::Documents => "documents",
            Self::DeskDocuments => "desk_documents",
            Self::Work => "work",
            Self::Purchases => "purchases",
            Self::Rebilling => "rebilling",
            Self::Discounts => "discounts",
        }
    }

    /// Whether something of it is known of a client.
    fn is_known_of(self, client: &ClientBooks) -> bool {
        let counted = |it: &Purchase| it.quantity.is_some();
        match self {
            Self::Agreements => client.agreements.iter().any(|sold| !sold.lines.is_empty()),
            Self::Counts => !client.counts.is_empty() || client.purchases.iter().any(counted),
            Self::Documents => !client.documents.is_empty(),
            Self::DeskDocuments => client.documents.iter().any(|it| it.system == Source::SuperOps),
            Self::Work => !client.work.is_empty(),
            Self::Purchases => !client.purchases.is_empty(),
            Self::Rebilling => client.purchases.iter().any(|it| it.rebilling != Rebilling::Not),
            Self::Discounts => client.agreements.iter().any(|it| !it.discounts.is_empty()),
        }
    }
}

/// What a kind follows from: without any of these there is none to be found.
const fn needs(kind: LeakKind) -> &'static [Lack] {
    match kind {
        LeakKind::EndpointsOverContract | LeakKind::SeatsOverContract => {
            &[Lack::Agreements, Lack::Counts]
        }
        LeakKind::DeliveredWithoutContract => &[Lack::Counts],
        LeakKind::LineNotInvoiced
        | LeakKind::QuantityBelowContract
        | LeakKind::UpliftNotApplied
        | LeakKind::MarginBelowFloor
        | LeakKind::PriceOutlier => &[Lack::Agreements, Lack::Documents],
        LeakKind::UnbilledTime => &[Lack::Work],
        LeakKind::BillableLoggedOtherwise | LeakKind::WrongRate | LeakKind::OverrunNotBilled => {
            &[Lack::Agreements, Lack::Work]
        }
        LeakKind::BilledWithoutVendor => &[Lack::Agreements, Lack::Documents, Lack::Purchases],
        LeakKind::DiscountPastEnd => &[Lack::Documents, Lack::Discounts],
        LeakKind::MissingInBooks | LeakKind::PaidInOneLedger => &[Lack::DeskDocuments],
        LeakKind::ExpenseNotRebilled => &[Lack::Rebilling],
    }
}

/// What was found in a portfolio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// The months that were judged.
    pub judged: Period,
    /// The leaks: the dearest first, by client, kind and key where they come to the same.
    pub leaks: Vec<Leak>,
    /// The kinds that could not be looked for, each with what lacks.
    pub blind: BTreeMap<LeakKind, Vec<Lack>>,
}

/// What leaks of a bearing come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeakSum {
    /// How many.
    pub count: usize,
    /// What they come to, in smallest units; at the end of what a number holds it stays there.
    pub minor: i64,
}

impl LeakSum {
    /// The sum of these.
    pub fn of<'a>(leaks: impl IntoIterator<Item = &'a Leak>) -> Self {
        leaks.into_iter().fold(Self::default(), |sum, leak| Self {
            count: sum.count + 1,
            minor: sum.minor.saturating_add(leak.total.minor),
        })
    }
}

impl Findings {
    /// Those of a bearing.
    pub fn bearing(&self, bearing: Bearing) -> impl Iterator<Item = &Leak> {
        self.leaks.iter().filter(move |leak| leak.bearing == bearing)
    }

    /// How many kinds of a bearing could not be looked for; `None` if none could.
    pub fn not_looked_for(&self, bearing: Bearing) -> Option<usize> {
        let kinds = || LeakKind::ALL.into_iter().filter(move |it| it.bearing() == bearing);
        let blind = kinds().filter(|kind| self.blind.contains_key(kind)).count();
        (blind < kinds().count()).then_some(blind)
    }
}

/// What is found in a portfolio as it is known on a day. It is read twice, and a client at a time.
///
/// # Errors
///
/// Where the file cannot be read.
pub fn findings(portfolio: &KeptPortfolio, day: Date) -> Result<Findings, KeptError> {
    let policy = Policy::default();
    let mut survey = Survey::of(portfolio.common(), day, &policy);
    let mut lacking: BTreeSet<Lack> = Lack::ALL.into();
    for client in portfolio.clients() {
        let client = client?;
        survey.add(&client);
        lacking.retain(|lack| !lack.is_known_of(&client));
    }
    let survey = survey.done();
    let mut leaks = Vec::new();
    for client in portfolio.clients() {
        leaks.extend(survey.leaks_of(&client?));
    }
    leaks.sort_by(|a, b| a.total.minor.cmp(&b.total.minor).reverse().then_with(|| a.order(b)));
    let blind = LeakKind::ALL.into_iter().filter_map(|kind| {
        let lacks: Vec<Lack> =
            needs(kind).iter().filter(|need| lacking.contains(need)).copied().collect();
        (!lacks.is_empty()).then_some((kind, lacks))
    });
    Ok(Findings { judged: judged(day), leaks, blind: blind.collect() })
}
