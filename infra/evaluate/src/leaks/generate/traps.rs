//! What looks like a leak and is none: delays, true-ups, prorations, trials, agreed exceptions.
#![expect(clippy::indexing_slicing, reason = "vectors by month, all of the same length")]

use clearmargin_insight::leaks::Rebilling;

use super::{
    Scene,
    plan::{BUNDLED, Bill, DiscountPlan, ENDPOINT, Extra, HOSTING, KITS, USER},
    planted::percent,
};

const BY_UNIT: [usize; 4] = [ENDPOINT, USER, 2, 3];

impl Scene {
    /// One or more of each kind.
    pub(super) fn put_traps(&mut self) {
        let traps: [fn(&mut Self); 22] = [
            Self::spike,
            Self::true_up,
            Self::count_lags,
            Self::late_bill,
            Self::first_bill_later,
            Self::uplift_a_month_late,
            Self::uplift_made_up,
            Self::custom_price,
            Self::free_months,
            Self::instalments,
            Self::dear_bill,
            Self::rise_followed,
            Self::loss_leader,
            Self::yearly_vendor,
            Self::trial,
            Self::bundle,
            Self::onboarding,
            Self::ad_hoc,
            Self::discount_renewed,
            Self::discount_in_time,
            Self::agreed_less_before,
            Self::billed_twice_and_credited,
        ];
        self.once_or_twice(&traps);
        self.tiers();
        self.put_more_traps();
    }

    /// A device is replaced: both are counted for a month.
    fn spike(&mut self) {
        let Some(place) = self.free_line(&BY_UNIT, true) else { return };
        let (at, more) = (*self.months(2).start(), self.random.within(1, 6));
        let line = self.line(place);
        line.counted[at] = line.counted[at].map(|count| count + more);
    }

    /// More are counted for some months, and charged together later.
    fn true_up(&mut self) {
        let Some(place) = self.free_line(&BY_UNIT, true) else { return };
        let months = self.random.within(2, 4);
        let (from, more) = (*self.months(7).start(), self.random.within(1, 6));
        let line = self.line(place);
        let to = from + usize::try_from(months).unwrap_or(2);
        for at in from..=to {
            line.counted[at] = line.counted[at].map(|count| count + more);
        }
        let bill = Bill {
            units: more * months,
            price: line.price[to],
            note: " (true-up)",
            lump: false,
            ahead: 0,
        };
        line.billed[to].push(bill);
    }

    /// Charged by the count of the month before, which grows and shrinks.
    fn count_lags(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER], true) else { return };
        let steps: Vec<i64> = (0..40).map(|_| self.random.within(-1, 2)).collect();
        let line = self.line(place);
        line.by_usage = true;
        let mut count = line.quantity + 2;
        let mut before = count;
        for (at, step) in steps.into_iter().enumerate().take(line.counted.len()) {
            line.billed[at] = vec![Bill {
                units: before.max(line.quantity),
                price: line.price[at],
                ..Bill::default()
            }];
            line.counted[at] = Some(count);
            before = count;
            count = (count + step).max(1);
        }
    }

    /// A month is on the next document, beside the next month.
    fn late_bill(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 2, 3, 4, 5, 8, 9], true) else { return };
        let at = *self.months(3).start();
        let line = self.line(place);
        let mut late = std::mem::take(&mut line.billed[at]);
        for bill in &mut late {
            bill.note = " (month before)";
        }
        line.billed[at + 1].extend(late);
    }

    /// A line that begins within the time is charged from its second month on.
    fn first_bill_later(&mut self) {
        let calendar = self.calendar;
        let all: Vec<_> = (0..self.clients.len())
            .filter(|at| {
                self.clients[*at].start > calendar.first(1) && self.clients[*at].end.is_none()
            })
            .collect();
        let Some(client) = self.random.pick(&all).copied() else { return };
        let Some(line) =
            self.clients[client].lines.iter_mut().find(|it| !it.touched && it.kit != HOSTING)
        else {
            return;
        };
        line.touched = true;
        if let Some(first) = line.agreed.iter().position(Option::is_some) {
            line.billed[first].clear();
        }
    }

    /// The first bill after a rise is the old price's.
    fn uplift_a_month_late(&mut self) {
        if let Some((place, rise)) = self.risen() {
            let line = self.line(place);
            let old = line.price[rise - 1];
            line.billed[rise].iter_mut().for_each(|bill| bill.price = old);
        }
    }

    /// The first bills after a rise are the old price's, and the difference is charged later.
    fn uplift_made_up(&mut self) {
        let Some((place, rise)) = self.risen() else { return };
        let line = self.line(place);
        if rise + 3 >= line.price.len() {
            return;
        }
        let old = line.price[rise - 1];
        let mut owed = 0;
        let mut units = 0;
        for at in rise..rise + 2 {
            for bill in &mut line.billed[at] {
                owed += bill.units * (line.price[at] - old);
                units = bill.units;
                bill.price = old;
            }
        }
        if units > 0 && owed % units == 0 {
            let bill = Bill {
                units,
                price: owed / units,
                note: " (price difference)",
                lump: false,
                ahead: 0,
            };
            line.billed[rise + 2].push(bill);
        } else {
            self.clients[place.0].lines[place.1].billed[rise..rise + 2]
                .iter_mut()
                .flatten()
                .for_each(|bill| bill.price = old);
        }
    }

    /// A free line whose price rises, with the first month of that.
    fn risen(&mut self) -> Option<((usize, usize), usize)> {
        let mut all = Vec::new();
        for (number, client) in self.clients.iter().enumerate() {
            for (at, line) in client.lines.iter().enumerate() {
                let rise = (1..line.price.len()).find(|at| line.price[*at] > line.price[at - 1]);
                let free = !line.touched && line.is_steady() && line.kit != HOSTING;
                if let Some(rise) = rise.filter(|rise| *rise >= 2 && free) {
                    all.push(((number, at), rise));
                }
            }
        }
        let (place, rise) = self.random.pick(&all).copied()?;
        self.line(place).touched = true;
        Some((place, rise))
    }

    /// A price far below the others', agreed as an exception.
    fn custom_price(&mut self) {
        let Some(place) = self.free_line(&[USER, 2, 3], true) else { return };
        let start = self.clients[place.0].start;
        let low = percent(KITS[self.line(place).kit].price, self.random.within(70, 78));
        self.line(place).custom = true;
        self.line(place).prices.clear();
        self.set_price(place, start, low);
    }

    /// The first months cost nothing, and are on no document.
    fn free_months(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 8, 9], true) else { return };
        let (client, at) = place;
        let paid = *self.months(3).start();
        let (start, price) = (self.clients[client].start, KITS[self.line(place).kit].price);
        self.line(place).prices = vec![(start, 0)];
        let day = self.calendar.first(paid);
        self.set_price(place, day, price);
        let line = &mut self.clients[client].lines[at];
        for month in 0..paid {
            line.billed[month].clear();
        }
    }

    /// A year is charged in parts.
    fn instalments(&mut self) {
        let Some(place) = self.free_line(&[HOSTING], true) else { return };
        let line = self.line(place);
        for at in 0..line.billed.len() {
            line.billed[at] = vec![Bill {
                units: 1,
                price: line.price[at] / 12,
                note: " (instalment)",
                lump: false,
                ahead: 0,
            }];
        }
    }

    /// One bill of a vendor is dear.
    fn dear_bill(&mut self) {
        let Some(place) = self.free_line(&[2, 3, 4, 5], true) else { return };
        let at = *self.months(2).start();
        let line = self.line(place);
        line.vendor[at] = line.vendor[at].map(|(units, cost)| (units, cost * 2));
    }

    /// A vendor's price rises, and ours follows within the notice.
    fn rise_followed(&mut self) {
        let Some(place) = self.free_line(&[3, 4, 5], true) else { return };
        let from = *self.months(4).start();
        let cost = KITS[self.line(place).kit].cost * 2;
        let line = self.line(place);
        for at in from..line.vendor.len() {
            line.vendor[at] = line.vendor[at].map(|(units, _)| (units, cost));
        }
        let day = self.calendar.first(from + 1);
        self.set_price(place, day, cost * 3 / 2);
    }

    /// Sold at a loss since ever, and no vendor's price has changed.
    fn loss_leader(&mut self) {
        let Some(place) = self.free_line(&[4, 5], true) else { return };
        let line = self.line(place);
        let cost = line.price[0] + 50;
        for at in 0..line.vendor.len() {
            line.vendor[at] = line.vendor[at].map(|(units, _)| (units, cost));
        }
    }

    /// The vendor bills once a year.
    fn yearly_vendor(&mut self) {
        let Some(place) = self.free_line(&[4, 5], true) else { return };
        self.line(place).yearly = true;
    }

    /// Counted and free of charge: the vendor's bill is for nothing.
    fn trial(&mut self) {
        let calendar = self.calendar;
        for client in 0..self.clients.len() {
            let known = self.clients[client].loose_counts.iter().any(|(kit, _)| *kit == 6);
            if known || self.clients[client].line(6).is_some() || !self.random.chance(12) {
                continue;
            }
            let months = self.months(3);
            let mut counts = vec![None; calendar.months + 1];
            for at in months.clone() {
                counts[at] = Some(2);
            }
            self.clients[client].loose_counts.push((6, counts));
            for at in months {
                self.buy(client, 6, at, 2, 0, Rebilling::Not);
            }
            return;
        }
    }

    /// Counted, and part of another line's price.
    fn bundle(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER], true) else { return };
        self.line(place).includes = vec![BUNDLED];
        let counts = self.line(place).agreed.clone();
        self.clients[place.0].loose_counts.push((BUNDLED, counts));
    }

    /// Delivered for two months before the agreement begins.
    fn onboarding(&mut self) {
        let calendar = self.calendar;
        for client in &mut self.clients {
            if client.start <= calendar.first(2) {
                continue;
            }
            for line in &mut client.lines {
                let Some(first) = line.counted.iter().position(Option::is_some) else { continue };
                let count = line.counted[first];
                line.counted[first.saturating_sub(1)] = count;
                line.counted[first.saturating_sub(2)] = count;
                let last = line.counted.iter().rposition(Option::is_some);
                let last = last.filter(|last| last + 1 < line.counted.len());
                if let Some(last) = last.filter(|_| client.end.is_some()) {
                    line.counted[last + 1] = count;
                }
            }
        }
    }

    /// Delivered and charged without an agreement.
    fn ad_hoc(&mut self) {
        let all: Vec<usize> = (0..self.clients.len())
            .filter(|at| {
                let client = &self.clients[*at];
                client.end.is_none()
                    && client.line(3).is_none()
                    && client.loose_counts.iter().all(|(kit, _)| *kit != 3)
            })
            .collect();
        let Some(client) = self.random.pick(&all).copied() else { return };
        let (months, units) = (self.months(3), self.random.within(2, 9));
        let mut counts = vec![None; self.calendar.months + 1];
        for at in months {
            counts[at] = Some(units);
            let extra = Extra {
                kit: Some(3),
                says: KITS[3].name.to_owned(),
                units: Some(units),
                amount: units * KITS[3].price,
            };
            self.clients[client].extras[at].push(extra);
        }
        self.clients[client].loose_counts.push((3, counts));
    }

    /// A discount is agreed again after its end, under a number of its own.
    fn discount_renewed(&mut self) {
        self.discount(true);
    }

    /// A discount ends and is not given any more, or has no end.
    fn discount_in_time(&mut self) {
        self.discount(false);
    }

    fn discount(&mut self, renewed: bool) {
        let last = i64::try_from(self.clients.len()).unwrap_or(1) - 1;
        let client = usize::try_from(self.random.within(0, last)).unwrap_or(0);
        let (end, minor) = (*self.months(3).start(), self.random.within(20, 200) * 100);
        let number = self.clients[client].discounts.len();
        let plan = &mut self.clients[client];
        if plan.end.is_some() || plan.start > self.calendar.first(0) {
            return;
        }
        let given = |until: usize| {
            (0..=self.calendar.months)
                .map(|at| if at < until { minor } else { 0 })
                .collect::<Vec<_>>()
        };
        let first = DiscountPlan {
            id: format!("kept-{client}-{number}"),
            says: format!("Loyalty {number}"),
            from: plan.start,
            until: Some(self.calendar.month(end - 1).last_day()),
            given: if renewed { given(self.calendar.months + 1) } else { given(end) },
            apart: true,
            in_price: false,
        };
        let again = DiscountPlan {
            id: format!("again-{client}-{number}"),
            from: self.calendar.first(end),
            until: None,
            given: Vec::new(),
            ..first.clone()
        };
        plan.discounts.push(first);
        if renewed {
            plan.discounts.push(again);
        }
    }

    /// Fewer units were agreed and charged up to some month, and nobody wrote down when that changed.
    fn agreed_less_before(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 3, 5], true) else { return };
        let (until, less) = (*self.months(3).start(), self.random.within(1, 3));
        let line = self.line(place);
        if !line.quantities.is_empty() {
            return;
        }
        for at in 0..until {
            line.billed[at].iter_mut().for_each(|bill| bill.units -= less);
            line.counted[at] = line.counted[at].map(|count| count - less);
            line.vendor[at] = line.vendor[at].map(|(units, cost)| (units - less, cost));
        }
    }

    /// A document charges a line twice, and a credit memo takes one of them back.
    fn billed_twice_and_credited(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 2], true) else { return };
        let at = *self.months(2).start();
        let line = self.line(place);
        let Some(bill) = line.billed[at].first().cloned() else { return };
        line.billed[at].push(Bill { note: " (again)", ..bill.clone() });
        let kit = line.kit;
        self.memos.push((place.0, at, kit, bill.units, bill.units * bill.price));
    }

    /// Clients with many endpoints pay less for each.
    fn tiers(&mut self) {
        let big: Vec<(usize, usize)> = (0..self.clients.len())
            .filter(|at| at % 5 == 1)
            .filter_map(|client| Some((client, self.clients[client].line(ENDPOINT)?)))
            .filter(|(client, at)| !self.clients[*client].lines[*at].touched)
            .collect();
        if big.len() < 3 {
            return;
        }
        for (client, at) in big {
            let start = self.clients[client].start;
            self.clients[client].lines[at].prices.clear();
            self.set_price((client, at), start, percent(KITS[ENDPOINT].price, 72));
        }
    }
}
