//! What is delivered and neither agreed nor charged: type 3.

use std::collections::{BTreeMap, BTreeSet};

use clearmargin_domain::{id::ServiceId, money::Money, period::Month};
use rust_decimal::Decimal;

use super::{
    Evidence, Leak, LeakKind, Ledger, RecordKind,
    claim::{Claim, Doubt},
    counts::{Counts, of_service},
    sums::{self, in_a_row},
    view::{Context, View},
};

/// The services of a client that no agreement sells.
pub(super) fn detect(context: &Context<'_>, view: &View<'_>) -> Vec<Leak> {
    let client = view.client;
    let counted = client.counts.iter().filter_map(|count| count.product.as_deref());
    let counted = counted.filter_map(|product| context.names.find(product));
    let bought = client.purchases.iter().filter_map(|it| it.meant(context));
    let delivered: BTreeSet<ServiceId> = counted.chain(bought).collect();
    delivered.into_iter().filter_map(|service| of_service_of(context, view, service)).collect()
}

fn of_service_of(context: &Context<'_>, view: &View<'_>, service: ServiceId) -> Option<Leak> {
    let entry = context.common.catalogue.iter().find(|it| it.service.id == service)?;
    let counts = of_service(context, view.client, service);
    let months = uncovered(context, view, service, &counts);
    let mut claim = Claim::new(LeakKind::DeliveredWithoutContract, &service).about(service);
    claim.doubt(Doubt::ListPrice);
    if counts.by_bill {
        claim.doubt(Doubt::CountedByBill);
    }
    let bought = bought(context, view, service);
    for (month, units) in months {
        let price = entry.service.list_price(month.first_day());
        let price = price.filter(|it| it.currency == context.currency() && it.minor > 0);
        let Some(price) = price.filter(|_| context.is_judged(month)) else { continue };
        claim.add(month, sums::times(units, price.minor), month.first_day());
        let counted = counts.months.get(&month).map(|it| it.evidence.clone());
        counted.into_iter().flatten().for_each(|row| claim.prove(row));
        bought.get(&month).into_iter().flatten().for_each(|row| claim.prove(row.clone()));
        claim.prove(list(service, month, price, &entry.service.name));
    }
    let name = &entry.service.name;
    claim.told(view.client.client, (context.policy, context.currency()), |claim| {
        let (money, months) = (context.money(claim.total()), claim.months());
        format!("{name}: delivered, and in no agreement; units × list price = {money} in {months} months")
    })
}

fn list(service: ServiceId, month: Month, price: Money, name: &str) -> Evidence {
    Evidence::of(Ledger::Catalogue, RecordKind::Service, &service)
        .on(month.first_day())
        .at(price)
        .saying(name)
}

fn bought(
    context: &Context<'_>,
    view: &View<'_>,
    service: ServiceId,
) -> BTreeMap<Month, Vec<Evidence>> {
    let mut rows: BTreeMap<Month, Vec<Evidence>> = BTreeMap::new();
    for purchase in view.client.purchases.iter().filter(|it| it.meant(context) == Some(service)) {
        for month in purchase.months() {
            rows.entry(month).or_default().push(purchase.evidence());
        }
    }
    rows
}

/// The months in which it was delivered, and neither agreed nor included nor charged nor free, with
/// the units; none unless that lasted.
fn uncovered(
    context: &Context<'_>,
    view: &View<'_>,
    service: ServiceId,
    counts: &Counts,
) -> BTreeMap<Month, Decimal> {
    let free = |month: Month| {
        let mut own =
            view.client.purchases.iter().filter(|it| {
                it.meant(context) == Some(service) && it.months().any(|of| of == month)
            });
        own.any(|it| it.amount.minor == 0)
    };
    let charged: BTreeSet<Month> = view.rows_for(service).map(|row| row.month).collect();
    let near = |month: Month| (-1..=1).any(|n| charged.contains(&month.plus(n)));
    let mut months = BTreeMap::new();
    for (month, counted) in &counts.months {
        let units = counted.chargeable;
        let open = units > Decimal::ZERO && !is_agreed(context, view, service, *month);
        if open && !near(*month) && !free(*month) {
            months.insert(*month, units);
        }
    }
    let lasting = |month: Month| in_a_row(&months, month) >= context.policy.sustained_months;
    months.iter().filter(|(month, _)| lasting(**month)).map(|(m, units)| (*m, *units)).collect()
}

/// Whether an agreement sells or includes it in a month, or will soon, or did shortly before.
fn is_agreed(context: &Context<'_>, view: &View<'_>, service: ServiceId, month: Month) -> bool {
    let policy = context.policy;
    view.items.iter().any(|item| {
        let line = &item.line.line;
        let sells = item.service == Some(service) || item.line.includes.contains(&service);
        let agreement = &item.sold.agreement;
        let first = Month::of(line.start.max(agreement.start)).plus(-policy.onboarding_months);
        let ends = [line.end, agreement.end].into_iter().flatten().min();
        let last = ends.map(|end| Month::of(end).plus(policy.offboarding_months));
        sells && first <= month && last.is_none_or(|last| month <= last)
    })
}
