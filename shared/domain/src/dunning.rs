//! Reminders of what is open: by which steps, in which words, and who is left alone.
//!
//! A step is reached so many days after an invoice is due, or before that. On a day only the latest
//! step that is reached counts, and only if neither it nor a later one went out before. So an invoice
//! gets each step at most once and one mail a day at most, however late somebody looks.

mod policy;
mod record;
mod run;
mod template;

use serde::{Deserialize, Serialize};

pub use policy::{
    DunningPolicy, DunningStep, EARLIEST_STEP, LATEST_STEP, LeftOutClient, MOST_DAYS_OVERDUE,
    MOST_LEFT_OUT, MOST_STEPS, PolicyError, days_overdue,
};
pub use record::{Hold, InvoiceDunning, MOST_REMINDERS, Reminder};
pub use run::{DunningCounts, DunningRun};
pub use template::{Body, Placeholder, Subject, TemplateError, Values};

/// Why nobody is reminded of an invoice on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotReminded {
    /// It is no invoice of which something is open: paid, taken back, a draft, or a credit memo.
    NothingOpen,
    /// A source system brought it, and only own invoices are reminded of.
    NotOwn,
    /// No step is reached.
    NotDue,
    /// It has been due for longer than the policy goes back.
    TooOld,
    /// The step that is reached went out before, or a later one did.
    AlreadySent,
    /// Somebody holds it, such as where it is disputed.
    OnHold,
    /// It was reminded of as often as is noted of one invoice.
    TooOften,
    /// Less is open than is worth a reminder.
    BelowMinimum,
    /// Its client is left out.
    ClientLeftOut,
    /// The client's credit makes up for all that it owes.
    Credit,
    /// No contact of the client has an address for bills.
    NoBillingContact,
    /// Reminders were switched off meanwhile.
    SwitchedOff,
    /// Another step was reached meanwhile, or the step is there no longer.
    Superseded,
}

impl NotReminded {
    /// Every reason.
    pub const ALL: [Self; 13] = [
        Self::NothingOpen,
        Self::NotOwn,
        Self::NotDue,
        Self::TooOld,
        Self::AlreadySent,
        Self::OnHold,
        Self::TooOften,
        Self::BelowMinimum,
        Self::ClientLeftOut,
        Self::Credit,
        Self::NoBillingContact,
        Self::SwitchedOff,
        Self::Superseded,
    ];

    /// A stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingOpen => "nothing_open",
            Self::NotOwn => "not_own",
            Self::NotDue => "not_due",
            Self::TooOld => "too_old",
            Self::AlreadySent => "already_sent",
            Self::OnHold => "on_hold",
            Self::TooOften => "too_often",
            Self::BelowMinimum => "below_minimum",
            Self::ClientLeftOut => "client_left_out",
            Self::Credit => "credit",
            Self::NoBillingContact => "no_billing_contact",
            Self::SwitchedOff => "switched_off",
            Self::Superseded => "superseded",
        }
    }
}

#[cfg(test)]
mod tests;
