//! Invoices and credit memos.

use clearmargin_domain::{
    invoice::{DocumentKind, DocumentState, Invoice, InvoiceLine},
    money::{Currency, Money},
    service::Offering,
};

use super::{
    entity::{origin, reference},
    key, line, worth,
};
use crate::{fields::Fields, record::Context, rejection::Rejection};

/// Reads a document. Credit memos come with positive amounts and are kept with negative ones.
pub(super) fn read(
    context: &Context,
    row: &Fields<'_>,
    kind: DocumentKind,
) -> Result<Invoice, Rejection> {
    let currency = worth::currency(context, row)?;
    let rate = worth::rate(context, row, row.money("TotalAmt", currency)?)?;
    let signed = Signed { context, kind, currency };
    let (origin, id) = match kind {
        DocumentKind::Invoice => {
            let origin = origin(row, "Invoice")?;
            let id = key::invoice(context, &origin.external_id);
            (origin, id)
        }
        DocumentKind::CreditMemo => {
            let origin = origin(row, "CreditMemo")?;
            let id = key::credit_memo(context, &origin.external_id);
            (origin, id)
        }
    };
    let tax = row.optional_object("TxnTaxDetail")?;
    let tax = tax.map(|tax| signed.optional(&tax, "TotalTax")).transpose()?;
    let customer = row.object("CustomerRef")?.text("value")?;
    let invoice = Invoice {
        id,
        kind,
        state: DocumentState::Issued,
        number: row.optional_text("DocNumber")?,
        client: key::client(context, &customer),
        day: row.date("TxnDate")?,
        due: row.optional_date("DueDate")?,
        lines: signed.lines(row)?,
        computed: None,
        tax: tax.flatten().unwrap_or(Money::new(0, currency)),
        total: signed.required(row, "TotalAmt")?,
        balance: signed.balance(row)?,
        rate,
        memo: String::new(),
        reference: None,
        corrects: None,
        sendings: Vec::new(),
        origin: Some(origin),
    };
    line::check_count(invoice.lines.len())?;
    check_sum(&invoice)?;
    Ok(invoice)
}

/// The revenue is the sum of the lines, so they must come to what the books say.
fn check_sum(invoice: &Invoice) -> Result<(), Rejection> {
    let currency = invoice.total.currency;
    let mut lines = invoice.lines.iter().map(|line| line.amount.minor);
    let lines = lines.try_fold(0_i64, i64::checked_add);
    let lines = lines.ok_or(Rejection::OutOfRange)?;
    let net = invoice.total.minor.checked_sub(invoice.tax.minor);
    let net = net.ok_or(Rejection::OutOfRange)?;
    if lines == net {
        return Ok(());
    }
    Err(Rejection::LinesDoNotAddUp {
        lines: Money::new(lines, currency),
        net: Money::new(net, currency),
    })
}

/// Reads amounts with the sign that the kind of document gives them.
struct Signed<'a> {
    context: &'a Context,
    kind: DocumentKind,
    currency: Currency,
}

impl Signed<'_> {
    fn optional(&self, row: &Fields<'_>, field: &str) -> Result<Option<Money>, Rejection> {
        let money = row.optional_money(field, self.currency)?;
        Ok(money.map(|money| self.sign(money)))
    }

    fn required(&self, row: &Fields<'_>, field: &str) -> Result<Money, Rejection> {
        let money = row.money(field, self.currency)?;
        Ok(self.sign(money))
    }

    fn sign(&self, money: Money) -> Money {
        match self.kind {
            DocumentKind::Invoice => money,
            DocumentKind::CreditMemo => negative(money),
        }
    }

    fn balance(&self, row: &Fields<'_>) -> Result<Money, Rejection> {
        let unapplied = match self.kind {
            DocumentKind::Invoice => None,
            DocumentKind::CreditMemo => self.optional(row, "RemainingCredit")?,
        };
        let balance = match unapplied {
            Some(unapplied) => Some(unapplied),
            None => self.optional(row, "Balance")?,
        };
        Ok(balance.unwrap_or(Money::new(0, self.currency)))
    }

    fn lines(&self, row: &Fields<'_>) -> Result<Vec<InvoiceLine>, Rejection> {
        let mut lines = Vec::new();
        for line in row.objects("Line")? {
            match line.optional_text("DetailType")?.as_deref() {
                Some("SalesItemLineDetail") => lines.push(self.item(&line)?),
                Some("DiscountLineDetail") => lines.push(self.discount(&line)?),
                // A group's own amount only repeats the sum of the lines in it.
                Some("GroupLineDetail") => {
                    lines.extend(self.lines(&line.object("GroupLineDetail")?)?);
                }
                // A sum of lines above it, a text, tax that the total names: no revenue.
                Some(
                    "SubTotalLineDetail"
                    | "DescriptionOnly"
                    | "DescriptionLineDetail"
                    | "TaxLineDetail",
                ) => {}
                _ => return Err(line.wrong("DetailType", "a known kind of line")),
            }
        }
        Ok(lines)
    }

    /// Whether the line sells work or a product is known by the item alone, which is not here.
    fn item(&self, line: &Fields<'_>) -> Result<InvoiceLine, Rejection> {
        let detail = line.optional_object("SalesItemLineDetail")?;
        let item = detail.as_ref().map(|detail| reference(detail, "ItemRef"));
        let item = item.transpose()?.flatten().filter(|id| is_item(id));
        let units = detail.as_ref().map(line::units).transpose()?.flatten();
        Ok(InvoiceLine {
            service: item.map(|id| key::service(self.context, &id)),
            offering: Offering::Service,
            description: line::description(line)?,
            amount: self.amount(line)?,
            charge: None,
            units,
            recurs: None,
        })
    }

    fn discount(&self, line: &Fields<'_>) -> Result<InvoiceLine, Rejection> {
        Ok(InvoiceLine {
            service: None,
            offering: Offering::Service,
            description: line::description(line)?,
            amount: negative(self.amount(line)?),
            charge: None,
            units: None,
            recurs: None,
        })
    }

    /// A line without an amount has none; that nothing is lost by it, the check of the sum says.
    fn amount(&self, line: &Fields<'_>) -> Result<Money, Rejection> {
        let amount = self.optional(line, "Amount")?;
        Ok(amount.unwrap_or(Money::new(0, self.currency)))
    }
}

fn negative(money: Money) -> Money {
    Money::new(money.minor.saturating_neg(), money.currency)
}

/// Items have numbers; words such as `SHIPPING_ITEM_ID` stand for fields of the form.
fn is_item(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
