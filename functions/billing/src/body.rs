//! Drafts as they are asked for.

use clearmargin_app::{
    Error,
    invoices::{DraftChange, LineChange},
};
use clearmargin_domain::{
    agreement::Days,
    billing::{Discount, TaxRounding},
    id::{ClientId, InvoiceId, ServiceId, TaxCodeId},
    invoice::DocumentKind,
    money::Currency,
    service::Offering,
    text::{Line, Prose},
};
use clearmargin_web::{AmountIn, NumberIn, schema};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::openapi::Object;

/// An invoice or a credit memo as it is to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DraftBody {
    /// Whether it charges or gives back.
    #[serde(default)]
    kind: KindName,
    /// Whose it is, by the id of any of the client's records.
    #[schema(value_type = String, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: ClientId,
    /// The day it counts for; today unless given.
    #[schema(schema_with = schema::day_or_null, required = false)]
    day: Option<Date>,
    /// The day it is due; 30 days later unless given.
    #[schema(schema_with = schema::day_or_null, required = false)]
    due: Option<Date>,
    /// The currency of every amount.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
    /// Units of the organisation's currency for one of that, if it is another one.
    #[schema(required = false)]
    exchange_rate: Option<NumberIn>,
    /// What it charges for, or gives back.
    #[schema(max_items = 200)]
    lines: Vec<LineBody>,
    /// What is taken off the sum of the lines, before tax.
    #[schema(required = false)]
    discount: Option<DiscountBody>,
    /// Whether prices include tax.
    #[serde(default)]
    prices_include_tax: bool,
    /// Where tax is rounded.
    #[serde(default)]
    tax_rounding: RoundingName,
    /// What it says to the client.
    #[schema(schema_with = memo, required = false)]
    memo: Option<Prose<2000>>,
    /// The client's own number for it, such as that of an order.
    #[schema(schema_with = reference, required = false)]
    reference: Option<Line<100>>,
    /// The invoice that a credit memo corrects.
    #[schema(value_type = Option<String>, pattern = "^inv_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    corrects_id: Option<InvoiceId>,
}

/// Whether a document charges or gives back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KindName {
    /// It charges.
    #[default]
    Invoice,
    /// It gives back.
    CreditMemo,
}

/// Where tax is rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum RoundingName {
    /// Once for each rate, on the sum of what bears it.
    #[default]
    Document,
    /// On every line.
    Line,
}

/// A line to charge for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LineBody {
    /// The catalogue entry; description and price follow from it unless given.
    #[schema(value_type = Option<String>, pattern = "^svc_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    service_id: Option<ServiceId>,
    /// Work or product; as the catalogue entry says, or work, unless given.
    #[schema(schema_with = offering, required = false)]
    offering: Option<Offering>,
    /// What it says.
    #[schema(schema_with = description, required = false)]
    description: Option<Line<500>>,
    /// How much of it: at most six decimals.
    quantity: NumberIn,
    /// The price of one: at most six decimals.
    #[schema(required = false)]
    unit_price: Option<NumberIn>,
    /// What is taken off the line.
    #[schema(required = false)]
    discount: Option<DiscountBody>,
    /// Which taxes it bears; none when left out.
    #[schema(value_type = Option<String>, pattern = "^tax_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    tax_code_id: Option<TaxCodeId>,
    /// The days that it charges for, if it recurs: what recurring revenue by invoice counts. At most
    /// five years.
    #[schema(required = false)]
    recurs: Option<RecursBody>,
}

/// The days that a line that recurs charges for, both included.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RecursBody {
    /// The first.
    #[schema(schema_with = schema::day)]
    from: Date,
    /// The last; not before the first.
    #[schema(schema_with = schema::day)]
    to: Date,
}

/// What is taken off: a share or an amount.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DiscountBody {
    /// A share in percent.
    #[schema(required = false)]
    percent: Option<NumberIn>,
    /// An amount.
    #[schema(required = false)]
    amount: Option<AmountIn>,
}

fn memo() -> Object {
    schema::or_null(schema::prose(2000))
}

fn reference() -> Object {
    schema::or_null(schema::line(100))
}

fn offering() -> Object {
    schema::or_null(schema::offering())
}

fn description() -> Object {
    schema::or_null(schema::line(500))
}

impl KindName {
    pub(crate) const fn kind(self) -> DocumentKind {
        match self {
            Self::Invoice => DocumentKind::Invoice,
            Self::CreditMemo => DocumentKind::CreditMemo,
        }
    }
}

impl DraftBody {
    pub(crate) fn change(self) -> Result<DraftChange, Error> {
        let currency = self.currency;
        let lines = self.lines.into_iter().enumerate();
        let lines = lines.map(|(number, line)| line.change(currency, number));
        Ok(DraftChange {
            kind: self.kind.kind(),
            client: self.client_id,
            day: self.day,
            due: self.due,
            currency,
            rate: self.exchange_rate.map(|rate| rate.0),
            lines: lines.collect::<Result<_, _>>()?,
            discount: self.discount.map(|it| it.discount(currency, "discount")).transpose()?,
            includes_tax: self.prices_include_tax,
            rounding: match self.tax_rounding {
                RoundingName::Document => TaxRounding::Document,
                RoundingName::Line => TaxRounding::Line,
            },
            memo: self.memo.map(String::from).unwrap_or_default(),
            reference: self.reference.map(String::from),
            corrects: self.corrects_id,
        })
    }
}

impl LineBody {
    fn change(self, currency: Currency, number: usize) -> Result<LineChange, Error> {
        let place = |field: &str| format!("lines[{number}].{field}");
        let discount = self.discount.map(|it| it.discount(currency, &place("discount")));
        Ok(LineChange {
            service: self.service_id,
            offering: self.offering,
            description: self.description.map(String::from),
            quantity: self.quantity.to(&place("quantity"))?,
            unit_price: self.unit_price.map(|it| it.to(&place("unitPrice"))).transpose()?,
            discount: discount.transpose()?,
            tax_code: self.tax_code_id,
            recurs: self.recurs.map(|RecursBody { from, to }| Days { first: from, last: to }),
        })
    }
}

impl DiscountBody {
    fn discount(self, currency: Currency, path: &str) -> Result<Discount, Error> {
        match (self.percent, self.amount) {
            (Some(percent), None) => Ok(Discount::Percent(percent.to(&format!("{path}.percent"))?)),
            (None, Some(amount)) => {
                let amount = amount.money(currency, &format!("{path}.amount"))?;
                Ok(Discount::Minor(amount.minor))
            }
            _ => Err(Error::invalid(path, "expected either a percentage or an amount")),
        }
    }
}
