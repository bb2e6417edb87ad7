//! Making a document: from what it charges for to what it comes to, and then to a number.

use jiff::civil::Date;

use super::{Computed, DocumentKind, DocumentState, Invoice, InvoiceLine, LineCharge, TaxAmount};
use crate::{
    agreement::Days,
    billing::{
        BillingError, ChargeTotals, Discount, LineQuantity, TaxCode, TaxRounding, Terms, Totals,
        UnitPrice, totals,
    },
    exchange::ExchangeRate,
    id::{ClientId, InvoiceId, ServiceId, TaxCodeId},
    money::{Currency, Money},
    recurring::BilledPeriod,
    service::Offering,
};

/// A line to charge for, or to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    /// The catalogue entry.
    pub service: Option<ServiceId>,
    /// Work or product.
    pub offering: Offering,
    /// What it says.
    pub description: String,
    /// How much of it.
    pub quantity: LineQuantity,
    /// The price of one.
    pub unit_price: UnitPrice,
    /// What is taken off.
    pub discount: Option<Discount>,
    /// Which taxes it bears.
    pub tax_code: Option<TaxCodeId>,
    /// The days that it charges for, if it recurs.
    pub recurs: Option<Days>,
}

/// A document as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Charges or gives back.
    pub kind: DocumentKind,
    /// Whose it is.
    pub client: ClientId,
    /// The day it counts for.
    pub day: Date,
    /// The day it is due.
    pub due: Option<Date>,
    /// The currency of every amount.
    pub currency: Currency,
    /// What that is worth, if it is not the organisation's.
    pub rate: Option<ExchangeRate>,
    /// What it charges for.
    pub lines: Vec<DraftLine>,
    /// What is taken off the sum of the lines.
    pub discount: Option<Discount>,
    /// Whether prices include tax.
    pub includes_tax: bool,
    /// Where tax is rounded.
    pub rounding: TaxRounding,
    /// What it says to the client.
    pub memo: String,
    /// The client's own number for it.
    pub reference: Option<String>,
    /// The invoice that a credit memo corrects.
    pub corrects: Option<InvoiceId>,
    /// What it bills, if it is a recurring invoice.
    pub recurring: Option<BilledPeriod>,
}

impl Draft {
    /// The document under that id, computed; `codes` has every tax code that the lines name.
    pub fn computed(self, id: InvoiceId, codes: &[TaxCode]) -> Result<Invoice, BillingError> {
        let terms = Terms {
            currency: self.currency,
            discount: self.discount,
            includes_tax: self.includes_tax,
            rounding: self.rounding,
        };
        let charges: Vec<_> = self.lines.iter().map(|line| line.charge(0, 0).charge()).collect();
        let totals = totals(&charges, codes, terms)?;
        let signed = Signed::of(&self);
        let taxes = signed.taxes(&totals);
        let lines = self.lines.into_iter().zip(&totals.lines);
        let lines = lines.map(|(line, totals)| line.into_line(totals, signed)).collect();
        let computed = Computed {
            discount: self.discount,
            includes_tax: self.includes_tax,
            rounding: self.rounding,
            taxes,
            recurring: self.recurring,
        };
        Ok(Invoice {
            id,
            kind: self.kind,
            state: DocumentState::Draft,
            number: None,
            client: self.client,
            day: self.day,
            due: self.due,
            lines,
            computed: Some(computed),
            tax: signed.money(totals.tax),
            total: signed.money(totals.total),
            balance: signed.money(totals.total),
            rate: self.rate,
            memo: self.memo,
            reference: self.reference,
            corrects: self.corrects,
            sendings: Vec::new(),
            origin: None,
        })
    }
}

/// The sign and the currency of a document's amounts.
#[derive(Clone, Copy)]
struct Signed {
    sign: i64,
    currency: Currency,
}

impl Signed {
    fn of(draft: &Draft) -> Self {
        let sign = match draft.kind {
            DocumentKind::Invoice => 1,
            DocumentKind::CreditMemo => -1,
        };
        Self { sign, currency: draft.currency }
    }

    fn money(self, minor: i64) -> Money {
        Money::new(self.sign * minor, self.currency)
    }

    fn taxes(self, totals: &Totals) -> Vec<TaxAmount> {
        let amount = |rate: &crate::billing::RateTotals| TaxAmount {
            by: rate.by.clone(),
            base: self.money(rate.base),
            amount: self.money(rate.tax),
        };
        totals.rates.iter().map(amount).collect()
    }
}

impl DraftLine {
    fn charge(&self, discount_minor: i64, tax_minor: i64) -> LineCharge {
        LineCharge {
            quantity: self.quantity,
            unit_price: self.unit_price,
            discount: self.discount,
            discount_minor,
            tax_code: self.tax_code,
            tax_minor,
        }
    }

    fn into_line(self, totals: &ChargeTotals, signed: Signed) -> InvoiceLine {
        let discount = totals.discount + totals.document_discount;
        InvoiceLine {
            units: None,
            charge: Some(self.charge(discount, totals.tax)),
            service: self.service,
            offering: self.offering,
            description: self.description,
            amount: signed.money(totals.net),
            recurs: self.recurs,
        }
    }
}

/// Why a draft is not issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// It is no draft any more.
    #[error("it is no draft any more")]
    NoDraft,
    /// There is nothing on it.
    #[error("it has no lines")]
    Empty,
}

impl Invoice {
    /// The draft issued under a number.
    pub fn issued(&self, number: String) -> Result<Self, IssueError> {
        if self.state != DocumentState::Draft {
            return Err(IssueError::NoDraft);
        }
        if self.lines.is_empty() {
            return Err(IssueError::Empty);
        }
        Ok(Self { state: DocumentState::Issued, number: Some(number), ..self.clone() })
    }
}
