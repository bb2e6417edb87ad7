//! A snapshot of what a made-up portfolio says: its sums, invoices and tickets.

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{
    invoice::{DocumentKind, DocumentState},
    money::Currency,
    period::{Month, Period},
    source::Source,
};
use clearmargin_insight::{
    leaks::{ClientBooks, Common, Document},
    snapshot::{
        CategoryMonths, Client, Desk, IssuedInvoice, Snapshot, TICKET_CLIENTS, TICKET_MONTHS,
        sold::{Entry, Sold, SoldAgreement},
    },
};
use jiff::{ToSpan as _, civil::Date};

/// What an hour of work costs, in smallest units.
const HOUR_MINOR: i64 = 4_500;
/// How many days clients have to pay.
const TERMS: i64 = 30;

/// The snapshot of a day, as far as clients were added.
pub(super) struct Taking(Snapshot);

impl Taking {
    pub(super) fn of(common: &Common, day: Date) -> Self {
        let last = Month::of(day).plus(-1);
        let period = Period::new(common.from, last, usize::MAX);
        let entry = |service| Entry::of(service, (day, common.currency));
        let catalogue = common.catalogue.iter().map(|it| (it.service.id, entry(&it.service)));
        Self(Snapshot {
            currency: common.currency,
            day,
            period: period.unwrap_or_else(|_| Period::ending(last, 1)),
            organization: BTreeMap::new(),
            tickets_since: Some(common.from),
            clients: BTreeMap::new(),
            desk: Desk {
                days: BTreeMap::new(),
                clients: BTreeMap::new(),
                categories: vec![CategoryMonths { category: None, months: BTreeMap::new() }],
                holidays: BTreeSet::new(),
            },
            bills: Vec::new(),
            sold: Sold { agreements: Vec::new(), catalogue: catalogue.collect() },
            owed_minor: None,
        })
    }

    pub(super) fn add(&mut self, books: &ClientBooks) {
        let all = &mut self.0;
        let client = client(books, all.period);
        for (month, sums) in &client.months {
            let sum = all.organization.entry(*month).or_default();
            *sum = sum.plus(*sums);
        }
        all.clients.insert(books.client, client);
        all.bills.extend(bills(books, all.day));
        all.sold.agreements.extend(sold(books, (all.day, all.currency)));
        tickets(&mut all.desk, books, all.day);
    }

    pub(super) fn done(mut self) -> Snapshot {
        self.0.bills.sort_unstable();
        self.0.sold.agreements.sort_by_key(|agreement| agreement.id);
        self.0
    }
}

/// The agreements in force. One whose prices do not fit is left out.
fn sold(books: &ClientBooks, on: (Date, Currency)) -> impl Iterator<Item = SoldAgreement> {
    let in_force = books.agreements.iter().filter(move |it| it.agreement.is_in_force_on(on.0));
    in_force.filter_map(move |sold| {
        let lines: Vec<_> = sold.lines.iter().map(|it| it.line.clone()).collect();
        let parts = (sold.terms.as_ref(), lines.as_slice());
        SoldAgreement::of(&sold.agreement, books.client, parts, on).ok()
    })
}

/// The documents that the books have and that count.
fn booked(books: &ClientBooks) -> impl Iterator<Item = &Document> {
    let counts =
        |it: &&Document| it.system == Source::QuickBooks && it.state == DocumentState::Issued;
    books.documents.iter().filter(counts)
}

fn client(books: &ClientBooks, period: Period) -> Client {
    let mut client = Client { active: true, ..Client::default() };
    for document in booked(books) {
        let month = Month::of(document.day);
        let net = document.total.minor - document.tax.minor;
        let sums = client.months.entry(month).or_default();
        sums.service_revenue_minor += net;
        sums.invoices += 1;
        *client.recurring.entry(month).or_default() += net;
        let settled = client.settled.entry(month).or_default();
        settled.minor += net.max(0);
        settled.days += net.max(0) * TERMS;
        settled.on_time_minor += net.max(0);
    }
    for work in &books.work {
        let seconds = work.entry.worked.seconds;
        let month = Month::of(work.entry.day);
        let sums = client.months.entry(month).or_default();
        sums.worked_seconds += seconds;
        sums.labour_cost_minor += seconds * HOUR_MINOR / 3_600;
        sums.time_entries += 1;
        *client.tickets.entry(month).or_default() += i64::from(work.entry.ticket.is_some());
    }
    for purchase in &books.purchases {
        let sums = client.months.entry(Month::of(purchase.day)).or_default();
        sums.product_cost_minor += purchase.amount.minor;
        sums.expense_lines += 1;
    }
    client.months.retain(|month, _| period.contains(*month));
    client.recurring.retain(|month, _| period.contains(*month));
    client.tickets.retain(|month, opened| period.contains(*month) && *opened != 0);
    client.settled.retain(|month, _| period.contains(*month));
    let last = client.recurring.get(&period.to()).copied().unwrap_or_default();
    client.contracted = Snapshot::ahead_of(period).map(|month| (month, last)).collect();
    client
}

/// The invoices: those of the last days of the terms are open, the others were paid about when they
/// were due.
fn bills(books: &ClientBooks, day: Date) -> impl Iterator<Item = IssuedInvoice> {
    let since = Snapshot::bill_months(day).next().map_or(day, Month::first_day);
    let invoices = booked(books).filter(move |it| {
        it.kind == DocumentKind::Invoice && it.total.minor > 0 && it.day >= since && it.day <= day
    });
    invoices.map(move |document| {
        let due = document.day.saturating_add(TERMS.days());
        let late = document.total.minor % 17;
        let paid = due.saturating_add((late - 8).days());
        let open = paid >= day;
        IssuedInvoice {
            client: books.client,
            day: document.day,
            id: document.id,
            due,
            total: document.total.minor,
            open: if open { document.total.minor } else { 0 },
            paid: (!open).then_some(paid),
        }
    })
}

/// Work on tickets, as if each piece had been a ticket of its own.
fn tickets(desk: &mut Desk, books: &ClientBooks, day: Date) {
    let since = Month::of(day).plus(-TICKET_MONTHS).first_day();
    let mut own: BTreeMap<Date, i64> = BTreeMap::new();
    let dates = books.work.iter().map(|work| work.entry.day);
    for date in dates.filter(|date| (since..day).contains(date)) {
        *own.entry(date).or_default() += 1;
        *desk.days.entry(date).or_default() += 1;
        for category in &mut desk.categories {
            *category.months.entry(Month::of(date)).or_default() += 1;
        }
    }
    if !own.is_empty() && desk.clients.len() < TICKET_CLIENTS {
        desk.clients.insert(books.client, own);
    }
}
