//! When invoices were paid, by what settled them.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{Payment, PaymentKind, Settles};
use crate::{id::InvoiceId, invoice::Invoice, money::Money};

/// A part of a payment that settles an invoice.
#[derive(Debug, Clone, Copy)]
struct Part {
    day: Date,
    amount: Money,
    is_money: bool,
}

/// What is known to have settled invoices.
#[derive(Debug, Default)]
pub struct Settlings {
    parts: HashMap<InvoiceId, Vec<Part>>,
}

impl Settlings {
    /// Adds what a payment settles.
    pub fn add(&mut self, payment: &Payment) {
        let is_money = payment.kind == PaymentKind::Received;
        for part in &payment.allocations {
            if let Settles::Invoice(id) = part.settles {
                let day = part.day.unwrap_or(payment.day);
                self.parts.entry(id).or_default().push(Part { day, amount: part.amount, is_money });
            }
        }
    }

    /// The day on which an invoice was paid: the last on which something settled it, once nothing is
    /// open. None while something is, if what is known does not make up the whole, or if it was no money
    /// that came last: what is credited or written off in the end was not paid.
    pub fn paid_on(&self, invoice: &Invoice) -> Option<Date> {
        let parts = self.parts.get(&invoice.id)?;
        let mut sum = 0_i64;
        for part in parts {
            let alike = part.amount.currency == invoice.total.currency;
            sum = sum.checked_add(part.amount.minor).filter(|_| alike)?;
        }
        let last = parts.iter().map(|part| part.day).max()?;
        let paid = parts.iter().any(|part| part.day == last && part.is_money);
        (invoice.balance.minor == 0 && sum == invoice.total.minor && paid)
            .then_some(last.max(invoice.day))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;
    use crate::{
        id::{ClientId, PaymentId},
        invoice::{DocumentKind, DocumentState},
        money::Currency,
        payment::Allocation,
    };

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn invoice(open: i64) -> Invoice {
        Invoice {
            id: InvoiceId::derived(&["bill"]),
            kind: DocumentKind::Invoice,
            state: DocumentState::Issued,
            number: None,
            client: ClientId::new(Timestamp::UNIX_EPOCH, 1),
            day: date(2026, 3, 1),
            due: Some(date(2026, 3, 31)),
            lines: Vec::new(),
            computed: None,
            tax: usd(0),
            total: usd(10_000),
            balance: usd(open),
            rate: None,
            memo: String::new(),
            reference: None,
            corrects: None,
            sendings: Vec::new(),
            origin: None,
        }
    }

    fn payment(kind: PaymentKind, day: Date, minor: i64) -> Payment {
        Payment {
            id: PaymentId::derived(&[&day.to_string(), kind.as_str()]),
            kind,
            client: ClientId::new(Timestamp::UNIX_EPOCH, 1),
            day,
            method: None,
            reference: None,
            total: usd(minor),
            unapplied: usd(0),
            allocations: vec![Allocation::of(&invoice(0), minor, day)],
            rate: None,
            origin: None,
        }
    }

    fn settlings(payments: &[Payment]) -> Settlings {
        let mut settlings = Settlings::default();
        for payment in payments {
            settlings.add(payment);
        }
        settlings
    }

    #[test]
    fn it_is_paid_on_the_day_of_the_last_part_in_whatever_order_they_come() {
        let parts = [
            payment(PaymentKind::Received, date(2026, 4, 20), 4_000),
            payment(PaymentKind::Received, date(2026, 4, 2), 5_000),
            payment(PaymentKind::Credit, date(2026, 3, 20), 1_000),
        ];
        assert_eq!(settlings(&parts).paid_on(&invoice(0)), Some(date(2026, 4, 20)));
        let ahead = payment(PaymentKind::Received, date(2026, 2, 1), 10_000);
        assert_eq!(settlings(&[ahead]).paid_on(&invoice(0)), Some(date(2026, 3, 1)));
    }

    #[test]
    fn what_is_open_or_unknown_or_given_up_was_not_paid() {
        let part = payment(PaymentKind::Received, date(2026, 4, 2), 9_000);
        let known = settlings(std::slice::from_ref(&part));
        assert_eq!(known.paid_on(&invoice(1_000)), None);
        assert_eq!(known.paid_on(&invoice(0)), None);
        assert_eq!(Settlings::default().paid_on(&invoice(0)), None);
        for kind in [PaymentKind::WriteOff, PaymentKind::Credit] {
            let given = payment(kind, date(2026, 5, 1), 1_000);
            assert_eq!(settlings(&[part.clone(), given]).paid_on(&invoice(0)), None);
        }
        let euros = Money::new(10_000, "EUR".parse().unwrap());
        let mut strange = payment(PaymentKind::Received, date(2026, 4, 2), 10_000);
        strange.allocations[0].amount = euros;
        assert_eq!(settlings(&[strange]).paid_on(&invoice(0)), None);
    }
}
