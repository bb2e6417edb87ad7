//! What a made-up client is to look like: month by month, before any record is written.

use clearmargin_domain::{
    agreement::{Frequency, PricingUnit},
    id::{AgreementId, AgreementLineId, ClientId},
    period::Month,
    service::Offering,
    usage_count::UsageKind,
};
use clearmargin_insight::leaks::{Purchase, Worked};
use jiff::{ToSpan as _, civil::Date};

/// The months of a portfolio: some before `as_of` are over, and it lies in the one after them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub(super) from: Month,
    /// How many months are over.
    pub(super) months: usize,
    pub(super) as_of: Date,
}

impl Calendar {
    pub(super) fn month(&self, at: usize) -> Month {
        self.from.plus(i32::try_from(at).unwrap_or(0))
    }

    pub(super) fn first(&self, at: usize) -> Date {
        self.month(at).first_day()
    }

    pub(super) fn day(&self, at: usize, number: i8) -> Date {
        self.month(at).day(number).unwrap_or_else(|| self.month(at).last_day())
    }

    /// Whether a month is one of which leaks are told: not the first, and over for 31 days.
    pub(super) fn is_told(&self, at: usize) -> bool {
        let over = self.month(at).last_day().saturating_add(31.days());
        at >= 1 && over <= self.as_of
    }

    /// How many months are told of, the first one left out.
    pub(super) fn told(&self) -> usize {
        (0..self.months).filter(|at| self.is_told(*at)).count()
    }
}

/// Something that is sold.
#[derive(Debug)]
pub(super) struct Kit {
    pub(super) name: &'static str,
    /// Another spelling.
    pub(super) variant: &'static str,
    pub(super) offering: Offering,
    pub(super) unit: PricingUnit,
    pub(super) price: i64,
    /// What a vendor asks, where there is one.
    pub(super) cost: i64,
    pub(super) counted: Option<(UsageKind, Option<&'static str>)>,
}

const fn kit(
    name: &'static str,
    variant: &'static str,
    offering: Offering,
    unit: PricingUnit,
    (price, cost): (i64, i64),
    counted: Option<(UsageKind, Option<&'static str>)>,
) -> Kit {
    Kit { name, variant, offering, unit, price, cost, counted }
}

use Offering::{Product, Service};
use PricingUnit::{Device, Flat, Hour, Month as ByMonth, User};
use UsageKind::{Endpoints, Licences, Users};

/// By endpoint.
pub(super) const ENDPOINT: usize = 0;
/// By person.
pub(super) const USER: usize = 1;
/// Products by licence, which vendors bill and count.
pub(super) const PRODUCTS: [usize; 5] = [2, 3, 4, 5, 6];
/// Billed by its vendor for all clients together.
pub(super) const PHONE: usize = 7;
/// Flat services.
pub(super) const FLAT: [usize; 2] = [8, 9];
/// By the year.
pub(super) const HOSTING: usize = 10;
/// Part of another one's price.
pub(super) const BUNDLED: usize = 11;
/// Hours of projects.
pub(super) const PROJECT: usize = 12;
/// Hours of support.
pub(super) const SUPPORT: usize = 13;

/// Everything that is sold.
pub(super) const KITS: [Kit; 14] = [
    kit("Managed Endpoint", "Mgd. Endpoint", Service, Device, (2400, 0), Some((Endpoints, None))),
    kit("Managed User", "Managed Usr", Service, User, (5500, 0), Some((Users, None))),
    kit(
        "Microsoft 365 Business Premium",
        "M365 Bus. Prem.",
        Product,
        ByMonth,
        (2600, 1980),
        Some((Licences, Some("Microsoft 365 Business Premium"))),
    ),
    kit(
        "Microsoft 365 Business Basic",
        "MS 365 Business Basic",
        Product,
        ByMonth,
        (900, 540),
        Some((Licences, Some("M365 Business Basic"))),
    ),
    kit("Endpoint Detection Plan 2", "Endpoint Detect. Plan 2", Product, ByMonth, (800, 450), None),
    kit("Email Security", "E-Mail Security", Product, ByMonth, (450, 210), None),
    kit(
        "Server Backup 1 TB",
        "Server Bkup 1 TB",
        Product,
        ByMonth,
        (8900, 5200),
        Some((Licences, Some("Server Backup 1 TB"))),
    ),
    kit("Phone Seat", "Phone seats", Product, ByMonth, (2200, 1300), None),
    kit("Firewall Management", "Firewall Mgmt", Service, Flat, (18000, 0), None),
    kit("Virtual CIO", "vCIO", Service, Flat, (60000, 0), None),
    kit("Domain and Hosting", "Domain & Hosting", Service, Flat, (24000, 0), None),
    kit(
        "Awareness Training",
        "Awareness Trainng",
        Product,
        ByMonth,
        (300, 120),
        Some((Licences, Some("Awareness Training"))),
    ),
    kit("Project Work", "Project Work", Service, Hour, (18000, 0), None),
    kit("Remote Support", "Remote Support", Service, Hour, (14400, 0), None),
];

/// A line of a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Bill {
    pub(super) units: i64,
    pub(super) price: i64,
    /// What it says beside the name.
    pub(super) note: &'static str,
    /// Whether only an amount is told.
    pub(super) lump: bool,
    /// So many months that it charges at once, if not one.
    pub(super) ahead: usize,
}

/// A line of an agreement.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of its own")]
pub(super) struct Line {
    pub(super) id: AgreementLineId,
    pub(super) kit: usize,
    pub(super) frequency: Frequency,
    pub(super) start: Date,
    pub(super) end: Option<Date>,
    /// Units agreed for the whole of a month; none where the line is not in force all of it.
    pub(super) agreed: Vec<Option<i64>>,
    /// When how many were agreed, where that is known.
    pub(super) quantities: Vec<(Date, i64)>,
    pub(super) quantity: i64,
    pub(super) prices: Vec<(Date, i64)>,
    /// The agreed price on the first day of a month.
    pub(super) price: Vec<i64>,
    pub(super) counted: Vec<Option<i64>>,
    /// Units and unit cost that a vendor bills.
    pub(super) vendor: Vec<Option<(i64, i64)>>,
    /// The vendor bills a year at once, in these months.
    pub(super) yearly: bool,
    pub(super) billed: Vec<Vec<Bill>>,
    pub(super) custom: bool,
    pub(super) includes: Vec<usize>,
    /// Whether something was planted or put up with it.
    pub(super) touched: bool,
    /// Whether the agreement is charged as it is counted, at least so many as agreed.
    pub(super) by_usage: bool,
}

impl Line {
    /// Whether it is in force for the whole of each month there is.
    pub(super) fn is_steady(&self) -> bool {
        self.quantities.len() <= 1 && self.agreed.iter().all(Option::is_some)
    }

    /// What is usually charged for a month.
    pub(super) fn usual(&self, at: usize) -> Vec<Bill> {
        let units = self.agreed[at].unwrap_or(0);
        vec![Bill { units, price: self.price[at], ..Bill::default() }]
    }
}

/// A discount.
#[derive(Debug, Clone)]
pub(super) struct DiscountPlan {
    pub(super) id: String,
    pub(super) says: String,
    pub(super) from: Date,
    pub(super) until: Option<Date>,
    /// What it takes off in each month.
    pub(super) given: Vec<i64>,
    /// Whether it is on a line of its own.
    pub(super) apart: bool,
    /// Whether the price of a line is lower by it.
    pub(super) in_price: bool,
}

/// A line of a document that is of no agreement.
#[derive(Debug, Clone)]
pub(super) struct Extra {
    pub(super) kit: Option<usize>,
    pub(super) says: String,
    pub(super) units: Option<i64>,
    pub(super) amount: i64,
}

/// What becomes of a month's document between the ledgers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The same in both, paid in both.
    Usual,
    /// Not in the books.
    Missing,
    /// Void in the books.
    Void,
    /// Void in both, and made again.
    VoidInBoth,
    /// The books have a line less.
    Less,
    /// The books are off by a few cents.
    Cents,
    /// The books have a credit memo besides.
    Credited,
    /// The desk took it back by a credit memo, and the books by making it void.
    TakenBack,
    /// Paid in the books, open on the desk.
    OpenOnDesk,
    /// The other way round.
    OpenInBooks,
    /// Half of it paid on the desk, and all in the books.
    HalfOnDesk,
    /// Two documents on the desk, and one in the books.
    Split,
    /// Half paid in both.
    HalfInBoth,
    /// Given up in the books, open on the desk.
    WrittenOff,
    /// Paid on the desk, and not applied yet in the books.
    Unapplied,
    /// Open in both.
    Open,
    /// Paid in the books one month later than on the desk, each for the other's document.
    Crosswise,
}

/// How documents relate to the months that they charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// On the first of the month.
    Same,
    /// On the first of the next one.
    Arrears,
    /// On the 25th of the one before.
    Advance,
}

/// A client.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of its own")]
pub(super) struct Plan {
    pub(super) id: ClientId,
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) agreement: AgreementId,
    pub(super) start: Date,
    pub(super) end: Option<Date>,
    pub(super) style: Style,
    /// Whether documents say the days that they charge for.
    pub(super) says_days: bool,
    /// Whether documents name catalogue entries, and not words alone.
    pub(super) names_entries: bool,
    /// Whether agreements name catalogue entries.
    pub(super) agrees_entries: bool,
    /// Whether its documents are in the books alone.
    pub(super) in_books_alone: bool,
    /// Whether documents name the lines of agreements.
    pub(super) names_lines: bool,
    /// Whether documents say how many.
    pub(super) says_units: bool,
    /// Hundredths of a percent, and the first day.
    pub(super) escalator: Option<(i64, Date)>,
    pub(super) lines: Vec<Line>,
    pub(super) discounts: Vec<DiscountPlan>,
    /// Counts of what no line sells: kit, by month.
    pub(super) loose_counts: Vec<(usize, Vec<Option<i64>>)>,
    pub(super) extras: Vec<Vec<Extra>>,
    pub(super) fates: Vec<Fate>,
    pub(super) tax_percent: i64,
    pub(super) projects: Option<AgreementId>,
    pub(super) block: Option<AgreementId>,
    pub(super) work: Vec<Worked>,
    pub(super) purchases: Vec<Purchase>,
}

impl Plan {
    /// Whether somebody else could tell which month a document charges for: one of the first of a month
    /// that says nothing is taken as that month's.
    pub(super) fn is_clear(&self) -> bool {
        self.says_days || self.style == Style::Same
    }

    /// Where the line of a kit is.
    pub(super) fn line(&self, kit: usize) -> Option<usize> {
        self.lines.iter().position(|line| line.kit == kit)
    }
}
