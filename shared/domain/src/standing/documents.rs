//! What invoices, and what settles them, add.

use jiff::civil::Date;

use super::{Standing, StandingBucket, StandingDelta, StandingOf};
use crate::{
    id::ClientId,
    invoice::{DocumentKind, DocumentState, Invoice},
    money::divide_half_even,
    payment::{Allocation, Payment, PaymentKind, Settles},
    period::Month,
};

/// The most days that a part is weighted with: ten years. What is later is no slower payer but a
/// wrong day.
const MOST_DAYS: i32 = 3_653;

impl StandingDelta {
    /// What a document adds: an invoice that counts, or did.
    pub fn of_document(document: &Invoice) -> Self {
        let mut delta = Self::default();
        if document.kind == DocumentKind::Invoice && document.was_issued() {
            let (day, standing) = stands(document);
            delta.of_client(document.client, Month::of(document.day), day, standing);
        }
        delta
    }

    /// What a payment adds: each part that settles an invoice of which it is known when it was
    /// issued.
    pub fn of_payment(payment: &Payment) -> Self {
        let mut delta = Self::default();
        let mut credit = credit(payment);
        for (part, home) in payment.allocations.iter().zip(payment.home_parts()) {
            if !matches!(part.settles, Settles::Invoice(_)) {
                continue;
            }
            let by_credit = credit.min(part.amount.minor);
            credit -= by_credit;
            let by_credit = share(home, by_credit, part.amount.minor);
            let Some(issued) = part.issued else { continue };
            let none = Standing::default();
            let standing = match payment.kind {
                PaymentKind::Received => Standing {
                    credited_minor: by_credit,
                    ..with_money(payment, part, issued, home - by_credit)
                },
                PaymentKind::Credit => Standing { credited_minor: home, ..none },
                PaymentKind::WriteOff => Standing { written_off_minor: home, ..none },
                PaymentKind::Refund => none,
            };
            let client = part.client.unwrap_or(payment.client);
            delta.of_client(client, Month::of(issued), None, standing);
        }
        delta
    }

    fn of_client(&mut self, client: ClientId, month: Month, day: Option<Date>, sums: Standing) {
        for of in [StandingOf::Invoices, StandingOf::InvoicesOf(client)] {
            self.add(StandingBucket { of, month, day }, sums);
        }
    }
}

/// Where an invoice that counts or did stands, and the day it was due if something is open.
fn stands(invoice: &Invoice) -> (Option<Date>, Standing) {
    let total = invoice.home_minor(invoice.total);
    let open = invoice.home_minor(invoice.balance);
    let none = Standing::default();
    match invoice.state {
        DocumentState::Draft => (None, none),
        DocumentState::Void { .. } => (None, Standing { void: 1, void_minor: total, ..none }),
        DocumentState::Issued if invoice.balance.minor == 0 => {
            (None, Standing { paid: 1, paid_minor: total, ..none })
        }
        DocumentState::Issued if invoice.balance == invoice.total => {
            let standing = Standing { unsettled: 1, unsettled_minor: total, ..none };
            (Some(invoice.due_day()), standing)
        }
        DocumentState::Issued => {
            let partial = Standing { partial: 1, partial_minor: total, ..none };
            (Some(invoice.due_day()), Standing { partial_open_minor: open, ..partial })
        }
    }
}

/// What of a payment is no money but the credit of memos, in its own currency: its first parts are
/// settled by that.
fn credit(payment: &Payment) -> i64 {
    let parts = payment.allocations.iter();
    let used = parts.filter(|part| matches!(part.settles, Settles::CreditMemo(_)));
    used.map(|part| part.amount.minor).sum()
}

/// `part` ÷ `whole` of an amount, half to even; nothing of nothing.
fn share(minor: i64, part: i64, whole: i64) -> i64 {
    let share = divide_half_even(i128::from(minor) * i128::from(part), whole.into());
    share.and_then(|share| i64::try_from(share).ok()).unwrap_or_default()
}

/// A part that was paid with money.
fn with_money(payment: &Payment, part: &Allocation, issued: Date, minor: i64) -> Standing {
    let paid = part.day.unwrap_or(payment.day);
    let days = (paid - issued).get_days().clamp(0, MOST_DAYS);
    let in_time = part.due.is_none_or(|due| paid <= due);
    Standing {
        money_minor: minor,
        on_time_minor: if in_time { minor } else { 0 },
        money_days: minor.saturating_mul(days.into()),
        ..Standing::default()
    }
}
