//! Leaks that were found in portfolios whose leaks are known.

mod generate;
mod truth;

use std::path::Path;

use clearmargin_domain::period::Month;
use clearmargin_insight::leaks::{Leak, LeakKind, Portfolio, detect};
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

pub(crate) use self::generate::make_part;
use self::{
    generate::{make, make_sized},
    truth::{Nearness, Truth, sums},
};
use crate::{
    file::{FileError, bytes},
    report::{Report, milliseconds, since},
};

/// A portfolio in a file, and the day on which it is looked at.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Snapshot {
    as_of: Date,
    portfolio: Portfolio,
}

/// How what is found in a file compares with its truth; without one, what is found.
pub(crate) fn score(data: &Path, truth: Option<&Path>) -> Result<Report, FileError> {
    let snapshot: Snapshot = read(data)?;
    let truth: Option<Truth> = truth.map(read).transpose()?;
    let start = milliseconds();
    let found = detect(&snapshot.portfolio, snapshot.as_of);
    let spent = since(start);
    let clients = snapshot.portfolio.clients.len();
    let mut nearness = Nearness::default();
    let Some(truth) = truth else { return Ok(without_truth(&found, per_item(spent, clients))) };
    nearness.add("", &found, &truth);
    Ok(report(&nearness, &found, per_item(spent, clients)))
}

/// What is found in a file, as JSON.
pub(crate) fn list(data: &Path) -> Result<String, FileError> {
    let snapshot: Snapshot = read(data)?;
    let found = detect(&snapshot.portfolio, snapshot.as_of);
    serde_json::to_string_pretty(&found).map_err(|error| FileError::Unfit(error.to_string()))
}

/// How what is found in made-up portfolios compares with what was planted.
pub(crate) fn score_made(
    count: u64,
    seed: u64,
    clean: bool,
    size: Option<usize>,
) -> (Report, Nearness) {
    let (mut nearness, mut all, mut clients) = (Nearness::default(), Vec::new(), 0);
    let mut times = Vec::new();
    for number in 0..count {
        let seed_of = seed.wrapping_add(number);
        let made = match size {
            Some(clients) => {
                make_sized(seed_of, !clean, clients, (Month::of(date(2023, 1, 1)), 36))
            }
            None => make(seed_of, !clean),
        };
        let start = milliseconds();
        let found = detect(&made.portfolio, made.as_of);
        times.push(since(start));
        clients += made.portfolio.clients.len();
        nearness.add(&format!("{}: ", seed.wrapping_add(number)), &found, &made.truth);
        all.extend(found);
    }
    (report(&nearness, &all, per_item(times.iter().sum(), clients)), nearness)
}

/// Writes a made-up portfolio and its truth beside each other.
pub(crate) fn write(seed: u64, clean: bool, to: &Path) -> Result<(), FileError> {
    let made = make(seed, !clean);
    let snapshot = Snapshot { as_of: made.as_of, portfolio: made.portfolio };
    let unfit = |error: serde_json::Error| FileError::Unfit(error.to_string());
    let texts = [
        (to.join("portfolio.json"), serde_json::to_string(&snapshot).map_err(unfit)?),
        (to.join("truth.json"), serde_json::to_string(&made.truth).map_err(unfit)?),
    ];
    for (path, text) in texts {
        std::fs::write(&path, text)
            .map_err(|source| FileError::Unreadable { path: path.display().to_string(), source })?;
    }
    Ok(())
}

/// What is missing, wrong and different, in words.
pub(crate) fn details(nearness: &Nearness) -> String {
    let mut lines = Vec::new();
    for kind in LeakKind::ALL {
        let (found, all) = nearness.kinds.get(&kind).copied().unwrap_or_default();
        lines.push(format!("{:<28} {found} of {all}", kind.as_str()));
    }
    let list = |what: &str, texts: &[String]| {
        texts.iter().map(|text| format!("{what} {text}")).collect::<Vec<_>>()
    };
    lines.extend(list("missed", &nearness.missed));
    lines.extend(list("wrong", &nearness.wrong));
    lines.extend(list("differs", &nearness.differing));
    lines.join("\n")
}

fn report(nearness: &Nearness, found: &[Leak], per_item: f64) -> Report {
    Report::default()
        .with("precision", nearness.precision())
        .with("recall", nearness.recall())
        .with("dollarError", nearness.dollar_error())
        .with("msPerItem", per_item)
        .with("leaks", number(found.len()))
        .with("planted", number(nearness.found + nearness.missed.len()))
        .with("recoverable", dollars(sums(found).0))
        .with("overBilling", dollars(sums(found).1))
}

fn without_truth(found: &[Leak], per_item: f64) -> Report {
    Report::default()
        .with("msPerItem", per_item)
        .with("leaks", number(found.len()))
        .with("recoverable", dollars(sums(found).0))
        .with("overBilling", dollars(sums(found).1))
}

#[expect(clippy::cast_precision_loss, reason = "a count")]
fn number(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "for people")]
fn dollars(minor: i64) -> f64 {
    minor as f64 / 100.0
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a measurement")]
fn per_item(spent: f64, items: usize) -> f64 {
    spent / items.max(1) as f64
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, FileError> {
    let name = path.display().to_string();
    let bytes =
        bytes(path).map_err(|source| FileError::Unreadable { path: name.clone(), source })?;
    serde_json::from_slice(&bytes).map_err(|error| FileError::Unfit(format!("{name}: {error}")))
}
