//! What is told of a leak.

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::{AgreementId, ClientId, ServiceId},
    money::Money,
    period::Month,
    source::Source,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// The kinds of leaks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum LeakKind {
            $($(#[$doc])* $name,)*
        }

        impl LeakKind {
            /// Every kind.
            pub const ALL: [Self; 17] = [$(Self::$name,)*];

            /// The name in JSON and keys.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

kinds! {
    /// More devices are looked after than the agreement says.
    EndpointsOverContract = "endpoints_over_contract";
    /// More people or licences.
    SeatsOverContract = "seats_over_contract";
    /// Something is delivered that no agreement sells.
    DeliveredWithoutContract = "delivered_without_contract";
    /// A line of an agreement is on no invoice.
    LineNotInvoiced = "line_not_invoiced";
    /// Invoices charge fewer units than were agreed.
    QuantityBelowContract = "quantity_below_contract";
    /// Approved work waits longer than a billing cycle.
    UnbilledTime = "unbilled_time";
    /// Work that the agreement charges was logged as internal or not billable.
    BillableLoggedOtherwise = "billable_logged_otherwise";
    /// Charged at less than the agreed rate, or without the multiplier of after hours.
    WrongRate = "wrong_rate";
    /// Work beyond the included time is not charged.
    OverrunNotBilled = "overrun_not_billed";
    /// An agreed rise of price is not charged.
    UpliftNotApplied = "uplift_not_applied";
    /// A vendor's price rose and ours did not.
    MarginBelowFloor = "margin_below_floor";
    /// Charged, while the vendor bills it no more, or never did.
    BilledWithoutVendor = "billed_without_vendor";
    /// A discount is given after its end.
    DiscountPastEnd = "discount_past_end";
    /// An invoice is not in the books, or for less.
    MissingInBooks = "missing_in_books";
    /// Paid in one ledger and open in the other.
    PaidInOneLedger = "paid_in_one_ledger";
    /// A purchase that the client is to pay was not charged.
    ExpenseNotRebilled = "expense_not_rebilled";
    /// A price far below that of other clients.
    PriceOutlier = "price_outlier";
}

/// What the money of a leak is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bearing {
    /// It can be charged or collected.
    Recoverable,
    /// The client may be charged too much: to be looked at, and never added to what is recoverable.
    OverBilling,
}

impl LeakKind {
    /// What its money is.
    pub const fn bearing(self) -> Bearing {
        match self {
            Self::BilledWithoutVendor => Bearing::OverBilling,
            _ => Bearing::Recoverable,
        }
    }
}

impl LeakKind {
    /// Whether it comes again every month, so that one month alone says little.
    pub(super) const fn is_monthly(self) -> bool {
        !matches!(
            self,
            Self::UnbilledTime
                | Self::BillableLoggedOtherwise
                | Self::WrongRate
                | Self::OverrunNotBilled
                | Self::MissingInBooks
                | Self::PaidInOneLedger
                | Self::ExpenseNotRebilled
        )
    }
}

/// Where a row of evidence is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ledger {
    /// What was agreed.
    Contract,
    /// What was counted.
    Usage,
    /// What the service desk's side charged.
    Desk,
    /// What the books say.
    Books,
    /// What was paid.
    Payments,
    /// What was worked.
    Time,
    /// What vendors charged.
    Vendor,
    /// What the catalogue, or other clients' agreements, say.
    Catalogue,
}

impl Ledger {
    /// The ledger whose documents a system holds.
    pub(super) const fn of(system: Source) -> Self {
        match system {
            Source::SuperOps => Self::Desk,
            Source::QuickBooks => Self::Books,
        }
    }
}

/// What kind of record a row of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// An agreement.
    Agreement,
    /// A line of an agreement.
    AgreementLine,
    /// A discount of an agreement.
    AgreedDiscount,
    /// A count.
    UsageCount,
    /// An invoice or credit memo.
    Document,
    /// A payment.
    Payment,
    /// A piece of work.
    TimeEntry,
    /// A vendor's bill or another purchase.
    Purchase,
    /// A catalogue entry.
    Service,
}

/// A record that a leak follows from, and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Where it is from.
    pub ledger: Ledger,
    /// The system that it was read from; none for what was made here, or where it does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What kind of record.
    pub record: RecordKind,
    /// Its id.
    pub id: String,
    /// The day that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
    /// The price or cost of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Money>,
    /// What it comes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub says: String,
}

impl Evidence {
    /// A row that says nothing yet.
    pub(super) fn of(ledger: Ledger, record: RecordKind, id: &impl ToString) -> Self {
        Self {
            ledger,
            source: None,
            record,
            id: id.to_string(),
            day: None,
            quantity: None,
            unit_price: None,
            amount: None,
            says: String::new(),
        }
    }

    pub(super) fn from(mut self, source: Option<Source>) -> Self {
        self.source = source;
        self
    }

    pub(super) fn on(mut self, day: Date) -> Self {
        self.day = Some(day);
        self
    }

    pub(super) fn many(mut self, quantity: impl Into<Option<Decimal>>) -> Self {
        self.quantity = quantity.into().map(|it| it.normalize());
        self
    }

    pub(super) fn at(mut self, unit_price: impl Into<Option<Money>>) -> Self {
        self.unit_price = unit_price.into();
        self
    }

    pub(super) fn amounting(mut self, amount: Money) -> Self {
        self.amount = Some(amount);
        self
    }

    pub(super) fn saying(mut self, says: &str) -> Self {
        says.clone_into(&mut self.says);
        self
    }
}

/// How sure a leak is: it begins at 100 and each doubt takes off what the table of
/// `docs/leaks.md` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Confidence {
    /// From 0 to 100.
    pub percent: u8,
    /// The doubts, each with what it takes off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
}

/// Money that goes lost, or is charged too much, with the proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Leak {
    /// What kind.
    pub kind: LeakKind,
    /// Whose.
    pub client: ClientId,
    /// Names the leak in every run, whatever it comes to by then.
    pub key: String,
    /// The agreement, if it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementId>,
    /// The catalogue entry, if it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// What the money is.
    pub bearing: Bearing,
    /// The rule in words, with its figures.
    pub rule: String,
    /// The first day that it is of.
    pub first_seen: Date,
    /// All of it.
    pub total: Money,
    /// What it comes to in each month; together the total.
    pub months: BTreeMap<Month, Money>,
    /// How sure it is.
    pub confidence: Confidence,
    /// The records that it follows from, by ledger.
    pub evidence: Vec<Evidence>,
}
