//! Rows of a page become changes of records: resolve what a row refers to, compare with what is
//! stored, write only what differs.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    hash::Hash,
};

use clearmargin_connectors::{Record, RemovedKind, Row};
use clearmargin_domain::{
    agreement::Agreement,
    books::Books,
    client::{Client, Site},
    cost_rate::CostRate,
    expense::Expense,
    id::{ClientId, ExpenseId, InvoiceId, PaymentId, ServiceId, SyncRunId, TicketId, TimeEntryId},
    integration::{RowCounts, RowFailure, SyncRun},
    invoice::Invoice,
    job::Job,
    payment::Payment,
    service::{Offering, Service},
    source::{Origin, Source},
    technician::Technician,
    ticket::Ticket,
    time_entry::TimeEntry,
};
use clearmargin_store::{Basis, Change, Record as Stores, RunFailure, Stored};

use jiff::Timestamp;

use super::{accounts, counting, settling};
use crate::{Ctx, Error, books, cost_rates, recost, tickets::Measuring};

/// A record that a source system sends.
pub(super) trait Imported: Stores<Id: Hash + Eq> {
    /// Where it came from; none for what was made here.
    fn origin(&self) -> Option<&Origin>;

    /// Takes over what is decided here and not in the source.
    fn keep(&mut self, _stored: &Self, _measuring: Option<&Measuring>) {}

    /// The documents that payments have to follow after it was written: those that are older or
    /// younger than before, another client's, of another worth, or came after what settles them.
    /// `first` says that everything is read for the first time: payments come after what they settle.
    fn moved(&self, _stored: Option<&Self>, _first: bool) -> Vec<InvoiceId> {
        Vec::new()
    }

    /// The payment that it is.
    fn payment(&self) -> Option<PaymentId> {
        None
    }

    /// Measures what is new or has changed.
    fn measure(&mut self, _measuring: Option<&Measuring>, _now: Timestamp) {}
}

macro_rules! imported {
    ($($record:ident: $origin:expr;)*) => {$(
        impl Imported for $record {
            fn origin(&self) -> Option<&Origin> {
                let origin: fn(&Self) -> Option<&Origin> = $origin;
                origin(self)
            }
        }
    )*};
}

imported! {
    Site: |record| record.origin.as_ref();
    Technician: |record| Some(&record.origin);
}

impl Imported for Expense {
    fn origin(&self) -> Option<&Origin> {
        Some(&self.origin)
    }

    fn keep(&mut self, stored: &Self, _: Option<&Measuring>) {
        *self = self.clone().read_over(stored);
    }
}

impl Imported for Invoice {
    fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    fn moved(&self, stored: Option<&Self>, first: bool) -> Vec<InvoiceId> {
        let moved = match stored {
            None => !first && self.balance != self.total,
            Some(stored) => settling::followed(stored) != settling::followed(self),
        };
        if moved { vec![self.id] } else { Vec::new() }
    }
}

impl Imported for Payment {
    fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    fn keep(&mut self, stored: &Self, _: Option<&Measuring>) {
        *self = self.clone().worth_as(stored);
    }

    /// All that settle a document in another currency say together what each part is worth.
    fn moved(&self, stored: Option<&Self>, _first: bool) -> Vec<InvoiceId> {
        let before = stored.into_iter().flat_map(Self::settles_abroad);
        self.settles_abroad().chain(before).collect()
    }

    fn payment(&self) -> Option<PaymentId> {
        Some(self.id)
    }
}

impl Imported for TimeEntry {
    fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    fn keep(&mut self, stored: &Self, _: Option<&Measuring>) {
        self.invoiced = stored.invoiced;
    }
}

impl Imported for Client {
    fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    fn keep(&mut self, stored: &Self, _: Option<&Measuring>) {
        self.merged_into = stored.merged_into;
    }
}

impl Imported for Agreement {
    fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    fn keep(&mut self, stored: &Self, _: Option<&Measuring>) {
        *self = self.clone().read_over(stored);
    }
}

impl Imported for Service {
    fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    fn keep(&mut self, stored: &Self, _: Option<&Measuring>) {
        *self = self.clone().read_over(stored);
    }
}

impl Imported for Ticket {
    fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    fn keep(&mut self, stored: &Self, measuring: Option<&Measuring>) {
        if let Some(measuring) = measuring {
            *self = self.clone().received(stored, measuring.zone());
        }
    }

    fn measure(&mut self, measuring: Option<&Measuring>, now: Timestamp) {
        if let Some(measuring) = measuring {
            measuring.settle(self, now);
        }
    }
}

/// The rows of a page by kind.
#[derive(Default)]
struct ByKind {
    agreements: Vec<Agreement>,
    /// Each with its id in the source.
    assets: Vec<(String, Option<ClientId>)>,
    clients: Vec<Client>,
    expenses: Vec<Expense>,
    invoices: Vec<Invoice>,
    payments: Vec<Payment>,
    services: Vec<Service>,
    sites: Vec<Site>,
    technicians: Vec<Technician>,
    tickets: Vec<Ticket>,
    time_entries: Vec<TimeEntry>,
    removed_expenses: Vec<ExpenseId>,
    removed_invoices: Vec<InvoiceId>,
    removed_payments: Vec<PaymentId>,
}

/// A page on its way into the table.
pub(super) struct Import<'a> {
    ctx: &'a Ctx,
    source: Source,
    change: Change<'a>,
    run: SyncRunId,
    failures: u64,
    counts: RowCounts,
    /// Whether everything is read.
    is_full: bool,
    /// Whether that is so for the first time: payments come after what they settle.
    is_first: bool,
    /// Documents that payments have to follow.
    moved: BTreeSet<InvoiceId>,
    /// Payments that were written.
    paid: Vec<PaymentId>,
    /// How tickets are measured, once there are any.
    measuring: Option<Measuring>,
}

impl<'a> Import<'a> {
    /// An import of a run's rows into `change`; the run has refused `failures` rows before.
    pub(super) fn new(ctx: &'a Ctx, run: &SyncRun, change: Change<'a>, failures: u64) -> Self {
        Self {
            ctx,
            source: run.source,
            change,
            run: run.id,
            failures,
            counts: RowCounts::default(),
            is_full: run.since.is_none(),
            is_first: run.since.is_none() && !run.compares,
            moved: BTreeSet::new(),
            paid: Vec::new(),
            measuring: None,
        }
    }

    /// The change with everything in it, and what became of the rows.
    pub(super) fn finish(mut self) -> (Change<'a>, RowCounts) {
        if !self.moved.is_empty() {
            let documents = self.moved.into_iter().collect();
            self.change.send(Job::FollowDocuments { documents, payments: self.paid });
        }
        (self.change, self.counts)
    }

    /// Takes in the rows of a page.
    pub(super) async fn rows(&mut self, stage: &str, rows: Vec<Row>) -> Result<(), Error> {
        let mut kinds = ByKind::default();
        for row in rows {
            self.counts.read += 1;
            match row.mapped {
                Ok(record) => self.sort(&mut kinds, record),
                Err(rejection) => self.refuse(stage, row.external_id, rejection.to_string())?,
            }
        }
        if !kinds.tickets.is_empty() {
            self.measuring = Some(Measuring::read(self.ctx).await?);
        }
        self.resolve_time(&mut kinds.time_entries).await?;
        self.resolve_invoices(&mut kinds.invoices).await?;
        self.resolve_expenses(&mut kinds.expenses).await?;
        settling::resolve(self.ctx, &mut kinds.payments, &kinds.invoices).await?;
        self.follow_roles(&kinds.technicians).await?;
        self.upsert(kinds.technicians).await?;
        self.upsert(kinds.services).await?;
        self.upsert(kinds.clients).await?;
        self.upsert(kinds.sites).await?;
        self.upsert(kinds.agreements).await?;
        self.upsert(kinds.tickets).await?;
        self.upsert(kinds.time_entries).await?;
        self.upsert(kinds.invoices).await?;
        self.upsert(kinds.payments).await?;
        self.upsert(kinds.expenses).await?;
        self.look_at(stage, kinds.assets).await?;
        self.remove::<Invoice>(kinds.removed_invoices).await?;
        self.remove::<Payment>(kinds.removed_payments).await?;
        self.remove::<Expense>(kinds.removed_expenses).await
    }

    fn sort(&mut self, kinds: &mut ByKind, record: Record) {
        match record {
            Record::Agreement(record) => kinds.agreements.push(record),
            Record::Asset { external_id, client } => kinds.assets.push((external_id, client)),
            Record::Client(record) => kinds.clients.push(record),
            Record::Expense(record) => kinds.expenses.push(record),
            Record::Invoice(record) => kinds.invoices.push(record),
            Record::Payment(record) => kinds.payments.push(record),
            Record::Service(record) => kinds.services.push(record),
            Record::Site(record) => kinds.sites.push(record),
            Record::Technician(record) => kinds.technicians.push(record),
            Record::Ticket(record) => kinds.tickets.push(*record),
            Record::TimeEntry(record) => kinds.time_entries.push(record),
            Record::Removed { kind, external_id } => self.sort_removed(kinds, kind, &external_id),
        }
    }

    fn sort_removed(&mut self, kinds: &mut ByKind, kind: RemovedKind, external_id: &str) {
        let (org, source) = (self.ctx.org, self.source);
        match kind {
            RemovedKind::Invoice => {
                kinds.removed_invoices.push(InvoiceId::imported(org, source, external_id));
            }
            RemovedKind::Payment => {
                kinds.removed_payments.push(PaymentId::imported(org, source, external_id));
            }
            RemovedKind::Expense => {
                kinds.removed_expenses.push(ExpenseId::imported(org, source, external_id));
            }
            // Money stays attached to a client and a catalogue entry that the source has dropped.
            RemovedKind::Client | RemovedKind::Service => self.counts.skipped += 1,
        }
    }

    fn refuse(&mut self, stage: &str, external_id: String, reason: String) -> Result<(), Error> {
        let number = self.failures + self.counts.failed;
        self.counts.failed += 1;
        let failure = RowFailure { stage: stage.to_owned(), external_id, reason };
        Ok(self.change.insert(&RunFailure { run: self.run, number, failure })?)
    }

    /// Says which assets can be counted; that is done when all are read.
    async fn look_at(
        &mut self,
        stage: &str,
        assets: Vec<(String, Option<ClientId>)>,
    ) -> Result<(), Error> {
        let known = counting::known(self.ctx, assets.iter().filter_map(|asset| asset.1)).await?;
        for (external_id, client) in assets {
            match client {
                None => self.counts.skipped += 1,
                Some(client) if known.contains(&client) => self.counts.unchanged += 1,
                Some(_) => {
                    self.refuse(stage, external_id, "its client is not known here".to_owned())?;
                }
            }
        }
        Ok(())
    }

    /// Finds each entry's client (its ticket's), price (its own, else the catalogue's) and cost.
    async fn resolve_time(&mut self, entries: &mut [TimeEntry]) -> Result<(), Error> {
        if entries.is_empty() {
            return Ok(());
        }
        let tenant = self.ctx.tenant();
        let ids: Vec<TicketId> = entries.iter().filter_map(|entry| entry.ticket).collect();
        let tickets = tenant.get_many::<Ticket>(&ids).await?;
        let clients: HashMap<_, _> =
            tickets.iter().map(|ticket| (ticket.id, ticket.client)).collect();
        let services = self.services(entries.iter().filter_map(|entry| entry.service)).await?;
        let books = books::known(self.ctx).await?;
        let closed = self.closed(entries, books.books).await?;
        let (_, rates) = cost_rates::known(tenant).await?;
        for entry in entries {
            entry.client = entry.ticket.and_then(|id| clients.get(&id).copied().flatten());
            let service = entry.service.and_then(|id| services.get(&id));
            let listed = service.and_then(|service| service.unit_price);
            entry.hourly_price = entry.hourly_price.or(listed);
            entry.labour_cost = match closed.get(&entry.id) {
                Some(old) if same_work(old, entry) => old.labour_cost.clone(),
                _ => rates.cost(entry)?,
            };
        }
        self.change.rests_on(Basis::Books, books.version)?;
        Ok(self.change.rests_on(Basis::CostRates, rates.version)?)
    }

    /// What is stored of the entries that lie in closed months: as long as their work is the same,
    /// so is its cost, whatever role its technician has by now.
    async fn closed(
        &self,
        entries: &[TimeEntry],
        books: Books,
    ) -> Result<HashMap<TimeEntryId, TimeEntry>, Error> {
        let closed = entries.iter().filter(|entry| books.is_closed(entry.day));
        let ids: Vec<_> = closed.map(|entry| entry.id).collect();
        let stored = self.ctx.tenant().get_many::<TimeEntry>(&ids).await?;
        Ok(stored.into_iter().map(|entry| (entry.id, entry.value)).collect())
    }

    /// Has time costed anew when somebody's role changed and rates are for roles. Technicians and
    /// time never come in one page.
    async fn follow_roles(&mut self, technicians: &[Technician]) -> Result<(), Error> {
        let tenant = self.ctx.tenant();
        let ids: Vec<_> = technicians.iter().map(|technician| technician.id).collect();
        let stored = tenant.get_many::<Technician>(&ids).await?;
        let known: HashMap<_, _> = stored.iter().map(|it| (it.id, it.role.as_deref())).collect();
        let changed =
            |new: &Technician| known.get(&new.id).copied().flatten() != new.role.as_deref();
        if !technicians.iter().any(changed) {
            return Ok(());
        }
        let version = tenant.basis(Basis::CostRates).await?;
        let rates = tenant.all::<CostRate>().await?;
        if rates.iter().all(|rate| rate.role.is_none()) {
            return Ok(self.change.rests_on(Basis::CostRates, version)?);
        }
        let books = books::known(self.ctx).await?;
        self.change.send(Job::RecostRoles { month: recost::first_open(books.books) });
        Ok(self.change.alters(Basis::CostRates)?)
    }

    /// Finds out which lines sell products.
    async fn resolve_invoices(&self, invoices: &mut [Invoice]) -> Result<(), Error> {
        let lines = invoices.iter().flat_map(|invoice| &invoice.lines);
        let services = self.services(lines.filter_map(|line| line.service)).await?;
        for line in invoices.iter_mut().flat_map(|invoice| &mut invoice.lines) {
            let service = line.service.and_then(|id| services.get(&id));
            line.offering = service.map_or(Offering::Service, |service| service.offering);
        }
        Ok(())
    }

    /// Finds out on which account each line was bought: of a catalogue entry, on the one of that.
    async fn resolve_expenses(&self, expenses: &mut [Expense]) -> Result<(), Error> {
        let lines = expenses.iter().flat_map(|expense| &expense.lines);
        let services = lines.filter(|line| line.account.is_none()).filter_map(|line| line.service);
        let services = self.services(services).await?;
        for line in expenses.iter_mut().flat_map(|expense| &mut expense.lines) {
            let service = line.service.and_then(|id| services.get(&id));
            let listed = || service.and_then(|service| service.bought_on.clone());
            line.account = line.account.take().or_else(listed);
        }
        accounts::remember(self.ctx, self.run, expenses).await
    }

    async fn services(
        &self,
        ids: impl Iterator<Item = ServiceId>,
    ) -> Result<HashMap<ServiceId, Service>, Error> {
        let ids: Vec<_> = ids.collect::<HashSet<_>>().into_iter().collect();
        let found = self.ctx.tenant().get_many::<Service>(&ids).await?;
        Ok(found.into_iter().map(|service| (service.id, service.value)).collect())
    }

    async fn upsert<T: Imported>(&mut self, rows: Vec<T>) -> Result<(), Error> {
        let read = rows.len();
        // A row may come twice in a page; the later reading is the newer one. By our id: an
        // invoice and a credit memo may share their number in the source.
        let latest: HashMap<T::Id, T> = rows.into_iter().map(|row| (row.id(), row)).collect();
        self.counts.skipped += count(read - latest.len());
        let ids: Vec<_> = latest.values().map(T::id).collect();
        let stored = self.ctx.tenant().get_many::<T>(&ids).await?;
        let mut stored: HashMap<_, _> =
            stored.into_iter().map(|stored| (stored.value.id(), stored)).collect();
        for row in latest.into_values() {
            let old = stored.remove(&row.id());
            self.put(row, old)?;
        }
        Ok(())
    }

    fn put<T: Imported>(&mut self, mut row: T, old: Option<Stored<T>>) -> Result<(), Error> {
        let (measuring, now) = (self.measuring.as_ref(), self.ctx.now);
        let Some(old) = old else {
            row.measure(measuring, now);
            self.follow(&row, None);
            self.counts.created += 1;
            return Ok(self.change.insert(&row)?);
        };
        row.keep(&old.value, measuring);
        if row == old.value {
            self.counts.unchanged += 1;
            // Once a week what payments settle is valued anew, whatever went wrong meanwhile.
            if self.is_full && row.payment().is_some() {
                self.follow(&row, Some(&old.value));
            }
        } else if revision(&row) < revision(&old.value) {
            // An answer that was overtaken on its way.
            self.counts.skipped += 1;
        } else {
            row.measure(measuring, now);
            self.follow(&row, Some(&old.value));
            self.counts.updated += 1;
            self.change.update(&old, &row)?;
        }
        Ok(())
    }

    /// Has payments follow what a record that is written moves.
    fn follow<T: Imported>(&mut self, row: &T, old: Option<&T>) {
        let moved = row.moved(old, self.is_first);
        if !moved.is_empty() {
            self.paid.extend(row.payment());
        }
        self.moved.extend(moved);
    }

    async fn remove<T: Imported>(&mut self, ids: Vec<T::Id>) -> Result<(), Error> {
        let stored = self.ctx.tenant().get_many::<T>(&ids).await?;
        self.counts.updated += count(stored.len());
        self.counts.unchanged += count(ids.len() - stored.len());
        for old in &stored {
            self.moved.extend(left_behind(&old.value));
            self.change.delete(old)?;
        }
        Ok(())
    }
}

/// The documents of which other payments have to be valued anew once a record is gone.
pub(super) fn left_behind<T: Imported>(gone: &T) -> Vec<InvoiceId> {
    if gone.payment().is_some() { gone.moved(None, false) } else { Vec::new() }
}

fn same_work(a: &TimeEntry, b: &TimeEntry) -> bool {
    (a.technician, a.day, a.worked) == (b.technician, b.day, b.worked)
}

fn revision<T: Imported>(record: &T) -> Option<u64> {
    record.origin().and_then(|origin| origin.revision)
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
