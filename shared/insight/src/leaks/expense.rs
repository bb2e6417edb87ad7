//! Purchases that a client is to pay, and that no document charges: type 16.

use std::collections::BTreeSet;

use clearmargin_domain::{invoice::DocumentState, period::Month};
use jiff::civil::Date;

use super::{
    Leak, LeakKind, Purchase, Rebilling,
    claim::Claim,
    names::are_alike,
    view::{Context, Row, View},
};

/// So many days make no difference to which purchase a line charges.
const ABOUT_DAYS: i64 = 45;
/// Among so many purchases of a month it is looked for some that one line charges together.
const MOST_TOGETHER: usize = 10;

/// The purchases for a client that were not charged on.
pub(super) fn detect(context: &Context<'_>, view: &View<'_>) -> Vec<Leak> {
    let assigned: BTreeSet<usize> = view
        .items
        .iter()
        .flat_map(|item| item.charged.values().flatten().map(|charged| charged.row))
        .collect();
    let mut free: Vec<&Row<'_>> = view
        .rows
        .iter()
        .enumerate()
        .filter(|(at, row)| !assigned.contains(at) && row.line.amount.minor > 0)
        .map(|(_, row)| row)
        .collect();
    let mut due: Vec<&Purchase> =
        view.client.purchases.iter().filter(|it| is_due(view, it)).collect();
    due.sort_by_key(|it| (it.day, it.expense, it.line));
    given_back(view, &mut due);
    charged(context, &mut due, &mut free, true);
    together(context, &mut due, &mut free);
    charged(context, &mut due, &mut free, false);
    due.into_iter().filter_map(|purchase| told(context, view, purchase)).collect()
}

fn is_due(view: &View<'_>, purchase: &Purchase) -> bool {
    let due = match purchase.rebilling {
        Rebilling::Not => false,
        Rebilling::Due => true,
        Rebilling::Done { document } => {
            let document =
                document.and_then(|id| view.client.documents.iter().find(|it| it.id == id));
            document.is_some_and(|it| matches!(it.state, DocumentState::Void { .. }))
        }
    };
    due && purchase.amount.minor > 0
}

/// Leaves out what the vendor took back.
fn given_back(view: &View<'_>, due: &mut Vec<&Purchase>) {
    for back in view.client.purchases.iter().filter(|it| it.amount.minor < 0) {
        let same = |it: &&Purchase| {
            it.amount.minor == -back.amount.minor && it.vendor == back.vendor && it.day <= back.day
        };
        if let Some(at) = due.iter().position(same) {
            due.remove(at);
        }
    }
}

fn days_after(purchase: Date, document: Date) -> i64 {
    purchase.duration_until(document).as_hours() / 24
}

/// Leaves out what lines charge that charge nothing else: those of the same amount or, unless
/// `exactly`, of the same words and little more: about the day first, then the least more. Each line charges one
/// purchase.
fn charged(
    context: &Context<'_>,
    due: &mut Vec<&Purchase>,
    free: &mut Vec<&Row<'_>>,
    exactly: bool,
) {
    let mut fitting = Vec::new();
    for (at, purchase) in due.iter().enumerate() {
        for (row_at, row) in free.iter().enumerate() {
            let apart = days_after(purchase.day, row.document.day);
            if (-context.policy.rebilling_ahead_days..=context.policy.rebilling_days)
                .contains(&apart)
                && fits(context, purchase, row, exactly)
            {
                let more = row.line.amount.minor - purchase.amount.minor;
                fitting.push((apart / ABOUT_DAYS, more, apart, at, row_at));
            }
        }
    }
    fitting.sort_unstable();
    let (mut done, mut used) = (BTreeSet::new(), BTreeSet::new());
    for (_, _, _, at, row_at) in fitting {
        if !done.contains(&at) && !used.contains(&row_at) {
            done.insert(at);
            used.insert(row_at);
        }
    }
    let mut at = 0..;
    due.retain(|_| at.next().is_some_and(|at| !done.contains(&at)));
    let mut at = 0..;
    free.retain(|_| at.next().is_some_and(|at| !used.contains(&at)));
}

/// Whether a line may charge a purchase: for just what it cost, or for little more.
fn fits(context: &Context<'_>, purchase: &Purchase, row: &Row<'_>, exactly: bool) -> bool {
    let (cost, amount) = (purchase.amount.minor, row.line.amount.minor);
    if exactly {
        return amount == cost;
    }
    let most = cost + super::sums::share(cost, context.policy.rebilling_markup_percent, 100);
    (cost..=most).contains(&amount) && are_alike(&row.line.description, &purchase.description)
}

/// Leaves out what one line charges together: some of what is due of a month.
fn together(context: &Context<'_>, due: &mut Vec<&Purchase>, free: &mut Vec<&Row<'_>>) {
    let months: BTreeSet<Month> = due.iter().map(|it| Month::of(it.day)).collect();
    for month in months {
        free.retain(|row| {
            let after = days_after(month.first_day(), row.document.day);
            if !(0..=context.policy.rebilling_days).contains(&after) {
                return true;
            }
            let own: Vec<usize> = (0..due.len())
                .filter(|at| due.get(*at).is_some_and(|it| Month::of(it.day) == month))
                .take(MOST_TOGETHER)
                .collect();
            let parts = parts(due, &own, row.line.amount.minor);
            if let Some(parts) = &parts {
                let mut at = 0..;
                due.retain(|_| at.next().is_some_and(|at| !parts.contains(&at)));
            }
            parts.is_none()
        });
    }
}

/// Two or more of these purchases that come to an amount.
fn parts(due: &[&Purchase], own: &[usize], amount: i64) -> Option<Vec<usize>> {
    let chosen = |mask: u32| {
        let of = own.iter().enumerate().filter(move |(bit, _)| mask >> bit & 1 == 1);
        of.map(|(_, at)| *at)
    };
    let sum = |mask: u32| -> i64 {
        chosen(mask).filter_map(|at| due.get(at)).map(|it| it.amount.minor).sum()
    };
    let several = (0..1_u32 << own.len()).filter(|mask| mask.count_ones() > 1);
    let found = several.into_iter().find(|mask| sum(*mask) == amount)?;
    Some(chosen(found).collect())
}

fn told(context: &Context<'_>, view: &View<'_>, purchase: &Purchase) -> Option<Leak> {
    let month = Month::of(purchase.day);
    let alike = purchase.amount.currency == context.currency();
    if !alike || !context.is_judged(month) {
        return None;
    }
    let subject = format!("{}#{}", purchase.expense, purchase.line);
    let mut claim = Claim::new(LeakKind::ExpenseNotRebilled, &subject);
    claim.add(month, purchase.amount.minor, purchase.day);
    claim.prove(purchase.evidence());
    let what = &purchase.description;
    claim.told(view.client.client, (context.policy, context.currency()), |claim| {
        let (money, day) = (context.money(claim.total()), purchase.day);
        format!("{what}, bought on {day} for the client to pay: {money} on no invoice")
    })
}
