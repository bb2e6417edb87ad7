//! Monthly rollups: what is summed, for whom, and what each source row adds.
//!
//! A rollup is a sum over source rows and nothing else, so a change of a row moves it by
//! *new − old*, and summing the rows afresh must give the same: that is the drift check.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    billing::apportion,
    budget::{BudgetExpense, SpentDelta},
    counters::counters,
    desk::DeskDelta,
    expense::Expense,
    id::{ClientId, ServiceId, TechnicianId},
    invoice::{DocumentKind, DocumentState, Invoice},
    payment::{Payment, PaymentKind, PaymentMethod},
    period::Month,
    receivable::{AgeingDelta, Posting},
    service::Offering,
    standing::StandingDelta,
    ticket::Ticket,
    time_entry::{BillingStatus, TimeEntry},
};

/// For whom is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "of", content = "id")]
pub enum Subject {
    /// Everything of the organisation, what belongs to no client included.
    Organization,
    /// One source system's record of a client.
    Client(ClientId),
    /// A catalogue entry.
    Service(ServiceId),
    /// A technician.
    Technician(TechnicianId),
    /// A way in which clients pay; none: nobody said how.
    Method(Option<PaymentMethod>),
    /// What recurs of one source system's record of a client.
    Recurring(ClientId),
}

/// One sum: a subject in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bucket {
    /// For whom.
    pub subject: Subject,
    /// When.
    pub month: Month,
}

counters! {
    /// What is summed. Money is in minor units of the organisation's currency, time in seconds.
    pub struct Measures;

    /// Revenue from work, before tax, net of credits and discounts.
    service_revenue_minor: "s",
    /// Revenue from products, before tax, net of credits.
    product_revenue_minor: "p",
    /// Cost of the time that has a rate.
    labour_cost_minor: "l",
    /// Cost of what was bought for the subject.
    product_cost_minor: "c",
    /// All worked time.
    worked_seconds: "w",
    /// Worked time without a cost rate.
    uncosted_seconds: "u",
    /// Billable time neither invoiced, covered nor written off.
    unbilled_seconds: "b",
    /// What that time would bring at its price.
    unbilled_minor: "m",
    /// The part of it that still waits for approval.
    unapproved_minor: "a",
    /// Unbilled time that has no price.
    unpriced_seconds: "q",
    /// What is open on invoices that are due in the month; those without a day of that count by
    /// their own day. Not what credit memos leave.
    open_minor: "o",
    /// What invoices come to with tax, net of credit memos: the sales on credit. Of the organisation
    /// alone: every sum of a client is read with each list of clients.
    charged_minor: "g",
    /// How many time entries.
    time_entries: "t",
    /// How many invoices and credit memos.
    invoices: "i",
    /// How many invoices and credit memos there are of the month, drafts and void ones included.
    documents: "d",
    /// How many expense lines.
    expense_lines: "e",
    /// What of the revenue lines charge that recur. Of the organisation alone.
    recurring_charged_minor: "k",
    /// What lines that recur charge for the month, whenever that is invoiced.
    recurring_minor: "r",
    /// How many payments.
    payments: "n",
    /// What came in with them.
    received_minor: "x",
    /// How many refunds.
    refunds: "y",
    /// What went back with them.
    refunded_minor: "z",
}

impl Measures {
    /// All revenue.
    pub fn revenue_minor(self) -> i64 {
        self.service_revenue_minor + self.product_revenue_minor
    }
}

/// A change of sums: what to add to which bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    buckets: BTreeMap<Bucket, Measures>,
    desk: DeskDelta,
    ageing: AgeingDelta,
    spent: SpentDelta,
    standing: StandingDelta,
}

impl Delta {
    /// What a ticket adds to the desk's sums.
    pub fn of_ticket(ticket: &Ticket) -> Self {
        Self { desk: DeskDelta::of(ticket), ..Self::default() }
    }

    /// What an expense of a budget adds to what was spent of it.
    pub fn of_budget_expense(expense: &BudgetExpense) -> Self {
        Self { spent: SpentDelta::of(expense), ..Self::default() }
    }

    /// Adds to a bucket.
    pub fn add(&mut self, bucket: Bucket, measures: Measures) {
        let sum = self.buckets.entry(bucket).or_default();
        *sum = sum.plus(measures);
    }

    /// Adds what changes what a client owes.
    pub fn post(&mut self, postings: &[Posting]) {
        for posting in postings {
            self.ageing.post(posting);
        }
    }

    /// Adds what changes what was spent.
    pub fn spend(&mut self, spent: SpentDelta) {
        self.spent.merge(spent);
    }

    /// Adds what changes where documents stand.
    pub fn stand(&mut self, standing: StandingDelta) {
        self.standing.merge(standing);
    }

    /// Adds all that a row contributes.
    pub fn add_row<R: Contributes>(&mut self, row: &R) {
        row.contribute(&mut |bucket, measures| self.add(bucket, measures));
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn negated(mut self) -> Self {
        self.buckets.values_mut().for_each(|sum| *sum = Measures::default().minus(*sum));
        Self {
            desk: self.desk.negated(),
            ageing: self.ageing.negated(),
            spent: self.spent.negated(),
            standing: self.standing.negated(),
            ..self
        }
    }

    /// Whether no bucket changes.
    pub fn is_empty(&self) -> bool {
        let unmoved = self.changes().next().is_none() && self.ageing.changes().next().is_none();
        let unmoved = unmoved && self.standing.changes().next().is_none();
        unmoved && self.desk.is_empty() && self.spent.changes().next().is_none()
    }

    /// Adds another change.
    pub fn merge(&mut self, other: Delta) {
        other.buckets.into_iter().for_each(|(bucket, measures)| self.add(bucket, measures));
        self.desk.merge(other.desk);
        self.ageing.merge(other.ageing);
        self.spent.merge(other.spent);
        self.standing.merge(other.standing);
    }

    /// The buckets of money and time that really change.
    pub fn changes(&self) -> impl Iterator<Item = (Bucket, Measures)> {
        let all = self.buckets.iter().map(|(bucket, measures)| (*bucket, *measures));
        all.filter(|(_, measures)| !measures.is_zero())
    }

    /// The change of the desk's sums.
    pub fn desk(&self) -> &DeskDelta {
        &self.desk
    }

    /// The change of what clients owe.
    pub fn ageing(&self) -> &AgeingDelta {
        &self.ageing
    }

    /// The change of what clients owe, to add to.
    pub fn ageing_mut(&mut self) -> &mut AgeingDelta {
        &mut self.ageing
    }

    /// The change of what was spent.
    pub fn spent(&self) -> &SpentDelta {
        &self.spent
    }

    /// The change of what was spent, to add to.
    pub fn spent_mut(&mut self) -> &mut SpentDelta {
        &mut self.spent
    }

    /// The change of where things stand.
    pub fn standing(&self) -> &StandingDelta {
        &self.standing
    }

    /// The change of where things stand, to add to.
    pub fn standing_mut(&mut self) -> &mut StandingDelta {
        &mut self.standing
    }

    /// The change of the desk's sums, to add to.
    pub fn desk_mut(&mut self) -> &mut DeskDelta {
        &mut self.desk
    }
}

/// A row that adds to rollups.
pub trait Contributes {
    /// Says what the row adds to which bucket.
    fn contribute(&self, add: &mut dyn FnMut(Bucket, Measures));
}

impl Contributes for TimeEntry {
    fn contribute(&self, add: &mut dyn FnMut(Bucket, Measures)) {
        let seconds = self.worked.seconds;
        let when = |condition: bool, value: i64| if condition { value } else { 0 };
        let unbilled = self.is_unbilled();
        let price = self.price().filter(|_| unbilled);
        let price_minor = price.map_or(0, |price| price.minor);
        let measures = Measures {
            labour_cost_minor: self.labour_cost.as_ref().map_or(0, |labour| labour.cost.minor),
            worked_seconds: seconds,
            uncosted_seconds: when(self.labour_cost.is_none(), seconds),
            unbilled_seconds: when(unbilled, seconds),
            unbilled_minor: price_minor,
            unapproved_minor: when(self.status == BillingStatus::Pending, price_minor),
            unpriced_seconds: when(unbilled && price.is_none(), seconds),
            time_entries: 1,
            ..Measures::default()
        };
        let month = Month::of(self.day);
        let subjects = [
            Some(Subject::Organization),
            self.client.map(Subject::Client),
            self.service.map(Subject::Service),
            Some(Subject::Technician(self.technician)),
        ];
        for subject in subjects.into_iter().flatten() {
            add(Bucket { subject, month }, measures);
        }
    }
}

impl Contributes for Invoice {
    /// A draft counts for nothing; what was taken back does so, too, but only since that day: a month
    /// that was closed before stays as it was.
    fn contribute(&self, add: &mut dyn FnMut(Bucket, Measures)) {
        let there = Measures { documents: 1, ..Measures::default() };
        for subject in [Subject::Organization, Subject::Client(self.client)] {
            add(Bucket { subject, month: Month::of(self.day) }, there);
        }
        match self.state {
            DocumentState::Draft => {}
            DocumentState::Issued => {
                self.charge(self.day, add);
                for (month, recurring_minor) in self.recurring_charges() {
                    let subject = Subject::Recurring(self.client);
                    let recurring = Measures { recurring_minor, ..Measures::default() };
                    add(Bucket { subject, month }, recurring);
                }
            }
            DocumentState::Void { on } => {
                self.charge(self.day, add);
                self.charge(on, &mut |bucket, sums| add(bucket, Measures::default().minus(sums)));
            }
        }
    }
}

impl Invoice {
    /// What its lines bring in the month of a day, and what is open.
    fn charge(&self, day: Date, add: &mut dyn FnMut(Bucket, Measures)) {
        let month = Month::of(day);
        let charged_minor = self.home_minor(self.total);
        let home = self.home_lines();
        let recurs = self.lines.iter().zip(&home).filter(|(line, _)| line.recurs.is_some());
        let recurring_charged_minor = recurs.map(|(_, minor)| minor).sum();
        let charged = Measures { charged_minor, recurring_charged_minor, ..Measures::default() };
        add(Bucket { subject: Subject::Organization, month }, charged);
        let mut whole = Measures { invoices: 1, ..Measures::default() };
        for (line, minor) in self.lines.iter().zip(home) {
            let measures = match line.offering {
                Offering::Service => {
                    Measures { service_revenue_minor: minor, ..Measures::default() }
                }
                Offering::Product => {
                    Measures { product_revenue_minor: minor, ..Measures::default() }
                }
            };
            whole = whole.plus(measures);
            if let Some(service) = line.service {
                add(Bucket { subject: Subject::Service(service), month }, measures);
            }
        }
        let open = match self.kind {
            DocumentKind::Invoice => self.home_minor(self.balance),
            DocumentKind::CreditMemo => 0,
        };
        let due = Month::of(self.due.unwrap_or(self.day));
        for subject in [Subject::Organization, Subject::Client(self.client)] {
            add(Bucket { subject, month }, whole);
            let open = Measures { open_minor: open, ..Measures::default() };
            add(Bucket { subject, month: due }, open);
        }
    }

    /// Its lines in the organisation's currency, in smallest units: what they come to together, divided
    /// among them by largest remainder.
    pub fn home_lines(&self) -> Vec<i64> {
        let amounts: Vec<_> = self.lines.iter().map(|line| line.amount.minor).collect();
        if self.rate.is_none() {
            return amounts;
        }
        apportion(self.home_minor(self.total) - self.home_minor(self.tax), &amounts)
    }
}

impl Contributes for Payment {
    /// What came in or went back, by how it was paid. Credit that is used moves nothing, nor does
    /// what is given up.
    fn contribute(&self, add: &mut dyn FnMut(Bucket, Measures)) {
        let minor = self.home_minor(self.total.minor);
        let none = Measures::default();
        let moved = match self.kind {
            PaymentKind::Received if minor != 0 => {
                Measures { payments: 1, received_minor: minor, ..none }
            }
            PaymentKind::Refund => Measures { refunds: 1, refunded_minor: -minor, ..none },
            PaymentKind::Received | PaymentKind::Credit | PaymentKind::WriteOff => return,
        };
        let (subject, month) = (Subject::Method(self.method), Month::of(self.day));
        add(Bucket { subject, month }, moved);
    }
}

impl Contributes for Expense {
    /// Every line counts once for the organisation, and with its share for each client and catalogue
    /// entry that has a part in it.
    fn contribute(&self, add: &mut dyn FnMut(Bucket, Measures)) {
        let month = Month::of(self.day);
        let bought = |product_cost_minor| Measures {
            product_cost_minor,
            expense_lines: 1,
            ..Measures::default()
        };
        for (line, comes_to) in self.lines.iter().zip(self.home_lines()) {
            let subject = Subject::Organization;
            add(Bucket { subject, month }, bought(comes_to));
            for (client, minor) in line.for_clients(comes_to) {
                add(Bucket { subject: Subject::Client(client), month }, bought(minor));
            }
            for (service, minor) in line.for_services(comes_to) {
                add(Bucket { subject: Subject::Service(service), month }, bought(minor));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::invoice::tests::issued;

    fn invoice(kind: DocumentKind) -> Invoice {
        Invoice { kind, ..issued(10_000).settled(7_500).unwrap() }
    }

    fn open(invoice: &Invoice) -> Vec<(Month, i64)> {
        let mut delta = Delta::default();
        delta.add_row(invoice);
        let own = Subject::Client(invoice.client);
        let sums =
            delta.changes().filter(|(bucket, sums)| bucket.subject == own && sums.open_minor != 0);
        sums.map(|(bucket, sums)| (bucket.month, sums.open_minor)).collect()
    }

    #[test]
    fn what_is_open_counts_for_the_month_in_which_it_is_due() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        let charged = invoice(DocumentKind::Invoice);
        assert_eq!(open(&charged), [(month("2026-11"), 2_500)]);
        assert_eq!(open(&Invoice { due: None, ..charged }), [(month("2026-10"), 2_500)]);
        // What a credit memo leaves is nothing that the client owes.
        assert_eq!(open(&invoice(DocumentKind::CreditMemo)), []);
    }

    #[test]
    fn drafts_count_for_nothing_and_what_was_taken_back_only_until_then() {
        let sums = |invoice: &Invoice| {
            let mut delta = Delta::default();
            delta.add_row(invoice);
            let own = Subject::Client(invoice.client);
            let sums = delta.changes().filter(|(bucket, _)| bucket.subject == own);
            let sums = sums.filter(|(_, sums)| sums.invoices != 0);
            sums.map(|(bucket, sums)| (bucket.month.to_string(), sums.invoices)).collect::<Vec<_>>()
        };
        let draft = Invoice { state: DocumentState::Draft, ..issued(10_000) };
        assert_eq!(sums(&draft), []);
        let void = issued(10_000).voided(date(2026, 12, 1)).unwrap();
        assert_eq!(sums(&void), [("2026-10".to_owned(), 1), ("2026-12".to_owned(), -1)]);
        assert_eq!(sums(&issued(10_000).voided(date(2026, 10, 20)).unwrap()), []);
    }
}
