//! Vendors' bills, and what clients are to pay of purchases.
#![expect(clippy::indexing_slicing, reason = "vectors by month, all of the same length")]

use clearmargin_domain::{agreement::Days, id::ExpenseId};
use clearmargin_insight::leaks::{LeakKind, Purchase, Rebilling};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Scene,
    ledgers::usd,
    plan::{Extra, KITS, PHONE},
    planted::Months,
};

const TRIPS: [&str; 6] =
    ["Travel to site", "Replacement disk", "Courier", "Hotel", "Patch cables", "Toner"];

impl Scene {
    /// A vendor's bill line for a client.
    pub(super) fn buy(
        &mut self,
        client: usize,
        kit: usize,
        at: usize,
        units: i64,
        cost: i64,
        rebilling: Rebilling,
    ) {
        let day = self.calendar.day(at, 5);
        let name = if client.is_multiple_of(3) { KITS[kit].variant } else { KITS[kit].name };
        let purchase = Purchase {
            service: client.is_multiple_of(2).then(|| self.service(kit)),
            quantity: Some(Decimal::from(units)),
            unit_cost: Some(usd(cost)),
            rebilling,
            ..self.purchase(client, name, day, units * cost)
        };
        self.clients[client].purchases.push(purchase);
    }

    fn purchase(&self, client: usize, says: &str, day: Date, minor: i64) -> Purchase {
        let number = self.clients[client].purchases.len();
        let of = format!("{}/{client}/purchase/{number}", self.tag);
        Purchase {
            expense: ExpenseId::derived(&[&of]),
            line: 0,
            vendor: Some(format!("Vendor {}", number % 7)),
            description: says.to_owned(),
            day,
            service: None,
            quantity: None,
            unit_cost: None,
            amount: usd(minor),
            covers: None,
            rebilling: Rebilling::Not,
        }
    }

    /// What vendors bill for lines.
    pub(super) fn vendors(&mut self) {
        for client in 0..self.clients.len() {
            for at in 0..self.clients[client].lines.len() {
                let line = self.clients[client].lines[at].clone();
                if line.yearly {
                    self.by_the_year(client, &line);
                    continue;
                }
                for (month, bought) in line.vendor.iter().enumerate() {
                    let day = self.calendar.day(month, 5);
                    let Some((units, cost)) = bought.filter(|_| day <= self.calendar.as_of) else {
                        continue;
                    };
                    self.buy(client, line.kit, month, units, cost, Rebilling::Not);
                }
            }
        }
        self.phones();
    }

    /// A bill for a year, the first in the second month.
    fn by_the_year(&mut self, client: usize, line: &super::plan::Line) {
        for month in (0..line.vendor.len()).filter(|month| month.is_multiple_of(12)) {
            let Some((units, cost)) = line.vendor[month] else { continue };
            let day = self.calendar.day(month, 5);
            if day > self.calendar.as_of {
                continue;
            }
            let covers = Days {
                first: self.calendar.first(month),
                last: self.calendar.month(month + 11).last_day(),
            };
            let purchase = Purchase {
                service: Some(self.service(line.kit)),
                quantity: Some(Decimal::from(units)),
                unit_cost: Some(usd(cost * 12)),
                covers: Some(covers),
                ..self.purchase(client, KITS[line.kit].name, day, units * cost * 12)
            };
            self.clients[client].purchases.push(purchase);
        }
    }

    /// One bill for all clients.
    fn phones(&mut self) {
        for at in 0..self.calendar.months {
            let lines = self.clients.iter().flat_map(|client| &client.lines);
            let units: i64 =
                lines.filter(|it| it.kit == PHONE).filter_map(|it| it.agreed[at]).sum();
            if units == 0 {
                continue;
            }
            let purchase = Purchase {
                expense: ExpenseId::derived(&[&format!("{}/phones/{at}", self.tag)]),
                service: Some(self.service(PHONE)),
                quantity: Some(Decimal::from(units)),
                unit_cost: Some(usd(KITS[PHONE].cost)),
                ..self.purchase(
                    0,
                    KITS[PHONE].name,
                    self.calendar.day(at, 8),
                    units * KITS[PHONE].cost,
                )
            };
            self.shared.push(purchase);
        }
    }

    /// Purchases for clients to pay: type 16, where planted, and what looks like it.
    pub(super) fn expenses(&mut self, planted: bool) {
        for client in 0..self.clients.len() {
            for _ in 0..self.random.within(0, 4) {
                let months = i64::try_from(self.calendar.months).unwrap_or(18);
                let at = usize::try_from(self.random.within(2, months - 2)).unwrap_or(2);
                let day =
                    self.calendar.day(at, i8::try_from(self.random.within(1, 27)).unwrap_or(1));
                // An odd amount, so that no other line comes to the same by chance.
                let minor = self.random.within(40, 900) * 100 + self.random.within(1, 99);
                self.expense(client, at, day, minor, planted);
            }
        }
    }

    fn expense(&mut self, client: usize, at: usize, day: Date, minor: i64, planted: bool) {
        let says = self.random.pick(&TRIPS).copied().unwrap_or("Travel");
        let on = self.charged_in(client, at);
        let base = self.purchase(client, says, day, minor);
        let due = Purchase { rebilling: Rebilling::Due, ..base.clone() };
        match self.random.within(1, 8) {
            1 | 2 if planted => {
                let subject = format!("{}#0", due.expense);
                self.clients[client].purchases.push(due);
                self.tell(
                    LeakKind::ExpenseNotRebilled,
                    client,
                    subject,
                    Months::from([(at, minor)]),
                );
            }
            // Given back by the vendor.
            3 => {
                let vendor = base.vendor.clone();
                self.clients[client].purchases.push(due);
                let back = Purchase { vendor, ..self.purchase(client, says, day, -minor) };
                self.clients[client].purchases.push(back);
            }
            // Charged with a markup, and nobody wrote that down.
            4 if self.has_document(client, on) => {
                self.clients[client].purchases.push(due);
                let amount = minor + minor / 10;
                self.charge(client, on, says, amount);
            }
            // Charged, and marked so.
            5 => {
                let done = Rebilling::Done { document: None };
                self.clients[client].purchases.push(Purchase { rebilling: done, ..base });
            }
            // Two of a month, charged by one line.
            6 if self.has_document(client, on) && self.is_alone(client, at) => {
                self.clients[client].purchases.push(due);
                let other = minor / 3;
                let more = Purchase {
                    rebilling: Rebilling::Due,
                    ..self.purchase(client, "Parking", day, other)
                };
                self.clients[client].purchases.push(more);
                self.charge(client, on, "Reimbursable expenses", minor + other);
            }
            _ => self.clients[client].purchases.push(base),
        }
    }

    /// Whether nothing else of a month is for the client to pay.
    fn is_alone(&self, client: usize, at: usize) -> bool {
        let month = self.calendar.month(at);
        self.clients[client].purchases.iter().all(|it| {
            it.rebilling != Rebilling::Due || clearmargin_domain::period::Month::of(it.day) != month
        })
    }

    fn charge(&mut self, client: usize, at: usize, says: &str, amount: i64) {
        let extra = Extra { kit: None, says: says.to_owned(), units: None, amount };
        self.clients[client].extras[at].push(extra);
    }
}
