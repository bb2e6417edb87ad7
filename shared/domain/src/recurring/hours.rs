//! Work by the hour on recurring invoices: which is charged, at what, and within which limits.
//!
//! What each piece of work is charged at adds up to the lines to the cent, so every hour says what an
//! invoice brought for it.

mod claim;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Reason, Unbilled, WhyNot};
use crate::{
    agreement::{Agreement, AgreementKind, AgreementLine, AgreementStatus, AgreementTerms, Days},
    billing::{LineQuantity, UnitPrice, gross},
    id::{AgreementId, AgreementLineId, ServiceId, TimeEntryId},
    labour::WorkedTime,
    money::{Currency, Money},
    period::Month,
    time_entry::{BillingStatus, TimeEntry},
};

pub use claim::{ClaimedBy, ClaimedTime, MOST_CLAIMED};

/// A piece of work, with the category of its ticket.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// The work.
    pub entry: &'a TimeEntry,
    /// Its ticket's category.
    pub category: Option<&'a str>,
}

/// An agreement that charges by the hour, with what decides its charges.
#[derive(Debug, Clone, Copy)]
pub struct Hourly<'a> {
    /// The agreement.
    pub agreement: &'a Agreement,
    /// Its terms, as far as any were said.
    pub terms: Option<&'a AgreementTerms>,
    /// Its lines.
    pub lines: &'a [AgreementLine],
    /// The currency that the organisation's books are kept in.
    pub currency: Currency,
    /// How much covered work of the month it includes; none where it includes all of it.
    pub included: Option<WorkedTime>,
}

/// Work of the same kind at the same price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursLine {
    /// The line of the agreement that says the price, if one does.
    pub line: Option<AgreementLineId>,
    /// The catalogue entry that it is charged as.
    pub service: Option<ServiceId>,
    /// What an hour costs.
    pub hourly: Money,
    /// How much work.
    pub time: WorkedTime,
    /// How many pieces of work.
    pub entries: u32,
    /// What it comes to.
    pub amount: Money,
    /// Whether it is beyond what the agreement includes.
    pub beyond: bool,
    /// Whether it would come to more without the agreement's cap.
    pub capped: bool,
}

/// What an agreement charges for the work of a month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours {
    /// What is charged, by service and price.
    pub lines: Vec<HoursLine>,
    /// What each piece of work is charged at, in smallest units; together what the lines come to.
    pub entries: Vec<(TimeEntryId, i64)>,
    /// What is beyond the cap, in smallest units.
    pub above_cap_minor: i64,
    /// How much of the month's covered work the agreement includes.
    pub included: WorkedTime,
    /// How many pieces of work wait for approval.
    pub not_approved: u32,
    /// How many pieces of work have no price in the organisation's currency.
    pub unpriced: u32,
}

impl Hours {
    /// What of a month's work is not charged, although it may be owed.
    pub fn unbilled(&self, month: Month) -> Vec<Unbilled> {
        let days = Days::of(month);
        let told = |entries: u32, why| (entries > 0).then_some(Unbilled { line: None, days, why });
        let (waiting, unpriced) = (self.not_approved, self.unpriced);
        let waiting = told(waiting, WhyNot::NotApproved { entries: waiting });
        let unpriced = told(unpriced, WhyNot::HoursUnpriced { entries: unpriced });
        waiting.into_iter().chain(unpriced).collect()
    }
}

/// Whether an agreement charges work by the hour: time and material, hours that it sells, or what is
/// beyond the time that it includes.
pub fn charges_hours(
    agreement: &Agreement,
    terms: Option<&AgreementTerms>,
    lines: &[AgreementLine],
) -> bool {
    agreement.kind == AgreementKind::TimeAndMaterial
        || lines.iter().any(|line| !line.is_fixed())
        || terms.is_some_and(|terms| terms.allowance.is_some())
}

/// The agreement that a piece of work is charged by, among those of its client that charge by the
/// hour: the one that charged it when it was written; else the one in force that covers it and began
/// first. `None` where none does.
pub fn charged_by<'a>(
    work: Work<'_>,
    hourly: impl IntoIterator<Item = (&'a Agreement, Option<&'a AgreementTerms>)>,
) -> Option<AgreementId> {
    let Work { entry, category } = work;
    let mut first: Option<(Date, AgreementId)> = None;
    for (agreement, terms) in hourly {
        if entry.charge.is_some_and(|charge| charge.agreement == agreement.id) {
            return Some(agreement.id);
        }
        let covers = terms.is_none_or(|terms| terms.covers(entry.service, category));
        let place = (agreement.start, agreement.id);
        if covers && in_force(agreement, entry.day) && first.is_none_or(|first| place < first) {
            first = Some(place);
        }
    }
    first.map(|(_, id)| id)
}

/// Whether an agreement was in force on a day as far as its term says.
fn in_force(agreement: &Agreement, day: Date) -> bool {
    let within = agreement.start <= day && agreement.end.is_none_or(|end| day <= end);
    let known = match agreement.status {
        AgreementStatus::Draft => false,
        AgreementStatus::Active => true,
        AgreementStatus::Inactive => agreement.end.is_some(),
    };
    within && known
}

/// What an agreement charges for the work of a month that it is charged by, and that is on no invoice
/// yet (`is_free`).
///
/// Approved work is charged as long as it is charged for, at its own price, else at that of the
/// agreement's line for hours. Of work that billing says is covered, what is beyond the included time
/// is charged likewise: the last of the month. A cap takes off what comes last.
pub fn hours(
    hourly: &Hourly<'_>,
    work: &[Work<'_>],
    is_free: &dyn Fn(TimeEntryId) -> bool,
) -> Hours {
    let mut work: Vec<_> = work.iter().collect();
    work.sort_by_key(|work| (work.entry.day, work.entry.started_at, work.entry.id));
    let mut picked = Picked::new(hourly);
    for work in work {
        picked.pick(work, is_free(work.entry.id));
    }
    picked.hours
}

/// What has been picked up so far.
struct Picked<'a> {
    hourly: &'a Hourly<'a>,
    hours: Hours,
    /// How much covered work there was.
    covered: i64,
    /// What may still be charged.
    left: Option<i64>,
}

impl<'a> Picked<'a> {
    fn new(hourly: &'a Hourly<'a>) -> Self {
        let cap = hourly.terms.and_then(|terms| terms.hours_cap);
        let left = cap.and_then(|cap| gross(LineQuantity::ONE, cap, hourly.currency));
        let included = hourly.included.unwrap_or_default();
        let hours = Hours { included, ..Hours::default() };
        Self { hourly, hours, covered: 0, left }
    }

    fn pick(&mut self, work: &Work<'_>, is_free: bool) {
        let entry = work.entry;
        let (time, beyond) = match entry.status {
            BillingStatus::Approved if entry.billable => (entry.charged(), false),
            BillingStatus::UnderContract => (self.beyond(work), true),
            BillingStatus::Pending if entry.billable => {
                self.hours.not_approved += u32::from(is_free);
                return;
            }
            _ => return,
        };
        if time.seconds == 0 || !is_free {
            return;
        }
        let price = self.hourly.price(entry);
        let amount = price.and_then(|(hourly, _)| time.at(hourly).ok());
        match (price, amount) {
            // What takes back more than it brings is for people to credit.
            (Some((hourly, line)), Some(amount)) if amount.minor >= 0 => {
                self.add(entry, hourly, line, time, amount.minor, beyond);
            }
            _ => self.hours.unpriced += 1,
        }
    }

    /// How much of a piece of covered work is beyond what is included.
    fn beyond(&mut self, work: &Work<'_>) -> WorkedTime {
        let none = WorkedTime::default();
        let (Some(included), Some(terms)) = (self.hourly.included, self.hourly.terms) else {
            return none;
        };
        let Some(used) = terms.uses(work.entry, work.category) else { return none };
        let over = |covered: i64| (covered - included.seconds).max(0);
        let before = self.covered;
        self.covered = before.saturating_add(used.seconds);
        WorkedTime { seconds: over(self.covered) - over(before) }
    }

    fn add(
        &mut self,
        entry: &TimeEntry,
        hourly: Money,
        line: Option<AgreementLineId>,
        time: WorkedTime,
        minor: i64,
        beyond: bool,
    ) {
        let charged = self.left.map_or(minor, |left| minor.min(left));
        self.left = self.left.map(|left| left - charged);
        self.hours.above_cap_minor = self.hours.above_cap_minor.saturating_add(minor - charged);
        self.hours.entries.push((entry.id, charged));
        let alike = |it: &&mut HoursLine| {
            (it.line, it.service, it.hourly, it.beyond) == (line, entry.service, hourly, beyond)
        };
        match self.hours.lines.iter_mut().find(alike) {
            Some(row) => {
                row.time = row.time + time;
                row.entries += 1;
                row.amount.minor = row.amount.minor.saturating_add(charged);
                row.capped |= charged < minor;
            }
            None => self.hours.lines.push(HoursLine {
                line,
                service: entry.service,
                hourly,
                time,
                entries: 1,
                amount: Money { minor: charged, ..hourly },
                beyond,
                capped: charged < minor,
            }),
        }
    }
}

impl Hourly<'_> {
    /// What an hour of a piece of work costs, and the line that says so, if not the work itself does.
    fn price(&self, entry: &TimeEntry) -> Option<(Money, Option<AgreementLineId>)> {
        let own = entry.hourly_price.map(|price| (price, None));
        let price = own.or_else(|| self.agreed(entry));
        price.filter(|(price, _)| price.currency == self.currency)
    }

    /// The price of the line for hours of that service, else of the one for any.
    fn agreed(&self, entry: &TimeEntry) -> Option<(Money, Option<AgreementLineId>)> {
        let sells = |service: Option<ServiceId>| {
            let fits = |line: &&AgreementLine| {
                !line.is_fixed() && line.service == service && line.is_active_on(entry.day)
            };
            self.lines.iter().find(fits)
        };
        let line = entry.service.and_then(|id| sells(Some(id))).or_else(|| sells(None))?;
        let escalator = self.terms.and_then(|terms| terms.escalator.as_ref());
        let price = line.unit_price_on(entry.day, escalator).ok()??;
        let price = match self.terms {
            Some(terms) => terms.hourly_price(price, entry.after_hours).ok()?,
            None => price,
        };
        Some((price, Some(line.id)))
    }
}

impl HoursLine {
    /// How many hours, to six decimals.
    pub fn units(&self) -> Option<LineQuantity> {
        let hours = self.time.hours();
        let hours = hours.round_dp_with_strategy(6, RoundingStrategy::MidpointNearestEven);
        LineQuantity::try_from(hours).ok()
    }

    /// What an invoice multiplies: one and the amount, since each piece of work is rounded by itself.
    pub fn factors(&self) -> Option<(LineQuantity, UnitPrice)> {
        Some((LineQuantity::ONE, UnitPrice::try_from(self.amount.major()).ok()?))
    }

    /// Why it is so much.
    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons = vec![Reason::Hours { entries: self.entries }];
        if self.beyond {
            reasons.push(Reason::BeyondIncluded);
        }
        if self.capped {
            reasons.push(Reason::Capped);
        }
        reasons
    }

    /// What an invoice says of it.
    pub fn text(&self, name: &str) -> String {
        let hours: Decimal = self.time.hours().round_dp(2).normalize();
        let beyond = if self.beyond { ", beyond what is included" } else { "" };
        let capped = if self.capped { ", up to the cap" } else { "" };
        format!("{name}, {hours} h × {}{beyond}{capped}", self.hourly)
    }
}

#[cfg(test)]
mod tests;
