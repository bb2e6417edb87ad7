//! Where invoices stand, and how long clients took to pay them.

use std::collections::BTreeMap;

use clearmargin_domain::{
    access::Action,
    id::ClientId,
    metrics::payment_status::PaymentStatus,
    money::Currency,
    period::{Month, Period},
    standing::{Standing, StandingOf},
};
use jiff::civil::Date;

use super::MONTHS;
use crate::{
    Ctx, Error, books,
    clients::{self, ClientGroup},
    organizations,
    profitability::{self, AsOf},
};

/// Where the invoices of some months stand.
#[derive(Debug)]
pub struct PaymentStatusAnswer {
    /// The day from which they are seen: today on the organisation's clocks.
    pub day: Date,
    /// The currency of every amount: the organisation's.
    pub currency: Currency,
    /// The months covered.
    pub period: Period,
    /// Whose they are; all of them without one.
    pub client: Option<ClientGroup>,
    /// The invoices of each month.
    pub months: Vec<(Month, PaymentStatus)>,
    /// All of them.
    pub total: PaymentStatus,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// Sums of a month, each with the day that what waits was due.
type Sums = Vec<(Option<Date>, Standing)>;

/// Where the invoices of each month asked for stand today: all of them, or a client's. It costs the
/// same however many there are.
pub async fn payment_status(
    ctx: &Ctx,
    from: Option<Month>,
    to: Option<Month>,
    client: Option<ClientId>,
) -> Result<PaymentStatusAnswer, Error> {
    ctx.require(Action::InvoicesRead)?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let day = books::today_in(ctx, &organization)?;
    let period = profitability::period_until(Month::of(day), from, to, MONTHS)?;
    let client = match client {
        Some(id) => Some(clients::named(ctx, id, "query.clientId").await?),
        None => None,
    };
    let of = match &client {
        Some(group) => group.ids().into_iter().map(StandingOf::InvoicesOf).collect(),
        None => vec![StandingOf::Invoices],
    };
    let mut sums: BTreeMap<Month, Sums> = BTreeMap::new();
    for of in of {
        for (bucket, standing) in ctx.tenant().standing(of, period).await? {
            sums.entry(bucket.month).or_default().push((bucket.day, standing));
        }
    }
    let of_month = |month| {
        let sums = sums.get(&month).cloned().unwrap_or_default();
        (month, PaymentStatus::on(day, sums))
    };
    Ok(PaymentStatusAnswer {
        day,
        currency: organization.currency,
        period,
        client,
        months: period.months().map(of_month).collect(),
        total: PaymentStatus::on(day, sums.values().flatten().copied()),
        as_of: profitability::as_of(ctx).await?,
    })
}
