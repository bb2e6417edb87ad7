//! For how many days of sales clients still owe.

use clearmargin_domain::{
    access::Action,
    metrics::dso::{self, NoCountBack},
    money::Money,
    period::{Month, Period},
    receivable::Ageing,
    rollup::Subject,
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::MONTHS;
use crate::{
    Ctx, Error, books, organizations,
    profitability::{self, AsOf},
};

/// The months that the simple variant looks at: a quarter, as lenders and peers do.
pub const SIMPLE_MONTHS: usize = 3;

/// Days sales outstanding at the end of a month.
#[derive(Debug)]
pub struct DsoAnswer {
    /// Its last day.
    pub day: Date,
    /// What clients owed then.
    pub receivables: Money,
    /// The months that the simple variant takes its sales from.
    pub period: Period,
    /// What was sold on credit in them, with tax and net of credit memos.
    pub sales: Money,
    /// The simple variant; none without sales, and where clients are owed more than they owe.
    pub simple: Option<Decimal>,
    /// The count-back variant, or why it has no answer.
    pub count_back: Result<Decimal, NoCountBack>,
    /// How many invoices and credit memos the sales are.
    pub documents: i64,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// Days sales outstanding at the end of a month that is over; of the last one unless it is named.
pub async fn days_sales_outstanding(ctx: &Ctx, month: Option<Month>) -> Result<DsoAnswer, Error> {
    ctx.require(Action::InvoicesRead)?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let current = Month::of(books::today_in(ctx, &organization)?);
    let month = month.unwrap_or_else(|| current.plus(-1));
    if month >= current {
        return Err(Error::invalid("query.month", "must be over"));
    }
    let known = back(month, MONTHS)?;
    let sums = ctx.tenant().rollups(Subject::Organization, known).await?;
    let sums = |month| sums.get(&month).copied().unwrap_or_default();
    let day = month.last_day();
    let owed = ctx.tenant().owed_on(day).await?;
    let receivables = owed.into_values().fold(Ageing::default(), Ageing::plus).total();
    let period = back(month, SIMPLE_MONTHS)?;
    let sales = period.months().map(|month| sums(month).charged_minor).sum();
    let newest_first = known.months().collect::<Vec<_>>().into_iter().rev();
    let sold = newest_first.map(|month| sums(month).charged_minor);
    let money = |minor| Money::new(minor, organization.currency);
    Ok(DsoAnswer {
        day,
        receivables: money(receivables),
        period,
        sales: money(sales),
        simple: dso::simple(receivables, sales, period),
        count_back: dso::count_back(receivables, month, sold),
        documents: period.months().map(|month| sums(month).invoices).sum(),
        as_of: profitability::as_of(ctx).await?,
    })
}

/// So many months up to one.
fn back(last: Month, months: usize) -> Result<Period, Error> {
    let earlier = i32::try_from(months).map_err(Error::internal)? - 1;
    Period::new(last.plus(-earlier), last, MONTHS).map_err(Error::internal)
}
