//! Documents as they are told.

use clearmargin_domain::{
    billing::Discount,
    invoice::{DocumentKind, DocumentState, Invoice, InvoiceLine, Sending, TaxAmount},
    money::{Currency, Money},
    recurring::BilledPeriod,
    service::Offering,
    source::Source,
};
use clearmargin_web::{Amount, Ratio, schema};
use jiff::civil::Date;
use serde::Serialize;

/// An invoice or a credit memo, without its lines. Amounts of a credit memo are negative.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvoiceRow {
    /// Its id.
    #[schema(example = "inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// `invoice` or `credit_memo`.
    #[schema(example = "invoice")]
    kind: &'static str,
    /// `draft`, `sent`, `partially_paid`, `paid`, `overdue` or `void`, as of today on the
    /// organisation's clocks.
    #[schema(example = "sent")]
    status: &'static str,
    /// The number on it; null as long as it is a draft.
    #[schema(example = "INV-000042")]
    number: Option<String>,
    /// The client's record whose it is.
    client_id: String,
    /// The day it counts for.
    #[schema(format = Date, example = "2026-10-15")]
    day: String,
    /// The day it is due.
    #[schema(format = Date, example = "2026-11-14")]
    due: Option<String>,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Before tax, after discounts.
    net: Amount,
    /// All taxes.
    tax: Amount,
    /// What is to be paid.
    total: Amount,
    /// What is still open.
    balance: Amount,
    /// The system that it comes from; null for one made here.
    #[schema(value_type = Option<String>, example = "quickbooks")]
    source: Option<Source>,
}

impl InvoiceRow {
    pub(crate) fn new(invoice: &Invoice, today: Date) -> Self {
        let net = Money { minor: invoice.total.minor - invoice.tax.minor, ..invoice.total };
        Self {
            id: invoice.id.to_string(),
            kind: match invoice.kind {
                DocumentKind::Invoice => "invoice",
                DocumentKind::CreditMemo => "credit_memo",
            },
            status: invoice.status_on(today).as_str(),
            number: invoice.number.clone(),
            client_id: invoice.client.to_string(),
            day: invoice.day.to_string(),
            due: invoice.due.map(|due| due.to_string()),
            currency: invoice.total.currency.to_string(),
            net: Amount(net),
            tax: Amount(invoice.tax),
            total: Amount(invoice.total),
            balance: Amount(invoice.balance),
            source: invoice.origin.as_ref().map(|origin| origin.source),
        }
    }
}

/// An invoice or a credit memo.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvoiceView {
    /// What it comes to.
    #[serde(flatten)]
    row: InvoiceRow,
    /// Its lines.
    lines: Vec<InvoiceLineView>,
    /// Each tax; null for what a source brought, which tells no more than their sum.
    taxes: Option<Vec<TaxView>>,
    /// What is taken off the sum of the lines.
    discount: Option<DiscountView>,
    /// Whether prices include tax; null for what a source brought.
    prices_include_tax: Option<bool>,
    /// Units of the organisation's currency for one of its own; null where that is the same.
    exchange_rate: Option<Ratio>,
    /// Who said so: `manual` or `quickbooks`.
    exchange_rate_source: Option<&'static str>,
    /// The total in the organisation's currency; null where that is the same.
    home_total: Option<Amount>,
    /// What it says to the client.
    memo: Option<String>,
    /// The client's own number for it.
    reference: Option<String>,
    /// The invoice that a credit memo corrects.
    corrects_id: Option<String>,
    /// What it bills; null unless it is a recurring invoice.
    recurring: Option<BilledPeriodView>,
    /// To whom it was sent, the earliest first.
    sendings: Vec<SendingView>,
    /// Since when it counts for nothing; null unless it is void.
    #[schema(format = Date, example = "2026-11-02")]
    voided_on: Option<String>,
}

/// That a document was sent to somebody.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct SendingView {
    /// To whom.
    #[schema(example = "billing@acmedental.com")]
    to: String,
    /// When it was asked for.
    #[schema(schema_with = schema::moment)]
    at: String,
    /// When it was handed over to whoever delivers mails; null as long as it waits for that.
    #[schema(example = "2026-10-15T12:00:02Z")]
    handed_over_at: Option<String>,
}

/// What a recurring invoice bills.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct BilledPeriodView {
    /// The agreement.
    agreement_id: String,
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
}

/// The days that a line that recurs charges for, both included.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RecursView {
    /// The first.
    #[schema(format = Date, example = "2026-10-01")]
    from: String,
    /// The last.
    #[schema(format = Date, example = "2026-10-31")]
    to: String,
}

/// A line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvoiceLineView {
    /// The catalogue entry.
    service_id: Option<String>,
    /// Work or product.
    #[schema(schema_with = schema::offering)]
    offering: Offering,
    /// What it says.
    #[schema(example = "Managed services, October")]
    description: String,
    /// How much of it; null for what a source brought.
    quantity: Option<Ratio>,
    /// The price of one.
    unit_price: Option<Ratio>,
    /// What is taken off the line.
    discount: Option<DiscountView>,
    /// What that comes to, with its share of the document's discount.
    discount_amount: Option<Amount>,
    /// Which taxes it bears.
    tax_code_id: Option<String>,
    /// What they come to.
    tax: Option<Amount>,
    /// The days that it charges for, if it recurs; null for what is charged once, and where nobody
    /// says.
    recurs: Option<RecursView>,
    /// Before tax, after discounts.
    net: Amount,
}

/// A tax over the whole document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaxView {
    /// The code.
    tax_code_id: String,
    /// What it is called.
    #[schema(example = "State sales tax")]
    name: String,
    /// How much of the base, in percent.
    percent: Ratio,
    /// What bears it, before any tax.
    base: Amount,
    /// The tax.
    amount: Amount,
}

/// What is taken off: a share or an amount.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiscountView {
    /// The share in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<Ratio>,
    /// The amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
}

impl DiscountView {
    fn new(discount: Discount, currency: Currency) -> Self {
        match discount {
            Discount::Percent(percent) => {
                Self { percent: Some(Ratio(percent.into())), amount: None }
            }
            Discount::Minor(minor) => {
                Self { percent: None, amount: Some(Amount(Money::new(minor, currency))) }
            }
        }
    }
}

impl InvoiceView {
    pub(crate) fn new(invoice: &Invoice, today: Date) -> Self {
        let currency = invoice.total.currency;
        let computed = invoice.computed.as_ref();
        let discount = computed.and_then(|computed| computed.discount);
        let home = |rate: &clearmargin_domain::exchange::ExchangeRate| {
            Amount(Money::new(invoice.home_minor(invoice.total), rate.to))
        };
        Self {
            row: InvoiceRow::new(invoice, today),
            lines: invoice.lines.iter().map(InvoiceLineView::new).collect(),
            taxes: computed.map(|it| it.taxes.iter().map(TaxView::new).collect()),
            discount: discount.map(|discount| DiscountView::new(discount, currency)),
            prices_include_tax: computed.map(|it| it.includes_tax),
            exchange_rate: invoice.rate.map(|rate| Ratio(rate.rate)),
            exchange_rate_source: invoice.rate.map(|rate| rate.source.as_str()),
            home_total: invoice.rate.as_ref().map(home),
            memo: Some(invoice.memo.clone()).filter(|memo| !memo.is_empty()),
            reference: invoice.reference.clone(),
            corrects_id: invoice.corrects.map(|id| id.to_string()),
            recurring: invoice.recurring().map(BilledPeriodView::new),
            sendings: invoice.sendings.iter().map(SendingView::new).collect(),
            voided_on: match invoice.state {
                DocumentState::Void { on } => Some(on.to_string()),
                DocumentState::Draft | DocumentState::Issued => None,
            },
        }
    }
}

impl SendingView {
    fn new(sending: &Sending) -> Self {
        Self {
            to: sending.to.as_str().to_owned(),
            at: sending.at.to_string(),
            handed_over_at: sending.handed_over_at.map(|at| at.to_string()),
        }
    }
}

impl BilledPeriodView {
    fn new(period: BilledPeriod) -> Self {
        Self { agreement_id: period.agreement.to_string(), month: period.month.to_string() }
    }
}

impl InvoiceLineView {
    fn new(line: &InvoiceLine) -> Self {
        let (charge, currency) = (line.charge, line.amount.currency);
        let amount = |minor| Amount(Money::new(minor, currency));
        Self {
            service_id: line.service.map(|id| id.to_string()),
            offering: line.offering,
            description: line.description.clone(),
            quantity: line.quantity().map(Ratio),
            unit_price: line.unit_price().map(Ratio),
            discount: charge.and_then(|it| it.discount).map(|it| DiscountView::new(it, currency)),
            discount_amount: charge.map(|it| amount(it.discount_minor)),
            tax_code_id: charge.and_then(|it| it.tax_code).map(|id| id.to_string()),
            tax: charge.map(|it| amount(it.tax_minor)),
            recurs: line
                .recurs
                .map(|days| RecursView { from: days.first.to_string(), to: days.last.to_string() }),
            net: Amount(line.amount),
        }
    }
}

impl TaxView {
    fn new(tax: &TaxAmount) -> Self {
        Self {
            tax_code_id: tax.by.code.to_string(),
            name: tax.by.name.clone(),
            percent: Ratio(tax.by.percent.into()),
            base: Amount(tax.base),
            amount: Amount(tax.amount),
        }
    }
}
