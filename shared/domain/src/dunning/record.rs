//! What was done about one invoice.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::NotReminded;
use crate::{id::InvoiceId, identity::Email, text::Line};

/// How many reminders are noted of an invoice.
pub const MOST_REMINDERS: usize = 50;

/// That nobody is reminded of an invoice, such as where it is disputed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// Why, for people.
    pub reason: Line<200>,
    /// Since when.
    pub since: Timestamp,
}

/// A reminder of an invoice. Whom it goes to does not print into logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reminder {
    /// The step: how many days after the invoice was due.
    pub days_after_due: i16,
    /// The day of the run that ordered it, on the organisation's clocks.
    pub day: Date,
    /// When it was ordered.
    pub at: Timestamp,
    /// To whom.
    pub to: Email,
    /// When a worker last began to hand it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Timestamp>,
    /// When it was handed over to whoever delivers mails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over_at: Option<Timestamp>,
    /// Why it was not handed over after all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<NotReminded>,
}

impl Reminder {
    /// A reminder that waits to be handed over.
    pub fn ordered(days_after_due: i16, day: Date, at: Timestamp, to: Email) -> Self {
        let (taken_at, handed_over_at) = (None, None);
        Self { days_after_due, day, at, to, taken_at, handed_over_at, withdrawn: None }
    }

    /// Whether it still is to be handed over.
    pub fn waits(&self) -> bool {
        self.handed_over_at.is_none() && self.withdrawn.is_none()
    }
}

/// What was done about an invoice: one record for each of which anything was. It stands beside the
/// invoice, since what a source brought is replaced whenever it is read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceDunning {
    /// The invoice.
    pub invoice: InvoiceId,
    /// That nobody is reminded of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// Its reminders, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<Reminder>,
}

impl InvoiceDunning {
    /// Of an invoice of which nothing was done.
    pub const fn none(invoice: InvoiceId) -> Self {
        Self { invoice, hold: None, reminders: Vec::new() }
    }

    /// The latest step that went out or is on its way. One that was withdrawn does not count.
    pub fn last_step(&self) -> Option<i16> {
        let counting = self.reminders.iter().filter(|reminder| reminder.withdrawn.is_none());
        counting.map(|reminder| reminder.days_after_due).max()
    }

    /// Whether the run of a day ordered one.
    pub fn was_ordered_on(&self, day: Date) -> bool {
        self.reminders.iter().any(|reminder| reminder.day == day && reminder.withdrawn.is_none())
    }

    /// The reminder at a place, if it still is to be handed over.
    pub fn waiting(&self, place: usize) -> Option<&Reminder> {
        self.reminders.get(place).filter(|reminder| reminder.waits())
    }

    /// The same without the reminder at a place: how it looked before.
    #[must_use]
    pub fn without(&self, place: usize) -> Self {
        let mut before = self.clone();
        if place < before.reminders.len() {
            before.reminders.remove(place);
        }
        before
    }
}
