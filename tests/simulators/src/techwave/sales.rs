//! What TechWave bills: recurring service, labour and hardware, as QuickBooks invoices.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::books::{Ref, Stamp};
use super::calendar::{Calendar, shift_days, working_day};
use super::catalog::{self, Item};
use super::chart::{Chart, bundled};
use super::clients::{Agreement, Client};
use super::customers::Customer;
use super::invoice::{Invoice, Lines};
use super::time::Labour;
use crate::random::Random;

/// Goods sold to a client, which somebody has to deliver to TechWave.
#[derive(Clone, Debug)]
pub(super) struct Sold {
    pub(super) month: usize,
    pub(super) day: Date,
    pub(super) customer: Ref,
    pub(super) item: Item,
    pub(super) quantity: i64,
}

/// What invoicing draws on.
pub(super) struct Sales<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) chart: &'a Chart,
    pub(super) clients: &'a [Client],
    pub(super) customers: &'a [Option<Customer>],
}

/// Everything that was billed, in order of date.
#[derive(Default)]
pub(super) struct Billed {
    pub(super) invoices: Vec<Invoice>,
    pub(super) goods: Vec<Sold>,
}

impl Sales<'_> {
    pub(super) fn bill(&self, labour: &[Labour], random: &Random) -> Billed {
        let mut billed = Billed::default();
        for ((client, customer), purpose) in self.clients.iter().zip(self.customers).zip(1..) {
            let Some(customer) = customer else { continue };
            let mut random = random.fork(purpose);
            let labour: Vec<&Labour> =
                labour.iter().filter(|entry| entry.client == client.number).collect();
            for (month, first) in self.calendar.months().iter().enumerate() {
                let bill = Bill { chart: self.chart, client, customer, month, first: *first };
                if client.is_served(month) {
                    bill.service(&mut random, &mut billed);
                    bill.hardware(&mut random, &mut billed);
                }
                bill.labour(&labour, self.calendar, &mut billed);
            }
        }
        billed.invoices.sort_by_key(|invoice| (invoice.day, invoice.client));
        billed
    }
}

/// One client in one month.
struct Bill<'a> {
    chart: &'a Chart,
    client: &'a Client,
    customer: &'a Customer,
    month: usize,
    first: Date,
}

impl Bill<'_> {
    /// The agreement and the licences, in advance on the first of the month.
    fn service(&self, random: &mut Random, billed: &mut Billed) {
        let Self { chart, client, month, .. } = self;
        let mut lines = Lines::new(chart);
        if random.chance(60) {
            lines.describe(&format!("Service period {}", self.first.strftime("%B %Y")));
        }
        let price = client.unit_price(*month);
        match client.agreement {
            Agreement::PerUser => lines.sell(&catalog::PER_USER, client.seats(*month) * 100, price),
            Agreement::PerDevice => {
                let devices = client.devices(*month);
                lines.sell(&catalog::PER_DEVICE, devices * 100, price);
            }
            Agreement::Flat => lines.sell(&catalog::FLAT, 100, price),
            Agreement::BlockHours => lines.sell(&catalog::BLOCK, client.blocks() * 1_000, price),
            Agreement::TimeAndMaterial => {}
        }
        if *month == client.first_month && *month > 0 {
            lines.sell(&catalog::ONBOARDING, 100, catalog::ONBOARDING.price);
        }
        if month % 3 == 2 && client.seats(*month) > 60 {
            lines.sell(&catalog::REVIEW, 100, catalog::REVIEW.price);
        }
        for (item, quantity) in self.licences() {
            lines.sell(&item, quantity * 100, item.price);
            billed.goods.push(self.sold(self.first, &self.customer.main, item, quantity));
        }
        if client.discount_percent > 0 {
            lines.discount(client.discount_percent);
        }
        self.issue(self.first, &self.customer.main, lines, billed);
    }

    /// Licences resold; those who pay by the hour, or too little, have none.
    fn licences(&self) -> Vec<(Item, i64)> {
        let Self { client, month, .. } = self;
        let mut licences = Vec::new();
        if client.agreement == Agreement::TimeAndMaterial || client.is_sinkhole() {
            return licences;
        }
        licences.push((catalog::ENDPOINT, client.devices(*month)));
        if client.number % 3 != 2 {
            licences.push((catalog::OFFICE, client.seats(*month)));
            licences.push((catalog::MAIL_FILTER, client.seats(*month)));
        }
        if client.number % 4 != 3 {
            licences.push((catalog::BACKUP, client.servers()));
        }
        licences
    }

    /// Machines, now and then; to a branch where there is one.
    fn hardware(&self, random: &mut Random, billed: &mut Billed) {
        if !random.chance(60) {
            return;
        }
        let day = working_day(self.first, random);
        let branch = self.customer.branches.get(random.index(self.customer.branches.len()));
        let receiver = branch.unwrap_or(&self.customer.main);
        let mut lines = Lines::new(self.chart);
        if random.chance(200) {
            let users = random.between(1, 3);
            lines.bundle(&bundled(), users);
            let goods = bundled().into_iter().filter(|part| part.cost.is_some());
            billed.goods.extend(goods.map(|part| self.sold(day, receiver, part, users)));
        } else {
            for _ in 0..random.between(1, 3) {
                let item = *random.pick(&catalog::STOCK);
                let quantity = random.between(1, 4);
                lines.sell(&item, quantity * 100, item.price);
                billed.goods.push(self.sold(day, receiver, item, quantity));
            }
            lines.describe("Thank you for your business – \"hardware\" is delivered & installed.");
        }
        self.issue(day, receiver, lines, billed);
    }

    /// The invoiced hours, on the last day of the month or, beside an agreement, of the quarter: one
    /// line for each kind and price.
    fn labour(&self, labour: &[&Labour], calendar: &Calendar, billed: &mut Billed) {
        let monthly = self.client.agreement == Agreement::TimeAndMaterial;
        let span = if monthly { 1 } else { self.month % 3 + 1 };
        let is_last = self.month + 1 == calendar.months().len();
        if !monthly && span < 3 && !is_last {
            return;
        }
        let start = calendar.months().get(self.month + 1 - span).copied().unwrap_or(self.first);
        let end = self.first.last_of_month();
        let ours = labour.iter().filter(|entry| (start..=end).contains(&entry.day));
        let mut hours = BTreeMap::new();
        for entry in ours {
            *hours.entry((entry.item, entry.rate)).or_insert(0) += entry.hundredths;
        }
        let mut lines = Lines::new(self.chart);
        for ((item, rate), hundredths) in hours {
            if let Some(item) = catalog::LABOUR_ITEMS.get(item) {
                lines.sell(item, hundredths, rate);
            }
        }
        self.issue(end, &self.customer.main, lines, billed);
    }

    fn sold(&self, day: Date, customer: &Ref, item: Item, quantity: i64) -> Sold {
        Sold { month: self.month, day, customer: customer.clone(), item, quantity }
    }

    fn issue(&self, day: Date, customer: &Ref, lines: Lines<'_>, billed: &mut Billed) {
        if lines.is_empty() {
            return;
        }
        let tax = if self.client.taxed { self.client.city.tax_basis_points } else { 0 };
        let sums = lines.finish(tax);
        billed.invoices.push(Invoice {
            id: String::new(),
            number: String::new(),
            client: self.client.number,
            customer: customer.clone(),
            email: self.customer.email.clone(),
            terms: self.client.terms,
            day,
            due: shift_days(day, self.client.terms),
            balance: sums.total,
            sums,
            payments: Vec::new(),
            note: None,
            stamp: Stamp::new(day),
        });
    }
}
