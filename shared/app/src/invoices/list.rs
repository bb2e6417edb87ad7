//! Documents as people look for them.

use std::collections::BTreeSet;

use clearmargin_domain::{
    access::Action,
    id::ClientId,
    invoice::{DocumentKind, Invoice, InvoiceStatus},
    money::Currency,
    period::{Month, Period},
    rollup::Subject,
};
use clearmargin_store::{InvoiceFilter, InvoiceList, InvoicesOf, Stored};
use jiff::{ToSpan as _, civil::Date};

use crate::{Ctx, Error, books, clients, months};

/// How many documents one page looks at, at most.
const LOOK_AT: usize = 100;
/// The most days overdue that are asked for: ten years.
const MOST_DAYS: u16 = 3_660;
/// Before this day there are no documents.
const EARLIEST: Date = jiff::civil::date(1990, 1, 1);
/// How far back documents are looked for unless somebody says: ten years.
const BACK_MONTHS: i32 = 120;

/// What documents are ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The day they count for.
    #[default]
    Day,
    /// The day they are due: invoices of which something is open.
    Due,
}

/// Which documents; everything that is said has to hold.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of this day or later.
    pub from: Option<Date>,
    /// Of this day or earlier.
    pub to: Option<Date>,
    /// Charges or gives back.
    pub kind: Option<DocumentKind>,
    /// Where they stand: one of these.
    pub statuses: Option<BTreeSet<InvoiceStatus>>,
    /// The client, by the id of any of its records.
    pub client: Option<ClientId>,
    /// The number on it.
    pub number: Option<String>,
    /// Due on this day or later.
    pub due_from: Option<Date>,
    /// Due on this day or earlier.
    pub due_to: Option<Date>,
    /// Overdue by so many days at least.
    pub overdue_days: Option<u16>,
    /// The currency of their amounts.
    pub currency: Option<Currency>,
    /// The least total, in smallest units of that currency.
    pub least: Option<i64>,
    /// The greatest total.
    pub most: Option<i64>,
    /// What they are ordered by.
    pub sort: Sort,
    /// Whether the earliest come first. Unless somebody says, the newest come first, or what has been
    /// due for the longest time.
    pub ascending: Option<bool>,
}

/// Documents in that order, where the next page begins, and the day on which they were looked at. A
/// page looks at a limited number of them and may hold fewer than `limit`.
pub async fn list(
    ctx: &Ctx,
    wanted: Wanted,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Vec<Stored<Invoice>>, Option<String>, Date), Error> {
    ctx.require(Action::InvoicesRead)?;
    let today = books::today(ctx).await?;
    if wanted.from.zip(wanted.to).is_some_and(|(from, to)| to < from) {
        return Err(Error::invalid("query.to", "the last day lies before the first"));
    }
    if wanted.overdue_days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
        return Err(Error::invalid("query.overdueDays", format!("expected 1 to {MOST_DAYS}")));
    }
    let from = wanted.from.unwrap_or_else(|| Month::of(today).plus(-BACK_MONTHS).first_day());
    // What is planned ahead is there, too. Sums are read by the year, so there is an end to both.
    let ahead = |months| Month::of(today).plus(months).last_day();
    let to = wanted.to.unwrap_or_else(|| ahead(12)).min(ahead(BACK_MONTHS));
    let from = from.max(EARLIEST);
    let to = to.max(from);
    let overdue = wanted.overdue_days.map(|days| today.saturating_sub(i64::from(days).days()));
    let due_to = wanted.due_to.into_iter().chain(overdue).min();
    let statuses = match (wanted.statuses, overdue) {
        (None, Some(_)) => Some(BTreeSet::from([InvoiceStatus::Overdue])),
        (statuses, _) => statuses,
    };
    let (of, clients, (earliest, latest), days, ascending) = match wanted.sort {
        Sort::Day => {
            let ascending = wanted.ascending.unwrap_or(false);
            let (of, clients) = whose(ctx, wanted.client, from, to, today, ascending).await?;
            (of, clients, (from, to), None, ascending)
        }
        Sort::Due => {
            check_open(statuses.as_ref())?;
            let clients = match wanted.client {
                Some(id) => Some(clients::named(ctx, id, "query.clientId").await?.ids()),
                None => None,
            };
            // A document is due at most as far ahead as the calendar goes.
            let due = (wanted.due_from.unwrap_or(EARLIEST), due_to.unwrap_or(Date::MAX));
            let ascending = wanted.ascending.unwrap_or(true);
            (InvoicesOf::Owed, clients, due, Some((from, to)), ascending)
        }
    };
    let filter = InvoiceFilter {
        today,
        days,
        kind: wanted.kind,
        statuses,
        clients,
        number: wanted.number,
        due_from: wanted.due_from,
        due_to,
        currency: wanted.currency,
        least: wanted.least,
        most: wanted.most,
    };
    let (from, to) = (earliest, latest.max(earliest));
    let list = InvoiceList { of, ascending, from, to, filter, limit, look_at: LOOK_AT };
    let (rows, next) = ctx.tenant().invoices(&list, cursor).await?;
    Ok((rows, next, today))
}

/// Where to look, and whose documents to look for there. A client of which one record alone has any
/// has a list of its own; what was made just now of another record shows there once it is summed.
async fn whose(
    ctx: &Ctx,
    client: Option<ClientId>,
    from: Date,
    to: Date,
    today: Date,
    ascending: bool,
) -> Result<(InvoicesOf, Option<Vec<ClientId>>), Error> {
    let period =
        Period::new(Month::of(from), Month::of(to), usize::MAX).map_err(Error::internal)?;
    let Some(id) = client else {
        let months = with_documents(ctx, Subject::Organization, period).await?;
        return Ok((InvoicesOf::Months(visited(months, period, today, ascending)), None));
    };
    let group = clients::named(ctx, id, "query.clientId").await?;
    let (mut having, mut all) = (Vec::new(), BTreeSet::new());
    for record in group.ids() {
        let months = with_documents(ctx, Subject::Client(record), period).await?;
        if !months.is_empty() {
            having.push(record);
            all.extend(months);
        }
    }
    let months = visited(all, period, today, ascending);
    Ok(match having.as_slice() {
        [] => (InvoicesOf::Client(group.lead().id, months), None),
        [only] => (InvoicesOf::Client(*only, months), None),
        _ => (InvoicesOf::Months(months), Some(group.ids())),
    })
}

/// The months of that time of which there are any documents, as sums tell.
async fn with_documents(
    ctx: &Ctx,
    subject: Subject,
    period: Period,
) -> Result<BTreeSet<Month>, Error> {
    let sums = ctx.tenant().rollups(subject, period).await?;
    Ok(sums.into_iter().filter(|(_, sums)| sums.documents != 0).map(|(month, _)| month).collect())
}

/// Goes on only if something is open of all that is wanted: no other documents are kept by when they
/// are due, and nobody walks through all of them.
fn check_open(statuses: Option<&BTreeSet<InvoiceStatus>>) -> Result<(), Error> {
    let open = [InvoiceStatus::Sent, InvoiceStatus::PartiallyPaid, InvoiceStatus::Overdue];
    if statuses.is_some_and(|statuses| statuses.iter().all(|status| open.contains(status))) {
        return Ok(());
    }
    let message = "only what is open is sorted by when it is due: name status sent, partially_paid \
                   or overdue";
    Err(Error::invalid("query.sort", message))
}

/// The months to look at, in that order.
fn visited(with: BTreeSet<Month>, period: Period, today: Date, ascending: bool) -> Vec<Month> {
    let months = months::visited(with, period, Month::of(today)).into_iter();
    if ascending { months.collect() } else { months.rev().collect() }
}
