//! Units that were agreed or counted, and not charged: types 1, 2, 4 and 5.
//!
//! Of a month's units those up to what was agreed are missing on the invoice (5, or 4 where nothing
//! of the line is on one), and those above that, up to what was counted, are missing in the agreement
//! (1 or 2). So no unit is claimed twice. What is charged beyond both, in whatever month, makes up for
//! earlier months, the oldest first, and then for later ones: true-ups and bills ahead.

use std::collections::BTreeMap;

use clearmargin_domain::{agreement::PricingUnit, period::Month, usage_count::UsageKind};
use rust_decimal::Decimal;

use super::{
    Evidence, Leak, LeakKind, Ledger, RecordKind,
    claim::{Claim, Doubt},
    counts::{Counts, counts},
    sums,
    view::{Context, Due, Item, View},
};

/// A month of a line.
#[derive(Debug, Default, Clone, Copy)]
struct Gap {
    /// Units that were agreed and not charged.
    agreed: Decimal,
    /// Units beyond these that were counted.
    counted: Decimal,
    /// Whether nothing of the line is charged.
    nothing: bool,
    /// Units that are charged beyond both.
    surplus: Decimal,
}

/// The leaks of a client's lines in units.
pub(super) fn detect(context: &Context<'_>, view: &View<'_>) -> Vec<Leak> {
    let mut found = Vec::new();
    // Without any document it is more likely that a client's documents are not known.
    if view.rows.is_empty() {
        return found;
    }
    for (place, item) in view.items.iter().enumerate() {
        if item.is_monthly() && item.line.line.is_fixed() {
            let counts = counts(context, view, item);
            let mut gaps = gaps(context, view, place, item, &counts);
            // What the first month lacks may be on a document of before.
            gaps.retain(|month, _| *month >= context.first());
            settle(view, item, &mut gaps);
            found.extend(told(context, view, item, &gaps, &counts));
        }
    }
    found
}

fn gaps(
    context: &Context<'_>,
    view: &View<'_>,
    place: usize,
    item: &Item<'_>,
    counts: &Counts,
) -> BTreeMap<Month, Gap> {
    let mut gaps = BTreeMap::new();
    for month in context.months() {
        let charged = item.units(month);
        let Some(due) = item.due.get(&month) else {
            gaps.insert(month, Gap { surplus: charged, ..Gap::default() });
            continue;
        };
        let agreed = if due.whole { due.units } else { due.units.min(charged) };
        let reached = agreed.max(charged);
        let others = others(view, place, item, month);
        let counted = counts.months.get(&month).filter(|_| due.whole).zip(others);
        let chargeable =
            counted.map_or(Decimal::ZERO, |(counted, others)| counted.chargeable - others);
        let gap = Gap {
            agreed: agreed - charged.min(agreed),
            counted: (chargeable - reached).max(Decimal::ZERO),
            nothing: charged == Decimal::ZERO,
            surplus: (charged - agreed.max(chargeable)).max(Decimal::ZERO),
        };
        gaps.insert(month, gap);
    }
    drop_short(&mut gaps, context.policy.sustained_months);
    gaps
}

/// What other lines of the same entry charge of the same count; none where a later one of them is
/// compared with it.
fn others(view: &View<'_>, place: usize, item: &Item<'_>, month: Month) -> Option<Decimal> {
    let Some(service) = item.service else { return Some(Decimal::ZERO) };
    let mut sum = Decimal::ZERO;
    for (at, other) in view.items.iter().enumerate().filter(|(at, _)| *at != place) {
        if other.service != Some(service) || other.line.counted_by != item.line.counted_by {
            continue;
        }
        if let Some(due) = other.due.get(&month) {
            if at > place {
                return None;
            }
            sum += due.units.max(other.units(month));
        }
    }
    Some(sum)
}

/// Forgets excesses that did not last.
fn drop_short(gaps: &mut BTreeMap<Month, Gap>, least: usize) {
    let mut runs: Vec<Vec<Month>> = Vec::new();
    for (month, gap) in gaps.iter() {
        if gap.counted <= Decimal::ZERO {
            runs.push(Vec::new());
        } else if let Some(run) = runs.last_mut() {
            run.push(*month);
        } else {
            runs.push(vec![*month]);
        }
    }
    for month in runs.into_iter().filter(|run| run.len() < least).flatten() {
        if let Some(gap) = gaps.get_mut(&month) {
            gap.counted = Decimal::ZERO;
        }
    }
}

/// Lets what is charged too much make up for what is missing, after what was credited of it.
fn settle(view: &View<'_>, item: &Item<'_>, gaps: &mut BTreeMap<Month, Gap>) {
    let mut credited = credited(view, item);
    let mut bank = Decimal::ZERO;
    let months: Vec<Month> = gaps.keys().copied().collect();
    for month in &months {
        let Some(gap) = gaps.get_mut(month) else { continue };
        let taken_back = gap.surplus.min(credited);
        credited -= taken_back;
        bank += gap.surplus - taken_back;
        if bank <= Decimal::ZERO {
            continue;
        }
        for earlier in gaps.range_mut(..=*month).map(|(_, gap)| gap) {
            for part in [&mut earlier.agreed, &mut earlier.counted] {
                let made_up = bank.min(*part);
                *part -= made_up;
                bank -= made_up;
            }
        }
    }
}

fn credited(view: &View<'_>, item: &Item<'_>) -> Decimal {
    let Some(service) = item.service else { return Decimal::ZERO };
    let rows = view.credits.iter().filter(|row| row.service == Some(service));
    rows.filter_map(|row| {
        let by_price = || {
            let due = item.due.get(&row.month)?;
            Decimal::from(row.line.amount.minor).checked_div(Decimal::from(due.price))
        };
        row.line.quantity.or_else(by_price).map(|units| units.abs())
    })
    .sum()
}

fn told(
    context: &Context<'_>,
    view: &View<'_>,
    item: &Item<'_>,
    gaps: &BTreeMap<Month, Gap>,
    counts: &Counts,
) -> Vec<Leak> {
    let over = match counted_kind(item) {
        UsageKind::Endpoints => LeakKind::EndpointsOverContract,
        UsageKind::Users | UsageKind::Licences => LeakKind::SeatsOverContract,
    };
    let agreement = item.sold.agreement.id;
    let new = |kind| Claim::new(kind, &item.id()).of(agreement, item.service);
    let (mut over, mut missing, mut fewer) =
        (new(over), new(LeakKind::LineNotInvoiced), new(LeakKind::QuantityBelowContract));
    let mut forgiven = forgiven(context, view, item, gaps);
    forgiven.extend(gaps.keys().filter(|month| is_followed(item, gaps, **month)));
    for (month, gap) in gaps.iter().filter(|(month, _)| context.is_judged(**month)) {
        let Some(due) = item.due.get(month) else { continue };
        if gap.counted > Decimal::ZERO {
            over.add(*month, sums::times(gap.counted, due.price), month.first_day());
            prove(context, view, item, (*month, *due), &mut over);
            let rows = counts.months.get(month).into_iter().flat_map(|it| it.evidence.clone());
            rows.for_each(|row| over.prove(row));
            if counts.by_bill {
                over.doubt(Doubt::CountedByBill);
            }
        }
        if gap.agreed > Decimal::ZERO && !forgiven.contains(month) {
            let claim = if gap.nothing { &mut missing } else { &mut fewer };
            claim.add(*month, sums::times(gap.agreed, due.price), month.first_day());
            prove(context, view, item, (*month, *due), claim);
        }
    }
    let name = &item.line.line.description;
    let client = view.client.client;
    let known = (context.policy, context.currency());
    let rule = |what| context.rule(name, what, "units × agreed price");
    let told = [
        over.told(client, known, rule("more units were counted than agreed and charged")),
        missing.told(client, known, rule("agreed, and on no invoice")),
        fewer.told(client, known, rule("fewer units were charged than agreed")),
    ];
    told.into_iter().flatten().collect()
}

fn counted_kind(item: &Item<'_>) -> UsageKind {
    match (&item.line.counted_by, item.line.line.unit) {
        (Some(by), _) => by.kind,
        (None, PricingUnit::Device) => UsageKind::Endpoints,
        (None, PricingUnit::User) => UsageKind::Users,
        _ => UsageKind::Licences,
    }
}

/// Months that prove nothing: the line's very first bill may come with the second one, and where only
/// the quantity of today is known, fewer units up to some month may have been what was agreed then.
fn forgiven(
    context: &Context<'_>,
    view: &View<'_>,
    item: &Item<'_>,
    gaps: &BTreeMap<Month, Gap>,
) -> Vec<Month> {
    let whole = |month: &Month| item.due.get(month).is_some_and(|due| due.whole);
    let judged = || gaps.iter().filter(|(month, _)| context.is_judged(**month) && whole(month));
    let leading: Vec<Month> = judged()
        .take_while(|(_, gap)| gap.agreed > Decimal::ZERO)
        .map(|(month, _)| *month)
        .collect();
    let ended = leading.len() < judged().count();
    let nothing = |month: &Month| gaps.get(month).is_some_and(|gap| gap.nothing);
    // A client's very first document may be of the month after, and the line's of the one after that.
    let opened = view.rows.iter().map(|row| row.month).min();
    let before = leading.iter().filter(|month| opened.is_some_and(|first| **month < first)).count();
    let first_bill = leading.len() <= 1 + before.min(1) && leading.iter().all(nothing);
    let unknown = item.line.quantities.is_empty() && !leading.iter().any(nothing);
    if ended && (first_bill || unknown) { leading } else { Vec::new() }
}

/// Whether more units were agreed in a month than in the one before, and charged from the next one on.
fn is_followed(item: &Item<'_>, gaps: &BTreeMap<Month, Gap>, month: Month) -> bool {
    let due = |month: Month| item.due.get(&month);
    let (Some(before), Some(now)) = (due(month.plus(-1)), due(month)) else { return false };
    let charged = item.charged.get(&month).into_iter().flatten();
    let charged: i64 = charged.map(|it| sums::times(it.units, it.price)).sum();
    let next = gaps.get(&month.plus(1));
    let followed = next.is_some_and(|gap| gap.agreed.is_zero());
    before.units < now.units && charged >= before.amount && followed
}

/// What was agreed and what was charged for it, or the documents on which it is not.
pub(super) fn prove(
    context: &Context<'_>,
    view: &View<'_>,
    item: &Item<'_>,
    (month, due): (Month, Due),
    claim: &mut Claim,
) {
    claim.prove(item.evidence(Some((month, due)), context.currency()));
    let charged = item.charged.get(&month).map_or(&[][..], Vec::as_slice);
    for charged in charged {
        let Some(row) = view.row(charged) else { continue };
        claim.prove(row.evidence());
        if row.by_name {
            claim.doubt(Doubt::MatchedByName);
        }
        if !charged.said {
            claim.doubt(Doubt::NoQuantity);
        }
    }
    if charged.is_empty() {
        for row in view.rows.iter().filter(|row| row.month == month && row.at == 0) {
            let document = row.document;
            let without =
                Evidence::of(Ledger::of(document.system), RecordKind::Document, &document.id)
                    .from(Some(document.system))
                    .on(document.day)
                    .amounting(document.total)
                    .saying("does not charge it");
            claim.prove(without);
        }
    }
}
