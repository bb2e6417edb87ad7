//! Clients before anything goes wrong.
#![expect(clippy::indexing_slicing, reason = "vectors by month, all of the same length")]

use clearmargin_domain::{
    agreement::Frequency,
    id::{AgreementId, AgreementLineId, ClientId},
    period::Month,
    service::Offering,
};
use jiff::civil::Date;

use super::{
    plan::{
        BUNDLED, Bill, Calendar, ENDPOINT, FLAT, Fate, HOSTING, KITS, Line, PHONE, PRODUCTS, Plan,
        Style, USER,
    },
    random::Random,
};

/// The client of a number.
pub(super) fn client(random: &mut Random, calendar: &Calendar, tag: &str, number: usize) -> Plan {
    let id = |what: &str| format!("{tag}/{number}/{what}");
    let begins = if number % 5 == 3 { Some(random.within(3, 6)) } else { None };
    let start = match begins {
        Some(at) => calendar.first(usize::try_from(at).unwrap_or(3)),
        None => calendar.from.plus(-i32::try_from(random.within(1, 30)).unwrap_or(1)).first_day(),
    };
    let last = i64::try_from(calendar.months).unwrap_or(18);
    let end = (number % 11 == 7).then(|| {
        let at = usize::try_from(random.within(last - 5, last - 3)).unwrap_or(12);
        if random.chance(50) { calendar.month(at).last_day() } else { calendar.day(at, 17) }
    });
    let style = match random.within(1, 10) {
        1..=6 => Style::Same,
        7 | 8 => Style::Arrears,
        _ => Style::Advance,
    };
    let rise = usize::try_from(random.within(4, last - 7)).unwrap_or(4);
    let day = if random.chance(75) { 1 } else { 15 };
    let percent = *random.pick(&[300, 400, 500, 750]).unwrap_or(&300);
    let escalator = random.chance(40).then(|| (percent, calendar.day(rise, day)));
    let mut plan = Plan {
        id: ClientId::derived(&[&id("client")]),
        number,
        name: format!("Client {number}"),
        agreement: AgreementId::derived(&[&id("managed")]),
        start,
        end,
        style,
        says_days: style == Style::Advance || random.chance(60),
        names_entries: random.chance(80),
        agrees_entries: random.chance(85),
        in_books_alone: random.chance(10),
        names_lines: false,
        says_units: random.chance(85),
        escalator,
        lines: Vec::new(),
        discounts: Vec::new(),
        loose_counts: Vec::new(),
        extras: vec![Vec::new(); calendar.months + 2],
        fates: vec![Fate::Usual; calendar.months + 2],
        tax_percent: *random.pick(&[0, 0, 8]).unwrap_or(&0),
        projects: random.chance(60).then(|| AgreementId::derived(&[&id("projects")])),
        block: random.chance(50).then(|| AgreementId::derived(&[&id("block")])),
        work: Vec::new(),
        purchases: Vec::new(),
    };
    plan.names_lines = plan.names_entries && random.chance(40);
    for kit in kits(random) {
        let line = line(random, calendar, &plan, kit, &id(KITS[kit].name));
        plan.lines.push(line);
    }
    plan
}

fn kits(random: &mut Random) -> Vec<usize> {
    let mut kits = vec![ENDPOINT];
    let mut more = |kit: usize, percent: i64| {
        if random.chance(percent) {
            kits.push(kit);
        }
    };
    more(USER, 70);
    for kit in PRODUCTS {
        more(kit, 60);
    }
    more(PHONE, 40);
    for kit in FLAT {
        more(kit, 35);
    }
    more(HOSTING, 40);
    kits
}

fn line(random: &mut Random, calendar: &Calendar, plan: &Plan, kit: usize, id: &str) -> Line {
    let what = &KITS[kit];
    let units = match kit {
        ENDPOINT | USER => random.within(8, 50),
        6 => random.within(1, 4),
        8..=10 => 1,
        _ => random.within(5, 40),
    };
    let vendor = what.offering == Offering::Product && kit != PHONE && kit != BUNDLED;
    let mut line = Line {
        id: AgreementLineId::derived(&[id]),
        kit,
        frequency: if kit == HOSTING { Frequency::Annual } else { Frequency::Monthly },
        start: plan.start,
        end: None,
        agreed: Vec::new(),
        quantities: Vec::new(),
        quantity: units,
        prices: vec![(plan.start, what.price)],
        price: Vec::new(),
        counted: Vec::new(),
        vendor: Vec::new(),
        yearly: false,
        billed: Vec::new(),
        custom: false,
        includes: Vec::new(),
        touched: false,
        by_usage: false,
    };
    for at in 0..=calendar.months {
        let whole = plan.start <= calendar.first(at)
            && plan.end.is_none_or(|end| calendar.month(at).last_day() <= end);
        line.agreed.push(whole.then_some(units));
        line.price.push(price_on(plan, &line.prices, calendar.first(at)));
        let there = whole
            || plan.end.is_some_and(|end| calendar.first(at) <= end && plan.start <= end)
                && plan.start <= calendar.first(at);
        line.counted.push(what.counted.filter(|_| there).map(|_| units));
        line.vendor.push((vendor && there).then_some((units, what.cost)));
        let usual = line.usual(at);
        line.billed.push(if whole && kit != HOSTING { usual } else { Vec::new() });
    }
    if kit == HOSTING {
        yearly(calendar, &mut line);
    }
    change_quantity(random, calendar, &mut line);
    line
}

/// The price on a day: the one that was set last, with the rises since.
pub(super) fn price_on(plan: &Plan, prices: &[(Date, i64)], day: Date) -> i64 {
    let Some((since, mut price)) =
        prices.iter().filter(|(from, _)| *from <= day).max_by_key(|(from, _)| *from).copied()
    else {
        return 0;
    };
    if let Some((percent, first)) = plan.escalator {
        let rises = (0..10).map(|n| Month::of(first).plus(12 * n).day(first.day()));
        for _ in rises.flatten().filter(|rise| since < *rise && *rise <= day) {
            price = half_even(price * (10_000 + percent), 10_000);
        }
    }
    price
}

/// A quotient of whole numbers, to the nearest, half to even.
pub(super) fn half_even(dividend: i64, divisor: i64) -> i64 {
    let (whole, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    match (rest * 2).cmp(&divisor) {
        std::cmp::Ordering::Greater => whole + 1,
        std::cmp::Ordering::Equal => whole + whole % 2,
        std::cmp::Ordering::Less => whole,
    }
}

/// Charged in the month of the start's anniversary.
fn yearly(calendar: &Calendar, line: &mut Line) {
    for at in 0..=calendar.months {
        let anniversary = calendar.month(at).number() == Month::of(line.start).number();
        if anniversary && line.agreed[at].is_some() {
            let bill = Bill { units: 1, price: line.price[at], ..Bill::default() };
            line.billed[at] = vec![bill];
        }
    }
}

/// A third of the lines by unit change once, at the beginning of a month or within, and say so.
fn change_quantity(random: &mut Random, calendar: &Calendar, line: &mut Line) {
    let by_unit = !matches!(line.kit, 8..=10);
    if !by_unit || !random.chance(30) {
        return;
    }
    let last = i64::try_from(calendar.months).unwrap_or(18) - 3;
    let at = usize::try_from(random.within(4, last)).unwrap_or(4);
    if line.agreed[at].is_none() || line.agreed[at - 1].is_none() {
        return;
    }
    let (before, after) = (line.quantity, (line.quantity + random.within(-4, 6)).max(1));
    let within = random.chance(40);
    let day = if within { calendar.day(at, 11) } else { calendar.first(at) };
    line.quantities = vec![(line.start, before), (day, after)];
    line.quantity = after;
    for month in at..=calendar.months {
        if line.agreed[month].is_none() {
            continue;
        }
        let (fewer, more) = (before.min(after), before.max(after));
        let changing = within && month == at;
        line.agreed[month] = Some(if changing { fewer } else { after });
        // Counted by the end of the month, as it is by then.
        if line.counted[month].is_some() {
            line.counted[month] = Some(after);
        }
        if let Some((units, _)) = &mut line.vendor[month] {
            *units = after;
        }
        line.billed[month] = line.usual(month);
        if changing && random.chance(50) {
            // The rest of the month is charged by the day.
            let bill = Bill {
                units: more - fewer,
                price: line.price[month] / 3,
                note: " (part of the month)",
                lump: false,
                ahead: 0,
            };
            if after > before && bill.units > 0 {
                line.billed[month].push(bill);
            }
        }
    }
}
