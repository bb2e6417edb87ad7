//! What is to be done about what analyses found, the most dollars first.
//!
//! A recommendation is a view of results that are there: leaks, prices, and what clients could have. It has
//! no model of its own, so its dollars are theirs, to the cent. Its *basis* is a hash of all that it rests
//! on: as long as that is the same, accepting it means what it meant when somebody looked at it.

use clearmargin_domain::{
    analysis::Kept,
    id::{AgreementId, AgreementLineId, ClientId, ServiceId},
    leak::{Bearing, LeakKind},
    money::Money,
    period::Month,
    recommendation::RecommendationKind,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::{
    growth::{Chance, Growth},
    leaks::{Findings, Leak, Ledger},
    pricing::{PriceBook, Priced, Raise, Wishes},
};

/// For so many days after its analysis a recommendation may be accepted.
pub const GOOD_FOR_DAYS: i64 = 14;

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// Names it in every analysis.
    pub key: String,
    /// For which client.
    pub client: ClientId,
    /// What is expected of it, in smallest units: of a leak once, of the others in a year.
    pub expected: i64,
    /// The hash of all that it rests on.
    pub basis: String,
    /// What is to be done.
    pub act: Act,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Act {
    /// A leak is to be recovered.
    Recover(Box<Leak>),
    /// Prices are to be raised.
    Raise(RaisePrices),
    /// A service is to be offered.
    Offer(Chance),
}

/// Prices of an agreement that are to be raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RaisePrices {
    /// The agreement.
    pub agreement: AgreementId,
    /// The first day on which prices may change.
    pub on: Date,
    /// The last day for notice, where a term renews itself.
    pub notice_by: Option<Date>,
    /// What the raise is worth in the year from that day.
    pub raise: Raise,
    /// The prices that change.
    pub lines: Vec<RaisedPrice>,
}

/// A price that is to be raised, in smallest units for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RaisedPrice {
    /// The line.
    pub line: AgreementLineId,
    /// The catalogue entry, where it is one.
    pub service: Option<ServiceId>,
    /// What a unit costs on the day of the analysis.
    pub price: i64,
    /// What it would cost then, as agreed.
    pub then: i64,
    /// What it is to cost.
    pub proposed: i64,
    /// What that brings more in a year.
    pub gain: i64,
}

impl Act {
    /// Its kind.
    pub const fn kind(&self) -> RecommendationKind {
        match self {
            Self::Recover(_) => RecommendationKind::RecoverLeak,
            Self::Raise(_) => RecommendationKind::RaisePrices,
            Self::Offer(_) => RecommendationKind::OfferService,
        }
    }
}

/// Whether what a leak comes to can be charged as it is: it was agreed, and no other record has to be
/// changed for it.
pub const fn can_be_drafted(kind: LeakKind) -> bool {
    matches!(
        kind,
        LeakKind::LineNotInvoiced | LeakKind::QuantityBelowContract | LeakKind::UpliftNotApplied
    )
}

/// What of a leak is to be charged for a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// The month.
    pub month: Month,
    /// How many units.
    pub units: Decimal,
    /// What one costs; units × that is exactly what the month lacks.
    pub price: Money,
}

/// What of a leak is to be charged, month by month: whole units at the agreed price where it is that, else
/// one unit at what lacks.
pub fn missing(leak: &Leak) -> Vec<Missing> {
    let of = |(month, amount): (&Month, &Money)| {
        let whole = agreed_price(leak, *month)
            .filter(|price| price.minor > 0 && amount.minor.checked_rem(price.minor) == Some(0));
        let (units, price) = match whole {
            Some(price) => (Decimal::from(amount.minor / price.minor), price),
            None => (Decimal::ONE, *amount),
        };
        Missing { month: *month, units, price }
    };
    leak.months.iter().map(of).collect()
}

/// What a unit costs in a month, as the agreement says.
fn agreed_price(leak: &Leak, month: Month) -> Option<Money> {
    let agreed = leak.evidence.iter().filter(|row| row.ledger == Ledger::Contract);
    agreed
        .filter(|row| row.day.is_some_and(|day| Month::of(day) == month))
        .find_map(|row| row.unit_price)
}

/// All that is to be done, the most dollars first, by key where they are the same. What of the three could not
/// be analysed is left out.
pub fn recommendations(
    leaks: Option<&Findings>,
    prices: Option<&PriceBook>,
    growth: Option<&Growth>,
) -> Vec<Recommendation> {
    let recoverable = leaks.into_iter().flat_map(|it| it.bearing(Bearing::Recoverable));
    let pricing = prices.map(|prices| prices.answer(Wishes::default()));
    let raises = pricing.iter().flat_map(|pricing| &pricing.agreements);
    let chances = growth.and_then(|growth| growth.found.as_ref()).into_iter();
    let mut all: Vec<Recommendation> = recoverable.filter_map(recover).collect();
    all.extend(raises.filter_map(raise));
    all.extend(chances.flat_map(|found| &found.chances).filter_map(offer));
    all.sort_by(|a, b| b.expected.cmp(&a.expected).then_with(|| a.key.cmp(&b.key)));
    all
}

fn recover(leak: &Leak) -> Option<Recommendation> {
    let act = Act::Recover(Box::new(leak.clone()));
    recommended(&leak.key, leak.client, leak.total.minor, act)
}

fn raise(priced: &Priced<'_>) -> Option<Recommendation> {
    let (costed, target) = (priced.costed, priced.outcome.as_ref().ok()?);
    let worth = target.raise.filter(|_| target.advice.raises())?;
    let lines = costed.lines.as_ref().ok()?.iter().zip(&target.lines);
    let lines = lines.filter(|(_, price)| price.gain > 0).map(|(line, price)| RaisedPrice {
        line: line.line,
        service: line.service,
        price: line.price,
        then: line.then,
        proposed: price.proposed,
        gain: price.gain,
    });
    let act = RaisePrices {
        agreement: costed.agreement,
        on: costed.earliest.on,
        notice_by: costed.earliest.notice_by,
        raise: worth,
        lines: lines.collect(),
    };
    let subject = costed.agreement.to_string();
    recommended(&subject, costed.client, worth.expected, Act::Raise(act))
}

fn offer(chance: &Chance) -> Option<Recommendation> {
    let subject = format!("{}/{}", chance.client, chance.service);
    recommended(&subject, chance.client, chance.expected, Act::Offer(chance.clone()))
}

/// What brings nothing is not recommended.
fn recommended(subject: &str, client: ClientId, expected: i64, act: Act) -> Option<Recommendation> {
    let key = format!("{}/{subject}", act.kind().as_str());
    let basis = Kept::of(&serde_json::to_vec(&act).ok()?).sha256;
    (expected > 0).then_some(Recommendation { key, client, expected, basis, act })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clearmargin_domain::money::Currency;
    use jiff::Timestamp;

    use super::*;
    use crate::leaks::{Confidence, Evidence, RecordKind};

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    /// A leak of these amounts, by month, of something that is agreed at a price.
    fn leak(kind: LeakKind, price: i64, months: &[(&str, i64)]) -> Leak {
        let client = ClientId::new(Timestamp::UNIX_EPOCH, 1);
        let months: BTreeMap<Month, Money> =
            months.iter().map(|(month, minor)| (month.parse().unwrap(), usd(*minor))).collect();
        let agreed = |month: &Month| Evidence {
            ledger: Ledger::Contract,
            source: None,
            record: RecordKind::AgreementLine,
            id: "agl".to_owned(),
            day: Some(month.first_day()),
            quantity: None,
            unit_price: Some(usd(price)),
            amount: None,
            says: String::new(),
        };
        Leak {
            kind,
            client,
            key: format!("{}/{client}/line", kind.as_str()),
            agreement: None,
            service: None,
            bearing: kind.bearing(),
            rule: String::new(),
            first_seen: months.keys().next().unwrap().first_day(),
            total: usd(months.values().map(|it| it.minor).sum()),
            evidence: months.keys().map(agreed).collect(),
            months,
            confidence: Confidence { percent: 100, doubts: Vec::new() },
        }
    }

    fn findings(leaks: Vec<Leak>) -> Findings {
        let months = "2026-01".parse().unwrap();
        let judged = clearmargin_domain::period::Period::new(months, months, 1).unwrap();
        Findings { judged, leaks, blind: BTreeMap::new() }
    }

    #[test]
    fn what_lacks_is_charged_in_units_where_it_is_units_and_to_the_cent_always() {
        let few =
            leak(LeakKind::QuantityBelowContract, 2_000, &[("2026-01", 6_000), ("2026-02", 2_500)]);
        let charged = missing(&few);
        let units: Vec<_> = charged.iter().map(|it| (it.units, it.price.minor)).collect();
        assert_eq!(units, [(Decimal::from(3), 2_000), (Decimal::ONE, 2_500)]);
        for (charged, lacks) in charged.iter().zip(few.months.values()) {
            assert_eq!(
                charged.units * Decimal::from(charged.price.minor),
                Decimal::from(lacks.minor)
            );
        }
    }

    #[test]
    fn the_most_dollars_come_first_and_what_was_charged_too_much_is_none() {
        let all = findings(vec![
            leak(LeakKind::LineNotInvoiced, 100, &[("2026-01", 100)]),
            leak(LeakKind::BilledWithoutVendor, 100, &[("2026-01", 900)]),
            leak(LeakKind::QuantityBelowContract, 100, &[("2026-01", 300)]),
        ]);
        let found = recommendations(Some(&all), None, None);
        let expected: Vec<_> = found.iter().map(|it| it.expected).collect();
        assert_eq!(expected, [300, 100]);
        assert_eq!(recommendations(None, None, None), []);
    }

    #[test]
    fn the_basis_is_all_that_it_rests_on() {
        let of = |price, minor| {
            let leak = leak(LeakKind::LineNotInvoiced, price, &[("2026-01", minor)]);
            recommendations(Some(&findings(vec![leak])), None, None).remove(0)
        };
        let (one, same, other) = (of(100, 100), of(100, 100), of(50, 100));
        assert_eq!((&one.basis, &one.key), (&same.basis, &other.key));
        assert_ne!(one.basis, other.basis);
    }
}
