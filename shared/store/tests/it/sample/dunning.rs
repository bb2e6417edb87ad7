//! Reminders of what is open.

use clearmargin_domain::{
    dunning::{
        Body, DunningCounts, DunningPolicy, DunningRun, DunningStep, Hold, InvoiceDunning,
        LeftOutClient, NotReminded, Reminder, Subject,
    },
    id::{ClientId, InvoiceId},
    identity::Email,
};
use jiff::civil::date;

use super::DAY;
use crate::bench::NOW;

pub(crate) fn dunning_policy() -> DunningPolicy {
    let step = |days_after_due| DunningStep {
        days_after_due,
        subject: Subject::try_from("{{number}} is due".to_owned()).unwrap(),
        body: Body::try_from("Dear {{client}},\nplease pay {{open}}.".to_owned()).unwrap(),
    };
    DunningPolicy {
        enabled: true,
        hour: 8,
        own_only: true,
        most_days_overdue: 60,
        minimum_minor: 500,
        steps: vec![step(-3), step(7)],
        left_out: vec![LeftOutClient {
            client: ClientId::new(NOW, 2),
            until: Some(DAY),
            reason: Some("pays by direct debit".parse().unwrap()),
        }],
    }
}

pub(crate) fn dunning_run() -> DunningRun {
    let run = DunningRun::begun(DAY, (date(2026, 8, 16), date(2026, 10, 18)), NOW);
    let mut counts = DunningCounts { looked_at: 25, ordered: 3, failed: 1, ..Default::default() };
    counts.leave(NotReminded::AlreadySent);
    run.went_on(&counts, Some("cursor".to_owned()), NOW)
}

pub(crate) fn invoice_dunning() -> InvoiceDunning {
    let to: Email = "bills@example.com".parse().unwrap();
    let reminder = |days| Reminder::ordered(days, DAY, NOW, to.clone());
    InvoiceDunning {
        invoice: InvoiceId::new(NOW, 1),
        hold: Some(Hold { reason: "disputed".parse().unwrap(), since: NOW }),
        reminders: vec![
            Reminder { taken_at: Some(NOW), handed_over_at: Some(NOW), ..reminder(-3) },
            Reminder { withdrawn: Some(NotReminded::OnHold), ..reminder(7) },
        ],
    }
}
