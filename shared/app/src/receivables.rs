//! What clients owe, on any day.

use clearmargin_domain::{access::Action, money::Currency, receivable::Ageing};
use jiff::civil::Date;

use crate::{
    Ctx, Error, books,
    clients::{self, ClientGroup},
    organizations,
    profitability::{self, AsOf},
    services,
};

/// What clients owed at the end of a day, with what it rests on.
#[derive(Debug)]
pub struct Outstanding {
    /// The day.
    pub day: Date,
    /// The currency of every amount: the organisation's.
    pub currency: Currency,
    /// Clients that owed something, or were owed, by age; who owed most first.
    pub clients: Vec<(ClientGroup, Ageing)>,
    /// All of them together.
    pub total: Ageing,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// What clients owed at the end of a day, today unless another one is named. Whatever is booked for
/// an earlier day later on counts as if it had been booked on that day.
pub async fn outstanding(ctx: &Ctx, day: Option<Date>) -> Result<Outstanding, Error> {
    ctx.require(Action::InvoicesRead)?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let day = day.map_or_else(|| books::today_in(ctx, &organization), Ok)?;
    services::check_day(day, "query.day")?;
    let owed = ctx.tenant().owed_on(day).await?;
    let mut clients = Vec::new();
    for group in clients::groups(ctx).await? {
        let records = group.ids().into_iter().filter_map(|id| owed.get(&id).copied());
        let ageing = records.fold(Ageing::default(), Ageing::plus);
        if !ageing.is_zero() {
            clients.push((group, ageing));
        }
    }
    clients.sort_by(|(a, owes), (b, other)| {
        other.total().cmp(&owes.total()).then_with(|| a.lead().id.cmp(&b.lead().id))
    });
    Ok(Outstanding {
        day,
        currency: organization.currency,
        clients,
        total: owed.into_values().fold(Ageing::default(), Ageing::plus),
        as_of: profitability::as_of(ctx).await?,
    })
}
