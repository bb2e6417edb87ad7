//! The dimensions of a client over a time.

use clearmargin_domain::money::Currency;
use rust_decimal::Decimal;

use super::{
    dimension::{DIMENSIONS, Dimension, Unit},
    figures::{MonthFigures, Tally, Window},
    missing::{Missing, Of},
};
use crate::forecast::{median, whole};

/// A value, or why there is none. Money is in smallest units.
pub(super) type Value = Result<f64, Missing>;

/// Each dimension, in the order of [`Dimension::ALL`].
pub(super) type Values = [Value; DIMENSIONS];

/// In one of how many seconds a rate may be missing: a twentieth of the worked time.
const UNCOSTED: i64 = 20;

const HOUR: f64 = 3_600.0;

pub(super) fn values(window: &Window, currency: Currency) -> Values {
    Dimension::ALL.map(|dimension| value(window, dimension, currency))
}

fn value(window: &Window, dimension: Dimension, currency: Currency) -> Value {
    let (have, needed) = (window.months.len(), dimension.months_needed());
    if have < needed {
        let more = i32::try_from(needed).unwrap_or_default() - 1;
        return Err(Missing::Months { have, needed, until: window.start.plus(more) });
    }
    match dimension {
        Dimension::RevenueVariation
        | Dimension::MarginVariation
        | Dimension::RevenueTrend
        | Dimension::MarginTrend => stability(window, dimension),
        Dimension::EffectiveRate
        | Dimension::LabourShare
        | Dimension::UnbilledShare
        | Dimension::ProductShare
        | Dimension::RevenuePerHour
        | Dimension::NetRate
        | Dimension::ServiceMargin
        | Dimension::ProductMargin
        | Dimension::DaysToPay
        | Dimension::OnTimeShare => of_sums(&window.sum, dimension),
        _ => of_counts(window, dimension, currency),
    }
}

/// A quotient; only of something is there a part.
fn over(part: i64, whole: i64, of: Of) -> Value {
    if whole > 0 { Ok(part as f64 / whole as f64) } else { Err(Missing::Nothing { of }) }
}

fn of_sums(sum: &MonthFigures, dimension: Dimension) -> Value {
    let (service, product) = (sum.service_revenue_minor, sum.product_revenue_minor);
    let hourly = |minor| Ok(HOUR * over(minor, sum.worked_seconds, Of::WorkedTime)?);
    match dimension {
        Dimension::EffectiveRate => hourly(service),
        Dimension::RevenuePerHour => hourly(sum.revenue()),
        Dimension::NetRate => hourly(sum.revenue().saturating_sub(sum.product_cost_minor)),
        Dimension::LabourShare => over(costed(sum)?, sum.revenue(), Of::Revenue),
        Dimension::UnbilledShare => over(sum.unbilled_seconds, sum.worked_seconds, Of::WorkedTime),
        Dimension::ProductShare => over(product, sum.revenue(), Of::Revenue),
        Dimension::ServiceMargin => {
            over(service.saturating_sub(costed(sum)?), service, Of::ServiceRevenue)
        }
        Dimension::ProductMargin => {
            let left = product.saturating_sub(sum.product_cost_minor);
            over(left, product, Of::ProductRevenue)
        }
        Dimension::DaysToPay => over(sum.settled_days, sum.settled_minor, Of::Settled),
        _ => over(sum.on_time_minor, sum.settled_minor, Of::Settled),
    }
}

/// The labour cost, if nearly all worked time has a rate.
fn costed(sum: &MonthFigures) -> Result<i64, Missing> {
    let (uncosted_seconds, worked_seconds) = (sum.uncosted_seconds, sum.worked_seconds);
    if uncosted_seconds.saturating_mul(UNCOSTED) > worked_seconds {
        return Err(Missing::Uncosted { uncosted_seconds, worked_seconds });
    }
    Ok(sum.labour_cost_minor)
}

fn of_counts(window: &Window, dimension: Dimension, currency: Currency) -> Value {
    let counted = |tally: Tally, of| {
        let needed = dimension.months_needed();
        let enough = tally.months >= needed;
        let missing = Missing::NotCounted { of, have: tally.months, needed };
        if enough { Ok(tally) } else { Err(missing) }
    };
    let users = || counted(window.users, Of::Users);
    let endpoints = || counted(window.endpoints, Of::Endpoints);
    let tickets = || counted(window.tickets, Of::Tickets);
    // Tickets for each of them, over the months in which both were counted.
    let load = |tally: Tally, of| {
        tickets()?;
        over(tally.tickets, tally.ticketed, of)
    };
    match dimension {
        Dimension::RecurringShare => {
            let recurring = counted(window.recurring, Of::Recurring)?;
            over(recurring.count, recurring.revenue, Of::Revenue)
        }
        Dimension::RevenuePerUser => users().and_then(|it| over(it.revenue, it.count, Of::Users)),
        Dimension::RevenuePerEndpoint => {
            endpoints().and_then(|it| over(it.revenue, it.count, Of::Endpoints))
        }
        Dimension::TicketsPerUser => load(users()?, Of::Users),
        Dimension::TicketsPerEndpoint => load(endpoints()?, Of::Endpoints),
        Dimension::TicketsPerRevenue => {
            let tickets = tickets()?;
            Ok(over(tickets.count, tickets.revenue, Of::Revenue)? * thousand(currency))
        }
        Dimension::HoursPerTicket => {
            let tickets = tickets()?;
            Ok(over(tickets.worked, tickets.count, Of::Tickets)? / HOUR)
        }
        _ => {
            let licences = counted(window.licences, Of::Licences)?;
            over(window.licences_billed, licences.count, Of::Licences)
        }
    }
}

fn stability(window: &Window, dimension: Dimension) -> Value {
    let revenue: Vec<f64> = window.months.iter().map(|month| month.revenue() as f64).collect();
    let margin: Vec<f64> = window.months.iter().map(|month| month.margin() as f64).collect();
    let level = mean(&revenue);
    if level <= 0.0 {
        return Err(Missing::Nothing { of: Of::Revenue });
    }
    let moved = match dimension {
        Dimension::RevenueVariation => deviation(&revenue),
        Dimension::MarginVariation => deviation(&margin),
        Dimension::RevenueTrend => slope(&revenue) * 12.0,
        _ => slope(&margin) * 12.0,
    };
    Ok(moved / level)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard deviation of a sample.
fn deviation(values: &[f64]) -> f64 {
    let level = mean(values);
    let squares: f64 = values.iter().map(|value| (value - level).powi(2)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

/// The median of the slopes between any two values: one value of ten times its size moves it little.
fn slope(values: &[f64]) -> f64 {
    let later = |(at, from): (usize, &f64)| {
        let from = *from;
        let next = values.iter().enumerate().skip(at + 1);
        next.map(move |(to, value)| (value - from) / (to - at) as f64).collect::<Vec<_>>()
    };
    median(values.iter().enumerate().flat_map(later).collect())
}

/// 1,000 of a currency in its smallest units.
pub(super) fn thousand(currency: Currency) -> f64 {
    1_000.0 * major(currency)
}

/// One of a currency in its smallest units.
pub(super) fn major(currency: Currency) -> f64 {
    10_u32.pow(currency.decimals()).into()
}

/// A value as it is shown: money in the currency with its decimals, all else to four; half to even, as
/// in the metric dictionary.
pub(super) fn shown(value: f64, unit: Unit, currency: Currency) -> Decimal {
    if unit.is_money() {
        return Decimal::new(whole(value.round_ties_even()), currency.decimals());
    }
    ten_thousandths(value)
}

/// A number to four decimals, half to even.
pub(super) fn ten_thousandths(number: f64) -> Decimal {
    Decimal::new(whole((number * 10_000.0).round_ties_even()), 4).normalize()
}
