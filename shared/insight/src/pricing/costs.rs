//! What the lines of agreements cost.

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::{AgreementLineId, ClientId},
    money::Money,
    period::Period,
    service::Offering,
};

use super::{
    Costed, Earliest, LineCost, NoPrice, PriceBook,
    standing::{Cohort, Prices},
    window::Window,
};
use crate::snapshot::{
    Snapshot,
    sold::{SoldAgreement, SoldLine, per_months},
};

/// In how many months some time has to be recorded for none to mean none.
const LAST: u16 = 12;

/// What the agreements of a snapshot cost and bring.
pub fn of_snapshot(snapshot: &Snapshot) -> PriceBook {
    let mut agreements: Vec<&SoldAgreement> = snapshot.sold.agreements.iter().collect();
    agreements.sort_by_key(|agreement| agreement.id);
    let mut by_client: BTreeMap<ClientId, Vec<&SoldAgreement>> = BTreeMap::new();
    for agreement in agreements {
        by_client.entry(agreement.client).or_default().push(agreement);
    }
    let windows: BTreeMap<ClientId, Window> =
        snapshot.clients.iter().map(|(id, it)| (*id, Window::of(it, snapshot))).collect();
    let last = Period::ending(snapshot.period.to(), LAST);
    let mut lately = snapshot.organization.iter().filter(|(month, _)| last.contains(**month));
    let maker = Maker {
        snapshot,
        timed: lately.any(|(_, sums)| sums.worked_seconds != 0),
        prices: Prices::of(&snapshot.sold.agreements),
        hourly: Cohort::of(windows.values().filter_map(Window::hourly)),
    };
    let of = |(client, agreements): (&ClientId, &Vec<&SoldAgreement>)| {
        maker.client(windows.get(client).copied().unwrap_or_default(), agreements)
    };
    let mut costed: Vec<Costed> = by_client.iter().flat_map(of).collect();
    costed.sort_by_key(|costed| costed.agreement);
    PriceBook { agreements: costed }
}

/// What is needed for all agreements.
struct Maker<'a> {
    snapshot: &'a Snapshot,
    /// Whether anybody recorded time in the last [`LAST`] months.
    timed: bool,
    prices: Prices,
    hourly: Cohort,
}

/// What is known of a client.
struct Own<'a> {
    window: Window,
    /// Its recurring lines of work, of all its agreements.
    work: Vec<&'a SoldLine>,
    /// The labour of each of them in the months of the window.
    labour: BTreeMap<AgreementLineId, i64>,
}

impl Maker<'_> {
    fn client(&self, window: Window, agreements: &[&SoldAgreement]) -> Vec<Costed> {
        let lines = agreements.iter().flat_map(|agreement| &agreement.lines);
        let work: Vec<&SoldLine> = lines.filter(|line| is_work(line)).collect();
        let parts = window.labour(&work).into_iter().skip(1);
        let labour = work.iter().map(|line| line.id).zip(parts).collect();
        let own = Own { window, work, labour };
        agreements.iter().map(|agreement| self.costed(agreement, &own)).collect()
    }

    fn costed(&self, agreement: &SoldAgreement, own: &Own<'_>) -> Costed {
        let earliest = Earliest::after(self.snapshot.day, agreement);
        let recurring: Vec<_> =
            agreement.lines.iter().filter(|line| line.recurs().is_some()).collect();
        let hourly = own.window.hourly();
        let lines = match self.unknown(&recurring, own) {
            Some(why) => Err(why),
            None => recurring
                .iter()
                .map(|line| self.line(agreement, line, earliest, own))
                .collect::<Option<Vec<_>>>()
                .ok_or(NoPrice::OutOfRange),
        };
        Costed {
            agreement: agreement.id,
            client: agreement.client,
            earliest,
            months: own.window.months,
            hourly,
            hourly_place: hourly.map(|rate| self.hourly.place(rate, hourly)),
            other_lines: agreement.lines.len() - recurring.len(),
            lines,
        }
    }

    fn unknown(&self, recurring: &[&SoldLine], own: &Own<'_>) -> Option<NoPrice> {
        if recurring.is_empty() {
            return Some(NoPrice::NothingRecurs);
        }
        let works = recurring.iter().any(|line| is_work(line));
        // Labour cannot be divided as long as one of the client's lines of work has no price.
        let divided = own.work.iter().filter(|_| works);
        let priced: BTreeMap<AgreementLineId, &SoldLine> =
            recurring.iter().chain(divided).map(|line| (line.id, *line)).collect();
        if priced.values().any(|line| line.foreign) {
            return Some(NoPrice::OtherCurrency);
        }
        let lines = priced.values().filter(|line| line.unit_price.is_none()).count();
        if lines != 0 {
            return Some(NoPrice::UnpricedLines { lines });
        }
        let products = recurring.iter().filter(|line| line.offering == Offering::Product);
        let lines = products.filter(|line| self.unit_cost(line).is_none()).count();
        if lines != 0 {
            return Some(NoPrice::UncostedLines { lines });
        }
        // What is bought has a cost of its own, whatever was worked.
        let unknown = || own.window.unknown().or_else(|| (!self.timed).then_some(NoPrice::NoTime));
        if works { unknown() } else { None }
    }

    /// What a unit costs to buy: as the line says, else as the catalogue does.
    fn unit_cost(&self, line: &SoldLine) -> Option<i64> {
        let entry = || self.snapshot.sold.catalogue.get(&line.service?)?.unit_cost;
        line.unit_cost.or_else(entry)
    }

    fn line(
        &self,
        agreement: &SoldAgreement,
        line: &SoldLine,
        earliest: Earliest,
        own: &Own<'_>,
    ) -> Option<LineCost> {
        let (day, currency) = (self.snapshot.day, self.snapshot.currency);
        let (price, every) = (line.unit_price?, line.recurs()?);
        let then = match &agreement.escalator {
            Some(rises) => {
                rises.escalated(Money::new(price, currency), day, earliest.on).ok()?.minor
            }
            None => price,
        };
        let worked = own.labour.get(&line.id).copied().unwrap_or_default();
        let labour = if is_work(line) { own.window.yearly(worked)? } else { 0 };
        let cost = self.unit_cost(line).unwrap_or_default();
        Some(LineCost {
            line: line.id,
            service: line.service,
            offering: line.offering,
            unit: line.unit,
            hundredths: line.hundredths().try_into().ok()?,
            every,
            price,
            then,
            labour,
            bought: per_months(cost, line.hundredths(), 12, every)?,
            place: self.prices.place(agreement.client, line),
        })
    }
}

/// Whether labour is part of what a line costs.
pub(super) fn is_work(line: &SoldLine) -> bool {
    line.offering == Offering::Service && line.recurs().is_some()
}
