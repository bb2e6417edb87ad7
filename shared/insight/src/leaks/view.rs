//! A client's records, put next to each other: what each line of an agreement was charged in each month.

use std::collections::BTreeMap;

use clearmargin_domain::{
    agreement::{Agreement, AgreementKind, AgreementStatus, Frequency, Quantity},
    id::{AgreementLineId, ServiceId},
    money::{Currency, Money},
    period::Month,
    recurring::{Agreed, Counts, charges},
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    ClientBooks, Common, Document, DocumentLine, Evidence, Ledger, Policy, RecordKind, Sold,
    SoldLine,
    assign::{assign, learned},
    claim::Claim,
    names::Names,
    pairs::{Pair, pairs},
    sums,
};

/// A charge that is not monthly may come so many months before it falls due, and so many after.
pub(super) const AROUND: (i32, i32) = (1, 2);

/// What all detectors know.
pub(super) struct Context<'a> {
    pub(super) common: &'a Common,
    pub(super) policy: &'a Policy,
    pub(super) as_of: Date,
    pub(super) names: Names,
}

impl Context<'_> {
    /// The first month that is judged: the one before it is context, since what it was charged may
    /// have been on a document of an earlier day.
    pub(super) fn first(&self) -> Month {
        self.common.from.plus(1)
    }

    /// The last month that is judged.
    pub(super) fn last(&self) -> Month {
        self.policy.last_judged(self.as_of)
    }

    pub(super) fn is_judged(&self, month: Month) -> bool {
        (self.first()..=self.last()).contains(&month)
    }

    pub(super) fn months(&self) -> impl Iterator<Item = Month> + use<> {
        let (from, to) = (self.common.from, Month::of(self.as_of));
        (0..=to.since(from)).map(move |n| from.plus(n))
    }

    pub(super) fn judged(&self) -> impl Iterator<Item = Month> + use<> {
        let (from, to) = (self.first(), self.last());
        (0..=to.since(from)).map(move |n| from.plus(n))
    }

    pub(super) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.common.currency)
    }

    /// What a claim says of a line: what is wrong, and how that was reckoned.
    pub(super) fn rule(
        &self,
        line: &str,
        what: &str,
        reckoned: &str,
    ) -> impl FnOnce(&Claim) -> String {
        move |claim| {
            let (money, months) = (self.money(claim.total()), claim.months());
            format!("{line}: {what}; {reckoned} = {money} in {months} months")
        }
    }

    pub(super) fn currency(&self) -> Currency {
        self.common.currency
    }
}

/// A line of a document that charges or, of a credit memo, gives back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) document: &'a Document,
    pub(super) line: &'a DocumentLine,
    /// Its place in the document.
    pub(super) at: usize,
    pub(super) service: Option<ServiceId>,
    /// Whether the entry was found by its words.
    pub(super) by_name: bool,
    /// The month that it charges for.
    pub(super) month: Month,
}

impl Row<'_> {
    pub(super) fn evidence(&self) -> Evidence {
        let ledger = Ledger::of(self.document.system);
        Evidence::of(ledger, RecordKind::Document, &format!("{}#{}", self.document.id, self.at + 1))
            .from(self.document.source())
            .on(self.document.day)
            .many(self.line.quantity)
            .at(self.line.unit_price)
            .amounting(self.line.amount)
            .saying(&self.line.description)
    }
}

/// What a line of an agreement comes to in a month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    pub(super) units: Decimal,
    /// What a unit costs; where a price changes within, the lower one.
    pub(super) price: i64,
    pub(super) amount: i64,
    /// Whether it is for a whole span.
    pub(super) whole: bool,
}

/// A row, as far as it charges a line of an agreement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Charged {
    /// The place of the row.
    pub(super) row: usize,
    pub(super) units: Decimal,
    pub(super) price: i64,
    /// Whether the document says how many.
    pub(super) said: bool,
}

/// What corrects what was charged: a part of a month, or the difference to another price.
#[derive(Debug, Clone, Copy)]
pub(super) struct Adjusted {
    pub(super) month: Month,
    pub(super) minor: i64,
}

/// A line of an agreement, with what it was to be and was charged.
pub(super) struct Item<'a> {
    pub(super) sold: &'a Sold,
    pub(super) line: &'a SoldLine,
    /// What it sells, as it says itself or by its words.
    pub(super) service: Option<ServiceId>,
    pub(super) due: BTreeMap<Month, Due>,
    pub(super) charged: BTreeMap<Month, Vec<Charged>>,
    pub(super) adjusted: Vec<Adjusted>,
}

impl Item<'_> {
    pub(super) fn id(&self) -> AgreementLineId {
        self.line.line.id
    }

    pub(super) fn is_monthly(&self) -> bool {
        self.line.line.frequency == Frequency::Monthly
    }

    /// What falls due in a month or, of a line that is not charged monthly, around it: a charge may
    /// come a month before it falls due, and two after.
    pub(super) fn due_near(&self, month: Month) -> Option<&Due> {
        let around = if self.is_monthly() { (0, 0) } else { (-AROUND.1, AROUND.0) };
        let exactly = self.due.get(&month);
        let near = || self.due.range(month.plus(around.0)..=month.plus(around.1)).next();
        exactly.or_else(|| near().map(|(_, due)| due))
    }

    /// How many units were charged in a month.
    pub(super) fn units(&self, month: Month) -> Decimal {
        self.charged.get(&month).into_iter().flatten().map(|it| it.units).sum()
    }

    /// What the agreement says, as evidence.
    pub(super) fn evidence(&self, due: Option<(Month, Due)>, currency: Currency) -> Evidence {
        let row = Evidence::of(Ledger::Contract, RecordKind::AgreementLine, &self.id())
            .from(self.sold.agreement.origin.as_ref().map(|it| it.source))
            .saying(&self.line.line.description);
        match due {
            Some((month, due)) => row
                .on(month.first_day())
                .many(due.units)
                .at(Money::new(due.price, currency))
                .amounting(Money::new(due.amount, currency)),
            None => row,
        }
    }
}

/// A client's records.
pub(super) struct View<'a> {
    pub(super) client: &'a ClientBooks,
    pub(super) pairs: Vec<Pair<'a>>,
    /// What counts as charged: each document once, whichever ledger it is in.
    pub(super) rows: Vec<Row<'a>>,
    /// What credit memos give back.
    pub(super) credits: Vec<Row<'a>>,
    pub(super) items: Vec<Item<'a>>,
}

impl<'a> View<'a> {
    pub(super) fn of(context: &Context<'_>, client: &'a ClientBooks, items: Vec<Item<'a>>) -> Self {
        let pairs = pairs(client);
        let (mut rows, mut credits) = (Vec::new(), Vec::new());
        for document in pairs.iter().flat_map(counted) {
            let to = if document.is_invoice() { &mut rows } else { &mut credits };
            to.extend(rows_of(context, document));
        }
        rows.sort_by_key(|row: &Row<'_>| (row.document.day, row.document.id, row.at));
        let mut view = Self { client, pairs, rows, credits, items };
        let shift = view.shift(context);
        for row in view.rows.iter_mut().chain(&mut view.credits) {
            if row.line.covers.is_none() {
                row.month = row.month.plus(shift);
            }
        }
        let learned = learned(&view.items, &view.rows);
        for row in &mut view.rows {
            if row.service.is_none() && row.line.agreed.is_none() {
                row.service = learned.get(&row.line.description).copied();
            }
        }
        for (place, row) in view.rows.iter().enumerate() {
            assign(&mut view.items, place, row);
        }
        view
    }

    /// By how many months documents that do not say what they charge for lie off it. Agreed changes of
    /// price or quantity tell: none unless at least two are on documents just so far off, and no one
    /// where it belongs.
    fn shift(&self, context: &Context<'_>) -> i32 {
        let mut known: BTreeMap<(ServiceId, Month), i64> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.line.covers.is_none()) {
            let Some(service) = row.service.filter(|_| row.line.amount.minor > 0) else { continue };
            let off = row.line.discount.as_ref().map_or(0, |given| given.amount.minor);
            known.entry((service, row.month)).or_insert(row.line.amount.minor + off);
        }
        let told = |shift: i32| {
            let monthly = self.items.iter().filter(|item| item.is_monthly());
            monthly.map(|item| changes(context, item, &known, shift)).sum::<usize>()
        };
        if known.is_empty() || told(0) > 0 {
            return 0;
        }
        [1, -1].into_iter().find(|shift| told(*shift) >= 2).unwrap_or(0)
    }

    /// The rows that charge a catalogue entry.
    pub(super) fn rows_for(&self, service: ServiceId) -> impl Iterator<Item = &Row<'a>> {
        self.rows.iter().filter(move |row| row.service == Some(service))
    }

    pub(super) fn row(&self, charged: &Charged) -> Option<&Row<'a>> {
        self.rows.get(charged.row)
    }
}

/// How many of the agreed changes of a line are on documents that many months before.
fn changes(
    context: &Context<'_>,
    item: &Item<'_>,
    known: &BTreeMap<(ServiceId, Month), i64>,
    shift: i32,
) -> usize {
    let Some(service) = item.service else { return 0 };
    let due = |month: Month| item.due.get(&month).map(|due| sums::times(due.units, due.price));
    let agrees = |month: Month| due(month) == known.get(&(service, month.plus(-shift))).copied();
    let changed = |month: &Month| due(*month) != due(month.plus(-1));
    let months = context.judged().filter(|month| item.due.contains_key(month));
    months.filter(changed).filter(|month| agrees(*month) && agrees(month.plus(-1))).count()
}

/// The documents of a pair that say what was charged: the desk's, where any of them counts.
fn counted<'a>(pair: &Pair<'a>) -> Vec<&'a Document> {
    let counting = |documents: &[&'a Document]| {
        documents.iter().filter(|it| it.counts()).copied().collect::<Vec<_>>()
    };
    let desk = counting(&pair.desk);
    if desk.is_empty() { counting(&pair.books) } else { desk }
}

fn rows_of<'a>(context: &Context<'_>, document: &'a Document) -> Vec<Row<'a>> {
    let alike = |line: &&DocumentLine| line.amount.currency == context.currency();
    let lines = document.lines.iter().filter(alike).enumerate();
    lines
        .map(|(at, line)| {
            let named = || context.names.find(&line.description);
            let service = line.service.or_else(named);
            Row {
                document,
                line,
                at,
                service,
                by_name: line.service.is_none() && line.agreed.is_none(),
                month: Month::of(line.covers.map_or(document.day, |days| days.first)),
            }
        })
        .collect()
}

/// The lines of a client, each with what falls due in each month; nothing is charged yet.
pub(super) fn items<'a>(context: &Context<'_>, client: &'a ClientBooks) -> Vec<Item<'a>> {
    let lines = client.agreements.iter();
    let lines = lines.flat_map(|sold| sold.lines.iter().map(move |line| (sold, line)));
    lines.map(|(sold, line)| item(context, sold, line)).collect()
}

/// A line with what falls due in each month.
fn item<'a>(context: &Context<'_>, sold: &'a Sold, line: &'a SoldLine) -> Item<'a> {
    // What it is charged at least; what is counted is compared by itself.
    let mut agreement = Agreement { kind: AgreementKind::Service, ..sold.agreement.clone() };
    if agreement.end.is_some_and(|end| end <= context.as_of) {
        // It has ended on that day, and was in force before.
        agreement.status = match agreement.status {
            AgreementStatus::Inactive => AgreementStatus::Active,
            status => status,
        };
    }
    let escalator = sold.terms.as_ref().and_then(|terms| terms.escalator.as_ref());
    let mut agreed = line.line.clone();
    let mut due = BTreeMap::new();
    for month in context.months() {
        let Some(quantity) = line.quantity_in(month) else { continue };
        agreed.quantity = quantity;
        let spans = agreed.due_in(month, &agreement);
        if spans.is_empty() {
            continue;
        }
        let all = Agreed {
            agreement: &agreement,
            escalator,
            lines: std::slice::from_ref(&agreed),
            currency: context.currency(),
            counts: Counts::default(),
        };
        let lines = charges(&all, month).lines;
        let Some(price) = lines.iter().map(|it| it.unit_price.minor).min() else { continue };
        let amount = lines.iter().map(|it| it.amount.minor).sum();
        let units = lines.first().map_or(Decimal::ZERO, |it| it.units.into());
        let whole = spans.len() == 1 && spans.iter().all(|it| it.span == it.in_force);
        due.insert(month, Due { units, price, amount, whole });
    }
    let service = line.line.service.or_else(|| context.names.find(&line.line.description));
    Item { sold, line, service, due, charged: BTreeMap::new(), adjusted: Vec::new() }
}

impl SoldLine {
    /// How many units were agreed in a month: the fewest, where that changed within.
    fn quantity_in(&self, month: Month) -> Option<Quantity> {
        if self.quantities.is_empty() {
            return Some(self.line.quantity);
        }
        let (first, last) = (month.first_day(), month.last_day());
        let before = self.quantities.iter().filter(|it| it.from <= first);
        let before = before.max_by_key(|it| it.from).map(|it| it.quantity);
        let within = self.quantities.iter().filter(|it| first < it.from && it.from <= last);
        before.into_iter().chain(within.map(|it| it.quantity)).min()
    }
}
