//! Many invoices at once, each in a transaction of its own.
//!
//! With an `Idempotency-Key` each item has a key that follows from it and from the item's place. So
//! what was done before somebody gave up, or was killed, is met and not done again.

use clearmargin_domain::{access::Action, id::InvoiceId, invoice::Invoice, payment::PaymentMethod};
use clearmargin_store::Stored;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{DraftChange, NewPayment, create, issue, pay, void, write_off};
use crate::{Ctx, Error, Idempotency, Precondition};

/// How many items one request has at most.
pub const MOST_ITEMS: usize = 100;
/// How often an item is tried again that met another change.
const TRIES: usize = 8;

/// What is to be done to an item.
#[derive(Debug, Clone)]
pub enum BulkStep {
    /// Drafts it.
    Create(Box<DraftChange>),
    /// Issues it.
    Issue(InvoiceId),
    /// Takes it back since a day, today unless somebody says.
    Void(InvoiceId, Option<Date>),
    /// Gives up what is open of it.
    WriteOff {
        /// Which invoice.
        id: InvoiceId,
        /// The day on which it counts; today unless somebody says.
        day: Option<Date>,
        /// Why.
        reason: String,
    },
    /// Takes in a payment of what is open of it.
    MarkPaid {
        /// Which invoice.
        id: InvoiceId,
        /// The day on which it came in; today unless somebody says.
        day: Option<Date>,
        /// How it was paid.
        method: Option<PaymentMethod>,
        /// The number that the bank or the client gives it.
        reference: Option<String>,
    },
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkOutcome {
    /// The invoice; none where none was made.
    pub invoice: Option<InvoiceId>,
    /// Why it was left as it was; none if it was done.
    pub refused: Option<BulkRefusal>,
}

/// Why an item was left as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRefusal {
    /// A stable word for the reason.
    pub code: String,
    /// The value that is refused, if it is one.
    pub path: Option<String>,
    /// The reason, for people.
    pub message: String,
}

impl BulkStep {
    fn invoice(&self) -> Option<InvoiceId> {
        match self {
            Self::Create(_) => None,
            Self::Issue(id)
            | Self::Void(id, _)
            | Self::WriteOff { id, .. }
            | Self::MarkPaid { id, .. } => Some(*id),
        }
    }
}

/// Does one thing after the other, each exactly once or not at all, whatever becomes of the others.
pub async fn bulk(ctx: &Ctx, steps: Vec<BulkStep>) -> Result<Vec<BulkOutcome>, Error> {
    ctx.require(Action::InvoicesWrite)?;
    if let Some(outcomes) = ctx.replay().await? {
        return Ok(outcomes);
    }
    begin(ctx, steps.len()).await?;
    let (mut outcomes, mut settled) = (Vec::with_capacity(steps.len()), true);
    for (place, step) in steps.iter().enumerate() {
        let (outcome, stays) = outcome(&under(ctx, &place.to_string()), step).await?;
        outcomes.push(outcome);
        settled &= stays;
    }
    if !settled {
        // What met something passing is done when the request is repeated.
        return Ok(outcomes);
    }
    let done = outcomes.iter().filter(|outcome| outcome.refused.is_none()).count();
    let detail = json!({"items": outcomes.len(), "done": done});
    // What was done stands already: this is who asked, and the answer if the same is asked again.
    let change = ctx.tenant().change(ctx.audit("invoices.bulk", ctx.org, detail));
    ctx.commit(change, outcomes).await
}

/// Binds the request's key to what is asked before any of it is done: the same key with another
/// question does nothing at all.
async fn begin(ctx: &Ctx, items: usize) -> Result<(), Error> {
    if ctx.idempotency.is_none() {
        return Ok(());
    }
    let ctx = under(ctx, "begun");
    if ctx.replay::<Value>().await?.is_some() {
        return Ok(());
    }
    let audit = ctx.audit("invoices.bulkBegun", ctx.org, json!({"items": items}));
    let change = ctx.tenant().change(audit);
    ctx.commit(change, json!({})).await.map(|_| ())
}

/// The context of a part of the request, with a key of its own.
fn under(ctx: &Ctx, part: &str) -> Ctx {
    let of = |asked: &Idempotency| {
        Idempotency::new(format!("{}|{part}", asked.key), asked.fingerprint.clone())
    };
    Ctx { idempotency: ctx.idempotency.as_ref().map(of), ..ctx.clone() }
}

/// What becomes of an item, and whether that stays so.
async fn outcome(ctx: &Ctx, step: &BulkStep) -> Result<(BulkOutcome, bool), Error> {
    let mut left = TRIES;
    loop {
        left -= 1;
        let error = match carry_out(ctx, step).await {
            Ok(id) => return Ok((BulkOutcome { invoice: Some(id), refused: None }, true)),
            Err(error) => error,
        };
        let passing = is_passing(&error);
        // The same request may have done it since: then it is told as done, not as in the way.
        let again = passing || done_meanwhile(ctx, &error).await?;
        if again && left > 0 {
            continue;
        }
        let refused = Some(refusal(error)?);
        return Ok((BulkOutcome { invoice: step.invoice(), refused }, !passing));
    }
}

async fn done_meanwhile(ctx: &Ctx, error: &Error) -> Result<bool, Error> {
    let refused = matches!(error, Error::Conflict { .. } | Error::NotFound(_) | Error::Invalid(_));
    Ok(refused && ctx.replay::<Value>().await?.is_some())
}

fn is_passing(error: &Error) -> bool {
    match error {
        Error::Conflict { code, .. } => ["changed_meanwhile", "in_progress"].contains(code),
        Error::Unavailable(_) => true,
        _ => false,
    }
}

/// The refusal of an item; what is wrong with the request as a whole, or with us, goes on.
fn refusal(error: Error) -> Result<BulkRefusal, Error> {
    let message = error.to_string();
    let refusal = |code: &str, path| BulkRefusal { code: code.to_owned(), path, message };
    match error {
        Error::NotFound(_) => Ok(refusal("not_found", None)),
        Error::Conflict { code, .. } => Ok(refusal(code, None)),
        Error::Unavailable(_) => Ok(refusal("unavailable", None)),
        Error::Invalid(fields) => {
            let field = fields.into_iter().next();
            let (path, message) = field.map(|it| (it.path, it.message)).unzip();
            let message = message.unwrap_or_default();
            Ok(BulkRefusal { code: "invalid".to_owned(), path, message })
        }
        error => Err(error),
    }
}

async fn carry_out(ctx: &Ctx, step: &BulkStep) -> Result<InvoiceId, Error> {
    let any = &Precondition::None;
    let id = |document: Stored<Invoice>| document.id;
    match step.clone() {
        BulkStep::Create(new) => create(ctx, *new).await.map(id),
        BulkStep::Issue(invoice) => issue(ctx, invoice, any).await.map(id),
        BulkStep::Void(invoice, day) => void(ctx, invoice, day, any).await.map(id),
        BulkStep::WriteOff { id, day, reason } => {
            write_off(ctx, id, day, reason).await.map(|paid| paid.invoice.id)
        }
        BulkStep::MarkPaid { id, day, method, reference } => {
            let new = NewPayment { amount: None, day, method, reference, rate: None };
            pay(ctx, id, new).await.map(|paid| paid.invoice.id)
        }
    }
}
