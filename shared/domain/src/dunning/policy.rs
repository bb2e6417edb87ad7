//! What an organisation wants: the steps, and who is left alone.

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Body, InvoiceDunning, MOST_REMINDERS, NotReminded, Subject};
use crate::{id::ClientId, invoice::Invoice, text::Line};

/// How many steps a policy has at most.
pub const MOST_STEPS: usize = 6;
/// The earliest step: so many days before an invoice is due.
pub const EARLIEST_STEP: i16 = -30;
/// The latest step: so many days after an invoice is due.
pub const LATEST_STEP: i16 = 365;
/// The longest that a policy goes back, in days after an invoice is due.
pub const MOST_DAYS_OVERDUE: i16 = 365;
/// How many clients a policy leaves out at most.
pub const MOST_LEFT_OUT: usize = 200;

/// A reminder to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DunningStep {
    /// How many days after an invoice is due; below zero, before that.
    pub days_after_due: i16,
    /// What the mail is about.
    pub subject: Subject,
    /// What it says.
    pub body: Body,
}

/// A client that nobody reminds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftOutClient {
    /// The client, by the id of any of its records.
    pub client: ClientId,
    /// The last day on which that is so; none for as long as it stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Line<100>>,
}

/// How an organisation reminds of what is open: one record for each organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DunningPolicy {
    /// Whether anybody is reminded at all.
    pub enabled: bool,
    /// From which hour of the day on, on the organisation's clocks: 0 to 23.
    pub hour: i8,
    /// Whether invoices that a source system brought are left out.
    pub own_only: bool,
    /// How long invoices have been due at most, in days.
    pub most_days_overdue: i16,
    /// What is open at least, in smallest units of the organisation's currency.
    pub minimum_minor: i64,
    /// The steps, the earliest first.
    pub steps: Vec<DunningStep>,
    /// Clients that nobody reminds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutClient>,
}

/// Why a policy is none; places count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The hour is none.
    #[error("expected an hour: 0 to 23")]
    Hour,
    /// It is switched on, and there is nothing to send.
    #[error("reminders that are switched on have a step at least")]
    NoSteps,
    /// There are too many steps.
    #[error("expected 6 steps at most")]
    TooManySteps,
    /// A step is too early or too late.
    #[error("expected -30 to 365 days")]
    StepOutOfReach(usize),
    /// A step does not come after the one before it.
    #[error("expected more days than the step before has")]
    NotAscending(usize),
    /// It goes back too far, or not at all.
    #[error("expected 1 to 365 days")]
    MostDaysOverdue,
    /// It does not go back as far as its last step.
    #[error("the last step comes later than that")]
    LastStepTooLate,
    /// What is open at least is below nothing.
    #[error("expected nothing or more")]
    Minimum,
    /// Too many clients are left out.
    #[error("expected 200 clients at most")]
    TooManyLeftOut,
    /// A client stands there twice.
    #[error("the client stands there twice")]
    LeftOutTwice(usize),
}

impl PolicyError {
    /// Which part of a policy it is about, as requests name it.
    pub fn path(self) -> String {
        match self {
            Self::Hour => "hour".to_owned(),
            Self::NoSteps | Self::TooManySteps => "steps".to_owned(),
            Self::StepOutOfReach(place) | Self::NotAscending(place) => {
                format!("steps[{place}].daysAfterDue")
            }
            Self::MostDaysOverdue | Self::LastStepTooLate => "maxDaysOverdue".to_owned(),
            Self::Minimum => "minimumOpen".to_owned(),
            Self::TooManyLeftOut => "leftOut".to_owned(),
            Self::LeftOutTwice(place) => format!("leftOut[{place}].clientId"),
        }
    }
}

/// For how many days something has been due that is due on a day; below zero before that.
pub fn days_overdue(due: Date, today: Date) -> i32 {
    (today - due).get_days()
}

impl DunningPolicy {
    /// The policy of an organisation that has not said anything: nobody is reminded.
    pub const fn none() -> Self {
        Self {
            enabled: false,
            hour: 9,
            own_only: false,
            most_days_overdue: 90,
            minimum_minor: 0,
            steps: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Goes on only if it is one.
    pub fn check(&self) -> Result<(), PolicyError> {
        if !(0..=23).contains(&self.hour) {
            return Err(PolicyError::Hour);
        }
        if !(1..=MOST_DAYS_OVERDUE).contains(&self.most_days_overdue) {
            return Err(PolicyError::MostDaysOverdue);
        }
        if self.minimum_minor < 0 {
            return Err(PolicyError::Minimum);
        }
        self.check_steps()?;
        self.check_left_out()
    }

    fn check_steps(&self) -> Result<(), PolicyError> {
        if self.enabled && self.steps.is_empty() {
            return Err(PolicyError::NoSteps);
        }
        if self.steps.len() > MOST_STEPS {
            return Err(PolicyError::TooManySteps);
        }
        let mut before = None;
        for (place, step) in self.steps.iter().enumerate() {
            if !(EARLIEST_STEP..=LATEST_STEP).contains(&step.days_after_due) {
                return Err(PolicyError::StepOutOfReach(place));
            }
            if before.is_some_and(|before| step.days_after_due <= before) {
                return Err(PolicyError::NotAscending(place));
            }
            before = Some(step.days_after_due);
        }
        if before.is_some_and(|last| last > self.most_days_overdue) {
            return Err(PolicyError::LastStepTooLate);
        }
        Ok(())
    }

    fn check_left_out(&self) -> Result<(), PolicyError> {
        if self.left_out.len() > MOST_LEFT_OUT {
            return Err(PolicyError::TooManyLeftOut);
        }
        let clients: Vec<_> = self.left_out.iter().map(|it| it.client).collect();
        let twice = clients
            .iter()
            .enumerate()
            .find(|(place, client)| clients.iter().take(*place).any(|earlier| earlier == *client));
        twice.map_or(Ok(()), |(place, _)| Err(PolicyError::LeftOutTwice(place)))
    }

    /// Between which due days invoices lie that may be reminded of on a day; none without a step.
    pub fn reach(&self, today: Date) -> Option<(Date, Date)> {
        let first = self.steps.first()?;
        let before = |days: i16| today.saturating_sub(i64::from(days).days());
        Some((before(self.most_days_overdue), before(first.days_after_due)))
    }

    /// The latest step that is reached so many days after something was due. A step before that
    /// is for what is not overdue yet: later its words would be wrong.
    fn reached(&self, days: i32) -> Option<&DunningStep> {
        let reached = |step: &&DunningStep| {
            let after = i32::from(step.days_after_due);
            after <= days && (after >= 0 || days <= 0)
        };
        self.steps.iter().rfind(reached)
    }

    /// The step to remind of an invoice with on a day, as far as that follows from the invoice and
    /// from what was done about it.
    pub fn step_for(
        &self,
        invoice: &Invoice,
        dunning: &InvoiceDunning,
        today: Date,
    ) -> Result<&DunningStep, NotReminded> {
        if !invoice.is_owed() || invoice.balance.minor < 0 {
            return Err(NotReminded::NothingOpen);
        }
        if self.own_only && invoice.origin.is_some() {
            return Err(NotReminded::NotOwn);
        }
        let days = days_overdue(invoice.due_day(), today);
        if days > i32::from(self.most_days_overdue) {
            return Err(NotReminded::TooOld);
        }
        let counts = invoice.day <= today;
        let step = self.reached(days).filter(|_| counts).ok_or(NotReminded::NotDue)?;
        if dunning.last_step().is_some_and(|last| last >= step.days_after_due) {
            return Err(NotReminded::AlreadySent);
        }
        if dunning.hold.is_some() {
            return Err(NotReminded::OnHold);
        }
        if dunning.reminders.len() >= MOST_REMINDERS {
            return Err(NotReminded::TooOften);
        }
        if invoice.home_minor(invoice.balance) < self.minimum_minor {
            return Err(NotReminded::BelowMinimum);
        }
        Ok(step)
    }

    /// Whether a client is left out on a day, by the ids of all its records.
    pub fn leaves_out(&self, records: &[ClientId], today: Date) -> bool {
        self.left_out.iter().any(|left_out| {
            records.contains(&left_out.client) && left_out.until.is_none_or(|until| today <= until)
        })
    }
}
