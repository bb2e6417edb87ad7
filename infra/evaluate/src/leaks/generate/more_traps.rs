//! What real ledgers hold besides and no detector was written for at first.
#![expect(clippy::indexing_slicing, reason = "vectors by month, all of the same length")]

use clearmargin_domain::{id::AgreementLineId, time_entry::BillingStatus};
use jiff::ToSpan as _;

use super::{
    Scene,
    plan::{Bill, DiscountPlan, ENDPOINT, Extra, USER},
};

impl Scene {
    pub(super) fn put_more_traps(&mut self) {
        let traps: [fn(&mut Self); 10] = [
            Self::charged_in_books_alone,
            Self::replaced_line,
            Self::two_sites,
            Self::paid_ahead,
            Self::counts_missing,
            Self::vendor_late,
            Self::hardware,
            Self::discount_in_price,
            Self::odd_cents,
            Self::moved_within_a_month,
        ];
        self.once_or_twice(&traps);
    }

    /// Somebody charged a line for some months in the books, and not on the desk.
    fn charged_in_books_alone(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 2, 8, 9], true) else { return };
        if self.clients[place.0].in_books_alone {
            return;
        }
        let months = self.months(2);
        for at in months {
            let bills = std::mem::take(&mut self.line(place).billed[at]);
            for bill in bills {
                self.books_only.push((place.0, at, place.1, bill));
            }
        }
    }

    /// A line ends with a month, and another one of the same goes on at another price.
    fn replaced_line(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 8, 9], true) else { return };
        let at = *self.months(3).start();
        let (first, last) = (self.calendar.first(at), self.calendar.month(at - 1).last_day());
        let mut next = self.line(place).clone();
        let old = self.line(place);
        old.end = Some(last);
        next.id = AgreementLineId::derived(&[&format!("{}/next", old.id)]);
        next.start = first;
        next.counted.fill(None);
        let price = next.price[at] + next.price[at] / 20;
        next.prices = vec![(first, price)];
        for month in 0..next.agreed.len() {
            if month < at {
                next.agreed[month] = None;
                next.billed[month].clear();
                next.price[month] = 0;
            } else {
                old.agreed[month] = None;
                old.billed[month].clear();
            }
        }
        let client = place.0;
        self.clients[client].lines.push(next);
        let number = self.clients[client].lines.len() - 1;
        self.set_price((client, number), first, price);
        self.clients[client].lines[number].prices.pop();
    }

    /// The same for two sites: two lines, each charged by itself.
    fn two_sites(&mut self) {
        let Some(place) = self.free_line(&[4, 5], true) else { return };
        let mut other = self.line(place).clone();
        other.id = AgreementLineId::derived(&[&format!("{}/site", other.id)]);
        self.clients[place.0].lines.push(other);
    }

    /// Three months are charged at once, ahead.
    fn paid_ahead(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 2, 8, 9], true) else { return };
        let client = &self.clients[place.0];
        if !client.says_days || client.escalator.is_some() {
            return;
        }
        let at = *self.months(4).start();
        let line = self.line(place);
        for bill in &mut line.billed[at] {
            bill.price *= 3;
            bill.ahead = 3;
        }
        line.billed[at + 1].clear();
        line.billed[at + 2].clear();
    }

    /// Nobody counted for some months.
    fn counts_missing(&mut self) {
        let Some(place) = self.free_line(&[ENDPOINT, USER, 2], true) else { return };
        let months = self.months(2);
        let line = self.line(place);
        for at in months {
            line.counted[at] = None;
        }
    }

    /// A vendor's bill of a month comes with the next one.
    fn vendor_late(&mut self) {
        let Some(place) = self.free_line(&[4, 5], true) else { return };
        let at = *self.months(3).start();
        self.line(place).vendor[at] = None;
    }

    /// Things are sold once, without an agreement.
    fn hardware(&mut self) {
        let last = i64::try_from(self.clients.len()).unwrap_or(1) - 1;
        let client = usize::try_from(self.random.within(0, last)).unwrap_or(0);
        let at = *self.months(2).start();
        for says in ["Laptop 14 inch", "Shipping", "Setup fee"] {
            let amount = self.random.within(20, 2_000) * 100 + 37;
            let extra = Extra { kit: None, says: says.to_owned(), units: Some(1), amount };
            self.clients[client].extras[at].push(extra);
        }
    }

    /// A discount that has no end lowers a line's price.
    fn discount_in_price(&mut self) {
        let last = i64::try_from(self.clients.len()).unwrap_or(1) - 1;
        let client = usize::try_from(self.random.within(0, last)).unwrap_or(0);
        let plan = &mut self.clients[client];
        let dearest = plan
            .lines
            .iter()
            .filter(|it| !it.touched)
            .max_by_key(|it| it.agreed[0].unwrap_or(0) * it.price[0]);
        let Some(units) = dearest.filter(|it| it.is_steady()).map(|it| it.quantity) else { return };
        if !plan.says_units || !plan.discounts.is_empty() {
            return;
        }
        plan.discounts.push(DiscountPlan {
            id: format!("price-{client}"),
            says: "Partner price".to_owned(),
            from: plan.start,
            until: None,
            given: vec![units * 50; self.calendar.months + 1],
            apart: false,
            in_price: true,
        });
    }

    /// Prices on documents are off by a cent for some months.
    fn odd_cents(&mut self) {
        let Some(place) = self.free_line(&[3, 4, 5], true) else { return };
        let months = self.months(3);
        let line = self.line(place);
        for at in months {
            for bill in &mut line.billed[at] {
                bill.price -= 1;
            }
        }
    }

    /// A line moves to new terms within a month: both are charged by the day.
    fn moved_within_a_month(&mut self) {
        let Some(place) = self.free_line(&[8, 9], true) else { return };
        if self.clients[place.0].escalator.is_some() {
            return;
        }
        let at = *self.months(3).start();
        let day = self.calendar.day(at, 16);
        let days = i64::from(self.calendar.month(at).days());
        let mut next = self.line(place).clone();
        let old = self.line(place);
        old.end = Some(day.saturating_sub(1.days()));
        next.id = AgreementLineId::derived(&[&format!("{}/moved", old.id)]);
        next.start = day;
        next.prices = vec![(day, next.price[at])];
        let whole = old.price[at];
        for month in 0..next.agreed.len() {
            if month <= at {
                next.agreed[month] = None;
                next.billed[month].clear();
            }
            if month >= at {
                old.agreed[month] = None;
                old.billed[month].clear();
            }
        }
        let part =
            |price: i64| Bill { units: 1, price, note: " (part of the month)", ..Bill::default() };
        old.billed[at] = vec![part(whole * 15 / days)];
        next.billed[at] = vec![part(whole - whole * 15 / days)];
        self.clients[place.0].lines.push(next);
    }

    /// A piece of work and what takes it back, both approved.
    pub(super) fn taken_back(&mut self, client: usize, at: usize) {
        let entry = self.approved(client, at);
        let back = clearmargin_domain::time_entry::TimeEntry {
            id: clearmargin_domain::id::TimeEntryId::derived(&[&format!("{}/back", entry.id)]),
            worked: clearmargin_domain::labour::WorkedTime { seconds: -entry.worked.seconds },
            charge: entry.charge.map(|charge| clearmargin_domain::time_entry::Charge {
                time: clearmargin_domain::labour::WorkedTime { seconds: -charge.time.seconds },
                ..charge
            }),
            status: BillingStatus::Approved,
            ..entry.clone()
        };
        self.push(client, entry);
        self.push(client, back);
    }
}
