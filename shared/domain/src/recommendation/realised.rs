//! What issued documents charge because of a recommendation that was accepted.

use std::collections::BTreeSet;

use jiff::{ToSpan as _, civil::Date};

use super::Repriced;
use crate::{
    agreement::AgreementLine,
    id::{AgreementId, ServiceId},
    invoice::{DocumentState, Invoice, InvoiceLine},
    money::{Currency, Money, divide_half_even},
};

/// For how many months it is followed: what was expected is of a year.
pub const MONTHS: i32 = 12;

/// Why it is not known what was realised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unrealised {
    /// The day has not come.
    Pending,
    /// A line names no catalogue entry, so that no document names it.
    LineNotNamed,
    /// No document names the entry since.
    NotCharged,
    /// A document that names it does not say at which price.
    PriceNotSaid,
    /// Something else of the client costs the same, and the document does not say which it charges.
    Ambiguous,
    /// The sum is beyond what can be worked with.
    OutOfRange,
}

impl Unrealised {
    /// The name of every reason.
    pub const NAMES: [&'static str; 6] =
        ["pending", "line_not_named", "not_charged", "price_not_said", "ambiguous", "out_of_range"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [pending, not_named, not_charged, not_said, ambiguous, out_of_range] = Self::NAMES;
        match self {
            Self::Pending => pending,
            Self::LineNotNamed => not_named,
            Self::NotCharged => not_charged,
            Self::PriceNotSaid => not_said,
            Self::Ambiguous => ambiguous,
            Self::OutOfRange => out_of_range,
        }
    }
}

/// What documents charge because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Realised {
    /// In smallest units, before tax and net of what credit memos give back; or why that is not known.
    pub minor: Result<i64, Unrealised>,
    /// In how many lines of documents.
    pub lines: usize,
    /// The first and the last day of the documents that were looked at.
    pub days: (Date, Date),
}

impl Realised {
    /// What is said before the day has come.
    pub fn pending(on: Date) -> Self {
        Self { minor: Err(Unrealised::Pending), lines: 0, days: (on, on) }
    }

    fn of(charged: Result<Charged, Unrealised>, days: (Date, Date)) -> Self {
        match charged {
            Ok(Charged { minor, lines }) => Self { minor: Ok(minor), lines, days },
            Err(why) => Self { minor: Err(why), lines: 0, days },
        }
    }
}

/// The days of which documents are looked at: [`MONTHS`] from the first on, or up to today.
pub fn followed(from: Date, today: Date) -> (Date, Date) {
    let end = from.saturating_add(MONTHS.months()).saturating_sub(1.day());
    (from, end.min(today).max(from))
}

#[derive(Debug, Clone, Copy, Default)]
struct Charged {
    minor: i64,
    lines: usize,
}

impl Charged {
    fn add(&mut self, minor: Option<i64>) -> Result<(), Unrealised> {
        let sum = minor.and_then(|minor| self.minor.checked_add(minor));
        self.minor = sum.ok_or(Unrealised::OutOfRange)?;
        self.lines += 1;
        Ok(())
    }
}

/// What raised prices of an agreement brought: of each line that charges a raised entry at exactly the new price the
/// part of its amount by which that was raised, half to even: units × the difference, less the same part of a
/// discount.
///
/// `known` are the lines of all of the client's agreements. A document that bills an agreement by name
/// belongs to that one; of others, what costs the same by two lines is not told.
pub fn of_raise(
    (agreement, raised): (AgreementId, &[Repriced]),
    known: &[AgreementLine],
    documents: &[Invoice],
    (currency, days): (Currency, (Date, Date)),
) -> Realised {
    let prices: Result<Vec<_>, _> = raised.iter().map(|it| Price::of(it, known, days.0)).collect();
    let charged = prices.and_then(|prices| {
        // Lines that are raised alike are charged alike.
        let prices: BTreeSet<_> = prices.into_iter().collect();
        prices.iter().try_fold(Charged::default(), |sum, price| {
            let raise = Raise { agreement, price: *price, prices: &prices, raised, known, days };
            raise.charged(documents, currency, sum)
        })
    });
    Realised::of(charged, days)
}

/// What was charged of an entry that was offered: the amounts of all lines that name it.
pub fn of_offer(
    service: ServiceId,
    documents: &[Invoice],
    (currency, days): (Currency, (Date, Date)),
) -> Realised {
    let lines = naming(service, documents, (currency, days));
    let charged =
        lines.map(|(_, line)| line.amount.minor).try_fold(Charged::default(), |mut sum, minor| {
            sum.add(Some(minor))?;
            Ok(sum)
        });
    let some =
        charged.and_then(|it| if it.lines == 0 { Err(Unrealised::NotCharged) } else { Ok(it) });
    Realised::of(some, days)
}

/// The lines of issued documents of some days that name an entry.
fn naming(
    service: ServiceId,
    documents: &[Invoice],
    (currency, (first, last)): (Currency, (Date, Date)),
) -> impl Iterator<Item = (&Invoice, &InvoiceLine)> {
    let counts =
        move |it: &&Invoice| it.state == DocumentState::Issued && (first..=last).contains(&it.day);
    let lines =
        documents.iter().filter(counts).flat_map(|it| it.lines.iter().map(move |line| (it, line)));
    lines.filter(move |(_, line)| line.service == Some(service) && line.amount.currency == currency)
}

/// A price that was set for an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Price {
    service: ServiceId,
    to: i64,
    from: i64,
}

impl Price {
    fn of(it: &Repriced, known: &[AgreementLine], on: Date) -> Result<Self, Unrealised> {
        let line = known.iter().find(|line| line.id == it.line);
        let priced = line.filter(|line| line.price_on(on).is_some());
        let service = priced.and_then(|line| line.service).ok_or(Unrealised::LineNotNamed)?;
        Ok(Self { service, to: it.to_minor, from: it.from_minor })
    }
}

/// What documents are looked at for.
struct Raise<'a> {
    agreement: AgreementId,
    price: Price,
    prices: &'a BTreeSet<Price>,
    raised: &'a [Repriced],
    known: &'a [AgreementLine],
    days: (Date, Date),
}

impl Raise<'_> {
    fn charged(
        &self,
        documents: &[Invoice],
        currency: Currency,
        mut sum: Charged,
    ) -> Result<Charged, Unrealised> {
        let mut named = false;
        for (document, line) in naming(self.price.service, documents, (currency, self.days)) {
            let bills = document.recurring().map(|period| period.agreement);
            if bills.is_some_and(|agreement| agreement != self.agreement) {
                continue;
            }
            named = true;
            let price = line.unit_price().ok_or(Unrealised::PriceNotSaid)?;
            if Money::exactly(price, currency).map(|price| price.minor) != Ok(self.price.to) {
                continue;
            }
            if self.is_shared(bills.is_some(), document.day) {
                return Err(Unrealised::Ambiguous);
            }
            sum.add(self.part(line.amount.minor))?;
        }
        if named { Ok(sum) } else { Err(Unrealised::NotCharged) }
    }

    /// The part of an amount by which its price was raised.
    fn part(&self, minor: i64) -> Option<i64> {
        let raised = i128::from(self.price.to) - i128::from(self.price.from);
        let product = i128::from(minor).checked_mul(raised)?;
        i64::try_from(divide_half_even(product, self.price.to.into())?).ok()
    }

    /// Whether something else costs the same on a day: another line, or one that was raised from another price.
    fn is_shared(&self, by_agreement: bool, day: Date) -> bool {
        let alike = |it: &&Price| (it.service, it.to) == (self.price.service, self.price.to);
        let mut others = self.known.iter().filter(|line| {
            let is_raised = self.raised.iter().any(|it| it.line == line.id);
            let may_be_charged = !by_agreement || line.agreement == self.agreement;
            !is_raised && may_be_charged
        });
        let same = |line: &AgreementLine| {
            let price = line.price_on(day).map(|price| price.unit_price.minor);
            let active = line.is_active_on(day) && line.service == Some(self.price.service);
            active && price == Some(self.price.to)
        };
        self.prices.iter().filter(alike).count() > 1 || others.any(same)
    }
}

#[cfg(test)]
mod tests;
