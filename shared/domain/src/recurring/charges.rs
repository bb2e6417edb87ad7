//! From an agreement to what it charges for in a month.

use rust_decimal::Decimal;

use super::{Charges, Count, Counts, Reason, RecurringLine, Unbilled, WhyNot};
use crate::{
    agreement::{
        Agreement, AgreementKind, AgreementLine, AgreementStatus, Due, Escalator, Frequency,
        PricedDays, PricingUnit,
    },
    billing::{LineQuantity, UnitPrice, gross},
    money::{Currency, Money},
    period::Month,
    usage_count::UsageKind,
};

/// An agreement with what decides its charges.
#[derive(Debug, Clone, Copy)]
pub struct Agreed<'a> {
    /// The agreement.
    pub agreement: &'a Agreement,
    /// How its prices rise.
    pub escalator: Option<&'a Escalator>,
    /// Its lines.
    pub lines: &'a [AgreementLine],
    /// The currency that the organisation's books are kept in.
    pub currency: Currency,
    /// What the client has.
    pub counts: Counts,
}

/// What an agreement charges for in a month, and what it leaves out: every charge that falls due in
/// the month, for the days on which line and agreement are in force, at the prices of these days.
///
/// An agreement by usage charges people and devices as they are counted, at least so many as agreed.
pub fn charges(agreed: &Agreed<'_>, month: Month) -> Charges {
    let mut charges = Charges::default();
    for line in agreed.lines {
        for due in line.due_in(month, agreed.agreement) {
            agreed.charge(line, due, month, &mut charges);
        }
    }
    charges
}

/// How many units are charged, and why so many.
type Units = (LineQuantity, Option<Reason>);

impl Agreed<'_> {
    fn charge(&self, line: &AgreementLine, due: Due, month: Month, charges: &mut Charges) {
        let unbilled = |days, why| Unbilled { line: Some(line.id), days, why };
        let units = match self.refused(line, month).map_or_else(|| self.units(line), Err) {
            Ok(units) => units,
            Err(why) => return charges.unbilled.push(unbilled(due.in_force, why)),
        };
        let Ok(parts) = line.priced(due.in_force, self.escalator) else {
            return charges.unbilled.push(unbilled(due.in_force, WhyNot::TooLarge));
        };
        for part in parts {
            match charged(line, due, part, units) {
                Ok(row) => charges.lines.push(row),
                Err(why) => charges.unbilled.push(unbilled(part.days, why)),
            }
        }
    }

    /// Why a line is not charged whatever it costs.
    fn refused(&self, line: &AgreementLine, month: Month) -> Option<WhyNot> {
        let Agreement { status, end, .. } = self.agreement;
        match status {
            AgreementStatus::Draft => return Some(WhyNot::Draft),
            // Its last day may be that of an earlier time, when it was to last longer.
            AgreementStatus::Inactive if end.is_none_or(|end| end > month.last_day()) => {
                return Some(WhyNot::EndUnknown);
            }
            AgreementStatus::Active | AgreementStatus::Inactive => {}
        }
        if !line.is_fixed() {
            return Some(WhyNot::ByTheHour);
        }
        (line.prices.currency() != self.currency).then_some(WhyNot::OtherCurrency)
    }

    fn units(&self, line: &AgreementLine) -> Result<Units, WhyNot> {
        let agreed = quantity(line.quantity)?;
        let (count, kind) = match line.unit {
            PricingUnit::User => (self.counts.users, UsageKind::Users),
            PricingUnit::Device => (self.counts.devices, UsageKind::Endpoints),
            PricingUnit::Hour | PricingUnit::Month | PricingUnit::Flat => {
                return Ok((agreed, None));
            }
        };
        if self.agreement.kind != AgreementKind::Usage {
            return Ok((agreed, None));
        }
        let count: Count = count.ok_or(WhyNot::NoCount { kind })?;
        let counted = quantity(Decimal::from(count.number))?;
        Ok(if counted < agreed {
            (agreed, Some(Reason::Minimum(count)))
        } else {
            (counted, Some(Reason::Counted(count)))
        })
    }
}

fn quantity(number: impl Into<Decimal>) -> Result<LineQuantity, WhyNot> {
    LineQuantity::try_from(number.into()).map_err(|_| WhyNot::TooLarge)
}

/// The part of a charge that is for these days.
fn charged(
    line: &AgreementLine,
    due: Due,
    part: PricedDays,
    (units, counted): Units,
) -> Result<RecurringLine, WhyNot> {
    let price = part.unit_price.ok_or(WhyNot::NoPrice)?;
    let unit_price = UnitPrice::try_from(price.major()).map_err(|_| WhyNot::TooLarge)?;
    let whole = gross(units, unit_price, price.currency).ok_or(WhyNot::TooLarge)?;
    let charged = RecurringLine {
        line: line.id,
        service: line.service,
        offering: line.offering,
        days: part.days,
        units,
        unit_price: price,
        amount: amount(Money { minor: whole, ..price }, due, part).ok_or(WhyNot::TooLarge)?,
        reasons: reasons(line, due, part).into_iter().chain(counted).collect(),
    };
    charged.factors().map(|_| charged).ok_or(WhyNot::TooLarge)
}

/// What of a whole span's price is for these days.
fn amount(whole: Money, due: Due, part: PricedDays) -> Option<Money> {
    let of = due.span.count();
    let before = due.span.before(part.days.first);
    let by = |days: i64| whole.scaled(days.into(), of.into()).ok();
    let (by_last, by_eve) = (by(before + part.days.count())?, by(before)?);
    Some(Money { minor: by_last.minor - by_eve.minor, ..whole })
}

fn reasons(line: &AgreementLine, due: Due, part: PricedDays) -> Vec<Reason> {
    if line.frequency == Frequency::OneTime {
        return vec![Reason::Once];
    }
    if part.days == due.span {
        return vec![Reason::WholePeriod];
    }
    let mut reasons = vec![Reason::Prorated { days: part.days.count(), of: due.span.count() }];
    if part.days.first > due.in_force.first {
        reasons.push(Reason::PriceChanged { from: part.days.first });
    }
    reasons
}

#[cfg(test)]
mod tests;
