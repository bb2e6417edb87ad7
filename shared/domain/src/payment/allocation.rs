//! What a payment is used for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Payment, PaymentKind};
use crate::{
    id::{ClientId, InvoiceId, PaymentId},
    invoice::{DocumentKind, Invoice, SettleError},
    money::Money,
};

/// Why a payment is not used like that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// More than it has left.
    #[error("more than is left of the payment")]
    MoreThanLeft,
    /// Nothing, or less.
    #[error("expected more than nothing")]
    Nothing,
    /// The document is another client's, or in another currency.
    #[error("the payment and the document do not go together")]
    Unlike,
    /// As many documents as a payment can be used for.
    #[error("a payment settles at most {MOST} documents")]
    TooMany,
}

/// How many documents one payment can be used for.
const MOST: usize = 200;

/// What is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Settles {
    /// An invoice: less of it is owed.
    Invoice(InvoiceId),
    /// A credit memo: less of it can be used.
    CreditMemo(InvoiceId),
    /// A refund of what a payment has left.
    Refund(PaymentId),
}

impl Settles {
    /// 1 for what uses the payment up, −1 for what adds to it.
    pub const fn sign(self) -> i64 {
        match self {
            Self::Invoice(_) | Self::Refund(_) => 1,
            Self::CreditMemo(_) => -1,
        }
    }

    /// The document, unless it is a refund.
    pub const fn document(self) -> Option<InvoiceId> {
        match self {
            Self::Invoice(id) | Self::CreditMemo(id) => Some(id),
            Self::Refund(_) => None,
        }
    }
}

/// The part of a payment that settles one document, or one part that is used at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Allocation {
    /// What it settles.
    #[serde(flatten)]
    pub settles: Settles,
    /// How much of it, in the payment's currency; never negative.
    pub amount: Money,
    /// The day on which it does: neither before the payment nor before what it settles. None as
    /// long as nothing is known of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// The day from which the age of what it settles is counted: kept here, so that what is open
    /// follows from each record alone. None as long as nothing is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// The day of what it settles, from which it is counted how long that took. None as long as
    /// nothing is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Date>,
    /// Whose that is, if it is not the payment's client: a payment of a parent for what a part of it
    /// was charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// What it settles in the organisation's currency, in smallest units, if that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_minor: Option<i64>,
}

impl Allocation {
    /// A part that is used for a document on a day, or as soon after as the document counts.
    pub fn of(document: &Invoice, minor: i64, day: Date) -> Self {
        let settles = match document.kind {
            DocumentKind::Invoice => Settles::Invoice(document.id),
            DocumentKind::CreditMemo => Settles::CreditMemo(document.id),
        };
        Self {
            settles,
            amount: Money::new(minor, document.total.currency),
            day: Some(day.max(document.day)),
            due: Some(document.due_day()),
            issued: Some(document.day),
            client: None,
            home_minor: document.rate.is_some().then(|| document.home_settled(minor)),
        }
    }
}

impl Payment {
    /// The payment with what is known of the documents that it settles: since when, how old and
    /// whose they are, and what they are worth. Parts that settle others stay as they are. Of documents in
    /// another currency each part is worth its own amount here: only all that settle one together
    /// say what each comes to ([`Invoice::value_settlements`]).
    #[must_use]
    pub fn following<'a>(mut self, document: impl Fn(InvoiceId) -> Option<&'a Invoice>) -> Self {
        for part in &mut self.allocations {
            let Some(document) = part.settles.document().and_then(&document) else { continue };
            part.day = Some(self.day.max(document.day));
            part.due = Some(document.due_day());
            part.issued = Some(document.day);
            part.client = (document.client != self.client).then_some(document.client);
            let alike = document.total.currency == part.amount.currency;
            let abroad = alike && document.rate.is_some();
            part.home_minor = abroad.then(|| document.home_minor(part.amount));
        }
        self
    }

    /// The payment with what its parts come to in the organisation's currency as it was reckoned
    /// before, of those that are the same.
    #[must_use]
    pub fn worth_as(mut self, before: &Self) -> Self {
        for (part, old) in self.allocations.iter_mut().zip(&before.allocations) {
            let same = Allocation { home_minor: part.home_minor, ..old.clone() } == *part;
            if same && part.home_minor.is_some() && old.home_minor.is_some() {
                part.home_minor = old.home_minor;
            }
        }
        self
    }

    /// The documents in another currency than the organisation's that it settles.
    pub fn settles_abroad(&self) -> impl Iterator<Item = InvoiceId> {
        let abroad = self.allocations.iter().filter(|part| part.home_minor.is_some());
        abroad.filter_map(|part| part.settles.document())
    }
}

impl Invoice {
    /// Says of each part that settles the document what it comes to in the organisation's currency, if
    /// the document is in another one: the difference of what is open before and after, each rounded,
    /// so that all parts make up what they settle together. `payments` are all that settle it. Their
    /// parts do so by day and, of one day, in the order of the payments' ids.
    pub fn value_settlements(&self, payments: &mut [Payment]) {
        if self.rate.is_none() {
            return;
        }
        let mut parts: Vec<_> =
            payments.iter_mut().flat_map(|payment| self.parts_in(payment)).collect();
        parts.sort_by_key(|(day, id, _)| (*day, *id));
        let mut open = self.total.minor.saturating_abs();
        for (_, _, part) in parts {
            let left = open.saturating_sub(part.amount.minor);
            let home = |minor| self.home_minor(Money { minor, ..self.total });
            part.home_minor = Some(home(open) - home(left));
            open = left;
        }
    }

    /// The parts of a payment that settle the document, each with its day and its payment.
    fn parts_in<'a>(
        &self,
        payment: &'a mut Payment,
    ) -> impl Iterator<Item = (Date, PaymentId, &'a mut Allocation)> {
        let (document, currency) = (Some(self.id), self.total.currency);
        let Payment { id, day, allocations, .. } = payment;
        let (id, day) = (*id, *day);
        let own = allocations.iter_mut().filter(move |part| {
            part.settles.document() == document && part.amount.currency == currency
        });
        own.map(move |part| (part.day.unwrap_or(day), id, part))
    }
}

impl Invoice {
    /// What settling so much more of it comes to in the organisation's currency: the difference of
    /// what is open before and after, each rounded, so that all parts make up the whole.
    fn home_settled(&self, minor: i64) -> i64 {
        let open = self.balance.minor.saturating_abs();
        let home = |minor| self.home_minor(Money { minor, ..self.balance });
        home(open) - home(open - minor)
    }
}

impl Payment {
    /// The payment used for parts of documents, and the documents with so much less open. A credit
    /// memo adds to what there is to use, so those come first.
    pub fn settling(
        &self,
        parts: &[(&Invoice, i64)],
        day: Date,
    ) -> Result<(Self, Vec<Invoice>), NotSettled> {
        self.settling_among(&[self.client], parts, day)
    }

    /// [`settling`](Self::settling), where these records are one client: what settles a document of
    /// another record than its own says whose that is.
    pub fn settling_among(
        &self,
        records: &[ClientId],
        parts: &[(&Invoice, i64)],
        day: Date,
    ) -> Result<(Self, Vec<Invoice>), NotSettled> {
        let (mut payment, mut settled) = (self.clone(), Vec::with_capacity(parts.len()));
        for (document, minor) in parts {
            let alike = document.total.currency == self.total.currency;
            if !alike || !records.contains(&document.client) {
                return Err(PaymentError::Unlike.into());
            }
            settled.push(document.settled(*minor)?);
            let part = Allocation::of(document, *minor, day.max(self.day));
            let client = (document.client != self.client).then_some(document.client);
            payment = payment.with(Allocation { client, ..part })?;
        }
        Ok((payment, settled))
    }

    /// The payment with a part of what is left of it gone back in a refund.
    pub fn refunded(&self, refund: &Self) -> Result<Self, PaymentError> {
        if (refund.total.currency, refund.client) != (self.total.currency, self.client) {
            return Err(PaymentError::Unlike);
        }
        self.with(Allocation {
            settles: Settles::Refund(refund.id),
            amount: Money { minor: -refund.total.minor, ..refund.total },
            day: Some(refund.day.max(self.day)),
            due: Some(refund.day),
            issued: None,
            client: None,
            home_minor: refund.rate.is_some().then(|| -refund.home_minor(refund.total.minor)),
        })
    }

    /// The payment with one more allocation.
    fn with(&self, allocation: Allocation) -> Result<Self, PaymentError> {
        let minor = allocation.amount.minor;
        if minor <= 0 {
            return Err(PaymentError::Nothing);
        }
        if self.allocations.len() >= MOST {
            return Err(PaymentError::TooMany);
        }
        let left = self.unapplied.minor - allocation.settles.sign() * minor;
        let fits = match self.kind {
            PaymentKind::Received | PaymentKind::Credit | PaymentKind::WriteOff => left >= 0,
            // What went back is made up for, step by step.
            PaymentKind::Refund => (self.total.minor..=0).contains(&left),
        };
        if !fits {
            return Err(PaymentError::MoreThanLeft);
        }
        let mut with = self.clone();
        with.unapplied.minor = left;
        with.allocations.push(allocation);
        Ok(with)
    }
}

/// Why a payment and documents do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSettled {
    /// It is the payment's fault.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// It is a document's.
    #[error(transparent)]
    Document(#[from] SettleError),
}
