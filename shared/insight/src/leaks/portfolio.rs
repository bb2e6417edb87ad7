//! What leaks are looked for in: each client's agreements, counts, documents, payments, work and
//! purchases, as the stored records say them. `kept` has the same as a file that is read client by client.

use clearmargin_domain::{
    agreement::{Agreement, AgreementLine, AgreementTerms, Days, Quantity},
    id::{AgreementLineId, ClientId, ExpenseId, InvoiceId, PaymentId, ServiceId},
    invoice::{DocumentKind, DocumentState},
    money::{Currency, Money},
    payment::PaymentKind,
    period::Month,
    service::Service,
    source::Source,
    time_entry::TimeEntry,
    usage_count::{UsageCount, UsageKind},
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// All that an organisation sold, delivered, charged, was paid and bought since a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Portfolio {
    /// What belongs to no client.
    #[serde(flatten)]
    pub common: Common,
    /// The clients, each with what is its own.
    pub clients: Vec<ClientBooks>,
}

/// What of a portfolio belongs to no client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Common {
    /// The currency of the books. What is in another one is not compared.
    pub currency: Currency,
    /// The first month of which documents, counts, work and purchases are in here.
    pub from: Month,
    /// What is sold.
    #[serde(default)]
    pub catalogue: Vec<CatalogueEntry>,
    /// Vendors' bills that name no client.
    #[serde(default)]
    pub purchases: Vec<Purchase>,
}

/// A catalogue entry, with the names that other systems have for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogueEntry {
    /// The entry.
    pub service: Service,
    /// What vendors and documents call it besides its name, as somebody confirmed it.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A client with all its records: those that are merged are one here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientBooks {
    /// Whose all this is.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// What was agreed.
    #[serde(default)]
    pub agreements: Vec<Sold>,
    /// What was counted.
    #[serde(default)]
    pub counts: Vec<UsageCount>,
    /// Documents of both ledgers.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// Which documents of the two ledgers are the same. Several may be one.
    #[serde(default)]
    pub links: Vec<Link>,
    /// What settled documents, by ledger.
    #[serde(default)]
    pub settlements: Vec<Settlement>,
    /// Work on the client's tickets and projects.
    #[serde(default)]
    pub work: Vec<Worked>,
    /// What was bought for the client.
    #[serde(default)]
    pub purchases: Vec<Purchase>,
}

/// An agreement with its terms and lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sold {
    /// The agreement.
    pub agreement: Agreement,
    /// What else was agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<AgreementTerms>,
    /// What is sold.
    #[serde(default)]
    pub lines: Vec<SoldLine>,
    /// What is taken off, and until when.
    #[serde(default)]
    pub discounts: Vec<AgreedDiscount>,
}

/// A line of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoldLine {
    /// The line.
    pub line: AgreementLine,
    /// How many were agreed from which day on; without any, `line` has always said what it says now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quantities: Vec<DatedQuantity>,
    /// What its units are counted by. Without it, people and devices are counted by the line's unit,
    /// and a product by its own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_by: Option<CountedBy>,
    /// Catalogue entries that its price includes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<ServiceId>,
    /// Whether somebody agreed to its price as an exception.
    #[serde(default)]
    pub price_is_custom: bool,
}

/// How many units were agreed, from a day until the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatedQuantity {
    /// The first day.
    pub from: Date,
    /// How many.
    pub quantity: Quantity,
}

/// A way to count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CountedBy {
    /// What is counted.
    pub kind: UsageKind,
    /// Of which product, in the vendor's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
}

/// A discount or recurring credit that was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreedDiscount {
    /// How documents name it.
    pub id: String,
    /// What it says.
    pub description: String,
    /// Its first day.
    pub from: Date,
    /// Its last day, when one was agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// An invoice or credit memo as one of the two ledgers has it. Amounts of a credit memo are negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Our id.
    pub id: InvoiceId,
    /// The ledger: that of the service desk, or the books.
    pub system: Source,
    /// Whether nobody read it there, since it was made here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub made_here: bool,
    /// Charges or gives back.
    pub kind: DocumentKind,
    /// How far it has come.
    #[serde(default)]
    pub state: DocumentState,
    /// Its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The day it counts for.
    pub day: Date,
    /// Its lines.
    #[serde(default)]
    pub lines: Vec<DocumentLine>,
    /// Tax on top.
    pub tax: Money,
    /// Lines and tax.
    pub total: Money,
    /// What is still open of it.
    pub open: Money,
}

/// A line of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentLine {
    /// The line of an agreement that it charges, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<AgreementLineId>,
    /// The catalogue entry, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
    /// The price of one, before discounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Money>,
    /// What it comes to before tax, after discounts.
    pub amount: Money,
    /// The days that it charges for, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Days>,
    /// The agreed discount that it applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<GivenDiscount>,
}

/// A discount on a line of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GivenDiscount {
    /// Which one.
    pub id: String,
    /// What it takes off; positive.
    pub amount: Money,
}

/// That two documents are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// The service desk's.
    pub desk: InvoiceId,
    /// The books'.
    pub books: InvoiceId,
}

/// What settles a document in a ledger, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// The payment.
    pub payment: PaymentId,
    /// The ledger.
    pub system: Source,
    /// Money, a credit, or a debt given up.
    pub kind: PaymentKind,
    /// The day on which it counts.
    pub day: Date,
    /// What it settles; none of money that is not applied yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<InvoiceId>,
    /// How much of it; positive.
    pub amount: Money,
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Worked {
    /// The work.
    pub entry: TimeEntry,
    /// Its ticket's category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whether it was logged as the organisation's own work.
    #[serde(default)]
    pub internal: bool,
    /// Why somebody decided that it is not charged, such as a warranty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
}

/// A line of a vendor's bill or another purchase. What is given back is negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// The document.
    pub expense: ExpenseId,
    /// The line's place in it.
    #[serde(default)]
    pub line: u32,
    /// The vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The day it counts for.
    pub day: Date,
    /// The catalogue entry bought, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
    /// What one costs, for all the days that it covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Money>,
    /// What it comes to before tax.
    pub amount: Money,
    /// The days that it is for, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Days>,
    /// Whether the client is to pay it.
    #[serde(default)]
    pub rebilling: Rebilling,
}

/// Whether a client is to pay for a purchase by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rebilling {
    /// No: it is what services are made of.
    #[default]
    Not,
    /// Yes, and nobody says that it was charged.
    Due,
    /// It was charged.
    Done {
        /// On which document, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<InvoiceId>,
    },
}
