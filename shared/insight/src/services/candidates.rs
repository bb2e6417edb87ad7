//! What could be done about entries, by rule.

use std::{cmp::Reverse, collections::BTreeSet};

use clearmargin_domain::id::{ClientId, ServiceId};
use statrs::distribution::{DiscreteCDF as _, Hypergeometric};

use super::{
    Book, Own, Sums,
    kept::{Candidate, Case, Rule, ServiceRow},
};
use crate::{forecast::whole, pricing::nearest};

/// In how many months an entry has to have brought, taken or cost anything to be dropped.
pub const FEWEST_MONTHS: usize = 3;
/// How many other clients a client's work is held against at least.
pub const FEWEST_PEERS: usize = 5;
/// How many times as much work for a unit as usual is far more.
pub const CLEARLY_ABOVE: i64 = 2;
/// How many clients there have to be to say what is bought together.
pub const FEWEST_CLIENTS: usize = 20;
/// How many have to buy both.
pub const FEWEST_BOTH: usize = 5;
/// How many tickets are many.
pub const FEWEST_TICKETS: usize = 50;
/// How many minutes for each of them are few.
pub const MOST_MINUTES: i64 = 30;
/// The level of bands, in per cent.
pub const BAND_LEVEL: u8 = 80;
/// Of Student's distribution with eleven degrees of freedom, and of a normal one, that share lies within.
const STUDENT: f64 = 1.363_430_318_020_540_5;
const NORMAL: f64 = 1.281_551_565_544_600_4;
/// The share of chance allowed that any pair is told of that is bought together by chance.
const CHANCE: f64 = 0.05;

/// What could be done, and the rules for which there was enough to look at.
pub(super) fn all(book: &Book, rows: &[ServiceRow]) -> (Vec<Candidate>, Vec<Rule>) {
    let rules = [drops(book, rows), rescopes(book), bundles(book), automations(book)].into_iter();
    let (mut candidates, mut looked) = (Vec::new(), Vec::new());
    for (rule, found) in Rule::ALL.into_iter().zip(rules) {
        let Some(found) = found else { continue };
        looked.push(rule);
        candidates.extend(found);
    }
    candidates.sort_by_key(|it: &Candidate| (Reverse(it.yearly), it.case.rule()));
    (candidates, looked)
}

/// Entries that cost more than they bring: what that is. None with no entry of which the margin is known.
fn drops(book: &Book, rows: &[ServiceRow]) -> Option<Vec<Candidate>> {
    let known = rows.iter().filter_map(|row| {
        let sums = book.entries.get(&row.service)?;
        let months: BTreeSet<_> = [&sums.revenue, &sums.labour, &sums.direct]
            .into_iter()
            .flat_map(|it| it.keys())
            .collect();
        (months.len() >= FEWEST_MONTHS).then_some((row, row.margin.ok()?, sums, months.len()))
    });
    let mut known = known.peekable();
    known.peek()?;
    let losing = known.filter(|(_, margin, ..)| *margin < 0);
    let candidate = |(row, margin, sums, months): (&ServiceRow, i64, &Sums, usize)| Candidate {
        yearly: margin.saturating_neg(),
        band: Some(losing_band(book, margin.saturating_neg(), sums)),
        case: Case::Drop { service: row.service, clients: row.clients, months },
    };
    Some(losing.map(candidate).collect())
}

/// Between what a year's loss lies if its months are as they were: twelve times their mean, with Student's width.
#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a band is a number")]
fn losing_band(book: &Book, loss: i64, sums: &Sums) -> (i64, i64) {
    let months: Vec<f64> = book
        .period
        .months()
        .map(|month| {
            let of = |it: &std::collections::BTreeMap<_, i64>| {
                it.get(&month).copied().unwrap_or(0) as f64
            };
            of(&sums.labour) + of(&sums.direct) - of(&sums.revenue)
        })
        .collect();
    let count = months.len() as f64;
    let mean = months.iter().sum::<f64>() / count;
    let squares: f64 = months.iter().map(|it| (it - mean) * (it - mean)).sum();
    let width = whole(STUDENT * (squares / (count - 1.0) * count).sqrt());
    (loss.saturating_sub(width), loss.saturating_add(width))
}

/// Clients that take far more work for a unit than the middle of the others: what is above that, at their own cost
/// of an hour. None with no entry that enough clients take work for.
fn rescopes(book: &Book) -> Option<Vec<Candidate>> {
    let mut found = None;
    for (service, sums) in &book.entries {
        let mut takes: Vec<(ClientId, Own)> = sums
            .clients
            .iter()
            .filter(|(_, own)| own.hundredths > 0 && own.seconds > 0)
            .map(|(client, own)| (*client, *own))
            .collect();
        if takes.len() <= FEWEST_PEERS {
            continue;
        }
        takes.sort_by(|(one, a), (other, b)| {
            let product =
                |own: &Own, by: &Own| i128::from(own.seconds).saturating_mul(by.hundredths);
            product(a, b).cmp(&product(b, a)).then(one.cmp(other))
        });
        let found: &mut Vec<Candidate> = found.get_or_insert_default();
        found.extend((0..takes.len()).filter_map(|at| rescope(*service, &takes, at)));
    }
    found
}

/// The client at a place, of those sorted by the work for a unit.
fn rescope(service: ServiceId, takes: &[(ClientId, Own)], at: usize) -> Option<Candidate> {
    let (client, own) = takes.get(at)?;
    let peers = takes.len() - 1;
    // The upper middle one of the others.
    let middle = peers / 2;
    let (_, usual) = takes.get(if middle >= at { middle + 1 } else { middle })?;
    let product = i128::from(usual.seconds).checked_mul(own.hundredths)?;
    let usual_seconds = nearest(product, usual.hundredths)?;
    let above = own.seconds.checked_sub(usual_seconds)?;
    let far = own.seconds > usual_seconds.checked_mul(CLEARLY_ABOVE)?;
    if !far || own.uncosted != 0 || own.labour <= 0 {
        return None;
    }
    let yearly = nearest(i128::from(above).checked_mul(own.labour.into())?, own.seconds.into())?;
    let seconds = own.seconds;
    let case = Case::Rescope { service, client: *client, seconds, usual_seconds, peers };
    Some(Candidate { yearly, band: None, case })
}

/// Entries that are bought together far more often than by chance: what clients that have the one alone would pay
/// for the other, times the share of those with the one that have both. None with too few clients or entries.
fn bundles(book: &Book) -> Option<Vec<Candidate>> {
    let bought = book.entries.iter().map(|(service, sums)| {
        let buys = sums.clients.iter().filter(|(_, own)| own.buys).map(|(client, _)| *client);
        (*service, buys.collect::<BTreeSet<_>>(), sums)
    });
    let bought: Vec<_> = bought.filter(|(_, buys, _)| buys.len() >= FEWEST_BOTH).collect();
    if book.clients.len() < FEWEST_CLIENTS || bought.len() < 2 {
        return None;
    }
    let pairs = bought.len() * (bought.len() - 1) / 2;
    let mut found = Vec::new();
    for (at, one) in bought.iter().enumerate() {
        for other in bought.iter().skip(at + 1) {
            let (first, second) =
                if one.1.len() >= other.1.len() { (one, other) } else { (other, one) };
            let pair = Pair {
                clients: book.clients.len(),
                first: first.1.len(),
                second: second.1.len(),
                both: first.1.intersection(&second.1).count(),
            };
            found.extend(pair.candidate((first.0, second.0), second.2, pairs));
        }
    }
    Some(found)
}

/// How many clients buy one, the other and both.
struct Pair {
    clients: usize,
    first: usize,
    second: usize,
    both: usize,
}

impl Pair {
    #[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "shares are numbers")]
    fn candidate(
        &self,
        (service, beside): (ServiceId, ServiceId),
        other: &Sums,
        pairs: usize,
    ) -> Option<Candidate> {
        if self.both < FEWEST_BOTH || self.both >= self.first {
            return None;
        }
        if self.by_chance()? * pairs as f64 > CHANCE {
            return None;
        }
        let (log, width) = self.log_lift();
        let mut paid: Vec<i64> =
            other.clients.values().map(|own| own.monthly).filter(|it| *it > 0).collect();
        paid.sort_unstable();
        let monthly = *paid.get(paid.len().saturating_sub(1) / 2)?;
        let alone = self.first - self.both;
        let each = monthly.checked_mul(12)?.checked_mul(i64::try_from(alone).ok()?)?;
        let yearly = nearest(
            i128::from(each).checked_mul(i128::try_from(self.both).ok()?)?,
            i128::try_from(self.first).ok()?,
        )?;
        let band = self.share_band().map(|share| whole(share * each as f64));
        let millionths = |log: f64| whole(log.exp() * 1e6);
        let case = Case::Bundle {
            service,
            with: beside,
            first: self.first,
            second: self.second,
            both: self.both,
            lift: millionths(log),
            lift_band: (millionths(log - NORMAL * width), millionths(log + NORMAL * width)),
            monthly,
        };
        Some(Candidate { yearly, band: Some(band.into()), case })
    }

    /// How likely at least so many are to buy both by chance alone, the numbers of those who buy each being as they
    /// are (Fisher's exact test, 1935).
    fn by_chance(&self) -> Option<f64> {
        let count = |number: usize| u64::try_from(number).ok();
        let (all, first, second) = (count(self.clients)?, count(self.first)?, count(self.second)?);
        let law = Hypergeometric::new(all, first, second).ok()?;
        Some(law.sf(count(self.both)?.checked_sub(1)?))
    }

    /// The logarithm of how many times as often as by chance both are bought, and its deviation, by the delta
    /// method.
    #[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "shares are numbers")]
    fn log_lift(&self) -> (f64, f64) {
        let all = self.clients as f64;
        let share = |count: usize| count as f64 / all;
        let (both, first, second) = (share(self.both), share(self.first), share(self.second));
        let slope = 1.0 / both - 1.0 / first - 1.0 / second;
        let squares = both * slope * slope
            + (first - both) / (first * first)
            + (second - both) / (second * second);
        let variance = ((squares - 1.0) / all).max(f64::MIN_POSITIVE);
        ((both / (first * second)).ln(), variance.sqrt())
    }

    /// Between what the share of those with the one that have both lies (Wilson, 1927).
    #[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "shares are numbers")]
    fn share_band(&self) -> [f64; 2] {
        let (count, square) = (self.first as f64, NORMAL * NORMAL);
        let share = self.both as f64 / count;
        let middle = share + square / (2.0 * count);
        let width =
            NORMAL * (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
        [middle - width, middle + width].map(|end| end / (1.0 + square / count))
    }
}

/// Categories of many tickets that take little time each: what that costs in a year, all of it. None where the
/// category of less than half of the time on tickets is known.
fn automations(book: &Book) -> Option<Vec<Candidate>> {
    let known = book.categorised;
    if known.all <= 0 || known.attributed.saturating_mul(2) < known.all {
        return None;
    }
    let found = book.categories.iter().filter_map(|(category, handled)| {
        let tickets = handled.tickets.len();
        let most = i64::try_from(tickets).ok()?.checked_mul(MOST_MINUTES * 60)?;
        let many = tickets >= FEWEST_TICKETS && handled.seconds <= most;
        (many && handled.uncosted == 0 && handled.labour > 0).then(|| Candidate {
            yearly: handled.labour,
            band: None,
            case: Case::Automate { category: category.clone(), tickets, seconds: handled.seconds },
        })
    });
    Some(found.collect())
}
