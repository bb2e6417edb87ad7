//! Orders to workers: what travels through the queue.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    id::{
        AnalysisRunId, BulkId, ClientId, CostRateId, InvitationId, InvoiceId, OrgId, OutboxId,
        PaymentId, SyncRunId, UserId,
    },
    period::Month,
    source::Source,
};

/// Something a worker is to do. Carries ids, not data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    content = "payload",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Job {
    /// Read the next page of a run.
    SyncPage {
        /// The system.
        source: Source,
        /// The run.
        run: SyncRunId,
        /// The page: the run's `step` at which this message is due.
        step: u64,
    },
    /// Look for clients of two systems that are one.
    MatchClients {
        /// The run after which to look.
        run: SyncRunId,
    },
    /// Have payments follow the documents that they settle.
    FollowDocuments {
        /// Those that were moved.
        documents: Vec<InvoiceId>,
        /// Payments that were written just now, which lists may not have yet.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        payments: Vec<PaymentId>,
    },
    /// Cost worked time anew after a rate was set.
    Recost {
        /// The rate.
        rate: CostRateId,
        /// The first day it applies.
        from: Date,
        /// The month to work on.
        month: Month,
    },
    /// Measure open tickets anew after what is promised has changed.
    MeasureTickets {
        /// Where the next ones are; none for the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
    },
    /// Do the next parts of a change of many tickets.
    ChangeTickets {
        /// Which change.
        run: BulkId,
    },
    /// Cost worked time anew after a technician's role changed.
    RecostRoles {
        /// The month to work on.
        month: Month,
    },
    /// Bill the next agreements of a month, as the organisation's schedule wants it.
    BillRecurring {
        /// The month.
        month: Month,
        /// The run's `step` at which this message is due.
        step: u32,
    },
    /// Remind of the next invoices of a day, as the organisation's policy wants it.
    RemindOfInvoices {
        /// The day, on the organisation's clocks.
        day: Date,
        /// The run's `step` at which this message is due.
        step: u32,
    },
    /// Have a client's work of a month say on which invoice it is.
    MarkTime {
        /// The client's record.
        client: ClientId,
        /// The month.
        month: Month,
    },
    /// Begin a run of all analyses, since a source was read and something had changed.
    BeginAnalysis,
    /// Do a step of a run of all analyses.
    Analyse {
        /// The run.
        run: AnalysisRunId,
        /// How many of its steps are done when this message is due.
        step: usize,
    },
    /// Have what a run found put in other words.
    Rephrase {
        /// The run.
        run: AnalysisRunId,
    },
    /// Mail a link to prove an address.
    SendVerification {
        /// Whose.
        user: UserId,
    },
    /// Mail a link to choose a new password, if anybody has the address.
    SendReset {
        /// The address, as the hash that signing in is looked up by.
        address_hash: String,
    },
    /// Mail a link to join.
    SendInvitation {
        /// To what.
        invitation: InvitationId,
    },
    /// Mail an invoice.
    SendInvoice {
        /// Which invoice.
        invoice: InvoiceId,
        /// Which of its sendings, by its place.
        sending: usize,
    },
    /// Mail a reminder of an invoice.
    SendReminder {
        /// Which invoice.
        invoice: InvoiceId,
        /// Which of its reminders, by its place.
        reminder: usize,
    },
    /// Write the next part of an organisation's data to the archive.
    ExportOrganization {
        /// Which part.
        part: usize,
    },
    /// Remove an organisation whose time to be kept is over.
    PurgeOrganization,
}

/// Which workers carry a job out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worker {
    /// Those that read source systems and compute.
    Sync,
    /// Those that analyse.
    Analysis,
    /// Those that reach people.
    Delivery,
}

impl Job {
    /// Which workers carry it out.
    pub fn worker(&self) -> Worker {
        match self {
            Self::SyncPage { .. }
            | Self::MatchClients { .. }
            | Self::FollowDocuments { .. }
            | Self::Recost { .. }
            | Self::MeasureTickets { .. }
            | Self::ChangeTickets { .. }
            | Self::RecostRoles { .. }
            | Self::BillRecurring { .. }
            | Self::RemindOfInvoices { .. }
            | Self::MarkTime { .. }
            | Self::ExportOrganization { .. }
            | Self::PurgeOrganization => Worker::Sync,
            Self::BeginAnalysis | Self::Analyse { .. } | Self::Rephrase { .. } => Worker::Analysis,
            Self::SendVerification { .. }
            | Self::SendReset { .. }
            | Self::SendInvitation { .. }
            | Self::SendInvoice { .. }
            | Self::SendReminder { .. } => Worker::Delivery,
        }
    }
}

/// A job on its way: the envelope of every queue message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// Identifies the message; a repeat carries the same.
    pub id: OutboxId,
    /// The shape of the payload.
    pub version: u16,
    /// The tenant.
    pub org_id: OrgId,
    /// When the order was given.
    pub occurred_at: Timestamp,
    /// The request or message that caused it.
    pub request_id: String,
    /// The order.
    #[serde(flatten)]
    pub job: Job,
}

impl Envelope {
    /// The version written today.
    pub const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_back_as_itself() {
        let org = OrgId::new(Timestamp::UNIX_EPOCH, 1);
        let message = Envelope {
            id: OutboxId::derived(&["1"]),
            version: Envelope::VERSION,
            org_id: org,
            occurred_at: Timestamp::UNIX_EPOCH,
            request_id: "req".to_owned(),
            job: Job::SyncPage {
                source: Source::SuperOps,
                run: SyncRunId::new(Timestamp::UNIX_EPOCH, 2),
                step: 7,
            },
        };
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Envelope>(&text).unwrap(), message);
    }
}
