//! Measures compiled functions against their budgets.
//!
//! It plays the Lambda service to each of them: it starts the binary, hands it events over a
//! loopback Runtime API and takes the answers, with the table in this process behind a proxy that
//! counts the capacity each request consumes. An empty function in the same run is the floor.
//! Units, sizes and growth decide; times and memory depend on the machine and are only told.
#![expect(clippy::print_stdout, reason = "a command line tool talks on standard output")]
#![expect(clippy::float_arithmetic, reason = "these are measurements, not money")]

mod budget;
mod capacity;
mod copies;
mod data;
mod event;
mod figures;
mod function;
mod plan;
mod process;
mod report;
mod runtime;
mod services;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

/// Why a measurement cannot be made.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures compiled functions against their budgets.
#[derive(Debug, Parser)]
struct Options {
    /// Where the compiled functions are.
    #[arg(long, default_value = "target/release")]
    functions: PathBuf,
    /// Where `clearmargin` and `simulators` are, which fill the tables.
    #[arg(long, default_value = "target/debug")]
    tools: PathBuf,
    /// Where the tables and the results are kept.
    #[arg(long, default_value = "target/bench")]
    work: PathBuf,
    /// What to measure.
    #[arg(long, default_value = "infra/bench/plan.json")]
    plan: PathBuf,
    /// Measure these functions alone.
    #[arg(long)]
    only: Vec<String>,
    /// Measure on these tables alone; a table of copies needs its original beside it once.
    #[arg(long)]
    table: Vec<String>,
    /// Fill the tables anew.
    #[arg(long)]
    fresh: bool,
    /// Look at units and growth alone: with functions of any profile, without the large tables
    /// unless they are named.
    #[arg(long)]
    units: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            println!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<bool, Failure> {
    let mut plan = plan::Plan::read(&options.plan)?;
    if !options.only.is_empty() {
        plan.keep(&options.only);
    }
    if options.units {
        plan.keep_units();
    }
    plan.keep_tables(&options.table, !options.units);
    let tables = data::Tables::prepare(options, &plan).await?;
    let measured = function::measure(options, &plan, &tables).await?;
    let broken = budget::broken(&plan, &measured);
    let markdown = report::markdown(&plan, &measured, &broken);
    println!("{markdown}");
    std::fs::write(options.work.join("bench.md"), &markdown)?;
    std::fs::write(options.work.join("bench.json"), report::json(&measured, &broken)?)?;
    Ok(broken.is_empty())
}
