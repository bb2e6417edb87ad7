//! How many units a client had in a month, as far as they were counted.

use std::collections::BTreeMap;

use clearmargin_domain::{
    agreement::PricingUnit,
    id::ServiceId,
    money::Money,
    period::Month,
    service::Offering,
    source::Source,
    usage_count::{UsageCount, UsageKind},
};
use rust_decimal::Decimal;

use super::{
    ClientBooks, CountedBy, Evidence, Ledger, Purchase, RecordKind,
    view::{Context, Item, View},
};

/// How many there were in a month.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    /// The fewest that were there all the time, the month before included: a bill may follow the
    /// count of the month before.
    pub(super) chargeable: Decimal,
    pub(super) evidence: Vec<Evidence>,
}

/// Counts by month.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) months: BTreeMap<Month, Counted>,
    /// Whether they follow from vendors' bills.
    pub(super) by_bill: bool,
}

/// What counts the units of a line: what it says itself; else people and devices by their kind, where
/// one line alone is charged by it; else a product by its name and what vendors bill.
pub(super) fn counts(context: &Context<'_>, view: &View<'_>, item: &Item<'_>) -> Counts {
    let own = item.line.counted_by.clone().or_else(|| by_unit(view, item));
    if let Some(by) = own {
        return counted(view.client, |count| is_of(count, &by));
    }
    let product = item.line.line.offering == Offering::Product;
    match item.service {
        Some(service) if product => of_service(context, view.client, service),
        _ => Counts::default(),
    }
}

/// How many of a product a client had: counted, or billed by vendors.
pub(super) fn of_service(
    context: &Context<'_>,
    client: &ClientBooks,
    service: ServiceId,
) -> Counts {
    let of = |count: &UsageCount| {
        let product = count.product.as_deref();
        product.and_then(|product| context.names.find(product)) == Some(service)
    };
    let found = counted(client, of);
    if found.months.is_empty() { billed(context, client, service) } else { found }
}

fn by_unit(view: &View<'_>, item: &Item<'_>) -> Option<CountedBy> {
    let unit = item.line.line.unit;
    let kind = match unit {
        PricingUnit::User => UsageKind::Users,
        PricingUnit::Device => UsageKind::Endpoints,
        PricingUnit::Hour | PricingUnit::Month | PricingUnit::Flat => return None,
    };
    let alone = view.items.iter().filter(|it| it.line.line.unit == unit).count() == 1;
    alone.then_some(CountedBy { kind, product: None })
}

fn is_of(count: &UsageCount, by: &CountedBy) -> bool {
    let same = |text: Option<&str>| text.map(|text| text.trim().to_lowercase()).unwrap_or_default();
    count.kind == by.kind && same(count.product.as_deref()) == same(by.product.as_deref())
}

fn counted(client: &ClientBooks, of: impl Fn(&UsageCount) -> bool) -> Counts {
    let mut by_month: BTreeMap<Month, Vec<(Decimal, Evidence)>> = BTreeMap::new();
    for count in client.counts.iter().filter(|count| of(count)) {
        let Some(number) = count.total.or(count.assigned) else { continue };
        let row = Evidence::of(Ledger::Usage, RecordKind::UsageCount, &count.id)
            .from(count.source)
            .on(count.day)
            .many(Decimal::from(number))
            .saying(count.product.as_deref().unwrap_or(count.kind.as_str()));
        by_month.entry(Month::of(count.day)).or_default().push((number.into(), row));
    }
    Counts { months: with_the_month_before(&by_month), by_bill: false }
}

/// What vendors billed a client for, each month that it covers.
fn billed(context: &Context<'_>, client: &ClientBooks, service: ServiceId) -> Counts {
    let mut sums: BTreeMap<Month, (Decimal, Vec<Evidence>)> = BTreeMap::new();
    for purchase in &client.purchases {
        let Some(quantity) = purchase.quantity else { continue };
        if purchase.meant(context) != Some(service) || purchase.amount.minor <= 0 {
            continue;
        }
        for month in purchase.months() {
            let (sum, rows) = sums.entry(month).or_default();
            *sum += quantity;
            rows.push(purchase.evidence());
        }
    }
    let mut by_month = BTreeMap::new();
    for (month, (sum, rows)) in sums {
        let rows: Vec<_> = rows.into_iter().map(|row| (sum, row)).collect();
        by_month.insert(month, rows);
    }
    Counts { months: with_the_month_before(&by_month), by_bill: true }
}

fn with_the_month_before(
    by_month: &BTreeMap<Month, Vec<(Decimal, Evidence)>>,
) -> BTreeMap<Month, Counted> {
    let mut months = BTreeMap::new();
    for (month, rows) in by_month {
        let Some(before) = by_month.get(&month.plus(-1)) else { continue };
        let numbers = rows.iter().chain(before).map(|(number, _)| *number);
        let counted = Counted {
            chargeable: numbers.min().unwrap_or_default(),
            evidence: rows.iter().map(|(_, row)| row.clone()).collect(),
        };
        months.insert(*month, counted);
    }
    months
}

impl Purchase {
    /// The catalogue entry that it means.
    pub(super) fn meant(&self, context: &Context<'_>) -> Option<ServiceId> {
        self.service.or_else(|| context.names.find(&self.description))
    }

    /// The months that it is for.
    pub(super) fn months(&self) -> impl Iterator<Item = Month> + use<> {
        let days = self.covers.map_or((self.day, self.day), |days| (days.first, days.last));
        let (first, last) = (Month::of(days.0), Month::of(days.1));
        let last = if days.1 == last.last_day() || first == last { last } else { last.plus(-1) };
        (0..=last.since(first).clamp(0, 120)).map(move |n| first.plus(n))
    }

    /// What a unit costs for a month, in smallest units.
    pub(super) fn monthly_cost(&self) -> Option<i64> {
        let whole = match (self.unit_cost, self.quantity) {
            (Some(cost), _) => cost.minor,
            (None, Some(quantity)) => super::sums::each(self.amount.minor, quantity)?,
            (None, None) => return None,
        };
        let months = i64::try_from(self.months().count()).unwrap_or(1).max(1);
        Some(super::sums::share(whole, 1, months))
    }

    pub(super) fn evidence(&self) -> Evidence {
        let id = format!("{}#{}", self.expense, self.line);
        let cost: Option<Money> = self.unit_cost;
        Evidence::of(Ledger::Vendor, RecordKind::Purchase, &id)
            .from(Some(Source::QuickBooks))
            .on(self.day)
            .many(self.quantity)
            .at(cost)
            .amounting(self.amount)
            .saying(&self.description)
    }
}
