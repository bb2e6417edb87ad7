//! Leaks of agreements' lines that are planted, each with its truth by hand.
#![expect(clippy::indexing_slicing, reason = "vectors by month, all of the same length")]

use std::collections::BTreeMap;

use clearmargin_insight::leaks::LeakKind;

use super::{
    Scene,
    baseline::half_even,
    plan::{DiscountPlan, ENDPOINT, HOSTING, KITS, Line, PRODUCTS, USER},
};
use crate::leaks::truth::True;

/// Amounts by month, as they are planted.
pub(super) type Months = BTreeMap<usize, i64>;

impl Scene {
    /// Writes down a leak, as far as it is of months that are told of.
    pub(super) fn tell(&mut self, kind: LeakKind, client: usize, subject: String, months: Months) {
        let told =
            months.into_iter().filter(|(at, minor)| self.calendar.is_told(*at) && *minor != 0);
        let months: BTreeMap<_, _> =
            told.map(|(at, minor)| (self.calendar.month(at), minor)).collect();
        if months.values().sum::<i64>() >= 100 {
            let client = self.clients[client].id;
            self.truth.leaks.push(True { kind, client, subject, months });
        }
    }

    /// A line of a client that nothing was done with yet, of one of these kits.
    pub(super) fn free_line(&mut self, kits: &[usize], steady: bool) -> Option<(usize, usize)> {
        let mut all = Vec::new();
        for (number, client) in self.clients.iter().enumerate().filter(|(_, it)| it.is_clear()) {
            for (at, line) in client.lines.iter().enumerate() {
                let fits = kits.contains(&line.kit) && !line.touched;
                if fits && (!steady || line.is_steady()) {
                    all.push((number, at));
                }
            }
        }
        self.random.shuffle(&mut all);
        let found = all.first().copied()?;
        self.clients[found.0].lines[found.1].touched = true;
        Some(found)
    }

    pub(super) fn line(&mut self, (client, line): (usize, usize)) -> &mut Line {
        &mut self.clients[client].lines[line]
    }

    /// Some months in a row that are told of, from `least` of them on.
    pub(super) fn months(&mut self, shortest: i64) -> std::ops::RangeInclusive<usize> {
        let last = i64::try_from(self.calendar.told()).unwrap_or(10);
        let from = self.random.within(3, (last - shortest - 1).max(3));
        let open = self.random.chance(50);
        let to = if open {
            last + 2
        } else {
            self.random.within(from + shortest, last.max(from + shortest))
        };
        let months = i64::try_from(self.calendar.months).unwrap_or(10);
        let at = |number: i64| usize::try_from(number.min(months)).unwrap_or(3);
        at(from)..=at(to)
    }

    /// Types 1 and 2: more are counted than agreed.
    pub(super) fn plant_excess(&mut self, kit: usize) {
        let Some(place) = self.free_line(&[kit], true) else { return };
        let (months, more) = (self.months(3), self.random.within(1, 9));
        let line = self.line(place);
        let mut amounts = Months::new();
        for at in months.clone() {
            line.counted[at] = line.counted[at].map(|count| count + more);
            // A bill may follow the count of the month before.
            if at > *months.start() {
                amounts.insert(at, more * line.price[at]);
            }
        }
        let subject = line.id.to_string();
        let kind = if kit == ENDPOINT {
            LeakKind::EndpointsOverContract
        } else {
            LeakKind::SeatsOverContract
        };
        self.tell(kind, place.0, subject, amounts);
    }

    /// Type 2 by what a vendor bills, where nothing counts.
    pub(super) fn plant_excess_by_bill(&mut self) {
        let Some(place) = self.free_line(&[4, 5], true) else { return };
        let (months, more) = (self.months(3), self.random.within(1, 6));
        let line = self.line(place);
        let mut amounts = Months::new();
        for at in months.clone() {
            line.vendor[at] = line.vendor[at].map(|(units, cost)| (units + more, cost));
            if at > *months.start() {
                amounts.insert(at, more * line.price[at]);
            }
        }
        let subject = line.id.to_string();
        self.tell(LeakKind::SeatsOverContract, place.0, subject, amounts);
    }

    /// Type 4: a line is on no invoice for some months, or ever.
    pub(super) fn plant_not_invoiced(&mut self) {
        let kits = [ENDPOINT, USER, 2, 3, 4, 5, 6, 8, 9];
        let Some(place) = self.free_line(&kits, true) else { return };
        let never = self.random.chance(40);
        let months = if never { 0..=self.calendar.months } else { self.months(2) };
        let line = self.line(place);
        let mut amounts = Months::new();
        for at in months {
            line.billed[at].clear();
            amounts.insert(at, line.agreed[at].unwrap_or(0) * line.price[at]);
        }
        let subject = line.id.to_string();
        self.tell(LeakKind::LineNotInvoiced, place.0, subject, amounts);
    }

    /// Type 4 for a charge that comes once a year.
    pub(super) fn plant_year_not_invoiced(&mut self) {
        let Some(place) = self.free_line(&[HOSTING], true) else { return };
        let last = self.calendar.told();
        let line = self.line(place);
        let mut amounts = Months::new();
        for at in 1..=last.saturating_sub(2) {
            if let Some(bill) = line.billed[at].pop() {
                amounts.insert(at, bill.price);
                break;
            }
        }
        let subject = line.id.to_string();
        self.tell(LeakKind::LineNotInvoiced, place.0, subject, amounts);
    }

    /// Type 5: fewer units are charged than agreed.
    pub(super) fn plant_fewer(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 2, 3, 4, 5], true) else { return };
        let (months, less) = (self.months(2), self.random.within(1, 4));
        let line = self.line(place);
        let mut amounts = Months::new();
        for at in months {
            for bill in &mut line.billed[at] {
                bill.units -= less;
                amounts.insert(at, less * line.price[at]);
            }
        }
        let subject = line.id.to_string();
        self.tell(LeakKind::QuantityBelowContract, place.0, subject, amounts);
    }

    /// Type 10: the bills keep the price from before the rise.
    pub(super) fn plant_uplift(&mut self) {
        let risen = |line: &Line| {
            let (first, last) = (line.price.first(), line.price.last());
            first.is_some_and(|it| *it > 0) && first < last
        };
        let all: Vec<_> = (0..self.clients.len())
            .flat_map(|client| (0..self.clients[client].lines.len()).map(move |at| (client, at)))
            .filter(|(client, at)| {
                let line = &self.clients[*client].lines[*at];
                self.clients[*client].is_clear()
                    && risen(line)
                    && !line.touched
                    && line.is_steady()
                    && line.kit != HOSTING
            })
            .collect();
        let Some(place) = self.random.pick(&all).copied() else { return };
        let line = self.line(place);
        line.touched = true;
        let old = line.price[0];
        let mut amounts = Months::new();
        for at in 0..line.price.len() {
            for bill in &mut line.billed[at] {
                bill.price = old;
                amounts.insert(at, bill.units * (line.price[at] - old));
            }
        }
        let subject = line.id.to_string();
        // One month at the old price is grace.
        let told = amounts.iter().filter(|(at, minor)| self.calendar.is_told(**at) && **minor > 0);
        if told.count() > 1 {
            self.tell(LeakKind::UpliftNotApplied, place.0, subject, amounts);
        }
    }

    /// Type 10 by a price that was set anew at a renewal.
    pub(super) fn plant_renewal(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 8, 9], true) else { return };
        let (client, at) = place;
        let months = self.months(3);
        let from = *months.start();
        let day = self.calendar.first(from);
        let before = self.clients[client].lines[at].price[from - 1];
        let new = before + before / 10;
        self.set_price(place, day, new);
        let line = self.line(place);
        let mut amounts = Months::new();
        for at in from..line.billed.len() {
            for bill in &mut line.billed[at] {
                // A later rise is not charged either.
                bill.price = before;
                amounts.insert(at, bill.units * (line.price[at] - before));
            }
        }
        let subject = line.id.to_string();
        self.tell(LeakKind::UpliftNotApplied, place.0, subject, amounts);
    }

    /// Sets a price from a day on, and bills it.
    pub(super) fn set_price(&mut self, place: (usize, usize), day: jiff::civil::Date, price: i64) {
        let (client, at) = place;
        let calendar = self.calendar;
        self.clients[client].lines[at].prices.push((day, price));
        let plan = self.clients[client].clone();
        let line = &mut self.clients[client].lines[at];
        for month in 0..line.price.len() {
            line.price[month] =
                super::baseline::price_on(&plan, &plan.lines[at].prices, calendar.first(month));
            for bill in &mut line.billed[month] {
                bill.price = line.price[month];
            }
        }
    }

    /// Type 8 on a line with units: a price that never was agreed.
    pub(super) fn plant_wrong_price(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 2, 3], true) else { return };
        let months = self.months(3);
        let line = self.line(place);
        let mut amounts = Months::new();
        for at in months {
            for bill in &mut line.billed[at] {
                let wrong = line.price[at] - line.price[at] / 7 - 3;
                bill.price = wrong;
                amounts.insert(at, bill.units * (line.price[at] - wrong));
            }
        }
        let subject = line.id.to_string();
        self.tell(LeakKind::WrongRate, place.0, subject, amounts);
    }

    /// Type 11: a vendor's price rises, and ours does not.
    pub(super) fn plant_cost_rise(&mut self) {
        let Some(place) = self.free_line(&[2, 3, 4, 5], true) else { return };
        let from = *self.months(4).start();
        let calendar = self.calendar;
        let line = self.line(place);
        let before = KITS[line.kit].cost;
        let now = line.price[from] - percent(line.price[from], 3);
        let mut amounts = Months::new();
        let floor = half_even(now * 100, 90);
        let bill_day = calendar.day(from, 5);
        for at in from..line.vendor.len() {
            line.vendor[at] = line.vendor[at].map(|(units, _)| (units, now));
            let notice = calendar.first(at).saturating_sub(jiff::ToSpan::days(30)) >= bill_day;
            let below = line.price[at] < floor && line.price[at] >= half_even(before * 100, 90);
            if notice && below {
                let units: i64 = line.billed[at].iter().map(|bill| bill.units).sum();
                amounts.insert(at, units * (floor - line.price[at]));
            }
        }
        let subject = line.id.to_string();
        self.tell(LeakKind::MarginBelowFloor, place.0, subject, amounts);
    }

    /// Type 12: the vendor bills no more, and we do.
    pub(super) fn plant_cancelled(&mut self) {
        let Some(place) = self.free_line(&PRODUCTS, true) else { return };
        let from = *self.months(4).start();
        let line = self.line(place);
        let mut amounts = Months::new();
        for at in from..line.vendor.len() {
            line.vendor[at] = None;
            line.counted[at] = None;
            // The last month that is known is the one before; two more are grace.
            if at > from {
                let minor = line.billed[at].iter().map(|bill| bill.units * bill.price).sum();
                amounts.insert(at, minor);
            }
        }
        let subject = line.id.to_string();
        self.tell(LeakKind::BilledWithoutVendor, place.0, subject, amounts);
    }

    /// Type 12: no vendor ever did.
    pub(super) fn plant_never_bought(&mut self) {
        let Some(place) = self.free_line(&[4, 5], true) else { return };
        let line = self.line(place);
        let mut amounts = Months::new();
        for at in 0..line.vendor.len() {
            line.vendor[at] = None;
            line.counted[at] = None;
            let minor = line.billed[at].iter().map(|bill| bill.units * bill.price).sum();
            amounts.insert(at, minor);
        }
        let subject = line.id.to_string();
        self.tell(LeakKind::BilledWithoutVendor, place.0, subject, amounts);
    }

    /// Type 3: counted, or billed by a vendor, and in no agreement.
    pub(super) fn plant_uncontracted(&mut self) {
        let kits: Vec<usize> = [2, 3, 6].to_vec();
        let mut all = Vec::new();
        for (number, client) in self.clients.iter().enumerate() {
            let free = |kit: &&usize| {
                client.line(**kit).is_none()
                    && client.loose_counts.iter().all(|(known, _)| *known != **kit)
            };
            if client.end.is_none() {
                all.extend(kits.iter().filter(free).map(|kit| (number, *kit)));
            }
        }
        let Some((client, kit)) = self.random.pick(&all).copied() else { return };
        let (months, units) = (self.months(3), self.random.within(1, 12));
        let mut counts = vec![None; self.calendar.months + 1];
        let mut amounts = Months::new();
        for at in months.clone() {
            counts[at] = Some(units);
            if at > *months.start() {
                amounts.insert(at, units * KITS[kit].price);
            }
        }
        self.clients[client].loose_counts.push((kit, counts));
        let subject = self.service(kit).to_string();
        self.tell(LeakKind::DeliveredWithoutContract, client, subject, amounts);
    }

    /// Type 13: a discount outlives its term.
    pub(super) fn plant_discount(&mut self) {
        let all: Vec<usize> = (0..self.clients.len())
            .filter(|at| {
                let client = &self.clients[*at];
                client.is_clear() && client.end.is_none() && client.start <= self.calendar.first(0)
            })
            .collect();
        let Some(client) = self.random.pick(&all).copied() else { return };
        let months = self.months(2);
        let (from, minor) = (*months.start(), self.random.within(20, 200) * 100);
        let mut given = vec![0; self.calendar.months + 1];
        let mut amounts = Months::new();
        for (at, given) in given.iter_mut().enumerate().take(*months.end() + 1) {
            *given = minor;
            if at >= from {
                amounts.insert(at, minor);
            }
        }
        let id = format!("discount-{client}-{}", self.clients[client].discounts.len());
        let plan = DiscountPlan {
            id: id.clone(),
            says: format!("Welcome discount {}", self.clients[client].discounts.len()),
            from: self.clients[client].start,
            until: Some(self.calendar.month(from - 1).last_day()),
            given,
            apart: self.random.chance(60),
            in_price: false,
        };
        self.clients[client].discounts.push(plan);
        self.tell(LeakKind::DiscountPastEnd, client, id, amounts);
    }

    /// Type 17: one client pays far less than all others. Told at the end, when all prices are known.
    pub(super) fn plant_outlier(&mut self, kit: usize) {
        let Some(place) = self.free_line(&[kit], true) else { return };
        let low = percent(KITS[kit].price, self.random.within(48, 62));
        let start = self.clients[place.0].start;
        self.clients[place.0].lines[place.1].prices.clear();
        self.set_price(place, start, low);
        self.outliers.push(place);
    }

    /// The truth of type 17: by month the median of the other clients' prices.
    pub(super) fn tell_outliers(&mut self) {
        for (client, at) in self.outliers.clone() {
            let own = self.clients[client].lines[at].clone();
            let mut amounts = Months::new();
            for month in 0..self.calendar.months {
                let others =
                    self.clients.iter().enumerate().filter(|(number, _)| *number != client);
                let prices = others.flat_map(|(_, it)| {
                    it.lines.iter().filter(|line| {
                        line.kit == own.kit
                            && line.agreed[month].is_some()
                            && line.price[month] > 0
                            && line.includes.is_empty()
                    })
                });
                let mut prices: Vec<i64> = prices.map(|line| line.price[month]).collect();
                prices.sort_unstable();
                if prices.len() < 5 || own.agreed[month].is_none() {
                    continue;
                }
                let middle = prices[prices.len() / 2];
                if own.price[month] * 100 < middle * 80 {
                    let units: i64 = own.billed[month].iter().map(|bill| bill.units).sum();
                    amounts.insert(month, units * (middle - own.price[month]));
                }
            }
            self.tell(LeakKind::PriceOutlier, client, own.id.to_string(), amounts);
        }
    }
}

/// A share of an amount.
pub(super) fn percent(amount: i64, percent: i64) -> i64 {
    amount * percent / 100
}
