//! Documents in both ledgers, and payments of them.
#![expect(clippy::indexing_slicing, reason = "vectors by month, all of the same length")]

use clearmargin_domain::{
    agreement::Days,
    id::{InvoiceId, PaymentId},
    invoice::{DocumentKind, DocumentState},
    money::{Currency, Money},
    payment::PaymentKind,
    source::Source,
};
use clearmargin_insight::leaks::{
    ClientBooks, Document, DocumentLine, GivenDiscount, LeakKind, Link, Settlement,
};
use jiff::{ToSpan as _, civil::Date};
use rust_decimal::Decimal;

use super::{
    Scene,
    plan::{Bill, Fate, KITS, Plan, Style},
};

pub(super) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

impl Scene {
    pub(super) fn desk_id(&self, client: usize, at: usize) -> InvoiceId {
        InvoiceId::derived(&[&format!("{}/{client}/{at}/desk", self.tag)])
    }

    fn books_id(&self, client: usize, at: usize) -> InvoiceId {
        InvoiceId::derived(&[&format!("{}/{client}/{at}/books", self.tag)])
    }

    /// The day of the document of a month.
    pub(super) fn desk_day(&self, client: usize, at: usize) -> Date {
        match self.clients[client].style {
            Style::Same => self.calendar.day(at, 1),
            Style::Arrears => self.calendar.first(at + 1),
            Style::Advance => {
                let before = self.calendar.month(at).plus(-1);
                before.day(25).unwrap_or(before.last_day())
            }
        }
    }

    /// Whether there is one: its day has come, and something is charged.
    pub(super) fn has_document(&self, client: usize, at: usize) -> bool {
        if at > self.calendar.months {
            return false;
        }
        let day = self.desk_day(client, at);
        let plan = &self.clients[client];
        let charges = plan.lines.iter().any(|line| !line.billed[at].is_empty());
        let known = self.calendar.from.first_day() <= day && day <= self.calendar.as_of;
        charges && known
    }

    /// Whether a document of that day is told of when its ledgers differ.
    fn is_old(&self, day: Date) -> bool {
        let first = self.calendar.first(1);
        day >= first && day.saturating_add(14.days()) <= self.calendar.as_of
    }

    /// Types 14 and 15, and what looks like them.
    pub(super) fn plant_fates(&mut self, planted: bool) {
        use Fate::{
            Cents, Credited, Crosswise, HalfInBoth, HalfOnDesk, Less, Missing, Open, OpenInBooks,
            OpenOnDesk, Split, TakenBack, Unapplied, Void, VoidInBoth, WrittenOff,
        };
        let traps = [
            Cents, Credited, TakenBack, VoidInBoth, WrittenOff, Unapplied, Open, Crosswise, Split,
            HalfInBoth,
        ];
        let leaks = [Missing, Void, Less, OpenOnDesk, OpenInBooks, HalfOnDesk];
        let all = traps.iter().chain(leaks.iter().filter(|_| planted));
        for fate in all.copied().collect::<Vec<_>>() {
            for _ in 0..self.random.within(1, 3) {
                self.befall(fate);
            }
        }
    }

    fn befall(&mut self, fate: Fate) {
        let last = i64::try_from(self.clients.len()).unwrap_or(1) - 1;
        let client = usize::try_from(self.random.within(0, last)).unwrap_or(0);
        let months = i64::try_from(self.calendar.months).unwrap_or(18);
        let at = usize::try_from(self.random.within(2, months - 4)).unwrap_or(2);
        let free = |at: usize| {
            self.clients[client].fates[at] == Fate::Usual && self.has_document(client, at)
        };
        let next = fate == Fate::Crosswise;
        if self.clients[client].in_books_alone {
            return;
        }
        if !free(at) || (next && !free(at + 1)) || !self.is_old(self.desk_day(client, at + 1)) {
            return;
        }
        // Open here and open there for the same amount are one payment that was used crosswise.
        let opposite = match fate {
            Fate::OpenOnDesk | Fate::HalfOnDesk => Some(Fate::OpenInBooks),
            Fate::OpenInBooks => Some(Fate::OpenOnDesk),
            _ => None,
        };
        if opposite.is_some_and(|it| self.clients[client].fates.contains(&it)) {
            return;
        }
        if fate == Fate::Less
            && self.clients[client].lines.iter().filter(|it| !it.billed[at].is_empty()).count() < 2
        {
            return;
        }
        self.clients[client].fates[at] = fate;
        if next {
            // The other one of the two; the same fate in the renderer means the other ledger first.
            self.clients[client].fates[at + 1] = fate;
        }
    }

    /// All documents of a client, and what settles them.
    pub(super) fn documents(&mut self, client: usize, books: &mut ClientBooks) {
        let mut first_crosswise = true;
        for at in 0..=self.calendar.months {
            if !self.has_document(client, at) {
                continue;
            }
            let desk = self.desk_document(client, at);
            let fate = self.clients[client].fates[at];
            self.memo(client, at, &desk, books);
            let mut copy = Document {
                id: self.books_id(client, at),
                system: Source::QuickBooks,
                number: desk.number.as_deref().map(|it| {
                    // Other letters before the digits, or another row of numbers.
                    it.replace("INV-", if client.is_multiple_of(2) { "" } else { "1" })
                }),
                ..desk.clone()
            };
            self.befallen(client, at, fate, &desk, &mut copy, books);
            let linked = self.random.chance(85) || fate == Fate::Split;
            let mut desk = desk;
            if fate == Fate::VoidInBoth {
                desk.state = DocumentState::Void { on: desk.day };
            }
            if fate == Fate::Crosswise {
                Self::pay_crosswise(first_crosswise, &mut desk, &mut copy, books);
                first_crosswise = !first_crosswise;
            } else {
                self.pay(client, fate, &mut desk, &mut copy, books);
            }
            if fate == Fate::Split {
                Self::split(&mut desk, &copy, books);
            }
            if fate != Fate::Missing {
                if linked {
                    books.links.push(Link { desk: desk.id, books: copy.id });
                }
                books.documents.push(copy);
            }
            books.documents.push(desk);
        }
        self.only_in_books(client, books);
        if self.clients[client].in_books_alone {
            Self::without_desk(books);
        }
    }

    /// Leaves what the books would have if nothing else wrote documents.
    fn without_desk(books: &mut ClientBooks) {
        books.documents.retain(|it| it.system == Source::SuperOps);
        books.settlements.retain(|it| it.system == Source::SuperOps);
        books.links.clear();
        for document in &mut books.documents {
            document.system = Source::QuickBooks;
        }
        for paid in &mut books.settlements {
            paid.system = Source::QuickBooks;
        }
    }

    /// Documents that somebody wrote in the books alone.
    fn only_in_books(&self, client: usize, books: &mut ClientBooks) {
        for (_, at, line, bill) in self.books_only.iter().filter(|it| it.0 == client) {
            let plan = &self.clients[client];
            let day = self.calendar.day(*at, 3);
            if day > self.calendar.as_of {
                continue;
            }
            let line = &plan.lines[*line];
            let covers = Some(Days::of(self.calendar.month(*at)));
            let line = self.document_line(plan, line.kit, line, bill, covers);
            let total = line.amount;
            books.documents.push(Document {
                id: InvoiceId::derived(&[&format!("{}/{client}/{at}/only", self.tag)]),
                system: Source::QuickBooks,
                made_here: false,
                kind: DocumentKind::Invoice,
                state: DocumentState::Issued,
                number: Some(format!("M-{client}-{at}")),
                day,
                lines: vec![line],
                tax: usd(0),
                total,
                open: usd(0),
            });
        }
    }

    fn desk_document(&self, client: usize, at: usize) -> Document {
        let plan = &self.clients[client];
        let mut lines = Vec::new();
        let month = self.calendar.month(at);
        let covers = plan.says_days.then(|| Days::of(month));
        for line in &plan.lines {
            for bill in &line.billed[at] {
                lines.push(self.document_line(plan, line.kit, line, bill, covers));
            }
        }
        Self::discounts(plan, at, covers, &mut lines);
        for extra in &plan.extras[at] {
            lines.push(DocumentLine {
                agreed: None,
                service: extra.kit.filter(|_| plan.names_entries).map(|kit| self.service(kit)),
                description: extra.says.clone(),
                quantity: extra.units.map(Decimal::from),
                unit_price: None,
                amount: usd(extra.amount),
                covers: None,
                discount: None,
            });
        }
        let net: i64 = lines.iter().map(|line| line.amount.minor).sum();
        let tax = net * plan.tax_percent / 100;
        Document {
            id: self.desk_id(client, at),
            system: Source::SuperOps,
            made_here: false,
            kind: DocumentKind::Invoice,
            state: DocumentState::Issued,
            number: Some(format!("INV-{:05}", 10_000 + client * 100 + at)),
            day: self.desk_day(client, at),
            lines,
            tax: usd(tax),
            total: usd(net + tax),
            open: usd(net + tax),
        }
    }

    fn document_line(
        &self,
        plan: &Plan,
        kit: usize,
        line: &super::plan::Line,
        bill: &Bill,
        covers: Option<Days>,
    ) -> DocumentLine {
        let name = if plan.names_entries { KITS[kit].name } else { KITS[kit].variant };
        let says = plan.says_units && !bill.lump;
        // What is of a part of a month, or of another one, says so by words alone.
        let covers = covers.filter(|_| bill.note.is_empty());
        let covers = bill_covers(bill, covers);
        DocumentLine {
            agreed: plan.names_lines.then_some(line.id),
            service: plan.names_entries.then(|| self.service(kit)),
            description: format!("{name}{}", bill.note),
            quantity: says.then(|| Decimal::from(bill.units)),
            unit_price: says.then(|| usd(bill.price)),
            amount: usd(bill.units * bill.price),
            covers,
            discount: None,
        }
    }

    fn discounts(plan: &Plan, at: usize, covers: Option<Days>, lines: &mut Vec<DocumentLine>) {
        for discount in &plan.discounts {
            let Some(minor) = discount.given.get(at).copied().filter(|minor| *minor > 0) else {
                continue;
            };
            let given = GivenDiscount { id: discount.id.clone(), amount: usd(minor) };
            // On the dearest line, where that bears it; else on one of its own.
            let bears = |line: &&mut DocumentLine| {
                line.discount.is_none() && line.amount.minor > minor && line.quantity.is_some()
            };
            let line = lines.iter_mut().filter(bears).max_by_key(|line| line.amount.minor);
            let line = line.filter(|line| !discount.in_price || is_even(line, minor));
            match line.filter(|_| !discount.apart) {
                Some(line) => {
                    line.amount.minor -= minor;
                    lower(line, minor, discount.in_price);
                    line.discount = Some(given);
                }
                None => lines.push(DocumentLine {
                    agreed: None,
                    service: None,
                    description: discount.says.clone(),
                    quantity: None,
                    unit_price: None,
                    amount: usd(-minor),
                    covers,
                    discount: Some(given),
                }),
            }
        }
    }

    /// Credit memos that were planned, in both ledgers.
    fn memo(&mut self, client: usize, at: usize, desk: &Document, books: &mut ClientBooks) {
        let planned: Vec<_> =
            self.memos.iter().filter(|it| (it.0, it.1) == (client, at)).copied().collect();
        for (_, _, kit, units, minor) in planned {
            self.credit(client, at, desk, (Some(kit), units, minor), [true, true], books);
        }
    }

    fn credit(
        &mut self,
        client: usize,
        at: usize,
        desk: &Document,
        (kit, units, minor): (Option<usize>, i64, i64),
        ledgers: [bool; 2],
        books: &mut ClientBooks,
    ) {
        let line = DocumentLine {
            agreed: None,
            service: kit.map(|kit| self.service(kit)),
            description: kit.map_or("Credit", |kit| KITS[kit].name).to_owned(),
            quantity: kit.map(|_| Decimal::from(units)),
            unit_price: None,
            amount: usd(-minor),
            covers: None,
            discount: None,
        };
        for (system, wanted) in [Source::SuperOps, Source::QuickBooks].into_iter().zip(ledgers) {
            if wanted {
                let of = format!("{}/{client}/{at}/memo/{system}/{minor}", self.tag);
                books.documents.push(Document {
                    id: InvoiceId::derived(&[&of]),
                    system,
                    made_here: false,
                    kind: DocumentKind::CreditMemo,
                    number: Some(format!("CM-{client}-{at}9{}", books.documents.len())),
                    lines: vec![line.clone()],
                    tax: usd(0),
                    total: usd(-minor),
                    open: usd(0),
                    day: desk.day.saturating_add(3.days()).min(self.calendar.as_of),
                    state: DocumentState::Issued,
                });
            }
        }
    }

    /// What becomes of a document's copy in the books, with its truth.
    fn befallen(
        &mut self,
        client: usize,
        at: usize,
        fate: Fate,
        desk: &Document,
        copy: &mut Document,
        books: &mut ClientBooks,
    ) {
        let net = desk.total.minor - desk.tax.minor;
        let mut lacks = 0;
        match fate {
            Fate::Missing => lacks = net,
            Fate::Void => {
                copy.state = DocumentState::Void { on: desk.day };
                lacks = net;
            }
            Fate::VoidInBoth => {
                copy.state = DocumentState::Void { on: desk.day };
                let again = |document: &Document, tag: &str| Document {
                    id: InvoiceId::derived(&[&format!("{}/again/{tag}", document.id)]),
                    state: DocumentState::Issued,
                    number: None,
                    day: document.day.saturating_add(2.days()),
                    open: usd(0),
                    ..document.clone()
                };
                let (one, other) = (again(desk, "desk"), again(copy, "books"));
                books.links.push(Link { desk: one.id, books: other.id });
                books.documents.extend([one, other]);
            }
            Fate::Less => {
                let place = copy.lines.iter().position(|line| line.amount.minor > 1_000);
                if let Some(line) = place.map(|place| copy.lines.remove(place)) {
                    lacks = line.amount.minor;
                    copy.total.minor -= lacks;
                    copy.open.minor -= lacks;
                }
            }
            Fate::Cents => {
                copy.total.minor -= 3;
                copy.open.minor -= 3;
            }
            Fate::Credited => {
                self.credit(client, at, desk, (None, 0, net / 10), [false, true], books);
            }
            Fate::TakenBack => {
                copy.state = DocumentState::Void { on: desk.day };
                self.credit(client, at, desk, (None, 0, net), [true, false], books);
            }
            _ => {}
        }
        if lacks > 0 && self.is_old(desk.day) {
            self.tell_once(LeakKind::MissingInBooks, client, desk.id.to_string(), desk.day, lacks);
        }
    }

    fn tell_once(&mut self, kind: LeakKind, client: usize, subject: String, day: Date, minor: i64) {
        let month = clearmargin_domain::period::Month::of(day);
        let months = std::iter::once((month, minor)).collect();
        let client = self.clients[client].id;
        self.truth.leaks.push(crate::leaks::truth::True { kind, client, subject, months });
    }

    /// Both ledgers pay usually; with a truth where one of them does not.
    fn pay(
        &mut self,
        client: usize,
        fate: Fate,
        desk: &mut Document,
        copy: &mut Document,
        books: &mut ClientBooks,
    ) {
        let day = desk.day.saturating_add(self.random.within(5, 40).days());
        let paid = day <= self.calendar.as_of && fate != Fate::Open;
        if !paid {
            return;
        }
        let total = desk.total.minor;
        let (on_desk, in_books) = match fate {
            Fate::OpenOnDesk | Fate::WrittenOff => (0, total),
            Fate::OpenInBooks | Fate::Unapplied => (total, 0),
            Fate::HalfOnDesk => (total / 2, total),
            Fate::HalfInBoth => (total / 2, total / 2),
            _ => (total, copy.total.minor),
        };
        for (document, minor) in [(&mut *desk, on_desk), (&mut *copy, in_books)] {
            if !document.state.eq(&DocumentState::Issued) || minor <= 0 {
                continue;
            }
            document.open.minor -= minor;
            let given_up = fate == Fate::WrittenOff && document.system == Source::QuickBooks;
            let kind = if given_up { PaymentKind::WriteOff } else { PaymentKind::Received };
            books.settlements.push(settlement(document, kind, day, minor, true));
        }
        if fate == Fate::Unapplied {
            books.settlements.push(settlement(copy, PaymentKind::Received, day, total, false));
        }
        let off = match fate {
            Fate::OpenOnDesk | Fate::OpenInBooks => total,
            Fate::HalfOnDesk => total - total / 2,
            _ => 0,
        };
        let told = day.saturating_add(14.days()) <= self.calendar.as_of;
        if off > 0 && told && day >= self.calendar.first(1) {
            let subject = desk.id.min(copy.id).to_string();
            self.tell_once(LeakKind::PaidInOneLedger, client, subject, day, off);
        }
    }

    /// Makes two documents of the desk's: the first line is on one of its own, paid as the whole is.
    fn split(desk: &mut Document, copy: &Document, books: &mut ClientBooks) {
        let line = desk.lines.remove(0);
        let minor = line.amount.minor;
        let open = desk.open.minor;
        let own = Document {
            id: InvoiceId::derived(&[&format!("{}/split", desk.id)]),
            number: None,
            lines: vec![line],
            tax: usd(0),
            total: usd(minor),
            open: usd(if open == 0 { 0 } else { minor }),
            ..desk.clone()
        };
        desk.total.minor -= minor;
        desk.open.minor = if open == 0 { 0 } else { desk.total.minor };
        books.links.push(Link { desk: own.id, books: copy.id });
        for paid in &mut books.settlements {
            if paid.document == Some(desk.id) {
                paid.amount.minor -= minor;
            }
        }
        if open == 0 {
            let day = desk.day.saturating_add(5.days());
            books.settlements.push(settlement(&own, PaymentKind::Received, day, minor, true));
        }
        books.documents.push(own);
    }

    /// A payment that one ledger uses for one document and the other for the next.
    fn pay_crosswise(
        first: bool,
        desk: &mut Document,
        copy: &mut Document,
        books: &mut ClientBooks,
    ) {
        // Both documents are made equal, so that one payment fits either.
        let equal = 123_400;
        for it in [&mut *desk, &mut *copy] {
            let rest = equal - it.lines.iter().map(|line| line.amount.minor).sum::<i64>();
            it.lines.push(DocumentLine {
                agreed: None,
                service: None,
                description: "Goodwill".to_owned(),
                quantity: None,
                unit_price: None,
                amount: usd(rest),
                covers: None,
                discount: None,
            });
            it.tax = usd(0);
            it.total = usd(equal);
            it.open = usd(equal);
        }
        let day = desk.day.saturating_add(20.days());
        let document = if first { desk } else { copy };
        document.open = usd(0);
        books.settlements.push(settlement(document, PaymentKind::Received, day, equal, true));
    }
}

/// The days that a line charges for: some months ahead, where it says so.
fn bill_covers(bill: &Bill, covers: Option<Days>) -> Option<Days> {
    let days = covers?;
    let ahead = i32::try_from(bill.ahead).unwrap_or(0).max(1) - 1;
    let last = clearmargin_domain::period::Month::of(days.first).plus(ahead).last_day();
    Some(Days { first: days.first, last })
}

/// Whether an amount can be taken off a price without a rest.
fn is_even(line: &DocumentLine, minor: i64) -> bool {
    line.quantity.is_some_and(|units| (Decimal::from(minor) % units).is_zero())
}

fn lower(line: &mut DocumentLine, minor: i64, in_price: bool) {
    if let (true, Some(units), Some(price)) = (in_price, line.quantity, line.unit_price) {
        let each = (Decimal::from(minor) / units).try_into().unwrap_or(0_i64);
        line.unit_price = Some(usd(price.minor - each));
    }
}

fn settlement(
    document: &Document,
    kind: PaymentKind,
    day: Date,
    minor: i64,
    applied: bool,
) -> Settlement {
    Settlement {
        payment: PaymentId::derived(&[&format!("{}/{day}/{applied}", document.id)]),
        system: document.system,
        kind,
        day,
        document: applied.then_some(document.id),
        amount: usd(minor),
    }
}
