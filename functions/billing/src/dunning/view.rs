//! Policies and reminders as they are told.

use clearmargin_domain::{
    dunning::{DunningPolicy, DunningStep, InvoiceDunning, LeftOutClient, NotReminded, Reminder},
    money::{Currency, Money},
};
use clearmargin_web::{Amount, schema};
use serde::Serialize;

/// How clients are reminded of what is open.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DunningPolicyView {
    /// Whether anybody is reminded at all.
    enabled: bool,
    /// From which hour of the day on, on the organisation's clocks.
    #[schema(minimum = 0, maximum = 23)]
    hour: i8,
    /// Whether invoices that a source system brought are left out.
    own_only: bool,
    /// For how many days invoices have been due at most.
    #[schema(minimum = 1, maximum = 365)]
    max_days_overdue: i16,
    /// What is open of an invoice at least.
    minimum_open: Amount,
    /// The currency of that: the organisation's.
    #[schema(example = "USD")]
    currency: String,
    /// The steps, the earliest first.
    steps: Vec<DunningStepView>,
    /// Clients that nobody reminds.
    left_out: Vec<LeftOutClientView>,
}

/// A reminder to come.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct DunningStepView {
    /// How many days after an invoice is due; below zero, before that.
    days_after_due: i16,
    /// What the mail is about.
    subject: String,
    /// What it says.
    body: String,
}

/// A client that nobody reminds.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct LeftOutClientView {
    /// The client, by the id of one of its records.
    client_id: String,
    /// The last day on which that is so; null for as long as it stands here.
    #[schema(format = Date, example = "2026-12-31")]
    until: Option<String>,
    /// Why.
    reason: Option<String>,
}

/// What was done about an invoice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvoiceDunningView {
    /// The invoice.
    invoice_id: String,
    /// That nobody is reminded of it; null unless it is held.
    hold: Option<HoldView>,
    /// Its reminders, the earliest first.
    reminders: Vec<ReminderView>,
}

/// That nobody is reminded of an invoice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct HoldView {
    /// Why.
    #[schema(example = "disputed")]
    reason: String,
    /// Since when.
    #[schema(schema_with = schema::moment)]
    since: String,
}

/// A reminder of an invoice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReminderView {
    /// The step: how many days after the invoice was due.
    days_after_due: i16,
    /// To whom.
    #[schema(example = "billing@acmedental.com")]
    to: String,
    /// When it was ordered.
    #[schema(schema_with = schema::moment)]
    at: String,
    /// When it was handed over to whoever delivers mails; null as long as it waits for that, and where
    /// it was withdrawn.
    #[schema(example = "2026-10-15T12:00:02Z")]
    handed_over_at: Option<String>,
    /// Why it was not handed over after all, such as `nothing_open` for what was paid meanwhile; null
    /// unless it was withdrawn.
    #[schema(example = "nothing_open")]
    withdrawn: Option<&'static str>,
}

impl DunningPolicyView {
    pub(crate) fn new(policy: &DunningPolicy, currency: Currency) -> Self {
        Self {
            enabled: policy.enabled,
            hour: policy.hour,
            own_only: policy.own_only,
            max_days_overdue: policy.most_days_overdue,
            minimum_open: Amount(Money::new(policy.minimum_minor, currency)),
            currency: currency.to_string(),
            steps: policy.steps.iter().map(DunningStepView::new).collect(),
            left_out: policy.left_out.iter().map(LeftOutClientView::new).collect(),
        }
    }
}

impl DunningStepView {
    fn new(step: &DunningStep) -> Self {
        Self {
            days_after_due: step.days_after_due,
            subject: step.subject.as_str().to_owned(),
            body: step.body.as_str().to_owned(),
        }
    }
}

impl LeftOutClientView {
    fn new(left_out: &LeftOutClient) -> Self {
        Self {
            client_id: left_out.client.to_string(),
            until: left_out.until.map(|until| until.to_string()),
            reason: left_out.reason.as_ref().map(|reason| reason.as_str().to_owned()),
        }
    }
}

impl InvoiceDunningView {
    pub(crate) fn new(dunning: &InvoiceDunning) -> Self {
        let hold = dunning.hold.as_ref().map(|hold| HoldView {
            reason: hold.reason.as_str().to_owned(),
            since: hold.since.to_string(),
        });
        Self {
            invoice_id: dunning.invoice.to_string(),
            hold,
            reminders: dunning.reminders.iter().map(ReminderView::new).collect(),
        }
    }
}

impl ReminderView {
    fn new(reminder: &Reminder) -> Self {
        Self {
            days_after_due: reminder.days_after_due,
            to: reminder.to.as_str().to_owned(),
            at: reminder.at.to_string(),
            handed_over_at: reminder.handed_over_at.map(|at| at.to_string()),
            withdrawn: reminder.withdrawn.map(NotReminded::as_str),
        }
    }
}
