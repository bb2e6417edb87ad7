//! How contracted recurring revenue moves.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clearmargin_domain::{
    access::Action,
    id::ClientId,
    metrics::recurring::{
        Concentration, Movements, RecurringRevenue, Retention, movements_by_month, retention_over,
    },
    money::{Currency, Money, MoneyError},
    period::{Month, Period},
};
use jiff::civil::Date;

use super::MONTHS;
use crate::{
    Ctx, Error,
    agreements::{Contracted, Everything},
    books,
    clients::{self, ClientGroup},
    organizations,
    profitability::{self, AsOf},
};

/// The months of a year: the span of the yearly retention.
const YEAR: u16 = 12;

/// The end of a month, today in the one that is not over.
#[derive(Debug)]
pub struct MonthEnd {
    /// The month.
    pub month: Month,
    /// What was contracted then, by client.
    pub revenue: RecurringRevenue,
    /// How it got there from the end of the month before.
    pub movements: Movements,
    /// What stayed of the revenue of twelve months earlier.
    pub year: Option<Retention>,
    /// How many lines that recur had no price, and so no part in it.
    pub unpriced_lines: usize,
}

/// Contracted recurring revenue over some months.
#[derive(Debug)]
pub struct RecurringAnswer {
    /// The currency of every amount.
    pub currency: Currency,
    /// The months covered.
    pub period: Period,
    /// Each month.
    pub months: Vec<MonthEnd>,
    /// From before the first month to the end of the last one.
    pub whole: Movements,
    /// How few clients it hangs on at the end; none without any.
    pub concentration: Option<Concentration>,
    /// Every client, by the id it goes by.
    pub clients: HashMap<ClientId, ClientGroup>,
    /// How many agreements have ended on a day that nobody says, and so count in no month.
    pub undated_ends: usize,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// The movements of contracted recurring revenue in each month asked for, none after the current one
/// on the organisation's clocks; without any, in the twelve up to that.
pub async fn recurring(
    ctx: &Ctx,
    from: Option<Month>,
    to: Option<Month>,
) -> Result<RecurringAnswer, Error> {
    ctx.require(Action::AgreementsRead)?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let today = books::today_in(ctx, &organization)?;
    let current = Month::of(today);
    let from_year = from.map(|from| from.plus(11).min(current).max(from));
    let period = profitability::period_until(current, from, to.or(from_year), MONTHS)?;
    if period.to() > current {
        return Err(Error::invalid("query.to", "must not lie after the current month"));
    }
    let groups = clients::groups(ctx).await?;
    let history = History {
        today,
        currency: organization.currency,
        leads: groups.iter().flat_map(lead_of_each).collect(),
        agreements: Everything::read(ctx).await?,
    };
    let (months, whole) = history.over(period)?;
    Ok(RecurringAnswer {
        currency: organization.currency,
        period,
        concentration: months.last().and_then(|last| Concentration::of(&last.revenue)),
        months,
        whole,
        clients: groups.into_iter().map(|group| (group.lead().id, group)).collect(),
        undated_ends: history.agreements.ended_some_day(today),
        as_of: profitability::as_of(ctx).await?,
    })
}

/// Each record of a client, with the id that the client goes by.
fn lead_of_each(group: &ClientGroup) -> Vec<(ClientId, ClientId)> {
    group.ids().into_iter().map(|record| (record, group.lead().id)).collect()
}

/// What agreements say of any day.
struct History {
    today: Date,
    currency: Currency,
    leads: HashMap<ClientId, ClientId>,
    agreements: Everything,
}

impl History {
    fn over(&self, period: Period) -> Result<(Vec<MonthEnd>, Movements), Error> {
        let before = period.from().plus(-1);
        let first = self.agreements.begun().map_or(before, Month::of).min(before);
        let yearly = period.from().plus(-i32::from(YEAR));
        let (mut states, mut unpriced) = (BTreeMap::new(), HashMap::new());
        let mut month = first.min(yearly);
        while month <= period.to() {
            let contracted = self.contracted(month)?;
            unpriced.insert(month, contracted.unpriced_lines);
            states.insert(month, self.revenue(&contracted)?);
            month = month.plus(1);
        }
        // Whoever had some at the end of any month before the first is no new client.
        let mut earlier = states.clone();
        let covered = earlier.split_off(&before);
        let ever: BTreeSet<_> =
            earlier.values().flat_map(|state| state.clients().map(|(client, _)| client)).collect();
        let movements = movements_by_month(&covered, &ever).map_err(Error::internal)?;
        let month_end = |(month, movements)| MonthEnd {
            month,
            revenue: states.get(&month).cloned().unwrap_or_default(),
            movements,
            year: retention_over(&states, month, YEAR),
            unpriced_lines: unpriced.get(&month).copied().unwrap_or_default(),
        };
        let state = |month| states.get(&month).cloned().unwrap_or_default();
        let whole = Movements::between(&state(before), &state(period.to()), &ever);
        Ok((movements.into_iter().map(month_end).collect(), whole))
    }

    fn contracted(&self, month: Month) -> Result<Contracted, Error> {
        let end = month.last_day().min(self.today);
        self.agreements.contracted(end, self.today)
    }

    fn revenue(&self, contracted: &Contracted) -> Result<RecurringRevenue, Error> {
        let amount = |(record, amount): &(ClientId, Money)| {
            if amount.currency != self.currency {
                return Err(Error::internal(MoneyError::MixedCurrencies));
            }
            Ok((self.leads.get(record).copied().unwrap_or(*record), amount.minor))
        };
        contracted.amounts.iter().map(amount).collect()
    }
}
