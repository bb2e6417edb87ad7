//! Which kinds of leaks there are.

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
    pub const fn is_monthly(self) -> bool {
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
