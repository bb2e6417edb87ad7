//! Prices far below what other clients pay for the same: type 17.
//!
//! Usual is the median of the other clients' agreed prices in the month. What type 10 or 11 claims of a
//! line's price is not claimed again.

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{
    agreement::PricingUnit,
    id::{ClientId, ServiceId},
    money::Money,
    period::Month,
};

use super::{
    Evidence, Leak, LeakKind, Ledger, RecordKind,
    claim::{Claim, Doubt},
    margin::is_claimed,
    quantity::prove,
    sums,
    view::{Context, Item, View},
};

/// What clients pay for a unit of each catalogue entry, by month; sorted by price.
#[derive(Default)]
pub(super) struct Usual {
    prices: BTreeMap<(ServiceId, Month), Vec<(i64, ClientId)>>,
    /// Who was ever sold an entry at a price, as it was set and before rises.
    at: BTreeMap<(ServiceId, i64), BTreeSet<ClientId>>,
}

impl Usual {
    /// Adds what a client pays, at its lowest price where it has several.
    pub(super) fn add(&mut self, context: &Context<'_>, client: ClientId, items: &[Item<'_>]) {
        for item in items.iter().filter(|item| is_comparable(item)) {
            let Some(service) = item.service else { continue };
            for set in item.line.line.prices.all() {
                let price = (service, set.unit_price.minor);
                self.at.entry(price).or_default().insert(client);
            }
            for (month, due) in item.due.iter().filter(|(month, _)| context.is_judged(**month)) {
                if due.whole && due.price > 0 {
                    let row = (due.price, client);
                    self.prices.entry((service, *month)).or_default().push(row);
                }
            }
        }
    }

    pub(super) fn sort(&mut self) {
        self.prices.values_mut().for_each(|prices| prices.sort_unstable());
    }

    /// The usual price of a month for others than a client, if a price is an outlier.
    fn above(
        &self,
        context: &Context<'_>,
        of: (ServiceId, Month),
        who: ClientId,
        price: i64,
    ) -> Option<(i64, usize)> {
        let all = self.prices.get(&of)?;
        // Without the client's own price the median moves up by a place at most: so most are done.
        let most = all.get((all.len() / 2 + 1).min(all.len().saturating_sub(1)))?;
        if !context.policy.is_outlier(price, most.0) {
            return None;
        }
        let others: Vec<i64> =
            all.iter().filter(|(_, client)| *client != who).map(|(price, _)| *price).collect();
        if others.len() < context.policy.outlier_peers {
            return None;
        }
        let usual = *others.get(others.len() / 2)?;
        context.policy.is_outlier(price, usual).then_some((usual, others.len()))
    }

    /// Whether other clients were sold it at about the same price: a tier, or an older price list.
    fn is_shared(&self, context: &Context<'_>, item: &Item<'_>, own: ClientId) -> bool {
        let Some(service) = item.service else { return false };
        let companions = context.policy.outlier_companions.max(1);
        item.line.line.prices.all().iter().any(|set| {
            let price = set.unit_price.minor;
            let near = sums::share(price, context.policy.outlier_near_percent, 100);
            let around = (service, price - near)..=(service, price + near);
            let mut others = BTreeSet::new();
            let all = self.at.range(around).flat_map(|(_, who)| who).filter(|who| **who != own);
            // Most prices are shared by nearly all: it is enough to find so many.
            all.map(|who| others.insert(who)).filter(|new| *new).nth(companions - 1).is_some()
        })
    }
}

/// Whether its price is for a unit like those of other clients.
fn is_comparable(item: &Item<'_>) -> bool {
    let by_unit = !matches!(item.line.line.unit, PricingUnit::Flat | PricingUnit::Hour);
    by_unit && item.is_monthly() && item.line.includes.is_empty()
}

/// The leaks of a client's prices against those of others. `found` are its other leaks.
pub(super) fn detect(
    context: &Context<'_>,
    view: &View<'_>,
    usual: &Usual,
    found: &[Leak],
) -> Vec<Leak> {
    let own = view.items.iter().filter(|item| {
        let own = is_comparable(item) && !item.line.price_is_custom;
        own && !is_claimed(found, item) && !usual.is_shared(context, item, view.client.client)
    });
    own.filter_map(|item| of_item(context, view, item, usual)).collect()
}

fn of_item(context: &Context<'_>, view: &View<'_>, item: &Item<'_>, usual: &Usual) -> Option<Leak> {
    let service = item.service?;
    let client = view.client.client;
    let mut claim =
        Claim::new(LeakKind::PriceOutlier, &item.id()).of(item.sold.agreement.id, Some(service));
    claim.doubt(Doubt::Comparison);
    let mut last = (0, 0, 0);
    for (month, due) in
        item.due.iter().filter(|(month, due)| context.is_judged(**month) && due.whole)
    {
        let above = usual.above(context, (service, *month), client, due.price);
        let Some((price, peers)) = above else { continue };
        let charged = item.charged.get(month).into_iter().flatten();
        let minor = charged.map(|it| sums::times(it.units, price - it.price.max(due.price)).max(0));
        claim.add(*month, minor.sum(), month.first_day());
        prove(context, view, item, (*month, *due), &mut claim);
        let says = format!("the median of {peers} other clients");
        let row = Evidence::of(Ledger::Catalogue, RecordKind::Service, &service)
            .on(month.first_day())
            .at(Money::new(price, context.currency()))
            .saying(&says);
        claim.prove(row);
        last = (due.price, price, peers);
    }
    let name = &item.line.line.description;
    claim.told(client, (context.policy, context.currency()), |claim| {
        let (own, other) = (context.money(last.0), context.money(last.1));
        let (peers, money) = (last.2, context.money(claim.total()));
        format!("{name}: {own}, where {peers} other clients pay {other} in the middle; {money}")
    })
}
