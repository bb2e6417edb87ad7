//! Products that are sold below the least margin since a vendor's price rose: type 11.
//!
//! What is claimed is the difference between the agreed price and the one that has the least margin, of
//! the units that are charged; what those are charged below the agreed price is type 10's.

use std::collections::BTreeMap;

use clearmargin_domain::{id::ServiceId, period::Month, service::Offering};
use jiff::{ToSpan as _, civil::Date};

use super::{
    Evidence, Leak, LeakKind, Purchase,
    claim::Claim,
    quantity::prove,
    sums,
    view::{Context, Item, View},
};

/// What vendors ask for a unit and month.
#[derive(Debug, Clone)]
struct Cost {
    minor: i64,
    evidence: Evidence,
}

/// Vendors' bills that name no client, by catalogue entry.
pub(super) struct SharedCosts(BTreeMap<ServiceId, BTreeMap<Date, Cost>>);

impl SharedCosts {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut all: BTreeMap<ServiceId, BTreeMap<Date, Cost>> = BTreeMap::new();
        for purchase in &context.common.purchases {
            if let Some(service) = purchase.meant(context) {
                costs(purchase, all.entry(service).or_default());
            }
        }
        Self(all)
    }
}

fn costs(purchase: &Purchase, into: &mut BTreeMap<Date, Cost>) {
    let minor = purchase.monthly_cost().filter(|minor| *minor > 0 && purchase.amount.minor > 0);
    if let Some(minor) = minor {
        into.insert(purchase.day, Cost { minor, evidence: purchase.evidence() });
    }
}

/// The leaks of a client's products in margin.
pub(super) fn detect(context: &Context<'_>, view: &View<'_>, shared: &SharedCosts) -> Vec<Leak> {
    let products = view
        .items
        .iter()
        .filter(|item| item.is_monthly() && item.line.line.offering == Offering::Product);
    products.filter_map(|item| of_item(context, view, item, shared)).collect()
}

fn of_item(
    context: &Context<'_>,
    view: &View<'_>,
    item: &Item<'_>,
    shared: &SharedCosts,
) -> Option<Leak> {
    let service = item.service?;
    let mut own = BTreeMap::new();
    for purchase in &view.client.purchases {
        if purchase.meant(context) == Some(service) {
            costs(purchase, &mut own);
        }
    }
    let costs = if own.is_empty() { shared.0.get(&service)? } else { &own };
    let mut claim = Claim::new(LeakKind::MarginBelowFloor, &item.id())
        .of(item.sold.agreement.id, Some(service));
    let mut last = (0, 0);
    for month in context.judged() {
        let due = item.due.get(&month).filter(|due| due.whole);
        let (Some(due), Some(rise)) = (due, rise(context, costs, month)) else { continue };
        let (before, now) = rise;
        let floor = context.policy.floor_price(now.minor);
        let was_above = due.price >= context.policy.floor_price(before.minor);
        if due.price >= floor || !was_above {
            continue;
        }
        let charged = item.charged.get(&month).into_iter().flatten();
        let minor = charged.map(|it| sums::times(it.units, floor - it.price.max(due.price)).max(0));
        claim.add(month, minor.sum(), month.first_day());
        prove(context, view, item, (month, *due), &mut claim);
        claim.prove(before.evidence.clone());
        claim.prove(now.evidence.clone());
        last = (now.minor, floor);
    }
    let name = &item.line.line.description;
    claim.told(view.client.client, (context.policy, context.currency()), |claim| {
        let (cost, floor) = (context.money(last.0), context.money(last.1));
        let floor_percent = context.policy.margin_floor_percent;
        let money = context.money(claim.total());
        format!("{name}: costs {cost} since the vendor's price rose, {floor_percent} % margin need {floor}; {money}")
    })
}

/// The cost before the last lasting rise that the price of a month had to follow, and the one since.
fn rise<'a>(
    context: &Context<'_>,
    costs: &'a BTreeMap<Date, Cost>,
    month: Month,
) -> Option<(&'a Cost, &'a Cost)> {
    let by = month.first_day().saturating_sub(context.policy.vendor_notice_days.days());
    let now = costs.range(..=month.last_day()).next_back().map(|(_, cost)| cost)?;
    // The day since which it costs at least so much.
    let mut since = None;
    let mut before = None;
    for (day, cost) in costs.range(..=month.last_day()).rev() {
        if cost.minor < now.minor {
            before = Some(cost);
            break;
        }
        since = Some(*day);
    }
    let (since, before) = (since?, before?);
    let same_unit = now.minor <= before.minor.saturating_mul(context.policy.unit_change_factor);
    // One dear bill is no price.
    let bills = costs.range(since..=context.as_of).filter(|(_, it)| it.minor == now.minor).count();
    (same_unit && since <= by && bills >= 2).then_some((before, now))
}

/// Whether a line is below the least margin in some month, so that its price is type 11's.
pub(super) fn is_claimed(leaks: &[Leak], item: &Item<'_>) -> bool {
    let of = |leak: &Leak| {
        let prices = [LeakKind::MarginBelowFloor, LeakKind::UpliftNotApplied, LeakKind::WrongRate];
        prices.contains(&leak.kind) && leak.key.ends_with(&item.id().to_string())
    };
    leaks.iter().any(of)
}
