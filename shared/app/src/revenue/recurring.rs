//! How recurring revenue moves: what was contracted, or what was invoiced.

mod invoiced;

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
    /// What there was then, by client.
    pub revenue: RecurringRevenue,
    /// How it got there from the end of the month before.
    pub movements: Movements,
    /// What stayed of the revenue of twelve months earlier.
    pub year: Option<Retention>,
    /// What is not in it.
    pub left_out: LeftOut,
}

/// Where recurring revenue is taken from. One comparison never mixes the two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RecurringBasis {
    /// What was contracted at the end of each month.
    #[default]
    Contract,
    /// What lines of invoices that say that they recur charge for each month.
    Invoice,
}

/// What recurring revenue does not know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// How many contracted lines that recur had no price, and so no part in it.
    UnpricedLines(usize),
    /// What was invoiced in the month, in smallest units, by lines that do not say that they recur:
    /// what is charged once, and everything that a source brought.
    OtherRevenue(i64),
}

/// Recurring revenue over some months.
#[derive(Debug)]
pub struct RecurringAnswer {
    /// Where it is taken from.
    pub basis: RecurringBasis,
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
    /// How many agreements have ended on a day that nobody says, and so count in no month; none where
    /// agreements are not asked.
    pub undated_ends: Option<usize>,
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// The movements of recurring revenue on that basis in each month asked for, none after the current one
/// on the organisation's clocks; without any, in the twelve up to that.
pub async fn recurring(
    ctx: &Ctx,
    basis: RecurringBasis,
    from: Option<Month>,
    to: Option<Month>,
) -> Result<RecurringAnswer, Error> {
    ctx.require(match basis {
        RecurringBasis::Contract => Action::AgreementsRead,
        RecurringBasis::Invoice => Action::InvoicesRead,
    })?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let today = books::today_in(ctx, &organization)?;
    let current = Month::of(today);
    let from_year = from.map(|from| from.plus(11).min(current).max(from));
    let period = profitability::period_until(current, from, to.or(from_year), MONTHS)?;
    if period.to() > current {
        return Err(Error::invalid("query.to", "must not lie after the current month"));
    }
    let groups = clients::groups(ctx).await?;
    let leads: HashMap<_, _> = groups.iter().flat_map(lead_of_each).collect();
    let (states, undated_ends) = match basis {
        RecurringBasis::Contract => {
            let agreements = Everything::read(ctx).await?;
            let undated_ends = agreements.ended_some_day(today);
            let contracts = Contracts { today, currency: organization.currency, leads, agreements };
            (contracts.states(period)?, Some(undated_ends))
        }
        RecurringBasis::Invoice => (invoiced::states(ctx, period, &leads).await?, None),
    };
    let (months, whole) = states.over(period)?;
    Ok(RecurringAnswer {
        basis,
        currency: organization.currency,
        period,
        concentration: months.last().and_then(|last| Concentration::of(&last.revenue)),
        months,
        whole,
        clients: groups.into_iter().map(|group| (group.lead().id, group)).collect(),
        undated_ends,
        as_of: profitability::as_of(ctx).await?,
    })
}

/// Each record of a client, with the id that the client goes by.
fn lead_of_each(group: &ClientGroup) -> Vec<(ClientId, ClientId)> {
    group.ids().into_iter().map(|record| (record, group.lead().id)).collect()
}

/// Recurring revenue at the end of each of some consecutive months, and what is not in it.
struct States {
    revenue: BTreeMap<Month, RecurringRevenue>,
    left_out: HashMap<Month, LeftOut>,
    /// What is not in the revenue of a month that nothing is said of.
    nothing: LeftOut,
}

/// The first month of which a state is needed: whoever had revenue in an earlier one is no new client,
/// and the yearly retention looks back twelve months.
fn begin(period: Period, first: Option<Month>) -> Month {
    let before = period.from().plus(-1);
    first.unwrap_or(before).min(before).min(period.from().plus(-i32::from(YEAR)))
}

impl States {
    fn over(&self, period: Period) -> Result<(Vec<MonthEnd>, Movements), Error> {
        let before = period.from().plus(-1);
        // Whoever had some at the end of any month before the first is no new client.
        let mut earlier = self.revenue.clone();
        let covered = earlier.split_off(&before);
        let ever: BTreeSet<_> =
            earlier.values().flat_map(|state| state.clients().map(|(client, _)| client)).collect();
        let movements = movements_by_month(&covered, &ever).map_err(Error::internal)?;
        let state = |month| self.revenue.get(&month).cloned().unwrap_or_default();
        let month_end = |(month, movements)| MonthEnd {
            month,
            revenue: state(month),
            movements,
            year: retention_over(&self.revenue, month, YEAR),
            left_out: self.left_out.get(&month).copied().unwrap_or(self.nothing),
        };
        let whole = Movements::between(&state(before), &state(period.to()), &ever);
        Ok((movements.into_iter().map(month_end).collect(), whole))
    }
}

/// What agreements say of any day.
struct Contracts {
    today: Date,
    currency: Currency,
    leads: HashMap<ClientId, ClientId>,
    agreements: Everything,
}

impl Contracts {
    fn states(&self, period: Period) -> Result<States, Error> {
        let (mut revenue, mut left_out) = (BTreeMap::new(), HashMap::new());
        let mut month = begin(period, self.agreements.begun().map(Month::of));
        while month <= period.to() {
            let contracted = self.contracted(month)?;
            left_out.insert(month, LeftOut::UnpricedLines(contracted.unpriced_lines));
            revenue.insert(month, self.revenue(&contracted)?);
            month = month.plus(1);
        }
        Ok(States { revenue, left_out, nothing: LeftOut::UnpricedLines(0) })
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

#[cfg(test)]
mod tests;
