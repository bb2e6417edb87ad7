//! Work that is not charged, or for less than agreed: types 6 to 9.
//!
//! A piece of work stands in one way, so it is claimed once: approved and on no invoice (6), logged as
//! something else although the agreement sells such hours (7), on an invoice for less than the agreed
//! rate (8), or covered, but beyond what is included (9).

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{
    agreement::AgreementTerms,
    id::{AgreementId, InvoiceId, ServiceId, TimeEntryId},
    money::Money,
    period::Month,
    recurring::{Work, charged_by},
    time_entry::BillingStatus,
};

use jiff::civil::Date;

use super::{
    Evidence, Leak, LeakKind, Ledger, RecordKind, Sold, Worked,
    bank::{Asked, Bank},
    claim::{Claim, Doubt},
    hours::{Charged, Standing, charged, has_rate, hourly, rate_line},
    view::{Context, View},
};

/// The leaks of a client's work.
pub(super) fn detect(context: &Context<'_>, view: &View<'_>) -> Vec<Leak> {
    let hourly = hourly(view);
    let mut by_agreement: BTreeMap<Option<AgreementId>, BTreeMap<Month, Vec<&Worked>>> =
        BTreeMap::new();
    for work in &view.client.work {
        let asked = Work { entry: &work.entry, category: work.category.as_deref() };
        let agreements = hourly.iter().map(|sold| (&sold.agreement, sold.terms.as_ref()));
        let months = by_agreement.entry(charged_by(asked, agreements)).or_default();
        months.entry(Month::of(work.entry.day)).or_default().push(work);
    }
    let mut found = Vec::new();
    for (agreement, work) in &by_agreement {
        let sold = hourly.iter().find(|sold| Some(sold.agreement.id) == *agreement);
        found.extend(Job { context, view, sold: sold.copied(), work }.leaks());
    }
    found
}

/// The work that one agreement charges, or none does.
struct Job<'a> {
    context: &'a Context<'a>,
    view: &'a View<'a>,
    sold: Option<&'a Sold>,
    work: &'a BTreeMap<Month, Vec<&'a Worked>>,
}

impl Job<'_> {
    fn leaks(&self) -> Vec<Leak> {
        let mut claims = [
            LeakKind::UnbilledTime,
            LeakKind::BillableLoggedOtherwise,
            LeakKind::WrongRate,
            LeakKind::OverrunNotBilled,
        ]
        .map(|kind| self.claim(kind));
        let [unbilled, otherwise, wrong, overrun] = &mut claims;
        otherwise.doubt(Doubt::Decision);
        let charged = self.sold.map(|sold| charged(self.context, sold, self.work));
        let mut bank = self.charged_besides(charged.as_ref());
        let settled = self.settled(charged.as_ref(), &mut bank);
        for (month, work) in self.work.iter().filter(|(month, _)| self.context.is_judged(**month)) {
            for work in work {
                let owed = self.owed(work, charged.as_ref());
                let owed = owed.filter(|owed| *owed != 0 && !settled.contains(&work.entry.id));
                let Some(owed) = owed else { continue };
                let (claim, minor) = match work.standing() {
                    Standing::Unbilled => (&mut *unbilled, bank.left(work.entry.day, owed)),
                    Standing::Covered => (&mut *overrun, bank.left(work.entry.day, owed)),
                    Standing::Otherwise if self.sells(work) => (&mut *otherwise, owed),
                    Standing::Invoiced(minor) if self.is_below(work, minor, owed) => {
                        (&mut *wrong, owed - minor)
                    }
                    _ => continue,
                };
                if minor != 0 {
                    claim.add(*month, minor, work.entry.day);
                    self.prove(work, claim);
                }
            }
        }
        self.told(claims)
    }

    fn claim(&self, kind: LeakKind) -> Claim {
        match self.sold {
            Some(sold) => Claim::new(kind, &sold.agreement.id).of(sold.agreement.id, None),
            None => Claim::new(kind, &"without-agreement"),
        }
    }

    /// What should be charged for a piece of work, in smallest units.
    fn owed(&self, work: &Worked, charged: Option<&Charged>) -> Option<i64> {
        if let Some(charged) = charged {
            if work.standing() == Standing::Covered && !charged.allowance_known {
                return None;
            }
            return charged.minors.get(&work.entry.id).copied();
        }
        let listed = || {
            let service = work.entry.service?;
            let entry = self.context.common.catalogue.iter().find(|it| it.service.id == service)?;
            let price = entry.service.list_price(work.entry.day)?;
            work.entry.charged().at(price).ok()
        };
        let price = work.entry.price().or_else(listed);
        let own = price.filter(|price| price.currency == self.context.currency());
        own.filter(|_| work.standing() == Standing::Unbilled).map(|price| price.minor)
    }

    /// The work that a line of a document charges for just what it is owed, and does not name; and the
    /// work that was taken back, with what takes it back.
    fn settled(&self, charged: Option<&Charged>, bank: &mut Bank) -> BTreeSet<TimeEntryId> {
        let waits =
            |work: &&&Worked| matches!(work.standing(), Standing::Unbilled | Standing::Covered);
        let mut asked: Vec<(&Worked, i64)> = Vec::new();
        for work in self.work.values().flatten().filter(waits) {
            asked.extend(self.owed(work, charged).map(|owed| (*work, owed)));
        }
        let mut settled = BTreeSet::new();
        for (back, owed) in asked.iter().filter(|(_, owed)| *owed < 0) {
            let takes = |(work, minor): &&(&Worked, i64)| {
                let same =
                    work.entry.ticket == back.entry.ticket || work.entry.day == back.entry.day;
                same && *minor == -owed && !settled.contains(&work.entry.id)
            };
            if let Some((work, _)) = asked.iter().find(takes) {
                settled.extend([work.entry.id, back.entry.id]);
            }
        }
        let rest: Vec<Asked> = asked
            .iter()
            .filter(|(work, _)| !settled.contains(&work.entry.id))
            .map(|(work, owed)| (work.entry.id, work.entry.day, *owed))
            .collect();
        settled.extend(bank.exactly(&rest));
        settled
    }

    /// What documents charge for such hours beyond the work that names them.
    fn charged_besides(&self, charged: Option<&Charged>) -> Bank {
        let services = self.services();
        let mut rows: BTreeMap<InvoiceId, Vec<(Date, i64)>> = BTreeMap::new();
        for row in self.view.rows.iter().filter(|row| row.line.amount.minor > 0) {
            if row.service.is_some_and(|it| services.contains(&it)) {
                let of = rows.entry(row.document.id).or_default();
                of.push((row.document.day, row.line.amount.minor));
            }
        }
        let counted: BTreeSet<InvoiceId> =
            self.view.rows.iter().map(|row| row.document.id).collect();
        let (mut rest, mut unnamed) = (Vec::new(), Vec::new());
        for work in &self.view.client.work {
            let entry = &work.entry;
            match (entry.invoiced, entry.status) {
                (Some(invoiced), _) if counted.contains(&invoiced.invoice) => {
                    let of = rows.get_mut(&invoiced.invoice);
                    let row = of.into_iter().flatten().find(|(_, minor)| *minor == invoiced.minor);
                    match row {
                        Some((_, minor)) => *minor = 0,
                        None => rest.push((invoiced.invoice, invoiced.minor)),
                    }
                }
                // Its document was made void, and perhaps made again under another id.
                (Some(invoiced), _) => unnamed.push((entry.id, entry.day, invoiced.minor)),
                (None, BillingStatus::Invoiced) => {
                    let own = entry.price().map_or(0, |price| price.minor);
                    let owed = charged.and_then(|it| it.minors.get(&entry.id)).copied();
                    unnamed.push((entry.id, entry.day, owed.unwrap_or(own)));
                }
                _ => {}
            }
        }
        for (document, mut left) in rest {
            for (_, minor) in rows.get_mut(&document).into_iter().flatten() {
                let part = left.min(*minor);
                left -= part;
                *minor -= part;
            }
        }
        let mut bank = Bank::of(rows.into_values().flatten(), self.context.policy.hours_days);
        let exactly = bank.exactly(&unnamed);
        for (_, day, minor) in unnamed.iter().filter(|(id, _, _)| !exactly.contains(id)) {
            bank.left(*day, *minor);
        }
        bank
    }

    /// The catalogue entries that this work is charged as.
    fn services(&self) -> Vec<ServiceId> {
        let fixed = self.view.items.iter().filter(|item| item.line.line.is_fixed());
        let fixed: Vec<_> = fixed.filter_map(|item| item.service).collect();
        let own = self.work.values().flatten().filter_map(|work| work.entry.service);
        let mut own: Vec<_> = own.filter(|service| !fixed.contains(service)).collect();
        own.sort_unstable();
        own.dedup();
        own
    }

    /// Whether the agreement sells hours of such work, and the work was on a ticket of the client's.
    fn sells(&self, work: &Worked) -> bool {
        let sold = self.sold.filter(|sold| has_rate(sold, work));
        let covered = sold.and_then(|sold| sold.terms.as_ref());
        let covers =
            |terms: &AgreementTerms| terms.covers(work.entry.service, work.category.as_deref());
        sold.is_some() && covered.is_none_or(covers) && work.entry.ticket.is_some()
    }

    /// Whether an invoice charges less than the agreed rate, beyond rounding. Without a rate in the
    /// agreement there is none to compare with.
    fn is_below(&self, work: &Worked, minor: i64, owed: i64) -> bool {
        let agreed = self.sold.is_some_and(|sold| has_rate(sold, work));
        agreed && owed - minor > self.context.policy.document_tolerance_minor
    }

    fn prove(&self, work: &Worked, claim: &mut Claim) {
        let entry = &work.entry;
        let hours = entry.charged().hours().round_dp(4);
        let says = match (work.internal, entry.billable, entry.after_hours) {
            (true, _, _) => "logged as internal",
            (_, false, _) => "logged as not billable",
            (_, _, true) => "after hours",
            _ => "",
        };
        let row = Evidence::of(Ledger::Time, RecordKind::TimeEntry, &entry.id)
            .from(entry.origin.as_ref().map(|it| it.source))
            .on(entry.day)
            .many(hours)
            .at(entry.hourly_price)
            .saying(says);
        claim.prove(row);
        if let Some(invoiced) = entry.invoiced {
            let row = Evidence::of(Ledger::Desk, RecordKind::Document, &invoiced.invoice)
                .on(invoiced.day)
                .amounting(Money::new(invoiced.minor, self.context.currency()))
                .saying(&format!("charges {}", entry.id));
            claim.prove(row);
        }
        let Some(sold) = self.sold else { return };
        if let Some(line) = rate_line(sold, work) {
            let escalator = sold.terms.as_ref().and_then(|terms| terms.escalator.as_ref());
            let price = line.unit_price_on(entry.day, escalator).ok().flatten();
            let row = Evidence::of(Ledger::Contract, RecordKind::AgreementLine, &line.id)
                .at(price)
                .saying(&line.description);
            claim.prove(row);
        }
        let agreement = Evidence::of(Ledger::Contract, RecordKind::Agreement, &sold.agreement.id);
        claim.prove(agreement.saying(&sold.agreement.name));
    }

    fn told(&self, claims: [Claim; 4]) -> Vec<Leak> {
        let words = [
            "approved and on no invoice for more than a billing cycle",
            "logged as internal or not billable, and sold by the hour",
            "charged below the agreed rate or without the after-hours multiplier",
            "beyond the time that is included, and on no invoice",
        ];
        let name = self.sold.map_or("work without agreement", |sold| sold.agreement.name.as_str());
        let known = (self.context.policy, self.context.currency());
        let told = claims.into_iter().zip(words).filter_map(|(claim, words)| {
            claim.told(self.view.client.client, known, |claim| {
                let (money, months) = (self.context.money(claim.total()), claim.months());
                format!("{name}: work {words}; {money} in {months} months")
            })
        });
        told.collect()
    }
}
