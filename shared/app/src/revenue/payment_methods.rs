//! What came in, by how it was paid.

use std::collections::BTreeMap;

use clearmargin_domain::{
    access::Action,
    money::Currency,
    payment::PaymentMethod,
    period::{Month, Period},
    rollup::{Measures, Subject},
};

use super::MONTHS;
use crate::{
    Ctx, Error, books, organizations,
    profitability::{self, AsOf},
};

/// What came in and went back in a month in one way.
#[derive(Debug, Clone, Copy)]
pub struct MethodMonth {
    /// The month.
    pub month: Month,
    /// How it was paid; none where nobody said.
    pub method: Option<PaymentMethod>,
    /// The sums.
    pub sums: Measures,
}

/// What came in over some months.
#[derive(Debug)]
pub struct PaymentMethods {
    /// The currency of every amount: the organisation's.
    pub currency: Currency,
    /// The months covered.
    pub period: Period,
    /// Each month and method in which anything moved, the first month first.
    pub rows: Vec<MethodMonth>,
    /// Each method over all of the months; by which most came in first.
    pub methods: Vec<(Option<PaymentMethod>, Measures)>,
    /// All of it.
    pub total: Measures,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// What came in by each method in each month asked for; without any, in the twelve up to the current
/// one on the organisation's clocks.
pub async fn payment_methods(
    ctx: &Ctx,
    from: Option<Month>,
    to: Option<Month>,
) -> Result<PaymentMethods, Error> {
    ctx.require(Action::InvoicesRead)?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let current = Month::of(books::today_in(ctx, &organization)?);
    let period = profitability::period_until(current, from, to, MONTHS)?;
    let sums = ctx.tenant().method_rollups(period).await?;
    let row = |(bucket, sums): (clearmargin_domain::rollup::Bucket, Measures)| match bucket.subject
    {
        Subject::Method(method) => Some(MethodMonth { month: bucket.month, method, sums }),
        _ => None,
    };
    let mut rows: Vec<_> = sums.into_iter().filter_map(row).collect();
    rows.sort_by_key(|row| (row.month, row.method.is_none(), row.method));
    let mut by_method: BTreeMap<_, Measures> = BTreeMap::new();
    for row in &rows {
        let sum = by_method.entry(row.method).or_default();
        *sum = sum.plus(row.sums);
    }
    let total = by_method.values().fold(Measures::default(), |sum, part| sum.plus(*part));
    let mut methods: Vec<_> = by_method.into_iter().collect();
    methods.sort_by_key(|(method, sums)| (-sums.received_minor, method.is_none(), *method));
    Ok(PaymentMethods {
        currency: organization.currency,
        period,
        rows,
        methods,
        total,
        as_of: profitability::as_of(ctx).await?,
    })
}
