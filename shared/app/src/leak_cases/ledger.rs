//! What was found, approved, invoiced and collected.

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    access::Action,
    id::InvoiceId,
    invoice::{DocumentState, Invoice},
    leak::{Bearing, CaseState, LeakCase, LeakKind},
    money::Currency,
};
use jiff::Timestamp;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use crate::{Ctx, Error, organizations};

/// What became of leaks that can be charged or collected, in smallest units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecoveredKind {
    /// How many were ever found.
    pub count: usize,
    /// What those that stand come to.
    pub standing_minor: i64,
    /// What of those was muted.
    pub muted_minor: i64,
    /// What somebody said is to be charged.
    pub approved_minor: i64,
    /// What of that stands on invoices.
    pub invoiced_minor: i64,
    /// What of that came in: the share of each invoice that is settled.
    pub collected_minor: i64,
}

/// The ledger of what was recovered.
#[derive(Debug)]
pub struct Recovered {
    /// The currency of every amount.
    pub currency: Currency,
    /// When everything was read.
    pub as_of: Timestamp,
    /// All kinds together.
    pub total: RecoveredKind,
    /// Each kind of which anything was found.
    pub kinds: BTreeMap<LeakKind, RecoveredKind>,
}

/// What was found so far, and what became of it.
pub async fn recovered(ctx: &Ctx) -> Result<Recovered, Error> {
    ctx.require(Action::MarginsRead)?;
    let cases = ctx.tenant().all_lately::<LeakCase>().await?;
    let mut ids: Vec<_> =
        cases.iter().flat_map(|case| case.charged.iter().map(|it| it.invoice)).collect();
    ids.sort_unstable();
    ids.dedup();
    let invoices = ctx.tenant().get_many_lately::<Invoice>(&ids).await?;
    let invoices = invoices.into_iter().map(|it| (it.id, it.value)).collect();
    let mut kinds: BTreeMap<LeakKind, RecoveredKind> = BTreeMap::new();
    let mut total = RecoveredKind::default();
    for case in cases.iter().filter(|case| case.kind.bearing() == Bearing::Recoverable) {
        let one = of(case, &invoices);
        total.add(one);
        kinds.entry(case.kind).or_default().add(one);
    }
    let currency = organizations::own(ctx, ctx.org).await?.currency;
    Ok(Recovered { currency, as_of: ctx.now, total, kinds })
}

fn of(case: &LeakCase, invoices: &HashMap<InvoiceId, Invoice>) -> RecoveredKind {
    let stands = !matches!(case.state, CaseState::Resolved { .. });
    let muted = matches!(case.state, CaseState::Muted { .. });
    let total = case.total().minor;
    let mut one = RecoveredKind {
        count: 1,
        standing_minor: if stands { total } else { 0 },
        muted_minor: if muted { total } else { 0 },
        approved_minor: case.approval.map_or(0, |approval| approval.minor),
        ..RecoveredKind::default()
    };
    for charged in &case.charged {
        let Some(invoice) = invoices.get(&charged.invoice).filter(|it| counts(it)) else {
            continue;
        };
        let minor = charged_by(charged.minor, invoice);
        one.invoiced_minor = one.invoiced_minor.saturating_add(minor);
        one.collected_minor = one.collected_minor.saturating_add(settled(minor, invoice));
    }
    one
}

/// An invoice that was taken back charges nothing.
fn counts(invoice: &Invoice) -> bool {
    invoice.state == DocumentState::Issued
}

/// What an invoice charges of an amount: no more than it comes to before tax, whoever changed it as a draft.
pub(crate) fn charged_by(minor: i64, invoice: &Invoice) -> i64 {
    minor.min(invoice.total.minor.saturating_sub(invoice.tax.minor)).max(0)
}

/// The part of an amount that is settled as the invoice is: in proportion, half to even, never more.
pub(crate) fn settled(minor: i64, invoice: &Invoice) -> i64 {
    let (total, open) = (invoice.total.minor, invoice.balance.minor);
    if total <= 0 {
        return 0;
    }
    let share = Decimal::from(minor) * Decimal::from(total - open) / Decimal::from(total);
    share.round().to_i64().unwrap_or_default().clamp(0, minor)
}

impl RecoveredKind {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.standing_minor = self.standing_minor.saturating_add(other.standing_minor);
        self.muted_minor = self.muted_minor.saturating_add(other.muted_minor);
        self.approved_minor = self.approved_minor.saturating_add(other.approved_minor);
        self.invoiced_minor = self.invoiced_minor.saturating_add(other.invoiced_minor);
        self.collected_minor = self.collected_minor.saturating_add(other.collected_minor);
    }
}
