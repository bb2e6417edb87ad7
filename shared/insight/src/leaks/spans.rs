//! Lines that are charged by the quarter, by the year or once, and are on no invoice around the month
//! in which they fell due: type 4 for charges that come seldom.

use clearmargin_domain::period::Month;
use rust_decimal::Decimal;

use super::{
    Leak, LeakKind,
    claim::Claim,
    quantity::prove,
    sums,
    view::{AROUND, Context, Item, View},
};

/// The leaks of a client's lines that are not charged monthly.
pub(super) fn detect(context: &Context<'_>, view: &View<'_>) -> Vec<Leak> {
    if view.rows.is_empty() {
        return Vec::new();
    }
    let seldom = view.items.iter().filter(|it| !it.is_monthly() && it.line.line.is_fixed());
    seldom.flat_map(|item| of_item(context, view, item)).collect()
}

fn of_item(context: &Context<'_>, view: &View<'_>, item: &Item<'_>) -> Vec<Leak> {
    let agreement = item.sold.agreement.id;
    let new = |kind| Claim::new(kind, &item.id()).of(agreement, item.service);
    let (mut nothing, mut fewer) =
        (new(LeakKind::LineNotInvoiced), new(LeakKind::QuantityBelowContract));
    let last = context.last().plus(-AROUND.1);
    let judged = item.due.iter().filter(|(month, due)| {
        context.is_judged(**month) && **month <= last && due.whole && due.amount > 0
    });
    for (month, due) in judged {
        let around = month.plus(-AROUND.0)..=month.plus(AROUND.1);
        let units: Decimal =
            item.charged.range(around).flat_map(|(_, it)| it).map(|it| it.units).sum();
        if units == Decimal::ZERO && !is_in_parts(item, *month) {
            // A rise within the span is charged with the next one.
            nothing.add(*month, sums::times(due.units, due.price), month.first_day());
            prove(context, view, item, (*month, *due), &mut nothing);
        } else if units > Decimal::ZERO && units < due.units && !is_in_parts(item, *month) {
            fewer.add(*month, sums::times(due.units - units, due.price), month.first_day());
            prove(context, view, item, (*month, *due), &mut fewer);
        }
    }
    let name = &item.line.line.description;
    let known = (context.policy, context.currency());
    let client = view.client.client;
    let rule = |what: &'static str| {
        move |claim: &Claim| {
            let (money, times) = (context.money(claim.total()), claim.months());
            format!("{name}: {what}; {money} for {times} charges")
        }
    };
    let told = [
        nothing.told(client, known, rule("fell due, and is on no invoice")),
        fewer.told(client, known, rule("fewer units were charged than agreed")),
    ];
    told.into_iter().flatten().collect()
}

/// Whether the charge comes in instalments: on more than one document, or on one of another month of
/// its span.
fn is_in_parts(item: &Item<'_>, month: Month) -> bool {
    let next = item.due.range(month.plus(1)..).next().map_or(month.plus(12), |(next, _)| *next);
    let part = |it: &&super::view::Adjusted| month <= it.month && it.month < next;
    let rest = item.charged.range(month.plus(AROUND.1 + 1)..next.max(month.plus(AROUND.1 + 1)));
    item.adjusted.iter().any(|it| part(&it)) || rest.count() > 0
}
