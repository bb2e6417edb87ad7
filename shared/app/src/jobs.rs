//! What workers do with a message.

use std::time::Duration;

use clearmargin_domain::job::{Envelope, Job};

use crate::{
    App, Error, analyses, dunning, identity, invitations, invoices, matching, organizations,
    recost::{self, Whose},
    recurring, sync, tickets,
};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done, or was done before.
    Done,
    /// It is to come again after this time: a limit is reached, or a source system is away.
    Later(Duration),
}

/// Carries out a message. Repeating one changes nothing.
pub async fn run(app: &App, message: &Envelope) -> Result<Outcome, Error> {
    let ctx = app.for_message(message);
    match &message.job {
        Job::SyncPage { run, step, .. } => sync::page(&ctx, *run, *step).await,
        Job::MatchClients { .. } => matching::run(&ctx).await,
        Job::FollowDocuments { documents, payments } => {
            sync::follow(&ctx, documents, payments).await
        }
        Job::Recost { .. } | Job::RecostRoles { .. }
            if recost::is_early(&ctx, message.occurred_at).await? =>
        {
            Ok(Outcome::Later(recost::WAIT))
        }
        Job::Recost { rate, from, month } => {
            recost::run(&ctx, Whose::Rate(*rate, *from), *month).await
        }
        Job::RecostRoles { month } => recost::run(&ctx, Whose::Everybody, *month).await,
        Job::MeasureTickets { cursor } => tickets::measure(&ctx, cursor.as_deref()).await,
        Job::ChangeTickets { run } => tickets::run_bulk(&ctx, *run).await,
        Job::BillRecurring { month, step } => recurring::step(&ctx, *month, *step).await,
        Job::RemindOfInvoices { day, step } => dunning::step(&ctx, *day, *step).await,
        Job::MarkTime { client, month } => recurring::mark_next(&ctx, *client, *month).await,
        Job::BeginAnalysis => analyses::begin_after_sync(&ctx, message.occurred_at).await,
        Job::Analyse { run, step } => analyses::step(&ctx, *run, *step, message.occurred_at).await,
        Job::Rephrase { run } => analyses::rephrase(&ctx, *run).await,
        Job::SendVerification { user } => {
            identity::send_verification(&ctx, *user).await.map(|()| Outcome::Done)
        }
        Job::SendReset { address_hash } => {
            identity::send_reset(&ctx, address_hash).await.map(|()| Outcome::Done)
        }
        Job::SendInvitation { invitation } => {
            invitations::send(&ctx, *invitation).await.map(|()| Outcome::Done)
        }
        Job::SendInvoice { invoice, sending } => {
            invoices::hand_over(&ctx, *invoice, *sending).await.map(|()| Outcome::Done)
        }
        Job::SendReminder { invoice, reminder } => {
            dunning::hand_over(&ctx, *invoice, *reminder).await
        }
        Job::ExportOrganization { part } => organizations::export_part(&ctx, *part).await,
        Job::PurgeOrganization => organizations::purge(&ctx).await,
    }
}
