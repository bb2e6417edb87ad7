//! What documents and payments did to what a client owes, one after the other.

use jiff::civil::Date;

use crate::{
    id::{InvoiceId, PaymentId},
    invoice::{DocumentKind, DocumentState, Invoice},
    payment::{Payment, PaymentKind},
};

/// What something on a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MovementKind {
    /// Something was charged.
    Invoice,
    /// Something was given back.
    CreditMemo,
    /// A document was taken back.
    Void,
    /// Money came in.
    Payment,
    /// Money went back.
    Refund,
    /// What will not come any more was given up.
    WriteOff,
    /// What follows from no document or payment of the time itself.
    Other,
}

impl MovementKind {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditMemo => "credit_memo",
            Self::Void => "void",
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::WriteOff => "write_off",
            Self::Other => "other",
        }
    }
}

/// A change of what a client owes, in the organisation's currency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Movement {
    /// The day on which it counts.
    pub day: Date,
    /// What it is.
    pub kind: MovementKind,
    /// The document, if it is one's.
    pub document: Option<InvoiceId>,
    /// The payment, if it is one's.
    pub payment: Option<PaymentId>,
    /// The number on the document, or what the payment goes by.
    pub reference: Option<String>,
    /// By how much more is owed, in smallest units; less is negative.
    pub minor: i64,
}

impl Invoice {
    /// What it does to a statement: the same as [`postings`](Self::postings) add up to.
    pub fn movements(&self) -> Vec<Movement> {
        let kind = match self.kind {
            DocumentKind::Invoice => MovementKind::Invoice,
            DocumentKind::CreditMemo => MovementKind::CreditMemo,
        };
        let whole = self.home_minor(self.total);
        let movement = |day, kind, minor| Movement {
            day,
            kind,
            document: Some(self.id),
            payment: None,
            reference: self.number.clone(),
            minor,
        };
        match self.state {
            DocumentState::Draft => Vec::new(),
            DocumentState::Issued => vec![movement(self.day, kind, whole)],
            DocumentState::Void { on } => {
                vec![movement(self.day, kind, whole), movement(on, MovementKind::Void, -whole)]
            }
        }
    }
}

impl Payment {
    /// What it does to a statement on its own day. What it settles moves nothing of the client's
    /// altogether, but for what currencies gain or lose and for what is another client's.
    pub fn movement(&self) -> Option<Movement> {
        let kind = match self.kind {
            PaymentKind::Received => MovementKind::Payment,
            PaymentKind::Refund => MovementKind::Refund,
            PaymentKind::WriteOff => MovementKind::WriteOff,
            PaymentKind::Credit => return None,
        };
        Some(Movement {
            day: self.day,
            kind,
            document: None,
            payment: Some(self.id),
            reference: self.reference.clone(),
            minor: -self.home_minor(self.total.minor),
        })
    }
}
