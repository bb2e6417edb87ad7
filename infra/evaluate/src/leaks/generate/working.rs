//! Work by the hour: what is owed for it, what is not, and what was planted.
#![expect(clippy::indexing_slicing, reason = "vectors by month, all of the same length")]

use clearmargin_domain::{
    id::{InvoiceId, TechnicianId, TicketId, TimeEntryId},
    labour::WorkedTime,
    money::{Currency, Money},
    time_entry::{BillingStatus, Charge, TimeEntry, TimeInvoiced},
};
use clearmargin_insight::leaks::{LeakKind, Worked};

use super::{
    Scene,
    plan::{Extra, KITS, PROJECT, SUPPORT, Style},
    planted::Months,
};

/// A piece of work of a client in a month.
struct Piece {
    client: usize,
    at: usize,
    minutes: i64,
    after_hours: bool,
}

/// Minutes that a block agreement includes in a month.
pub(super) const INCLUDED: i64 = 600;

impl Scene {
    fn piece(&mut self, client: usize, at: usize) -> Piece {
        let minutes = self.random.within(1, 16) * 15;
        Piece { client, at, minutes, after_hours: self.random.chance(20) }
    }

    /// What the agreement charges for a piece: time and a half after hours.
    fn worth(kit: usize, piece: &Piece) -> i64 {
        let hourly = if piece.after_hours { KITS[kit].price * 3 / 2 } else { KITS[kit].price };
        piece.minutes * hourly / 60
    }

    fn entry(&mut self, piece: &Piece, kit: usize, status: BillingStatus) -> TimeEntry {
        let plan = &self.clients[piece.client];
        let number = plan.work.len();
        let of = format!("{}/{}/{number}", self.tag, plan.number);
        let agreement = if kit == PROJECT { plan.projects } else { plan.block };
        let day = self.calendar.day(piece.at, i8::try_from(1 + number % 27).unwrap_or(1));
        let hourly = if piece.after_hours { KITS[kit].price * 3 / 2 } else { KITS[kit].price };
        TimeEntry {
            id: TimeEntryId::derived(&[&of]),
            ticket: Some(TicketId::derived(&[&of])),
            client: Some(plan.id),
            technician: TechnicianId::derived(&[&self.tag, "technician"]),
            service: Some(self.service(kit)),
            day,
            worked: WorkedTime { seconds: piece.minutes * 60 },
            billable: status != BillingStatus::UnderContract,
            after_hours: piece.after_hours,
            status,
            hourly_price: (kit == PROJECT).then(|| Money::new(hourly, Currency::USD)),
            charge: agreement.map(|agreement| Charge {
                agreement,
                time: WorkedTime { seconds: piece.minutes * 60 },
            }),
            invoiced: None,
            labour_cost: None,
            started_at: None,
            note: None,
            origin: None,
        }
    }

    pub(super) fn push(&mut self, client: usize, entry: TimeEntry) {
        let worked = Worked { entry, category: None, internal: false, waived: None };
        self.clients[client].work.push(worked);
    }

    /// The document that charges the work of a month.
    fn charged_on(&self, client: usize, at: usize) -> InvoiceId {
        self.desk_id(client, at)
    }

    /// The month of the document that charges the work of a month: the first one after it.
    pub(super) fn charged_in(&self, client: usize, at: usize) -> usize {
        match self.clients[client].style {
            Style::Arrears => at,
            Style::Same => at + 1,
            Style::Advance => at + 2,
        }
    }

    /// Work as it goes: most of it is on invoices, and some is not owed.
    pub(super) fn work(&mut self) {
        for client in 0..self.clients.len() {
            for at in 0..self.calendar.months {
                let plan = &self.clients[client];
                let within = plan.start <= self.calendar.first(at)
                    && plan.end.is_none_or(|end| self.calendar.month(at).last_day() <= end);
                if !within {
                    continue;
                }
                if self.clients[client].projects.is_some() {
                    self.projects(client, at);
                }
                if self.clients[client].block.is_some() && self.random.chance(80) {
                    let free = self.random.within(0, 10) * 15;
                    self.support(client, at, INCLUDED - free);
                }
            }
        }
    }

    /// Work that a document charges with so much.
    fn push_charged(&mut self, client: usize, on: usize, mut entry: TimeEntry, minor: i64) {
        let (invoice, day) = (self.charged_on(client, on), self.desk_day(client, on));
        entry.invoiced = Some(TimeInvoiced { invoice, day, minor });
        self.charge_hours(client, on, minor);
        self.push(client, entry);
    }

    fn projects(&mut self, client: usize, at: usize) {
        for _ in 0..self.random.within(0, 3) {
            let piece = self.piece(client, at);
            let minor = Self::worth(PROJECT, &piece);
            let entry = self.entry(&piece, PROJECT, BillingStatus::Invoiced);
            let on = self.charged_in(client, at);
            if self.has_document(client, on) {
                self.push_charged(client, on, entry, minor);
            }
        }
        match self.random.within(1, 14) {
            // Somebody decided not to invoice it.
            1 => self.not_owed(client, at, BillingStatus::Ignored, None, false),
            2 => self.not_owed(client, at, BillingStatus::Pending, None, false),
            3 => self.not_owed(client, at, BillingStatus::Pending, Some("warranty"), true),
            4 => self.meeting(client, at),
            5 => self.unnamed(client, at),
            6 => self.taken_back(client, at),
            _ => {}
        }
        if at > 0 && !self.calendar.is_told(at) {
            self.not_owed(client, at, BillingStatus::Approved, None, false);
        }
    }

    fn charge_hours(&mut self, client: usize, at: usize, minor: i64) {
        let extra = Extra {
            kit: Some(PROJECT),
            says: KITS[PROJECT].name.to_owned(),
            units: None,
            amount: minor,
        };
        self.clients[client].extras[at].push(extra);
    }

    fn not_owed(
        &mut self,
        client: usize,
        at: usize,
        status: BillingStatus,
        waived: Option<&str>,
        free: bool,
    ) {
        let piece = self.piece(client, at);
        let mut entry = self.entry(&piece, PROJECT, status);
        entry.billable = !free;
        self.push(client, entry);
        if let Some(work) = self.clients[client].work.last_mut() {
            work.waived = waived.map(ToOwned::to_owned);
        }
    }

    /// A meeting about the account: internal, on no ticket, and nothing that is sold.
    fn meeting(&mut self, client: usize, at: usize) {
        let piece = self.piece(client, at);
        let mut entry = self.entry(&piece, PROJECT, BillingStatus::Pending);
        entry.billable = false;
        entry.ticket = None;
        self.push(client, entry);
        if let Some(work) = self.clients[client].work.last_mut() {
            work.internal = true;
        }
    }

    /// A piece of approved work.
    pub(super) fn approved(&mut self, client: usize, at: usize) -> TimeEntry {
        let piece = self.piece(client, at);
        self.entry(&piece, PROJECT, BillingStatus::Approved)
    }

    /// Approved, and charged by a line that names no work.
    fn unnamed(&mut self, client: usize, at: usize) {
        let on = self.charged_in(client, at);
        if !self.has_document(client, on) {
            return;
        }
        let piece = self.piece(client, at);
        let minor = Self::worth(PROJECT, &piece);
        let entry = self.entry(&piece, PROJECT, BillingStatus::Approved);
        self.push(client, entry);
        self.charge_hours(client, on, minor);
    }

    /// Covered work of so many minutes.
    fn support(&mut self, client: usize, at: usize, minutes: i64) {
        let mut left = minutes;
        while left > 0 {
            let part = left.min(self.random.within(2, 12) * 15);
            let piece = Piece { client, at, minutes: part, after_hours: false };
            let entry = self.entry(&piece, SUPPORT, BillingStatus::UnderContract);
            self.push(client, entry);
            left -= part;
        }
    }

    fn with_projects(&mut self) -> Option<usize> {
        self.free_client(|plan| plan.projects.is_some() && plan.end.is_none(), "projects")
    }

    /// Type 6: approved, and forgotten.
    pub(super) fn plant_unbilled(&mut self) {
        let Some(client) = self.with_projects() else { return };
        let mut amounts = Months::new();
        for at in self.months(2).take(6) {
            if self.clients[client].start > self.calendar.first(at) || at >= self.calendar.months {
                continue;
            }
            for _ in 0..self.random.within(1, 3) {
                let piece = self.piece(client, at);
                *amounts.entry(at).or_default() += Self::worth(PROJECT, &piece);
                let entry = self.entry(&piece, PROJECT, BillingStatus::Approved);
                self.push(client, entry);
            }
        }
        self.tell_of_projects(LeakKind::UnbilledTime, client, amounts);
    }

    /// Type 7: logged as internal or not billable.
    pub(super) fn plant_otherwise(&mut self) {
        let Some(client) = self.with_projects() else { return };
        let mut amounts = Months::new();
        for at in self.months(2).take(5) {
            if self.clients[client].start > self.calendar.first(at) || at >= self.calendar.months {
                continue;
            }
            let piece = self.piece(client, at);
            *amounts.entry(at).or_default() += Self::worth(PROJECT, &piece);
            let mut entry = self.entry(&piece, PROJECT, BillingStatus::Pending);
            let internal = self.random.chance(50);
            entry.billable = internal;
            self.push(client, entry);
            if let Some(work) = self.clients[client].work.last_mut() {
                work.internal = internal;
            }
        }
        self.tell_of_projects(LeakKind::BillableLoggedOtherwise, client, amounts);
    }

    /// Type 8: after hours without the multiplier, or at an old rate.
    pub(super) fn plant_wrong_rate(&mut self) {
        let Some(client) = self.with_projects() else { return };
        let mut amounts = Months::new();
        for at in self.months(2).take(6) {
            let within = self.clients[client].start <= self.calendar.first(at);
            let on = self.charged_in(client, at);
            if !within || at >= self.calendar.months || !self.has_document(client, on) {
                continue;
            }
            let mut piece = self.piece(client, at);
            piece.after_hours = true;
            let owed = Self::worth(PROJECT, &piece);
            let minor = piece.minutes * KITS[PROJECT].price / 60;
            let mut entry = self.entry(&piece, PROJECT, BillingStatus::Invoiced);
            entry.hourly_price = Some(Money::new(KITS[PROJECT].price, Currency::USD));
            self.push_charged(client, on, entry, minor);
            *amounts.entry(at).or_default() += owed - minor;
        }
        self.tell_of_projects(LeakKind::WrongRate, client, amounts);
    }

    fn tell_of_projects(&mut self, kind: LeakKind, client: usize, amounts: Months) {
        if let Some(agreement) = self.clients[client].projects {
            self.tell(kind, client, agreement.to_string(), amounts);
        }
    }

    /// Type 9: more covered work than is included.
    pub(super) fn plant_overrun(&mut self) {
        let fits = |plan: &super::plan::Plan| plan.block.is_some() && plan.end.is_none();
        let Some(client) = self.free_client(fits, "block") else { return };
        let mut amounts = Months::new();
        for at in self.months(2).take(5) {
            if self.clients[client].start > self.calendar.first(at) || at >= self.calendar.months {
                continue;
            }
            let month = self.calendar.month(at);
            let used: i64 = self.clients[client]
                .work
                .iter()
                .filter(|it| it.entry.status == BillingStatus::UnderContract)
                .filter(|it| clearmargin_domain::period::Month::of(it.entry.day) == month)
                .map(|it| it.entry.worked.seconds / 60)
                .sum();
            let over = self.random.within(1, 20) * 15;
            self.support(client, at, INCLUDED - used + over);
            amounts.insert(at, over * KITS[SUPPORT].price / 60);
        }
        if let Some(agreement) = self.clients[client].block {
            self.tell(LeakKind::OverrunNotBilled, client, agreement.to_string(), amounts);
        }
    }
}
