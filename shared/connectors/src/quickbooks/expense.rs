//! Bills and other purchases.

use clearmargin_domain::{
    expense::{Expense, ExpenseKind, ExpenseLine, Rebilled},
    id::ExpenseId,
    money::{Currency, Money},
    source::Origin,
};

use super::{
    entity::{account, name, origin, reference},
    key, line, worth,
};
use crate::{fields::Fields, record::Context, rejection::Rejection};

pub(super) fn bill(context: &Context, row: &Fields<'_>) -> Result<Expense, Rejection> {
    let origin = origin(row, "Bill")?;
    let id = key::bill(context, &origin.external_id);
    let vendor = name(row, "VendorRef")?;
    let bought = Bought { context, refund: false, currency: worth::currency(context, row)? };
    bought.read(row, ExpenseKind::Bill, id, vendor, origin)
}

pub(super) fn purchase(context: &Context, row: &Fields<'_>) -> Result<Expense, Rejection> {
    let origin = origin(row, "Purchase")?;
    let id = key::purchase(context, &origin.external_id);
    let vendor = name(row, "EntityRef")?;
    let refund = row.optional_flag("Credit")?.unwrap_or(false);
    let bought = Bought { context, refund, currency: worth::currency(context, row)? };
    bought.read(row, ExpenseKind::Purchase, id, vendor, origin)
}

/// Reads amounts; those of a refund come positive and are kept negative.
struct Bought<'a> {
    context: &'a Context,
    refund: bool,
    currency: Currency,
}

impl Bought<'_> {
    fn read(
        &self,
        row: &Fields<'_>,
        kind: ExpenseKind,
        id: ExpenseId,
        vendor: Option<String>,
        origin: Origin,
    ) -> Result<Expense, Rejection> {
        let rate = worth::rate(self.context, row, row.money("TotalAmt", self.currency)?)?;
        let mut lines = Vec::new();
        for line in row.objects("Line")? {
            lines.extend(self.line(&line)?);
        }
        line::check_count(lines.len())?;
        let total = self.money(row, "TotalAmt")?;
        // The total, and what of it is on no line, have to have a worth: that is divided among the lines.
        worth::check_range(total, lines.iter().map(|line| line.amount), rate.as_ref())?;
        Ok(Expense {
            id,
            kind,
            vendor,
            number: row.optional_text("DocNumber")?,
            day: row.date("TxnDate")?,
            lines,
            total,
            rate,
            origin,
        })
    }

    fn money(&self, row: &Fields<'_>, field: &str) -> Result<Money, Rejection> {
        let money = row.money(field, self.currency)?;
        let minor = if self.refund { money.minor.saturating_neg() } else { money.minor };
        Ok(Money { minor, ..money })
    }

    /// A line that costs something; none for tax, texts and sums.
    fn line(&self, line: &Fields<'_>) -> Result<Option<ExpenseLine>, Rejection> {
        let kind = line.optional_text("DetailType")?.unwrap_or_default();
        let detail = match kind.as_str() {
            "AccountBasedExpenseLineDetail" | "ItemBasedExpenseLineDetail" => {
                line.optional_object(&kind)?
            }
            "TaxLineDetail"
            | "SubTotalLineDetail"
            | "DescriptionOnly"
            | "DescriptionLineDetail" => {
                return Ok(None);
            }
            _ => return Err(line.wrong("DetailType", "a known kind of line")),
        };
        let of = |field| match &detail {
            Some(detail) => reference(detail, field),
            None => Ok(None),
        };
        let account = match &detail {
            Some(detail) => account(self.context, detail, "AccountRef")?,
            None => None,
        };
        Ok(Some(ExpenseLine {
            client: of("CustomerRef")?.map(|id| key::client(self.context, &id)),
            service: of("ItemRef")?.map(|id| key::service(self.context, &id)),
            description: line::description(line)?,
            amount: self.money(line, "Amount")?,
            units: detail.as_ref().map(line::units).transpose()?.flatten(),
            rebilled: detail.as_ref().map_or(Ok(Rebilled::No), rebilled)?,
            source_id: line.optional_text("Id")?,
            account,
            allocated: None,
        }))
    }
}

/// `BillableStatus` of a line; a line without one is charged to nobody.
fn rebilled(detail: &Fields<'_>) -> Result<Rebilled, Rejection> {
    match detail.optional_text("BillableStatus")?.as_deref() {
        None | Some("NotBillable") => Ok(Rebilled::No),
        Some("Billable") => Ok(Rebilled::Due),
        Some("HasBeenBilled") => Ok(Rebilled::Done),
        Some(_) => Err(detail.wrong("BillableStatus", "a known status")),
    }
}
