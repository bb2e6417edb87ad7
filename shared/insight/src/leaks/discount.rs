//! Discounts that are given after their end: type 13.

use clearmargin_domain::period::Month;

use super::{
    AgreedDiscount, Evidence, Leak, LeakKind, Ledger, RecordKind, Sold,
    claim::Claim,
    view::{Context, Row, View},
};

/// The discounts of a client that outlived their term.
pub(super) fn detect(context: &Context<'_>, view: &View<'_>) -> Vec<Leak> {
    let all = view.client.agreements.iter();
    let all = all.flat_map(|sold| sold.discounts.iter().map(move |discount| (sold, discount)));
    all.filter_map(|(sold, discount)| of_discount(context, view, sold, discount)).collect()
}

fn of_discount(
    context: &Context<'_>,
    view: &View<'_>,
    sold: &Sold,
    discount: &AgreedDiscount,
) -> Option<Leak> {
    let until = discount.until?;
    let mut claim = Claim::new(LeakKind::DiscountPastEnd, &discount.id).of(sold.agreement.id, None);
    let past = |row: &&Row<'_>| row.month.first_day() > until && context.is_judged(row.month);
    for row in view.rows.iter().chain(&view.credits).filter(past) {
        let Some(minor) = given(row, &discount.id) else { continue };
        if is_renewed(view, discount, row.month) {
            continue;
        }
        claim.add(row.month, minor, row.month.first_day());
        claim.prove(row.evidence());
        let agreed = Evidence::of(Ledger::Contract, RecordKind::AgreedDiscount, &discount.id)
            .on(until)
            .saying(&discount.description);
        claim.prove(agreed);
    }
    // One document after the end that does not say its days may be for the days before.
    let silent = view
        .rows
        .iter()
        .chain(&view.credits)
        .filter(past)
        .all(|row| given(row, &discount.id).is_none() || row.line.covers.is_none());
    if silent && claim.months() < 2 {
        return None;
    }
    let name = &discount.description;
    claim.told(view.client.client, (context.policy, context.currency()), |claim| {
        let (money, months) = (context.money(claim.total()), claim.months());
        format!("{name}: agreed until {until}, and given for {months} months after; {money}")
    })
}

/// What a row takes off by a discount.
fn given(row: &Row<'_>, id: &str) -> Option<i64> {
    let given = row.line.discount.as_ref().filter(|given| given.id == id)?;
    Some(given.amount.minor.abs())
}

/// Whether the same was agreed again for a month.
fn is_renewed(view: &View<'_>, discount: &AgreedDiscount, month: Month) -> bool {
    let all = view.client.agreements.iter().flat_map(|sold| &sold.discounts);
    let same = |it: &&AgreedDiscount| {
        it.description.trim().to_lowercase() == discount.description.trim().to_lowercase()
    };
    let (first, last) = (month.first_day(), month.last_day());
    all.filter(same)
        .filter(|it| **it != *discount)
        .any(|it| it.from <= last && it.until.is_none_or(|until| first <= until))
}
