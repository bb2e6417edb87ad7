//! Recurring invoices: what an agreement charges for in a month, line by line, and why.
//!
//! Money is divided by the day and nothing of it is lost: what a part of a span costs is what has
//! been charged by its last day less what was charged before its first, each rounded to the
//! smallest unit. So however a span is cut, by the end of a line, the beginning of another or a
//! new price, parts at one price make up that price.

mod charges;
mod hours;
mod reason;
mod schedule;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    agreement::Days,
    billing::{LineQuantity, UnitPrice},
    id::{AgreementId, AgreementLineId, ClientId, InvoiceId, ServiceId},
    money::Money,
    period::Month,
    service::Offering,
};

pub use charges::{Agreed, charges};
pub use hours::{
    ClaimedBy, ClaimedTime, Hourly, Hours, HoursLine, MOST_CLAIMED, Work, charged_by,
    charges_hours, hours,
};
pub use reason::{Reason, Unbilled, WhyNot};
pub use schedule::{
    BillingDay, InvalidDay, LeftOut, LeftOutAs, RecurringRun, RecurringSchedule, RunCounts,
    ScheduleTerms,
};

/// What a recurring invoice is for: there is one for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BilledPeriod {
    /// The agreement.
    pub agreement: AgreementId,
    /// The month.
    pub month: Month,
}

/// That an agreement was billed for a month. It is written with the draft and goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Billed {
    /// What was billed.
    #[serde(flatten)]
    pub period: BilledPeriod,
    /// By which invoice.
    pub invoice: InvoiceId,
    /// Whether by the schedule, and nobody asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub scheduled: bool,
    /// The client's records of which it charges work of the month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub time_of: Vec<ClientId>,
}

/// How many of something a client has, and when that was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    /// How many.
    pub number: u32,
    /// The day of the count.
    pub day: Date,
}

/// What a client has as far as it was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// People who are looked after.
    pub users: Option<Count>,
    /// Devices that are looked after.
    pub devices: Option<Count>,
}

/// A line of a recurring invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurringLine {
    /// The line of the agreement.
    pub line: AgreementLineId,
    /// The catalogue entry sold.
    pub service: Option<ServiceId>,
    /// Work or product.
    pub offering: Offering,
    /// The days that it is for.
    pub days: Days,
    /// How many units are charged.
    pub units: LineQuantity,
    /// What a unit costs over the whole span.
    pub unit_price: Money,
    /// What it comes to.
    pub amount: Money,
    /// Why it is so much.
    pub reasons: Vec<Reason>,
}

/// What an agreement charges for in a month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Charges {
    /// What is charged.
    pub lines: Vec<RecurringLine>,
    /// What is not, although it may be owed.
    pub unbilled: Vec<Unbilled>,
}

impl RecurringLine {
    /// For how many of how many days it is, if not for all of its span.
    fn share(&self) -> Option<(i64, i64)> {
        self.reasons.iter().find_map(|reason| match reason {
            Reason::Prorated { days, of } => Some((*days, *of)),
            _ => None,
        })
    }

    /// The days that it charges for, unless it is charged once.
    pub fn recurs(&self) -> Option<Days> {
        (!self.reasons.contains(&Reason::Once)).then_some(self.days)
    }

    /// What an invoice multiplies: the units and their price or, of a part of a span, one and the
    /// amount, since no price of a unit makes up every part to the cent.
    pub fn factors(&self) -> Option<(LineQuantity, UnitPrice)> {
        let (quantity, price) = match self.share() {
            None => (self.units, self.unit_price),
            Some(_) => (LineQuantity::ONE, self.amount),
        };
        Some((quantity, UnitPrice::try_from(price.major()).ok()?))
    }

    /// What an invoice says of it: the name, the days and, of a part of a span, what of what.
    pub fn text(&self, name: &str) -> String {
        let Days { first, last } = self.days;
        if self.reasons.contains(&Reason::Once) {
            return name.to_owned();
        }
        let Some((days, of)) = self.share() else {
            return format!("{name}, {first} to {last}");
        };
        let (units, price) = (Decimal::from(self.units), self.unit_price);
        format!("{name}, {first} to {last} ({days} of {of} days of {units} × {price})")
    }
}

impl Charges {
    /// Whether something is left out that could not be computed, and not only what is charged
    /// otherwise: an invoice without it would pass over money that may be owed.
    pub fn is_incomplete(&self) -> bool {
        self.unbilled.iter().any(|unbilled| unbilled.why.is_gap())
    }
}
