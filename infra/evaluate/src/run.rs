//! What a whole analysis run of a made-up organisation takes: time of one core and memory. Making the files is
//! part of the memory, too.

use clearmargin_domain::{analysis::Part, period::Month};
use clearmargin_insight::{
    anomalies, churn, genome, growth,
    leaks::{self, ClientBooks, Common, KeptPortfolio, PortfolioWriter},
    market, pricing, receipts, revenue, services, workload,
};
use jiff::civil::{Date, date};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    file::FileError,
    leaks::make_part,
    report::{Report, milliseconds, since},
};

mod snapshot;

use snapshot::Taking;

/// The last whole month.
const LAST: Date = date(2025, 12, 1);

/// So many clients are made up at once.
const TOGETHER: usize = 100;

/// The files of a run, and the day that it is of.
struct Files {
    day: Date,
    snapshot: Vec<u8>,
    portfolio: Vec<u8>,
}

/// Runs each part from the files, as the worker does it: read, computed and written.
pub(crate) fn score(seed: u64, clients: usize, months: usize) -> Result<Report, FileError> {
    let Files { day, snapshot, portfolio } = files(seed, clients, months)?;
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
            Part::Services => bytes(&services::of_portfolio(&open(&portfolio)?, day)?),
            Part::Leaks => bytes(&leaks::findings(&open(&portfolio)?, day)?),
        }?;
        times.push((part.as_str(), since(start)));
        written += result.len();
    }
    Ok(report(&times, clients, [snapshot.len(), portfolio.len(), written]))
}

/// Makes an organisation up, some clients at a time, as the worker takes it: all of it would be more than it
/// ever has at hand.
fn files(seed: u64, clients: usize, months: usize) -> Result<Files, FileError> {
    let back = i32::try_from(months).unwrap_or(i32::MAX);
    let span = (Month::of(LAST).plus(1 - back), months);
    let part = |first: usize, number: u64| {
        make_part((seed, number), true, TOGETHER.min(clients - first), span)
    };
    let mut made = part(0, 0);
    let day = made.as_of;
    let mut taking = Taking::of(&made.portfolio.common, day);
    let from = leaks::known_from(day).max(made.portfolio.common.from);
    let mut file = PortfolioWriter::new(&common(&made.portfolio.common, from))?;
    for (first, number) in (TOGETHER..).step_by(TOGETHER).zip(1..) {
        for client in made.portfolio.clients {
            taking.add(&client);
            file.add(&cut(client, from))?;
        }
        if first >= clients {
            break;
        }
        made = part(first, number);
    }
    Ok(Files { day, snapshot: bytes(&taking.done())?, portfolio: file.finish()? })
}

/// What a portfolio of the product has: nothing from before the months that it needs.
fn common(all: &Common, from: Month) -> Common {
    let mut common = Common { from, ..all.clone() };
    common.purchases.retain(|it| it.day >= from.first_day());
    common
}

/// Likewise of a client.
fn cut(mut client: ClientBooks, from: Month) -> ClientBooks {
    let first = from.first_day();
    client.counts.retain(|it| it.day >= first);
    client.documents.retain(|it| it.day >= first);
    client.settlements.retain(|it| it.day >= first);
    client.work.retain(|it| it.entry.day >= first);
    client.purchases.retain(|it| it.day >= first);
    client
}

fn open(bytes: &[u8]) -> Result<KeptPortfolio, FileError> {
    Ok(KeptPortfolio::open(bytes.to_vec())?)
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
