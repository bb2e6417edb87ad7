//! Units that were charged below the agreed price: types 10 and, of a price that never was agreed, 8.

use std::collections::BTreeMap;

use clearmargin_domain::period::Month;
use rust_decimal::Decimal;

use super::{
    Leak, LeakKind,
    claim::Claim,
    quantity::prove,
    sums::{self, in_a_row},
    view::{Charged, Context, Due, Item, View},
};

/// The leaks of a client's lines in prices.
pub(super) fn detect(context: &Context<'_>, view: &View<'_>) -> Vec<Leak> {
    let fixed = view.items.iter().filter(|item| item.line.line.is_fixed());
    fixed.flat_map(|item| of_item(context, view, item)).collect()
}

/// What is missing in a month.
#[derive(Debug, Clone, Copy)]
struct Missing {
    minor: i64,
    /// Whether the price that was charged is an earlier one.
    earlier: bool,
}

fn of_item(context: &Context<'_>, view: &View<'_>, item: &Item<'_>) -> Vec<Leak> {
    let mut missing: BTreeMap<Month, Missing> = BTreeMap::new();
    for (month, charged) in &item.charged {
        let due = item.due.get(month).filter(|due| due.whole);
        if let Some(found) = due.and_then(|due| of_month(context, item, *month, due, charged)) {
            missing.insert(*month, found);
        }
    }
    let monthly = item.is_monthly();
    let lasts = context.policy.sustained_months;
    let lasting = |month: &Month| !monthly || in_a_row(&missing, *month) >= lasts;
    let kept: BTreeMap<Month, Missing> =
        missing.iter().filter(|(month, _)| lasting(month)).map(|(m, it)| (*m, *it)).collect();
    let left = made_up(item, kept);
    let short = monthly && left.values().filter(|it| it.minor > 0).count() < lasts;
    if short { Vec::new() } else { told(context, view, item, &left) }
}

fn of_month(
    context: &Context<'_>,
    item: &Item<'_>,
    month: Month,
    due: &Due,
    charged: &[Charged],
) -> Option<Missing> {
    let least = context.policy.price_tolerance_minor;
    let near = |price: i64, other: i64| (price - other).abs() <= least;
    let before = item.due.range(..month).map(|(_, due)| due.price);
    let start = item.line.line.prices.all().iter().map(|it| it.unit_price.minor);
    let earlier: Vec<i64> =
        before.chain(start).filter(|price| *price < due.price - least).collect();
    let low = charged.iter().filter(|it| it.price < due.price - least && it.units > Decimal::ZERO);
    let mut missing: Option<Missing> = None;
    for charged in low {
        let known = earlier.iter().any(|price| near(*price, charged.price));
        // A few units at another price are an exception that somebody made.
        if !known && charged.units * Decimal::TWO < due.units {
            continue;
        }
        let minor = sums::times(charged.units, due.price - charged.price);
        let sum = missing.get_or_insert(Missing { minor: 0, earlier: true });
        sum.minor += minor;
        sum.earlier &= known;
    }
    missing
}

/// What is left after later lines that charge the difference.
fn made_up(item: &Item<'_>, mut missing: BTreeMap<Month, Missing>) -> BTreeMap<Month, Missing> {
    // An amount alone that comes to more units than are due may be the difference.
    let besides = item.charged.iter().filter(|(_, all)| all.iter().any(|it| !it.said));
    let besides = besides.filter_map(|(month, _)| {
        let due = item.due.get(month)?;
        let units = item.units(*month) - due.units;
        Some((*month, sums::times(units.max(Decimal::ZERO), due.price)))
    });
    let adjusted = item.adjusted.iter().map(|it| (it.month, it.minor));
    for (month, minor) in adjusted.chain(besides) {
        let mut bank = minor;
        for (_, earlier) in missing.range_mut(..=month) {
            let part = bank.min(earlier.minor);
            earlier.minor -= part;
            bank -= part;
        }
    }
    missing
}

fn told(
    context: &Context<'_>,
    view: &View<'_>,
    item: &Item<'_>,
    missing: &BTreeMap<Month, Missing>,
) -> Vec<Leak> {
    let agreement = item.sold.agreement.id;
    let new = |kind| Claim::new(kind, &item.id()).of(agreement, item.service);
    let (mut uplift, mut wrong) = (new(LeakKind::UpliftNotApplied), new(LeakKind::WrongRate));
    for (month, missing) in missing.iter().filter(|(month, _)| context.is_judged(**month)) {
        let Some(due) = item.due.get(month) else { continue };
        let claim = if missing.earlier { &mut uplift } else { &mut wrong };
        claim.add(*month, missing.minor, month.first_day());
        prove(context, view, item, (*month, *due), claim);
    }
    let name = &item.line.line.description;
    let client = view.client.client;
    let known = (context.policy, context.currency());
    let rule = |what| context.rule(name, what, "units × difference");
    let told = [
        uplift.told(client, known, rule("charged at a price from before a rise")),
        wrong.told(client, known, rule("charged below the agreed price")),
    ];
    told.into_iter().flatten().collect()
}
