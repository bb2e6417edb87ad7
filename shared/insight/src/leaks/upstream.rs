//! Products that are charged while no vendor bills or counts them: type 12, an over-billing risk.

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{id::ServiceId, period::Month, service::Offering};

use super::{
    ClientBooks, Leak, LeakKind,
    claim::{Claim, Doubt},
    quantity::prove,
    sums,
    view::{Context, Item, View},
};

/// What vendors say of whom, over all clients.
pub(super) struct Vendors {
    /// Entries that some bill without a client is for: whose they are is not known.
    shared: BTreeSet<ServiceId>,
    /// For how many clients vendors name each entry.
    named: BTreeMap<ServiceId, usize>,
}

impl Vendors {
    /// What bills say that name no client.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let shared = context.common.purchases.iter().filter_map(|it| it.meant(context));
        Self { shared: shared.collect(), named: BTreeMap::new() }
    }

    /// Adds what vendors say of a client.
    pub(super) fn add(&mut self, context: &Context<'_>, client: &ClientBooks) {
        let own = client.purchases.iter().filter_map(|it| it.meant(context));
        let products = client.counts.iter().filter_map(|count| {
            count.product.as_deref().and_then(|product| context.names.find(product))
        });
        let own: BTreeSet<_> = own.chain(products).collect();
        for service in own {
            *self.named.entry(service).or_default() += 1;
        }
    }
}

/// The products of a client that vendors say nothing of any more, or never did.
pub(super) fn detect(context: &Context<'_>, view: &View<'_>, vendors: &Vendors) -> Vec<Leak> {
    let products = view
        .items
        .iter()
        .filter(|item| item.is_monthly() && item.line.line.offering == Offering::Product);
    products.filter_map(|item| of_item(context, view, item, vendors)).collect()
}

fn of_item(
    context: &Context<'_>,
    view: &View<'_>,
    item: &Item<'_>,
    vendors: &Vendors,
) -> Option<Leak> {
    let service = item.service?;
    if vendors.shared.contains(&service) {
        return None;
    }
    let (mut known, mut rows) = (Vec::new(), Vec::new());
    for purchase in view.client.purchases.iter().filter(|it| it.meant(context) == Some(service)) {
        if purchase.amount.minor > 0 {
            known.extend(purchase.months());
            rows.push(purchase.evidence());
        }
    }
    for count in &view.client.counts {
        let product = count.product.as_deref().and_then(|product| context.names.find(product));
        let number = count.total.or(count.assigned).unwrap_or(0);
        if product == Some(service) && number > 0 {
            known.push(Month::of(count.day));
        }
    }
    known.sort_unstable();
    known.dedup();
    let silent = silent_since(context, &known)?;
    if known.is_empty()
        && vendors.named.get(&service).is_none_or(|count| *count < context.policy.vendor_clients)
    {
        return None;
    }
    let mut claim = Claim::new(LeakKind::BilledWithoutVendor, &item.id())
        .of(item.sold.agreement.id, Some(service));
    claim.doubt(Doubt::Absence);
    for (month, charged) in item.charged.range(silent..) {
        let due = item.due.get(month).filter(|_| context.is_judged(*month));
        let Some(due) = due else { continue };
        let minor = charged.iter().map(|it| sums::times(it.units, it.price)).sum();
        claim.add(*month, minor, month.first_day());
        prove(context, view, item, (*month, *due), &mut claim);
    }
    if let Some(last) = rows.pop() {
        claim.prove(last);
    }
    let name = &item.line.line.description;
    claim.told(view.client.client, (context.policy, context.currency()), |claim| {
        let since = known.last().map_or_else(|| "ever".to_owned(), |last| format!("after {last}"));
        let money = context.money(claim.total());
        format!("{name}: charged {money}, and no vendor's record {since}: perhaps too much")
    })
}

/// The first month that counts as cancelled: after the last that is known, the longest gap between
/// two known ones, and the grace. All months where nothing is known at all.
fn silent_since(context: &Context<'_>, known: &[Month]) -> Option<Month> {
    let Some(last) = known.last() else { return Some(context.first()) };
    let gap = known.iter().zip(known.iter().skip(1)).map(|(one, next)| next.since(*one)).max();
    let silent = last.plus(gap.unwrap_or(1).max(1) + context.policy.upstream_grace_months - 1);
    (silent <= context.last()).then_some(silent)
}
