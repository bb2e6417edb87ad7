//! Time logged: how much, at what price, and what became of it.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::calendar::{Calendar, shift_days};
use super::catalog::ServiceItem;
use super::clients::{Agreement, Client};
use super::ids::{Id, Ids};
use super::technicians::Technician;
use crate::money;
use crate::random::Random;

/// A service item of the desk that time can be logged on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// Place among the labour items of both systems.
    pub(super) index: usize,
    pub(super) id: Id,
    pub(super) listed: ServiceItem,
}

/// What someone worked on.
pub(super) struct Entry<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) client: &'a Client,
    pub(super) technician: &'a Technician,
    pub(super) item: Item,
    pub(super) work_item: WorkItem<'a>,
    pub(super) day: Date,
    pub(super) minutes: i64,
    pub(super) note: &'a str,
}

/// The ticket or project that time was logged on.
pub(super) struct WorkItem<'a> {
    pub(super) id: Id,
    pub(super) display: &'a str,
    pub(super) module: &'static str,
}

/// Invoiced time: hundredths of an hour at a price in cents.
#[derive(Clone, Debug)]
pub(super) struct Labour {
    pub(super) client: usize,
    pub(super) day: Date,
    pub(super) item: usize,
    pub(super) hundredths: i64,
    pub(super) rate: i64,
}

/// What logging time leads to.
pub(super) struct Logged {
    /// The `WorklogEntry` object.
    pub(super) object: Value,
    pub(super) hundredths: i64,
    /// The time as billed, if it was.
    pub(super) labour: Option<Labour>,
}

/// What became of logged time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Pending,
    UnderContract {
        billable: bool,
    },
    Ignored,
    /// Approved as a courtesy.
    Free,
    /// Approved and then forgotten.
    Unbilled,
    Invoiced,
}

/// Writes a worklog.
pub(super) fn log(entry: &Entry<'_>, ids: &mut Ids, random: &mut Random) -> Logged {
    let after_hours = random.chance(80);
    let minute = if after_hours {
        random.between(18 * 60, 23 * 60 + 40)
    } else {
        random.between(480, 1_050)
    };
    let hundredths = hundredths(entry.minutes, random);
    let fate = fate(entry, after_hours, random);
    let agreed = price(entry, after_hours);
    // Some entries come without a price; the service item's own price holds then.
    let priced = random.chance(880);
    let item = entry.item.listed;
    let listed = if after_hours { item.after_hours_price } else { item.price };
    let rate = if priced { agreed } else { listed };
    let labour = (fate == Fate::Invoiced).then_some(Labour {
        client: entry.client.number,
        day: entry.day,
        item: entry.item.index,
        hundredths,
        rate,
    });
    let work_id = entry.work_item.id;
    let object = json!({
        "itemId": ids.next().text(),
        "status": fate.status(),
        "serviceItem": { "itemId": entry.item.id.text(), "name": item.name },
        "billable": fate.billable(),
        "afterHours": after_hours,
        "qty": decimal(hundredths, random.chance(500)),
        "unitPrice": priced.then(|| money::text(rate)),
        "billDateTime": entry.calendar.utc(entry.day, minute),
        "technician": entry.technician.reference(),
        "notes": random.chance(700).then(|| format!("{}: checked & fixed with the user.", entry.note)),
        "workItem": {
            "workId": if random.chance(125) { work_id.number() } else { json!(work_id.text()) },
            "displayId": entry.work_item.display,
            "module": entry.work_item.module,
        },
    });
    Logged { object, hundredths, labour }
}

/// Hundredths as decimal text: `1.50` if `fixed`, `1.5` otherwise.
pub(super) fn decimal(hundredths: i64, fixed: bool) -> String {
    let text = money::text(hundredths);
    if fixed {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Mostly quarters of an hour, sometimes what the stopwatch said.
fn hundredths(minutes: i64, random: &mut Random) -> i64 {
    let exact = minutes * 100 / 60;
    if random.chance(800) { (exact / 25).max(1) * 25 } else { exact.max(10) }
}

/// Whole dollars, also after hours, so that hundredths of an hour are whole cents.
fn price(entry: &Entry<'_>, after_hours: bool) -> i64 {
    let rate =
        entry.client.labour_rate + [0, 2_000, 3_000, 5_000].get(entry.item.index).unwrap_or(&0);
    if after_hours { rate / 2 * 3 } else { rate }
}

fn fate(entry: &Entry<'_>, after_hours: bool, random: &mut Random) -> Fate {
    let client = entry.client;
    let recent = shift_days(entry.day, 20) > entry.calendar.end();
    if random.chance(if recent { 500 } else { 25 }) {
        return Fate::Pending;
    }
    let covered = match client.agreement {
        Agreement::TimeAndMaterial => 0,
        Agreement::BlockHours => 850,
        _ if after_hours || entry.item.index == 2 => 550,
        _ => 940,
    };
    if random.chance(covered) {
        return Fate::UnderContract { billable: random.chance(800) };
    }
    match random.below(100) {
        0..4 => Fate::Ignored,
        4..7 => Fate::Free,
        7..15 => Fate::Unbilled,
        _ if client.in_books() => Fate::Invoiced,
        _ => Fate::Unbilled,
    }
}

impl Fate {
    fn status(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::UnderContract { .. } => "UNDER_CONTRACT",
            Self::Ignored => "IGNORED",
            Self::Free | Self::Unbilled => "APPROVED",
            Self::Invoiced => "INVOICED",
        }
    }

    fn billable(self) -> bool {
        match self {
            Self::UnderContract { billable } => billable,
            Self::Ignored | Self::Free => false,
            Self::Pending | Self::Unbilled | Self::Invoiced => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_in_the_forms_superops_uses() {
        assert_eq!(decimal(125, false), "1.25");
        assert_eq!(decimal(50, false), "0.5");
        assert_eq!(decimal(200, false), "2");
        assert_eq!(decimal(200, true), "2.00");
        assert_eq!(decimal(33, true), "0.33");
    }
}
