//! Handing reminders over to whoever delivers mails.

use std::time::Duration;

use clearmargin_domain::{
    dunning::{DunningPolicy, InvoiceDunning, NotReminded, Reminder, Values},
    id::InvoiceId,
    identity::{Email, Organization},
    invoice::Invoice,
    money::Money,
};
use clearmargin_store::Stored;
use jiff::{SignedDuration, civil::Date};
use serde_json::json;

use super::{
    TRIES,
    judge::{Due, Judge, Verdict},
    stored,
};
use crate::{
    Ctx, Error, books,
    clients::{self, ClientGroup},
    jobs::Outcome,
    mail, organizations,
    tries::Tries,
};

/// How long a worker that has begun is left to it: longer than one may run.
const TAKEN: SignedDuration = SignedDuration::from_mins(2);

/// The worker's part: looks whether all that spoke for the reminder still does, hands the mail over
/// and notes that. Otherwise the reminder is withdrawn, and says why. Who begins notes that first, so
/// that two at once send one mail; killed between the mail and the note, it sends twice rather than
/// never.
pub(crate) async fn hand_over(ctx: &Ctx, id: InvoiceId, place: usize) -> Result<Outcome, Error> {
    let Some(waiting) = waiting(ctx, id, place).await? else { return Ok(Outcome::Done) };
    let taken = waiting.reminders.get(place).and_then(|reminder| reminder.taken_at);
    if taken.is_some_and(|at| ctx.now.duration_since(at) < TAKEN) {
        return Ok(Outcome::Later(TAKEN.unsigned_abs()));
    }
    if !take(ctx, &waiting, place).await? {
        return Ok(Outcome::Later(Duration::ZERO));
    }
    let letter = letter(ctx, &waiting, place).await?;
    let withdrawn = match letter {
        Ok(letter) => {
            mail::send(&ctx.app, &letter.to, &letter.subject, letter.text).await?;
            None
        }
        Err(why) => Some(why),
    };
    let mut tries = Tries::most(TRIES);
    loop {
        match note(ctx, id, place, withdrawn).await {
            Err(met) if tries.again(&met) => {}
            done => return done.map(|()| Outcome::Done),
        }
    }
}

/// What was done about the invoice, if that reminder still waits to be handed over.
async fn waiting(
    ctx: &Ctx,
    id: InvoiceId,
    place: usize,
) -> Result<Option<Stored<InvoiceDunning>>, Error> {
    let dunning = ctx.tenant().get::<InvoiceDunning>(id).await?;
    Ok(dunning.filter(|dunning| dunning.waiting(place).is_some()))
}

/// The same with that reminder changed.
fn with(dunning: &InvoiceDunning, place: usize, change: impl Fn(&mut Reminder)) -> InvoiceDunning {
    let mut changed = dunning.clone();
    changed.reminders.get_mut(place).into_iter().for_each(change);
    changed
}

/// Notes that it is being handed over; whether nobody else was faster.
async fn take(ctx: &Ctx, old: &Stored<InvoiceDunning>, place: usize) -> Result<bool, Error> {
    let new = with(old, place, |reminder| reminder.taken_at = Some(ctx.now));
    let detail = json!({"reminder": place});
    let mut change = ctx.tenant().change(ctx.audit("invoice.reminderTaken", old.invoice, detail));
    change.update(old, &new)?;
    Ok(change.attempt().await?)
}

async fn note(
    ctx: &Ctx,
    id: InvoiceId,
    place: usize,
    withdrawn: Option<NotReminded>,
) -> Result<(), Error> {
    let Some(old) = waiting(ctx, id, place).await? else { return Ok(()) };
    let new = with(&old, place, |reminder| {
        reminder.withdrawn = withdrawn;
        reminder.handed_over_at = withdrawn.is_none().then_some(ctx.now);
    });
    let detail = json!({"reminder": place, "withdrawn": withdrawn});
    let mut change = ctx.tenant().change(ctx.audit("invoice.reminderHandedOver", id, detail));
    change.update(&old, &new)?;
    Ok(change.commit().await?)
}

/// A mail.
struct Letter {
    to: Email,
    subject: String,
    text: String,
}

/// The mail of a reminder as things are now, or why there is none any more.
async fn letter(
    ctx: &Ctx,
    dunning: &InvoiceDunning,
    place: usize,
) -> Result<Result<Letter, NotReminded>, Error> {
    let Some(reminder) = dunning.waiting(place) else { return Ok(Err(NotReminded::AlreadySent)) };
    let Some(policy) = stored(ctx).await?.filter(|policy| policy.enabled) else {
        return Ok(Err(NotReminded::SwitchedOff));
    };
    let Some(invoice) = ctx.tenant().get::<Invoice>(dunning.invoice).await? else {
        return Ok(Err(NotReminded::NothingOpen));
    };
    let organization = organizations::own(ctx, ctx.org).await?;
    let today = books::today_in(ctx, &organization)?;
    let group = match clients::group_of(ctx, invoice.client).await {
        Ok(group) => group,
        Err(Error::NotFound(_)) => return Ok(Err(NotReminded::NoBillingContact)),
        Err(error) => return Err(error),
    };
    let mut judge = Judge::of(ctx, today, group.clone()).await?;
    let due = match judge.verdict(&policy, &invoice, &dunning.without(place)).await? {
        Verdict::Due(due) if due.step == reminder.days_after_due => due,
        Verdict::Due(_) => return Ok(Err(NotReminded::Superseded)),
        Verdict::Not(why) => return Ok(Err(why)),
    };
    let of = Of { policy: &policy, invoice: &invoice, organization: &organization, group: &group };
    let words = of.words(&due, today);
    Ok(words.map_or(Err(NotReminded::Superseded), |(subject, text)| {
        Ok(Letter { to: reminder.to.clone(), subject, text })
    }))
}

/// What a mail is made of.
struct Of<'a> {
    policy: &'a DunningPolicy,
    invoice: &'a Invoice,
    organization: &'a Organization,
    group: &'a ClientGroup,
}

impl Of<'_> {
    /// Subject and text.
    fn words(&self, due: &Due, today: Date) -> Option<(String, String)> {
        let mut steps = self.policy.steps.iter();
        let step = steps.find(|step| step.days_after_due == due.step)?;
        let values = Values {
            client: self.group.name(),
            number: self.invoice.number.as_deref().unwrap_or("(no number)"),
            due: self.invoice.due_day(),
            open: self.invoice.balance,
            total: self.invoice.total,
            today,
            owed_in_all: Money::new(due.owed_minor, self.organization.currency),
            organization: self.organization.name.as_str(),
        };
        Some((step.subject.filled(&values), step.body.filled(&values)))
    }
}
