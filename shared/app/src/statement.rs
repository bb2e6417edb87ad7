//! What a client was charged and paid, one after the other, from one balance to the next.
//!
//! The balances are those of [`receivables`](crate::receivables), from sums; what lies between is told
//! by the documents and payments of the time. What these do not explain of a day is told as such, so
//! that every statement adds up to the cent: a document of an earlier time that was taken back, what
//! a currency gained or lost, or what was settled by or for another client.

use std::collections::BTreeMap;

use clearmargin_domain::{
    access::Action,
    id::ClientId,
    invoice::Invoice,
    money::Currency,
    payment::Payment,
    period::Month,
    receivable::{Ageing, AgeingBucket, Movement, MovementKind, Span, open_on},
};
use clearmargin_store::List;
use jiff::civil::Date;

use crate::{
    Ctx, Error,
    clients::{self, ClientGroup},
    organizations,
    profitability::{self, AsOf},
    services,
};

/// The longest time of one statement, in days: a leap year.
const MOST_DAYS: i32 = 366;
/// How many lines a statement has at most.
const MOST_LINES: usize = 2_000;
/// How often sums are read that changed while they were.
const TRIES: usize = 5;

/// A client's statement.
#[derive(Debug)]
pub struct Statement {
    /// The client.
    pub client: ClientGroup,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The currency of every amount: the organisation's.
    pub currency: Currency,
    /// What was owed before the first day, in smallest units.
    pub opening: i64,
    /// What changed it, in order, each with what was owed after it.
    pub lines: Vec<(Movement, i64)>,
    /// What was owed at the end of the last day, by age.
    pub closing: Ageing,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// The statement of a client, by the id of any of its records.
pub async fn statement(
    ctx: &Ctx,
    client: ClientId,
    from: Date,
    to: Date,
) -> Result<Statement, Error> {
    ctx.require(Action::InvoicesRead)?;
    let before = checked(from, to)?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let client = clients::named(ctx, client, "query.clientId").await?;
    let told = told(ctx, &client.ids(), from, to).await?;
    let owed = owed(ctx, &client.ids(), before, to).await?;
    let mut movements = told;
    movements.extend(unexplained(&movements, &owed.changes));
    movements.sort();
    let mut balance = owed.opening;
    let mut lines = Vec::with_capacity(movements.len());
    for movement in movements {
        balance += movement.minor;
        lines.push((movement, balance));
    }
    Ok(Statement {
        client,
        from,
        to,
        currency: organization.currency,
        opening: owed.opening,
        lines,
        closing: owed.closing,
        as_of: profitability::as_of(ctx).await?,
    })
}

/// The day before the first one, if there is a statement of that time.
fn checked(from: Date, to: Date) -> Result<Date, Error> {
    services::check_day(from, "query.from")?;
    services::check_day(to, "query.to")?;
    if to < from {
        return Err(Error::invalid("query.to", "the last day lies before the first"));
    }
    if from.until(to).is_ok_and(|span| span.get_days() >= MOST_DAYS) {
        return Err(Error::invalid("query.to", format!("expected at most {MOST_DAYS} days")));
    }
    from.yesterday().map_err(|_| Error::invalid("query.from", "it is too early"))
}

/// What the documents and payments of the time did within it.
async fn told(
    ctx: &Ctx,
    records: &[ClientId],
    from: Date,
    to: Date,
) -> Result<Vec<Movement>, Error> {
    let (first, months) = (Month::of(from), Month::of(to).since(Month::of(from)));
    let mut told = Vec::new();
    for record in records {
        for month in (0..=months).map(|later| first.plus(later)) {
            let documents = ctx.tenant().every::<Invoice>(List::Invoices(*record, month)).await?;
            told.extend(documents.iter().flat_map(|document| document.movements()));
            let payments = ctx.tenant().every::<Payment>(List::PaymentsIn(*record, month)).await?;
            told.extend(payments.iter().filter_map(|payment| payment.movement()));
            told.retain(|movement| (from..=to).contains(&movement.day));
            if told.len() > MOST_LINES {
                let message = format!("more than {MOST_LINES} lines: choose a shorter time");
                return Err(Error::invalid("query.to", message));
            }
        }
    }
    Ok(told)
}

/// What was owed before and after a time, and by how much that changed on each of its days.
struct Owed {
    opening: i64,
    changes: BTreeMap<Date, i64>,
    closing: Ageing,
}

impl Owed {
    fn of(sums: &BTreeMap<AgeingBucket, Ageing>, before: Date, to: Date) -> Self {
        let on = |day| {
            let sums = sums.iter().map(|(bucket, sum)| (*bucket, *sum));
            open_on(day, sums).into_values().fold(Ageing::default(), Ageing::plus)
        };
        let mut changes = BTreeMap::new();
        for (bucket, sum) in sums {
            if let Span::Day(day) = bucket.span
                && day > before
                && day <= to
            {
                *changes.entry(day).or_default() += sum.total();
            }
        }
        Self { opening: on(before).total(), changes, closing: on(to) }
    }

    fn adds_up(&self) -> bool {
        self.opening + self.changes.values().sum::<i64>() == self.closing.total()
    }
}

/// Sums are read in several requests: what was added to between two of them is read again.
async fn owed(ctx: &Ctx, records: &[ClientId], before: Date, to: Date) -> Result<Owed, Error> {
    for _ in 0..TRIES {
        let mut sums = BTreeMap::new();
        for record in records {
            sums.extend(ctx.tenant().owed_course(*record, before, to).await?);
        }
        let owed = Owed::of(&sums, before, to);
        if owed.adds_up() {
            return Ok(owed);
        }
    }
    Err(Error::Unavailable("sums"))
}

/// What of each day's change follows from none of these.
fn unexplained(told: &[Movement], changes: &BTreeMap<Date, i64>) -> Vec<Movement> {
    let mut left = changes.clone();
    for movement in told {
        *left.entry(movement.day).or_default() -= movement.minor;
    }
    let other = |(day, minor)| Movement {
        day,
        kind: MovementKind::Other,
        document: None,
        payment: None,
        reference: None,
        minor,
    };
    left.into_iter().filter(|(_, minor)| *minor != 0).map(other).collect()
}
