//! Revenue and margin of the last month that is over.

use std::collections::BTreeMap;

use clearmargin_domain::{
    metrics::{Profitability, ratio},
    money::Money,
    period::Month,
};

use super::{
    super::{Paragraph, Value},
    Silence,
};

/// Revenue and margin of a month, against the one before it, as far as that is among these.
pub fn month(
    month: Month,
    months: &BTreeMap<Month, Profitability>,
    still_open: bool,
) -> Result<Paragraph, Silence> {
    let now = *months.get(&month).ok_or(Silence::NoData)?;
    let before = months.get(&month.plus(-1)).copied();
    let of = Paragraph::default().says("In ").figure("month", Value::Month(month));
    let of = of.says(" revenue was ").figure("revenue", Value::Money(now.revenue()));
    let of = match before {
        Some(before) => change(of, now.revenue(), before.revenue(), REVENUE),
        None => of,
    };
    let of = margin(of.says(". "), now, before).says(".");
    Ok(if still_open {
        of.says(" The month was not yet invoiced when it was analysed.")
    } else {
        of
    })
}

/// What the change of a figure is called, and its share of the earlier one.
type Names = (&'static str, &'static str);
const REVENUE: Names = ("revenueChange", "revenueChangeRatio");
const MARGIN: Names = ("grossMarginChange", "grossMarginChangeRatio");

/// The margin; while time is uncosted what it is at most.
fn margin(of: Paragraph, now: Profitability, before: Option<Profitability>) -> Paragraph {
    let amount = Value::Money(now.gross_margin());
    if now.uncosted().seconds != 0 {
        let of = of.says("The gross margin is not known, since there is no cost rate for ");
        let of = of.figure("uncosted", Value::hours(now.uncosted()));
        return of.says(" of work; it is at most ").figure("grossMargin", amount);
    }
    let of = of.says("The gross margin was ").figure("grossMargin", amount);
    let of = match now.costed_margin_ratio() {
        Some(share) => {
            let of = of.says(", which is ").figure("grossMarginRatio", Value::Percent(share));
            of.says(" of revenue")
        }
        None => of,
    };
    // What it was is known only if all time of that month has its cost.
    match before.filter(|it| it.uncosted().seconds == 0) {
        Some(before) => change(of, now.gross_margin(), before.gross_margin(), MARGIN),
        None => of,
    }
}

/// By how much an amount lies above or below that of the month before, and which share of it that is.
fn change(of: Paragraph, now: Money, before: Money, (name, share): Names) -> Paragraph {
    let change = now.minor.saturating_sub(before.minor);
    if change == 0 {
        return of.says(", the same as in the month before");
    }
    let of = of.says(", ").size(name, Value::Money(Money::new(change, now.currency)));
    let known = (before.minor > 0).then(|| ratio(change, before.minor)).flatten();
    let of = match known {
        Some(part) => of.says(" (").size(share, Value::Percent(part)).says(")"),
        None => of,
    };
    of.says(if change > 0 { " more" } else { " less" }).says(" than in the month before")
}
