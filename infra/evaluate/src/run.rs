//! What a whole analysis run of a made-up organisation takes: time of one core and memory. What the
//! files are made from is in the memory, too: making them takes more than most parts do.

use clearmargin_domain::{analysis::Part, period::Month};
use clearmargin_insight::{
    anomalies, churn, genome, growth,
    leaks::{self, Portfolio},
    market, pricing, receipts, revenue, services, workload,
};
use jiff::civil::{Date, date};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    file::FileError,
    leaks::make_sized,
    report::{Report, milliseconds, since},
};

mod snapshot;

/// The last whole month.
const LAST: Date = date(2025, 12, 1);

/// Runs each part from the files, as the worker does it: read, computed and written.
pub(crate) fn score(seed: u64, clients: usize, months: usize) -> Result<Report, FileError> {
    let back = i32::try_from(months).unwrap_or(i32::MAX);
    let made = make_sized(seed, true, clients, (Month::of(LAST).plus(1 - back), months));
    let (day, mut portfolio) = (made.as_of, made.portfolio);
    let snapshot = bytes(&snapshot::of(&portfolio, day))?;
    cut(&mut portfolio, leaks::known_from(day));
    let portfolio = bytes(&portfolio)?;
    let (mut times, mut written) = (Vec::new(), 0);
    for part in Part::ALL {
        let start = milliseconds();
        let result = match part {
            Part::Genome => bytes(&genome::of_snapshot(&read(&snapshot)?)),
            Part::Revenue => bytes(&revenue::outlook(&read(&snapshot)?)),
            Part::Demand => bytes(&workload::outlook(&read(&snapshot)?)),
            Part::Receivables => bytes(&receipts::expected(&read(&snapshot)?)),
            Part::Churn => bytes(&churn::risk(&read(&snapshot)?)),
            Part::Pricing => bytes(&pricing::of_snapshot(&read(&snapshot)?)),
            Part::Growth => bytes(&growth::of_snapshot(&read(&snapshot)?)),
            Part::Market => bytes(&market::of_snapshot(&read(&snapshot)?)),
            Part::Anomalies => bytes(&anomalies::of_snapshot(&read(&snapshot)?)),
            Part::Services => bytes(&services::of_portfolio(&read(&portfolio)?, day)),
            Part::Leaks => bytes(&leaks::findings(&read(&portfolio)?, day)),
        }?;
        times.push((part.as_str(), since(start)));
        written += result.len();
    }
    Ok(report(&times, clients, [snapshot.len(), portfolio.len(), written]))
}

/// What a portfolio of the product has: nothing from before the months that it needs.
fn cut(portfolio: &mut Portfolio, from: Month) {
    portfolio.from = portfolio.from.max(from);
    let first = from.first_day();
    portfolio.purchases.retain(|it| it.day >= first);
    for client in &mut portfolio.clients {
        client.counts.retain(|it| it.day >= first);
        client.documents.retain(|it| it.day >= first);
        client.settlements.retain(|it| it.day >= first);
        client.work.retain(|it| it.entry.day >= first);
        client.purchases.retain(|it| it.day >= first);
    }
}

fn bytes(of: &impl Serialize) -> Result<Vec<u8>, FileError> {
    serde_json::to_vec(of).map_err(|error| FileError::Unfit(error.to_string()))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FileError> {
    serde_json::from_slice(bytes).map_err(|error| FileError::Unfit(error.to_string()))
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a measurement")]
fn report(times: &[(&'static str, f64)], clients: usize, sizes: [usize; 3]) -> Report {
    let [snapshot, portfolio, results] = sizes.map(|size| size as f64 / 1e6);
    let total: f64 = times.iter().map(|(_, time)| time).sum();
    let report = Report::default()
        .with("cpuMs", total)
        .with("msPerItem", total / clients.max(1) as f64)
        .with("peakMb", peak())
        .with("snapshotMb", snapshot)
        .with("portfolioMb", portfolio)
        .with("resultsMb", results);
    times.iter().fold(report, |report, (part, time)| report.with(part, *time))
}

/// The most memory that the process ever had, in megabytes, as Linux counts it.
#[expect(clippy::float_arithmetic, reason = "a measurement")]
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").trim().parse().ok()?;
    Some(kilobytes * 1_024.0 / 1e6)
}
